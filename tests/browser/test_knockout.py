"""gv.knockout in a real JupyterLab: what is drawn before and after is what runs of the model say."""

import json
from functools import cache

import pytest
from playwright.sync_api import expect

import gptviz as gv
from gptviz.probes.knockouts import kl_bits, knocked_out, parts, telling_head
from gptviz.widgets.explorer import visible
from tests.browser.expressions import check_expressions
from tests.browser.looks import unreadable

TEXT = "Once there was an old king who ruled a small kingdom by the sea. Every morning the king"
OTHER = "Once there was an old duke who ruled a small kingdom by the sea. One morning the king"
ROOT = "[data-explorer=knockout]"
SLOW_MS = 60_000  # on a busy machine
CELLS = ["import gptviz as gv\ngpt = gv.load()", f"w = gv.knockout(gv.trace(gpt, {TEXT!r}))\nw", "# below"]


@cache
def traced(text):
    return gv.trace(gv.load(), text)


@pytest.fixture
def root(opened):
    """The explorer, as it was at first."""
    found = opened.show(ROOT)
    if strip(found) != [visible(token) for token in traced(TEXT).tokens]:
        run(found, TEXT)
    found.get_by_role("button", name="Reset").click()
    settled(found)
    return found


def strip(root):
    return root.locator(".gv-strip [role=option]").all_text_contents()


def run(root, text):
    root.get_by_role("textbox", name="Text", exact=True).fill(text)
    root.get_by_role("textbox", name="Text", exact=True).press("Enter")
    expect(root.locator(".gv-status")).not_to_have_attribute("data-kind", "busy", timeout=SLOW_MS)
    expect(root.locator(".gv-strip [role=option]")).to_have_text(
        [visible(t) for t in traced(text).tokens], timeout=SLOW_MS
    )
    settled(root)


def take(root, text):
    """Give the second text."""
    root.get_by_role("radio", name="Patch from another text").click()
    root.get_by_role("textbox", name="The other text").fill(text)
    root.get_by_role("textbox", name="The other text").press("Enter")
    expect(root.locator(".gv-status")).not_to_have_attribute("data-kind", "busy", timeout=SLOW_MS)


def settled(root):
    """What is drawn is of the present choice."""
    expect(root.locator(".gv-moves")).not_to_have_attribute("data-stale", "", timeout=SLOW_MS)


def box(root, part):
    return root.locator(f"[data-part={part}] input")


def check(root, after, position=-1, text=TEXT):
    """Both sides are the distributions; the divergence is theirs; each side is in its own order."""
    settled(root)
    before, after = traced(text).probs[position], after.probs[position]
    rows = root.locator(".gv-move").evaluate_all(
        """rows => rows.map(row => [row.dataset.id, row.dataset.before, row.dataset.after,
            row.querySelector(".gv-bar-two").getAttribute("y")].map(Number))"""
    )
    assert len(rows) == 10
    for token, p, q, _ in rows:
        assert p == pytest.approx(float(before[token]), rel=1e-4)
        assert q == pytest.approx(float(after[token]), rel=1e-3, abs=1e-7)
    assert [row[1] for row in rows] == sorted((row[1] for row in rows), reverse=True)
    assert [row[2] for row in sorted(rows, key=lambda row: row[3])] == sorted((row[2] for row in rows), reverse=True)
    said = (
        root.locator(".gv-kl").inner_text().removeprefix("KL(before ‖ after) ").removeprefix("= ").removesuffix(" bits")
    )
    bits = float(kl_bits(before, after))
    assert said == "< 0.001" if 0 < bits < 0.0005 else float(said) == pytest.approx(bits, abs=6e-3)


# ---- parts


def test_the_first_picture_is_without_the_head_that_tells_most(root):
    head = telling_head(traced(TEXT))
    expect(box(root, head)).not_to_be_checked()
    assert root.locator(".gv-part input:checked").count() == len(parts(traced(TEXT).gpt)) - 1
    check(root, gv.trace(gv.load(), TEXT, without=[head]))


def test_every_box_says_what_its_part_is_worth_alone(root):
    worth = root.locator(".gv-part").evaluate_all(
        "cells => Object.fromEntries(cells.map(cell => [cell.dataset.part, Number(cell.dataset.value)]))"
    )
    expected = dict(knocked_out(traced(TEXT)))
    assert worth == pytest.approx(expected, rel=1e-3, abs=1e-6)
    ranked = root.locator(".gv-bars-row").evaluate_all("rows => rows.map(row => row.dataset.key)")
    assert ranked == sorted(expected, key=lambda part: -expected[part])[:7]


def test_boxes_switch_parts_off_and_on(root):
    head = telling_head(traced(TEXT))
    other = "L0H1" if head != "L0H1" else "L0H2"
    for part in (other, "L3MLP"):
        box(root, part).uncheck()
    check(root, gv.trace(gv.load(), TEXT, without=[head, other, "L3MLP"]))
    box(root, head).check()
    check(root, gv.trace(gv.load(), TEXT, without=[other, "L3MLP"]))
    root.get_by_role("button", name="All on").click()
    check(root, traced(TEXT))
    assert root.locator(".gv-kl").inner_text() == "KL(before ‖ after) = 0.000 bits"
    root.locator(".gv-bars-row").first.click()
    check(root, gv.trace(gv.load(), TEXT, without=[root.locator(".gv-bars-row").first.get_attribute("data-key")]))


def test_boxes_are_one_stop_for_tab_and_arrow_keys_go_on(opened, root):
    box(root, "L0H0").focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowDown", "ArrowLeft"):
        opened.page.keyboard.press(key)
    expect(box(root, "L2H0")).to_be_focused()
    opened.page.keyboard.press("Space")
    expect(box(root, "L2H0")).not_to_be_checked()
    check(root, gv.trace(gv.load(), TEXT, without=[telling_head(traced(TEXT)), "L2H0"]))
    opened.page.keyboard.press("Tab")
    expect(root.get_by_role("textbox", name="name of a part")).to_be_focused()
    assert root.is_visible()


def test_a_neuron_is_switched_off_by_name(root):
    root.get_by_role("button", name="All on").click()
    name = root.get_by_role("textbox", name="name of a part")
    name.fill("L0N21")
    name.press("Enter")
    chip = root.get_by_role("button", name="L0N21: switch on again")
    expect(chip).to_be_visible(timeout=SLOW_MS)
    check(root, gv.trace(gv.load(), TEXT, without=["L0N21"]))
    name.fill("L9H9")
    name.press("Enter")
    expect(root.locator(".gv-status")).to_contain_text("layer must be 0..3", timeout=SLOW_MS)
    check(root, gv.trace(gv.load(), TEXT, without=["L0N21"]))
    chip.click()
    check(root, traced(TEXT))


def test_each_is_tried_in_turn_and_may_be_stopped(opened, root):
    opened.execute(
        """import sys, time
module = sys.modules[type(w).__module__]
module.TURN_S, quick = 0, module.kl_bits
knockouts = sys.modules["gptviz.probes.knockouts"]
at_once = knockouts.probs_at
knockouts.probs_at = lambda *given: time.sleep(0.4) or at_once(*given)"""
    )
    root.locator(".gv-strip [role=option]").nth(5).click()
    progress, trial = root.locator(".gv-trial progress").first, root.locator(".gv-trial button").first
    expect(root.locator(".gv-trial").first).to_contain_text("0 of 20 tried", timeout=SLOW_MS)
    trial.click()
    expect(trial).to_have_text("Stop")
    expect(progress).not_to_have_js_property("value", 0, timeout=SLOW_MS)
    trial.click()
    expect(trial).to_have_text("Try each in turn")
    opened.wait_idle()
    assert 1 <= progress.evaluate("bar => bar.value") < 20
    opened.execute("knockouts.probs_at, module.TURN_S = at_once, 0.1")
    trial.click()
    expect(root.locator(".gv-trial").first).to_contain_text("20 of 20 tried", timeout=SLOW_MS)
    expect(trial).to_be_disabled()
    expected = dict(knocked_out(traced(TEXT), 5))
    first = root.locator(".gv-bars-row").first
    best = max(expected, key=lambda part: expected[part])
    expect(first).to_have_attribute("data-key", best, timeout=SLOW_MS)
    assert float(first.get_attribute("data-value")) == pytest.approx(expected[best], rel=1e-3)


# ---- patches


def test_a_patch_puts_in_what_the_other_text_has(root):
    take(root, OTHER)
    other = traced(OTHER)
    place = root.locator(".gv-grid canvas")
    expect(root.locator(".gv-there")).to_contain_text(visible(other.next_tokens(1)[0][0]), timeout=SLOW_MS)
    x, y = place.evaluate("canvas => canvas.center(0, 15)")
    place.click(position={"x": x, "y": y})
    patch = {("resid_post", 0, 15): other.resid_post[0][15]}
    check(root, gv.trace(gv.load(), TEXT, patch=patch))
    place.press("ArrowDown")
    place.press("ArrowLeft")
    check(root, gv.trace(gv.load(), TEXT, patch={("resid_post", 1, 14): other.resid_post[1][14]}))
    root.get_by_role("radio", name="one head").click()
    root.locator("input[type=range][aria-label=head]").fill("3")
    check(root, gv.trace(gv.load(), TEXT, patch={("z", 1, 3, 14): other.z[1, 3][14]}))
    root.get_by_role("radio", name="stream").click()
    root.get_by_label("every position").check()
    check(root, gv.trace(gv.load(), TEXT, patch={("resid_post", 1): other.resid_post[1]}))


def test_each_place_is_tried(root):
    take(root, OTHER)
    root.get_by_role("radio", name="attention").click()
    settled(root)
    root.get_by_role("button", name="Try each place").click()
    expect(root.locator(".gv-trial").nth(1)).to_contain_text("76 of 76 tried", timeout=SLOW_MS)
    values = root.locator(".gv-grid canvas").evaluate("canvas => [...canvas.values]")
    other, before = traced(OTHER), traced(TEXT).probs[-1]
    for layer, position in ((0, 4), (1, 18), (2, 5)):
        after = traced(TEXT).again(patch={("attn_out", layer, position): other.attn_out[layer][position]})
        bits = float(kl_bits(before, after.probs[-1]))
        assert values[layer * 19 + position] == pytest.approx(bits, rel=1e-3, abs=1e-6)


def test_texts_of_other_lengths_are_one_clear_error(root):
    take(root, "Once there was a king")
    other = traced("Once there was a king")
    place = root.locator(".gv-grid canvas")
    x, y = place.evaluate("canvas => canvas.center(2, 3)")
    place.click(position={"x": x, "y": y})
    check(root, gv.trace(gv.load(), TEXT, patch={("resid_post", 2, 3): other.resid_post[2][3]}))
    root.get_by_label("every position").check()
    expect(root.locator(".gv-status")).to_contain_text("equally many tokens, got 19 and 5", timeout=SLOW_MS)
    root.get_by_label("every position").uncheck()
    expect(root.locator(".gv-status")).not_to_have_attribute("data-kind", "error", timeout=SLOW_MS)
    settled(root)
    take(root, "")
    expect(root.locator(".gv-status")).to_contain_text("a second text", timeout=SLOW_MS)


# ---- where numbers come from, other texts


def test_every_number_leads_back(opened, root):
    names = {"trace": traced(TEXT), "gpt": traced(TEXT).gpt}
    check_expressions(root, 1, **names)
    root.locator(".gv-move").nth(4).locator(".gv-bar-two").click()
    check_expressions(root, 1, **names)
    opened.page.keyboard.press("ArrowDown")
    expect(root.locator(".gv-move").nth(5)).to_have_attribute("aria-selected", "true")
    check_expressions(root, 1, **names)
    opened.page.keyboard.press("Escape")
    expect(root.locator(".gv-kl")).to_have_attribute("aria-pressed", "true")
    take(root, OTHER)
    settled(root)
    check_expressions(root, 1, **names)
    assert "patch={(" in root.locator(".gv-python code").inner_text()
    root.get_by_role("radio", name="one head").click()
    settled(root)
    check_expressions(root, 1, **names)
    root.locator(".gv-move").nth(2).locator("[data-part=name]").click()
    check_expressions(root, 1, **names)


def test_another_text_keeps_the_parts(root):
    text = "The queen gave her daughter a hat.\nThe"
    run(root, text)
    check(root, gv.trace(gv.load(), text, without=[telling_head(traced(TEXT))]), text=text)
    root.locator(".gv-strip [role=option]").nth(2).click()
    check(root, gv.trace(gv.load(), text, without=[telling_head(traced(TEXT))]), position=2, text=text)


def test_an_error_is_shown_and_nothing_is_lost(root):
    root.get_by_role("textbox", name="Text", exact=True).fill("king " * 2000)
    root.get_by_role("textbox", name="Text", exact=True).press("Enter")
    expect(root.locator(".gv-status")).to_contain_text("tokens at most", timeout=SLOW_MS)
    check(root, gv.trace(gv.load(), TEXT, without=[telling_head(traced(TEXT))]))


def test_the_height_never_changes(root):
    height = root.bounding_box()["height"]
    for act in (
        lambda: root.get_by_role("button", name="All on").click(),
        lambda: root.locator(".gv-move").nth(1).locator("[data-part=name]").click(),
        lambda: take(root, OTHER),
        lambda: root.get_by_role("radio", name="one head").click(),
        lambda: run(root, "The"),
        lambda: run(root, TEXT + " " + TEXT),
        lambda: root.get_by_role("radio", name="Switch parts off").click(),
    ):
        act()
        assert root.bounding_box()["height"] == height


# ---- coming and going


def test_dark(opened, root):
    opened.theme("dark")
    assert root.evaluate("root => getComputedStyle(root).colorScheme") == "dark"
    opened.theme("light")
    assert root.evaluate("root => getComputedStyle(root).colorScheme") == "light"


@pytest.mark.parametrize("width", [1280, 1120, 800, 560])
def test_everything_can_be_read(page, tmp_path, width):
    gv.knockout(traced(TEXT), ["L1H2", "L2N33", "pos"], other=OTHER if width == 800 else None).save(tmp_path / "x.html")
    page.set_viewport_size({"width": width, "height": 900})
    page.goto((tmp_path / "x.html").as_uri())
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert unreadable(page.locator(ROOT)) == []


def test_a_saved_page_shows_what_it_has_and_says_what_is_off(page, tmp_path):
    trace = traced(TEXT)
    gv.knockout(trace, ["L0H2"], other=OTHER).save(tmp_path / "x.html")
    page.goto((tmp_path / "x.html").as_uri())
    root = page.locator(ROOT)
    other, [layer, _, position] = traced(OTHER), [2, 0, 5]
    check(root, gv.trace(trace.gpt, TEXT, patch={("resid_post", layer, position): other.resid_post[layer][position]}))
    expect(root.get_by_role("button", name="Try each place")).to_be_disabled()
    expect(root.get_by_role("textbox", name="The other text")).to_be_disabled()
    values = root.locator(".gv-grid canvas").evaluate("canvas => [...canvas.values]")
    assert len(values) == 4 * len(trace)
    assert max(values) > 0.01
    root.get_by_role("radio", name="Switch parts off").click()
    expect(box(root, "L0H2")).to_be_disabled()
    expect(root.locator(".gv-moves")).to_have_attribute("data-stale", "")  # it was not sent: dimmed, not faked
    root.locator(".gv-move").nth(3).locator("[data-part=name]").click()
    expect(root.locator(".gv-move").nth(3)).to_have_attribute("aria-selected", "true")
    assert json.loads(root.locator(".gv-part").first.get_attribute("data-value")) > 0
