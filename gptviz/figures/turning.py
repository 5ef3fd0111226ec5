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


def turns(gpt: GPT, expression: str, cloud: Tensor, own: list[int], points: Tensor, lines: list[Tensor]) -> Picture:
    """The same points from three sides, turned about the upright axis.

    cloud: (words, 3), all words; points: (own, 3), those of the expression, ids `own`; lines: (2, 3) each.
    """
    found = find(gpt, expression)
    fig, ax = theme.canvas(8.9, 3.35)
    everything = torch.cat([cloud, points, *lines])
    middle = (everything.amax(0) + everything.amin(0)) / 2
    scale = 1.4 / float((everything - middle).norm(dim=-1).max())
    for panel, degrees in enumerate(TURNS):
        x, y = 1.5 + 2.95 * panel, 1.75

        def place(xyz: Tensor, degrees: int = degrees, x: float = x, y: float = y) -> Tensor:
            seen = view(xyz - middle, degrees) * scale
            return torch.stack([x + seen[:, 0], y - seen[:, 1]], dim=-1)

        x_of, y_of = place(cloud).T.tolist()
        ax.scatter(x_of, y_of, s=1.6, color=QUIET, linewidths=0, zorder=1)
        for i, line in enumerate(lines):
            ax.plot(*place(line).T.tolist(), color=ACCENT, lw=1.3, ls=(0, (4, 2)) if i == 1 else "-", zorder=3)
        spots = place(points)
        for token, spot in zip(own, spots.tolist(), strict=True):
            best = token == found.best
            ax.scatter(spot[0], spot[1], s=14, color=ACCENT if best else INK, linewidths=0, zorder=4)
            [name] = theme.labels(shown(gpt, [token]))
            theme.write(
                ax,
                spot[0] + 0.06,
                spot[1] - 0.07,
                name.lstrip("␣"),
                color=ACCENT if best else INK,
                fontsize=8,
                zorder=5,
            )
        theme.write(ax, x, 3.2, f"turned by {degrees}°", color=MUTED, fontsize=8, ha="center")
    names = ", ".join(shown(gpt, [token])[0].strip() for token in own)
    fig.words = f"{len(cloud):,} words as points in space, from three sides, with {names} among them."
    return fig


def view(points: Tensor, degrees: float) -> Tensor:
    """What one sees of points in space, turned about the second axis and tilted a little. (n, 3) → (n, 2)"""
    a, b = math.radians(degrees), math.radians(TILT)
    x, y, z = points.double().T
    right, away = x * math.cos(a) + z * math.sin(a), z * math.cos(a) - x * math.sin(a)
    return torch.stack([right, y * math.cos(b) - away * math.sin(b)], dim=-1)


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
    dotted: Any = {"mode": "markers+text", "text": texts, "textposition": "top center"}
    dotted |= {"marker": {"size": 5, "color": [ACCENT if i == found.best else INK for i in own]}}
    all_words, own_words = points(weight[ids]), points(weight[own])
    traces = [
        go.Scatter3d(**spread(all_words), name="words", opacity=0.5, **cloud),
        go.Scatter3d(**spread(own_words), name="expression", textfont={"size": 14, "color": INK}, **dotted),
    ]
    lines = []
    if found.corners:
        b, c, a, d = (weight[i] for i in found.corners)
        for name, ends, dash in (
            ("step", (b, c), "solid"),
            ("the same step", (a, found.vector), "dash"),
            ("step to the answer", (a, d), "solid"),
        ):
            lines.append(points(torch.stack(ends)))
            line = {"color": ACCENT, "width": 5, "dash": dash}
            traces.append(go.Scatter3d(**spread(lines[-1]), mode="lines", name=name, line=line))
    plain = {"showticklabels": False, "title": "", "showbackground": False}
    plain |= {"gridcolor": theme.FAINT, "zerolinecolor": QUIET}
    scene = {"xaxis": plain, "yaxis": plain, "zaxis": plain, "aspectmode": "data"}
    margin = {"l": 0, "r": 0, "t": 40, "b": 0}
    layout = {"title": pretty(expression), "scene": scene, "margin": margin, "height": 560, "showlegend": False}
    fig = Turning(traces, layout)
    fig._still = turns(gpt, expression, all_words, own, own_words, lines)
    return fig
