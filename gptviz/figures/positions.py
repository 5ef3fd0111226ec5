"""Position vectors: those that the model learned, and the formula of the first transformer, on one scale of colours."""

import numpy as np
from matplotlib.axes import Axes
from torch import Tensor

from ..edits import check
from ..geometry import position_cosines, sinusoids, telling_dimension
from ..model import GPT
from . import theme
from .distributions import number
from .theme import ACCENT, MUTED, QUIET, Picture

WIDTH, HEIGHT = 11.4, 4.75  # inches
SIDE, GAP, LEFT = 2.42, 0.3, 0.72  # of a panel, between panels, before the first
TOP, CUT_Y, CUT = 0.98, 3.62, 0.72  # of the panels; the cuts below them
MOST = 256  # positions and dimensions that are drawn; of more, every second, third …


def positions(gpt: GPT, dimension: int | None = None, position: int | None = None) -> Picture:
    """Learned position vectors and sinusoids, each beside the cosines between its positions; below, a cut through each.

    dimension: whose curve over all positions is drawn, one that varies in both unless given. position: whose cosines
    with all others are drawn, the middle one unless given.
    """
    n, d = gpt.pos.weight.shape
    learned, formula = gpt.pos.weight.detach(), sinusoids(n, d)
    dimension = check("dimension", telling_dimension(gpt) if dimension is None else dimension, d)
    position = check("position", n // 2 if position is None else position, n)
    like, like_formula = position_cosines(learned), position_cosines(formula)

    fig, ax = theme.canvas(WIDTH, HEIGHT)
    theme.write(ax, LEFT, 0.3, "learned by the model", weight="bold", fontsize=11)
    theme.write(ax, LEFT + 2 * (SIDE + GAP), 0.3, "the formula, without learning", weight="bold", fontsize=11)
    panels = [
        (learned.T, dimension, f"{d} numbers of each position", float(learned.abs().quantile(0.99))),
        (like, position, "cosine of two positions", 1.0),
        (formula.T, dimension, f"{d} numbers of each position", 1.0),
        (like_formula, position, "cosine of two positions", 1.0),
    ]
    for i, (values, row, title, limit) in enumerate(panels):
        x = LEFT + i * (SIDE + GAP)
        theme.write(ax, x, TOP - 0.33, title, fontsize=9)
        theme.write(ax, x, TOP - 0.14, f"colour: −{number(limit)} … {number(limit)}", color=MUTED, fontsize=8)
        _panel(ax, x, values, row, limit)
        _cut(ax, x, values[row], limit if i != 0 else float(learned[:, dimension].abs().max()), i == 0)
    theme.write(ax, LEFT - 0.06, TOP + SIDE / 2, "dimension ↓", rotation=90, ha="right", color=MUTED, fontsize=8)
    y = CUT_Y + CUT / 2
    theme.write(ax, LEFT - 0.06, y, f"dim. {dimension}", ha="right", color=ACCENT, fontsize=8)
    for i in range(4):
        x = LEFT + i * (SIDE + GAP)
        theme.write(ax, x, CUT_Y + CUT + 0.16, "0", color=MUTED, fontsize=8)
        theme.write(ax, x + SIDE, CUT_Y + CUT + 0.16, str(n - 1), ha="right", color=MUTED, fontsize=8)
        words = f"position → (dimension {dimension})" if i % 2 == 0 else f"position → (with position {position})"
        theme.write(ax, x + SIDE / 2, CUT_Y + CUT + 0.16, words, ha="center", color=MUTED, fontsize=8)
    apart = min(8, n - 1)
    near, far = (float(each.diagonal(apart).mean()) for each in (like, like_formula))
    fig.words = (
        f"The model learned a vector of {d} numbers for each of {n} positions. Positions {apart} apart have a cosine "
        f"of {number(near)} on average; in the sinusoidal formula {number(far)}."
    )
    return fig


def _panel(ax: Axes, x: float, values: Tensor, row: int, limit: float) -> None:
    """A grid of numbers as cells of colour, white at 0, with the chosen row marked."""
    step = [-(-size // MOST) for size in values.shape]
    shades = theme.DIVERGING(values[:: step[0], :: step[1]].numpy() / limit / 2 + 0.5)
    limits = ax.get_xlim(), ax.get_ylim()
    box = (x, x + SIDE, TOP + SIDE, TOP)
    ax.imshow(shades, extent=box, aspect="auto", interpolation="nearest", zorder=1)
    ax.set(xlim=limits[0], ylim=limits[1])
    ax.plot([x, x + SIDE, x + SIDE, x, x], [TOP, TOP, TOP + SIDE, TOP + SIDE, TOP], color=QUIET, lw=0.6, zorder=2)
    y = TOP + (row + 0.5) * SIDE / len(values)
    ax.plot([x - 0.07, x - 0.01], [y, y], color=ACCENT, lw=2, solid_capstyle="butt", zorder=3)
    ax.plot([x + SIDE + 0.01, x + SIDE + 0.07], [y, y], color=ACCENT, lw=2, solid_capstyle="butt", zorder=3)


def _cut(ax: Axes, x: float, row: Tensor, limit: float, first: bool) -> None:
    """One row of the grid above as a curve over the positions."""
    middle = CUT_Y + CUT / 2
    across = x + SIDE * (np.arange(len(row)) + 0.5) / len(row)
    ax.plot([x, x + SIDE], [middle, middle], color=QUIET, lw=0.8)
    ax.plot(across, middle - row.numpy() / (limit or 1) * CUT / 2, color=ACCENT, lw=1.3)
    if not first:
        return
    for y, value in ((CUT_Y, limit), (CUT_Y + CUT, -limit)):
        theme.write(ax, x - 0.06, y, number(value), ha="right", color=MUTED, fontsize=7.5)
