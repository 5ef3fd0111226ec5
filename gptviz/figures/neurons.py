"""The MLP of one layer: which neurons fire at which token, what one of them asks for, what it adds, what follows."""

import torch
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from ..geometry import promoted
from ..probes.knockouts import either, kl_bits, probs_after, probs_at
from ..probes.neurons import chosen_neuron, excited_by, most_active
from ..tracing import Trace, shown
from . import theme
from .distributions import at, number, percent
from .theme import ACCENT, BELOW, FAINT, INK, MUTED, QUIET, SECOND, SLATE, Picture, bar

ROWS = 19  # tokens
CELL = 0.185
GRID_X, TOP = 1.3, 0.95
RIGHT_X, WIDTH = 5.35, 9.9


def neurons(
    trace: Trace,
    layer: int | None = None,
    neuron: int | None = None,
    position: int = -1,
    scale: float = 0.0,
    columns: int = 18,
) -> Picture:
    """Tokens × the most active neurons of a layer; one neuron's question and answer; the prediction with it scaled.

    layer, neuron: unless given, the one without which the prediction after `position` moves most, of those that push
    the likeliest token up most by themselves. scale: the factor of its activation in the second set of bars, at every
    token; 0 switches it off.
    """
    position = at(trace, position)
    layer, neuron = chosen_neuron(trace, layer, neuron, position)
    shown_neurons = most_active(trace, layer, columns)
    if neuron not in shown_neurons:
        shown_neurons[-1] = neuron
    last = min(len(trace), max(position + 1, ROWS))
    rows = list(range(max(0, last - ROWS), last))
    part = f"L{layer}N{neuron}"

    fig, ax = theme.canvas(WIDTH, TOP + max(len(rows) * CELL, 3.35) + 2.75)
    _grid(ax, trace, layer, rows, shown_neurons, (position, neuron))
    theme.write(ax, RIGHT_X, 0.28, f"Neuron {neuron} of layer {layer}", weight="bold", fontsize=10, color=ACCENT)
    y = _question(ax, trace, layer, neuron)
    _answer(ax, trace, layer, neuron, y + 0.32)
    bits = _after(ax, trace, part, scale, position, fig.get_figheight() - 2.45)
    value = float(trace.neurons[layer][position, neuron])
    up = shown(trace.gpt, [int(promoted(trace.gpt, layer, neuron).argmax())])[0]
    how = "switched off" if scale == 0 else f"times {scale:g}"
    fig.words = (
        f"Neuron {neuron} of layer {layer} fires with {number(value)} at {trace.tokens[position]!r} of {trace.text!r}; "
        f"its column pushes {up!r} up most. With it {how}, the next-token distribution moves by {bits:.3f} bits."
    )
    return fig


def _grid(ax: Axes, trace: Trace, layer: int, rows: list[int], numbers: list[int], chosen: tuple[int, int]) -> None:
    values = trace.neurons[layer][rows][:, numbers]
    largest = float(values.abs().max().clamp_min(1e-9))
    theme.write(ax, 0.2, 0.28, f"Layer {layer}: tokens × its most active neurons, after GELU", weight="bold")
    for c, which in enumerate(numbers):
        strong = which == chosen[1]
        style = {"color": ACCENT, "weight": "bold"} if strong else {"color": MUTED}
        x = GRID_X + (c + 0.5) * CELL
        ax.text(x, TOP - 0.07, str(which), rotation=90, ha="center", va="bottom", fontsize=7, **style)
    for r, i in enumerate(rows):
        y, here = TOP + (r + 0.5) * CELL, i == chosen[0]
        style = {"color": ACCENT, "weight": "bold"} if here else {"color": INK}
        theme.write(ax, GRID_X - 0.08, y, theme.printable(trace.tokens[i], 13), ha="right", fontsize=8, **style)
        for c in range(len(numbers)):
            color = theme.DIVERGING(0.5 + 0.5 * float(values[r, c]) / largest)
            cell = Rectangle((GRID_X + c * CELL, y - CELL / 2), CELL - 0.012, CELL - 0.012, facecolor=color)
            cell.set(linewidth=0.3, edgecolor=FAINT)
            ax.add_patch(cell)
    height, width = len(rows) * CELL, len(numbers) * CELL
    outline = {"facecolor": "none", "edgecolor": ACCENT, "linewidth": 1.2, "zorder": 3}
    column = numbers.index(chosen[1])
    ax.add_artist(Rectangle((GRID_X + column * CELL - 0.006, TOP - 0.006), CELL, height, **outline))
    ax.add_artist(Rectangle((GRID_X - 0.006, TOP + rows.index(chosen[0]) * CELL - 0.006), width, CELL, **outline))


def _question(ax: Axes, trace: Trace, layer: int, neuron: int) -> float:
    found, sampled = excited_by(trace, layer, neuron, 6)
    source = "in unseen texts of its world" if sampled else "in this text (no corpus known)"
    theme.write(ax, RIGHT_X, 0.58, "Its question:", weight="bold")
    theme.write(ax, RIGHT_X + 0.98, 0.58, f"what excites it most, {source}", color=MUTED, fontsize=8)
    y = 0.85
    for context in found:
        theme.write(ax, RIGHT_X + 0.38, y, number(context.value), ha="right", color=MUTED, fontsize=8)
        before = theme.printable(context.before, 200).replace("␣", " ").strip()
        before = before if len(before) <= 26 else "… " + before[-24:].partition(" ")[2]
        theme.write(ax, RIGHT_X + 2.42, y, before, ha="right", fontsize=8, color=MUTED)
        token = theme.printable(context.token.strip(" ") or context.token, 11)
        theme.write(ax, RIGHT_X + 2.48, y, token, fontsize=8, color=ACCENT, weight="bold")
        after = theme.printable(context.after, 14).replace("␣", " ").strip()
        theme.write(ax, RIGHT_X + 3.32, y, after, fontsize=8, color=MUTED)
        y += 0.215
    return y


def _answer(ax: Axes, trace: Trace, layer: int, neuron: int, y: float, rows: int = 6) -> None:
    words = promoted(trace.gpt, layer, neuron)
    order = words.argsort(descending=True, stable=True)
    theme.write(ax, RIGHT_X, y, "Its answer:", weight="bold")
    theme.write(ax, RIGHT_X + 0.85, y, "what its column of W_down pushes up, and down, in W_U", color=MUTED, fontsize=8)
    largest = float(words[order[[0, -1]]].abs().max())
    for ids, x, color in ((order[:rows], RIGHT_X + 0.95, ACCENT), (order.flip(0)[:rows], RIGHT_X + 3.2, BELOW)):
        for i, (name, value) in enumerate(zip(shown(trace.gpt, ids.tolist()), words[ids].tolist(), strict=True)):
            at_y, width = y + 0.27 + 0.225 * i, 0.72 * abs(value) / largest
            theme.write(ax, x - 0.07, at_y, theme.printable(name, 13), ha="right", fontsize=8)
            bar(ax, x, at_y, width, color, height=0.14)
            theme.write(ax, x + width + 0.05, at_y, number(value), fontsize=7.5, color=MUTED)


def _after(ax: Axes, trace: Trace, part: str, scale: float, position: int, y: float, rows: int = 8) -> float:
    """The next-token bars as they are and with the neuron scaled. Returns the KL divergence between them, in bits."""
    before = probs_at(trace, position)
    after = probs_after(trace, position, scale={part: scale})
    bits = float(kl_bits(before, after))
    ids = either(before, after, rows)
    ax.plot([0.2, WIDTH - 0.2], [y - 0.2, y - 0.2], color=QUIET, lw=0.8)
    token = theme.printable(trace.tokens[position], 14)
    theme.write(ax, 0.2, y + 0.03, f"What comes after {token}", weight="bold")
    theme.write(ax, WIDTH - 0.2, y + 0.03, f"KL divergence {bits:.3f} bits", ha="right", color=MUTED)
    scale_in = 3.0 / float(torch.maximum(before, after)[ids].max())
    how = "switched off" if scale == 0 else f"× {scale:g}"
    for x, heading, probs, color in (
        (1.75, "as it is", before, SLATE),
        (6.0, f"{part} {how}", after, SECOND),
    ):
        theme.write(ax, x, y + 0.28, heading, weight="bold", fontsize=8.5, color=INK if probs is before else ACCENT)
        for i, (name, p) in enumerate(zip(shown(trace.gpt, ids), probs[ids].tolist(), strict=True)):
            at_y = y + 0.52 + 0.215 * i
            if probs is before:
                theme.write(ax, x - 0.1, at_y, theme.printable(name, 15), ha="right", fontsize=8.5)
            bar(ax, x, at_y, scale_in * p, color, height=0.15)
            theme.write(ax, x + scale_in * p + 0.06, at_y, percent(p), fontsize=8, color=MUTED)
    return bits
