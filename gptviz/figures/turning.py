"""The map in space: three turns of it on paper, and a plotly figure to turn with the mouse in a notebook."""

import json
import math
import os
from typing import Any

import torch
from plotly import graph_objects as go
from torch import Tensor

from ..geometry import Found, find, word_ids
from ..model import GPT
from ..tracing import shown
from . import theme
from .theme import ACCENT, INK, MUTED, QUIET, SLATE, Picture

STILLS = "GPTVIZ_STILLS"  # as in widgets/explorer.py: set to 1 by `make notebooks`
TURNS = (0, 40, 80)  # degrees, about the upright axis
TILT = 15  # degrees, towards the reader


class Turning(go.Figure):
    """A plotly figure with a picture and a sentence for where nothing turns: on paper, on GitHub, without a kernel.

    What a notebook keeps is the points, not plotly's JavaScript, which JupyterLab has; under `make notebooks` the
    picture instead.
    """

    def _ipython_display_(self) -> None:
        raise NotImplementedError  # IPython then asks for the MIME bundle

    def _repr_html_(self) -> None:
        """None: plotly's would hold all of its JavaScript."""

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None, validate: bool = True, **kwargs: Any) -> Any:
        still: Picture = self._still
        bundle, metadata = still._repr_mimebundle_()
        if os.environ.get(STILLS) != "1":
            del bundle["image/png"]  # beside a picture JupyterLab would draw the figure only once the mouse is on it
            bundle |= {"application/vnd.plotly.v1+json": json.loads(self.to_json())}
            metadata = {}
        return bundle, metadata


def turns(
    gpt: GPT, expression: str, cloud: Tensor, own: list[int], points: Tensor, total: Tensor | None, lines: list[Tensor]
) -> Picture:
    """The same points from three sides, turned about the upright axis.

    cloud: (words, 3), all words; points: (own, 3), those of the expression, ids `own`; total: (3,), where its sum is;
    lines: (2, 3) each, the step, the same step up to the sum, and the step to the answer.
    """
    from .embeddings import Taken, pretty

    found = find(gpt, expression)
    fig, ax = theme.canvas(9.0, 3.5)
    everything = torch.cat([cloud, points, *lines] + ([] if total is None else [total[None]]))
    middle = (everything.amax(0) + everything.amin(0)) / 2
    scale = 1.34 / float((everything - middle).norm(dim=-1).max())
    names = theme.labels(shown(gpt, own))
    for panel, degrees in enumerate(TURNS):
        x, y = 1.5 + 3.0 * panel, 1.75

        def place(xyz: Tensor, degrees: int = degrees, x: float = x, y: float = y) -> Tensor:
            seen = view(xyz - middle, degrees) * scale
            return torch.stack([x + seen[:, 0], y - seen[:, 1]], dim=-1)

        x_of, y_of = place(cloud).T.tolist()
        ax.scatter(x_of, y_of, s=1.6, color=QUIET, linewidths=0, zorder=1)
        taken = Taken((x - 1.5, 0.05, 3.0, 3.1))
        for i, line in enumerate(lines):
            start, end = place(line).tolist()
            ax.plot(*zip(start, end, strict=True), color=ACCENT, lw=1.3, ls=(0, (4, 2)) if i == 1 else "-", zorder=3)
            taken.along(start, end)
        labels = [(name.lstrip("␣"), token == found.best) for name, token in zip(names, own, strict=True)]
        for (_, best), spot in zip(labels, spots := place(points).tolist(), strict=True):
            ax.scatter(spot[0], spot[1], s=14, color=ACCENT if best else INK, linewidths=0, zorder=4)
            taken.add(spot, 0.04)
        if total is not None:
            labels.append((pretty(expression), True))
            [spot] = place(total[None]).tolist()
            spots.append(spot)
            ax.scatter(spot[0], spot[1], s=34, facecolors="none", edgecolors=ACCENT, linewidths=1.2, zorder=4)
            taken.add(spot, 0.05)
        for (name, best), spot in zip(labels, spots, strict=True):
            if free := taken.find(spot, name, 9.5, "normal", True):
                theme.write(ax, *free, name, color=ACCENT if best else INK, fontsize=9.5, zorder=5)
        theme.write(ax, x, 3.3, f"turned by {degrees}°", color=MUTED, fontsize=9.5, ha="center")
    told = ", ".join(token.strip() for token in shown(gpt, own))
    fig.words = f"{len(cloud):,} words as points in space, from three sides, with {told} among them"
    fig.words += "." if total is None else f"; a ring is where {pretty(expression)} lies."
    return fig


def view(points: Tensor, degrees: float) -> Tensor:
    """What one sees of points in space, turned about the second axis and tilted a little. (n, 3) → (n, 2)"""
    a, b = math.radians(degrees), math.radians(TILT)
    x, y, z = points.double().T
    right, away = x * math.cos(a) + z * math.sin(a), z * math.cos(a) - x * math.sin(a)
    return torch.stack([right, y * math.cos(b) - away * math.sin(b)], dim=-1)


def camera(degrees: float) -> dict[str, Any]:
    """Where plotly looks from to see the same as `view`; without perspective, so that parallel steps look parallel."""
    a, b = math.radians(degrees), math.radians(TILT)
    eye = {"x": -math.sin(a) * math.cos(b), "y": math.sin(b), "z": math.cos(a) * math.cos(b)}
    return {"eye": eye, "up": {"x": 0, "y": 1, "z": 0}, "projection": {"type": "orthographic"}}


def turning(gpt: GPT, expression: str, axes: Any, found: Found, dots: int) -> Turning:
    """See `embeddings.embeddings_3d`. axes: three of them; dots: at most so many words."""
    from .embeddings import pretty

    weight, ids = gpt.embed.weight.detach(), word_ids(gpt)[:dots]
    names = [token.strip() for token in shown(gpt, ids)]
    own = list(dict.fromkeys([*[i for _, i in found.terms], found.best]))

    def points(vectors: Tensor) -> Tensor:
        xyz = axes(vectors)
        return torch.nn.functional.pad(xyz, (0, 3 - xyz.shape[-1]))

    def spread(xyz: Tensor) -> dict[str, list[float]]:
        return dict(zip("xyz", xyz.T.tolist(), strict=True))

    cloud: Any = {"mode": "markers", "text": names, "hoverinfo": "text", "marker": {"size": 2, "color": SLATE}}
    texts = [token.strip() for token in shown(gpt, own)]
    inks, shapes = [ACCENT if i == found.best else INK for i in own], ["circle"] * len(own)
    all_words, own_words = points(weight[ids]), points(weight[own])
    total, marked = None, own_words
    if len(found.terms) > 1:  # where the sum lies: a ring
        total = points(found.vector)
        marked = torch.cat([own_words, total[None]])
        texts, inks, shapes = [*texts, pretty(expression)], [*inks, ACCENT], [*shapes, "circle-open"]
    dotted: Any = {"mode": "markers+text", "text": texts, "textposition": "top center"}
    dotted |= {"marker": {"size": 5, "color": inks, "symbol": shapes}, "textfont": {"size": 14, "color": inks}}
    traces = [
        go.Scatter3d(**spread(all_words), name="words", opacity=0.5, **cloud),
        go.Scatter3d(**spread(marked), name="expression", **dotted),
    ]
    lines = []
    if found.corners:
        b, c, a, d = (weight[i] for i in found.corners)
        for name, ends, dash in (
            ("step", (b, c), "solid"),
            ("the same step", (a, found.vector), "longdash"),
            ("step to the answer", (a, d), "solid"),
        ):
            lines.append(points(torch.stack(ends)))
            line = {"color": ACCENT, "width": 5, "dash": dash}
            traces.append(go.Scatter3d(**spread(lines[-1]), mode="lines", name=name, line=line))
    plain = {"showticklabels": False, "title": "", "showbackground": False}
    plain |= {"gridcolor": theme.FAINT, "zerolinecolor": QUIET}
    scene: Any = {"xaxis": plain, "yaxis": plain, "zaxis": plain, "aspectmode": "data", "camera": camera(TURNS[1])}
    margin = {"l": 0, "r": 0, "t": 40, "b": 0}
    layout: Any = {"title": pretty(expression), "scene": scene, "margin": margin, "height": 560, "showlegend": False}
    layout["font"] = {"color": INK}
    fig = Turning(traces, layout)
    fig._still = turns(gpt, expression, all_words, own, own_words, total, lines)
    return fig
