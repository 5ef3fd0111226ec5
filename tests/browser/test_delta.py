"""The ΔE explorer in a real JupyterLab: every arrow and every bar is what torch computes."""

from functools import cache

import pytest
import torch
from playwright.sync_api import expect

import gptviz as gv
from gptviz.geometry import handed_over, nearest, read_off, telling_delta, word_plane
from gptviz.widgets.explorer import visible
from tests.browser.expressions import check_expressions
from tests.browser.looks import unreadable

TEXT = "Once there was an old king who ruled a small kingdom by the sea. Every morning the king"
ROOT = "[data-explorer=delta]"
CELLS = [
    "import gptviz as gv\ngpt = gv.load()",
    f"w = gv.delta(gv.trace(gpt, {TEXT!r}))\nw",
    "import gptviz.widgets.delta as room\nahead, room.HEADS_AT_ONCE = room.HEADS_AT_ONCE, 0\n"
    "large = gv.delta(gv.trace(gpt, 'The old king'))\nroom.HEADS_AT_ONCE = ahead\nlarge",
]


@cache
def traced(text=TEXT):
    return gv.trace(gv.load(), text)


@pytest.fixture
def root(opened):
    """The first explorer, as it was at first."""
    found = opened.show(ROOT)
    if tokens(found) != [visible(token) for token in traced().tokens]:
        run(found, TEXT)
    found.get_by_role("button", name="Reset").click()
    expect(found.locator(".gv-status")).not_to_have_attribute("data-kind", "busy")
    expect(found.locator("[data-option=spread]")).to_have_attribute("aria-checked", "true")
    return found


def tokens(root):
    return root.locator(".gv-strip [role=option]").all_text_contents()


def run(root, text):
    root.get_by_role("textbox", name="Text").fill(text)
    root.get_by_role("textbox", name="Text").press("Enter")
    expect(root.locator(".gv-status")).not_to_have_attribute("data-kind", "busy")


def slider(root, name):
    return root.get_by_label(name, exact=True).and_(root.locator("input[type=range]"))


def numbers(root, where):
    """What the elements of a kind keep: their attributes as numbers."""
    return root.locator(where).evaluate_all("all => all.map(e => Object.fromEntries(Object.entries(e.dataset)))")


def check(root, layer, head, position, text=TEXT, words=()):
    """The picture of this choice is what torch says."""
    trace = traced(text)
    gpt, position, plane = trace.gpt, position % len(trace), word_plane(trace.gpt, words)
    expect(root.locator(".gv-delta")).to_have_attribute("data-key", f"{layer} {head} {position}")
    assert root.get_attribute("data-value") == f"{layer} {head}"
    stream, added = trace.resid_pre[layer][position], trace.delta[layer, head][position]
    given = trace.pattern[layer, head][position, : position + 1, None] * handed_over(trace, layer, head)[: position + 1]
    arrows = [[float(step["x"]), float(step["y"])] for step in numbers(root, ".gv-arrows-steps path")]
    assert_near(arrows, given.double() @ plane.directions.T)
    [whole] = numbers(root, ".gv-arrows-sum path")
    assert_near([float(whole["x"]), float(whole["y"])], plane.directions @ added.double())
    for row in numbers(root, ".gv-delta-sources [data-key]"):
        assert_near(float(row["value"]), given[int(row["key"])].norm())
    without = trace.again(without=[f"L{layer}H{head}"])
    sides = {
        "lens": [read_off(gpt, x).softmax(-1) for x in (stream, stream + added)],
        "runs": [each.probs[position] for each in (without, trace)],
    }
    for panel, (before, after) in sides.items():
        rows = numbers(root, f"[data-panel={panel}] [data-key]")
        assert len(rows) == 7
        for row in rows:
            assert_near([float(row["other"]), float(row["value"])], [before[int(row["key"])], after[int(row["key"])]])
    cosines = [float(row["value"]) for row in numbers(root, ".gv-delta-lists [data-key]")]
    assert_near(cosines, [c for vector in (stream, stream + added) for _, c in nearest(gpt, vector, 5)])
    check_expressions(root, 4, trace=trace, gpt=gpt)


def assert_near(drawn, wanted):
    drawn, wanted = (torch.as_tensor(each, dtype=torch.float64) for each in (drawn, wanted))
    torch.testing.assert_close(drawn, wanted, atol=1e-5, rtol=1e-4)


# ---- what is drawn


def test_the_first_picture_is_the_head_that_tells_most(root):
    check(root, *telling_delta(traced()), -1)
    assert root.locator(".gv-arrows-labels text").all_text_contents()[:2] == ["E", "E′"]


def test_every_layer_and_head(root):
    for layer, head in ((0, 3), (3, 0), (2, 1)):
        slider(root, "layer").fill(str(layer))
        slider(root, "head").fill(str(head))
        check(root, layer, head, -1)


def test_another_token(root):
    layer, head = telling_delta(traced())
    chip = root.locator(".gv-strip [role=option]")
    chip.nth(5).click()
    check(root, layer, head, 5)
    chip.nth(5).press("ArrowLeft")
    check(root, layer, head, 4)
    expect(chip.nth(4)).to_be_focused()


def test_keys_stay_in_the_explorer(opened, root):
    cells = opened.page.locator(".jp-Cell").count()
    layer, head = telling_delta(traced())
    slider(root, "head").focus()
    for key in ["ArrowLeft", "x", "d", "d", "a", "b", "z"]:
        opened.page.keyboard.press(key)
    check(root, layer, max(0, head - 1), -1)
    assert opened.page.locator(".jp-Cell").count() == cells


def test_choosing_a_number_shows_where_it_comes_from(opened, root):
    trace, (layer, head) = traced(), telling_delta(traced())
    sources = root.locator(".gv-delta-sources [data-key]")
    sources.first.click()
    source = int(sources.first.get_attribute("data-key"))
    formula = root.locator(".gv-delta-from .gv-expression").first
    expect(formula).to_contain_text(f"handed_over(trace, {layer}, {head})[{source}]")
    sources.first.press("ArrowDown")
    expect(sources.nth(1)).to_have_attribute("aria-selected", "true")
    picked = root.locator(".gv-delta-changes > .gv-expression")
    for where, code in {
        "[data-panel=runs] [data-key] >> nth=2": "again",
        "[data-panel=lens] [data-key] >> nth=3": "read_off",
        ".gv-delta-lists [data-key] >> nth=6": "nearest",
    }.items():
        root.locator(where).click()
        expect(picked).to_contain_text(code)
        check_expressions(root, 4, trace=trace, gpt=trace.gpt)
    opened.page.keyboard.press("Escape")
    expect(root.locator(".gv-delta-lists [aria-selected=true]")).to_have_count(0)
    expect(sources.first).to_have_attribute("aria-selected", "false")


def test_a_plane_through_words(root):
    layer, head = telling_delta(traced())
    typed = root.get_by_role("textbox", name="through words")
    typed.fill("king queen, castle")
    typed.press("Enter")
    expect(root.locator("[data-option=words]")).to_have_attribute("aria-checked", "true")
    check(root, layer, head, -1, words=["king", "queen", "castle"])
    root.locator("[data-option=all]").click()
    labels = root.locator(".gv-arrows-labels text")
    expect(labels.filter(has_text="castle")).to_have_count(1)
    typed.fill("king")
    typed.press("Enter")
    expect(root.locator(".gv-status")).to_contain_text("two or three words")
    check(root, layer, head, -1, words=["king", "queen", "castle"])


def test_words_are_suggested(root):
    root.locator("[data-option=words]").click()
    expect(root.locator("[data-option=words]")).to_have_attribute("aria-checked", "true")
    words = root.get_by_role("textbox", name="through words").input_value().split()
    assert len(words) == 2
    check(root, *telling_delta(traced()), -1, words=words)


# ---- another text


def test_another_text(root):
    run(root, "The queen gave her daughter a hat.")
    check(root, *telling_delta(traced()), -1, "The queen gave her daughter a hat.")


def test_an_error_is_shown_and_nothing_is_lost(root):
    run(root, "king " * 2000)
    expect(root.locator(".gv-status")).to_have_attribute("data-kind", "error")
    expect(root.locator(".gv-status")).to_contain_text("tokens at most")
    check(root, *telling_delta(traced()), -1)


def test_of_a_large_model_heads_come_when_asked_for(opened):
    opened.show(ROOT)
    large = opened.page.locator(ROOT).nth(1)
    large.scroll_into_view_if_needed()
    opened.execute("room.HEADS_AT_ONCE = 0")
    slider(large, "layer").fill("3")
    slider(large, "head").fill("1")
    expect(large.locator(".gv-delta")).to_have_attribute("data-key", f"3 1 {len(traced('The old king')) - 1}")
    expect(large.locator(".gv-status")).not_to_have_attribute("data-kind", "busy")
    large.get_by_role("button", name="Run without this head").click()
    expect(large.locator("[data-panel=runs] [data-key]")).to_have_count(7)
    opened.execute("room.HEADS_AT_ONCE = ahead")
    check(large, 3, 1, -1, "The old king")


# ---- looks, coming and going


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 800, 560])
def test_everything_can_be_read(opened, root, theme, width):
    opened.page.set_viewport_size({"width": width, "height": 900})
    opened.theme(theme)
    opened.show(ROOT)
    found = unreadable(root)
    opened.page.set_viewport_size({"width": 1280, "height": 900})
    opened.theme("light")
    assert found == []


def test_the_height_never_changes(root):
    height = root.bounding_box()["height"]
    for act in (
        lambda: slider(root, "layer").fill("0"),
        lambda: root.locator(".gv-strip [role=option]").first.click(),
        lambda: root.locator("[data-option=all]").click(),
        lambda: root.locator("[data-panel=lens] [data-key]").nth(2).click(),
        lambda: run(root, ""),
    ):
        act()
        assert root.bounding_box()["height"] == height


def test_a_saved_page_is_alive_without_a_network(page, tmp_path):
    gv.delta(traced()).save(tmp_path / "x.html")
    page.goto((tmp_path / "x.html").as_uri())
    root = page.locator(ROOT)
    check(root, *telling_delta(traced()), -1)
    slider(root, "layer").fill("2")
    slider(root, "head").fill("0")
    root.locator(".gv-strip [role=option]").nth(7).click()
    check(root, 2, 0, 7)
    for name in ("Run", "Show"):
        expect(root.get_by_role("button", name=name, exact=True)).to_be_disabled()
    expect(root.locator("[data-option=words]")).to_be_disabled()
    expect(root.locator(".gv-status")).to_contain_text("needs a kernel")


def test_markup_in_a_saved_page_is_text(page, tmp_path):
    page.on("dialog", lambda dialog: page.problems.append(f"dialog: {dialog.message}"))
    markup = "<img src=x onerror=alert(1)></script><script>alert(1)</script>"
    gv.delta(gv.trace(gv.load(), markup)).save(tmp_path / "x.html")
    page.goto((tmp_path / "x.html").as_uri())
    expect(page.locator(ROOT)).to_be_visible()
    assert page.locator("img").count() == 0
