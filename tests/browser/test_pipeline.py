"""The whole machine in a real JupyterLab: every tile, dot and bar is a tensor of the trace; the loop writes on."""

from functools import cache

import pytest
import torch
from playwright.sync_api import expect

import gptviz as gv
from gptviz.sampling import distribution
from gptviz.widgets.explorer import visible
from gptviz.widgets.pipeline import NEURONS, ROWS
from tests.browser.expressions import check_expressions
from tests.browser.looks import unreadable

TEXT = "Sarah lies still on the bed, feeling"
OTHER = "Once there was an old king who ruled a small kingdom by the sea. Every morning the king"
MARKUP = "<img src=x onerror=alert(1)>"
ROOT = "[data-explorer=pipeline]"
CELLS = [
    "import gptviz as gv\ngpt = gv.load()",
    f"w = gv.pipeline(gv.trace(gpt, {TEXT!r}))\nw",
    "import gptviz.widgets.pipeline as room\nroom.Pipeline._small = lambda self, trace: self is w\n"
    f"large = gv.pipeline(gv.trace(gpt, {OTHER!r}), layer=0, head=0)\nlarge",
]


@cache
def traced(text=TEXT):
    return gv.trace(gv.load(), text)


@pytest.fixture
def root(opened):
    """The first explorer, as it was at first."""
    found = opened.show(ROOT)
    if found.get_by_role("textbox").input_value() != TEXT or names(found) != [visible(t) for t in traced().tokens]:
        run(found, TEXT)
    found.get_by_role("button", name="Reset").click()
    return found


def names(root):
    return root.locator(".gv-machine .gv-lane-name title").all_text_contents()


def run(root, text):
    root.get_by_role("textbox").fill(text)
    root.get_by_role("textbox").press("Enter")
    expect(root.locator(".gv-status")).not_to_have_attribute("data-kind", "busy")


def slider(root, name):
    return root.locator(f"input[aria-label={name}]")


def tiles(root, which, name):
    """The numbers that a canvas drew under this name."""
    found = root.locator(f".gv-stage-box:has({which}) canvas").evaluate(
        "(canvas, name) => canvas.tiles[name] && [...canvas.tiles[name]]", name
    )
    assert found is not None, name
    return torch.tensor(found, dtype=torch.float32)


def near(found, wanted):
    torch.testing.assert_close(found.flatten(), wanted.detach().flatten().float(), atol=1e-4, rtol=1e-4)


def shares(root):
    rows = root.locator(".gv-next").evaluate_all("rows => rows.map(r => [r.dataset.id, Number(r.dataset.share)])")
    return {int(i) if i != "rest" else i: share for i, share in rows}


def check(root, text=TEXT, position=-1, temperature=1.0):
    """The machine shows this text; its bars are what follows this position."""
    trace = traced(text)
    rows = slice(max(0, len(trace) - ROWS), None)
    assert names(root) == [visible(token) for token in trace.tokens[rows]]
    near(tiles(root, ".gv-machine", "stream"), trace.resid_pre[0][rows])
    near(tiles(root, ".gv-machine", "final"), trace.final[rows])
    for layer in range(trace.gpt.config.n_layer):
        for head in range(trace.gpt.config.n_head):
            near(tiles(root, ".gv-machine", f"L{layer}H{head}"), trace.pattern[layer, head][rows, rows])
        fired = tiles(root, ".gv-machine", f"L{layer}MLP").view(len(trace.tokens[rows]), -1)
        near(fired.max(-1).values, trace.neurons[layer][rows].max(-1).values)
    probs = distribution(trace.logits[position], temperature)
    said = shares(root)
    rest = said.pop("rest")
    assert list(said) == trace.logits[position].argsort(descending=True, stable=True)[: len(said)].tolist()
    assert list(said.values()) == pytest.approx(probs[list(said)].tolist(), abs=1e-5)
    assert rest == pytest.approx(1 - sum(said.values()), abs=1e-5)
    check_expressions(root, 1, trace=trace, gpt=trace.gpt)


def check_head(root, layer, head, text=TEXT):
    trace = traced(text)
    rows = slice(max(0, len(trace) - ROWS), None)
    for name in "qkvz":
        near(tiles(root, ".gv-opened", name), getattr(trace, name)[layer, head][rows])
    near(tiles(root, ".gv-opened", "delta"), trace.delta[layer, head][rows])
    near(tiles(root, ".gv-opened", "attn_in"), trace.attn_in[layer][rows])
    dots = root.locator(".gv-dot").evaluate_all(
        "dots => dots.map(d => [Number(d.dataset.row), Number(d.dataset.item), Number(d.dataset.weight)])"
    )
    pattern = trace.pattern[layer, head][rows, rows]
    assert len(dots) == len(pattern) * (len(pattern) + 1) // 2
    for i, j, weight in dots:
        assert weight == pytest.approx(float(pattern[i, j]), abs=1e-5)


def stage(root, name):
    return root.locator(f".gv-machine [role=option][aria-label^='{name}']")


# ---- what is drawn


def test_the_first_picture_is_the_machine_with_the_head_that_adds_most(root):
    check(root)
    trace = traced()
    size = {(l, h): float(trace.delta[l, h][-1].norm()) for l in range(4) for h in range(4)}
    layer, head = max(size, key=lambda key: size[key])
    assert root.get_attribute("data-value") == f"{layer} {head} 1"
    check_head(root, layer, head)
    weights = trace.pattern[layer, head][-1]
    expect(root.locator(".gv-formula strong")).to_have_text(f"{100 * float(weights.max()):.1f} %")
    expect(root.locator(".gv-python code")).to_have_text(
        f"trace.pattern[{layer}, {head}][{len(trace) - 1}, {int(weights.argmax())}]"
    )


def test_every_head_opens(root):
    for layer, head in ((0, 0), (1, 2), (2, 3)):
        stage(root, f"head {head} of block {layer}").click()
        assert root.get_attribute("data-value") == f"{layer} {head} 1"
        check_head(root, layer, head)
    slider(root, "layer").fill("3")
    slider(root, "head").fill("1")
    assert root.get_attribute("data-value") == "3 1 1"
    check_head(root, 3, 1)
    check(root)


def test_a_dot_leads_back(root):
    root.locator(".gv-dot[data-row='5'][data-item='2'] rect").click()
    expect(root.locator(".gv-python code")).to_contain_text("[5, 2]")
    check(root, position=5)
    said = root.locator(".gv-formula").inner_text().replace("−", "-")
    layer, head, _ = root.get_attribute("data-value").split()
    score = float(traced().scores[int(layer), int(head)][5, 2])
    assert f"= {score:.2f}" in said


def test_an_mlp_opens(root):
    stage(root, "MLP of block 2").click()
    trace = traced()
    best = trace.neurons[2][-1].topk(NEURONS)
    near(tiles(root, ".gv-opened", "neurons"), trace.neurons[2][:, best.indices])
    said = root.locator(".gv-neuron").evaluate_all("all => all.map(e => Number(e.dataset.value))")
    assert said == pytest.approx(best.values.tolist(), abs=1e-5)
    check(root)
    third = int(best.indices[2])
    root.locator(f".gv-neuron[data-item='{third}']").click()
    expect(root.locator(".gv-python code")).to_have_text(f"trace.neurons[2][{len(trace) - 1}, {third}]")
    check(root)
    expect(root.locator(f".gv-neuron[data-item='{third}'] .gv-small")).not_to_be_empty()


def test_tokens_and_logits_open(root):
    trace = traced()
    stage(root, "tokens become").click()
    for name in ("embed", "pos"):
        near(tiles(root, ".gv-opened", name), getattr(trace, name))
    near(tiles(root, ".gv-opened", "stream"), trace.resid_pre[0])
    check(root)
    stage(root, "last vector").click()
    near(tiles(root, ".gv-opened", "vector"), trace.final[-1])
    second = trace.logits[-1].topk(2).indices[1]
    root.locator(f".gv-neuron[data-item='{second}']").click()
    near(tiles(root, ".gv-opened", "product"), trace.final[-1] * trace.gpt.unembed.weight[second])
    expect(root.locator(".gv-python code")).to_contain_text(f"gpt.unembed.weight[{second}]")
    check(root)


def test_another_row_is_followed(root):
    root.locator(".gv-machine .gv-lane-hit").nth(3).click()
    check(root, position=3)
    expect(root.locator(".gv-machine .gv-strong").first).to_contain_text(visible(traced().tokens[3]))


@pytest.mark.parametrize("temperature", [0, 0.5, 3])
def test_temperature(root, temperature):
    slider(root, "temperature").fill(str(temperature))
    check(root, temperature=temperature)


# ---- keys


def test_arrow_keys_walk_the_machine_and_jupyterlab_leaves_them_alone(opened, root):
    cells = opened.page.locator(".jp-Cell").count()
    picture = root.locator(".gv-machine")
    picture.focus()
    for key in ("Home", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft", "ArrowUp", "x", "d", "d"):
        opened.page.keyboard.press(key)
    assert root.get_attribute("data-value") == "0 1 1"
    check(root, position=len(traced()) - 2)
    check_head(root, 0, 1)
    expect(picture).to_be_focused()
    active = picture.get_attribute("aria-activedescendant")
    assert root.locator(f"#{active}").get_attribute("aria-label") == "head 1 of block 0"
    panel = root.locator(".gv-opened")
    panel.focus()
    for key in ("ArrowUp", "ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowRight"):
        opened.page.keyboard.press(key)
    expect(root.locator(".gv-python code")).to_have_text(f"trace.pattern[0, 1][{len(traced()) - 3}, 1]")
    assert "head 1 of block 0" in panel.get_attribute("aria-label").lower()
    opened.page.keyboard.press("Escape")
    check(root)
    assert opened.page.locator(".jp-Cell").count() == cells


# ---- the loop


def test_predict_sample_append(root):
    def now():
        return root.locator(".gv-loop li.gv-now").text_content()

    assert now() == "predict"
    root.get_by_role("button", name="Next: sample").click()
    assert now() == "sample"
    drawn = root.locator(".gv-next.gv-chosen").get_attribute("data-id")
    said = root.locator(".gv-loop-said").text_content()
    u = float(said.split("fell on ")[1].split(":")[0])
    probs, likely = traced().probs[-1].sort(descending=True), shares(root)
    ends = probs.values.cumsum(0)
    hit = probs.indices[(ends >= u - 0.0006) & (ends - probs.values <= u + 0.0006)]  # u is written with three digits
    root.get_by_role("button", name="Next: append").click()
    count = len(traced())
    expect(root.locator(".gv-machine .gv-lane-name")).to_have_count(count + 1)
    appended, vocabulary = names(root)[-1], traced().gpt.tokenizer.vocabulary()
    assert appended in said
    id_ = next(i for i in hit.tolist() if visible(vocabulary[i]) == appended)
    assert drawn == (str(id_) if id_ in likely else "rest")
    expect(root.get_by_role("button", name="Next: sample")).to_be_enabled()
    again = gv.trace(traced().gpt, [*traced().ids.tolist(), id_])
    probs = again.probs[-1].topk(3)
    found = shares(root)
    assert [found[i] for i in probs.indices.tolist()] == pytest.approx(probs.values.tolist(), abs=1e-4)


def test_it_writes_on_until_it_is_stopped(root):
    """Also when the last text that was typed could not be read."""
    run(root, "king " * 2000)
    slider(root, "temperature").fill("0")
    count = len(traced())
    root.get_by_role("button", name="Run on").click()
    expect(root.locator(".gv-machine .gv-lane-name")).to_have_count(count + 2, timeout=20_000)
    root.get_by_role("button", name="Stop").click()
    expect(root.get_by_role("button", name="Run on")).to_be_enabled()
    expect(root.locator(".gv-status")).not_to_have_attribute("data-kind", "busy")
    text = root.get_by_role("textbox").input_value()
    assert gv.generate(gv.load(), TEXT, 4, temperature=0).startswith(text) and text != TEXT


# ---- another text


def test_another_text_is_traced(root):
    run(root, OTHER)
    check(root, OTHER)
    layer, head, _ = (int(float(n)) for n in root.get_attribute("data-value").split())
    check_head(root, layer, head, OTHER)
    expect(root.locator(".gv-machine")).to_contain_text(f"{len(traced(OTHER)) - ROWS} earlier")


def test_an_error_is_shown_and_nothing_is_lost(root):
    run(root, "king " * 2000)
    expect(root.locator(".gv-status")).to_have_attribute("data-kind", "error")
    expect(root.locator(".gv-status")).to_contain_text("tokens at most")
    check(root)


def test_markup_is_text(root):
    run(root, MARKUP)
    check(root, MARKUP)
    assert root.locator("img").count() == 0


def test_of_a_large_model_what_is_opened_comes_when_it_is_asked_for(opened, root):
    large = opened.page.locator(ROOT).nth(1)
    large.scroll_into_view_if_needed()
    check(large, OTHER)
    check_head(large, 0, 0, OTHER)
    for layer, head in ((2, 1), (3, 3)):
        stage(large, f"head {head} of block {layer}").click()
        expect(large).not_to_have_attribute("data-stale", "")
        expect(large.locator(".gv-python code")).to_contain_text(f"[{layer}, {head}]")
        check_head(large, layer, head, OTHER)
    large.locator(".gv-machine .gv-lane-hit").nth(4).click()
    expect(large).not_to_have_attribute("data-stale", "")
    position = len(traced(OTHER)) - ROWS + 4
    expect(large.locator(".gv-python code")).to_contain_text(f"[{position},")
    check(large, OTHER, position=position)


# ---- the look, coming and going


def test_the_height_never_changes(root):
    height = root.bounding_box()["height"]
    for act in (
        lambda: stage(root, "MLP of block 1").click(),
        lambda: stage(root, "last vector").click(),
        lambda: stage(root, "tokens become").click(),
        lambda: root.get_by_role("button", name="Next: sample").click(),
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
    for width in (1280, 800):
        opened.page.set_viewport_size({"width": width, "height": 900})
        opened.show(ROOT)
        for name in ("head 1 of block 1", "MLP of block 0", "tokens become", "last vector"):
            stage(root, name).click()
            opened.page.mouse.move(2, 2)
            bad[width, name] = unreadable(root)
    opened.page.set_viewport_size({"width": 1280, "height": 900})
    assert {place: found for place, found in bad.items() if found} == {}


def test_a_saved_page_is_alive_without_a_network_and_says_what_is_off(page, tmp_path):
    gv.pipeline(traced(), layer=1, head=2).save(tmp_path / "x.html")
    page.goto((tmp_path / "x.html").as_uri())
    root = page.locator(ROOT)
    check(root)
    check_head(root, 1, 2)
    stage(root, "head 0 of block 3").click()
    check_head(root, 3, 0)
    slider(root, "temperature").fill("2")
    check(root, temperature=2)
    root.get_by_role("button", name="Next: sample").click()
    expect(root.locator(".gv-loop-said")).to_contain_text("The die fell on")
    expect(root.get_by_role("button", name="Next: append")).to_be_disabled()
    expect(root.get_by_role("button", name="Run on")).to_be_disabled()
    expect(root.get_by_role("textbox")).to_be_disabled()
    expect(root.locator(".gv-status")).to_contain_text("needs a kernel")
    expect(root.locator(".gv-live")).to_contain_text("the machine predicts")
