"""The picture of lesson 04 shows the singular values it says it shows, to scale."""

from __future__ import annotations

import pytest
import torch
from matplotlib.collections import PathCollection

from gptviz import figures
from gptviz.figures.one_head import LOWEST
from gptviz.figures.theme import Picture


def thin(rank: int, n: int = 20) -> torch.Tensor:
    dice = torch.Generator().manual_seed(1)
    return torch.randn(n, rank, generator=dice) @ torch.randn(rank, n, generator=dice)


def dots(fig: Picture) -> tuple[torch.Tensor, torch.Tensor]:
    """(x, y) of the directions above rounding, and of the others; y grows downwards."""
    drawn = [dots for dots in fig.axes[0].collections if isinstance(dots, PathCollection)]
    kept, rest = (torch.tensor(each.get_offsets()).float() for each in drawn)
    return kept, rest


def test_dots_are_the_singular_values_on_a_logarithmic_scale() -> None:
    matrix = thin(5)
    kept, rest = dots(figures.singular_values(matrix))
    assert len(kept) == 5 and len(rest) == 15
    values = torch.linalg.svdvals(matrix)
    logs = (values / values[0]).clamp_min(LOWEST).log10()
    y = torch.cat([kept, rest])[:, 1]
    scale = (y[5] - y[0]) / (logs[0] - logs[5])  # inches for a factor of ten
    torch.testing.assert_close(y, y[0] - logs * scale, atol=1e-4, rtol=0)
    assert (torch.cat([kept, rest])[:, 0].diff() > 0).all()


def test_the_rank_is_said() -> None:
    fig = figures.singular_values(thin(5))
    words = [text.get_text() for text in fig.axes[0].texts]
    assert "rank 5" in fig.words and "other 15" in fig.words and any("rank 5" in each for each in words)
    full = figures.singular_values(torch.eye(6))
    assert "rank 6" in full.words and "rounding" not in full.words and len(dots(full)[1]) == 0


def test_the_same_bytes_every_time() -> None:
    assert figures.singular_values(thin(3)).data() == figures.singular_values(thin(3)).data()


def test_a_matrix_of_zeros_is_refused() -> None:
    with pytest.raises(ValueError, match="matrix of zeros"):
        figures.singular_values(torch.zeros(4, 4))
