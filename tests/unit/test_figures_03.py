"""The pictures of lesson 03 show the weights, sums and spreads they say they show, to scale."""

from __future__ import annotations

import math

import pytest
import torch
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex

from gptviz import figures
from gptviz.figures.theme import BELOW, Picture
from gptviz.probes.averaging import dot_products, reaction

NAMES = ["Sarah", " lies", " still", " on"]
NUMBERS = torch.tensor([1.0, 5.0, 9.0, 1.0])
PAST = torch.ones(4, 4).tril() / torch.ones(4, 4).tril().sum(1, keepdim=True)
LEAKING = torch.full((4, 4), 0.25)


def words_in(fig: Picture) -> list[str]:
    return [text.get_text() for ax in fig.axes for text in ax.texts]


def areas(fig: Picture) -> list[torch.Tensor]:
    """Of each grid, the dots' areas."""
    return [torch.tensor(d.get_sizes()) for d in fig.axes[0].collections if isinstance(d, PathCollection)]


def test_mixing_writes_every_weight_number_and_mixture() -> None:
    written = words_in(figures.mixing(PAST, NUMBERS, NAMES))
    for word, times in {"0.5": 2, "0.333": 3, "0.25": 4, "0": 6, "9": 1, "3": 1, "4": 1}.items():
        assert written.count(word) == times, word
    assert "␣lies 3, ␣still 5, ␣on 4." in figures.mixing(PAST, NUMBERS, NAMES).words


def test_mixing_shows_a_leak_in_another_hue() -> None:
    def hues(weights: torch.Tensor) -> set[str]:
        fig = figures.mixing(weights, NUMBERS, NAMES)
        cells = [each.get_facecolor() for each in fig.axes[0].patches if each.get_facecolor()[3]]
        return {to_hex(cell) for cell in cells}

    warm = [to_hex((r, g, b)) for r, g, b in [tuple(torch.tensor(figures.averages._shade(0.25, True)).tolist())]]
    assert not hues(PAST) & set(warm) and hues(LEAKING) >= set(warm)


def test_grids_draw_areas_and_sums() -> None:
    cut = LEAKING.tril()
    fig = figures.grids({"leaks": LEAKING, "cut": cut}, NAMES)
    for drawn, weights in zip(areas(fig), (LEAKING, cut), strict=True):
        torch.testing.assert_close(drawn / drawn.max(), (weights / weights.max()).flatten().to(drawn.dtype))
    sums = [text for text in fig.axes[0].texts if text.get_text().startswith("Σ")]
    assert [text.get_text() for text in sums] == ["Σ 1.00"] * 4 + ["Σ 0.25", "Σ 0.50", "Σ 0.75", "Σ 1.00"]
    assert [to_hex(text.get_color()) == BELOW for text in sums] == [False] * 4 + [True] * 3 + [False]
    assert (
        "leaks: rows sum to 1, 1.50 in all lies ahead" in fig.words and "cut: rows sum to 0.25 up to 1.00" in fig.words
    )


def test_grids_may_have_names_of_their_own() -> None:
    fig = figures.grids({"one": PAST, "two": PAST}, NAMES, ["a", "b", "c", "d"])
    assert {"Sarah", "d"} <= set(words_in(fig))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: figures.mixing(PAST, NUMBERS[:3], NAMES), "expected weights"),
        (lambda: figures.grids({}, NAMES), "one list of names"),
        (lambda: figures.grids({"one": PAST}, NAMES, NAMES), "one list of names"),
        (lambda: figures.grids({"one": PAST}, NAMES[:3]), "expected 3 × 3 weights"),
    ],
)
def test_what_does_not_fit_is_one_clear_sentence(make, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


def test_saturation_draws_what_was_measured() -> None:
    sizes = (2, 8, 32)
    fig = figures.saturation(sizes, keys=5, draws=40)
    for ax, measure in zip(
        fig.axes,
        (
            lambda s: s.std(),
            lambda s: s.softmax(-1).amax(-1).median(),
            lambda s: reaction(s.softmax(-1)).median(),
        ),
        strict=True,
    ):
        for line, power in zip(ax.lines, (0, 0.5), strict=True):
            expected = [float(measure(dot_products(d, 5, 40) / d**power)) for d in sizes]
            assert line.get_ydata() == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    "make",
    [
        lambda: figures.mixing(PAST, NUMBERS, NAMES),
        lambda: figures.grids({"one": PAST, "two": LEAKING}, NAMES),
        lambda: figures.saturation((2, 8), draws=20),
    ],
)
def test_same_bytes_every_time_and_words(make) -> None:
    one, other = make(), make()
    assert one.data(dpi=50) == other.data(dpi=50)
    assert len(one.words.split()) >= 8 and one.get_figwidth() <= 12.8


def test_the_widest_use_fits() -> None:
    places = [str(i) for i in range(16)]
    tables = {name: torch.eye(16) for name in ("one", "two", "three")}
    fig = figures.grids(tables, places)
    assert fig.get_figwidth() <= 12.8
    smallest = min(text.get_fontsize() for text in fig.axes[0].texts) * 100 / 72  # px, at full width
    assert smallest * 610 / (100 * fig.get_figwidth()) >= 8, "too small to read on a page of 800 px"


# ---- the measurements behind them ----


def test_reaction_is_the_trace_of_the_jacobian() -> None:
    scores = torch.tensor([0.3, -1.0, 2.0, 0.0], dtype=torch.float64)
    jacobian = torch.autograd.functional.jacobian(lambda s: s.softmax(-1), scores)
    assert float(reaction(scores.softmax(-1))) == pytest.approx(float(jacobian.diagonal().sum()))
    assert float(reaction(torch.tensor([1.0, 0.0]))) == 0


def test_dot_products_are_of_vectors_with_spread_1() -> None:
    for d in (4, 64):
        assert float(dot_products(d).std()) == pytest.approx(math.sqrt(d), rel=0.1)
    assert dot_products(3, keys=2, draws=7).shape == (7, 2)
