"""Pictures of many heads show the numbers that they were given."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from gptviz import figures
from gptviz.figures.distributions import number
from gptviz.figures.theme import Picture
from gptviz.probes.heads import patterns
from gptviz.tracing import Trace, trace
from tests.unit.models import random_gpt


@pytest.fixture(scope="module")
def traced() -> Trace:
    return trace(random_gpt(), "The king saw a blue bird.")


def words_in(fig: Picture) -> list[str]:
    return [text.get_text() for text in fig.axes[0].texts]


def squares_in(fig: Picture) -> list[Rectangle]:
    return [
        each for each in fig.axes[0].get_children() if isinstance(each, Rectangle) and each is not fig.axes[0].patch
    ]


def test_head_tables_write_every_number_and_frame_the_right_one() -> None:
    table = torch.tensor([[0.1, 0.2], [0.7, 0.4]])
    fig = figures.head_tables({"one": table, "other": table}, least=["other"])
    written = words_in(fig)
    assert all(written.count(number(float(value))) == 2 for value in table.flatten())
    assert "one, largest: L1H0 0.70" in fig.words and "other, smallest: L0H0 0.10" in fig.words
    frames = [square for square in squares_in(fig) if not square.get_fill()]
    assert len(frames) == 2


def test_head_tables_are_darker_where_the_number_is_larger() -> None:
    fig = figures.head_tables({"one": torch.tensor([[0.0, 0.3, 0.9]])})
    cells = [square for square in squares_in(fig) if square.get_fill()]
    light = [sum(to_rgb(cell.get_facecolor())) for cell in cells]
    assert light == sorted(light, reverse=True) and len(set(light)) == 3


def test_head_tables_of_one_model_only() -> None:
    with pytest.raises(ValueError, match=r"\(2, 3\).*got \(3, 2\) for 'two'"):
        figures.head_tables({"one": torch.zeros(2, 3), "two": torch.zeros(3, 2)})


def test_joined_shows_the_parts_and_that_their_sum_is_the_whole(traced: Trace) -> None:
    fig = figures.joined(traced, 1, 3)
    config = traced.gpt.config
    images = [np.asarray(image.get_array()) for image in fig.axes[0].images]
    assert len(images) == 3 * config.n_head + 2  # z, rows of W_O and ΔE of each head; the sum, twice
    assert {image.shape[:2] for image in images} == {
        (1, config.d_head),
        (config.d_head, config.d_model),
        (1, config.d_model),
    }
    np.testing.assert_allclose(images[-1], images[-2], atol=1e-3)
    assert "largest difference" in fig.words and float(fig.words.rpartition(" ")[2].rstrip(".")) < 1e-5


def test_looks_draws_each_row_and_the_mean(traced: Trace) -> None:
    fig = figures.looks(traced, 4)
    config, drawn = traced.gpt.config, [c for c in fig.axes[0].collections if isinstance(c, PathCollection)][::2]
    rows = patterns(traced)[:, :, 4, :5].flatten(0, 1)
    assert len(drawn) == config.n_layer * config.n_head + 1
    sizes = np.stack([dots.get_sizes() for dots in drawn])
    expected = torch.cat([rows, rows.mean(0, keepdim=True)]).numpy()
    np.testing.assert_allclose(sizes / sizes[0].sum() * expected[0].sum(), expected, atol=1e-5)


def test_looks_at_a_long_text_shows_its_end() -> None:
    long = trace(random_gpt(n_ctx=64), list(range(40)))
    fig = figures.looks(long)
    dots = [c for c in fig.axes[0].collections if isinstance(c, PathCollection)]
    assert dots and {len(c.get_sizes()) for c in dots} == {1, 24}  # small ones where a token is, and the weights
