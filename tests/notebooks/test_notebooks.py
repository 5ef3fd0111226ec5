"""Every notebook keeps the rules of the house, and runs top to bottom in a clean kernel without a network.

A rule is a function from a notebook to the list of what breaks it. `test_each_rule_notices` shows each one a breach.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from functools import cache
from itertools import groupby
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tools.notebooks import NOTEBOOKS, TIMING, VIEW, execute, text_of, tidy, words_of
from tools.pages import executed

PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))
each_notebook = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
TAGS = {"slide", "continue"}  # the class sees this cell: on a new slide, or on the one that is open
TAGS |= {"timing"}  # what it prints differs from run to run and is not saved
PICTURES = ("image/png", "image/svg+xml", "image/jpeg")


@cache
def saved(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def code(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def kinds(notebook: NotebookNode) -> list[tuple[str, list[list[str]]]]:
    """Each code cell: its source, and of each output what it is."""
    return [
        (cell.source, [[o.output_type, *sorted(o.get("data", {}))] for o in cell.outputs]) for cell in code(notebook)
    ]


def prose(notebook: NotebookNode) -> str:
    """All markdown, without fenced code."""
    text = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)


def slug(heading: str) -> str:
    """The anchor of a heading, as JupyterLab and GitHub both find it: spaces to hyphens, compared in lower case."""
    return re.sub(r"[^\w-]", "", re.sub(r"[`*]", "", heading).strip().replace(" ", "-")).lower()


def valid(notebook: NotebookNode, path: Path) -> list[str]:
    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError as error:
        return [str(error)]
    return []


def saved_in_order(notebook: NotebookNode, path: Path) -> list[str]:
    counts = [cell.execution_count for cell in code(notebook)]
    return [] if counts == list(range(1, len(counts) + 1)) else [f"execution counts {counts}"]


def has_outputs(notebook: NotebookNode, path: Path) -> list[str]:
    return [] if any(cell.outputs for cell in code(notebook)) else ["saved without outputs"]


def no_errors(notebook: NotebookNode, path: Path) -> list[str]:
    outputs = [(cell.id, output) for cell in code(notebook) for output in cell.outputs]
    return [
        f"cell {where}: {output.get('ename') or output.get('text')}"
        for where, output in outputs
        if output.output_type == "error" or output.get("name") == "stderr"
    ]


def needs_no_kernel(notebook: NotebookNode, path: Path) -> list[str]:
    views = [
        f"cell {cell.id}: a widget's view" for cell in code(notebook) for o in cell.outputs if VIEW in o.get("data", {})
    ]
    return views + (["metadata.widgets"] if "widgets" in notebook.metadata else [])


def same_every_time(notebook: NotebookNode, path: Path) -> list[str]:
    changed = [] if text_of(tidy(copy.deepcopy(notebook))) == text_of(notebook) else ["not saved by `make notebooks`"]
    texts = [(cell.id, str(o.get("text") or o.data.get("text/plain"))) for cell in code(notebook) for o in cell.outputs]
    return changed + [
        f"cell {where}: an address in memory" for where, text in texts if re.search(r" at 0x[0-9a-f]+", text)
    ]


def small(notebook: NotebookNode, path: Path) -> list[str]:
    size = len(text_of(notebook).encode())
    return [] if size < 1_000_000 else [f"{size} bytes"]


def short_cells(notebook: NotebookNode, path: Path) -> list[str]:
    lines = {cell.id: len(cell.source.splitlines()) for cell in code(notebook)}
    return [f"cell {where}: {n} lines" for where, n in lines.items() if not 0 < n <= 25]


def fits_a_narrow_page(notebook: NotebookNode, path: Path) -> list[str]:
    """At 800 px JupyterLab clips a line of code after 78 characters, and breaks a printed one there, inside a word."""
    printed = {cell.id: "".join(o.get("text", "") for o in cell.outputs) for cell in code(notebook)}
    return [
        f"cell {cell.id}: {len(line)} characters: {line}"
        for cell in code(notebook)
        for line in [*cell.source.splitlines(), *printed[cell.id].splitlines()]
        if len(line) > 78
    ]


def prose_first(notebook: NotebookNode, path: Path) -> list[str]:
    runs = [(kind, list(cells)) for kind, cells in groupby(notebook.cells, key=lambda cell: cell.cell_type)]
    long = [
        f"{len(cells)} code cells in a row from {cells[0].id}"
        for kind, cells in runs
        if kind == "code" and len(cells) > 3
    ]
    empty = [f"cell {c.id}: empty" for c in notebook.cells if c.cell_type == "markdown" and not c.source.strip()]
    return long + empty + (["begins with code"] if runs and runs[0][0] != "markdown" else [])


def one_h1(notebook: NotebookNode, path: Path) -> list[str]:
    titles = re.findall(r"^# .+|<h1", prose(notebook), flags=re.M)
    first = notebook.cells[0].source if notebook.cells else ""
    return [] if len(titles) == 1 and first.startswith("# ") else [f"one H1 at the top, got {titles}"]


def pictures_described(notebook: NotebookNode, path: Path) -> list[str]:
    """Pictures in prose have an alt text. Pictures in outputs have a sentence: their own plain text or words beside."""
    text = prose(notebook)
    bare = re.findall(r"!\[\s*\]\([^)]*\)", text)
    bare += [tag for tag in re.findall(r"<img\b[^>]*>", text) if not re.search(r"alt=[\"'][^\"']+[\"']", tag)]
    for cell in code(notebook):
        beside = any(len(words_of(output).split()) >= 5 for output in cell.outputs)
        for output in cell.outputs:
            data = output.get("data", {})
            plain = str(data.get("text/plain", ""))
            own = len(plain.split()) >= 5 and not plain.startswith("<")
            if any(kind in data for kind in PICTURES) and not (own or beside):
                bare.append(f"cell {cell.id}: a picture without words")
    return bare


def links_resolve(notebook: NotebookNode, path: Path) -> list[str]:
    """Relative links and pictures exist, anchors are headings, and nothing is loaded from elsewhere."""
    text = re.sub(r"`[^`\n]*`", "", prose(notebook))
    anchors = {slug(h) for h in re.findall(r"^#+ (.+)$", text, flags=re.M)} | set(
        re.findall(r"id=[\"']([^\"']+)", text)
    )
    targets = re.findall(r"\]\(([^)\s]+)(?: \"[^\"]*\")?\)", text) + re.findall(r"(?:src|href)=[\"']([^\"']+)", text)
    broken = [f"loaded from elsewhere: {url}" for url in re.findall(r"!\[[^\]]*\]\((https?:[^)]+)\)", text)]
    broken += [f"loaded from elsewhere: {url}" for url in re.findall(r"src=[\"'](https?:[^\"']+)", text)]
    for target in targets:
        file, _, anchor = unquote(target).partition("#")
        if re.match(r"https?:|mailto:|attachment:|data:", target):
            continue
        if file and not (path.parent / file).exists():
            broken.append(f"no file {file}")
        elif not file and slug(anchor) not in anchors | {a.lower() for a in anchors}:
            broken.append(f"no heading for #{anchor}")
    return broken


def headings_begin_cells(notebook: NotebookNode, path: Path) -> list[str]:
    """So that slides, and a reader who folds a section, can be cut at headings."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    return [
        f"cell {cell.id}: a heading after other text"
        for cell in cells
        if re.search(r"\n#{1,3} ", re.sub(r"^```.*?^```", "", cell.source, flags=re.M | re.S))
    ]


def for_teachers(notebook: NotebookNode, path: Path) -> list[str]:
    """The first cell is a slide. The last is a folded guide: a paragraph for the opening, every numbered section and
    the closing, each with its minutes and at least one question that students ask."""
    guide = notebook.cells[-1].source if notebook.cells else ""
    sections = re.findall(r"^## (\d+)\. ", prose(notebook), flags=re.M)
    parts = re.findall(r"^\*\*(Opening|\d+|Closing) · \d+ minutes\.\*\* .*\*“.+\?”\*", guide, flags=re.M)
    wrong = [] if guide.startswith("<details><summary>For teachers") else ["no guide for teachers at the end"]
    if parts != ["Opening", *sections, "Closing"]:
        wrong.append(f"the guide has {parts}, the lesson the sections {sections}")
    tags = [cell.metadata.get("tags", []) for cell in notebook.cells]
    return wrong + ([] if ["slide"] in tags and tags[0] == ["slide"] else ["the first cell must be a slide"])


def known_tags(notebook: NotebookNode, path: Path) -> list[str]:
    tags = {tag for cell in notebook.cells for tag in cell.metadata.get("tags", [])}
    return [f"unknown tag {tag}" for tag in sorted(tags - TAGS)]


RULES: list[Callable[[NotebookNode, Path], list[str]]] = [
    valid,
    saved_in_order,
    has_outputs,
    no_errors,
    needs_no_kernel,
    same_every_time,
    small,
    short_cells,
    fits_a_narrow_page,
    prose_first,
    one_h1,
    pictures_described,
    links_resolve,
    headings_begin_cells,
    for_teachers,
    known_tags,
]


def test_there_are_notebooks() -> None:
    assert [path.name[:2] for path in PATHS] == [f"{n:02}" for n in range(9)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@each_notebook
def test_rule(path: Path, rule: Callable[[NotebookNode, Path], list[str]]) -> None:
    assert rule(saved(path), path) == []


@each_notebook
def test_runs_and_runs_the_same(path: Path) -> None:
    """Executed top to bottom twice, each in a clean kernel without a network: no error, and not one byte differs.

    The second run is kept for the handout and the slides. What is saved has the same outputs, of the same kinds. Their
    numbers may differ: on another machine they do.
    """
    first = execute(path)
    assert kinds(saved(path)) == kinds(first), "run `make notebooks`"
    assert [problem for rule in RULES for problem in rule(first, path)] == []
    assert text_of(first) == text_of(tidy(executed(path)))


# A guard is worth what it notices: a small good notebook, and for each rule one thing done wrong.


GUIDE = "\n\n".join(f"**{part} · 2 minutes.** Ask. *“Why?”* Because." for part in ("Opening", "1", "Closing"))


def good() -> NotebookNode:
    sentence = "The bars show four words; the first is the tallest."
    picture = new_output("display_data", {"image/png": "iVBORw0KGgo=", "text/plain": sentence})
    cells = [
        new_markdown_cell(
            "# One question\n\nSee [below](#What-now) and ![a drawing of two bars](test_notebooks.py).",
            metadata={"tags": ["slide"]},
        ),
        new_code_cell("print(1)", execution_count=1, outputs=[new_output("stream", text="1\n")]),
        new_markdown_cell("## What now"),
        new_code_cell("draw()", execution_count=2, outputs=[picture]),
        new_markdown_cell("## 1. A section"),
        new_markdown_cell("<details><summary>For teachers: a guide</summary>\n\n" + GUIDE + "\n\n</details>"),
    ]
    return tidy(new_notebook(cells=cells))


def bad(rule: Callable[[NotebookNode, Path], list[str]]) -> NotebookNode:
    """The good notebook with one thing wrong: what `rule` must notice."""
    notebook = good()
    text, printed, _, drawn, *_ = notebook.cells
    match rule.__name__:
        case "valid":
            printed.outputs[0]["colour"] = "red"
        case "saved_in_order":
            printed.execution_count, drawn.execution_count = 2, 1
        case "has_outputs":
            printed.outputs, drawn.outputs = [], []
        case "no_errors":
            printed.outputs.append(new_output("error", ename="KeyError", evalue="'x'", traceback=[]))
        case "needs_no_kernel":
            drawn.outputs[0].data[VIEW] = {"model_id": "1"}
        case "same_every_time":
            printed.outputs[0].text = "<Thing object at 0x7f00aa>"
        case "small":
            drawn.outputs[0].data["image/png"] = "A" * 1_000_000
        case "short_cells":
            printed.source = "x = 1\n" * 26
        case "fits_a_narrow_page":
            printed.outputs[0].text = "word " * 20
        case "prose_first":
            notebook.cells[1:1] = [new_code_cell("x = 1")] * 3
        case "one_h1":
            text.source += "\n\n# Another"
        case "pictures_described":
            drawn.outputs[0].data["text/plain"] = "<Figure size 640x480 with 1 Axes>"
        case "links_resolve":
            text.source = text.source.replace("#What-now", "#what-then")
        case "headings_begin_cells":
            text.source += "\n\n## A section"
        case "for_teachers":
            notebook.cells[-1].source = notebook.cells[-1].source.replace("*“Why?”*", "Why.")
        case "known_tags":
            drawn.metadata["tags"] = ["slides"]
    return notebook


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_each_rule_notices(rule: Callable[[NotebookNode, Path], list[str]]) -> None:
    here = Path(__file__)
    assert rule(good(), here) == []
    assert rule(bad(rule), here) != []


def test_execution_notices_an_error(tmp_path: Path) -> None:
    nbformat.write(new_notebook(cells=[new_code_cell("1 / 0")]), tmp_path / "x.ipynb")
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        execute(tmp_path / "x.ipynb")


@pytest.mark.parametrize(
    "ask", ["socket.create_connection(('192.0.2.1', 80))", "socket.getaddrinfo('example.org', 80)"]
)
def test_execution_has_no_network(tmp_path: Path, ask: str) -> None:
    nbformat.write(new_notebook(cells=[new_code_cell(f"import socket\n{ask}")]), tmp_path / "x.ipynb")
    with pytest.raises(CellExecutionError, match="must work without a network"):
        execute(tmp_path / "x.ipynb")


def test_a_timing_is_not_saved() -> None:
    """In its place is a sentence; what went wrong stays, and is noticed."""
    notebook = good()
    printed = notebook.cells[1]
    printed.metadata["tags"] = ["timing"]
    printed.outputs.append(new_output("stream", name="stderr", text="too slow"))
    assert same_every_time(notebook, Path(__file__)) == ["not saved by `make notebooks`"]
    assert [words_of(output) for output in tidy(notebook).cells[1].outputs] == [TIMING.strip(), "too slow"]
    assert same_every_time(notebook, Path(__file__)) == [] != no_errors(notebook, Path(__file__))


def test_an_explorer_must_leave_picture_and_words(tmp_path: Path) -> None:
    show = "from IPython.display import display\n" + f"display({{'{VIEW}': {{}}, 'text/plain': 'x'}}, raw=True)"
    nbformat.write(new_notebook(cells=[new_code_cell(show)]), tmp_path / "x.ipynb")
    with pytest.raises(ValueError, match="an explorer must leave a picture"):
        execute(tmp_path / "x.ipynb")
