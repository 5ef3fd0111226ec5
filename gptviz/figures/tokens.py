"""Pictures of cutting a text: how merges build a word, and the tokens of a text with their numbers."""

from ..model import GPT
from ..tokenizer import Tokenizer
from ..tracing import RARELY
from . import theme
from .theme import ACCENT, ACCENT_PALE, BELOW, FAINT, INK, MUTED, QUIET, Picture, bar

PIECE_FILL, BYTE_FILL = "#dfe6f3", "#f8e4cc"  # part of a word, part of a character


def merges(gpt: GPT, text: str) -> Picture:
    """A word being built: first its bytes, then one row for each merge, with its rank; the last row are the tokens.

    Each piece stands below the pieces it was glued from. text: a word or two, with the space before it if it has one.
    """
    tokenizer = known(gpt)
    steps = tokenizer.build(text)
    base = theme.labels(steps[0][1])
    if not 1 <= len(base) <= 32:
        raise ValueError(f"text must have 1 to 32 bytes to be drawn, got {len(base)}")
    wide = [max(0.34, 0.085 * len(name) + 0.14) for name in base]
    left, last = 2.15, len(steps) - 1
    edge = [left + sum(wide[:i]) for i in range(len(base) + 1)]
    fig, ax = theme.canvas(max(6.4, edge[-1] + 0.2), 0.5 + 0.36 * (len(steps) + 1))
    theme.write(ax, left - 0.15, 0.25, "merge, its rank", ha="right", weight="bold")
    theme.write(ax, left, 0.25, "pieces", weight="bold")
    sizes, before = [1] * len(base), steps[0][1]
    for row, (rank, pieces) in enumerate(steps):
        y, new = 0.6 + 0.36 * row, -1
        if rank is not None:
            new = next(i for i, (one, other) in enumerate(zip(before, pieces, strict=False)) if one != other)
            sizes[new : new + 2] = [sum(sizes[new : new + 2])]
            one, other = theme.labels(before[new : new + 2])
            theme.write(ax, left - 0.75, y, f"{one} + {other}", ha="right")
            theme.write(ax, left - 0.15, y, f"{rank:,}", ha="right", color=MUTED)
        else:
            theme.write(ax, left - 0.15, y, "one byte each", ha="right", color=MUTED)
        start = 0
        for i, (piece, size) in enumerate(zip(pieces, sizes, strict=True)):
            x, width = edge[start], edge[start + size] - edge[start]
            fill = ACCENT_PALE if i == new else FAINT
            bar(ax, x + 0.03, y, width - 0.06, fill, height=0.27, edge=ACCENT if i == new else QUIET)
            style = {"color": ACCENT, "weight": "bold"} if i == new else {"color": INK}
            theme.write(ax, x + width / 2, y, theme.printable(piece, 24), ha="center", **style)
            start += size
        before = pieces
    y, start = 0.6 + 0.36 * (last + 1), 0
    theme.write(ax, left - 0.15, y, "numbers of the tokens", ha="right", color=MUTED)
    for token, size in zip(tokenizer.encode(text), sizes, strict=True):
        theme.write(ax, (edge[start] + edge[start + size]) / 2, y, str(token), ha="center", color=MUTED)
        start += size
    pieces = steps[-1][1]
    named = f"{len(pieces)} tokens" if len(pieces) > 1 else "one token"
    fig.words = f"{text!r}: {len(base)} bytes, glued by {last} merges into {named}: {', '.join(map(repr, pieces))}."
    return fig


def tokens(gpt: GPT, text: str) -> Picture:
    """A text as its tokens, each with its number in the vocabulary: whole words, pieces of words, single bytes.

    A dashed border: training hardly ever saw this token.
    """
    tokenizer = known(gpt)
    ids = tokenizer.encode(text)
    if not ids:
        raise ValueError("text must have at least one character to be cut")
    shown = tokenizer.tokens(ids)
    kinds, seen = kinds_of(shown), gpt.token_counts
    fills = {"word": ACCENT_PALE, "piece": PIECE_FILL, "byte": BYTE_FILL, "sign": FAINT}
    said = {"word": "a whole word", "piece": "a piece of a word", "byte": "a byte of a character", "sign": "other"}
    names = theme.labels(shown, 20)
    spots, x, row = [], 0.2, 0
    for name, token in zip(names, ids, strict=True):
        wide = max(0.094 * len(name), 0.09 * len(str(token))) + 0.2
        if x + wide > 8.7:
            x, row = 0.2, row + 1
        spots.append((x, row, wide))
        x += wide + 0.05
    fig, ax = theme.canvas(8.9, 1.45 + 0.62 * row)
    for name, token, kind, (x, row, wide) in zip(names, ids, kinds, spots, strict=True):
        y = 0.75 + 0.62 * row
        rare = seen is not None and int(seen[token]) < RARELY
        bar(ax, x, y, wide, fills[kind], height=0.29)
        sides = ([x, x + wide, x + wide, x, x], [y - 0.145, y - 0.145, y + 0.145, y + 0.145, y - 0.145])
        ax.plot(*sides, color=BELOW if rare else QUIET, lw=1.2 if rare else 0.6, ls=(0, (3, 2)) if rare else "-")
        theme.write(ax, x + wide / 2, y, name, ha="center", fontsize=10)
        theme.write(ax, x + wide / 2, y + 0.26, str(token), ha="center", color=MUTED, fontsize=9.5)
    theme.write(ax, 0.2, 0.25, f"{len(ids)} tokens for {len(text)} characters", weight="bold", fontsize=10)
    x, y = 0.2, 1.27 + 0.62 * row
    for kind in [kind for kind in said if kind in kinds]:
        bar(ax, x, y, 0.22, fills[kind], edge=QUIET)
        theme.write(ax, x + 0.29, y, said[kind], color=MUTED, fontsize=9.5)
        x += 0.5 + 0.076 * len(said[kind])
    rare_ones = 0 if seen is None else sum(int(seen[token]) < RARELY for token in ids)
    if rare_ones:
        ax.plot([x, x + 0.25], [y, y], color=BELOW, lw=1.2, ls=(0, (3, 2)))
        theme.write(ax, x + 0.32, y, "hardly seen in training", color=MUTED, fontsize=9.5)
    counts = ", ".join(f"{kinds.count(kind)} × {said[kind]}" for kind in said if kind in kinds)
    fig.words = f"{text!r} is cut into {len(ids)} tokens ({counts}): " + ", ".join(map(repr, shown)) + "."
    return fig


def kinds_of(tokens: list[str]) -> list[str]:
    """Of each token: "word", a whole one; "piece", part of one; "byte", part of a character; "sign", anything else."""
    kinds: list[str] = []
    for i, token in enumerate(tokens):
        word = token.removeprefix(" ")
        after, before = tokens[i + 1][:1] if i + 1 < len(tokens) else "", tokens[i - 1][-1:] if i else ""
        goes_on = token[-1:].isalpha() and (after.isalpha() or after == "⟨")
        begun = token[:1].isalpha() and (before.isalpha() or before in ("⟩", "'"))
        if token.startswith("⟨") and token.endswith("⟩"):
            kinds.append("byte")
        elif not word.isalpha():
            kinds.append("sign")
        else:
            kinds.append("piece" if goes_on or begun else "word")
    return kinds


def known(gpt: GPT) -> Tokenizer:
    if gpt.tokenizer is None:
        raise ValueError("this GPT has no tokenizer, so it knows no words")
    return gpt.tokenizer
