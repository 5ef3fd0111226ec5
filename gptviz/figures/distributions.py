"""Pictures of one distribution over the vocabulary: logits → ÷ T → softmax → top-k, top-p → bars."""

from collections.abc import Mapping, Sequence

import torch
from matplotlib.axes import Axes
from torch import Tensor

from ..sampling import distribution
from ..tracing import Trace, shown
from . import theme
from .theme import ACCENT, FAINT, INK, MUTED, QUIET, SECOND, SECOND_INK, Picture, bar


def next_token(
    trace: Trace,
    position: int = -1,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    bars: int = 12,
) -> Picture:
    """What may follow the token at `position`: the likeliest tokens with logit, probability and bar; all others in one.

    Probabilities are over the whole vocabulary. What top-k or top-p cut off is hollow, with the probability it had.
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
        bar(ax, bar_x, y, scale * p, (ACCENT if rank == 0 else SECOND) if on else FAINT, edge="none" if on else QUIET)
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


def softmax(logits: Sequence[float], names: Sequence[str], temperature: float = 1.0) -> Picture:
    """From logits to probabilities, in steps: the logit, the exponential of logit ÷ T, and its share of their sum."""
    if temperature <= 0:
        raise ValueError(f"temperature must be above 0 to divide by it, got {temperature}")
    x = torch.tensor([float(logit) for logit in logits])
    exps, probs = (x / temperature).exp(), distribution(x, temperature)
    order = torch.argsort(x, descending=True, stable=True).tolist()
    fig, ax = theme.canvas(8.4, 0.92 + 0.29 * len(order))
    zero_x, exp_x, prob_x, full = 2.55, 4.3, 6.35, 1.15
    heads = [(0.95, "token", "right"), (zero_x, "logit", "center"), (exp_x, _divided(temperature), "left")]
    for at_x, words, ha in [*heads, (prob_x, "÷ their sum", "left")]:
        theme.write(ax, at_x, 0.28, words, ha=ha, weight="bold")
    ax.plot([zero_x, zero_x], [0.42, 0.52 + 0.29 * len(order)], color=QUIET, lw=0.8)
    for rank, i in enumerate(order):
        y, color = 0.6 + 0.29 * rank, ACCENT if rank == 0 else SECOND
        style = {"weight": "bold"} if rank == 0 else {}
        theme.write(ax, 0.95, y, theme.printable(names[i], 12), ha="right", **style)
        width = 0.95 * float(x[i] / x.abs().max().clamp_min(1e-9))
        bar(ax, zero_x, y, width, color if width > 0 else theme.BELOW_PALE)
        past = zero_x + width + (0.06 if width >= 0 else -0.06)
        theme.write(ax, past, y, number(float(x[i]), 1), ha="left" if width >= 0 else "right", color=MUTED)
        for left, part, words in (
            (
                exp_x,
                float(exps[i] / exps.max()),
                f"{float(exps[i]):,.2f}" if exps[i] >= 0.01 else f"{float(exps[i]):.1g}",
            ),
            (prob_x, float(probs[i] / probs.max()), percent(float(probs[i]))),
        ):
            bar(ax, left, y, full * part, color)
            theme.write(ax, left + full * part + 0.06, y, words, **(style if left == prob_x else {"color": MUTED}))
    y = 0.6 + 0.29 * len(order) + 0.02
    theme.write(ax, exp_x, y, f"sum {float(exps.sum()):,.2f}", color=MUTED)
    theme.write(ax, prob_x, y, "sum 100 %", color=MUTED)
    fig.words = (
        f"Softmax at temperature {temperature:g}: of {len(order)} logits the largest, {number(float(x.max()), 1)}, "
        f"gets {percent(float(probs.max()))} and the smallest, {number(float(x.min()), 1)}, "
        f"{percent(float(probs.min()))}."
    )
    return fig


def _divided(temperature: float) -> str:
    return "exp(logit)" if temperature == 1 else f"exp(logit ÷ {temperature:g})"


def temperatures(logits: Sequence[float], names: Sequence[str], temps: Sequence[float] = (0.5, 1, 2, 5, 10)) -> Picture:
    """The same logits at several temperatures, side by side on one scale; the order of the tokens never changes."""
    x = torch.tensor([float(logit) for logit in logits])
    order = torch.argsort(x, descending=True, stable=True).tolist()
    left, wide = 1.25, 7.15 / len(temps)
    fig, ax = theme.canvas(8.6, 0.92 + 0.29 * len(order))
    most = []
    for column, temperature in enumerate(temps):
        probs = distribution(x, temperature)
        at_x = left + column * wide
        ax.plot([at_x, at_x], [0.44, 0.5 + 0.29 * len(order)], color=QUIET, lw=0.8)
        theme.write(ax, at_x, 0.28, f"T = {temperature:g}", weight="bold")
        for rank, i in enumerate(order):
            p, y = float(probs[i]), 0.6 + 0.29 * rank
            bar(ax, at_x, y, (wide - 0.62) * p, ACCENT if rank == 0 else SECOND)
            style: dict = {"weight": "bold", "color": ACCENT} if rank == 0 else {"color": MUTED}
            theme.write(ax, at_x + (wide - 0.62) * p + 0.05, y, percent(p), fontsize=8, **style)
        theme.write(ax, at_x, 0.6 + 0.29 * len(order), f"{entropy_bits(probs):.2f} bits", color=MUTED, fontsize=8)
        most.append(f"{percent(float(probs.max()))} at T = {temperature:g}")
    for rank, i in enumerate(order):
        theme.write(ax, left - 0.12, 0.6 + 0.29 * rank, theme.printable(names[i], 13), ha="right")
    theme.write(ax, left - 0.12, 0.6 + 0.29 * len(order), "entropy", ha="right", color=MUTED, fontsize=8)
    fig.words = (
        f"The same {len(order)} logits at {len(temps)} temperatures: the most likely token has {', '.join(most)}."
    )
    return fig


def tally(trace: Trace, draws: Tensor, temperature: float = 1.0, bars: int = 12) -> Picture:
    """Predicted against drawn: a bar for each probability, a dot for the share of draws, a line for its usual spread.

    draws: token ids that were drawn after the last token of the trace at this temperature. The line is ± 2 standard
    deviations of a share of that many draws; about 19 of 20 dots should lie on it.
    """
    probs = distribution(trace.logits[-1], temperature)
    counts = torch.bincount(draws.flatten(), minlength=len(probs))
    n = int(counts.sum())
    if n < 1:
        raise ValueError("expected at least one draw, got none")
    order = torch.argsort(probs, descending=True, stable=True)[:bars]
    names = shown(trace.gpt, order.tolist())
    rows = [
        (theme.printable(t, 16), float(probs[i]), int(counts[i])) for t, i in zip(names, order.tolist(), strict=True)
    ]
    rows.append((f"{len(probs) - len(order):,} others", 1 - sum(p for _, p, _ in rows), n - sum(c for *_, c in rows)))
    fig, ax = theme.canvas(8.4, 0.8 + 0.27 * len(rows))
    token_x, bar_x, drawn_x = 1.75, 1.9, 8.1
    spread = {name: 2 * (p * (1 - p) / n) ** 0.5 for name, p, _ in rows}
    scale = 4.3 / max(max(p + spread[name], c / n) for name, p, c in rows)
    theme.write(ax, bar_x, 0.28, "predicted", weight="bold", color=SECOND_INK)
    theme.write(ax, bar_x + 0.95, 0.28, "● drawn", weight="bold")
    theme.write(ax, bar_x + 1.75, 0.28, "— predicted ± 2 standard deviations")
    theme.write(ax, drawn_x, 0.28, f"of {n:,} draws", ha="right", color=MUTED)
    for i, (name, p, count) in enumerate(rows):
        y = 0.58 + 0.27 * i
        theme.write(ax, token_x, y, name, ha="right", color=MUTED if i == len(order) else INK)
        bar(ax, bar_x, y, scale * p, QUIET if i == len(order) else "#c9b8f0")
        ax.plot([bar_x + scale * max(0, p - spread[name]), bar_x + scale * (p + spread[name])], [y, y], color=INK, lw=1)
        ax.plot([bar_x + scale * count / n], [y], "o", color=INK, ms=4.5)
        theme.write(ax, drawn_x - 0.85, y, percent(p), ha="right", color=SECOND_INK)
        theme.write(ax, drawn_x, y, f"{count:,}", ha="right")
    fig.words = f"{n:,} draws: " + ", ".join(
        f"{name} predicted {percent(p)}, drawn {percent(c / n)}" for name, p, c in rows[:3]
    )
    return fig


def compare(traces: Mapping[str, Trace], bars: int = 10, temperature: float = 1.0) -> Picture:
    """The next-token probabilities of several traces beside each other, for the tokens that any of them finds likely.

    traces: a heading for each, and the trace. All must have the same vocabulary.
    """
    if not traces:
        raise ValueError("expected at least one trace, got none")
    all_probs = torch.stack([distribution(t.logits[-1], temperature) for t in traces.values()])  # (traces, V)
    order = torch.argsort(all_probs.max(0).values, descending=True, stable=True)[:bars]
    names = shown(next(iter(traces.values())).gpt, order.tolist())
    left, wide = 1.55, 6.85 / len(traces)
    fig, ax = theme.canvas(8.6, 0.72 + 0.27 * (len(order) + 1))
    for column, (heading, probs) in enumerate(zip(traces, all_probs, strict=True)):
        at_x, best = left + column * wide, int(probs.argmax())
        scale = (wide - 0.75) / float(all_probs[:, order].max())
        ax.plot([at_x, at_x], [0.44, 0.5 + 0.27 * len(order)], color=QUIET, lw=0.8)
        theme.write(ax, at_x, 0.28, heading, weight="bold")
        for row, i in enumerate(order.tolist()):
            p, y = float(probs[i]), 0.6 + 0.27 * row
            bar(ax, at_x, y, scale * p, ACCENT if i == best else SECOND)
            style: dict = {"weight": "bold", "color": ACCENT} if i == best else {"color": MUTED}
            theme.write(ax, at_x + scale * p + 0.05, y, percent(p), fontsize=8.5, **style)
        y = 0.6 + 0.27 * len(order)
        theme.write(ax, at_x + 0.05, y, percent(1 - float(probs[order].sum())), fontsize=8.5, color=MUTED)
    for row, name in enumerate(names):
        theme.write(ax, left - 0.12, 0.6 + 0.27 * row, theme.printable(name, 16), ha="right")
    others = f"{all_probs.shape[1] - len(order):,} others"
    theme.write(ax, left - 0.12, 0.6 + 0.27 * len(order), others, ha="right", color=MUTED)
    best_of = [f"{h}: {t.next_tokens(1, temperature)[0][0]!r}" for h, t in traces.items()]
    fig.words = "The likeliest next token, " + "; ".join(best_of) + "."
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
    return f"{round(x, digits) + 0.0:.{digits}f}".replace("-", "−")


def entropy_bits(probs: Tensor) -> float:
    """Entropy of one distribution, in bits. probs: (V,). Shannon 1948."""
    return float(-(probs * probs.clamp_min(1e-45).log2()).sum())


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
