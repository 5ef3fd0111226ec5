"""The residual explorer in a real JupyterLab: every cell and every bar is what torch computes."""

from functools import cache

import pytest
import torch
from playwright.sync_api import expect

import gptviz as gv
from gptviz.geometry import contributions, lens, word_id
from gptviz.tracing import shown
from gptviz.widgets.explorer import visible
from tests.browser.expressions import check_expressions
from tests.browser.looks import unreadable

TEXT = "Sarah lies still on the bed, feeling"
OTHER = "Once there was an old king who ruled a small kingdom by the sea. Every morning the king"
MARKUP = "<img src=x onerror=alert(1)>"
ROOT = "[data-explorer=residual]"
CELLS = [
    "import gptviz as gv\ngpt = gv.load()",
    f"w = gv.residual(gv.trace(gpt, {TEXT!r}))\nw",
    "import gptviz.widgets.residual as room\nahead, room.SENT_AHEAD = room.SENT_AHEAD, 0\n"
    f"large = gv.residual(gv.trace(gpt, {OTHER!r}))\nlarge",
]


@cache
def traced(text=TEXT):
    return gv.trace(gv.load(), text)


@pytest.fixture
def root(opened):
    """The first explorer, as it was at first."""
    found = opened.show(ROOT)
    if found.get_by_role("textbox", name="Text").input_value() != TEXT or tokens(found) != traced().tokens:
        run(found, TEXT)
    found.get_by_role("button", name="Reset").click()
    return found


def tokens(root):
    return root.locator(".gv-strip [role=option]").all_text_contents()


def run(root, text):
    root.get_by_role("textbox", name="Text").fill(text)
    root.get_by_role("textbox", name="Text").press("Enter")
    expect(root.locator(".gv-status")).not_to_have_attribute("data-kind", "busy")


def follow(root, word):
    root.get_by_label("Follow another word").fill(word)
    root.get_by_role("button", name="Follow").click()
    expect(root.locator(".gv-status")).not_to_have_attribute("data-kind", "busy")


def drawn(root):
    """The numbers of the lens (stages, columns drawn)."""
    values = root.locator(".gv-grid canvas").evaluate("canvas => [...canvas.values]")
    return torch.tensor(values, dtype=torch.float32).view(gv.load().config.n_layer + 1, -1)


def followed(root):
    return int(root.locator(".gv-residual").get_attribute("data-word"))


def parts(root):
    """What the bars at the right say: name → number."""
    found = root.locator(".gv-residual-bars [data-key]").evaluate_all(
        "rows => rows.map(row => [row.dataset.key, Number(row.dataset.value)])"
    )
    return dict(found)


def check(root, text=TEXT, position=-1, view="best", word=None):
    """The picture for this text, position, view and word is what torch says."""
    trace = traced(text)
    position %= len(trace)
    logits = lens(trace)
    word = int(logits[-1, position].argmax()) if word is None else word
    assert followed(root) == word
    values = drawn(root)
    wanted = logits.softmax(-1).max(-1).values if view == "best" else (logits > logits[..., word, None]).sum(-1) + 1.0
    found = [c for c in range(len(trace) - values.shape[1] + 1) if near(values, wanted[:, c : c + values.shape[1]])]
    assert any(c <= position < c + values.shape[1] for c in found), values
    said = parts(root)
    logit = said.pop("logit")
    assert logit == pytest.approx(float(trace.logits[position, word]), abs=1e-3)
    assert said == pytest.approx(contributions(trace, word, position), abs=1e-4)
    assert sum(said.values()) == pytest.approx(logit, abs=1e-3)
    check_expressions(root, 2, trace=trace, gpt=trace.gpt)


def near(values, wanted):
    return torch.allclose(values, wanted.float(), atol=1e-4, rtol=1e-4)


def click_cell(root, row, column):
    x, y = root.locator(".gv-grid canvas").evaluate("(canvas, at) => canvas.center(...at)", [row, column])
    root.locator(".gv-grid canvas").click(position={"x": x, "y": y})


# ---- what is drawn


def test_the_first_picture_is_the_lens_and_the_sum_of_the_likeliest(root):
    check(root)
    assert drawn(root).shape[1] == len(traced())
    expect(root.locator(".gv-residual-sum")).to_contain_text("held fixed")
    bars = root.locator(".gv-residual-lens .gv-bars [data-key]")
    best = traced().next_tokens(8)
    assert [float(p) for p in bars.evaluate_all("all => all.map(e => e.dataset.value)")] == pytest.approx(
        [p for _, p in best], abs=1e-5
    )


def test_each_bar_begins_where_the_one_before_it_ended(root):
    boxes = root.locator(".gv-residual-bars .gv-bars-bar").evaluate_all(
        "bars => bars.map(bar => { const b = bar.getBoundingClientRect(); return [b.left, b.right]; })"
    )
    shares = list(parts(root).values())
    for (left, right), (after, beyond), one, two in zip(boxes, boxes[1:], shares, shares[1:], strict=False):
        end, start = (right if one > 0 else left), (after if two > 0 else beyond)
        if two is not shares[-1]:
            assert abs(end - start) <= 2.1  # a bar is at least a pixel wide


def test_ranks(root):
    root.locator("[data-option=rank]").click()
    check(root, view="rank")


def test_a_cell_of_any_stage_leads_back(root):
    for stage, column in ((0, 0), (2, 5), (4, 3)):
        click_cell(root, stage, column)
        expect(root.locator(".gv-residual-lens .gv-python code")).to_contain_text(f"[{column}])[{stage}, 0]")
        check(root, position=column)
    root.locator("[data-option=rank]").click()
    check(root, position=3, view="rank")


def test_keys_walk_the_lens_and_jupyterlab_leaves_them_alone(opened, root):
    cells = opened.page.locator(".jp-Cell").count()
    canvas = root.locator(".gv-grid canvas")
    canvas.focus()
    for key in ("ArrowUp", "ArrowUp", "ArrowLeft", "ArrowLeft", "ArrowRight", "x", "d", "d"):
        opened.page.keyboard.press(key)
    last = len(traced()) - 1
    expect(root.locator(".gv-residual-lens .gv-python code")).to_contain_text(f"[{last - 1}])[2, 0]")
    expect(canvas).to_be_focused()
    assert "after block 1" in canvas.get_attribute("aria-label")
    check(root, position=last - 1)
    assert opened.page.locator(".jp-Cell").count() == cells


def test_another_token_of_the_text(root):
    strip = root.locator(".gv-strip [role=option]")
    strip.nth(2).click()
    check(root, position=2)
    strip.nth(2).press("Home")
    check(root, position=0)


def test_parts_largest_first_and_one_chosen(root):
    root.locator("[data-option=largest]").click()
    sizes = [abs(share) for name, share in parts(root).items() if name != "logit"]
    assert sizes == sorted(sizes, reverse=True)
    check(root)
    root.locator(".gv-residual-bars [data-key=L1H2]").click()
    expect(root.locator(".gv-residual-sum .gv-python code")).to_contain_text('["L1H2"]')
    check_expressions(root, 2, trace=traced(), gpt=traced().gpt)
    root.locator(".gv-residual-bars [data-key=L1H2]").press("End")
    expect(root.locator(".gv-residual-sum .gv-python code")).to_contain_text("trace.logits")
    check_expressions(root, 2, trace=traced(), gpt=traced().gpt)


# ---- words


def test_a_word_of_the_readers_own_is_followed_and_escape_lets_go(opened, root):
    follow(root, "hungry" if len(gv.load().tokenizer.encode(" hungry")) == 1 else "the")
    word = followed(root)
    assert word != int(traced().logits[-1].argmax())
    check(root, word=word)
    root.locator("[data-option=rank]").click()
    check(root, word=word, view="rank")
    expect(root.locator("[data-option=rank]")).to_contain_text(visible(shown(gv.load(), [word])[0]))
    opened.page.keyboard.press("Escape")
    check(root, view="rank")


def test_one_of_the_likeliest_is_followed(root):
    row = root.locator(".gv-residual-lens .gv-bars [data-key]").nth(2)
    word = int(row.get_attribute("data-key"))
    row.click()
    check(root, word=word)
    row.press("ArrowDown")
    fourth = int(root.locator(".gv-residual-lens .gv-bars [data-key]").nth(3).get_attribute("data-key"))
    check(root, word=fourth)


def test_what_is_no_word_is_said(root):
    follow(root, "xqzzw")
    expect(root.locator(".gv-status")).to_have_attribute("data-kind", "error")
    expect(root.locator(".gv-status")).to_contain_text("must be one token")
    check(root)


def test_another_text_is_traced(root):
    run(root, OTHER)
    check(root, OTHER)
    expect(root.locator(".gv-residual-lens")).to_contain_text(f"of {len(traced(OTHER))}")
    follow(root, "queen")
    check(root, OTHER, word=word_id(gv.load(), "queen"))


def test_an_error_is_shown_and_nothing_is_lost(root):
    run(root, "king " * 2000)
    expect(root.locator(".gv-status")).to_contain_text("tokens at most")
    check(root)


def test_markup_is_text(root):
    run(root, MARKUP)
    assert "".join(tokens(root)) == MARKUP.replace(" ", "␣")
    check(root, MARKUP)
    assert root.locator("img").count() == 0


def test_of_a_large_model_other_columns_come_when_they_are_asked_for(opened, root):
    large = opened.page.locator(ROOT).nth(1)
    large.scroll_into_view_if_needed()
    check(large, OTHER)
    large.locator(".gv-strip [role=option]").nth(1).click()
    expect(large.locator(".gv-residual")).not_to_have_attribute("data-stale", "")
    expect(large.locator(".gv-residual-lens .gv-python code")).to_contain_text("[1])")
    expect(large.locator(".gv-status")).not_to_have_attribute("data-kind", "busy")
    expect(large.locator(".gv-residual")).to_have_attribute("data-word", str(int(traced(OTHER).logits[1].argmax())))
    check(large, OTHER, position=1)


# ---- the look, coming and going


def test_the_height_never_changes(root):
    height = root.bounding_box()["height"]
    for act in (
        lambda: root.locator("[data-option=rank]").click(),
        lambda: root.locator("[data-option=largest]").click(),
        lambda: follow(root, "the"),
        lambda: run(root, "The"),
        lambda: run(root, ""),
        lambda: run(root, OTHER),
    ):
        act()
        assert root.bounding_box()["height"] == height


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_can_be_read(opened, root, theme):
    opened.theme(theme)
    bad = {}
    for width in (1280, 800, 560):
        opened.page.set_viewport_size({"width": width, "height": 900})
        opened.show(ROOT)
        opened.page.mouse.move(2, 2)
        bad[width] = unreadable(root)
    opened.page.set_viewport_size({"width": 1280, "height": 900})
    assert bad == {1280: [], 800: [], 560: []}
    check(root)


def test_a_saved_page_is_alive_without_a_network_and_says_what_is_off(page, tmp_path):
    gv.residual(traced()).save(tmp_path / "x.html")
    page.goto((tmp_path / "x.html").as_uri())
    root = page.locator(ROOT)
    check(root)
    root.locator(".gv-strip [role=option]").nth(1).click()
    check(root, position=1)
    root.locator("[data-option=rank]").click()
    check(root, position=1, view="rank")
    expect(root.get_by_role("textbox", name="Text")).to_be_disabled()
    expect(root.get_by_label("Follow another word")).to_be_disabled()
    expect(root.locator(".gv-status")).to_contain_text("needs a kernel")
    assert root.locator(".gv-live").count() == 1
    expect(root.locator(".gv-live")).to_contain_text("rank")
