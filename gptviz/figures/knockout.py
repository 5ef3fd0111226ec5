"""A model with parts switched off, or values put in: what each part is worth, and what becomes of the prediction."""

import math
from collections.abc import Iterable, Mapping
from itertools import product

import torch
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from torch import Tensor

from ..probes.knockouts import either, kl_bits, knocked_out, parts, probs_after, probs_at, telling_head, tries_at_once
from ..tracing import Trace, shown
from . import theme
from .distributions import at, percent
from .theme import ACCENT, ACCENT_PALE, FAINT, INK, MUTED, QUIET, SECOND, SLATE, Picture, bar

WIDTH = 9.9
LEFT_X, RIGHT_X = 0.55, 4.55
ROWS, STEP, TOP = 10, 0.3, 1.05


def knockout(
    trace: Trace,
    without: Iterable[str] | None = None,
    patch: Mapping[tuple, Tensor] | None = None,
    position: int = -1,
    tried: Mapping[str, float] | None = None,
) -> Picture:
    """What each head and MLP is worth to one prediction, and the prediction before and after an edit, side by side.

    without, patch: as in `gv.trace`; with neither, the head that the prediction owes most to is switched off. tried:
    part → bits, what each was found to be worth alone; measured here where that takes no time (a small model).
    """
    position = at(trace, position)
    if without is None:
        without = () if patch else [telling_head(trace, position)]
    without = [without] if isinstance(without, str) else list(without)
    if tried is None:
        cheap = len(parts(trace.gpt)) <= tries_at_once(trace)
        tried = dict(knocked_out(trace, position)) if cheap else {}
    before = probs_at(trace, position)
    after = probs_after(trace, position, without, patch)
    bits = float(kl_bits(before, after))
    config = trace.gpt.config
    cell = min(0.36, 3.1 / max(config.n_layer, 5), 3.2 / (config.n_head + 1.3))

    fig, ax = theme.canvas(WIDTH, TOP + (ROWS + 1) * STEP + 0.55)
    theme.write(ax, 0.2, 0.28, "What is each part worth?", weight="bold")
    theme.write(ax, 0.2, 0.52, "bits by which the prediction moves without it", color=MUTED, fontsize=8)
    _matrix(ax, trace, without, tried, cell)
    edit = ", ".join([*without, *_places(patch)]) or "nothing changed"
    token = theme.printable(trace.tokens[position], 14)
    theme.write(ax, RIGHT_X, 0.28, f"What comes after {token}", weight="bold")
    theme.write(ax, WIDTH - 0.2, 0.28, f"KL(before ‖ after) = {bits:.2f} bits", ha="right", weight="bold", color=ACCENT)
    definition = "Σ p log₂(p ÷ q): what believing “after” costs per token where “before” is true"
    theme.write(ax, RIGHT_X, TOP + (ROWS + 1.4) * STEP, definition, color=MUTED, fontsize=8)
    theme.write(ax, RIGHT_X + 0.95, 0.72, "before", ha="right", weight="bold", fontsize=8.5)
    edit = edit if len(edit) <= 34 else edit[:33] + "…"
    how = "with a patch: " if patch and not without else "without "
    edited = how * bool(without or patch) + edit
    theme.write(ax, WIDTH - 0.2, 0.72, edited, ha="right", weight="bold", fontsize=8.5, color=ACCENT)
    _moves(ax, trace, before, after)
    best = [shown(trace.gpt, [int(probs.argmax())])[0] for probs in (before, after)]
    fig.words = (
        f"After {trace.text!r} the likeliest next token is {best[0]!r} with {percent(float(before.max()))}; with the "
        f"edit ({edit}) it is {best[1]!r} with {percent(float(after.max()))}. KL divergence {bits:.2f} bits."
    )
    return fig


def _places(patch: Mapping[tuple, Tensor] | None) -> list[str]:
    return ["".join([name, str([*index])]) for name, *index in (patch or {})]


def _matrix(ax: Axes, trace: Trace, without: list[str], tried: Mapping[str, float], cell: float) -> None:
    """A square per part, the darker the more it is worth; what is switched off is crossed out."""
    config = trace.gpt.config
    worth = math.log1p(100 * max([*tried.values(), 1e-6]))
    columns = [*range(config.n_head), "MLP"]
    for c, name in enumerate(columns):
        x = LEFT_X + (c + 0.5) * cell + (0.3 * cell if name == "MLP" else 0)
        theme.write(ax, x, TOP - 0.14, str(name), ha="center", color=MUTED, fontsize=8 if cell > 0.3 else 7)
    theme.write(ax, LEFT_X, TOP - 0.32, "head", color=MUTED, fontsize=8)
    for layer in range(config.n_layer):
        y = TOP + (layer + 0.5) * cell
        theme.write(ax, LEFT_X - 0.07, y, str(layer), ha="right", color=MUTED, fontsize=8 if cell > 0.3 else 7)
        for c, name in enumerate(columns):
            part = f"L{layer}MLP" if name == "MLP" else f"L{layer}H{name}"
            x, off = LEFT_X + c * cell + (0.3 * cell if name == "MLP" else 0), part in without
            share = math.log1p(100 * tried.get(part, 0.0)) / worth
            face = theme.DIVERGING(0.5 + 0.5 * share) if part in tried else FAINT
            square = Rectangle((x, y - cell / 2), cell - 0.02, cell - 0.02, facecolor=face)
            square.set(edgecolor=ACCENT if off else QUIET, linewidth=1.5 if off else 0.5)
            ax.add_patch(square)
            dark, numbered = part in tried and share > 0.7, part in tried and cell > 0.3
            middle_x, middle_y = x + cell / 2 - 0.01, y - 0.01
            if numbered:
                color = theme.PAPER if dark else INK
                theme.write(ax, middle_x, middle_y, _short(tried[part]), ha="center", fontsize=7, color=color)
            if off:
                far, near = cell / 2 - 0.03, 0.26 * cell if numbered else 0  # a cross that leaves its number readable
                for right, down in product((-1, 1), repeat=2):
                    ends_x, ends_y = ([m + s * far, m + s * near] for m, s in ((middle_x, right), (middle_y, down)))
                    ax.plot(ends_x, ends_y, color=theme.PAPER if dark else ACCENT, lw=1.2)
    theme.write(ax, LEFT_X - 0.07, TOP - 0.14, "layer", ha="right", color=MUTED, fontsize=7)
    rest = TOP + (config.n_layer + 0.7) * cell
    order = sorted(tried, key=lambda part: -tried[part])
    room = int((TOP + (ROWS + 1) * STEP - rest) / 0.22)
    for i, part in enumerate(order[: max(0, room)]):
        y, width = rest + 0.22 * (i + 0.5), 2.0 * tried[part] / max(tried[order[0]], 1e-9)
        off = part in without
        theme.write(ax, LEFT_X + 0.35, y, part, ha="right", fontsize=8, color=ACCENT if off else INK)
        bar(ax, LEFT_X + 0.45, y, width, ACCENT if off else SLATE, height=0.13)
        theme.write(ax, LEFT_X + 0.51 + width, y, f"{tried[part]:.2f}", fontsize=7.5, color=MUTED)


def _short(bits: float) -> str:
    return f"{bits:.0f}" if bits >= 9.95 else f"{bits:.1f}" if bits >= 0.05 else "0"


def _moves(ax: Axes, trace: Trace, before: Tensor, after: Tensor) -> None:
    """The likeliest tokens of both, each side in its own order, joined by ribbons as thick as the probabilities."""
    ids = either(before, after, ROWS)
    rest = 1 - torch.stack([before[ids].sum(), after[ids].sum()]).clamp(max=1)
    names = theme.labels(shown(trace.gpt, ids), 13)
    inner = 1.1
    left, right = RIGHT_X + 0.95, WIDTH - 1.4
    scale = inner / float(torch.maximum(before, after)[ids].max())
    thick = 0.17 / float(torch.maximum(before, after)[ids].max())
    ranks = {token: row for row, token in enumerate(sorted(ids, key=lambda token: -float(after[token])))}
    for row, (token, name) in enumerate(zip(ids, names, strict=True)):
        p, q = float(before[token]), float(after[token])
        rose = q > p
        y0, y1 = TOP + (row + 0.5) * STEP, TOP + (ranks[token] + 0.5) * STEP
        color = ACCENT if rose else SLATE
        theme.write(ax, left - 0.52, y0, name, ha="right", fontsize=8.5)
        theme.write(ax, left, y0, percent(p), ha="right", fontsize=7.5, color=MUTED)
        bar(ax, left + 0.06, y0, scale * p, SLATE, height=0.17)
        start, end = left + 0.06 + scale * p, right - 0.06 - scale * q
        _ribbon(ax, (start, y0, thick * p), (end, y1, thick * q), color)
        bar(ax, right - 0.06, y1, -scale * q, SECOND if rose else SLATE, height=0.17)
        theme.write(ax, right, y1, percent(q), fontsize=7.5, color=MUTED)
        theme.write(ax, right + 0.5, y1, name, fontsize=8.5, color=ACCENT if rose else INK)
    y = TOP + (len(ids) + 0.5) * STEP
    others = f"{len(before) - len(ids):,} others"
    theme.write(ax, left - 0.52, y, others, ha="right", fontsize=7.5, color=MUTED)
    theme.write(ax, left, y, percent(float(rest[0])), ha="right", fontsize=7.5, color=MUTED)
    theme.write(ax, right, y, percent(float(rest[1])), fontsize=7.5, color=MUTED)


def _ribbon(ax: Axes, one: tuple[float, float, float], other: tuple[float, float, float], color: str) -> None:
    (x0, y0, w0), (x1, y1, w1) = one, other
    middle = (x0 + x1) / 2
    corners = [(x0, y0 - w0 / 2), (middle, y0 - w0 / 2), (middle, y1 - w1 / 2), (x1, y1 - w1 / 2)]
    corners += [(x1, y1 + w1 / 2), (middle, y1 + w1 / 2), (middle, y0 + w0 / 2), (x0, y0 + w0 / 2), (x0, y0 - w0 / 2)]
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    pale = ACCENT_PALE if color == ACCENT else FAINT
    ax.add_patch(PathPatch(Path(corners, codes), facecolor=pale, linewidth=0.4, edgecolor=color, zorder=0.5))
