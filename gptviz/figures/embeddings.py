"""The words of a GPT as points: a map with the arrows of an analogy, what it finds, and how alike its two steps are."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import torch
from matplotlib import font_manager
from matplotlib.axes import Axes as Canvas
from matplotlib.font_manager import FontProperties
from matplotlib.patches import FancyArrowPatch, Rectangle
from matplotlib.patheffects import withStroke

from ..geometry import Axes, Found, axes_through, find, word_axes, word_ids
from ..model import GPT
from ..tracing import shown
from . import theme
from .distributions import number, percent
from .theme import ACCENT, FAINT, INK, MUTED, PAPER, QUIET, SECOND, Picture, bar
from .vectors import division

if TYPE_CHECKING:  # 0.3 s
    from .turning import Turning

MAP = (0.2, 0.86, 5.35, 4.2)  # left, top, width, height: inches
Spot = tuple[float, float]  # on the page
Box = tuple[float, float, float, float]  # left, top, right, bottom
ROWS = 12
DOTS = 4_000  # words at most, the often seen ones
NAMED = 24  # dots with a word beside them, at most: the nearest and the most frequent that have room


def embeddings(
    gpt: GPT, expression: str = "king - man + woman", through: Sequence[str] | None = None, zoom: float | None = None
) -> Picture:
    """A map of the words with what an expression adds up to, the words nearest to it, and the cosine of its two steps.

    through: words whose plane is the map, () for the two principal axes of all words; None takes the plane of the
    expression's words where they span one. zoom: 1 shows all words, None as many as leave the arrows large.
    """
    found = find(gpt, expression)
    axes = map_axes(gpt, found, through)
    ids = word_ids(gpt)[:DOTS]
    weight = gpt.embed.weight.detach()
    cloud = axes(weight[ids])[:, :2]
    fig, ax = theme.canvas(8.8, 5.75)
    theme.write(ax, 0.2, 0.3, pretty(expression), fontsize=13, weight="bold")
    best = found.best
    [answer] = theme.labels(shown(gpt, [best]))
    told = f"nearest, inputs left out: {answer.lstrip('␣')}   cosine {number(float(found.cosine[best]))}"
    theme.write(ax, 8.6, 0.3, told, ha="right", color=ACCENT, weight="bold")
    said = _says(gpt, axes, found, through)
    theme.write(ax, 0.2, 0.66, said, color=MUTED, fontsize=min(9.0, 9 * 125 / len(said)))  # long words: still one line

    # where a point of the space lies on the page
    own = [i for _, i in found.terms] + [best]
    points = torch.cat([axes(weight[own])[:, :2], axes(found.vector)[None, :2]])
    if len(found.terms) == 1:  # a word among its neighbours
        near = [i for i in found.order[:40].tolist() if i in ids][:8]
        points = torch.cat([axes(weight[near])[:, :2], points])
    elif len(found.terms) == 2:
        points = torch.cat([axes(torch.zeros_like(found.vector))[None, :2], points])
    low, high = view(cloud, points, zoom, MAP[2] / MAP[3])
    left, top, width, height = MAP
    scale = width / float(high[0] - low[0])

    def place(xy: torch.Tensor) -> Spot:
        return left + scale * float(xy[0] - low[0]), top + height - scale * float(xy[1] - low[1])

    ax.add_artist(Rectangle((left, top), width, height, facecolor="none", edgecolor=QUIET, linewidth=0.8))
    inside = ((cloud > low) & (cloud < high)).all(1)
    spots = {i: place(xy) for i, xy, on in zip(ids, cloud, inside.tolist(), strict=True) if on}
    spots |= {i: place(xy) for i, xy in zip(own, points[-len(own) - 1 :], strict=False)}
    others = [spot for i, spot in spots.items() if i not in own]
    if others:
        x, y = zip(*others, strict=True)
        ax.scatter(x, y, s=3, color=QUIET, linewidths=0, zorder=1)
    taken = Taken(MAP)
    sum_spot, zero = place(points[-1]), place(axes(torch.zeros_like(found.vector))[:2])
    for line in _arrows(ax, spots, found, sum_spot, zero):
        taken.along(*line)
    for i in dict.fromkeys(own):
        color = ACCENT if i == best else INK
        ax.scatter(*spots[i], s=26, color=color, linewidths=0, zorder=5)
        taken.add(spots[i], 0.05)
    if len(found.terms) > 1:
        ax.scatter(*sum_spot, s=44, facecolors="none", edgecolors=ACCENT, linewidths=1.4, zorder=5)
        taken.add(sum_spot, 0.03)
    if len(found.terms) > 1 and (spot := taken.find(sum_spot, pretty(expression), 9, "normal", True)):
        theme.write(ax, *spot, pretty(expression), color=ACCENT, fontsize=9, zorder=6)
    named = [(i, ACCENT if i == best else INK, 10, "bold") for i in dict.fromkeys(own)]
    near = [i for i in found.order[: 4 * ROWS].tolist() if i in spots and i not in own][:ROWS]
    named += [(i, MUTED, 9, "normal") for i in dict.fromkeys([*near, *ids[:400]]) if i in spots and i not in own]
    halo, count = [withStroke(linewidth=2.5, foreground=PAPER)], 0  # a word among dots stays readable
    for i, color, size, weight_ in named:
        if count == len(set(own)) + NAMED:
            break
        [word] = theme.labels(shown(gpt, [i]))
        apart = 0.03 if i in own else 0.08
        if spot := taken.find(spots[i], word.lstrip("␣"), size, weight_, i in own, apart):
            style: Any = {"color": color, "fontsize": size, "weight": weight_, "path_effects": halo, "zorder": 6}
            theme.write(ax, *spot, word.lstrip("␣"), **style)
            count += 1

    _list(ax, gpt, found)
    fig.words = words(gpt, expression, found)
    corners = found.corners
    theme.write(ax, 0.2, 5.42, _steps(gpt, corners) if corners else "", color=INK)
    return fig


def embeddings_3d(gpt: GPT, expression: str = "king - man + woman", through: Sequence[str] | None = None) -> "Turning":
    """The same in three dimensions, to turn with the mouse in a notebook cell (plotly); on paper, three turns of it."""
    from .turning import turning

    found = find(gpt, expression)
    return turning(gpt, expression, map_axes(gpt, found, through, n=3), found, DOTS)


def map_axes(gpt: GPT, found: Found, through: Sequence[str] | None = None, n: int = 2) -> Axes:
    """The axes of a map. through: None, the expression's own words where they span a plane, else principal axes."""
    if through is not None:
        return word_axes(gpt, through)
    if corners := found.corners:
        ids = corners[: n + 1]
    elif len(found.terms) == 2:
        ids = tuple(i for _, i in found.terms)
    else:
        return word_axes(gpt)
    try:
        return axes_through(gpt.embed.weight.detach()[list(ids)])
    except ValueError:  # one word twice
        return word_axes(gpt)


def view(
    cloud: torch.Tensor, points: torch.Tensor, zoom: float | None, aspect: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """The corners of what is seen, for points (count, 2): all of them at zoom 1, about the arrows when nearer."""
    both = torch.cat([cloud, points])
    low, high = both.min(0).values, both.max(0).values
    mine_low, mine_high = points.min(0).values, points.max(0).values

    def around(low: torch.Tensor, high: torch.Tensor, margin: float) -> torch.Tensor:
        return margin * torch.max((high - low) / torch.tensor([aspect, 1.0], dtype=low.dtype))  # a height

    whole = around(low, high, 1.25)
    suits = min(12.0, float(whole / around(mine_low, mine_high, 1.7).clamp_min(1e-9)))
    if zoom is None:
        zoom = max(1.0, suits)
    suits = max(1.5, suits)
    away = min(1.0, max(0.0, (suits - zoom) / (suits - 1)))
    centre = torch.lerp((mine_low + mine_high) / 2, (low + high) / 2, away)
    half = whole / zoom / 2 * torch.tensor([aspect, 1.0], dtype=low.dtype)
    return centre - half, centre + half


def pretty(expression: str) -> str:
    """An expression with true signs: "king − man + woman"."""
    return " ".join(expression.replace("-", " − ").replace("+", " + ").split())


def steps(gpt: GPT, corners: tuple[int, int, int, int]) -> tuple[float, float, float, float]:
    """The dot product, the two lengths and the cosine of woman − man and queen − king, ids as in `Found.corners`."""
    b, c, a, d = gpt.embed.weight.detach()[list(corners)].double()
    one, other = c - b, d - a
    dot, lengths = float(one @ other), (float(one.norm()), float(other.norm()))
    return dot, *lengths, dot / max(lengths[0] * lengths[1], 1e-12)


def words(gpt: GPT, expression: str, found: Found) -> str:
    """What the map says, in one sentence."""
    name = lambda i: shown(gpt, [i])[0].strip()  # noqa: E731
    kept = [i for i in found.order.tolist() if i not in found.inputs][:3]
    told = ", ".join(f"{name(i)} ({float(found.cosine[i]):.2f})" for i in kept)
    sentence = f"Nearest to {pretty(expression)}, by cosine and with the input words left out, are {told}"
    if len(found.terms) > 1:
        sentence += f"; with them the first is {name(int(found.order[0]))}"
    if corners := found.corners:
        b, c, a, d = map(name, corners)
        sentence += f". The cosine of {c} − {b} and {d} − {a} is {steps(gpt, corners)[3]:.2f}"
    return sentence + "."


def _says(gpt: GPT, axes: Axes, found: Found, through: Sequence[str] | None) -> str:
    """What the map's axes are, and how much they keep."""
    if len(axes.variance):
        kept = percent(float(axes.variance[:2].sum()))
        said = f"Map: the two principal axes of the words; they hold {kept} of their differences"
    elif through:
        said = f"Map: the plane through {', '.join(through)}"
        said += " and zero" if len(through) == 2 else ""
    elif len(found.terms) == 2:
        said = "Map: the plane through both words and zero"
    else:
        said = "Map: the plane through the three words, where the parallelogram has its true shape"
    if corners := found.corners:
        _, _, a, d = gpt.embed.weight.detach()[list(corners)]
        two = Axes(axes.origin, axes.directions[:2], axes.variance)
        [last, first] = (shown(gpt, [i])[0].strip() for i in (corners[3], corners[2]))
        said += f"; it keeps {percent(float(two.shown(d - a)))} of |{last} − {first}|"
    return said


def _steps(gpt: GPT, corners: tuple[int, int, int, int]) -> str:
    b, c, a, d = (theme.printable(token).lstrip("␣") for token in shown(gpt, list(corners)))
    dot, one, other, _ = steps(gpt, corners)
    return f"Are the two steps alike?   cos({c} − {b}, {d} − {a}) = {division(dot, one, other)}"


def _arrows(ax: Canvas, spots: dict[int, Spot], found: Found, total: Spot, zero: Spot) -> list[tuple[Spot, Spot]]:
    """Draw the steps, and the sides that make two of them a parallelogram; returns where lines now are."""

    def arrow(start: Spot, end: Spot, color: str, width: float, dash: Any = "-") -> None:
        style: Any = {"arrowstyle": "-|>,head_length=5,head_width=2.6", "shrinkA": 3, "shrinkB": 5, "mutation_scale": 1}
        ax.add_artist(
            FancyArrowPatch(
                start, end, color=color, linewidth=width, linestyle=dash, zorder=4, joinstyle="miter", **style
            )
        )

    if corners := found.corners:
        b, c, a, d = (spots[i] for i in corners)
        for one, other in ((b, a), (c, total)):
            ax.plot(*zip(one, other, strict=True), color=MUTED, lw=0.9, ls=(0, (4, 3)), zorder=3)
        arrow(b, c, INK, 1.8)
        arrow(a, total, INK, 1.8)
        arrow(a, d, ACCENT, 1.4, (0, (5, 2)))
        return [(b, a), (c, total), (b, c), (a, total), (a, d)]
    if len(found.terms) != 2:
        return []
    one, other = (spots[i] for _, i in found.terms)
    start, end = (other, one) if found.terms[1][0] < 0 else (one, other)
    if found.terms[1][0] < 0:  # a difference is an arrow, wherever it starts
        arrow(start, end, INK, 1.8)
        arrow(zero, total, INK, 1.8)
        ax.scatter(*zero, s=12, color=MUTED, marker="+", linewidths=1, zorder=5)
        return [(start, end), (zero, total)]
    for tip in (start, end):
        arrow(zero, tip, INK, 1.8)
        ax.plot(*zip(tip, total, strict=True), color=MUTED, lw=0.9, ls=(0, (4, 3)), zorder=3)
    return [(zero, start), (zero, end), (start, total), (end, total)]


def _list(ax: Canvas, gpt: GPT, found: Found) -> None:
    """The nearest tokens with their cosines; input words, which are usually left out, are hollow and without a rank."""
    x, bar_x, full, y = 6.2, 7.35, 0.8, 1.0
    theme.write(ax, 5.86, y - 0.06, "rank", color=MUTED, ha="center")
    theme.write(ax, x, y - 0.06, "nearest tokens", color=MUTED)
    theme.write(ax, 8.6, y - 0.06, "cosine", color=MUTED, ha="right")
    rank, y = 0, y + 0.25
    for i in found.order[: ROWS + 2].tolist():
        is_input, cosine = i in found.inputs, float(found.cosine[i])
        rank += not is_input
        first = rank == 1 and not is_input
        color = ACCENT if first else MUTED if is_input else INK
        [name] = theme.labels(shown(gpt, [i]), 13)
        theme.write(ax, 5.86, y, "input" if is_input else str(rank), color=MUTED, ha="center")
        theme.write(ax, x, y, name, color=color, weight="bold" if first else "normal")
        fill = FAINT if is_input else ACCENT if first else SECOND
        bar(ax, bar_x, y, full * max(0.0, cosine), fill, edge=QUIET if is_input else "none")
        theme.write(ax, 8.6, y, number(cosine), color=color, ha="right", weight="bold" if first else "normal")
        y += 0.278


class Taken:
    """Places of the map that hold a point, a label or a line already."""

    def __init__(self, box: tuple[float, float, float, float]) -> None:
        self.box, self.boxes, self.lines = box, list[Box](), list[Box]()

    def add(self, spot: Spot, radius: float) -> None:
        self.boxes.append((spot[0] - radius, spot[1] - radius, spot[0] + radius, spot[1] + radius))

    def along(self, start: Spot, end: Spot) -> None:
        """A line: labels keep off it."""
        count = int(math.dist(start, end) / 0.06) + 1
        for t in (step / count for step in range(count + 1)):
            x, y = start[0] + t * (end[0] - start[0]), start[1] + t * (end[1] - start[1])
            self.lines.append((x - 0.02, y - 0.02, x + 0.02, y + 0.02))

    def find(
        self, spot: Spot, text: str, size: float, weight: str, must: bool = False, apart: float = 0.03
    ) -> Spot | None:
        """Where beside a spot a label is free: its left end and the middle of its line. None if it is nowhere;
        one that must be shown may then cross a line. apart: how far it keeps from other labels."""
        font = font_manager.get_font(font_manager.findfont(FontProperties(family="DejaVu Sans", weight=weight)))
        font.set_size(size, 72)
        font.set_text(text)
        width, half = font.get_width_height()[0] / 64 / 72, 0.62 * size / 72
        x, y = spot
        left, top, wide, high = self.box
        off = 0.09 if size > 9 else 0.07
        places = [(x + off, y), (x - off - width, y)]
        for dy in (-half - off + 0.02, half + off - 0.02):
            places += [(x - width / 2, y + dy), (x + 0.02, y + dy), (x - width - 0.02, y + dy)]
            pushed_in = min(max(x - width / 2, left + apart), left + wide - width - apart - 0.01)
            places.append((pushed_in, y + dy))
        for obstacles in (self.boxes + self.lines, self.boxes)[: 1 + must]:
            for at_x, at_y in places:
                box = (at_x - apart, at_y - half - apart + 0.03, at_x + width + apart, at_y + half + apart - 0.03)
                within = box[0] >= left and box[2] < left + wide and box[1] > top and box[3] < top + high
                if within and not any(_meet(box, other) for other in obstacles):
                    self.boxes.append(box)
                    return at_x, at_y
        return None


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
