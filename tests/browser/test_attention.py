"""The attention microscope in a real JupyterLab: every stage of every head is what torch computes."""

import json
from functools import cache

import pytest
import torch
from playwright.sync_api import expect

import gptviz as gv
from gptviz.probes.heads import telling_look, telling_pair
from gptviz.widgets.explorer import visible
from tests.browser.expressions import check_expressions

TEXT = "Once there was an old king who ruled a small kingdom by the sea. Every morning the king"
OTHER = "The queen gave her daughter a hat.\nThe"
ROOT = "[data-explorer=attention]"
STAGES = {"raw": "scores", "scaled": "scaled", "masked": "masked", "weight": "pattern"}
CELLS = [
    "import gptviz as gv\ngpt = gv.load()",
    f"w = gv.attention(gv.trace(gpt, {TEXT!r}))\nw",
    "import gptviz.widgets.microscope as microscope\nahead, microscope.SENT_AHEAD = microscope.SENT_AHEAD, 0\n"
    "large = gv.attention(w.trace, layer=0, head=0)\nmicroscope.SENT_AHEAD = ahead\nlarge",
]


@cache
def traced(text=TEXT):
    return gv.trace(gv.load(), text)


@pytest.fixture
def root(opened):
    """The explorer, as it was at first."""
    found = opened.show(ROOT)
    run(found, TEXT)
    place(found, *telling_look(traced())[:2])
    found.get_by_role("button", name="Reset").click()
    found.press("Escape")
    return found


def run(root, text):
    """Have a text read, unless it is the one that is shown."""
    if root.locator(".gv-token > title").first.count() and words(root) == [visible(t) for t in traced(text).tokens]:
        root.get_by_role("textbox").fill(text)
        return
    root.get_by_role("textbox").fill(text)
    root.get_by_role("textbox").press("Enter")
    expect(root.locator(".gv-status")).not_to_have_attribute("data-kind", "busy")


def words(root):
    titles = root.locator(".gv-token > title").all_text_contents()
    return [title.rpartition(": ")[0] if title.endswith(" %") else title for title in titles]


def place(root, layer, head):
    root.locator("input[aria-label=layer]").fill(str(layer))
    root.locator("input[aria-label=head]").fill(str(head))
    expect(root.locator(".gv-microscope")).to_have_attribute("data-shown", f"{layer} {head}")
    assert root.get_attribute("data-value") == f"{layer} {head}"


def stage(root, name):
    root.locator(f"[data-stage={name}]").click()
    expect(root.locator(f"[data-stage={name}]")).to_have_attribute("aria-checked", "true")


def drawn(root):
    """The numbers of the grid, (T, T)."""
    numbers = root.locator(".gv-grid canvas").evaluate("canvas => [...canvas.values].map(String)")
    values = torch.tensor([float(x.replace("Infinity", "inf")) for x in numbers])
    return values.view(round(len(numbers) ** 0.5), -1)


def check(root, layer, head, name="weight", text=TEXT):
    wanted = getattr(traced(text), STAGES[name])[layer, head]
    torch.testing.assert_close(drawn(root), wanted, atol=1e-4, rtol=1e-4)


def chosen(root):
    """(query, key) as the grid says it."""
    query = root.locator(".gv-token.gv-query").get_attribute("data-index")
    return int(query), int(root.locator(".gv-token.gv-key").first.get_attribute("data-index"))


def click_cell(root, row, column):
    x, y = root.locator(".gv-grid canvas").evaluate("(canvas, at) => canvas.center(...at)", [row, column])
    root.locator(".gv-grid canvas").click(position={"x": x, "y": y})


# ---- what is drawn


def test_the_first_picture_is_the_head_and_the_pair_with_the_largest_weight(opened, root):
    layer, head, query, key = telling_look(traced())
    assert root.get_attribute("data-value") == f"{layer} {head}"
    assert chosen(root) == (query, key)
    check(root, layer, head)
    expect(root.locator(".gv-says")).to_contain_text("Each row sums to 1")
    weight = float(traced().pattern[layer, head][query, key])
    expect(root.locator("[data-stage=weight] b")).to_have_text(f"{100 * weight:.1f} %")
    check_expressions(root, 3, trace=traced(), gpt=traced().gpt)


def test_every_stage_of_every_head_is_what_torch_computes(root):
    config = traced().gpt.config
    for layer in range(config.n_layer):
        for head in range(config.n_head):
            place(root, layer, head)
            check(root, layer, head)
    for name in STAGES:
        stage(root, name)
        for layer, head in ((0, 0), (config.n_layer - 1, config.n_head - 1)):
            place(root, layer, head)
            check(root, layer, head, name)
        check_expressions(root, 3, trace=traced(), gpt=traced().gpt)


def test_the_row_of_the_chosen_token_is_drawn_key_by_key(root):
    place(root, 1, 2)
    click_cell(root, 9, 4)
    table = root.locator(".gv-table canvas")
    rows = json.loads(table.evaluate("canvas => JSON.stringify(canvas.drawn.filter(row => row.key <= 9))"))
    assert [row["key"] for row in rows] == list(range(10))
    for name, tensor in (("raw", "scores"), ("scaled", "scaled"), ("weight", "pattern")):
        wanted = getattr(traced(), tensor)[1, 2][9, :10]
        torch.testing.assert_close(torch.tensor([row[name] for row in rows]), wanted, atol=1e-4, rtol=1e-4)
    mixed = torch.tensor(table.evaluate("canvas => [...canvas.mixed]"))
    torch.testing.assert_close(mixed, traced().z[1, 2][9], atol=1e-4, rtol=1e-4)


def test_the_numbers_of_the_pair_multiply_and_add_up(root):
    place(root, 2, 1)
    click_cell(root, 7, 3)
    columns = root.locator(".gv-bench-cells > div").evaluate_all(
        "all => all.map(column => [...column.children].map(part => part.textContent.replace('−', '-')))"
    )
    q, k = traced().q[2, 1][7], traced().k[2, 1][3]
    assert len(columns) == len(q)
    for (one, other, product), a, b in zip(columns, q.tolist(), k.tolist(), strict=True):
        assert [float(one), float(other), float(product)] == pytest.approx([a, b, a * b], abs=0.051)
    said = root.locator("[data-stage=raw] b").text_content().replace("−", "-")
    assert float(said) == pytest.approx(float(q @ k), abs=0.006)


def test_arcs_are_the_weights_of_the_chosen_token(root):
    place(root, 0, 1)
    root.locator(".gv-token").nth(8).click()
    weights = traced().pattern[0, 1][8]
    found = root.locator(".gv-arc").evaluate_all("all => all.map(arc => [+arc.dataset.key, +arc.dataset.weight])")
    assert {key for key, _ in found} == {j for j, w in enumerate(weights.tolist()) if w > 0.004}
    assert all(weight == pytest.approx(float(weights[key]), abs=1e-5) for key, weight in found)
    assert chosen(root) == (8, 1 + int(weights[1:8].argmax()))


def test_transposed_columns_are_the_tokens_that_look(root):
    layer, head, query, key = telling_look(traced())
    root.get_by_label("transposed").check()
    torch.testing.assert_close(drawn(root), traced().pattern[layer, head].T, atol=1e-5, rtol=1e-4)
    expect(root.locator(".gv-says")).to_contain_text("Each column sums to 1")
    assert chosen(root) == (query, key)
    click_cell(root, 3, 6)  # key 3, query 6
    assert chosen(root) == (6, 3)


def test_without_the_first_token_what_is_left_sums_to_1(root):
    place(root, 0, 0)
    click_cell(root, 6, 2)
    root.get_by_label("hide the first token").check()
    values, weights = drawn(root), traced().pattern[0, 0]
    assert values[:, 0].isnan().all()
    torch.testing.assert_close(values[1:].nansum(-1), torch.ones(len(weights) - 1))
    left = weights[6, 2] / (1 - weights[6, 0])
    assert float(values[6, 2]) == pytest.approx(float(left), rel=1e-4)
    expect(root.locator("[data-stage=weight]")).to_contain_text(f"→ {100 * float(left):.1f} %")
    expect(root.locator(".gv-code > .gv-expression")).to_contain_text("÷ (1 −")
    check_expressions(root, 2, trace=traced(), gpt=traced().gpt)
    click_cell(root, 6, 0)
    expect(root.locator("[data-stage=weight]")).to_contain_text("hidden, it was")
    check_expressions(root, 2, trace=traced(), gpt=traced().gpt)


def test_colours_logarithm_and_potions_change_the_look_and_no_number(root):
    layer, head, *_ = telling_look(traced())
    shots = {root.locator(".gv-grid").screenshot()}
    for name in ("colours", "log"):
        root.get_by_role("radio", name=name).click()
        check(root, layer, head)
        shots.add(root.locator(".gv-grid").screenshot())
    assert len(shots) == 3
    root.get_by_label("potions").check()
    said = root.locator(".gv-stage-cards").inner_text() + root.locator(".gv-bench-heads").inner_text()
    assert "recipe" in said and "label" in said and "query" not in said
    check_expressions(root, 3, trace=traced(), gpt=traced().gpt)


def test_a_cell_ahead_is_masked(root):
    click_cell(root, 2, 9)
    for name, said in (("masked", "−∞"), ("weight", "0")):
        stage(root, name)
        expect(root.locator(f"[data-stage={name}] b")).to_have_text(said)
        check_expressions(root, 3, trace=traced(), gpt=traced().gpt)


# ---- keys and steps


def test_arrow_keys_walk_the_grid_and_jupyterlab_leaves_them_alone(opened, root):
    cells = opened.page.locator(".jp-Cell").count()
    click_cell(root, 5, 3)
    for key in ("ArrowDown", "ArrowLeft", "ArrowLeft", "ArrowUp", "x", "d", "d", "a", "b", "z", "m"):
        opened.page.keyboard.press(key)
    assert chosen(root) == (5, 1)
    assert opened.page.locator(".jp-Cell").count() == cells
    opened.page.keyboard.press("Escape")
    assert chosen(root) == telling_look(traced())[2:]


def test_with_reduced_motion_the_button_goes_one_step_on(root):
    play = root.get_by_role("button", name="Next step")
    for name in STAGES:
        play.click()
        expect(root.locator(f"[data-stage={name}]")).to_have_attribute("aria-checked", "true")


def test_otherwise_it_plays_all_four_and_stops(opened, root):
    opened.page.emulate_media(reduced_motion="no-preference")
    root.evaluate(
        """root => {
            window.played = [];
            const cards = root.querySelector(".gv-stage-cards");
            new MutationObserver(() => {
                const { stage } = cards.querySelector("[aria-checked=true]").dataset;
                if (window.played.at(-1) !== stage) window.played.push(stage);
            }).observe(cards, {subtree: true, attributeFilter: ["aria-checked"]});
        }"""
    )
    root.get_by_role("button", name="Play").click()
    opened.page.wait_for_function("() => window.played.length === 4")
    expect(root.get_by_role("button", name="Play")).to_be_visible()
    opened.page.emulate_media(reduced_motion="reduce")
    assert opened.page.evaluate("() => window.played") == list(STAGES)
    check(root, *telling_look(traced())[:2])


def test_tab_goes_through_the_controls_and_out(opened, root):
    root.get_by_role("textbox").focus()
    passed = []
    for _ in range(40):
        opened.page.keyboard.press("Tab")
        here = opened.page.evaluate(
            """() => {
                const e = document.activeElement, root = e.closest(".gptviz");
                return root && root === document.querySelector(".gptviz") ? e.ariaLabel || e.textContent : null;
            }"""
        )
        if here is None:
            break
        passed.append(here)
    assert here is None, passed
    expected = {"Run", "layer", "head", "dots", "linear", "transposed (as in videos)", "potions", "Reset", "Next step"}
    assert expected <= set(passed)


# ---- another text


def test_another_text_is_traced(root):
    run(root, OTHER)
    layer, head, *_ = telling_look(traced())
    check(root, layer, head, text=OTHER)
    assert chosen(root) == telling_pair(traced(OTHER), layer, head)
    assert words(root) == [visible(token) for token in traced(OTHER).tokens]
    check_expressions(root, 3, trace=traced(OTHER), gpt=traced().gpt)


def test_an_error_is_shown_and_nothing_is_lost(root):
    before = drawn(root)
    root.get_by_role("textbox").fill("king " * 2000)
    root.get_by_role("textbox").press("Enter")
    expect(root.locator(".gv-status")).to_have_attribute("data-kind", "error")
    expect(root.locator(".gv-status")).to_contain_text("tokens at most")
    assert torch.equal(drawn(root), before)


def test_a_long_text_and_markup_are_text(root):
    markup = "<img src=x onerror=alert(1)> " + TEXT * 4
    run(root, markup)
    layer, head, *_ = telling_look(traced())
    check(root, layer, head, text=markup)
    assert root.locator("img").count() == 0


def test_another_layer_of_a_large_model_comes_when_it_is_asked_for(opened):
    """Nothing but one layer was sent ahead."""
    opened.show(ROOT)
    large = opened.page.locator(ROOT).nth(1)
    large.scroll_into_view_if_needed()
    check(large, 0, 0)
    for layer, head in ((2, 1), (3, 3), (0, 2)):
        place(large, layer, head)
        expect(large.locator(".gv-microscope")).not_to_have_attribute("data-stale", "")
        check(large, layer, head)
    opened.execute("assert len(large.qkv) * gpt.config.n_layer == len(w.qkv) or w.text != large.text")


# ---- staying alive


def test_the_height_never_changes(root):
    height = root.bounding_box()["height"]
    for act in (
        lambda: place(root, 0, 3),
        lambda: stage(root, "raw"),
        lambda: root.get_by_label("hide the first token").check(),
        lambda: root.get_by_label("transposed").check(),
        lambda: click_cell(root, 2, 9),
        lambda: run(root, "The"),
        lambda: run(root, TEXT + " " + TEXT),
    ):
        act()
        assert root.bounding_box()["height"] == height


def test_100_rapid_changes_show_each_value(root):
    root.evaluate(
        """async root => {
            const [layer, head] = root.querySelectorAll("input[type=range]");
            for (let i = 0; i < 100; i++) {
                const input = [layer, head][i % 2];
                input.value = (i * 7) % (1 + +input.max);
                input.dispatchEvent(new Event("input", {bubbles: true}));
                const shown = root.querySelector(".gv-microscope").dataset.shown;
                if (shown !== `${layer.value} ${head.value}`) throw new Error(`shows ${shown}`);
            }
        }"""
    )
    layer, head = map(int, root.get_attribute("data-value").split())
    check(root, layer, head)


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_words_can_be_read(opened, root, theme):
    opened.theme(theme)
    faint = root.evaluate(
        """root => {
            const channels = color => color.match(/[\\d.]+/g).map(Number);
            const luminance = ([r, g, b]) => [r, g, b].map(c => c / 255)
                .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
                .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
            const back = channels(getComputedStyle(root).backgroundColor);
            return [...root.querySelectorAll("span, b, sup, code, label, text")]
                .filter(e => e.textContent.trim() && !e.children.length)
                .map(e => {
                    const style = getComputedStyle(e);
                    const ink = luminance(channels(e instanceof SVGElement ? style.fill : style.color));
                    const [low, high] = [ink, luminance(back)].sort((a, b) => a - b);
                    return [e.textContent, (high + 0.05) / (low + 0.05), parseFloat(style.fontSize)];
                }).filter(([, contrast, size]) => contrast < 4 || size < 12);
        }"""
    )
    opened.theme("light")
    assert faint == []


# ---- coming and going


def test_a_saved_page_is_alive_without_a_network_and_says_what_is_off(page, tmp_path):
    gv.attention(traced(), layer=1, head=1).save(tmp_path / "x.html")
    page.goto((tmp_path / "x.html").as_uri())
    root = page.locator(ROOT)
    check(root, 1, 1)
    place(root, 3, 0)
    stage(root, "scaled")
    check(root, 3, 0, "scaled")
    check_expressions(root, 3, trace=traced(), gpt=traced().gpt)
    expect(root.get_by_role("textbox")).to_be_disabled()
    expect(root.locator(".gv-status")).to_contain_text("needs a kernel")
    pixels = "c => c.toDataURL()"
    for scheme in ("dark", "light"):
        before = root.locator(".gv-grid canvas").evaluate(pixels)
        page.emulate_media(color_scheme=scheme)
        expect(root).to_have_css("background-color", {"dark": "rgb(17, 17, 17)", "light": "rgb(255, 255, 255)"}[scheme])
        page.wait_for_function(  # the canvas follows the theme too, in the next frame
            f"before => ({pixels})(document.querySelector('{ROOT} .gv-grid canvas')) !== before", arg=before
        )
    page.set_viewport_size({"width": 560, "height": 900})
    page.wait_for_function(f"() => (root => root.scrollWidth <= root.clientWidth)(document.querySelector('{ROOT}'))")


def test_a_layer_that_was_not_sent_says_that_it_needs_a_kernel(page, tmp_path, monkeypatch):
    import sys

    gv.attention  # noqa: B018 (loads the module)
    monkeypatch.setattr(sys.modules["gptviz.widgets.microscope"], "SENT_AHEAD", 0)
    gv.attention(traced(), layer=1, head=1).save(tmp_path / "x.html")
    page.goto((tmp_path / "x.html").as_uri())
    root = page.locator(ROOT)
    check(root, 1, 1)
    root.locator("input[aria-label=layer]").fill("2")
    expect(root.locator(".gv-says")).to_contain_text("needs a kernel")
    place(root, 1, 3)
    check(root, 1, 3)
