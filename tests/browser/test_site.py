"""The handout: every page opens from a file without a network, and its explorers are alive."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Page, expect

from gptviz.widgets.explorer import LIVE
from tests.browser.looks import unreadable
from tools import site
from tools.live import watched
from tools.pages import executed, paths_of, slug

PATHS = paths_of([])
each_page = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    site.main([], folder)
    return folder


def opened(page: Page, file: Path, **size: int) -> Page:
    """The page with everything drawn."""
    if size:
        page.set_viewport_size({"height": 900, **size})  # type: ignore[arg-type]
    page.goto(file.as_uri())
    page.wait_for_selector("html[data-ready]", state="attached")
    return page


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


# Every slider that is not off: a step away from where it stands must show in what its explorer says it draws.
DEAD = """async () => {
    const dead = [], all = [];
    for (const root of document.querySelectorAll(".gptviz")) {
        for (const input of [...root.querySelectorAll("input[type=range]:not(:disabled)")]) {
            const [before, value] = [root.dataset.value, input.value];
            const name = `${root.dataset.explorer}: ${input.getAttribute("aria-label")}`;
            const move = to => {
                input.value = to;
                input.dispatchEvent(new Event("input", {bubbles: true}));
                return new Promise(done => requestAnimationFrame(() => setTimeout(done)));
            };
            all.push(name);
            await move(Number(value) < Number(input.max) ? input.max : input.min);
            if (root.dataset.value === before && input.min !== input.max) dead.push(name);
            await move(value);
        }
    }
    return [all, dead];
}"""


@each_page
def test_explorers_are_alive(page: Page, built: Path, path: Path) -> None:
    """As many as in the notebook, each drawn, each slider moving its picture, each box for a text off; no still."""
    opened(page, built / f"{path.stem}.html")
    shown = [output.get("data", {}) for cell in executed(path).cells for output in cell.get("outputs", [])]
    count = sum(LIVE in data for data in shown)
    expect(page.locator(".gptviz[data-value]")).to_have_count(count)
    expect(page.locator(".live > p")).to_have_count(0)
    assert page.locator("main img").count() == sum("image/png" in data and LIVE not in data for data in shown)
    assert page.locator("figure.explorer img").count() == 0
    for root in page.locator(".gptviz").all():
        box = root.bounding_box()
        assert box and box["width"] > 900 and box["height"] > 100
    moved, dead = page.evaluate(DEAD)
    assert dead == [] and (moved or not count)
    boxes = page.locator(".gptviz textarea[aria-label]:not([readonly])")
    for box in boxes.all():
        expect(box).to_be_disabled()
        assert box.evaluate("box => getComputedStyle(box).borderStyle") == "dashed"


def test_a_dead_explorer_would_be_noticed(page: Page, built: Path) -> None:
    opened(page, built / "07_next_token.html")
    page.evaluate(
        "() => { for (const root of document.querySelectorAll('.gptviz')) root.replaceWith(root.cloneNode(true)); }"
    )
    moved, dead = page.evaluate(DEAD)
    assert moved and dead == moved


@each_page
def test_the_page_reads_well(page: Page, built: Path, path: Path) -> None:
    """Wide and narrow, light and dark: words large and dark enough and inside; formulas are formulas."""
    for width in (1280, 800):
        opened(page, built / f"{path.stem}.html", width=width)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
        (drawn,) = page.locator(".drawing svg").evaluate_all("all => all.map(svg => svg.getBoundingClientRect().width)")
        assert drawn >= 1056  # its words of 13 px are 12 px then; what is wider than the page is moved into sight
        page.add_style_tag(content=".drawing { display: none }")  # its colours are tested where they are defined
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            for part in ("body > header", "main", "body > footer"):
                for _ in range(40):  # explorers are drawn again a moment after the page has changed
                    wrong = unreadable(page.locator(part))
                    if not wrong:
                        break
                    page.wait_for_timeout(250)
                assert wrong == []
    source = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "markdown")
    prose = page.locator("main > :is(p, ul, ol, blockquote, table, .math)").all_inner_texts()
    assert not [words for words in prose if re.search(r"\$\$|\\[a-z]+\{", words)]
    if "$$" in source:
        assert page.locator("math[display=block] mfrac, math[display=block] mi").count() > 0
    assert page.locator("main [alt=''], main img:not([alt])").count() == 0
    assert page.locator(".drawing svg[aria-label]").count() == page.locator(".drawing svg").count() > 0


@each_page
def test_nothing_outside_the_page(built: Path, path: Path) -> None:
    """At most 1 MB; what it names is there; each module once; nothing is loaded."""
    text = text_of(built / f"{path.stem}.html")
    assert len(text.encode()) <= 1_000_000
    assert not re.search(r"(?:src|data|poster)=[\"']?https?:|<link|<iframe|@import|url\(\s*[\"']?http", text)
    ids = {file.name: set(re.findall(r'\bid="([^"]+)"', text_of(file))) for file in built.glob("*.html")}
    for target in re.findall(r'<a [^>]*href="([^"]+)"', text):
        if re.match(r"https?:|mailto:", target):
            continue
        file, _, anchor = target.partition("#")
        assert (file or f"{path.stem}.html") in ids, target
        assert not anchor or anchor in ids[file or f"{path.stem}.html"], target
    source = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "markdown")
    for heading in re.findall(r"^#+ (.+)$", re.sub(r"^```.*?^```", "", source, flags=re.M | re.S), flags=re.M):
        assert slug(heading) in ids[f"{path.stem}.html"]


def test_the_lessons_lead_from_one_to_the_next(page: Page, built: Path) -> None:
    page.goto((built / "index.html").as_uri())
    assert unreadable(page.locator("body")) == []
    expect(page.locator(".lessons a")).to_have_count(len(PATHS))
    page.locator(".lessons a").first.click()
    for path, after in zip(PATHS, [*PATHS[1:], None], strict=True):
        expect(page).to_have_url((built / f"{path.stem}.html").as_uri())
        page.wait_for_selector("html[data-ready]", state="attached")
        if after:
            page.locator("footer nav a").last.click()
    page.get_by_role("link", name="all lessons").first.click()
    expect(page.locator("h1")).to_be_visible()


def test_answers_fold_and_links_within_a_page_arrive(page: Page, built: Path) -> None:
    opened(page, built / "07_next_token.html")
    answer = page.locator("details", has_text="Answer").first
    assert answer.get_attribute("open") is None
    answer.locator("summary").click()
    expect(answer.locator("p").first).to_be_visible()
    page.goto(page.url.partition("#")[0] + "#exercises")
    page.reload()
    page.wait_for_selector("html[data-ready]", state="attached")
    expect(page.locator("#exercises")).to_be_in_viewport()


def test_a_request_would_be_noticed(browser, built: Path, tmp_path: Path) -> None:
    """The page's own policy refuses what would leave it, and the test that watches fails."""
    text = text_of(built / "index.html").replace("</main>", '<img src="https://example.org/x.png" alt="x"></main>')
    (tmp_path / "x.html").write_text(text, encoding="utf-8")
    with pytest.raises(AssertionError, match="example.org"), watched(browser) as page:
        page.goto((tmp_path / "x.html").as_uri())
        page.wait_for_timeout(300)
