"""Slides: each lesson's open from a file without a network, fit, and leave explorers their keys."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from playwright.sync_api import Page, expect

from tools import slides
from tools.pages import executed, paths_of

PATHS = paths_of([])
each_lesson = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
SMALLEST_PX = 8  # of a word on a slide of 1280 × 720: 12 on a projector of 1920 × 1080
GUIDE = """<details><summary>For teachers: a guide to this lesson</summary>

**Opening · 3 minutes.** Ask who has used one.

**1 · 6 minutes.** Collect guesses. *“Why a sum?”* Because $a + b$ is one.

**2 · 5 minutes.** Let them click.

**Closing · 4 minutes.** The recap.

</details>"""


def tagged(tag: str) -> dict:
    return {"tags": [tag]}


def small() -> nbformat.NotebookNode:
    """A lesson with one of everything: a formula, a figure, an explorer with sliders, one with a canvas."""
    cells = [
        new_markdown_cell("# How does it choose?\n\nThe question.", metadata=tagged("slide")),
        new_code_cell(
            'import gptviz as gv\ngpt = gv.load()\ntrace = gv.trace(gpt, "Once there was a fluffy creature")'
        ),
        new_markdown_cell("## 1. First\n\n> **Predict.** What?\n\n$$\\frac{a}{b}$$", metadata=tagged("slide")),
        new_code_cell("gv.figures.next_token(trace)", metadata=tagged("continue")),
        new_code_cell("gv.next_token(trace)", metadata=tagged("slide")),
        new_markdown_cell("Not for the class."),
        new_markdown_cell("## 2. Second", metadata=tagged("slide")),
        new_code_cell("gv.heads(trace)", metadata=tagged("continue")),
        new_markdown_cell("## Recap\n\n- all of it\n- and more", metadata=tagged("slide")),
        new_markdown_cell(GUIDE),
    ]
    return new_notebook(cells=cells)


@pytest.fixture(scope="module")
def lesson(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lesson")
    path = folder / "90_small.ipynb"
    nbformat.write(small(), path)
    (folder / "90_small.html").write_text(slides.lesson_slides(path, executed(path)), encoding="utf-8")
    return folder / "90_small.html"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("slides")
    slides.main([], folder)
    return folder


def start(page: Page, file: Path, at: int = 0, width: int = 1280, height: int = 720) -> Page:
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{file.as_uri()}#/{at}")
    page.wait_for_selector("html[data-ready]", state="attached")
    return page


def number(page: Page) -> int:
    """Of the slide that is shown, from 0."""
    return int(
        page.evaluate("() => [...document.querySelectorAll('.slides > section')].findIndex(s => s.matches('.present'))")
    )


# What of the slide on screen is cut off, or too small to read from the last row.
UNFIT = """smallest => {
    const fit = document.querySelector("section.present .fit"), bad = [];
    const box = fit.getBoundingClientRect();
    if (box.top < -1 || box.bottom > innerHeight + 1 || box.left < -1 || box.right > innerWidth + 1)
        bad.push(`the slide ends at ${Math.round(box.right)} × ${Math.round(box.bottom)}`);
    const scale = box.width / fit.offsetWidth;
    for (const e of fit.querySelectorAll("*")) {
        if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
        const own = e.getBoundingClientRect(), style = getComputedStyle(e);
        if (!own.width || style.visibility === "hidden" || e.matches(".gv-live, [hidden]")) continue;
        const size = parseFloat(style.fontSize) * scale;
        if (size < smallest - 0.01) bad.push(`${size.toFixed(1)} px: ${e.textContent.slice(0, 40)}`);
        const out = own.right > box.right + 1 && !e.closest(".gptviz, .drawing");
        if (out) bad.push(`outside: ${e.textContent.slice(0, 40)}`);
    }
    for (const root of fit.querySelectorAll(".live"))
        if (!root.querySelector(".gptviz[data-value]")) bad.push("an explorer is not drawn");
    return bad;
}"""


def walk(page: Page) -> tuple[int, list[str]]:
    """Go through all slides with the arrow key; how many, and what is wrong with them."""
    seen, bad = 0, []
    while True:
        page.wait_for_timeout(250)  # explorers draw and slides shrink when they come on screen
        seen += 1
        bad += [f"slide {seen}: {problem}" for problem in page.evaluate(UNFIT, SMALLEST_PX)]
        before = number(page)
        page.keyboard.press("ArrowRight")
        if number(page) == before:
            return seen, bad


@each_lesson
def test_every_slide_fits(page: Page, built: Path, path: Path) -> None:
    """As many slides as tags; each has notes, none overflows, no word is too small; no console error, no request."""
    start(page, built / f"{path.stem}.html")
    tags = [cell.metadata.get("tags", []) for cell in nbformat.read(path, as_version=4).cells]
    seen, bad = walk(page)
    assert bad == []
    assert seen == sum("slide" in cell for cell in tags)
    notes = page.locator(".slides > section > aside.notes").all_text_contents()
    assert len(notes) == seen and all("minutes" in note for note in notes)
    text = (built / f"{path.stem}.html").read_text(encoding="utf-8")
    assert 'src="http' not in text and "<link" not in text


def test_what_does_not_fit_would_be_noticed(page: Page, lesson: Path) -> None:
    start(page, lesson)
    assert page.evaluate(UNFIT, SMALLEST_PX) == []
    page.evaluate("() => { document.querySelector('.present .fit p').style.paddingTop = '2000px'; }")
    page.wait_for_timeout(250)
    assert page.evaluate(UNFIT, SMALLEST_PX) != []
    assert page.evaluate(UNFIT, 100) != []


def test_a_tall_slide_is_made_smaller(page: Page, lesson: Path) -> None:
    start(page, lesson)
    page.evaluate("() => { document.querySelector('.present .fit p').style.paddingTop = '700px'; }")
    page.wait_for_timeout(250)
    assert page.evaluate(UNFIT, SMALLEST_PX) == []


def test_formulas_and_figures_are_in_the_page(page: Page, lesson: Path) -> None:
    start(page, lesson, at=1)
    expect(page.locator("section.present math mfrac")).to_be_visible()
    assert page.locator("section.present figure img").evaluate("img => img.complete && img.naturalWidth > 100")


def test_an_explorer_keeps_its_keys(page: Page, lesson: Path) -> None:
    """Arrows, Home and letters are the explorer's; Escape gives them back; a remote's PageDown always goes on."""
    start(page, lesson, at=2)
    root = page.locator("section.present .gptviz[data-value]")
    slider = root.locator("input[type=range]").first
    slider.focus()
    before = root.get_attribute("data-value")
    page.keyboard.press("ArrowRight")
    assert number(page) == 2 and root.get_attribute("data-value") != before
    for key in ("End", "Home", "n", "o", "f", "b", "s"):
        page.keyboard.press(key)
    assert number(page) == 2 and not page.locator(".reveal.overview, .reveal.paused").count()
    page.keyboard.press("Escape")
    page.wait_for_timeout(50)
    assert not page.locator(".reveal.overview").count()
    page.keyboard.press("ArrowLeft")
    assert number(page) == 1
    page.keyboard.press("ArrowRight")
    slider.focus()
    held = root.get_attribute("data-value")
    page.keyboard.press("PageDown")
    assert number(page) == 3
    page.keyboard.press("PageUp")
    assert number(page) == 2 and root.get_attribute("data-value") == held


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1024, 640)])
def test_a_click_lands_where_it_points(page: Page, lesson: Path, width: int, height: int) -> None:
    """A slide is drawn larger or smaller than it is laid out; the head one clicks is still the head one gets."""
    start(page, lesson, at=3, width=width, height=height)
    page.wait_for_timeout(300)
    root = page.locator("section.present .gptviz[data-value]")
    canvas = root.locator(".gv-multiples canvas")
    for layer, head in ((3, 2), (0, 3), (1, 0)):
        x, y = canvas.evaluate(
            """(canvas, [layer, head]) => {
                const box = canvas.getBoundingClientRect(), [x, y] = canvas.center(layer, head);
                const scale = box.width / canvas.offsetWidth;
                return [box.left + x * scale, box.top + y * scale];
            }""",
            [layer, head],
        )
        page.mouse.click(x, y)
        expect(root.locator(".gv-opened")).to_have_text(f"Layer {layer}, head {head}")


def test_speaker_notes(page: Page, lesson: Path) -> None:
    """S opens them, from a file and without a network: the section's minutes and questions, and the slide itself."""
    start(page, lesson, at=1)
    with page.expect_popup() as opening:
        page.keyboard.press("s")
    notes = opening.value
    value = notes.locator(".speaker-controls-notes .value")
    expect(value).to_contain_text("Section 1 · 6 minutes", timeout=30_000)
    expect(value).to_contain_text("Why a sum?")
    expect(value.locator("math")).to_have_count(1)
    expect(notes.locator(".pacing-title")).to_be_visible()
    expect(notes.frame_locator("#current-slide iframe").locator("section.present math[display=block]")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(value).to_contain_text("The picture at first:")
    page.keyboard.press("ArrowRight")
    expect(value).to_contain_text("Let them click.")
