"""gv.neurons in a real JupyterLab: what is drawn is what the trace has, and what a run with the neuron scaled says."""

from functools import cache

import pytest
from playwright.sync_api import expect

import gptviz as gv
from gptviz.geometry import promoted
from gptviz.probes.knockouts import kl_bits
from gptviz.probes.neurons import excited_by, telling_neuron
from gptviz.widgets.explorer import visible
from tests.browser.expressions import check_expressions
from tests.browser.looks import unreadable

TEXT = "Once there was an old king who ruled a small kingdom by the sea. Every morning the king"
ROOT = "[data-explorer=neurons]"
SLOW_MS = 60_000  # on a busy machine
CELLS = ["import gptviz as gv\ngpt = gv.load()", f"w = gv.neurons(gv.trace(gpt, {TEXT!r}))\nw", "# below"]


@cache
def traced(text):
    return gv.trace(gv.load(), text)


@pytest.fixture
def root(opened):
    """The explorer, as it was at first."""
    found = opened.show(ROOT)
    found.get_by_role("textbox", name="Text").fill(TEXT)
    if strip(found) != [visible(token) for token in traced(TEXT).tokens]:
        run(found, TEXT)
    found.get_by_role("button", name="Reset").click()
    settled(found)
    return found


def strip(root):
    return root.locator(".gv-strip [role=option]").all_text_contents()


def run(root, text):
    root.get_by_role("textbox", name="Text").fill(text)
    root.get_by_role("textbox", name="Text").press("Enter")
    expect(root.locator(".gv-status")).not_to_have_attribute("data-kind", "busy", timeout=SLOW_MS)
    tokens = [visible(token) for token in traced(text).tokens]
    expect(root.locator(".gv-strip [role=option]")).to_have_text(tokens, timeout=SLOW_MS)
    settled(root)


def settled(root):
    """The bars are those of the present choice."""
    expect(root.locator(".gv-after")).not_to_have_attribute("data-stale", "", timeout=SLOW_MS)


def slider(root, name):
    return root.locator(f"input[type=range][aria-label='{name}']")


def chosen(root):
    """(layer, neuron), as the title says."""
    words = root.locator(".gv-card-title b").inner_text().split()
    return int(words[-1]), int(words[1])


def grid(root):
    """(rows, columns) of numbers as the canvas keeps them."""
    return root.locator(".gv-grid canvas").evaluate("canvas => [...canvas.values]")


def check(root, text, scale, position=-1):
    """The bars are the distributions as they are (outline) and with the neuron scaled (filled)."""
    settled(root)
    trace, (layer, neuron) = traced(text), chosen(root)
    before = trace.probs[position]
    after = gv.trace(trace.gpt, text, scale={f"L{layer}N{neuron}": scale}).probs[position]
    rows = root.locator(".gv-after .gv-bars-row").evaluate_all(
        "rows => rows.map(row => [Number(row.dataset.key), Number(row.dataset.other), Number(row.dataset.value)])"
    )
    assert len(rows) == 10
    for token, p, q in rows:
        assert p == pytest.approx(float(before[token]), rel=1e-4)
        assert q == pytest.approx(float(after[token]), rel=1e-3, abs=1e-7)
    bits = float(kl_bits(before, after))
    said = root.locator(".gv-bits b").inner_text().removesuffix(" bits")
    assert said == "< 0.001" if 0 < bits < 0.0005 else float(said) == pytest.approx(bits, abs=6e-4)


# ---- what is drawn


def test_the_first_picture_is_of_the_neuron_that_moves_the_prediction_most(root):
    trace = traced(TEXT)
    layer, neuron = telling_neuron(trace)
    assert chosen(root) == (layer, neuron)
    assert root.get_attribute("data-value") == f"{layer} 0"
    check(root, TEXT, 0.0)
    columns = gv.neurons(trace).columns[layer]
    expected = trace.neurons[layer][:, columns].flatten().tolist()
    assert grid(root) == pytest.approx(expected, abs=1e-6)


def test_its_question_and_its_answer(root):
    trace, (layer, neuron) = traced(TEXT), chosen(root)
    places = root.locator(".gv-place")
    expect(places).to_have_count(7)
    values = [float(value) for value in places.evaluate_all("rows => rows.map(row => row.dataset.value)")]
    assert values == pytest.approx([place.value for place in excited_by(trace, layer, neuron)[0][:7]])
    expect(root.locator(".gv-question")).to_contain_text("unseen texts of its world")
    words = promoted(trace.gpt, layer, neuron)
    keys = root.locator(".gv-sides .gv-bars-row").evaluate_all("rows => rows.map(row => Number(row.dataset.key))")
    assert keys == [*words.topk(7).indices.tolist(), *words.topk(7, largest=False).indices.tolist()]


def test_the_curve_has_the_activation_before_and_after_gelu(root):
    trace, (layer, neuron) = traced(TEXT), chosen(root)
    said = root.locator(".gv-curve svg").get_attribute("aria-label").replace("−", "-")
    pre, post = (float(part.split()[-1]) for part in said.split(","))
    assert pre == pytest.approx(float(trace.mlp_pre[layer][-1, neuron]), abs=0.006)
    assert post == pytest.approx(float(trace.neurons[layer][-1, neuron]), abs=0.006)
    assert root.locator(".gv-curve g circle").count() == len(trace)


@pytest.mark.parametrize("scale", [0.5, 1, 3])
def test_scaling_is_a_run_of_the_model(root, scale):
    slider(root, "its activation, times").fill(str(scale))
    expect(root.locator(".gv-after .gv-part-head")).to_contain_text(f"× {scale}")
    check(root, TEXT, float(scale))


def test_dragging_ends_where_the_slider_is(root):
    root.evaluate(
        """root => {
            const input = root.querySelector("input[aria-label='its activation, times']");
            for (let i = 0; i <= 60; i++) {
                input.value = i / 20;
                input.dispatchEvent(new Event("input", {bubbles: true}));
            }
        }"""
    )
    check(root, TEXT, 3.0)


def test_another_layer_neuron_and_token(root):
    trace = traced(TEXT)
    slider(root, "layer").fill("2")
    assert chosen(root)[0] == 2
    check(root, TEXT, 0.0)
    root.get_by_role("spinbutton", name="neuron number").fill("77")
    root.get_by_role("spinbutton", name="neuron number").press("Enter")
    check(root, TEXT, 0.0)
    assert chosen(root) == (2, 77)
    root.locator(".gv-strip [role=option]").nth(5).click()
    check(root, TEXT, 0.0, position=5)
    expect(root.locator(".gv-card-title")).to_contain_text(f"{float(trace.neurons[2][5, 77]):.2f}".replace("-", "−"))


def test_a_cell_is_chosen_by_click_and_by_arrow_keys(opened, root):
    canvas = root.locator(".gv-grid canvas")
    x, y = canvas.evaluate("canvas => canvas.center(4, 2)")
    canvas.click(position={"x": x, "y": y})
    layer = chosen(root)[0]
    column = gv.neurons(traced(TEXT)).columns[layer]
    assert chosen(root) == (layer, column[2])
    expect(root.locator(".gv-strip [aria-selected=true]")).to_have_text(visible(traced(TEXT).tokens[4]))
    opened.page.keyboard.press("ArrowDown")
    opened.page.keyboard.press("ArrowRight")
    assert chosen(root) == (layer, column[3])
    check(root, TEXT, 0.0, position=5)
    assert root.is_visible()


def test_every_number_leads_back(opened, root):
    names = {"trace": traced(TEXT), "gpt": traced(TEXT).gpt}
    for act in (
        lambda: None,
        lambda: root.locator(".gv-place").nth(2).click(),
        lambda: root.locator(".gv-sides .gv-bars-row").nth(1).click(),
        lambda: root.locator(".gv-sides .gv-bars-row").nth(9).click(),
        lambda: root.locator(".gv-after .gv-bars-row").nth(4).click(),
        lambda: opened.page.keyboard.press("Escape"),
        lambda: slider(root, "its activation, times").fill("2.35"),
    ):
        act()
        settled(root)
        check_expressions(root, 1, **names)
    canvas = root.locator(".gv-grid canvas")
    x, y = canvas.evaluate("canvas => canvas.center(3, 1)")
    canvas.click(position={"x": x, "y": y})
    check_expressions(root, 1, **names)
    assert "trace.neurons" in root.locator(".gv-python code").inner_text()


# ---- another text


def test_another_text_keeps_the_neuron(root):
    before = chosen(root)
    text = "The queen gave her daughter a hat.\nThe"
    run(root, text)
    assert strip(root) == [visible(token) for token in traced(text).tokens]
    assert chosen(root) == before
    check(root, text, 0.0)


def test_an_error_is_shown_and_nothing_is_lost(root):
    root.get_by_role("textbox", name="Text").fill("king " * 2000)
    root.get_by_role("textbox", name="Text").press("Enter")
    expect(root.locator(".gv-status")).to_have_attribute("data-kind", "error", timeout=SLOW_MS)
    expect(root.locator(".gv-status")).to_contain_text("tokens at most", timeout=SLOW_MS)
    check(root, TEXT, 0.0)


def test_a_long_text_shows_the_tokens_around_the_chosen_one(root):
    text = TEXT + " " + TEXT
    run(root, text)
    assert len(grid(root)) == 24 * 24
    root.locator(".gv-strip [role=option]").first.click()
    check(root, text, 0.0, position=0)


def test_the_height_never_changes(root):
    height = root.bounding_box()["height"]
    for act in (
        lambda: slider(root, "its activation, times").fill("1.5"),
        lambda: slider(root, "layer").fill("3"),
        lambda: root.locator(".gv-place").first.click(),
        lambda: run(root, "The"),
        lambda: run(root, TEXT + " " + TEXT),
    ):
        act()
        settled(root)
        assert root.bounding_box()["height"] == height


# ---- coming and going


def test_dark(opened, root):
    opened.theme("dark")
    assert root.evaluate("root => getComputedStyle(root).colorScheme") == "dark"
    check(root, TEXT, 0.0)
    opened.theme("light")
    assert root.evaluate("root => getComputedStyle(root).colorScheme") == "light"


@pytest.mark.parametrize("width", [1280, 1120, 800, 560])
def test_everything_can_be_read(page, tmp_path, width):
    gv.neurons(traced(TEXT)).save(tmp_path / "x.html")
    page.set_viewport_size({"width": width, "height": 900})
    page.goto((tmp_path / "x.html").as_uri())
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert unreadable(page.locator(ROOT)) == []


def test_a_saved_page_shows_every_neuron_that_was_sent_and_says_what_is_off(page, tmp_path):
    trace = traced(TEXT)
    gv.neurons(trace).save(tmp_path / "x.html")
    page.goto((tmp_path / "x.html").as_uri())
    root = page.locator(ROOT)
    check(root, TEXT, 0.0)
    expect(slider(root, "its activation, times")).to_be_disabled()
    expect(root.locator(".gv-buttons")).to_contain_text("needs a kernel")
    expect(root.get_by_role("textbox", name="Text")).to_be_disabled()
    slider(root, "layer").fill("1")
    columns = gv.neurons(trace).columns[1]
    assert grid(root) == pytest.approx(trace.neurons[1][:, columns].flatten().tolist(), abs=1e-6)
    assert chosen(root) == (1, columns[0])
    expect(root.locator(".gv-after")).to_have_attribute("data-stale", "")  # of another neuron: dimmed, not faked
    words = promoted(trace.gpt, 1, columns[0])
    first = root.locator(".gv-sides .gv-bars-row").first
    expect(first).to_have_attribute("data-key", str(int(words.argmax())))
