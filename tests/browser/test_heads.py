"""All heads in a real JupyterLab: each small pattern is the head's weights, and the one that is clicked is opened."""

from functools import cache

import numpy as np
import pytest
import torch
from playwright.sync_api import expect

import gptviz as gv
from gptviz.probes import heads
from tests.browser.expressions import check_expressions

TEXT = "Once there was an old king who ruled a small kingdom by the sea. Every morning the king"
OTHER = "The queen gave her daughter a hat.\nThe"
ROOT = "[data-explorer=heads]"
CELLS = ["import gptviz as gv\ngpt = gv.load()", f"w = gv.heads(gv.trace(gpt, {TEXT!r}))\nw"]


@cache
def traced(text=TEXT):
    return gv.trace(gv.load(), text)


@cache
def roles():
    return heads.head_roles(gv.load())


@pytest.fixture
def root(opened):
    found = opened.show(ROOT)
    expect(found.locator(".gv-roles-title")).to_contain_text("share of its attention", timeout=60_000)
    if found.get_by_role("textbox").input_value() != TEXT:
        run(found, TEXT)
    found.get_by_role("button", name="Reset").click()
    return found


def run(root, text):
    root.get_by_role("textbox").fill(text)
    root.get_by_role("textbox").press("Enter")
    expect(root.locator(".gv-status")).not_to_have_attribute("data-kind", "busy")


def small(root):
    """The small patterns, (layer, head, lower triangle), in 255ths."""
    config = traced().gpt.config
    values = root.locator(".gv-multiples canvas").evaluate("canvas => [...canvas.weights]")
    return np.array(values).reshape(config.n_layer, config.n_head, -1)


def check_small(root, text=TEXT):
    patterns = heads.patterns(traced(text))
    T = patterns.shape[-1]
    rows, columns = torch.tril_indices(T, T)
    assert np.abs(small(root) / 255 - patterns[..., rows, columns].numpy()).max() <= 0.5 / 255 + 1e-6


def check_opened(root, layer, head, text=TEXT):
    expect(root.locator(".gv-microscope")).to_have_attribute("data-shown", f"{layer} {head}")
    expect(root.locator(".gv-opened")).to_have_text(f"Layer {layer}, head {head}")
    values = root.locator(".gv-grid canvas").evaluate("canvas => [...canvas.values]")
    wanted = traced(text).pattern[layer, head]
    torch.testing.assert_close(torch.tensor(values).view_as(wanted), wanted, atol=1e-5, rtol=1e-4)


def click_head(root, layer, head):
    x, y = root.locator(".gv-multiples canvas").evaluate("(canvas, at) => canvas.center(...at)", [layer, head])
    root.locator(".gv-multiples canvas").click(position={"x": x, "y": y})


def test_every_small_pattern_is_the_weights_of_its_head(root):
    check_small(root)
    check_opened(root, *heads.telling_look(traced())[:2])
    check_expressions(root, 2, trace=traced(), gpt=traced().gpt)


def test_clicking_a_head_opens_it_with_its_measured_roles(root):
    for layer, head in ((0, 0), (2, 1)):
        click_head(root, layer, head)
        check_opened(root, layer, head)
        rows = root.locator(".gv-bars-row").evaluate_all("all => all.map(e => [e.dataset.key, +e.dataset.value])")
        assert dict(rows) == pytest.approx(
            {name: max(0.0, float(table[layer, head])) for name, table in roles().items()}, abs=1e-5
        )
        check_expressions(root, 2, trace=traced(), gpt=traced().gpt)
        best = max(roles(), key=lambda name: float(roles()[name][layer, head]))
        score = f"{float(roles()[best][layer, head]):.2f}"
        label = root.locator(".gv-multiples canvas").get_attribute("aria-label")
        assert f"L{layer}H{head}" in label and label.endswith(score.replace("-0.00", "0.00"))


def test_arrow_keys_walk_the_heads_and_jupyterlab_leaves_them_alone(opened, root):
    cells = opened.page.locator(".jp-Cell").count()
    click_head(root, 1, 1)
    for key in ("ArrowRight", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowLeft", "Home", "x", "d", "d"):
        opened.page.keyboard.press(key)
    check_opened(root, 3, 0)
    assert opened.page.locator(".jp-Cell").count() == cells


def test_the_microscope_beside_them_has_its_steps(root):
    click_head(root, 1, 2)
    root.locator("[data-stage=raw]").click()
    values = root.locator(".gv-grid canvas").evaluate("canvas => [...canvas.values]")
    wanted = traced().scores[1, 2]
    torch.testing.assert_close(torch.tensor(values).view_as(wanted), wanted, atol=1e-4, rtol=1e-4)


def test_another_text_is_traced(root):
    click_head(root, 2, 2)
    run(root, OTHER)
    check_small(root, OTHER)
    check_opened(root, 2, 2, OTHER)


def test_an_error_is_shown_and_nothing_is_lost(root):
    run(root, "king " * 2000)
    expect(root.locator(".gv-status")).to_contain_text("tokens at most")
    check_small(root)


def test_the_height_never_changes(root):
    height = root.bounding_box()["height"]
    for act in (
        lambda: click_head(root, 0, 3),
        lambda: root.locator("[data-stage=raw]").click(),
        lambda: run(root, "The"),
        lambda: run(root, TEXT + " " + TEXT),
    ):
        act()
        assert root.bounding_box()["height"] == height


def test_the_patterns_follow_the_theme(opened, root):
    """Two themes, two pictures, each as soon as its style sheet is there."""
    pictures: list[str] = []
    for theme in ("light", "dark", "light"):
        opened.theme(theme)
        shown = opened.page.wait_for_function(
            """([canvas, others]) => {
                const now = canvas.getContext("2d").getImageData(0, 0, 200, 200).data.join();
                return others.includes(now) ? null : now;
            }""",
            arg=[root.locator(".gv-multiples canvas").element_handle(), pictures[-1:]],
        )
        pictures.append(shown.json_value())
    assert pictures[0] == pictures[2]


def test_a_saved_page_is_alive_without_a_network(page, tmp_path):
    gv.heads(traced(), layer=1, head=1).save(tmp_path / "x.html")
    page.goto((tmp_path / "x.html").as_uri())
    root = page.locator(ROOT)
    check_small(root)
    click_head(root, 3, 2)
    check_opened(root, 3, 2)
    expect(root.locator(".gv-roles-title")).to_contain_text("share of its attention")
    expect(root.get_by_role("textbox")).to_be_disabled()
    page.set_viewport_size({"width": 560, "height": 900})
    page.wait_for_function(f"() => (root => root.scrollWidth <= root.clientWidth)(document.querySelector('{ROOT}'))")
