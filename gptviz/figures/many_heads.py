"""Many heads at once: tables of what was measured of each, how they come together in one layer, one token's rows."""

from collections.abc import Collection, Mapping
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from torch import Tensor

from ..probes.heads import patterns
from ..tracing import Trace
from . import theme
from .attention import _hued, _strip
from .distributions import at, number
from .theme import ACCENT, INK, MUTED, QUIET, SLATE, VALUE, Picture

ACROSS = 3  # tables side by side
MOST = 24  # tokens


def head_tables(tables: Mapping[str, Tensor], least: Collection[str] = (), top: float = 1.0) -> Picture:
    """A square for each head, rows are layers, columns are heads; one table for each measure, (layer, head).

    The darker the larger; `top` is the darkest. Framed is the largest of each table, the smallest of those named in
    `least`.
    """
    L, H = next(iter(tables.values())).shape
    cell = 0.5 if H <= 8 else 3.7 / H
    width, height = H * cell + 0.5, L * cell + 0.75
    across = min(ACROSS, len(tables))
    rows = -(-len(tables) // across)
    fig, ax = theme.canvas(across * width + 0.25, rows * height + 0.1)
    best = []
    for i, (name, table) in enumerate(tables.items()):
        if table.shape != (L, H):
            raise ValueError(f"every table must be (layer, head) = {(L, H)}, got {tuple(table.shape)} for {name!r}")
        x, y = 0.45 + i % across * width, 0.62 + i // across * height
        theme.write(ax, x, y - 0.36, name, weight="bold")
        chosen = int(table.argmin() if name in least else table.argmax())
        for head in range(H):
            theme.write(ax, x + (head + 0.5) * cell, y - 0.12, f"H{head}", ha="center", color=MUTED, fontsize=8.5)
        for layer in range(L):
            theme.write(ax, x - 0.06, y + (layer + 0.5) * cell, f"L{layer}", ha="right", color=MUTED, fontsize=8.5)
            for head in range(H):
                value = float(table[layer, head])
                share = min(1.0, max(0.0, value / top))
                here = x + head * cell, y + layer * cell
                face = theme.DIVERGING(0.5 + 0.5 * share)
                ax.add_artist(Rectangle(here, cell - 0.02, cell - 0.02, facecolor=face, edgecolor=QUIET, lw=0.4))
                if cell >= 0.4:
                    tone = theme.PAPER if share > 0.74 else INK  # whichever stands out more
                    words = number(value) if abs(value) >= 0.005 else "0"
                    theme.write(ax, *_middle(here, cell), words, ha="center", fontsize=9, color=tone)
        layer, head = divmod(chosen, H)
        frame = x + head * cell - 0.01, y + layer * cell - 0.01
        ax.add_artist(Rectangle(frame, cell, cell, fill=False, edgecolor=INK, lw=1.6, zorder=4))
        said = "smallest" if name in least else "largest"
        best.append(f"{name}, {said}: L{layer}H{head} {number(float(table[layer, head]))}")
    fig.words = f"One number for each of {L * H} heads. {'; '.join(best)}."
    return fig


def _middle(corner: tuple[float, float], cell: float) -> tuple[float, float]:
    return corner[0] + cell / 2 - 0.01, corner[1] + cell / 2 - 0.01


def joined(trace: Trace, layer: int, position: int = -1) -> Picture:
    """How the heads of a layer come together at one token: each head's z times its own rows of W_O is its ΔE.

    Read as columns, the heads' z stand one after another and their rows make up the whole W_O, so that one product
    gives the sum of all ΔE. White is 0; all ΔE are on one scale, all rows of W_O too, each z and the sum on its own.
    """
    position = at(trace, position)
    config, block = trace.gpt.config, _block(trace, layer)
    H, D = config.n_head, config.d_head
    z = trace.z[layer][:, position]  # (H, D)
    W_O = block.attn.out.weight.detach().T.view(H, D, -1)  # (H, D, C)
    deltas = trace.delta[layer][:, position]  # (H, C)
    bias = block.attn.out.bias.detach()
    band, gap, top = 0.72, 0.16, 0.82
    fig, ax = theme.canvas(8.1, top + H * (band + gap) + 1.0)
    z_x, W_x, d_x, wide = 0.9, 2.85, 5.3, 2.6
    z_wide, W_wide = 1.5, 2.05
    title = f"Layer {layer} at {theme.printable(trace.tokens[position])}: {H} heads, one sum"
    theme.write(ax, 0.2, 0.26, title, weight="bold", fontsize=11)
    for x, words, color in ((z_x, f"z, {D} numbers a head", VALUE), (W_x, f"W_O: {D} rows a head", INK)):
        theme.write(ax, x, top - 0.16, words, color=color, weight="bold", fontsize=10)
    theme.write(ax, d_x, top - 0.16, f"ΔE, {config.d_model} numbers a head", color=ACCENT, weight="bold", fontsize=10)
    largest, most = float(W_O.abs().max()), float(deltas.abs().max())
    for head in range(H):
        y = top + head * (band + gap)
        middle = y + band / 2
        theme.write(ax, 0.2, middle, f"head {head}", color=MUTED, fontsize=10)
        _strip(ax, z[head].numpy(), z_x, middle - 0.11, z_wide, 0.22, _hued(VALUE))
        theme.write(ax, (z_x + z_wide + W_x) / 2, middle, "×", ha="center", fontsize=11)
        _image(ax, W_O[head], W_x, y, W_wide, band, largest)
        theme.write(ax, (W_x + W_wide + d_x) / 2, middle, "=", ha="center", fontsize=11)
        _strip(ax, deltas[head].numpy(), d_x, middle - 0.11, wide, 0.22, theme.DIVERGING, most)
        if head:
            theme.write(ax, d_x + wide / 2, middle - (band + gap) / 2, "+", ha="center", fontsize=12, color=ACCENT)
    y = top + H * (band + gap) + 0.1
    together, whole = deltas.sum(0) + bias, trace.attn_out[layer][position]
    for row, (words, strip) in enumerate((("Σ ΔE + bias", together), ("one product with all of W_O + bias", whole))):
        middle = y + 0.3 * row
        color = ACCENT if row == 0 else INK
        theme.write(ax, d_x - 0.12, middle, words, ha="right", weight="bold", fontsize=10, color=color)
        _strip(ax, strip.numpy(), d_x, middle - 0.11, wide, 0.22, theme.DIVERGING, float(together.abs().max()))
    off = float((together - whole).abs().max())
    theme.write(ax, d_x + wide, y + 0.6, f"largest difference {off:.0e}", ha="right", color=MUTED, fontsize=10)
    fig.words = (
        f"In layer {layer}, at {trace.tokens[position]!r}, the ΔE of {H} heads and the bias sum to what one product of "
        f"the {H} joined z with W_O and the bias gives; the largest difference is {off:.0e}."
    )
    return fig


def _block(trace: Trace, layer: int) -> Any:
    return trace.gpt.blocks[layer]


def _image(ax: Axes, cells: Tensor, x: float, y: float, width: float, height: float, largest: float) -> None:
    """A matrix as coloured cells, white = 0."""
    limits = ax.get_xlim(), ax.get_ylim()
    shades = theme.DIVERGING(cells.numpy() / largest / 2 + 0.5)
    ax.imshow(shades, extent=(x, x + width, y + height, y), aspect="auto", interpolation="nearest", zorder=2)
    ax.set(xlim=limits[0], ylim=limits[1])


def looks(trace: Trace, position: int = -1) -> Picture:
    """Where one token looks: a row of dots for each head, dot area = weight, and the mean of all heads below.

    Each row sums to 1. Violet is the token a row gives most to. Of a long text the last 24 tokens up to this one.
    """
    position = at(trace, position)
    config = trace.gpt.config
    rows = patterns(trace)[:, :, position].flatten(0, 1)  # (layers × heads, T)
    first = max(0, position + 1 - MOST)
    names = theme.labels(trace.tokens[first : position + 1], 12)
    step, column, top, left = 0.25, min(0.5, 8.3 / len(names)), 1.15, 0.75
    count = len(rows)
    fig, ax = theme.canvas(left + column * len(names) + 0.35, top + step * (count + 1) + 0.3 + 0.1 * config.n_layer)
    title = f"Where {theme.printable(trace.tokens[position])} looks, head by head"
    theme.write(ax, 0.2, 0.24, title, weight="bold", fontsize=10.5)
    for i, name in enumerate(names):
        ax.text(
            left + (i + 0.5) * column, top - 0.1, name, rotation=90 * (len(name) > 2), ha="center", va="bottom",
            fontsize=9, parse_math=False, color=INK,
        )  # fmt: skip
    mean = rows.mean(0)
    labels = [f"L{i // config.n_head}H{i % config.n_head}" for i in range(count)]
    for i, (label, row) in enumerate(zip([*labels, "mean"], [*rows, mean], strict=True)):
        y = top + step * (i + 0.5) + 0.1 * min(i // config.n_head, config.n_layer)
        last = i == count
        if last:
            band = Rectangle((0.1, y - step / 2), left + column * len(names) + 0.15, step, color=theme.FAINT, lw=0)
            ax.add_artist(band)
        theme.write(ax, left - 0.1, y, label, ha="right", color=INK if last else MUTED, weight="bold")
        shown, most = row[first : position + 1], int(row[first : position + 1].argmax())
        full = 72 * min(step, column) * 0.95
        colors = [ACCENT if j == most else SLATE for j in range(len(shown))]
        x = [left + (j + 0.5) * column for j in range(len(shown))]
        ax.scatter(x, [y] * len(x), s=full**2 * shown.numpy(), c=colors, linewidths=0, zorder=3)
        ax.scatter(x, [y] * len(x), s=(0.1 * full) ** 2, c=QUIET, linewidths=0, zorder=2)
    found = len(set(rows.argmax(-1).tolist()))
    fig.words = (
        f"From {trace.tokens[position]!r}, {count} heads give most to {found} different tokens; their mean gives most, "
        f"{number(float(mean.max()))}, to {trace.tokens[int(mean.argmax())]!r}."
    )
    return fig
