"""The explorer of the gate in a real JupyterLab: what is drawn is what torch gives, at every bias and bend."""

import pytest
import torch
from torch.nn import functional as F

from gptviz.figures.facts import CASES
from tests.browser.expressions import check_expressions
from tests.browser.looks import unreadable

ROOT = "[data-explorer=gate]"
CELLS = ["from gptviz.widgets.gate import gate\nw = gate()\nw"]
BENDS = {"ReLU": torch.relu, "GELU": lambda x: F.gelu(x, approximate="tanh"), "no bend": lambda x: x}


@pytest.fixture
def root(opened):
    found = opened.show(ROOT)
    found.get_by_role("button", name="Reset").click()
    return found


def check(root, bias, bend):
    """Table, points and Python have the same numbers, those of torch."""
    fires = [float(BENDS[bend](torch.tensor(first + last + bias))) for first, last in CASES]
    rows = root.locator("tbody tr")
    for row, ((first, last), fire) in enumerate(zip(CASES, fires, strict=True)):
        read = [cell.replace("−", "-") for cell in rows.nth(row).locator("td").all_text_contents()]
        exact = abs(fire - (first and last)) < 1e-6
        assert [int(read[0]), int(read[1])] == [first, last]
        assert [float(x) for x in read[2:4]] == pytest.approx([first + last + bias, fire], abs=5.1e-3)
        assert read[4] == f"{int(first and last)} {'✓' if exact else '✗'}"
    check_expressions(root, 2)
    drawn = root.locator("[data-expression]").evaluate_all("all => all.map(e => Number(e.dataset.number))")
    assert drawn == pytest.approx([fires[3], fires[1]], abs=1e-6)


def test_the_first_picture_is_an_and(root):
    assert root.get_attribute("data-value") == "-1"
    check(root, -1.0, "ReLU")
    assert root.locator("tbody tr[data-right=true]").count() == 4


@pytest.mark.parametrize("bend", BENDS)
def test_every_bend_and_bias(root, bend):
    root.get_by_role("radio", name=bend).click()
    for bias in (-3.0, -1.0, -0.35, 0.0, 1.0):
        root.get_by_label("bias", exact=True).and_(root.locator("input")).fill(f"{bias:g}")
        check(root, bias, bend)


def test_a_dragged_bias_moves_the_points(root):
    both = root.locator("[data-case=both]")
    before = both.get_attribute("transform")
    root.locator("input[type=range]").fill("0.5")
    assert both.get_attribute("transform") != before
    root.locator("input[type=range]").press("Escape")
    assert both.get_attribute("transform") == before


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_can_be_read(opened, root, theme):
    opened.theme(theme)
    assert unreadable(opened.show(ROOT)) == []
