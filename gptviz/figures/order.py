"""Order and position: the formula as clocks, what shuffled words change, how far back a head looks, what rows know."""

import math
from collections.abc import Sequence

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.patches import Circle

from ..geometry import directions_needed, principal_axes, sinusoids
from ..model import GPT
from ..probes.order import looking_back as weights_back
from ..probes.order import order_seen, place_error, unmasked
from ..sampling import Prompt, prompt_ids
from ..tracing import shown
from . import theme
from .distributions import number, percent
from .theme import ACCENT, BELOW, FAINT, INK, MUTED, QUIET, SECOND, SECOND_INK, SLATE, Picture, bar

ROUNDING = 1e-4  # a difference below it is float32 arithmetic, not information


def clocks(
    d_model: int = 128,
    pairs: Sequence[int] = (0, 4, 8, 16, 32, 63),
    positions: Sequence[int] = (0, 1, 2, 3, 10, 100),
) -> Picture:
    """The sinusoidal formula, each pair of numbers (sin, cos) as the hand of a clock that starts at twelve.

    A row is a position, a column a pair i: numbers 2i and 2i + 1 of the position's vector. The tip of a hand is at
    (sin, cos), so it turns by 1 / 10000^(2i / d_model) of a radian a position.
    """
    outside = [i for i in pairs if not 0 <= i < d_model // 2]
    if outside:
        raise ValueError(f"pairs are counted 0..{d_model // 2 - 1} for {d_model} numbers, got {outside[0]}")
    table = sinusoids(max(positions) + 1, d_model)
    side, left, top = 0.98, 1.35, 0.95
    fig, ax = theme.canvas(left + side * len(pairs) + 0.25, top + 0.74 * len(positions) + 0.25)
    theme.write(ax, left - 0.2, 0.24, "pair i", ha="right", color=MUTED)
    theme.write(ax, left - 0.2, 0.48, "numbers", ha="right", color=MUTED, fontsize=8)
    y = top + 0.74 * len(positions) - 0.2
    theme.write(ax, left - 0.2, y, "a full turn takes", ha="right", color=MUTED, fontsize=8)
    theme.write(ax, left - 0.2, y + 0.2, "positions", ha="right", color=MUTED, fontsize=8)
    for column, i in enumerate(pairs):
        x = left + (column + 0.5) * side
        theme.write(ax, x, 0.24, f"i = {i}", ha="center", weight="bold")
        theme.write(ax, x, 0.48, f"{2 * i}, {2 * i + 1}", ha="center", color=MUTED, fontsize=8)
        for row, position in enumerate(positions):
            _hand(ax, x, top + 0.74 * row, float(table[position, 2 * i]), float(table[position, 2 * i + 1]))
        turn = 2 * math.pi * 10_000 ** (2 * i / d_model)
        theme.write(ax, x, y + 0.1, f"{turn:,.1f}" if turn < 100 else f"{turn:,.0f}", ha="center", fontsize=9)
    for row, position in enumerate(positions):
        theme.write(ax, left - 0.2, top + 0.74 * row, f"position {position}", ha="right", weight="bold")
    fast, slow = (2 * math.pi * 10_000 ** (2 * i / d_model) for i in (min(pairs), max(pairs)))
    fig.words = (
        f"Clocks for {len(pairs)} of {d_model // 2} pairs. At position 0 every hand points straight up: sine 0, "
        f"cosine 1. Pair {min(pairs)} turns fully in {fast:,.1f} positions, pair {max(pairs)} in {slow:,.0f}."
    )
    return fig


def _hand(ax: Axes, x: float, y: float, sine: float, cosine: float) -> None:
    r = 0.31
    ax.add_patch(Circle((x, y), r, facecolor=FAINT, edgecolor=QUIET, lw=0.8))
    ax.plot([x, x + r * sine], [y, y - r * cosine], color=ACCENT, lw=2, solid_capstyle="round")
    ax.plot([x + r * sine], [y - r * cosine], "o", color=ACCENT, ms=4)
    ax.plot([x], [y], "o", color=INK, ms=2.5)


def order(gpt: GPT, prompt: Prompt, shuffles: int = 20) -> Picture:
    """What the last token notices when those before it change places: without positions and mask, with each of them.

    A bar is the largest difference in the last token's row after a block, the median over `shuffles` orders. "0" is
    what rounding leaves. Without positions is this GPT with its position vectors left out, without a mask with its
    mask taken off; neither was trained so.
    """
    free = unmasked(gpt)
    columns = {
        "no positions, no mask": order_seen(free, prompt, ("pos",), shuffles),
        "no positions, the mask": order_seen(gpt, prompt, ("pos",), shuffles),
        "positions and mask, as trained": order_seen(gpt, prompt, (), shuffles),
    }
    L, left, wide = gpt.config.n_layer, 1.3, 2.5
    fig, ax = theme.canvas(left + wide * 3 + 0.15, 0.95 + 0.32 * L)
    scale = (wide - 0.85) / max(float(torch.stack(list(columns.values())).max()), ROUNDING)
    for column, (name, moved) in enumerate(columns.items()):
        x = left + wide * column
        theme.write(ax, x, 0.28, name, weight="bold", fontsize=10)
        ax.plot([x, x], [0.5, 0.56 + 0.32 * L], color=QUIET, lw=0.8)
        for layer, much in enumerate(moved.tolist()):
            y = 0.72 + 0.32 * layer
            seen = much > ROUNDING
            bar(ax, x, y, scale * much, (SECOND if column == 2 else ACCENT) if seen else QUIET)
            words = number(much) if seen else f"0 (rounding: {much:.0e})"
            theme.write(ax, x + scale * much + 0.08, y, words, color=INK if seen else MUTED, fontsize=10)
    for layer in range(L):
        y = 0.72 + 0.32 * layer
        theme.write(ax, left - 0.12, y, f"after block {layer}", ha="right", color=MUTED, fontsize=10)
    last = shown(gpt, prompt_ids(gpt, prompt)[-1:])[0]
    said = (f"{name}: {', '.join(number(much) for much in moved.tolist())}" for name, moved in columns.items())
    fig.words = (
        f"How far the row of the last token, {last!r}, moves when the tokens before it are shuffled, after blocks 0 to "
        f"{L - 1}: {'; '.join(said)}."
    )
    return fig


def looking_back(gpt: GPT, layer: int, head: int, furthest: int = 12) -> Picture:
    """How far back a head looks, on random tokens: its mean weight at each distance, with positions and without."""
    with_them, without = (weights_back(gpt, layer, head, parts, furthest).tolist() for parts in ((), ("pos",)))
    left, wide, tall, top = 1.05, 6.9, 1.75, 0.62
    fig, ax = theme.canvas(left + wide + 0.3, top + tall + 0.75)
    theme.write(ax, left, 0.26, f"layer {layer}, head {head}", weight="bold")
    theme.write(ax, left + 1.5, 0.26, "■ with positions", color=ACCENT, fontsize=8.5)
    theme.write(ax, left + 2.95, 0.26, "■ without", color=MUTED, fontsize=8.5)
    step, most = wide / len(with_them), max(*with_them, *without)
    ax.plot([left, left + wide], [top + tall, top + tall], color=QUIET, lw=0.8)
    for back, pair in enumerate(zip(with_them, without, strict=True)):
        x = left + (back + 0.5) * step
        for shift, weight, color in ((-0.19, pair[0], ACCENT), (0.19, pair[1], SLATE)):
            high = max(tall * weight / most, 0.01)
            ax.bar(x + shift * step, -high, 0.34 * step, bottom=top + tall, color=color, linewidth=0)
        if pair[0] > pair[1]:
            y = top + tall * (1 - pair[0] / most) - 0.09
            theme.write(ax, x - 0.19 * step, y, f"{100 * pair[0]:.0f} %", ha="center", color=ACCENT, fontsize=8.5)
        theme.write(ax, x, top + tall + 0.16, {0: "itself"}.get(back, str(back)), ha="center", fontsize=8.5)
    theme.write(ax, left + wide / 2, top + tall + 0.45, "tokens back", ha="center", color=MUTED)
    theme.write(ax, left - 0.15, top + tall / 2, "mean weight", ha="center", rotation=90, color=MUTED)
    nearer = "the token just before" if with_them[1] == max(with_them) else f"{int(np.argmax(with_them))} tokens back"
    fig.words = (
        f"Head {head} of layer {layer}, on random tokens: with positions its largest mean weight is on {nearer}, "
        f"{percent(max(with_them))}; without them the same distance gets {percent(without[int(np.argmax(with_them))])}."
    )
    return fig


def waves(gpt: GPT) -> Picture:
    """Position vectors along the three directions in which they differ most: those of this GPT, and the formula's.

    Beside each curve: the share of the squared distances from the mean that lies along its direction. All curves have
    one scale, on which a curve's mean square is its share, so that their heights can be compared.
    """
    n, d = gpt.pos.weight.shape
    tables = {"learned by this GPT": gpt.pos.weight.detach(), "the formula": sinusoids(n, d)}
    axes = {name: principal_axes(table, 3) for name, table in tables.items()}
    curves = {
        name: axes[name](table) / float(table.var(0, correction=0).sum().sqrt()) for name, table in tables.items()
    }
    most = max(float(each.abs().max()) for each in curves.values())
    left, wide, gap, tall, top, size = 1.2, 3.2, 0.85, 0.85, 1.0, 9.5
    fig, ax = theme.canvas(left + 2 * wide + gap + 0.75, top + 3 * tall + 0.7)
    said = []
    for column, (name, table) in enumerate(tables.items()):
        x, needed = left + column * (wide + gap), directions_needed(table)
        theme.write(ax, x, 0.26, name, weight="bold", fontsize=size + 0.5)
        theme.write(ax, x, 0.52, f"{needed} directions hold nine tenths", color=SECOND_INK, fontsize=size)
        across = x + wide * np.arange(n) / max(n - 1, 1)
        for row, curve in enumerate(curves[name].T):
            middle = top + (row + 0.42) * tall
            ax.plot([x, x + wide], [middle, middle], color=QUIET, lw=0.8)
            ax.plot(across, middle - curve.numpy() / most * 0.6 * tall, color=ACCENT, lw=1.5)
            share = percent(float(axes[name].variance[row]))
            theme.write(ax, x + wide + 0.08, middle, share, color=MUTED, fontsize=size)
            if not column:
                theme.write(ax, x - 0.12, middle, f"direction {row + 1}", ha="right", color=MUTED, fontsize=size)
        y = top + 3 * tall + 0.1
        theme.write(ax, x, y, "0", color=MUTED, fontsize=size)
        theme.write(ax, x + wide / 2, y, "position", ha="center", color=MUTED, fontsize=size)
        theme.write(ax, x + wide, y, str(n - 1), ha="right", color=MUTED, fontsize=size)
        held = axes[name].variance.sum()
        said.append(f"{name}: three directions hold {percent(float(held))}, nine tenths need {needed}")
    note = "all curves on one scale: the share at the right is the mean square of the curve"
    theme.write(ax, left, top + 3 * tall + 0.42, note, color=MUTED, fontsize=size)
    fig.words = (
        f"{n} position vectors along the directions in which they differ most. Of the vectors {'; of '.join(said)}."
    )
    return fig


def places(gpt: GPT) -> Picture:
    """Can one read from a row where its token stands? How far off a linear guess is, stage by stage, in tokens.

    With position vectors and without them; the dashed line is a guess without looking. See `probes.order.place_error`.
    """
    length = min(64, gpt.config.n_ctx)
    lines = {"with positions": (place_error(gpt), ACCENT, "o"), "without": (place_error(gpt, ("pos",)), BELOW, "s")}
    blind = float((torch.arange(length) - (length - 1) / 2).abs().mean())
    stages = ["before\nblock 0", *(f"after\nblock {layer}" for layer in range(gpt.config.n_layer))]
    left, wide, tall, top = 1.15, 5.6, 2.0, 0.7
    fig, ax = theme.canvas(left + wide + 1.75, top + tall + 0.75)
    theme.write(ax, 0.25, 0.28, "How far off is a guess at the place, in tokens?", weight="bold")
    step, most = wide / len(stages), 1.1 * max(blind, *(float(errors.max()) for errors, *_ in lines.values()))
    ax.plot([left, left + wide], [top + tall, top + tall], color=QUIET, lw=0.8)
    y = top + tall * (1 - blind / most)
    ax.plot([left, left + wide], [y, y], color=MUTED, lw=1, ls=(0, (4, 3)))
    theme.write(ax, left - 0.1, y, f"blind {number(blind, 1)}", ha="right", color=MUTED, fontsize=8.5)
    theme.write(ax, left - 0.1, top + tall, "0", ha="right", color=MUTED, fontsize=8.5)
    for name, (errors, color, mark) in lines.items():
        x = [left + (stage + 0.5) * step for stage in range(len(stages))]
        ys = [top + tall * (1 - error / most) for error in errors.tolist()]
        ax.plot(x, ys, color=color, lw=1.8, marker=mark, ms=5)
        for at, height, error in zip(x, ys, errors.tolist(), strict=True):
            theme.write(ax, at, height + 0.17, number(error, 1), ha="center", color=color, fontsize=8.5)
        theme.write(ax, x[-1] + 0.3 * step, ys[-1], name, color=color, weight="bold")
    for stage, name in enumerate(stages):
        theme.write(ax, left + (stage + 0.5) * step, top + tall + 0.3, name, ha="center", color=MUTED, fontsize=8.5)
    said = (f"{name}, {', '.join(number(e, 1) for e in errors.tolist())}" for name, (errors, *_) in lines.items())
    fig.words = (
        f"How many tokens off a linear guess at a token's place is, of {length} places, before the blocks and after "
        f"each: {'; '.join(said)}. A blind guess is {number(blind, 1)} off."
    )
    return fig
