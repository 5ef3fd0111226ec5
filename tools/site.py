"""The handout: every notebook as one HTML page with live explorers, no installation, no network. `make site`.

`python -m tools.site [07 …]` writes site/NN_name.html for those whose names start so, all by default, and the index.
"""

from __future__ import annotations

import re
import sys
from html import escape
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from tools.lab import ROOT
from tools.pages import (
    Explorers,
    bundle,
    executed,
    highlighted,
    inline,
    markdown,
    outputs,
    page,
    paths_of,
    script,
    slug,
    title_of,
    write,
)

SITE = ROOT / "site"
LIMIT = 1_000_000  # bytes of a page
EXERCISE = "gv.checks.exercise("
WELCOME = """
<p>A small GPT that was really trained, with everything it computes open by name. Each page is one lesson: a question, a
prediction, a picture you can drag, and what to look for. Every number is one that the GPT computed.</p>
<p>The pages need no installation and no network: copy this folder wherever you like. What needs Python, such as a text
of your own or the check of an exercise, is switched off here and works in the notebooks (<code>make lab</code>).</p>
"""


def lesson_page(path: Path, notebook: NotebookNode, around: str) -> str:
    """The page of an executed notebook. `around`: its links to the lessons beside it.

    Raises:
        ValueError: the page is larger than LIMIT.
    """
    explorers = Explorers()
    parts = [_cell(cell, path, explorers) for cell in notebook.cells]
    parts[0] = parts[0].replace("</h1>", f"</h1>\n{_banner(path)}", 1)
    parts.insert(1, _inside(notebook))
    text = page(
        "site.html",
        f"{path.stem[:2]} {title_of(notebook)}",
        around=around,
        body="\n".join(parts),
        content=script(offline=bundle("offline.js"), packed=explorers.packed()),
    )
    if (size := len(text.encode())) > LIMIT:
        raise ValueError(f"{path.stem}.html must be {LIMIT:,} bytes at most, got {size:,}")
    return text


def _cell(cell: NotebookNode, path: Path, explorers: Explorers) -> str:
    if cell.cell_type == "markdown":
        return markdown(cell.source, path.parent)
    if EXERCISE in cell.source:
        return (
            highlighted(cell.source)
            + '\n<p class="needs">Your answer is checked in the notebook, not on this page.</p>'
        )
    return highlighted(cell.source) + "\n" + outputs(cell, explorers)


def _banner(path: Path) -> str:
    return (
        '<p class="handout">This page is the notebook <code>'
        f"{path.name}</code> with its pictures live: drag and choose as you like. "
        "Running cells and typing another text need the notebook.</p>"
    )


def _inside(notebook: NotebookNode) -> str:
    """The page's own list of sections."""
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    headings = re.findall(r"^## (.+)$", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S), flags=re.M)
    items = "".join(f'<li><a href="#{slug(heading)}">{inline(heading)}</a></li>' for heading in headings)
    return f'<nav class="inside" aria-label="On this page"><ol>{items}</ol></nav>'


def around_of(titles: dict[str, str], stem: str) -> str:
    """Links to the lesson before, the index and the lesson after; an empty place where there is none."""
    stems = list(titles)
    at = stems.index(stem)

    def link(index: int, words: str) -> str:
        if not 0 <= index < len(stems):
            return "<span></span>"
        name = f"{stems[index][:2]} {titles[stems[index]]}"
        return f'<span><a href="{stems[index]}.html">{words.format(escape(name))}</a></span>'

    return f'{link(at - 1, "← {}")}<span><a href="index.html">all lessons</a></span>{link(at + 1, "{} →")}'


def index_page(notebooks: dict[str, NotebookNode]) -> str:
    """The list of all lessons."""
    items = []
    for stem, notebook in notebooks.items():
        about = re.findall(r"\*(About [^.*]+\.)", notebook.cells[0].source)
        items.append(
            f'<li><a href="{stem}.html"><b>{stem[:2]}</b><strong>{escape(title_of(notebook))}</strong>'
            f"<span>{escape(about[0] if about else '')}</span></a></li>"
        )
    return page("index.html", "How a GPT works", body=f'{WELCOME}<ol class="lessons">{"".join(items)}</ol>')


def main(names: list[str], folder: Path = SITE) -> None:
    """Write the pages and the index."""
    notebooks = {path.stem: nbformat.read(path, as_version=4) for path in paths_of([])}
    titles = {stem: title_of(notebook) for stem, notebook in notebooks.items()}
    for path in paths_of(names):
        write(folder, f"{path.stem}.html", lesson_page(path, executed(path), around_of(titles, path.stem)))
    write(folder, "index.html", index_page(notebooks))


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (FileNotFoundError, ValueError) as error:
        sys.exit(str(error))
