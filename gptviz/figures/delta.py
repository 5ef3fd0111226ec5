"""What one head adds to one token, as arrows in a plane that is really there: E + ΔE = E′."""

from collections.abc import Sequence

import numpy as np
import torch
from matplotlib.axes import Axes as MatplotlibAxes
from matplotlib.patches import Circle, FancyArrowPatch, Rectangle
from torch import Tensor

from ..geometry import handed_over, nearest, read_off, telling_delta, update_gap, word_ids, word_plane
from ..tracing import Trace, shown
from . import theme
from .distributions import _strip, at, number, percent
from .pipeline import _head
from .theme import ACCENT, FAINT, INK, MUTED, PAPER, QUIET, SLATE, VALUE, Picture, bar

WIDTH, HEIGHT = 11.4, 5.35  # inches
TOP, SIDE = 1.1, 3.9  # of the plane
PLANE_X, BARS_X = 3.35, 7.6
SOURCES, NEAR, BARS = 8, 4, 5
ROW = 0.255


def delta(
    trace: Trace, layer: int | None = None, head: int | None = None, position: int = -1, words: Sequence[str] = ()
) -> Picture:
    """What a head adds to the token at `position`: who hands over how much, the arrows and their sum, before and after.

    The plane is the one in which words spread most, or the one through two or three `words`. The arrows of all tokens
    stand one on the other, from E to E′. Without layer and head, the head that changes the prediction most.
    """
    position = at(trace, position)
    if layer is None and head is None:
        layer, head = telling_delta(trace, position)
    layer, head = _head(trace, layer, head)
    stream, added = trace.resid_pre[layer][position], trace.delta[layer, head][position]
    plane = word_plane(trace.gpt, words)
    weights = trace.pattern[layer, head][position, : position + 1]
    given = weights[:, None] * handed_over(trace, layer, head)[: position + 1]  # (t + 1, C)

    fig, ax = theme.canvas(WIDTH, HEIGHT)
    _strip(ax, trace, position, WIDTH)
    name = theme.printable(trace.tokens[position], 14)
    title = f"block {layer}, head {head}:  what it adds to {name}"
    theme.write(ax, 0.25, 0.74, title, color=ACCENT, weight="bold", fontsize=10)
    length, share = float(added.norm()), float(plane.shown(added))
    _given(ax, trace, weights, given)
    _arrows(ax, trace, plane(stream).numpy(), plane(plane.origin + given).numpy(), plane, words)
    kind = f"plane through {', '.join(map(theme.printable, words))}" if words else "plane in which words spread most"
    theme.write(ax, PLANE_X, TOP - 0.14, kind, color=MUTED, fontsize=8)
    seen = f"shows {percent(share)} of the length of ΔE"
    theme.write(ax, PLANE_X + SIDE, TOP - 0.14, seen, color=MUTED, fontsize=8, ha="right")

    lens = torch.stack([read_off(trace.gpt, stream), read_off(trace.gpt, stream + added)]).softmax(-1)
    runs = torch.stack([run.gpt.unembed(run.final[position]) for run in (_without(trace, layer, head), trace)])
    y = _change(ax, trace, lens, 0.86, "read off E and E′", "last LayerNorm, then W_U (logit lens)")
    y = _change(ax, trace, runs.detach().softmax(-1), y + 0.12, "run without this head, and with it", "the whole model")
    _near(ax, trace, stream, stream + added, y + 0.1)

    off, heads = update_gap(trace, layer), trace.gpt.config.n_head
    sums = f"Σ ΔE of {heads} heads + bias = what this block's attention adds. Largest difference here: {off:.0e}"
    theme.write(ax, 0.25, HEIGHT - 0.2, sums, color=MUTED, fontsize=8)
    most = int(given.norm(dim=-1).argmax())
    fig.words = (
        f"Head {head} of block {layer} adds a vector of length {number(length)} to {trace.tokens[position]!r}, itself "
        f"{number(float(stream.norm()))} long; most of it, {percent(float(weights[most]))} of the weight, is handed "
        f"over by {trace.tokens[most]!r}. The plane shows {percent(share)} of that length."
    )
    return fig


def _without(trace: Trace, layer: int, head: int) -> Trace:
    return trace.again(without=[f"L{layer}H{head}"])


def _given(ax: MatplotlibAxes, trace: Trace, weights: Tensor, given: Tensor) -> None:
    """Who hands over how much: weight, and a bar as long as the weighted value vector."""
    lengths = given.norm(dim=-1)
    order = lengths.argsort(descending=True, stable=True)
    top = sorted(order[:SOURCES].tolist())
    theme.write(ax, 1.0, TOP - 0.14, "from", ha="right", color=MUTED, fontsize=8)
    theme.write(ax, 1.62, TOP - 0.14, "weight", ha="right", color=MUTED, fontsize=8)
    theme.write(ax, 1.72, TOP - 0.14, "weight × value, length", color=VALUE, fontsize=8)
    scale = 0.95 / max(float(lengths.max()), 1e-9)
    rows = [(theme.printable(trace.tokens[s], 11), percent(float(weights[s])), float(lengths[s]), VALUE) for s in top]
    if len(order) > SOURCES:
        rest = order[SOURCES:]
        words = f"{len(rest)} more"
        rows.append((words, percent(float(weights[rest].sum())), float(given[rest].sum(0).norm()), QUIET))
    y = TOP + 0.1
    for words, weight, length, color in rows:
        muted = MUTED if color == QUIET else INK
        theme.write(ax, 1.0, y, words, ha="right", color=muted)
        theme.write(ax, 1.62, y, weight, ha="right", color=MUTED)
        bar(ax, 1.72, y, scale * length, color)
        theme.write(ax, 1.72 + scale * length + 0.05, y, number(length), color=MUTED, fontsize=8)
        y += ROW
    y += 0.08
    ax.plot([0.25, 2.95], [y - 0.14, y - 0.14], color=QUIET, lw=0.8)
    total = given.sum(0)
    theme.write(ax, 1.62, y + 0.02, "ΔE, their sum", ha="right", weight="bold", color=ACCENT)
    theme.write(ax, 1.72, y + 0.02, number(float(total.norm())), weight="bold", color=ACCENT)


def _arrows(
    ax: MatplotlibAxes, trace: Trace, start: np.ndarray, steps: np.ndarray, plane, words: Sequence[str]
) -> None:
    """The arrows in the plane, close up, with the words that lie there; in the corner the plane as a whole."""
    gpt = trace.gpt
    chain = np.concatenate([start[None], start + np.cumsum(steps, axis=0)])  # from E to E′
    ids = word_ids(gpt) if gpt.tokenizer is not None else list(range(gpt.config.vocab_size))
    places = plane(gpt.embed.weight[ids].detach()).numpy()
    low, high = chain.min(0), chain.max(0)
    center, half = (low + high) / 2, max(float((high - low).max()) * 0.72, 1e-6)

    def inches(points: np.ndarray) -> np.ndarray:
        return np.array([PLANE_X, TOP]) + (np.array([1, -1]) * (points - center) / half + 1) * SIDE / 2

    ax.add_artist(Rectangle((PLANE_X, TOP), SIDE, SIDE, fc=FAINT, ec="none", zorder=0))
    inset = _whole(ax, places, chain, center, half, inches(chain))
    taken = [inset]
    _arrow(ax, inches(chain[0]), inches(chain[-1]), ACCENT, 3.2, alpha=0.55)
    lengths = np.linalg.norm(steps, axis=1)
    for a, b, long in zip(chain[:-1], chain[1:], lengths, strict=True):
        if long > 0.004 * half:
            _arrow(ax, inches(a), inches(b), VALUE, 1.3)
    for point, name, color in ((chain[0], "E", INK), (chain[-1], "E′", ACCENT)):
        x, y = inches(point)
        ax.add_patch(Circle((x, y), 0.045, fc=color, ec=PAPER, lw=0.8, zorder=6))
        _label(
            ax,
            x,
            y,
            name,
            taken,
            color=color,
            weight="bold",
            fontsize=11,
            away=point[0] - (chain[0] + chain[-1])[0] / 2,
        )
    _beside(ax, inches(chain[0]), inches(chain[-1]), "ΔE", taken, color=ACCENT, weight="bold", fontsize=10)
    for s in np.argsort(-lengths)[:4]:
        if lengths[s] > 0.15 * half:
            name = theme.printable(trace.tokens[s], 12)
            name = name if any(c.isalnum() for c in name) else f"“{name}”"
            _beside(ax, inches(chain[s]), inches(chain[s + 1]), name, taken, color=VALUE, fontsize=8.5)
    inside = np.abs(places - center).max(1) < 0.95 * half
    dots = inches(places[inside])
    ax.scatter(dots[:, 0], dots[:, 1], s=7, c=SLATE, linewidths=0, zorder=2)
    for (x, y), i in list(zip(dots, np.array(ids)[inside].tolist(), strict=True))[:60]:
        _label(ax, x, y, theme.printable(shown(gpt, [i])[0], 10), taken, color=MUTED, fontsize=7.5)


def _whole(ax: MatplotlibAxes, places: np.ndarray, chain: np.ndarray, center: np.ndarray, half: float, seen) -> tuple:
    """All words of the plane as dots, small, in the corner furthest from the arrows, with what is seen close up."""
    side = 1.15
    corners = [(x, y) for x in (PLANE_X, PLANE_X + SIDE - side) for y in (TOP, TOP + SIDE - side)]
    x, y = max(corners, key=lambda c: float(np.abs(seen - np.array(c) - side / 2).max(1).min()))
    every = np.concatenate([places, chain])
    low, high = every.min(0), every.max(0)
    middle, size = (low + high) / 2, 1.1 * float((high - low).max())

    def place(points: np.ndarray) -> np.ndarray:
        return np.array([x, y]) + (np.array([1, -1]) * (points - middle) / size + 0.5) * side

    ax.add_artist(Rectangle((x, y), side, side, fc=PAPER, ec=QUIET, lw=0.8, zorder=3))
    dots = place(places[:1500])
    ax.scatter(dots[:, 0], dots[:, 1], s=1, c=QUIET, linewidths=0, zorder=3.5)
    left, top = place(center + half * np.array([-1, 1]))
    wide = max(2 * half / size * side, 0.03)
    ax.add_artist(Rectangle((left, top), wide, wide, fc="none", ec=ACCENT, lw=1, zorder=4))
    return (x, y, x + side, y + side)


def _arrow(ax: MatplotlibAxes, start: np.ndarray, end: np.ndarray, color: str, width: float, alpha: float = 1) -> None:
    long = float(np.linalg.norm(end - start))
    head = min(2.6 * width, 60 * long)
    style = f"-|>,head_width={head / 2.2 / 2:.3f},head_length={head / 2:.3f}"
    ax.add_patch(
        FancyArrowPatch(
            tuple(start), tuple(end), arrowstyle=style, mutation_scale=2, color=color, lw=width, alpha=alpha,
            shrinkA=0, shrinkB=0, zorder=5 if width < 2 else 4.5, joinstyle="miter", capstyle="butt",
        )
    )  # fmt: skip


def _label(ax: MatplotlibAxes, x: float, y: float, words: str, taken: list, fontsize: float, away=1.0, **style) -> None:
    """Words beside a point, at the first of six places where nothing is written yet; else not at all.

    away: negative to try the left side first.
    """
    w, _ = _size(words, fontsize)
    side = (0.09 + w / 2) * (-1 if away < 0 else 1)
    places = [(dx, dy) for dx in (side, -side) for dy in (-0.1, 0.12)] + [(0, -0.19), (0, 0.21)]
    _write_once(ax, [(x + dx, y + dy) for dx, dy in places], words, taken, fontsize, **style)


def _beside(
    ax: MatplotlibAxes, a: np.ndarray, b: np.ndarray, words: str, taken: list, fontsize: float, **style
) -> None:
    """Words beside the middle of an arrow, on the side that is free."""
    across = np.array([-(b - a)[1], (b - a)[0]]) / max(float(np.linalg.norm(b - a)), 1e-9)
    gap = np.abs(across) @ np.array(_size(words, fontsize)) / 2 + 0.05
    middles = [a + share * (b - a) for share in (0.5, 0.4, 0.6, 0.3, 0.7)]
    _write_once(ax, [m + side * gap * across for m in middles for side in (1, -1)], words, taken, fontsize, **style)


def _size(words: str, fontsize: float) -> tuple[float, float]:
    return 0.0094 * fontsize * len(words) + 0.05, 0.0195 * fontsize


def _write_once(ax: MatplotlibAxes, places: list, words: str, taken: list, fontsize: float, **style) -> None:
    w, h = _size(words, fontsize)
    for x, y in places:
        box = (x - w / 2, y - h / 2, x + w / 2, y + h / 2)
        within = box[0] > PLANE_X and box[2] < PLANE_X + SIDE and box[1] > TOP and box[3] < TOP + SIDE
        if within and all(box[2] < t[0] or box[0] > t[2] or box[3] < t[1] or box[1] > t[3] for t in taken):
            taken.append(box)
            theme.write(ax, x, y, words, ha="center", fontsize=fontsize, zorder=7, **style)
            return


def _change(ax: MatplotlibAxes, trace: Trace, probs: Tensor, y: float, title: str, note: str) -> float:
    """Probabilities before (grey) and after (accent) of the tokens that are likely in either. probs: (2, V)"""
    order = probs.max(0).values.argsort(descending=True, stable=True)[:BARS]
    names = theme.labels(shown(trace.gpt, order.tolist()), 13)
    token_x, bar_x, full = BARS_X + 1.0, BARS_X + 1.1, 1.35
    theme.write(ax, BARS_X + 0.2, y, title, weight="bold")
    theme.write(ax, BARS_X + 0.2, y + 0.19, note, color=MUTED, fontsize=8)
    scale = full / float(probs[:, order].max())
    y += 0.43
    for i, name in zip(order.tolist(), names, strict=True):
        before, after = probs[:, i].tolist()
        theme.write(ax, token_x, y, name, ha="right")
        bar(ax, bar_x, y - 0.045, scale * before, QUIET, height=0.08)
        bar(ax, bar_x, y + 0.045, scale * after, ACCENT, height=0.08)
        theme.write(ax, WIDTH - 0.72, y, percent(before), ha="right", color=MUTED, fontsize=8.5)
        theme.write(ax, WIDTH - 0.12, y, percent(after), ha="right", color=ACCENT, fontsize=8.5)
        y += 0.225
    return y


def _near(ax: MatplotlibAxes, trace: Trace, before: Tensor, after: Tensor, y: float) -> None:
    """The words whose vectors point most nearly as E and E′ do, with their cosines."""
    theme.write(ax, BARS_X + 0.2, y, "nearest words, with their cosine", weight="bold")
    for x, vector, color, name in ((BARS_X + 0.2, before, MUTED, "E"), (BARS_X + 2.0, after, ACCENT, "E′")):
        for row, (token, cosine) in enumerate(nearest(trace.gpt, vector, NEAR)):
            line = y + 0.22 + 0.2 * row
            if row == 0:
                theme.write(ax, x, line, name, color=color, weight="bold", fontsize=8.5)
            theme.write(ax, x + 0.25, line, theme.printable(token, 11), fontsize=8.5)
            theme.write(ax, x + 1.65, line, number(cosine), ha="right", color=MUTED, fontsize=8.5)
