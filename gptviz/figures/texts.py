"""Pictures of a whole text: what each position predicts, which tokens were drawn, how a word's vectors part."""

import numpy as np
import torch

from ..sampling import distribution
from ..tracing import Trace, shown
from . import theme
from .distributions import at, entropy_bits, number, percent
from .theme import ACCENT, FAINT, INK, KEY, MUTED, QUERY, QUIET, SECOND, SECOND_INK, VALUE, Picture, bar


def every_position(trace: Trace) -> Picture:
    """One text, many predictions: at every token the likeliest next one, the one that came, and how open it was."""
    T = len(trace)
    fig, ax = theme.canvas(9.3, 0.85 + 0.27 * T)
    read_x, guess_x, came_x, bits_x, wide = 1.55, 3.15, 5.85, 7.75, 0.95
    most_bits = max(entropy_bits(row) for row in trace.probs)
    for x, words, ha in (
        (read_x, "after reading …", "right"),
        (guess_x, "its best guess", "right"),
        (came_x, "what came", "right"),
        (bits_x, "entropy, bits", "left"),
    ):
        theme.write(ax, x, 0.28, words, ha=ha, weight="bold", fontsize=9.5)
    right = 0
    for i, token in enumerate(trace.tokens):
        y, probs = 0.62 + 0.27 * i, trace.probs[i]
        last, best = i == T - 1, int(probs.argmax())
        theme.write(ax, read_x, y, theme.printable(token, 16), ha="right", fontsize=9.5)
        guess = theme.printable(shown(trace.gpt, [best])[0], 13)
        theme.write(ax, guess_x, y, guess, ha="right", color=SECOND_INK, fontsize=9.5)
        p = float(probs[best])
        bar(ax, guess_x + 0.12, y, wide * p, SECOND)
        theme.write(ax, guess_x + 0.17 + wide * p, y, percent(float(probs[best])), fontsize=9, color=MUTED)
        if last:
            theme.write(ax, came_x, y, "?", ha="right", weight="bold", color=ACCENT, fontsize=9.5)
        else:
            came = int(trace.ids[i + 1])
            right += came == best
            p = float(probs[came])
            theme.write(
                ax,
                came_x,
                y,
                theme.printable(trace.tokens[i + 1], 12),
                ha="right",
                fontsize=9.5,
                weight="bold" if came == best else "normal",
            )
            bar(ax, came_x + 0.12, y, wide * p, ACCENT)
            theme.write(ax, came_x + 0.17 + wide * p, y, percent(p), fontsize=9, color=MUTED)
        bits = entropy_bits(probs)
        bar(ax, bits_x, y, 1.05 * bits / most_bits, QUIET)
        theme.write(ax, bits_x + 0.05 + 1.05 * bits / most_bits, y, f"{bits:.1f}", fontsize=9, color=MUTED)
    fig.words = (
        f"{T} predictions from one text of {T} tokens; for {T - 1} of them one sees what came, and it was the best "
        f"guess {right} times."
    )
    return fig


def draws(trace: Trace, start: int, temperature: float = 1.0, most: int = 24) -> Picture:
    """A text being written: at each step all probabilities end to end from 0 to 100 %, and the token that was drawn.

    start: the position of the first token that was drawn; temperature: the one it was drawn at; most: steps to show.
    """
    start = at(trace, start)
    if start == 0:
        raise ValueError("start must be 1 or more: the first token of a text is given, not drawn")
    steps = range(start, min(len(trace), start + most))
    fig, ax = theme.canvas(9.3, 0.82 + 0.3 * len(steps))
    left, wide = 2.0, 5.3
    theme.write(ax, left - 0.12, 0.28, "drawn", ha="right", weight="bold", color=ACCENT, fontsize=10)
    theme.write(ax, left, 0.28, "all tokens end to end, the likeliest first", weight="bold", fontsize=10)
    theme.write(ax, left + wide + 0.15, 0.28, "the winner", weight="bold", fontsize=10)
    winners = 0
    for row, i in enumerate(steps):
        y, probs = 0.62 + 0.3 * row, distribution(trace.logits[i - 1], temperature)
        ranked = probs.sort(descending=True, stable=True)
        drawn = int(trace.ids[i])
        came = theme.printable(trace.tokens[i], 16)
        theme.write(ax, left - 0.12, y, came, ha="right", color=ACCENT, weight="bold", fontsize=10)
        bar(ax, left, y, wide, FAINT, height=0.22)
        x = left
        for token, p in zip(ranked.indices.tolist(), ranked.values.tolist(), strict=True):
            width, mine = p * wide, token == drawn
            if mine:
                bar(ax, x, y, max(width, 0.02), ACCENT, height=0.22, zorder=3)
            elif width > 0.02:
                ax.plot([x + width, x + width], [y - 0.11, y + 0.11], color=theme.PAPER, lw=0.9, zorder=2)
            name = theme.printable(shown(trace.gpt, [token])[0], 18)
            if width > 0.09 * len(name) + 0.08:
                color = theme.PAPER if mine else MUTED
                theme.write(ax, x + width / 2, y, name, ha="center", fontsize=9, color=color, zorder=4)
            x += width
        best = int(ranked.indices[0])
        winners += best == drawn
        words = (
            "was drawn"
            if best == drawn
            else f"{theme.printable(shown(trace.gpt, [best])[0], 12)} {percent(float(probs[best]))}"
        )
        theme.write(ax, left + wide + 0.15, y, words, color=MUTED if best == drawn else INK, fontsize=9.5)
    fig.words = f"{len(steps)} tokens drawn one after another; the likeliest one was drawn {winners} times."
    return fig


def parting(first: Trace, second: Trace, position: int) -> Picture:
    """How far a token's queries, keys and values are apart in two texts, block by block: 1 − cosine over all heads.

    position: where both texts have the same token. 0 is the same direction, 1 is unrelated.
    """
    position = at(first, position)
    if position >= len(second) or first.ids[position] != second.ids[position]:
        raise ValueError(f"both texts must have the same token at position {position}")
    layers = range(first.gpt.config.n_layer)
    fig, ax = theme.canvas(8.4, 0.95 + 0.8 * len(layers))
    left, wide = 1.3, 5.9
    gaps = {
        (name, layer): gap(getattr(first, name)[layer][:, position], getattr(second, name)[layer][:, position])
        for name in "qkv"
        for layer in layers
    }
    scale = wide / max(0.05, *gaps.values())
    token = theme.printable(first.tokens[position])
    theme.write(ax, left, 0.28, f"{token} in two texts: how far apart? (1 − cosine)", weight="bold")
    for layer in layers:
        top = 0.62 + 0.8 * layer
        theme.write(ax, left - 0.15, top + 0.2, f"block {layer}", ha="right", weight="bold")
        for row, (name, word, color) in enumerate((("q", "query", QUERY), ("k", "key", KEY), ("v", "value", VALUE))):
            y, value = top + 0.2 * row, gaps[name, layer]
            bar(ax, left, y, scale * value, color, height=0.14)
            theme.write(ax, left + scale * value + 0.07, y, f"{word} {number(value, 3)}", fontsize=8, color=color)
    worst = {name: gaps[name, len(layers) - 1] for name in "qkv"}
    fig.words = (
        f"{first.tokens[position]!r} in {first.text!r} and {second.text!r}: in block 0 query, key and value are the "
        f"same to {max(gaps[n, 0] for n in 'qkv'):.0e}; in the last block they "
        f"differ by {worst['q']:.2f}, {worst['k']:.2f} and {worst['v']:.2f}."
    )
    return fig


def gap(a: torch.Tensor, b: torch.Tensor) -> float:
    """1 − cosine of two tensors of one shape, read as one long vector each."""
    return float(1 - torch.cosine_similarity(a.flatten().double(), b.flatten().double(), dim=0))


def patches(image: Picture, size_px: int = 70) -> Picture:
    """Another picture, cut into squares as a vision transformer cuts an image into tokens (Dosovitskiy et al. 2021).

    Where the picture ends within a square, its edge goes on to the end of the square.
    """
    pixels = image.pixels()  # (H, W, 3)
    if not 0 < size_px <= min(pixels.shape[:2]):
        raise ValueError(f"size_px must be 1..{min(pixels.shape[:2])} for this picture, got {size_px}")
    rows, columns = (-(-side // size_px) for side in pixels.shape[:2])
    missing = [(0, rows * size_px - pixels.shape[0]), (0, columns * size_px - pixels.shape[1]), (0, 0)]
    pixels = np.pad(pixels, missing, mode="edge")
    wide = 8.6 / columns
    fig, ax = theme.canvas(9.0, 0.55 + rows * wide)
    limits = ax.get_xlim(), ax.get_ylim()
    cut = pixels.reshape(rows, size_px, columns, size_px, 3).swapaxes(1, 2)
    for row in range(rows):
        for column in range(columns):
            x, y = 0.2 + column * wide, 0.45 + row * wide
            ax.imshow(cut[row, column], extent=(x, x + 0.9 * wide, y + 0.9 * wide, y), aspect="auto", zorder=2)
            bar(ax, x - 0.02 * wide, y + 0.45 * wide, 0.94 * wide, QUIET, height=0.94 * wide)
    ax.set(xlim=limits[0], ylim=limits[1])
    n = rows * columns
    words = f"{rows} × {columns} = {n} squares of {size_px} × {size_px} pixels: a text of {n} tokens"
    theme.write(ax, 0.2, 0.22, words, weight="bold")
    fig.words = words + ", each a list of " + f"{3 * size_px**2:,} numbers."
    return fig
