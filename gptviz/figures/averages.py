"""Pictures of averaging: a matrix that mixes a column of numbers, matrices of weights side by side, and √d_k."""

import math
from collections.abc import Callable, Mapping, Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle
from torch import Tensor

from ..probes.averaging import dot_products, reaction
from . import theme
from .distributions import number
from .theme import ACCENT, BELOW, FAINT, INK, KEY, MUTED, PAPER, QUERY, QUIET, SLATE, VALUE, Picture

LEAK = "#f08c1e"  # an orange that carries dark words


def mixing(weights: Tensor, numbers: Tensor, names: Sequence[str]) -> Picture:
    """A matrix of weights times a column of numbers: each row says how much of every number goes into its mixture.

    weights: (T, T), rows look, columns are looked at. numbers: (T,). What lies ahead of a row's token is grey where its
    weight is 0, and orange where it is not.
    """
    T, cell, top, left = len(names), 0.62, 0.85, 1.2
    if weights.shape != (T, T) or numbers.shape != (T,):
        raise ValueError(
            f"expected weights ({T}, {T}) and numbers ({T},), got {tuple(weights.shape)}, {tuple(numbers.shape)}"
        )
    side, tall = T * cell, T * 0.42
    times_x, sum_x = left + side + 0.6, left + side + 2.15
    fig, ax = theme.canvas(sum_x + 0.9, top + tall + 0.45)
    mixed, labels = weights @ numbers, theme.labels(names, 9)
    theme.write(ax, left, 0.3, "weights", color=ACCENT, weight="bold")
    theme.write(ax, times_x + 0.3, 0.3, "numbers", color=VALUE, weight="bold", ha="center")
    theme.write(ax, sum_x + 0.3, 0.3, "mixtures", weight="bold", ha="center")
    for i, name in enumerate(labels):
        y = top + (i + 0.5) * 0.42
        theme.write(ax, left - 0.1, y, name, ha="right")
        theme.write(ax, left + (i + 0.5) * cell, top - 0.17, name, ha="center", color=KEY, fontsize=8)
        for j in range(T):
            w, ahead = float(weights[i, j]), j > i
            face = FAINT if ahead and not w else _shade(w, ahead)
            box = Rectangle((left + j * cell, y - 0.19), cell - 0.04, 0.38, facecolor=face, lw=0)
            ax.add_artist(box)
            theme.write(
                ax, left + (j + 0.5) * cell - 0.02, y, _short(w), ha="center",
                color=MUTED if not w else PAPER if w > 0.6 else INK,
            )  # fmt: skip
        theme.write(ax, times_x + 0.3, y, _short(float(numbers[i])), ha="center", color=VALUE, weight="bold")
        theme.write(ax, sum_x + 0.3, y, _short(float(mixed[i])), ha="center", weight="bold")
    middle = top + tall / 2
    theme.write(ax, times_x - 0.28, middle, "×", ha="center", fontsize=14, color=MUTED)
    theme.write(ax, (times_x + sum_x) / 2 + 0.3, middle, "=", ha="center", fontsize=14, color=MUTED)
    for x in (times_x, sum_x):
        ax.add_artist(Rectangle((x, top), 0.6, tall, fill=False, edgecolor=QUIET, lw=0.8))
    theme.write(ax, left, top + tall + 0.22, "rows look, columns are looked at", color=MUTED)
    told = ", ".join(f"{name} {_short(float(m))}" for name, m in zip(labels, mixed, strict=True))
    fig.words = f"The weights, {T} rows of {T}, times the column of numbers give one mixture for each token: {told}."
    return fig


def _short(x: float) -> str:
    """1 and 0.25 and 3.667."""
    return number(x, 3).rstrip("0").removesuffix(".")


def _shade(weight: float, ahead: bool) -> tuple[float, float, float]:
    """White at 0, the hue at 1. A leak is never pale: even a small one is clearly orange."""
    hue = to_rgb(LEAK if ahead else ACCENT)
    part = min(1.0, max(0.0, weight)) ** (0.3 if ahead else 0.8)
    red, green, blue = (1 + part * (each - 1) for each in hue)
    return red, green, blue


def grids(grids: Mapping[str, Tensor], *names: Sequence[str]) -> Picture:
    """Matrices of weights side by side: dot area = weight, the sum of each row at its right.

    grids: a heading for each, and its (T, T) weights; rows look, columns are looked at. names: one list of tokens for
    all of them, or one for each. Weights on what lies ahead, and sums that are not 1, are orange.
    """
    n = len(grids)
    if n < 1 or len(names) not in (1, n):
        raise ValueError(f"expected one list of names or one for each of {n} grids, got {len(names)}")
    T = max(len(each) for each in names)
    longest = max(len(label) for each in names for label in theme.labels(each, 12))
    words = 8.5 if n < 3 else 9.8  # points: a wide picture is shown smaller
    name_w = 0.85 if n < 3 else 0.2 + 0.6 * words / 72 * longest
    side = min(2.6, max(1.5, 0.3 * T)) if n < 3 else max(1.5, 9.3 / n - name_w - 0.65)
    wide = name_w + side + (0.7 if n < 3 else 0.65)
    top = 0.62 + words / 100 * min(12, longest)
    fig, ax = theme.canvas(0.1 + n * wide, top + side + 0.5)
    said = []
    for index, (heading, weights) in enumerate(grids.items()):
        labels = theme.labels(names[index % len(names)], 12)
        if weights.shape != (len(labels), len(labels)):
            raise ValueError(f"{heading}: expected {len(labels)} × {len(labels)} weights, got {tuple(weights.shape)}")
        x = 0.05 + index * wide + name_w
        theme.write(ax, x - name_w + 0.1, 0.24, heading, weight="bold", fontsize=words + 0.5)
        said.append(f"{heading}: {_panel(ax, weights.detach().numpy(), labels, x, top, side, words)}")
    note = "dot area = weight, Σ = sum of the row; orange: ahead, or not 1"
    theme.write(ax, 0.2, top + side + 0.28, note, color=MUTED, fontsize=words + 0.5)
    fig.words = "Weights, rows look and columns are looked at. " + "; ".join(said) + "."
    return fig


def _panel(ax: Axes, weights: np.ndarray, labels: list[str], x: float, y: float, side: float, words: float) -> str:
    """One matrix as dots, and the words for it. words: the size of its labels, in points, where rows leave room."""
    T = len(labels)
    cell = side / T
    full, size = 72 * min(cell, 0.42), min(words, 72 * cell * 0.95)
    ax.add_artist(Rectangle((x, y), side, side, fill=False, edgecolor=QUIET, lw=0.8))
    i, j = np.indices((T, T)).reshape(2, -1)
    ahead = j > i
    for at in range(T):
        if at + 1 < T:
            left = x + (at + 1) * cell
            ax.add_artist(Rectangle((left, y + at * cell), x + side - left, cell, color=FAINT, lw=0, zorder=0))
        middle = y + (at + 0.5) * cell
        total = float(weights[at].sum())
        one = abs(total - 1) < 5e-3
        theme.write(ax, x - 0.08, middle, labels[at], ha="right", fontsize=size)
        theme.write(
            ax, x + side + 0.08, middle, f"Σ {number(total)}", fontsize=size, color=MUTED if one else BELOW,
            weight="normal" if one else "bold",
        )  # fmt: skip
        ax.text(
            x + (at + 0.5) * cell, y - 0.06, labels[at], rotation=90, ha="center", va="bottom", fontsize=size,
            color=KEY, parse_math=False,
        )  # fmt: skip
    colors = np.where(ahead, BELOW, SLATE)
    ax.scatter(
        x + (j + 0.5) * cell, y + (i + 0.5) * cell, s=full**2 * weights[i, j].clip(0), c=list(colors), linewidths=0,
        zorder=3,
    )  # fmt: skip
    sums, leak, most = weights.sum(1), float(weights[i[ahead], j[ahead]].sum()), int(weights[-1].argmax())
    said = "1" if np.allclose(sums, 1, atol=5e-3) else f"{sums.min():.2f} up to {sums.max():.2f}"
    row = f"{labels[-1]} gives most to {labels[most]}, {weights[-1, most]:.2f}"
    return f"rows sum to {said}, {leak:.2f} in all lies ahead, {row}"


def saturation(sizes: Sequence[int] = (1, 4, 16, 64, 256, 1024), keys: int = 16, draws: int = 500) -> Picture:
    """Scores of random queries and keys against the head size, as they are and ÷ √d_k, in three panels.

    Their spread (standard deviation); of the softmax over `keys` of them the largest weight and the reaction, each the
    median over `draws`. See `probes.averaging.dot_products` and `reaction`.
    """
    raw = {d: dot_products(d, keys, draws) for d in sizes}
    ways: dict[str, tuple[str, str, dict[int, Tensor]]] = {
        "q · k": (QUERY, "o", raw),
        "q · k ÷ √d_k": (ACCENT, "s", {d: s / math.sqrt(d) for d, s in raw.items()}),
    }
    panels: list[tuple[str, Callable[[Tensor], float], list[float]]] = [
        ("spread of the scores", lambda s: float(s.std()), [1, 2, 4, 8, 16, 32]),
        ("largest weight", lambda s: float(s.softmax(-1).amax(-1).median()), [0, 0.25, 0.5, 0.75, 1]),
        ("reaction of the weights", lambda s: float(reaction(s.softmax(-1)).median()), [0, 0.25, 0.5, 0.75, 1]),
    ]
    told = []
    with mpl.rc_context(theme.RC | {"font.size": 11, "axes.titlesize": 12}):
        fig = theme.picture(9.6, 3.1)
        for index, (heading, measure, ticks) in enumerate(panels):
            ax = fig.add_axes((0.05 + index * 0.335, 0.2, 0.265, 0.65))
            for name, (color, mark, scores) in ways.items():
                values = [measure(scores[d]) for d in sizes]
                ax.plot(sizes, values, color=color, marker=mark, ms=4.5, lw=1.4, label=name)
                told.append(f"{heading} of {name} from {values[0]:.2g} to {values[-1]:.2g}")
            ax.set_title(heading, weight="bold")
            ax.set(xscale="log", yscale="linear" if index else "log", xlabel=f"head size d_k ({keys} keys)")
            ax.set_xticks(list(sizes), [str(d) for d in sizes])
            ax.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
            ax.minorticks_off()
            if index:
                ax.set_ylim(-0.04, 1.04)
        fig.axes[0].legend(frameon=False, loc="upper left", labelcolor="linecolor")
    fig.words = f"As the head size goes from {sizes[0]} to {sizes[-1]}: " + "; ".join(told) + "."
    return fig
