"""One head as a picture: who looks at whom, and the row of one token, key by key; and all heads as small multiples."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, LinearSegmentedColormap, to_hex, to_rgb
from matplotlib.patches import Rectangle
from torch import Tensor

from ..probes.heads import head_roles, layer_patterns, telling_look
from ..tracing import Trace
from . import theme
from .distributions import number, percent
from .theme import ACCENT, ACCENT_PALE, FAINT, INK, KEY, MUTED, PAPER, QUERY, QUIET, SLATE, VALUE, Picture, bar

WIDTH = 12.8  # inches
MOST = 24  # tokens
ROW_IN = 0.26
NAME_X, GRID_X = 1.25, 1.35
KEY_X, STRIP, GAP = 7.2, 0.95, 0.11
VALUE_W = 0.8
ROLES = {
    "previous": "previous token",
    "first": "first token",
    "induction": "induction",
    "copying": "copying",
    "adjective": "adjective",
    "reference": "reference",
}
LEAST_ROLE = 0.25  # of a head's attention: below it, a role is not worth a name


def attention(
    trace: Trace, layer: int | None = None, head: int | None = None, query: int | None = None, key: int | None = None
) -> Picture:
    """Left: a head's weights, dot area = weight, each row sums to 1. Right: the row of one token: for every key, the
    query · key, number by number, their sum, ÷ √d_head, the weight, the value it hands over, and what they mix to.

    What is not given is where the largest weight on an earlier token is. Of a long text the 24 tokens are drawn that
    the chosen one gives most to.
    """
    layer, head, query, key = telling_look(trace, layer, head, query, key)
    at = layer, head
    T, d = len(trace), trace.gpt.config.d_head
    pattern, scores, scaled = trace.pattern[at], trace.scores[at], trace.scaled[at]
    rows = list(range(T))
    if T > MOST:
        heavy = [j for j in pattern[query].argsort(descending=True).tolist() if j not in (query, key)]
        rows = sorted({query, key, *heavy[: MOST - len({query, key})]})
    n = len(rows)
    side = min(4.6, max(2.2, n * ROW_IN))
    step = side / n
    table_step = max(step, 0.2)
    top = 1.5
    fig, ax = theme.canvas(WIDTH, top + max(side, n * table_step) + 0.72)
    names = theme.labels([trace.tokens[i] for i in rows], 14)
    asks, asked = (theme.printable(trace.tokens[i], 14) for i in (query, key))
    theme.write(ax, 0.3, 0.3, f"layer {layer}, head {head}", weight="bold", fontsize=11)
    some = f"{n} of {T} tokens: those {asks} gives most to" if n < T else "each row sums to 1, dot area = weight"
    theme.write(ax, GRID_X + 0.75, 0.3, some, color=MUTED)
    _grid(ax, pattern[rows][:, rows].numpy(), names, rows.index(query), rows.index(key), top, side)

    product_x, raw_x = KEY_X + STRIP + GAP, KEY_X + 2 * STRIP + GAP + 0.57
    scaled_x, weight_x = raw_x + 0.52, raw_x + 0.64
    value_x = WIDTH - 0.2 - VALUE_W
    q, k, v = trace.q[at][query].numpy(), trace.k[at][rows].numpy(), trace.v[at][rows].numpy()
    table_top = top
    for x, words, color, ha in (
        (KEY_X, "key", KEY, "left"),
        (product_x, "query × key", INK, "left"),
        (raw_x, "sum", MUTED, "right"),
        (scaled_x, f"÷ √{d}", MUTED, "right"),
        (weight_x, "weight", ACCENT, "left"),
        (value_x, "value", VALUE, "left"),
    ):
        theme.write(
            ax, x, table_top - 0.16, words, color=color, ha=ha, weight="bold" if color in (KEY, VALUE) else "normal"
        )
    theme.write(ax, product_x, table_top - 0.47, f"query {asks}", color=QUERY, weight="bold")
    _strip(ax, q, KEY_X, table_top - 0.56, STRIP, 0.18, _hued(QUERY))
    products = q * k
    for i, j in enumerate(rows):
        y = table_top + (i + 0.5) * table_step
        ahead, chosen = j > query, j == key
        tone = ACCENT if chosen else MUTED if ahead else INK
        style: dict = {"color": tone, "weight": "bold" if chosen else "normal", "fontsize": 8.5}
        if chosen:
            band = Rectangle(
                (KEY_X - 1.3, y - table_step / 2), WIDTH - KEY_X + 1.15, table_step, color=ACCENT_PALE, lw=0
            )
            ax.add_artist(band)
        tall = table_step - 0.05
        theme.write(ax, KEY_X - 0.12, y, names[i], ha="right", **style)
        _strip(ax, k[i], KEY_X, y - tall / 2, STRIP, tall, _hued(KEY), float(np.abs(k).max()), ahead)
        _strip(
            ax, products[i], product_x, y - tall / 2, STRIP, tall, theme.DIVERGING, float(np.abs(products).max()), ahead
        )
        _strip(ax, v[i], value_x, y - tall / 2, VALUE_W, tall, _hued(VALUE), float(np.abs(v).max()), ahead)
        theme.write(ax, raw_x, y, number(float(scores[query, j])), ha="right", **style)
        theme.write(ax, scaled_x, y, "−∞" if ahead else number(float(scaled[query, j])), ha="right", **style)
        w = float(pattern[query, j])
        if not ahead:
            bar(ax, weight_x, y, (value_x - weight_x - 0.72) * w, ACCENT if chosen else SLATE, height=min(0.15, tall))
        theme.write(ax, value_x - 0.1, y, percent(w), ha="right", **style)
    y = table_top + n * table_step + 0.16
    theme.write(
        ax, value_x - 0.1, y, f"Σ {percent(round(float(pattern[query][rows].sum()), 6))}", ha="right", color=ACCENT
    )
    _strip(ax, trace.z[at][query].numpy(), value_x, y - 0.09, VALUE_W, 0.18, _hued(VALUE))
    theme.write(ax, scaled_x, y, "sum, and mix of the values", ha="right", color=MUTED)
    fig.words = (
        f"In head {head} of layer {layer}, {trace.tokens[query]!r} gives {trace.tokens[key]!r} a weight of "
        f"{percent(float(pattern[query, key]))}: query · key = {number(float(scores[query, key]))}, ÷ √{d} = "
        f"{number(float(scaled[query, key]))}, then softmax over the {query + 1} tokens it may look at."
    )
    return fig


def _grid(ax: Axes, weights: np.ndarray, names: list[str], query: int, key: int, top: float, side: float) -> None:
    """Rows look, columns are looked at; nobody looks ahead."""
    n, cell = len(names), side / len(names)
    style = {"color": ACCENT_PALE, "lw": 0, "zorder": 0}
    ax.add_artist(Rectangle((GRID_X, top + query * cell), side, cell, **style))
    ax.add_artist(Rectangle((GRID_X + key * cell, top), cell, side, **style))
    ax.add_artist(Rectangle((GRID_X, top), side, side, fill=False, edgecolor=QUIET, lw=0.8))
    i, j = np.tril_indices(n)
    full = 72 * min(cell, 0.42)
    x, y = GRID_X + (j + 0.5) * cell, top + (i + 0.5) * cell
    ax.scatter(x, y, s=(0.12 * full) ** 2, c=QUIET, linewidths=0, zorder=2)
    colors = [
        ACCENT if (r, c) == (query, key) else "#8a6ad0" if r == query else SLATE for r, c in zip(i, j, strict=True)
    ]
    ax.scatter(x, y, s=full**2 * weights[i, j], c=colors, linewidths=0, zorder=3)
    size = min(8.5, 72 * cell * 0.85)
    for at, name in enumerate(names):
        tone = {"color": ACCENT, "weight": "bold"} if at == query else {}
        theme.write(ax, NAME_X, top + (at + 0.5) * cell, name, ha="right", fontsize=size, **tone)
        tone = {"color": KEY, "weight": "bold"} if at == key else {}
        ax.text(
            GRID_X + (at + 0.5) * cell - 0.03, top - 0.05, name, rotation=90, ha="center", va="bottom",
            fontsize=size, parse_math=False, **({"color": INK} | tone),
        )  # fmt: skip


def _strip(
    ax: Axes, cells: np.ndarray, x: float, y: float, width: float, height: float, colors: Colormap,
    largest: float = 0.0, pale: bool = False,
) -> None:  # fmt: skip
    """A vector as coloured cells, white = 0."""
    shades = colors(cells / (largest or float(np.abs(cells).max()) or 1.0) / 2 + 0.5)[None]  # (1, d, 4)
    limits = ax.get_xlim(), ax.get_ylim()
    ax.imshow(
        shades, extent=(x, x + width, y + height, y), aspect="auto", interpolation="nearest", zorder=2,
        alpha=0.35 if pale else 1.0,
    )  # fmt: skip
    ax.set(xlim=limits[0], ylim=limits[1])


def _hued(hue: str) -> Colormap:
    """White at 0, the role's hue above it, grey below."""
    red, green, blue = to_rgb(hue)
    pale = to_hex(((1 + red) / 2, (1 + green) / 2, (1 + blue) / 2))
    return LinearSegmentedColormap.from_list(hue, ["#5b6270", "#b9bec8", "#ffffff", pale, hue])


def heads(trace: Trace, roles: Mapping[str, Tensor] | None = None) -> Picture:
    """Every head of every layer as a small pattern, with the role that it was measured to have, and its score.

    roles: role → (layer, head) scores, as `probes.heads.head_roles` measures them, which is done here without them.
    Darker is a larger weight, on a scale of square roots; a row of a picture is a token that looks.
    """
    config, T = trace.gpt.config, len(trace)
    roles = head_roles(trace.gpt) if roles is None else roles
    L, H = config.n_layer, config.n_head
    side = max(0.62, min(1.7, 10.6 / H - 0.22))
    small = side < 1.1
    size = 7 if small else 9
    across, down = side + 0.22, side + 0.4
    width = max(5.2, 0.75 + H * across)
    fig, ax = theme.canvas(width, 0.7 + L * down)
    theme.write(ax, 0.2, 0.28, f"{L * H} heads, {T} tokens", weight="bold", fontsize=10.5)
    theme.write(ax, 2.3, 0.28, "rows look, columns are looked at", color=MUTED)
    shades = LinearSegmentedColormap.from_list("weights", [PAPER, "#c9b8f0", ACCENT])
    ahead = np.triu(np.ones((T, T), dtype=bool), 1)
    named = []
    for layer in range(L):
        patterns = layer_patterns(trace, layer).numpy()
        y = 0.68 + layer * down
        theme.write(ax, 0.2, y + side / 2, f"L{layer}", color=MUTED, weight="bold")
        for head in range(H):
            x = 0.62 + head * across
            image = shades(np.sqrt(patterns[head]))
            image[ahead] = (*to_rgb(FAINT), 1)
            limits = ax.get_xlim(), ax.get_ylim()
            ax.imshow(image, extent=(x, x + side, y + side, y), aspect="auto", interpolation="nearest", zorder=1)
            ax.set(xlim=limits[0], ylim=limits[1])
            ax.add_artist(Rectangle((x, y), side, side, fill=False, edgecolor=QUIET, lw=0.6, zorder=2))
            role, score = best_role(roles, layer, head)
            strong = score >= LEAST_ROLE
            words = f"{ROLES[role][:4] if small else ROLES[role]} {score:.2f}" if strong else "–"
            theme.write(ax, x, y + side + 0.11, words, fontsize=size, color=ACCENT if strong else MUTED)
            if layer == 0:
                theme.write(ax, x + side / 2, y - 0.1, f"H{head}", ha="center", color=MUTED, fontsize=size)
            if strong:
                named.append((score, f"L{layer}H{head} {ROLES[role]} ({score:.2f})"))
    said = ", ".join(words for _, words in sorted(named, reverse=True)[:5]) or "none above a quarter of the attention"
    fig.words = f"The {L * H} heads of {L} layers on {T} tokens of text. Measured roles, the clearest first: {said}."
    return fig


def best_role(roles: Mapping[str, Tensor], layer: int, head: int) -> tuple[str, float]:
    """The role in which a head scores highest, and that score."""
    score, role = max((float(table[layer, head]), role) for role, table in roles.items())
    return role, score
