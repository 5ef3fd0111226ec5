"""Pictures of one distribution over the vocabulary: logits → ÷ T → softmax → top-k, top-p → bars."""

from collections.abc import Sequence

import torch
from matplotlib.axes import Axes
from torch import Tensor

from ..sampling import distribution
from ..tracing import Trace, shown
from . import theme
from .theme import ACCENT, FAINT, INK, MUTED, QUIET, Picture


def next_token(
    trace: Trace,
    position: int = -1,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    bars: int = 12,
) -> Picture:
    """What may follow the token at `position`: the likeliest tokens with logit, probability and bar, and all others in one.

    Probabilities are over the whole vocabulary; what top-k or top-p cut off is greyed, with the probability it had before.
    """
    position = at(trace, position)
    logits = trace.logits[position]
    kept = distribution(logits, temperature, top_k, top_p)  # (V,), zeros where cut off
    whole = distribution(logits, temperature)
    order = torch.argsort(logits, descending=True, stable=True)
    best, rest = order[:bars], order[bars:]
    names = theme.labels(shown(trace.gpt, best.tolist()), 18)

    fig, ax = theme.canvas(8.4, 1.18 + 0.27 * (len(names) + bool(len(rest))))
    _strip(ax, trace, position, 8.4)
    settings = [f"T = {temperature:g}"]
    settings += [f"top-k = {top_k}"] if top_k is not None else []
    settings += [f"top-p = {top_p:g}"] if top_p is not None else []
    kept_words = "" if len(settings) == 1 else f"   {int((kept > 0).sum()):,} of {len(kept):,} tokens kept"
    theme.write(ax, 0.25, 0.72, ",  ".join(settings), color=ACCENT, weight="bold")
    theme.write(ax, 8.15, 0.72, f"entropy {entropy_bits(kept):.2f} bits{kept_words}", ha="right", color=MUTED)

    token_x, logit_x, bar_x, full = 1.75, 2.55, 2.75, 4.4
    theme.write(ax, token_x, 0.99, "next token", ha="right", color=MUTED, fontsize=8)
    theme.write(ax, logit_x, 0.99, "logit", ha="right", color=MUTED, fontsize=8)
    theme.write(ax, bar_x, 0.99, "probability", color=MUTED, fontsize=8)
    scale = full / max(float(kept.max()), float(whole[best].max()), float(kept[rest].sum()))
    y = 1.2
    for rank, (token, name) in enumerate(zip(best.tolist(), names, strict=True)):
        on = bool(kept[token] > 0)
        p = float(kept[token] if on else whole[token])
        theme.write(
            ax, token_x, y, name, ha="right", color=INK if on else MUTED, weight="bold" if rank == 0 else "normal"
        )
        theme.write(ax, logit_x, y, number(float(logits[token])), ha="right", color=MUTED)
        bar(ax, bar_x, y, scale * p, (ACCENT if rank == 0 else "#a78bdf") if on else FAINT, edge=None if on else QUIET)
        share = percent(p) if on else f"cut off (was {percent(p)})"
        theme.write(ax, bar_x + scale * p + 0.07, y, share, color=INK if on else MUTED)
        y += 0.27
    if len(rest):
        p = float(kept[rest].sum())
        theme.write(ax, token_x, y, f"all {len(rest):,} others", ha="right", color=MUTED)
        bar(ax, bar_x, y, scale * p, QUIET)
        theme.write(ax, bar_x + scale * p + 0.07, y, percent(p), color=MUTED)
    fig.words = (
        f"After {''.join(trace.tokens[: position + 1])!r}, at {', '.join(settings)}, the likeliest next token is "
        f"{shown(trace.gpt, best[:1].tolist())[0]!r} with {percent(float(kept[best[0]]))}; "
        f"entropy {entropy_bits(kept):.2f} bits."
    )
    return fig


def at(trace: Trace, position: int) -> int:
    """A position of the trace, counted from 0; negative ones count from the end."""
    T = len(trace.tokens)
    if not -T <= position < T:
        raise ValueError(f"position must be {-T}..{T - 1} for this text, got {position}")
    return position % T


def percent(p: float) -> str:
    """0.614 → "61.4 %"; what would round to nothing, or to everything, is said to be near it."""
    if p in (0.0, 1.0):
        return f"{100 * p:.0f} %"
    return "< 0.1 %" if p < 0.0005 else "> 99.9 %" if p > 0.9995 else f"{100 * p:.1f} %"


def number(x: float, digits: int = 2) -> str:
    """A logit with a true minus sign."""
    return f"{x:.{digits}f}".replace("-", "−")


def entropy_bits(probs: Tensor) -> float:
    """Entropy of one distribution, in bits. probs: (V,). Shannon 1948."""
    return float(-(probs * probs.clamp_min(1e-45).log2()).sum())


def bar(ax: Axes, x: float, y: float, width: float, color: str, height: float = 0.17, edge: str | None = None) -> None:
    """A horizontal bar from x, centred on y. Inches."""
    ax.barh(y, max(width, 0.01), height, left=x, color=color, edgecolor=edge, linewidth=0.6 if edge else 0)


def _strip(ax: Axes, trace: Trace, position: int, width_in: float) -> None:
    """The text as token chips, the chosen one in the accent; where it is long, the tokens up to the chosen one."""
    names = theme.labels(trace.tokens, 14)
    widths = [0.073 * len(name) + 0.16 for name in names]
    room, first, last = width_in - 0.9, position, position
    used = widths[position]
    while first > 0 and used + widths[first - 1] <= room:
        first -= 1
        used += widths[first]
    while last + 1 < len(names) and used + widths[last + 1] <= room:
        last += 1
        used += widths[last]
    x = 0.25
    if first:
        theme.write(ax, x, 0.3, "…", color=MUTED)
        x += 0.2
    for i in range(first, last + 1):
        chosen = i == position
        face = ACCENT if chosen else FAINT
        ax.add_patch(_chip(x, 0.3, widths[i] - 0.05, face))
        color = theme.PAPER if chosen else INK if i < position else MUTED
        theme.write(ax, x + widths[i] / 2 - 0.025, 0.295, names[i], ha="center", color=color, fontsize=8.5)
        x += widths[i]
    if last + 1 < len(names):
        theme.write(ax, x, 0.3, "…", color=MUTED)


def _chip(x: float, y: float, width: float, face: str):
    from matplotlib.patches import FancyBboxPatch

    shape = "round,pad=0,rounding_size=0.05"
    return FancyBboxPatch((x, y - 0.125), width, 0.25, boxstyle=shape, facecolor=face, linewidth=0)
