"""Slides of the lessons, from the cells that a class sees: a file each, no network, live explorers. `make slides`.

`python -m tools.slides [07 …]` writes slides/NN_name.html. A cell tagged "slide" begins a slide, one tagged "continue"
goes on with it. The speaker notes (key S) are the paragraphs `**k · m minutes.** …` of the teacher's guide.
"""

from __future__ import annotations

import re
import sys
from html import escape
from pathlib import Path
from typing import NamedTuple

from nbformat import NotebookNode

from gptviz.widgets.explorer import LIVE
from tools.lab import ROOT
from tools.pages import (
    Explorers,
    bundle,
    executed,
    highlighted,
    markdown,
    outputs,
    page,
    paths_of,
    plain,
    script,
    title_of,
    write,
)

SLIDES = ROOT / "slides"
GUIDE = "For teachers"
PARAGRAPH = re.compile(r"^\*\*(Opening|Closing|\d+) · (\d+) minutes?\.\*\*", flags=re.M)


class Note(NamedTuple):
    """What the guide says about a section."""

    minutes: int
    text: str  # markdown


def sections(notebook: NotebookNode) -> list[str]:
    """Of each cell the section it belongs to: "Opening", "1", "2", …, "Closing"."""
    found, section = [], "Opening"
    for cell in notebook.cells:
        headings = re.findall(r"^## .+", cell.source, flags=re.M) if cell.cell_type == "markdown" else []
        before = section
        for heading in headings:
            number = re.match(r"## (\d+)\.", heading)
            section = number[1] if number else section if section == "Opening" else "Closing"
            if cell.source.startswith(heading):
                before = section
        found.append(before)
    return found


def guide(notebook: NotebookNode, name: str) -> dict[str, Note]:
    """The paragraphs of the teacher's guide, by section.

    Raises:
        ValueError: no guide, or not one paragraph for each section; the message names all that are missing.
    """
    text = notebook.cells[-1].source
    if GUIDE not in text:
        raise ValueError(f"{name}: the last cell must be the teacher's guide (“{GUIDE} …”), for the speaker notes")
    matches = list(PARAGRAPH.finditer(text))
    ends = [match.start() for match in matches[1:]] + [len(text)]
    notes = [
        (match[1], Note(int(match[2]), text[match.end() : end].partition("</details>")[0].strip()))
        for match, end in zip(matches, ends, strict=True)
    ]
    wanted = dict.fromkeys(["Opening", *sections(notebook), "Closing"])
    told = [section for section, _ in notes]
    missing = [section for section in wanted if section not in told]
    wrong = [f"no paragraph for {', '.join(missing)}"] if missing else []
    wrong += [f"{told.count(section)} paragraphs for {section}" for section in wanted if told.count(section) > 1]
    wrong += [f"a paragraph for {section}, which is no section" for section in told if section not in wanted]
    if wrong:
        raise ValueError(f"{name}: the teacher's guide has {'; '.join(wrong)}; one begins like “**1 · 5 minutes.**”")
    return dict(notes)


def chosen(notebook: NotebookNode, name: str) -> list[list[int]]:
    """The cells of each slide.

    Raises:
        ValueError: no cell is tagged, or "continue" comes before any "slide".
    """
    slides: list[list[int]] = []
    for index, cell in enumerate(notebook.cells):
        tags = cell.metadata.get("tags", [])
        if "slide" in tags:
            slides.append([index])
        elif "continue" in tags:
            if not slides:
                raise ValueError(f"{name}: cell {cell.id} is tagged “continue”, but no slide has begun")
            slides[-1].append(index)
    if not slides:
        raise ValueError(f"{name}: no cell is tagged “slide”, so there is nothing for a class to see")
    return slides


def lesson_slides(path: Path, notebook: NotebookNode) -> str:
    """The slides of an executed notebook."""
    slides, notes, belongs = chosen(notebook, path.stem), guide(notebook, path.stem), sections(notebook)
    explorers = Explorers()
    of = [belongs[cells[0]] for cells in slides]
    shown = []
    for n, (cells, section) in enumerate(zip(slides, of, strict=True)):
        minutes, text = notes[section]
        inside = "\n".join(_cell(notebook.cells[index], path, explorers) for index in cells)
        head = f"**{_named(section)} · {minutes} minutes** · slide {of[: n + 1].count(section)} of {of.count(section)}"
        said = markdown(f"{head}\n\n{text}", path.parent)
        for words in (words for index in cells for words in _words(notebook.cells[index])):
            said += f"<p><em>The picture at first:</em> {escape(words)}</p>"
        shown.append(
            f'<section data-timing="{round(60 * minutes / of.count(section))}"><div class="fit">\n{inside}\n</div>'
            f'<aside class="notes">{said}</aside></section>'
        )
    code = {"offline": bundle("offline.js"), "slides": bundle("slides.js"), "packed": explorers.packed()}
    title = f"{path.stem[:2]} {title_of(notebook)}"
    return page("slides.html", title, reveal=bundle("slides.css"), body="\n".join(shown), content=script(**code))


def _named(section: str) -> str:
    return f"Section {section}" if section.isdigit() else section


def _cell(cell: NotebookNode, path: Path, explorers: Explorers) -> str:
    if cell.cell_type == "markdown":
        return markdown(cell.source, path.parent)
    return highlighted(cell.source) + "\n" + outputs(cell, explorers, words=False)


def _words(cell: NotebookNode) -> list[str]:
    """What the explorers of a cell show, in words."""
    return [" ".join(plain(o.data["text/plain"]).split()) for o in cell.get("outputs", []) if LIVE in o.get("data", {})]


def main(names: list[str], folder: Path = SLIDES) -> None:
    """Write the slides."""
    for path in paths_of(names):
        write(folder, f"{path.stem}.html", lesson_slides(path, executed(path)))


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (FileNotFoundError, ValueError) as error:
        sys.exit(str(error))
