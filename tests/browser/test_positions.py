"""The explorer of positions in a real JupyterLab: what is drawn is what the model learned, and the formula."""

import math

import pytest
import torch
from playwright.sync_api import expect

import gptviz as gv
from gptviz.geometry import position_cosines, sinusoids, telling_dimension
from tests.browser.expressions import check_expressions
from tests.browser.looks import unreadable

ROOT = "[data-explorer=positions]"
CELLS = ["import gptviz as gv\ngpt = gv.load()", "w = gv.positions(gpt)\nw"]


@pytest.fixture(scope="module")
def gpt():
    return gv.load()


@pytest.fixture
def root(opened):
    found = opened.show(ROOT)
    found.get_by_role("button", name="Reset").click()
    return found


def slider(root, name):
    return root.get_by_label(name, exact=True).and_(root.locator("input[type=range]"))


def drawn(root, panel, canvas):
    values = root.locator(f"[data-panel={panel}] .gv-panel-{canvas}").evaluate("canvas => [...canvas.values]")
    return torch.tensor(values)


def check(root, gpt, dimension, position):
    """The cells are both tables and their cosines; the curves are their rows; every number leads back."""
    assert root.get_attribute("data-value") == f"{dimension} {position}"
    n, width = gpt.pos.weight.shape
    for kind, vectors in (("learned", gpt.pos.weight.detach()), ("formula", sinusoids(n, width))):
        like = position_cosines(vectors)
        for panel, table, row in (("numbers", vectors.T, dimension), ("alike", like, position)):
            close = {"atol": 1e-5, "rtol": 1e-5}
            torch.testing.assert_close(drawn(root, f"{kind}-{panel}", "cells").view(table.shape), table, **close)
            torch.testing.assert_close(drawn(root, f"{kind}-{panel}", "curve"), table[row], **close)
    check_expressions(root, 4, gpt=gpt)


def test_the_first_picture(root, gpt):
    check(root, gpt, telling_dimension(gpt), gpt.config.n_ctx // 2)


def test_sliders(root, gpt):
    for dimension, position in ((0, 0), (5, 1), (127, 127)):
        slider(root, "dimension").fill(str(dimension))
        slider(root, "position").fill(str(position))
        check(root, gpt, dimension, position)


def test_the_formula_has_the_readers_numbers(root):
    slider(root, "dimension").fill("6")
    slider(root, "position").fill("40")
    formula = root.locator(".gv-formula").filter(has_text="10,000")
    angle = 40 / 10_000 ** (6 / 128)
    expect(formula).to_contain_text(f"sin(40 ÷ 10,0006 / 128) = sin({angle:.2f}) = {math.sin(angle):.2f}")
    slider(root, "dimension").fill("7")
    expect(formula).to_contain_text(f"cos({angle:.2f}) = {math.cos(angle):.2f}".replace("-", "−"))


def test_a_cell_is_chosen_by_click_and_by_keys(opened, root, gpt):
    cells = root.locator("[data-panel=learned-numbers] .gv-panel-cells")
    box = cells.bounding_box()
    cells.click(position={"x": box["width"] - 4, "y": 3})
    n, width = gpt.pos.weight.shape
    dimension, position = map(int, root.get_attribute("data-value").split())
    assert dimension < width / 16
    assert position > n * 15 / 16
    cells.press("ArrowDown")
    cells.press("ArrowLeft")
    check(root, gpt, dimension + 1, position - 1)
    cells.press("Home")
    check(root, gpt, dimension + 1, 0)
    opened.page.keyboard.press("x")
    expect(opened.page.locator(ROOT)).to_have_count(1)
    root.locator("[data-panel=formula-alike] .gv-panel-cells").press("ArrowDown")
    check(root, gpt, dimension + 1, 1)
    opened.page.keyboard.press("Escape")
    check(root, gpt, telling_dimension(gpt), n // 2)


def test_the_state_reaches_the_kernel(opened, root):
    slider(root, "dimension").fill("9")
    opened.page.wait_for_timeout(500)
    opened.execute("assert w.dimension == 9, w.dimension")


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
    for value in ("0", "1", "127"):
        slider(root, "dimension").fill(value)
        slider(root, "position").fill(value)
        assert root.bounding_box()["height"] == height


def test_a_saved_page_is_alive_without_a_network(page, gpt, tmp_path):
    gv.positions(gpt, 3, 5).save(tmp_path / "x.html")
    page.goto((tmp_path / "x.html").as_uri())
    root = page.locator(ROOT)
    check(root, gpt, 3, 5)
    slider(root, "position").fill("17")
    check(root, gpt, 3, 17)
    page.emulate_media(color_scheme="dark")
    expect(root).to_have_css("background-color", "rgb(17, 17, 17)")
    check(root, gpt, 3, 17)
