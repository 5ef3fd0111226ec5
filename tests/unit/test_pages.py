"""What the handout and the slides are made of: prose, formulas, packed explorers, the teacher's guide."""

from __future__ import annotations

import base64
import gzip
import json
import re
import xml.etree.ElementTree as ElementTree

import nbformat
import pytest
import torch
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import gptviz as gv
from gptviz.geometry import find
from gptviz.widgets.explorer import LIVE
from tools import pages, site, slides
from tools.notebooks import tidy

GUIDE = """<details><summary>For teachers: a guide to this lesson</summary>

Take home: one thing.

**Opening · 3 minutes.** Ask who has used one.

**1 · 6 minutes.** Collect guesses. *“Why a sum?”* Because $a + b$ is one.

It goes on here.

**Closing · 4 minutes.** The recap.

</details>"""


def lesson(guide: str = GUIDE):
    cells = [
        new_markdown_cell("# A question?\n\n*About 5 minutes. You need nothing.*", metadata={"tags": ["slide"]}),
        new_code_cell("import gptviz"),
        new_markdown_cell("## 1. First\n\nText.", metadata={"tags": ["slide"]}),
        new_code_cell("1 + 1", metadata={"tags": ["continue"]}),
        new_markdown_cell("## Recap\n\n- all of it", metadata={"tags": ["slide"]}),
        new_code_cell('gv.checks.exercise("01.1", ...)'),
        new_markdown_cell(guide),
    ]
    cells[3].outputs = [new_output("execute_result", {"text/plain": "2"})]
    return new_notebook(cells=cells)


# ---- prose


@pytest.mark.parametrize(
    "tex", [r"\frac{e^{x_i / T}}{\sum_j e^{x_j / T}}", r"\sqrt{d_k}", r"W_Q^\top x \in \mathbb{R}^d"]
)
def test_a_formula_is_mathml(tex):
    root = ElementTree.fromstring(pages.mathml(tex, display=True))
    assert root.tag.endswith("math") and root.get("display") == "block"
    assert "\\" not in "".join(root.itertext())


@pytest.mark.parametrize("tex", [r"\wobbly{x}", r"a & b", r"\frac{1}{2} \nonsense"])
def test_a_formula_that_cannot_be_shown_is_one_clear_error(tex):
    with pytest.raises(ValueError, match="no MathML for"):
        pages.mathml(tex)


def test_prose(tmp_path):
    (tmp_path / "map.svg").write_text("<svg viewBox='0 0 9 9'><title>x</title><rect fill='#1f2430'/></svg>")
    html = pages.markdown(
        "## 1. What `now`?\n\nSee [there](01_next.ipynb#What-Now), [above](#A-Place), [code](../x.py) and "
        "[a paper](https://example.org/A#B). It is $x_i$.\n\n$$y$$\n\n![the “map”](map.svg)\n\n"
        "```python\nx = 1\n```\n\n<details><summary>Answer</summary>\n\n\nIt is **one**.\n\n\n</details>",
        tmp_path,
    )
    assert '<h2 id="1-what-now">' in html
    assert re.findall(r'href="([^"]*)"', html) == ["01_next.html#what-now", "#a-place", "https://example.org/A#B"]
    assert html.count("<math") == 2 and "$" not in html
    assert 'aria-label="the “map”"' in html and "var(--gv-ink)" in html and "<title>" not in html and "<img" not in html
    assert '<span class="mi">1</span>' in html
    assert "<details><summary>Answer</summary>" in html and "<strong>one</strong>" in html


# ---- explorers


def unpacked(text: str) -> tuple[dict, list[dict[str, bytes]]]:
    """What `mountAll` finds: the JSON, and of each explorer the arrays."""
    whole = base64.b85decode(text.replace(",", "<"))
    inside = gzip.decompress(whole[4 : 4 + int.from_bytes(whole[:4], "little")])
    first = 4 + int.from_bytes(inside[:4], "little")
    head = json.loads(inside[4:first])

    def array(at: int, length: int) -> bytes:
        quarter = -(-length // 4)
        planes = [inside[first + at + n * quarter :][:quarter] for n in range(4)]
        return b"".join(bytes(four) for four in zip(*planes, strict=True))[:length]

    arrays = [{trait: array(*place) for trait, place in entry["arrays"].items()} for entry in head["explorers"]]
    return head, arrays


def test_packed_explorers_are_what_they_were():
    """Each module and each array once, every trait and every byte as it was."""
    trace = gv.trace(gv.load(), "Once there was a")
    contents = [e._content() for e in (gv.next_token(trace), gv.heads(trace), gv.next_token(trace, temperature=2.0))]
    explorers = pages.Explorers()
    for content in contents:
        explorers.place(content)
    text = explorers.packed()
    assert "<" not in text and explorers.packed() == text
    head, arrays = unpacked(text)
    assert list(head["modules"]) == ["next_token", "heads"]
    assert [entry["name"] for entry in head["explorers"]] == ["next_token", "heads", "next_token"]
    assert head["explorers"][0]["arrays"] == head["explorers"][2]["arrays"]
    for content, entry, found in zip(contents, head["explorers"], arrays, strict=True):
        assert {trait: head["values"][i] for trait, i in entry["state"].items()} == json.loads(
            json.dumps(content["state"])
        )
        assert found == {trait: base64.b64decode(data) for trait, data in content["bytes"].items()}


def test_a_notebook_is_saved_without_what_a_page_needs():
    data = {LIVE: {"name": "x"}, "image/png": "", "text/plain": "Five words say what is shown."}
    notebook = new_notebook(cells=[new_code_cell("draw()", outputs=[new_output("display_data", data)])])
    assert LIVE in tidy(notebook, live=True).cells[0].outputs[0].data
    assert LIVE not in tidy(notebook).cells[0].outputs[0].data


def test_embeddings_of_a_page_bring_answers_instead_of_vectors():
    gpt = gv.load()
    explorer = gv.embeddings(gpt, "cat - dog")
    traits = explorer.compact()
    assert traits["vectors"] == b"" and explorer.vectors
    assert [answer["expression"] for answer in traits["ahead"]] == [attempt[0] for attempt in explorer.tries]
    assert traits["found"]["expression"] == "cat - dog"
    count = 3 * (gpt.config.vocab_size + 1)
    for n, answer in enumerate(traits["ahead"]):
        found = find(gpt, answer["expression"])
        assert (answer["best"], answer["terms"]) == (found.best, found.terms)
        assert answer["closest"][0][0] == int(found.order[0])
        _, points = explorer._answer(answer["expression"], "")
        whole = torch.frombuffer(bytearray(traits["ahead_placed"]), dtype=torch.int16)[n * count : (n + 1) * count]
        torch.testing.assert_close(
            whole.float() / 32767 * answer["largest"], points.flatten(), rtol=0, atol=answer["largest"] / 60_000
        )


# ---- executed once


def test_a_notebook_is_executed_once_until_it_changes(tmp_path, monkeypatch):
    runs = []

    def run(path, live):
        assert live
        runs.append(path)
        return nbformat.read(path, as_version=4)

    monkeypatch.setattr(pages, "execute", run)
    monkeypatch.setattr(pages, "KEPT", tmp_path / "kept")
    path = tmp_path / "00_x.ipynb"
    nbformat.write(lesson(), path)
    assert pages.executed(path) == pages.executed(path)
    assert len(runs) == 1
    changed = lesson()
    changed.cells[1].source = "import torch"
    nbformat.write(changed, path)
    pages.executed(path)
    assert len(runs) == 2 and len(list((tmp_path / "kept").iterdir())) == 1


# ---- a page of the handout


def test_a_page_says_what_needs_the_notebook(tmp_path):
    html = site.lesson_page(tmp_path / "01_x.ipynb", lesson(), "")
    assert html.count("Your answer is checked in the notebook") == 1
    assert '<pre class="output">2</pre>' in html
    assert re.findall(r'<li><a href="#([^"]+)">', html) == ["1-first", "recap"]
    assert not re.search(r"(src|href)=[\"']https?:|@import|url\(http", html)


def test_a_page_that_is_too_large_is_one_clear_error(tmp_path, monkeypatch):
    monkeypatch.setattr(site, "LIMIT", 1000)
    with pytest.raises(ValueError, match=r"01_x\.html must be 1,000 bytes at most"):
        site.lesson_page(tmp_path / "01_x.ipynb", lesson(), "")


def test_links_to_the_lessons_beside():
    titles = {"00_a": "First?", "01_b": "Second & last?"}
    assert re.findall(r'href="([^"]*)"', site.around_of(titles, "00_a")) == ["index.html", "01_b.html"]
    assert re.findall(r'href="([^"]*)"', site.around_of(titles, "01_b")) == ["00_a.html", "index.html"]
    assert "Second &amp; last?" in site.around_of(titles, "00_a")


# ---- slides


def test_the_guide_by_section():
    assert slides.sections(lesson()) == ["Opening", "Opening", "1", "1", "Closing", "Closing", "Closing"]
    notes = slides.guide(lesson(), "x")
    assert [(section, note.minutes) for section, note in notes.items()] == [("Opening", 3), ("1", 6), ("Closing", 4)]
    assert notes["1"].text.startswith("Collect guesses.") and notes["1"].text.endswith("It goes on here.")
    assert notes["Closing"].text == "The recap."


@pytest.mark.parametrize(
    ("guide", "says"),
    [
        (GUIDE.replace("**1 · 6 minutes.**", "1, six minutes:"), "no paragraph for 1;"),
        (GUIDE.replace("**1 ·", "**2 ·").replace("**Closing ·", "**The end ·"), "no paragraph for 1, Closing"),
        (GUIDE.replace("**1 ·", "**2 ·"), "a paragraph for 2, which is no section"),
        (GUIDE + "\n\n**1 · 2 minutes.** Again.", "2 paragraphs for 1"),
        ("Bye.", "the last cell must be the teacher's guide"),
    ],
)
def test_a_guide_with_a_gap_is_one_clear_error(guide, says):
    with pytest.raises(ValueError, match=f"^07_x: .*{re.escape(says)}"):
        slides.guide(lesson(guide), "07_x")


def test_slides_by_tags():
    assert slides.chosen(lesson(), "x") == [[0], [2, 3], [4]]
    bare = lesson()
    for cell in bare.cells:
        cell.metadata.clear()
    with pytest.raises(ValueError, match="07_x: no cell is tagged “slide”"):
        slides.chosen(bare, "07_x")
    bare.cells[3].metadata["tags"] = ["continue"]
    with pytest.raises(ValueError, match="no slide has begun"):
        slides.chosen(bare, "07_x")


def test_slides_have_the_notes_of_their_section(tmp_path):
    html = slides.lesson_slides(tmp_path / "01_x.ipynb", lesson())
    shown = re.findall(
        r'<section data-timing="(\d+)">(.*?)<aside class="notes">(.*?)</aside></section>', html, flags=re.S
    )
    assert [timing for timing, _, _ in shown] == ["180", "360", "240"]
    first, second, third = [notes for _, _, notes in shown]
    assert "Ask who has used one." in first and "The recap." in third
    assert "Section 1 · 6 minutes" in second and "Why a sum?" in second and "<math" in second and "goes on" in second
    assert '<pre class="output">2</pre>' in shown[1][1] and "import gptviz" not in html.partition("<script")[0]
