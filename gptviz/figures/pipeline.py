"""The whole machine as one picture: every cell, dot, ribbon and bar is a tensor of this trace.

One row per token, at the same height from text to last vector. Everything is laid out in inches from the top left.
"""

from functools import partial
from itertools import pairwise

import numpy as np
import torch
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, LinearSegmentedColormap, to_hex, to_rgb
from matplotlib.offsetbox import AnnotationBbox, HPacker, TextArea
from matplotlib.patches import FancyBboxPatch, PathPatch
from matplotlib.path import Path
from torch import Tensor

from ..tracing import Trace, shown
from . import theme
from .distributions import number, percent
from .theme import ACCENT, ACCENT_PALE, FAINT, INK, KEY, MUTED, PAPER, QUERY, QUIET, SECOND, SLATE, VALUE, Picture, bar

WIDTH = 12.8  # inches; 1,280 pixels on a page
ROW = 0.27  # from one token to the next
BAND = 0.75 * ROW  # of which the band is drawn on
TILE, PART = 0.52, 0.9  # width of a vector of the stream, and of a query, key or value
NAME_X, VECTOR_X, BLOCKS_X, LAST_X = 1.15, 1.27, 2.03, 9.44  # the machine's columns
QUERY_X, GRID_X = 2.42, 3.92  # the opened head's
LINES = 80  # of a row's image
LEAST_STEP = 0.22  # from one probability to the next
MOST_SIDE = 3.3  # of the grid of weights
MOST_ROWS, MOST_BLOCKS, MOST_HEADS, BARS = 16, 4, 4, 8


def pipeline(trace: Trace, layer: int | None = None, head: int | None = None) -> Picture:
    """Tokens → vectors → blocks of attention and MLP → last vector → logits → probabilities; below, one head, opened.

    layer, head: the head to open; without them, the one that adds the longest vector to the last token. Of a long text
    the last 16 tokens are drawn, of a large model four blocks and four heads each; the picture says what it leaves out.
    """
    config = trace.gpt.config
    layer, head = _head(trace, layer, head)
    rows = list(range(max(0, len(trace.tokens) - MOST_ROWS), len(trace.tokens)))
    lanes = len(rows) * ROW
    machine_y = 0.9
    head_y = machine_y + max(lanes, (BARS + 1) * LEAST_STEP) + 1.05
    fig, ax = theme.canvas(WIDTH, head_y + lanes + 0.6)
    small = _machine(ax, trace, rows, machine_y, layer, head)
    _opened(ax, trace, rows, head_y, layer, head, small)
    best, p = trace.next_tokens(1)[0]
    fig.words = (
        f"{trace.text!r} runs through {config.n_layer} blocks of {config.n_head} heads and an MLP each, row by row. "
        f"The last row ends in {config.vocab_size:,} probabilities, the largest for {best!r} with {percent(p)}. "
        f"Below: head {head} of block {layer}, with the queries, keys, weights and values of this text."
    )
    return fig


def opened_head(trace: Trace, layer: int, head: int) -> Picture:
    """One head, opened: queries and keys, the grid of weights, the values that the last token mixes, what it adds."""
    layer, head = _head(trace, layer, head)
    rows = list(range(max(0, len(trace.tokens) - MOST_ROWS), len(trace.tokens)))
    width = (
        GRID_X + min(len(rows) * ROW, MOST_SIDE) + 5.2
    )  # no wider than it must be: on a page its words shrink with it
    fig, ax = theme.canvas(width, 0.76 + len(rows) * ROW + 0.66)
    _opened(ax, trace, rows, 0.76, layer, head, None, width, larger=1.3)
    weights = trace.pattern[layer, head][-1]
    most = int(weights.argmax())
    fig.words = (
        f"Head {head} of block {layer} on {trace.text!r}: the last token, {trace.tokens[-1]!r}, gives its largest "
        f"weight, {percent(float(weights[most]))}, to {trace.tokens[most]!r}."
    )
    return fig


def _head(trace: Trace, layer: int | None, head: int | None) -> tuple[int, int]:
    L, H = trace.gpt.config.n_layer, trace.gpt.config.n_head
    if layer is None and head is None:
        sizes = [(float(trace.delta[i, j][-1].norm()), -i, -j) for i in range(L) for j in range(H)]
        _, i, j = max(sizes)
        return -i, -j
    for name, value, size in (("layer", layer, L), ("head", head, H)):
        if value is None or not 0 <= value < size:
            raise ValueError(f"{name} must be 0..{size - 1} for this model, got {value}")
    assert layer is not None and head is not None
    return layer, head


# ---- the machine, all blocks ----


def _machine(ax: Axes, trace: Trace, rows: list[int], top: float, layer: int, head: int) -> tuple[float, float, float]:
    """Draws it; returns (left, right, bottom) of the opened head."""
    config, T = trace.gpt.config, len(rows)
    ys = [top + (i + 0.5) * ROW for i in range(T)]
    bottom, title_y, note_y = top + T * ROW, top - 0.64, top - 0.45
    blocks, skipped = _blocks(config.n_layer, layer)

    # The residual stream: one band per token that runs through everything; each stage reads it and adds to it.
    for i, y in enumerate(ys):
        last = i == T - 1
        bar(ax, VECTOR_X, y, LAST_X + TILE - VECTOR_X, ACCENT_PALE if last else FAINT, height=BAND, zorder=0)
    _names(ax, trace, rows, ys)
    _stage(ax, NAME_X, title_y, note_y, "tokens", f"{rows[0]} earlier not drawn" if rows[0] else "", ha="right")
    _stage(ax, VECTOR_X, title_y, note_y, "vectors", f"{config.d_model} numbers")
    _strips(ax, trace.resid_pre[0][rows], VECTOR_X, top, TILE, lines=4)

    opened = (0.0, 0.0, 0.0)
    x, width = BLOCKS_X, (LAST_X - 0.1 - BLOCKS_X - (0.3 if skipped else 0)) / len(blocks)
    for index, b in enumerate(blocks):
        if skipped == index:
            words = f"{config.n_layer - len(blocks)} more blocks"
            theme.write(ax, x + 0.1, (top + bottom) / 2, words, ha="center", rotation=90, color=MUTED)
            x += 0.3
        right = x + width - 0.12
        _box(ax, x, top - 0.8, right - x, bottom - top + 0.9, FAINT)
        drawn = _heads(config.n_head, head if b == layer else 0)
        all_heads = "" if len(drawn) == config.n_head else f" of {config.n_head}"
        mlp_w = min(TILE, 0.2 * width)
        step = (right - 0.16 - mlp_w - (x + 0.08)) / len(drawn)
        side = min(step - 0.05, T * ROW)
        theme.write(ax, x + 0.08, title_y, f"block {b}", weight="bold", fontsize=9.5)
        theme.write(ax, x + 0.08, note_y, f"attention heads{all_heads}", color=MUTED, fontsize=7.5)
        theme.write(ax, right - 0.08, note_y, "MLP", color=MUTED, fontsize=7.5, ha="right")
        for column, h in enumerate(drawn):
            left = x + 0.08 + column * step
            style: dict = {"color": MUTED}
            if (b, h) == (layer, head):
                style = {"weight": "bold", "color": ACCENT}
                opened = (left - 0.03, left + side + 0.03, bottom + 0.03)
                _box(ax, left - 0.03, top - 0.28, side + 0.06, bottom - top + 0.31, ACCENT, round_in=0.04)
            theme.write(ax, left + side / 2, top - 0.15, str(h), ha="center", fontsize=8, **style)
            _weights(ax, trace.pattern[b, h][rows][:, rows], left, ys, side)
        _neurons(ax, trace.neurons[b][rows], right - 0.08 - mlp_w, top, mlp_w)
        x += width

    _stage(ax, LAST_X, title_y, note_y, "last vector", "after LayerNorm")
    _strips(ax, trace.final[rows], LAST_X, top, TILE, lines=4)
    _probabilities(ax, trace, ys, title_y, note_y)
    return opened


def _probabilities(ax: Axes, trace: Trace, ys: list[float], title_y: float, note_y: float) -> None:
    """The last vector fans out into probabilities: the ribbons together are as thick as its band, each by its share."""
    logits, probs = trace.logits[-1], trace.probs[-1]
    order = torch.argsort(probs, descending=True, stable=True)[:BARS]
    rest = max(0.0, 1 - float(probs[order].sum()))
    names = [theme.printable(name, 10) for name in shown(trace.gpt, order.tolist())]
    items = [(n, number(float(logits[i]), 1), float(probs[i])) for n, i in zip(names, order.tolist(), strict=True)]
    items += [(f"{len(probs) - len(items):,} others", "", rest)]

    step = max(len(ys) * ROW / len(items), LEAST_STEP)
    first = ys[0] - ROW / 2 + step / 2
    scale = 0.52 / max(p for _, _, p in items)
    fan_x, end_x, token_x, logit_x, bar_x = LAST_X + TILE, 10.42, 11.22, 11.62, 11.69
    theme.write(ax, token_x, note_y, "next token", ha="right", color=MUTED, fontsize=7.5)
    theme.write(ax, logit_x, note_y, "logit", ha="right", color=MUTED, fontsize=7.5)
    theme.write(ax, bar_x, title_y, "probability", weight="bold", fontsize=9.5)
    theme.write(ax, bar_x, note_y, f"of {len(probs):,} tokens", color=MUTED, fontsize=7.5)
    start = ys[-1] - BAND / 2
    for i, (name, logit, p) in enumerate(items):
        y = first + i * step
        color = ACCENT if i == 0 else SECOND if logit else QUIET
        style: dict = {"weight": "bold", "color": ACCENT} if i == 0 else {"color": INK if logit else MUTED}
        thick = BAND * p
        _ribbon(ax, fan_x, (start, start + thick), end_x, (y - thick / 2 - 0.004, y + thick / 2 + 0.004), color, 0.45)
        start += thick
        theme.write(ax, token_x, y, name, ha="right", fontsize=8.5, **style)
        theme.write(ax, logit_x, y, logit, ha="right", color=MUTED, fontsize=8)
        bar(ax, bar_x, y, scale * p, color, height=0.13)
        theme.write(ax, bar_x + scale * p + 0.04, y, percent(p), fontsize=8, **style)


# ---- one head, opened ----


def _opened(
    ax: Axes,
    trace: Trace,
    rows: list[int],
    top: float,
    layer: int,
    head: int,
    small: tuple[float, float, float] | None,
    width: float = WIDTH,
    larger: float = 1.0,
) -> None:
    """larger: how many times as large as in the whole machine its words are."""
    T, d = len(rows), trace.gpt.config.d_head
    ys = [top + (i + 0.5) * ROW for i in range(T)]
    bottom, title_y, note_y = top + T * ROW, top - 0.4, top - 0.21
    weights = trace.pattern[layer, head]
    side, room = min(T * ROW, MOST_SIDE), 0.66 * (larger - 1)
    grid_x = GRID_X + room
    value_x = grid_x + side + 0.8 + room
    free = width - 0.34 - value_x - 2 * PART - TILE
    mix_x = value_x + PART + 0.64 * free
    delta_x = mix_x + PART + 0.36 * free

    frame_x, frame_y, frame_w = 0.12, top - 0.6, width - 0.24
    if small:  # from the small head to the large one
        left, right, y = small
        _polygon(
            ax,
            [(left, y), (right, y), (frame_x + frame_w - 0.08, frame_y), (frame_x + 0.08, frame_y)],
            ACCENT_PALE,
            0.6,
        )
    _box(ax, frame_x, frame_y, frame_w, bottom - frame_y + 0.5, ACCENT)
    _names(ax, trace, rows, ys, larger)
    style: dict = {"ha": "right", "weight": "bold", "color": ACCENT, "fontsize": min(9 * larger, 10.8)}
    theme.write(ax, NAME_X, (title_y + note_y) / 2, f"block {layer}\nhead {head}", **style)

    stage = partial(_stage, ax, title_y=title_y, note_y=note_y, larger=larger)
    stage(VECTOR_X, title="reads", note="LayerNorm")
    _strips(ax, trace.attn_in[layer][rows], VECTOR_X, top, TILE, lines=4)

    # Query above, key below. A query runs along its row of the grid; a key goes to the diagonal and down its column.
    stage(QUERY_X, title="query", note="what do I look for?", color=QUERY)
    stage(QUERY_X + PART + room, title="key", note="", ha="right", color=KEY)
    _strips(ax, trace.q[layer, head][rows], QUERY_X, top, PART, QUERY, share=(0, 0.46))
    _strips(ax, trace.k[layer, head][rows], QUERY_X, top, PART, KEY, share=(0.54, 1))
    stage(grid_x, title="pattern", note="dot area = weight")
    cell, out_x, turn = side / T, QUERY_X + PART, 0.06
    for i, y in enumerate(ys):
        last, column = i == T - 1, grid_x + (i + 0.5) * cell
        band, query_y, key_y = (y - BAND / 2, y + BAND / 2), y - 0.27 * BAND, y + 0.27 * BAND
        for target, color in ((query_y, QUERY), (key_y, KEY)):
            strip = (target - 0.23 * BAND, target + 0.23 * BAND)
            _ribbon(ax, VECTOR_X + TILE, band, QUERY_X, strip, color, 0.13)
        _line(ax, [(out_x, query_y), (out_x + 0.2, query_y), (out_x + 0.2, y), (out_x + 0.4, y)], QUERY, last)
        _line(ax, [(out_x + 0.4, y), (column, y)], QUERY, last)
        _line(ax, [(out_x, key_y), (column - turn, key_y)], KEY, False)
        _line(ax, [(column - turn, key_y), (column, key_y), (column, key_y), (column, key_y + turn)], KEY, False)
        _line(ax, [(column, key_y + turn), (column, bottom + 0.02)], KEY, False)
        name = theme.printable(trace.tokens[rows[i]], int(10 / larger))
        if not last:
            theme.write(ax, column + 0.16, y, name, fontsize=7.5 * larger, color=KEY)
    _dots(ax, weights[rows][:, rows], grid_x, ys, side)

    stage(value_x, title="value", note="what do I hand over?", color=VALUE)
    _strips(ax, trace.v[layer, head][rows], value_x, top, PART, VALUE)
    stage(mix_x, title="mix", note="values × weights", color=VALUE)
    start = ys[-1] - BAND / 2
    for i, y in enumerate(ys):
        w = float(weights[rows[-1], rows[i]])
        theme.write(ax, value_x - 0.08, y, percent(w), ha="right", fontsize=8 * larger, color=ACCENT)
        _ribbon(ax, value_x + PART, (y - BAND * w / 2, y + BAND * w / 2), mix_x, (start, start + BAND * w), VALUE, 0.45)
        start += BAND * w
        _ribbon(ax, mix_x + PART, (y - BAND / 2, y + BAND / 2), delta_x, (y - BAND / 2, y + BAND / 2), FAINT)
    _strips(ax, trace.z[layer, head][rows], mix_x, top, PART, VALUE)
    stage(delta_x, title="ΔE", note="is added")
    _strips(ax, trace.delta[layer, head][rows], delta_x, top, TILE, lines=4)

    most = int(weights[-1].argmax())
    asks, asked = theme.printable(trace.tokens[-1], 14), theme.printable(trace.tokens[most], 14)
    score, scaled = float(trace.scores[layer, head][-1, most]), float(trace.scaled[layer, head][-1, most])
    formula = [
        (f"largest weight of {asks}:   " if larger == 1 else "largest weight:   ", MUTED),
        (f"query({asks})", QUERY),
        (" · ", INK),
        (f"key({asked})", KEY),
        (f" = {number(score)}    ÷ √{d} = {number(scaled)}    softmax over the row = ", INK),
        (percent(float(weights[-1, most])), ACCENT),
        ("   of ", INK),
        (f"value({asked})", VALUE),
    ]
    _phrase(ax, VECTOR_X if larger == 1 else 0.3, bottom + 0.27, formula, 9 if larger == 1 else 10.5)


# ---- pieces ----


def _stage(
    ax: Axes,
    x: float,
    title_y: float,
    note_y: float,
    title: str,
    note: str,
    ha: str = "left",
    color: str = INK,
    larger: float = 1.0,
) -> None:
    theme.write(ax, x, title_y, title, ha=ha, weight="bold", color=color, fontsize=min(9.5 * larger, 11.5))
    theme.write(ax, x, note_y, note, ha=ha, color=MUTED, fontsize=min(7.5 * larger, 9.2))


def _names(ax: Axes, trace: Trace, rows: list[int], ys: list[float], larger: float = 1.0) -> None:
    for i, y in zip(rows, ys, strict=True):
        style: dict = {"weight": "bold", "color": ACCENT} if i == rows[-1] else {}
        name = theme.printable(trace.tokens[i], int(13 / larger))
        theme.write(ax, NAME_X, y, name, ha="right", fontsize=min(9 * larger, 10.8), **style)


def _phrase(ax: Axes, x: float, y: float, parts: list[tuple[str, str]], fontsize: float = 9) -> None:
    """Words of several colours on one line."""
    areas: list[Artist] = [
        TextArea(words, textprops={"color": color, "fontsize": fontsize, "parse_math": False}) for words, color in parts
    ]
    line = HPacker(children=areas, align="baseline", pad=0, sep=0)
    ax.add_artist(AnnotationBbox(line, (x, y), box_alignment=(0, 0.5), frameon=False, pad=0))


def _blocks(n_layer: int, chosen: int) -> tuple[list[int], int | None]:
    """Which blocks are drawn, and before which of them some are left out."""
    if n_layer <= MOST_BLOCKS:
        return list(range(n_layer)), None
    picked = sorted({0, chosen, n_layer - 2, n_layer - 1} | ({1} if chosen in (0, n_layer - 2, n_layer - 1) else set()))
    gap = next(i for i, (a, b) in enumerate(pairwise(picked), 1) if b - a > 1)
    return picked, gap


def _heads(n_head: int, chosen: int) -> list[int]:
    """Which heads of a block are drawn; the chosen one always is."""
    if n_head <= MOST_HEADS:
        return list(range(n_head))
    return sorted([*[h for h in range(n_head) if h != chosen][: MOST_HEADS - 1], chosen])


def _strips(
    ax: Axes,
    vectors: Tensor,
    x: float,
    top: float,
    width: float,
    hue: str = "",
    lines: int = 1,
    share: tuple[float, float] = (0, 1),
) -> None:
    """A vector per row, one cell per number, folded into `lines`. White is 0; all rows share the scale that holds 98 %.

    share: the part of the row's band that is filled, from its top 0 to its bottom 1.
    """
    cells = vectors.detach().numpy()
    limit = float(np.quantile(np.abs(cells), 0.98)) or 1.0
    shades = (_hued(hue) if hue else theme.DIVERGING)(cells / limit / 2 + 0.5)  # (T, C, 4)
    _tiles(ax, shades, x, top, width, lines, share)


def _tiles(
    ax: Axes, shades: np.ndarray, x: float, top: float, width: float, lines: int, share: tuple[float, float]
) -> None:
    """Coloured cells, a tile per row, as one image with clear gaps. shades: (T, cells, 4)."""
    T, n, _ = shades.shape
    across = -(-n // lines)
    folded = np.zeros((T, lines * across, 4))
    folded[:, :n] = shades
    start, end = (
        round(LINES * (0.125 + 0.75 * part)) for part in share
    )  # the band is the middle three quarters of a row
    image = np.zeros((T, LINES, across, 4))
    image[:, start:end] = folded.reshape(T, lines, across, 4)[:, np.arange(end - start) * lines // (end - start)]
    box = (x, x + width, top + T * ROW, top)
    limits = ax.get_xlim(), ax.get_ylim()
    ax.imshow(image.reshape(T * LINES, across, 4), extent=box, aspect="auto", interpolation="nearest", zorder=2)
    ax.set(xlim=limits[0], ylim=limits[1])


def _hued(hue: str) -> Colormap:
    """White at 0, the role's hue above it, grey below."""
    return LinearSegmentedColormap.from_list(hue, ["#5b6270", "#b9bec8", "#ffffff", _pale(hue), hue])


def _pale(color: str) -> str:
    """Half way to white."""
    red, green, blue = to_rgb(color)
    return to_hex(((1 + red) / 2, (1 + green) / 2, (1 + blue) / 2))


def _neurons(ax: Axes, neurons: Tensor, x: float, top: float, width: float) -> None:
    """The MLP's neurons, folded into four lines of 12 cells a token: each the strongest of its share, 0 is white."""
    cells = neurons.detach().numpy()
    strongest = np.stack([part.max(axis=1) for part in np.array_split(cells, 48, axis=1)], axis=1)  # (T, 48)
    limit = float(np.quantile(strongest, 0.99)) or 1.0
    colors = LinearSegmentedColormap.from_list("fire", ["#ffffff", "#c9b8f0", ACCENT])
    _tiles(ax, colors(strongest / limit), x, top, width, 4, (0, 1))


def _weights(ax: Axes, weights: Tensor, x: float, ys: list[float], side: float) -> None:
    """Rows of weights where dots would be too small: a tiny bar per token looked at, as high as the band for 1."""
    T, cell = len(ys), side / len(ys)
    i, j = np.tril_indices(T)
    w = weights.detach().numpy()[i, j]
    colors = [ACCENT if row == T - 1 else SLATE for row in i]
    ax.bar(
        x + (j + 0.5) * cell,
        -BAND * np.maximum(w, 0.04),
        0.8 * cell,
        np.array(ys)[i] + BAND / 2,
        color=colors,
        zorder=3,
    )


def _dots(ax: Axes, weights: Tensor, x: float, ys: list[float], side: float) -> None:
    """Row = the token that looks, column = the token looked at, area = weight; what lies ahead is masked: no dot."""
    T, cell = len(ys), side / len(ys)
    i, j = np.tril_indices(T)
    w = weights.detach().numpy()[i, j]
    xs, rows, full = x + (j + 0.5) * cell, np.array(ys)[i], 72 * min(cell, ROW)  # points, of a weight of 1
    colors = [ACCENT if row == T - 1 else SLATE for row in i]
    ax.scatter(xs, rows, s=(0.16 * full) ** 2, c=QUIET, linewidths=0, zorder=3)
    ax.scatter(xs, rows, s=full**2 * w, c=colors, linewidths=0, zorder=4)


def _ribbon(
    ax: Axes, x0: float, y0: tuple[float, float], x1: float, y1: tuple[float, float], color: str, alpha: float = 1.0
) -> None:
    """A band from (x0, y0 top..bottom) to (x1, y1 top..bottom) that leaves and arrives level."""
    m = (x0 + x1) / 2
    points = [
        (x0, y0[0]),
        (m, y0[0]),
        (m, y1[0]),
        (x1, y1[0]),
        (x1, y1[1]),
        (m, y1[1]),
        (m, y0[1]),
        (x0, y0[1]),
        (x0, y0[0]),
    ]
    C, L = Path.CURVE4, Path.LINETO
    ax.add_patch(
        PathPatch(
            Path(points, [Path.MOVETO, C, C, C, L, C, C, C, Path.CLOSEPOLY]), fc=color, lw=0, alpha=alpha, zorder=1
        )
    )


def _line(ax: Axes, points: list[tuple[float, float]], color: str, strong: bool) -> None:
    """Straight between two points, a curve through four."""
    codes = [Path.MOVETO] + [Path.CURVE4 if len(points) == 4 else Path.LINETO] * (len(points) - 1)
    style: dict = {"lw": 1.6, "alpha": 0.9} if strong else {"lw": 0.8, "alpha": 0.4}
    ax.add_patch(PathPatch(Path(points, codes), fill=False, ec=color, zorder=1, capstyle="round", **style))


def _polygon(ax: Axes, points: list[tuple[float, float]], color: str, alpha: float) -> None:
    ax.add_patch(PathPatch(Path([*points, points[0]], closed=True), fc=color, lw=0, alpha=alpha, zorder=0.5))


def _box(ax: Axes, x: float, y: float, width: float, height: float, edge: str, round_in: float = 0.08) -> None:
    shape = f"round,pad=0,rounding_size={round_in}"
    strong = edge == ACCENT
    ax.add_patch(
        FancyBboxPatch((x, y), width, height, boxstyle=shape, fc=PAPER if strong else "none", ec=edge, lw=1, zorder=0.8)
    )
