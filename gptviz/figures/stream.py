"""The residual stream as a sum, read with and without the last norm, with one place swapped, and by linear probes."""

from collections.abc import Sequence
from textwrap import fill
from typing import Any

import matplotlib as mpl
import torch
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from ..geometry import contributions, lens, summands
from ..probes.knockouts import kl_bits, lost, patched_places
from ..probes.linear import Reading
from ..tracing import Trace, shown
from . import theme
from .distributions import at, number, percent
from .residual import SHADES, stage_name
from .theme import ACCENT, FAINT, INK, MUTED, PAPER, QUIET, SECOND, SLATE, Picture, bar

MOST_ROWS = 40  # parts of a sum; of a larger model the heads of a block are added up first
DASHED, DOTTED = (0, (4, 2)), (0, (1, 1.5))
SHORT = ("E + P", *(f"{layer}" for layer in range(99)))  # stages, under an axis


def adding_up(trace: Trace, position: int = -1) -> Picture:
    """Every part that is added to one token's row, as it is: a cell per number, and how long it is as a vector.

    The last strip is the sum of all others, the stream after the last block. A large model: heads summed by block.
    """
    position = at(trace, position)
    parts = {name: rows[0] for name, rows in summands(trace, [position]).items()}
    if len(parts) > MOST_ROWS:
        blocks = {name: f"{name.split('H')[0]} heads" if "H" in name else name for name in parts}
        parts = {
            name: torch.stack([parts[p] for p, b in blocks.items() if b == name]).sum(0)
            for name in dict.fromkeys(blocks.values())
        }
    total = trace.resid_post[-1][position]
    rows = [*parts.items(), ("sum", total)]
    strip_x, strip_w, bar_x, bar_w, step = 0.85, 5.12, 6.12, 1.3, 0.215
    fig, ax = theme.canvas(8.1, 0.85 + step * (len(rows) + 0.6))
    theme.write(
        ax, strip_x, 0.26, f"What is added to the row of {theme.printable(trace.tokens[position])}", weight="bold"
    )
    note = f"{len(total)} numbers each; violet above 0, orange below, darkest from ± {number(_deepest(rows))} on"
    theme.write(ax, strip_x, 0.5, note, color=MUTED)
    theme.write(ax, bar_x, 0.26, "its length", weight="bold")
    longest = max(float(row.norm()) for _, row in rows)
    limits = ax.get_xlim(), ax.get_ylim()
    norm = Normalize(-_deepest(rows), _deepest(rows))
    for i, (name, row) in enumerate(rows):
        last = i == len(rows) - 1
        y = 0.78 + step * (i + (0.4 if last else 0))
        style: dict = {"weight": "bold", "color": ACCENT} if last else {}
        theme.write(ax, strip_x - 0.1, y, name, ha="right", **style)
        extent = (strip_x, strip_x + strip_w, y + 0.08, y - 0.08)
        ax.imshow(
            row[None].numpy(), extent=extent, aspect="auto", cmap=theme.DIVERGING, norm=norm, interpolation="nearest"
        )
        length = float(row.norm())
        bar(ax, bar_x, y, bar_w * length / longest, ACCENT if last else SECOND, height=0.13)
        theme.write(ax, bar_x + bar_w * length / longest + 0.06, y, number(length), color=MUTED)
    ax.set(xlim=limits[0], ylim=limits[1])
    top = sorted(parts, key=lambda name: -float(parts[name].norm()))[:3]
    lengths = ", ".join(f"{name} {number(float(parts[name].norm()))}" for name in top)
    fig.words = (
        f"{len(parts)} parts add up to the last row of {trace.tokens[position]!r}, whose length is "
        f"{number(float(total.norm()))}. The longest parts: {lengths}."
    )
    return fig


def _deepest(rows: Sequence[tuple[str, torch.Tensor]]) -> float:
    """Where the colours end: of the numbers of all parts, 99 of 100 lie within."""
    return float(torch.cat([row for _, row in rows[:-1]]).abs().quantile(0.99))


def lens_norm(trace: Trace) -> Picture:
    """How far an early reading is from the model's own prediction, with the last LayerNorm and without it.

    Bits at each stage, the mean over all tokens of the text: KL(the model's prediction ‖ the reading).
    """
    with_norm = lens(trace)  # (stages, T, vocabulary)
    rows = [trace.resid_pre[0], *(trace.resid_post[layer] for layer in range(trace.gpt.config.n_layer))]
    with torch.no_grad():
        without = torch.stack([trace.gpt.unembed(row) for row in rows])
    end = trace.probs
    bits = {
        "with the norm": [float(kl_bits(end, row.softmax(-1)).mean()) for row in with_norm],
        "without it": [float(kl_bits(end, row.softmax(-1)).mean()) for row in without],
    }
    S = len(rows)
    fig, ax = theme.canvas(7.6, 0.8 + 0.46 * S)
    left, wide = 1.4, 5.6
    theme.write(ax, left, 0.28, "How far from the model's own prediction?", weight="bold")
    theme.write(ax, left, 0.52, "bits, the mean over all tokens of the text", color=MUTED)
    scale = wide / max(max(each) for each in bits.values())
    for stage in range(S):
        y = 0.82 + 0.46 * stage
        theme.write(ax, left - 0.12, y + 0.08, stage_name(stage), ha="right")
        for row, (name, color, words) in enumerate((("with the norm", ACCENT, ACCENT), ("without it", SLATE, MUTED))):
            value, here = bits[name][stage], y + 0.175 * row
            bar(ax, left, here, scale * value, color, height=0.14)
            said = f"{number(value)} {name}" if stage in (0, S - 1) else number(value)
            inside = scale * value > wide - 1.2
            style: dict = {"ha": "right", "color": PAPER} if inside else {"color": words}
            theme.write(ax, left + scale * value + (-0.07 if inside else 0.07), here, said, **style)
    fig.words = (
        f"Bits between an early reading and the model's own prediction, mean over {len(trace)} tokens: with the last "
        f"LayerNorm {', '.join(number(b) for b in bits['with the norm'])} from stage to stage, without it "
        f"{', '.join(number(b) for b in bits['without it'])}."
    )
    return fig


def direct_and_lost(trace: Trace, token_id: int, position: int = -1) -> Picture:
    """Two measures of what each head and MLP does for one logit: what it adds directly, and what goes without it."""
    position = at(trace, position)
    gone = lost(trace, token_id, position)
    direct = {part: share for part, share in contributions(trace, token_id, position).items() if part in gone}
    fig, ax = theme.canvas(7.9, 0.9 + 0.215 * len(gone))
    [token] = shown(trace.gpt, [token_id])
    name = theme.printable(token)
    zeros, wide = [], 2.45
    low = min(0.0, *gone.values(), *direct.values())
    scale = wide / (max(0.0, *gone.values(), *direct.values()) - low)
    logit = number(float(trace.logits[position, token_id]))
    theme.write(ax, 1.25, 0.26, f"The logit of {name}, {logit}", weight="bold")
    for column, (values, words, color) in enumerate(
        ((direct, "what the part adds directly", SECOND), (gone, "what goes if it is switched off", ACCENT))
    ):
        x = 0.95 + 3.45 * column
        zeros.append(x + 0.35 - scale * low)
        theme.write(ax, x + 0.3, 0.55, words, color=MUTED)
        ax.plot([zeros[-1]] * 2, [0.68, 0.72 + 0.215 * len(gone)], color=QUIET, lw=0.8)
        for row, (part, value) in enumerate(values.items()):
            y = 0.82 + 0.215 * row
            bar(ax, zeros[-1], y, scale * value, color if value >= 0 else theme.BELOW_PALE, height=0.13)
            end = zeros[-1] + scale * value
            side: dict = {"ha": "left"} if value >= 0 else {"ha": "right"}
            theme.write(ax, end + (0.06 if value >= 0 else -0.06), y, number(value), color=MUTED, **side)
            if not column:
                theme.write(ax, 0.7, y, part, ha="right")
    most = max(gone, key=lambda part: abs(gone[part] - direct[part]))
    fig.words = (
        f"For the logit of {token!r}, what each part adds directly and what goes without it: they differ most for "
        f"{most}, which adds {number(direct[most])} and takes {number(gone[most])} with it."
    )
    return fig


def swapped(trace: Trace, other: Trace, token_id: int, columns: int) -> Picture:
    """The probability of one token at the end, with the row of one token after one block taken from another text.

    Both texts end alike; the last `columns` tokens are tried at every block, counted from the end.
    """
    probs = patched_places(trace, other, columns)[..., token_id]  # (n_layer, columns)
    plain, there = float(trace.probs[-1, token_id]), float(other.probs[-1, token_id])
    [answer] = shown(trace.gpt, [token_id])
    name = theme.printable(answer)
    left, top = 1.25, 1.2
    wide, tall = min(0.95, 7.6 / columns), 0.42
    fig, ax = theme.canvas(left + wide * columns + 0.35, top + tall * len(probs) + 0.3)
    theme.write(ax, 0.2, 0.28, f"One place swapped: the probability of {name}", weight="bold")
    note = f"nothing swapped {percent(plain)}; in the other text {percent(there)}"
    theme.write(ax, 0.2, 0.54, note, color=MUTED)
    for c, token in enumerate(trace.tokens[len(trace) - columns :]):
        swapped_token = other.tokens[len(other) - columns + c]
        x = left + wide * (c + 0.5)
        theme.write(ax, x, top - 0.34, theme.printable(token, 11), ha="center")
        if swapped_token != token:
            theme.write(ax, x, top - 0.14, f"← {theme.printable(swapped_token, 10)}", ha="center", color=ACCENT)
    for r, row in enumerate(probs):
        y = top + tall * r
        theme.write(ax, left - 0.1, y + tall / 2, stage_name(r + 1), ha="right")
        for c, p in enumerate(row.tolist()):
            x = left + wide * c
            box = Rectangle((x + 0.015, y + 0.015), wide - 0.03, tall - 0.03, fc=SHADES(p), ec=FAINT, lw=0.8)
            ax.add_patch(box)
            ink = PAPER if p > 0.72 else INK
            theme.write(ax, x + wide / 2, y + tall / 2, percent(p), ha="center", color=ink)
    best = divmod(int(probs.argmax()), columns)
    fig.words = (
        f"{answer!r} has {percent(plain)} after {trace.text!r} and {percent(there)} after {other.text!r}. With one "
        f"row of the second put into the first it has most, {percent(float(probs.max()))}, "
        f"{stage_name(best[0] + 1)} at {trace.tokens[len(trace) - columns + best[1]]!r}."
    )
    return fig


def readings(found: Sequence[Reading], untrained: Sequence[Reading] = ()) -> Picture:
    """How much linear probes read at each stage, a panel for each question; bars are two standard errors.

    Grey beside it, if given: the same probes on an untrained GPT. Dotted: fitted to shuffled answers. Dashed: always
    the commonest answer.
    """
    if not found:
        raise ValueError("expected at least one reading, got none")
    width, height, gap, left, margin = 8.7, 3.65, 0.13, 0.6, 0.12
    fig, whole = theme.canvas(width, height)
    wide = (width - left - margin - gap * (len(found) - 1)) / len(found)
    theme.write(whole, left, 0.26, "What linear probes read at each stage: right answers", weight="bold")
    note = "E + P: before block 0; then after each block"
    theme.write(whole, width - margin, 0.26, note, ha="right", color=MUTED)
    for i, reading in enumerate(found):
        x = left + i * (wide + gap)
        theme.write(whole, x, 0.66, reading.name, weight="bold")
        theme.write(whole, x, 0.94, fill(reading.asks, 17), fontsize=8.5, color=MUTED)
        with mpl.rc_context(theme.RC):
            ax = fig.add_axes((x / width, 0.72 / height, wide / width, 1.75 / height))
        stages = list(range(len(reading.right)))
        ax.axhline(100 * reading.commonest, color=MUTED, lw=1, ls=DASHED)
        ax.plot(stages, (100 * reading.shuffled).tolist(), color=MUTED, lw=1.2, ls=DOTTED)
        if untrained:
            ax.plot(stages, (100 * untrained[i].right).tolist(), color=SLATE, lw=1.2, marker="o", ms=3)
        right, error = (100 * reading.right).tolist(), (100 * reading.error).tolist()
        ax.errorbar(stages, right, yerr=error, color=ACCENT, lw=1.8, marker="o", ms=4.5)
        _panel(ax, stages, first=i == 0)
    lines: list[tuple[str, str, Any, str]] = [("o", ACCENT, "-", "trained, ± 2 standard errors")]
    lines += [("o", SLATE, "-", "untrained")] if untrained else []
    lines += [("", MUTED, DOTTED, "shuffled answers"), ("", MUTED, DASHED, "always the commonest answer")]
    x = left
    for marker, color, dashes, words in lines:
        whole.plot([x, x + 0.3], [height - 0.2] * 2, marker=marker, color=color, ls=dashes, ms=3.5, lw=1.5)
        x = _past(theme.write(whole, x + 0.38, height - 0.2, words), fig) + 0.3
    fig.words = "Right answers of linear probes, before block 0 and after each block: " + "; ".join(
        f"{reading.name} {', '.join(percent(float(p)) for p in reading.right)}" for reading in found
    )
    return fig


def _past(words: Text, fig: Picture) -> float:
    """Where a piece of text ends, in inches from the left."""
    return float(words.get_window_extent().x1 / fig.dpi)


def _panel(ax: Axes, stages: list[int], first: bool) -> None:
    ax.set(ylim=(-3, 104), xlim=(-0.35, len(stages) - 0.65), yticks=[0, 25, 50, 75, 100], xticks=stages)
    ax.set_xticklabels(SHORT[: len(stages)], fontsize=9)
    ax.set_yticklabels([f"{y} %" for y in (0, 25, 50, 75, 100)] if first else [], fontsize=9)
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="y", color=FAINT, lw=0.8)
    ax.set_axisbelow(True)
