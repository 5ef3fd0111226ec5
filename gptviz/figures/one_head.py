"""What one head is made of: the singular values of a matrix, which show how thin it is."""

import torch
from torch import Tensor

from . import theme
from .theme import ACCENT, INK, MUTED, QUIET, Picture

LEFT, WIDE, TOP, TALL = 0.8, 5.85, 0.66, 1.75  # inches
WORDS, TICKS = 10.5, 10  # points: a page of 800 px shows the picture smaller
LOWEST = 1e-10  # of the largest singular value: what is smaller is drawn there


def singular_values(matrix: Tensor) -> Picture:
    """How much a matrix stretches in each of its own directions, largest first, on a logarithmic scale.

    Violet: those above rounding, whose number is the rank, as `torch.linalg.matrix_rank` counts them. matrix: (m, n)
    """
    values = torch.linalg.svdvals(matrix)  # (min(m, n),)
    rank, n, largest = int(torch.linalg.matrix_rank(matrix)), len(values), float(values[0])
    if largest == 0:
        raise ValueError("a matrix of zeros stretches nothing; expected one with other numbers in it")
    fig, ax = theme.canvas(8.4, TOP + TALL + 0.62)
    m, across = matrix.shape
    theme.write(ax, 0.25, 0.28, f"{m} × {across} matrix, rank {rank}", weight="bold", fontsize=12)
    says = "how much it stretches along each of its own directions"
    theme.write(ax, 8.15, 0.28, says, ha="right", color=MUTED, fontsize=WORDS)
    logs = (values / largest).clamp_min(LOWEST).log10()
    lowest = min(-1, int(logs.min().floor()))
    down = TALL / -lowest  # inches for a factor of ten
    x = LEFT + (torch.arange(n) + 0.5) * WIDE / n
    y = TOP - logs * down
    for tens in range(0, lowest - 1, -2):
        ax.plot([LEFT, LEFT + WIDE], [TOP - tens * down] * 2, color=QUIET, lw=0.5, zorder=0)
        theme.write(ax, LEFT - 0.1, TOP - tens * down, _factor(tens), ha="right", color=MUTED, fontsize=TICKS)
    ax.scatter(x[:rank], y[:rank], s=11, c=ACCENT, linewidths=0, zorder=2)
    ax.scatter(x[rank:], y[rank:], s=11, c=theme.SLATE, linewidths=0, zorder=2)
    side = LEFT + WIDE + 0.15
    theme.write(ax, side, TOP + 0.1, f"{rank} directions", color=ACCENT, weight="bold", fontsize=WORDS)
    if rank < n:
        theme.write(ax, side, float(y[rank:].mean()), f"{n - rank}: rounding", color=MUTED, fontsize=WORDS)
    bottom = TOP + TALL + 0.2
    for at in sorted({1, rank, n}):
        tone = INK if at == rank else MUTED
        theme.write(ax, float(x[at - 1]), bottom, str(at), ha="center", color=tone, fontsize=TICKS)
    order = "direction, the strongest first"
    theme.write(ax, LEFT + WIDE / 2, bottom + 0.24, order, ha="center", color=MUTED, fontsize=WORDS)
    rest = f"; the other {n - rank} are rounding" if rank < n else ""
    fig.words = f"A {m} × {across} matrix of rank {rank}: it stretches in {rank} of its {n} directions{rest}."
    return fig


def _factor(tens: int) -> str:
    return "× 1" if tens == 0 else f"10{''.join('⁻⁰¹²³⁴⁵⁶⁷⁸⁹'['-0123456789'.index(c)] for c in str(tens))}"
