"""Pictures of token vectors: the columns of W_E, dot products as angles and as sums, steps that many pairs share."""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from matplotlib.axes import Axes as Canvas
from matplotlib.patches import Arc, FancyArrowPatch
from torch import Tensor

from ..geometry import find, principal_axes, word_axes, word_id, word_ids, word_vector
from ..model import GPT
from ..tracing import shown
from . import theme
from .distributions import number, percent
from .theme import ABOVE, ACCENT, BELOW, INK, MUTED, QUIET, SECOND, Picture, bar

# of groups of words: none of the hues that belong to queries, keys and values, and a shape for each
GROUPS = ((ACCENT, "o"), (BELOW, "s"), ("#0e7490", "^"), ("#be185d", "D"), ("#4d7c0f", "v"))


def columns(gpt: GPT, text: str) -> Picture:
    """The columns of W_E that a text picks, one for each of its tokens: violet above zero, orange below, white zero."""
    ids = [] if gpt.tokenizer is None else gpt.tokenizer.encode(text)
    if not 1 <= len(ids) <= 16:
        raise ValueError(f"text must be 1 to 16 tokens to be drawn, got {len(ids)}")
    vectors = gpt.embed.weight.detach()[ids]  # (T, C)
    limit = float(gpt.embed.weight.detach().abs().quantile(0.99))
    names = theme.labels(shown(gpt, ids), 12)
    wide, left, top, high = 0.74, 1.1, 0.95, 3.2
    fig, ax = theme.canvas(max(6.4, left + wide * len(ids) + 0.2), top + high + 0.75)
    theme.write(ax, left, 0.22, "columns of W_E", weight="bold")
    said = f"colour: −{number(limit, 3)} … {number(limit, 3)}"
    theme.write(ax, left + 1.3, 0.22, said, color=MUTED, fontsize=8)
    theme.write(ax, left - 0.15, 0.75, "number", ha="right", color=MUTED, fontsize=8)
    theme.write(ax, left - 0.15, top + high + 0.2, "length", ha="right", color=MUTED, fontsize=8)
    theme.write(ax, left - 0.12, top + 0.06, "0", ha="right", color=MUTED, fontsize=8)
    theme.write(ax, left - 0.12, top + high - 0.06, str(vectors.shape[1] - 1), ha="right", color=MUTED, fontsize=8)
    limits = ax.get_xlim(), ax.get_ylim()
    for i, (token, name) in enumerate(zip(ids, names, strict=True)):
        x = left + wide * i
        twin = ids.count(token) > 1
        theme.write(ax, x + 0.32, 0.5, name, ha="center", color=ACCENT if twin else INK, weight="bold", fontsize=8.5)
        theme.write(ax, x + 0.32, 0.75, str(token), ha="center", color=MUTED, fontsize=8)
        shades = theme.DIVERGING(vectors[i, :, None].numpy() / limit / 2 + 0.5)
        ax.imshow(shades, extent=(x, x + 0.64, top + high, top), aspect="auto", interpolation="nearest", zorder=1)
        edge = ([x, x + 0.64, x + 0.64, x, x], [top, top, top + high, top + high, top])
        ax.plot(*edge, color=ACCENT if twin else QUIET, lw=1.2 if twin else 0.6, zorder=2)
        length = number(float(vectors[i].norm()))
        theme.write(ax, x + 0.32, top + high + 0.2, length, ha="center", fontsize=8)
    ax.set(xlim=limits[0], ylim=limits[1])
    again = [shown(gpt, [token])[0] for token in dict.fromkeys(ids) if ids.count(token) > 1]
    twice = f"; {', '.join(map(repr, again))}, more than once in the text, has one column" if again else ""
    theme.write(
        ax, left, top + high + 0.5, "violet border: the same token, the same column" if again else "", color=ACCENT
    )
    fig.words = f"The columns of W_E for {text!r}: {vectors.shape[1]} numbers for each of {len(ids)} tokens{twice}."
    return fig


def dots(gpt: GPT, word: str, others: Sequence[str]) -> Picture:
    """Dot products of a word with others: the arrows, each pair in the plane that holds both, so that lengths and
    angles are true; below, the products of the numbers, one by one, which the dot product adds up.
    """
    if not 1 <= len(others) <= 4:
        raise ValueError(f"others must be 1 to 4 words, got {len(others)}")
    one = word_vector(gpt, word).double()
    rows = [word_vector(gpt, other).double() for other in others]
    wide, height = 2.9, 2.05
    fig, ax = theme.canvas(wide * len(rows) + 0.2, 4.5)
    scale = 1.7 / max(float(v.norm()) for v in [one, *rows])
    most = max(float((one * row).abs().max()) for row in rows)
    divisions = [(float(one @ row), float(one.norm()), float(row.norm())) for row in rows]
    digits, told = max(digits_to_check(*each) for each in divisions), []
    for i, (other, row, (dot, *lengths)) in enumerate(zip(others, rows, divisions, strict=True)):
        cosine = dot / (lengths[0] * lengths[1])
        angle = float(np.arccos(np.clip(cosine, -1, 1)))
        x, foot = 0.2 + wide * i, (0.2 + wide * i + 1.0, height + 0.35)
        color = MUTED if abs(cosine) < 0.02 else ABOVE if dot > 0 else BELOW
        theme.write(ax, x, 0.22, f"{word} · {other}", weight="bold", fontsize=11)
        for tip, name, at, ink in ((lengths[0], word, 0.0, INK), (lengths[1], other, angle, color)):
            end = (foot[0] + scale * tip * np.cos(at), foot[1] - scale * tip * np.sin(at))
            style = "-|>,head_length=5,head_width=2.6"
            ax.add_artist(
                FancyArrowPatch(foot, end, arrowstyle=style, mutation_scale=1, shrinkA=0, shrinkB=0, color=ink, lw=1.8)
            )
            above = at > 0
            label = (end[0], end[1] - 0.13) if above else (end[0], end[1] + 0.17)
            theme.write(ax, *label, name, color=ink, ha="center" if above else "right", fontsize=10)
        ax.add_artist(Arc(foot, 0.62, 0.62, theta1=-np.degrees(angle), theta2=0, color=MUTED, lw=0.9))
        theme.write(ax, foot[0] + 0.37, foot[1] - 0.17, f"{np.degrees(angle):.0f}°", color=MUTED, fontsize=10)
        _products(ax, x, 3.46, wide - 0.35, (one * row).numpy(), most)
        theme.write(ax, x, 4.0, f"sum {number(dot)}", color=color, weight="bold", fontsize=11)
        theme.write(ax, x, 4.28, division(dot, lengths[0], lengths[1], digits), color=MUTED, fontsize=9.5)
        told.append(f"{word} · {other} = {number(dot)} (cosine {number(cosine)}, {np.degrees(angle):.0f}°)")
    theme.write(ax, 0.2, 2.88, f"{len(one)} products, one for each pair of numbers:", color=MUTED, fontsize=10)
    fig.words = "Dot products: " + "; ".join(told) + "."
    return fig


def digits_to_check(dot: float, one: float, other: float) -> int:
    """How many digits of a dot product and two lengths it takes until who divides them gets the cosine that is said."""
    for digits in range(3, 7):  # three as in the explorer
        lengths = round(one, digits) * round(other, digits)
        if lengths and number(round(dot, digits) / lengths) == number(dot / max(one * other, 1e-12)):
            return digits
    return 7


def division(dot: float, one: float, other: float, digits: int | None = None) -> str:
    """A cosine with its numbers, in as many digits as it takes: "2.018 ÷ (1.657 × 1.676) = 0.73"."""
    digits = digits_to_check(dot, one, other) if digits is None else digits
    parts = [number(x, digits) for x in (dot, one, other)]
    return "{} ÷ ({} × {}) = ".format(*parts) + number(dot / max(one * other, 1e-12))


def _products(ax: Canvas, x: float, y: float, wide: float, products: np.ndarray, most: float) -> None:
    """Thin bars about a line: up in violet where a product is positive, down in orange where it is negative."""
    across = x + wide * (np.arange(len(products)) + 0.5) / len(products)
    ax.plot([x, x + wide], [y, y], color=QUIET, lw=0.7)
    colors = [ABOVE if product > 0 else BELOW for product in products]
    ax.vlines(across, y, y - 0.4 * products / most, colors=colors, linewidth=max(0.6, 120 / len(products)))


def alike(gpts: Mapping[str, GPT], word: str, k: int = 6) -> Picture:
    """How alike a word is to all other tokens, in one or more GPTs: every cosine, and the k tokens that lead."""
    fig, ax = theme.canvas(8.9, 0.45 + 1.75 * len(gpts))
    left, wide, high = 0.35, 5.2, 1.05
    edges = np.linspace(-1, 1, 81)
    told = []
    for row, (name, gpt) in enumerate(gpts.items()):
        found, base = find(gpt, word), 0.3 + 1.75 * row + 0.25 + high
        order = [i for i in found.order.tolist() if i not in found.inputs]
        counts, _ = np.histogram(found.cosine[order].clamp(-1, 1).numpy(), edges)
        title = f"{name}: cosines of “{word}” with all other tokens"
        theme.write(ax, left, base - high - 0.2, title, weight="bold", fontsize=10)
        for count, low in zip(counts, edges, strict=False):
            if count:
                x = left + wide * (low + 1) / 2
                bar(ax, x, base - high * count / counts.max() / 2, 0.9 * wide / 80, SECOND, high * count / counts.max())
        ax.plot([left, left + wide], [base, base], color=QUIET, lw=0.8)
        for tick in (-1, -0.5, 0, 0.5, 1):
            x = left + wide * (tick + 1) / 2
            ax.plot([x, x], [base, base + 0.04], color=QUIET, lw=0.8)
            theme.write(ax, x, base + 0.15, number(tick, 1), ha="center", color=MUTED, fontsize=9.5)
        for i, token in enumerate(order[:k]):
            y, cosine = base - high + 0.02 + 0.2 * i, float(found.cosine[token])
            [label] = theme.labels(shown(gpt, [token]), 12)
            theme.write(ax, 7.1, y, label, ha="right", fontsize=10)
            bar(ax, 7.2, y, 1.1 * max(0.0, cosine), ACCENT, height=0.12)
            theme.write(ax, 8.75, y, number(cosine), ha="right", color=MUTED, fontsize=10)
            x = left + wide * (cosine + 1) / 2
            ax.plot([x, x], [base - 0.1, base], color=ACCENT, lw=1.4)
        best = ", ".join(f"{shown(gpt, [i])[0].strip()} ({number(float(found.cosine[i]))})" for i in order[:3])
        told.append(f"{name}, nearest to {word} are {best}")
    fig.words = "; ".join(told) + "."
    return fig


def along(gpt: GPT, direction: str, words: Sequence[str], scaled_to: Sequence[str] = ()) -> Picture:
    """The dot product of each word with one direction, such as "cats - cat": bars from zero.

    scaled_to: words whose bars must fit as well, so that pictures of some of them and of all have one scale.
    """
    towards = word_vector(gpt, direction)
    values = [float(word_vector(gpt, word) @ towards) for word in words]
    all_values = values + [float(word_vector(gpt, word) @ towards) for word in scaled_to]
    most = max(1e-9, *(abs(value) for value in all_values))
    fig, ax = theme.canvas(7.2, 0.75 + 0.27 * len(words))
    negative = min(0.0, *all_values)
    zero = 1.5 + (0.55 if negative < 0 else 0) + 3.4 * -negative / most
    scale = min(3.4, (6.4 - zero)) / most
    theme.write(ax, 0.2, 0.25, f"dot product with {direction.replace('-', '−')}", weight="bold")
    ax.plot([zero, zero], [0.45, 0.48 + 0.27 * len(words)], color=QUIET, lw=0.8)
    for i, (word, value) in enumerate(zip(words, values, strict=True)):
        y, tip = 0.6 + 0.27 * i, zero + scale * value
        theme.write(ax, 1.38, y, word, ha="right")
        bar(ax, zero, y, scale * value, ABOVE if value > 0 else BELOW)
        theme.write(ax, tip + (0.07 if value >= 0 else -0.07), y, number(value), ha="left" if value >= 0 else "right")
    told = ", ".join(f"{word} {number(value)}" for word, value in zip(words, values, strict=True))
    fig.words = f"Dot products with {direction.replace('-', '−')}: {told}."
    return fig


def islands(gpt: GPT, groups: Mapping[str, Sequence[str]]) -> Picture:
    """All words on the plane in which they differ most, their two principal axes; a few groups of them in colour."""
    if not 1 <= len(groups) <= len(GROUPS):
        raise ValueError(f"groups must be 1 to {len(GROUPS)}, got {len(groups)}")
    weight, ids = gpt.embed.weight.detach(), word_ids(gpt)
    axes = word_axes(gpt, n=2)
    cloud = axes(weight[ids]).numpy()
    low, high = cloud.min(0), cloud.max(0)
    left, top, wide, tall = 0.2, 0.75, 5.3, 4.3
    scale = min(wide / (high[0] - low[0]), tall / (high[1] - low[1]))
    fig, ax = theme.canvas(8.9, 5.2)

    def place(points: np.ndarray) -> np.ndarray:
        middle = (low + high) / 2
        return np.array([left + wide / 2, top + tall / 2]) + scale * (points - middle) * [1, -1]

    kept = percent(float(axes.variance.sum()))
    theme.write(ax, 0.2, 0.25, f"{len(ids):,} words on a flat map", weight="bold", fontsize=11)
    said = f"their two principal axes; this plane keeps {kept} of the differences between the words"
    theme.write(ax, 0.2, 0.54, said, color=MUTED, fontsize=9.5)
    dots_at = place(cloud)
    ax.scatter(dots_at[:, 0], dots_at[:, 1], s=2.5, color=QUIET, linewidths=0, zorder=1)
    for row, ((name, words), (hue, shape)) in enumerate(zip(groups.items(), GROUPS, strict=False)):
        spots = place(axes(weight[[word_id(gpt, word) for word in words]]).numpy())
        ax.scatter(
            spots[:, 0], spots[:, 1], s=20, color=hue, marker=shape, linewidths=0.5, edgecolors=theme.PAPER, zorder=3
        )
        y = 1.05 + 0.8 * row
        ax.scatter(5.85, y, s=30, color=hue, marker=shape, linewidths=0)
        theme.write(ax, 6.0, y, name, color=hue, weight="bold", fontsize=10)
        named = ", ".join(words)
        for line in range(2):
            cut = named if len(named) <= 36 else named[: named.rfind(", ", 0, 36) + 1]
            named = named[len(cut) :].strip()
            last = line == 1 and named
            theme.write(ax, 6.0, y + 0.2 + 0.19 * line, cut + (" …" if last else ""), color=MUTED, fontsize=9.5)
    fig.words = (
        f"{len(ids):,} words on the plane of their two principal axes, which keeps {kept} of the differences between "
        f"them, with {', '.join(groups)} in colours of their own."
    )
    return fig


def steps(gpt: GPT, pairs: Sequence[tuple[str, str]]) -> Picture:
    """The steps from word to word of many pairs, drawn as arrows in one plane.

    To the right: the mean of all steps. Upwards: the direction, at right angles to it, in which the first words differ
    most. Every point lies where its vector has its foot on that plane; how much of the steps the plane keeps is said.
    """
    if len(pairs) < 3:
        raise ValueError(f"pairs must be three or more, got {len(pairs)}")
    weight = gpt.embed.weight.detach().double()
    starts = weight[[word_id(gpt, a) for a, _ in pairs]]  # (n, C)
    ends = weight[[word_id(gpt, b) for _, b in pairs]]
    arrows = ends - starts
    right = arrows.mean(0) / arrows.mean(0).norm()
    across = starts - (starts @ right)[:, None] * right
    up = principal_axes(across, 1).directions[0]
    plane = torch.stack([right, up / up.norm()])  # (2, C)
    kept = float(((arrows @ plane.T).norm(dim=-1) / arrows.norm(dim=-1)).mean())
    cosine = mean_cosine(arrows)
    a, b = (starts @ plane.T).numpy(), (ends @ plane.T).numpy()
    low, high = np.minimum(a, b).min(0), np.maximum(a, b).max(0)
    fig, ax = theme.canvas(8.9, 5.0)
    left, wide, top, tall = 1.6, 5.6, 0.95, 3.75
    scale = min(wide / (high[0] - low[0]), tall / max(1e-9, high[1] - low[1]))

    def place(point: np.ndarray) -> tuple[float, float]:
        x = left + wide / 2 + scale * (point[0] - (low[0] + high[0]) / 2)
        return float(x), float(top + tall / 2 - scale * (point[1] - (low[1] + high[1]) / 2))

    theme.write(ax, 0.2, 0.25, f"{len(pairs)} steps, such as {pairs[0][0]} → {pairs[0][1]}", weight="bold", fontsize=11)
    said = f"mean cosine of two steps {number(cosine)}; this plane keeps {percent(kept)} of a step's length on average"
    theme.write(ax, 0.2, 0.54, said, color=MUTED, fontsize=9.5)
    for points, words, ha, off in (
        (a, [p[0] for p in pairs], "right", -0.75),
        (b, [p[1] for p in pairs], "left", 0.75),
    ):
        spots = [place(point) for point in points]
        side = (min if off < 0 else max)(x for x, _ in spots) + off / 3
        for word, (x, y), at_y in zip(words, spots, spread([y for _, y in spots], 0.22, top, top + tall), strict=True):
            ax.plot([x, side], [y, at_y], color=QUIET, lw=0.6, zorder=1)
            theme.write(ax, side + (0.05 if off > 0 else -0.05), at_y, word, ha=ha, fontsize=10)
    for start, end in zip(a, b, strict=True):
        style = "-|>,head_length=4,head_width=2"
        ax.add_artist(
            FancyArrowPatch(
                place(start), place(end), arrowstyle=style, mutation_scale=1, shrinkA=2, shrinkB=2, color=ACCENT, lw=1.4
            )
        )
        ax.scatter(*place(start), s=10, color=INK, linewidths=0, zorder=3)
    fig.words = (
        f"The steps of {len(pairs)} pairs, such as from {pairs[0][0]} to {pairs[0][1]}, in one plane: the mean cosine "
        f"of two of them is {number(cosine)}, and the plane keeps {percent(kept)} of their length."
    )
    return fig


def mean_cosine(vectors: Tensor) -> float:
    """Of every two different ones. (n, C) → a number"""
    directions = torch.nn.functional.normalize(vectors.double(), dim=-1)
    cosines, n = directions @ directions.T, len(vectors)
    return float((cosines.sum() - cosines.diagonal().sum()) / (n * (n - 1)))


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places near the wanted ones, in the same order, at least `gap` apart, as far as there is room."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    gap = min(gap, (high - low) / max(1, len(wanted) - 1))
    places = [0.0] * len(wanted)
    at = low - gap
    for i in order:
        at = max(at + gap, wanted[i])
        places[i] = at
    at = high + gap
    for i in reversed(order):  # what was pushed over the edge comes back
        at = min(at - gap, places[i])
        places[i] = at
    return places
