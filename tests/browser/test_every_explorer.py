"""What holds for every explorer alike: all on one page, and each saved as a page of its own."""

from urllib.request import urlopen

import pytest
from playwright.sync_api import expect

import gptviz as gv
from gptviz.widgets.explorer import HERE
from gptviz.widgets.gate import gate
from tests.browser.looks import alive, unmoved, unreadable

OF_A_TRACE = ("attention", "delta", "heads", "knockout", "neurons", "next_token", "pipeline", "residual")
OF_A_GPT = ("embeddings", "positions")
OF_NOTHING = ("gate",)  # a toy: needs no model
NAMES = OF_A_TRACE + OF_A_GPT + OF_NOTHING
TEXT = "A fluffy blue creature roamed the verdant forest. The creature was"
CELLS = [
    f"import gptviz as gv\ngpt = gv.load()\ntrace = gv.trace(gpt, {TEXT!r})",
    *(f"gv.{name}(trace)" for name in OF_A_TRACE),
    *(f"gv.{name}(gpt)" for name in OF_A_GPT),
    "from gptviz.widgets.gate import gate\ngate()",
]
MARKUP = "<img src=x onerror=alert(1)></script><script>alert(1)</script>"


def root_of(page, name):
    return page.locator(f".gptviz[data-explorer={name}][data-value]")


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A page of each explorer, by name."""
    gpt, folder = gv.load(), tmp_path_factory.mktemp("saved")
    trace = gv.trace(gpt, TEXT)
    for name in OF_A_TRACE + OF_A_GPT:
        getattr(gv, name)(gpt if name in OF_A_GPT else trace).save(folder / f"{name}.html")
    gate().save(folder / "gate.html")
    return {name: (folder / f"{name}.html").as_uri() for name in NAMES}


def test_these_are_all():
    assert set(NAMES) == {path.stem for path in (HERE / "js" / "explorers").glob("*.js")}


def test_all_on_one_page(opened):
    for name in NAMES:
        expect(opened.show(f".gptviz[data-explorer={name}][data-value]")).to_be_visible()


HAS_FAINT = """canvas => {
    const probe = canvas.parentElement.appendChild(document.createElement("span"));
    probe.style.color = "var(--gv-faint)";
    const [r, g, b] = getComputedStyle(probe).color.match(/\\d+/g).map(Number);
    probe.remove();
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    for (let i = 0; i < data.length; i += 4) if (data[i] === r && data[i + 1] === g && data[i + 2] === b) return true;
    return false;
}"""


def test_another_theme_out_of_sight_changes_the_colours_alone(opened):
    """JupyterLab changes its style sheet and its mark of the theme one after the other; what is hidden has no width."""
    lens = opened.show(".gptviz[data-explorer=residual] .gv-grid canvas")
    numbers = lens.evaluate("canvas => canvas.values.length")
    for theme in ("dark", "light"):
        opened.show(".gptviz[data-explorer=positions]")
        opened.theme(theme)
        lens = opened.show(".gptviz[data-explorer=residual] .gv-grid canvas")
        assert lens.evaluate("canvas => canvas.values.length") == numbers
        lanes = opened.show(".gptviz[data-explorer=pipeline] .gv-stage-box canvas")
        opened.page.wait_for_function(HAS_FAINT, arg=lanes.element_handle())


@pytest.mark.parametrize("name", NAMES)
def test_no_letter_leaves_an_explorer(page, saved, name):
    """JupyterLab would take ArrowLeft and hide the cell, or x and cut it. Keys with Ctrl are still its own."""
    page.goto(saved[name])
    passed = root_of(page, name).evaluate(
        """root => {
            const heard = [], listen = event => heard.push(event.key);
            root.parentElement.addEventListener("keydown", listen);
            const target = root.querySelector("input, button, canvas, [tabindex]");
            for (const [key, ctrlKey] of [["x", false], ["Escape", false], ["j", true]])
                target.dispatchEvent(new KeyboardEvent("keydown", {key, ctrlKey, bubbles: true}));
            root.parentElement.removeEventListener("keydown", listen);
            return heard;
        }"""
    )
    assert passed == ["j"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", NAMES)
def test_words_can_be_read_at_every_width(page, saved, name, scheme):
    page.emulate_media(color_scheme=scheme)
    page.goto(saved[name])
    for width in (1280, 800, 560):
        page.set_viewport_size({"width": width, "height": 900})
        for _ in range(40):  # it is drawn again a moment after the page has changed
            wide = root_of(page, name).evaluate("root => root.scrollWidth > root.clientWidth + 1")
            wrong = unreadable(root_of(page, name)) + ["wider than the page"] * wide
            if not wrong:
                break
            page.wait_for_timeout(250)
        assert wrong == [], width


CANVASES = "root => [...root.querySelectorAll('canvas')].map((canvas) => canvas.toDataURL())"
MOUNT = 'mount(document.getElementById("explorer")'


@pytest.mark.parametrize("name", NAMES)
def test_drawn_out_of_the_page_it_looks_the_same_once_it_is_in(page, saved, tmp_path, name):
    """JupyterLab on a busy machine draws an explorer before it is in the page, where nothing has width or colour."""
    before, mount, after = urlopen(saved[name]).read().decode().rpartition(MOUNT)
    assert mount
    out = f"const place = {MOUNT[6:]}; place.remove(); setTimeout(() => document.body.append(place), 300); mount(place"
    (tmp_path / "late.html").write_text(before + out + after, encoding="utf-8")
    page.goto(saved[name])
    at_once = root_of(page, name).evaluate(CANVASES)
    page.goto((tmp_path / "late.html").as_uri())
    expect(root_of(page, name)).to_be_visible()
    for _ in range(40):
        if (at_last := root_of(page, name).evaluate(CANVASES)) == at_once:
            break
        page.wait_for_timeout(100)
    assert at_last == at_once


@pytest.mark.parametrize("name", NAMES)
def test_every_slider_moves_the_picture(page, saved, name):
    page.goto(saved[name])
    assert unmoved(root_of(page, name)) == []


def test_a_slider_that_does_not_would_be_noticed(page, saved):
    page.goto(saved["positions"])
    deaf = "root => root.addEventListener('input', event => event.stopPropagation(), {capture: true})"
    root_of(page, "positions").evaluate(deaf)
    assert unmoved(root_of(page, "positions")) == ["dimension", "position"]


@pytest.mark.parametrize("name", OF_A_TRACE)
def test_a_changed_run_says_so(page, tmp_path, name):
    gpt = gv.load()
    row = gv.trace(gpt, TEXT).z[2, 1][3]
    trace = gv.trace(gpt, TEXT, without=["L0H0"], scale={"L1N7": 0.5}, patch={("z", 2, 1, 3): row})
    getattr(gv, name)(trace).save(tmp_path / "x.html")
    page.goto((tmp_path / "x.html").as_uri())
    status = root_of(page, name).locator(".gv-status").first
    expect(status).to_contain_text("this run is changed (L0H0 × 0, L1N7 × 0.5, z[2, 1, 3]); ")


@pytest.mark.parametrize("name", OF_A_TRACE)
def test_markup_in_a_saved_page_is_text(page, tmp_path, name):
    page.on("dialog", lambda dialog: page.problems.append(f"dialog: {dialog.message}"))
    getattr(gv, name)(gv.trace(gv.load(), MARKUP)).save(tmp_path / "x.html")
    page.goto((tmp_path / "x.html").as_uri())
    expect(root_of(page, name)).to_be_visible()
    assert page.locator("img").count() == 0


def test_every_listener_goes_with_the_pictures(opened):
    """Removed from the page, explorers hold on to nothing: each listener was given a signal, and it is aborted."""
    assert alive(opened.page) > 20 * len(NAMES)
    opened.page.evaluate(
        """() => { for (const cell of window.jupyterapp.shell.currentWidget.content.widgets.slice(1))
            cell.model.clearExecution(); }"""
    )
    expect(opened.page.locator(".gptviz")).to_have_count(0)
    assert alive(opened.page) == 0
