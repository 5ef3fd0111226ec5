"""What `gv.attention` and `gv.heads` share: one head under the microscope, with the queries, keys and values it has."""

from typing import Any

import torch
import traitlets
from torch import Tensor
from traitlets import Bool, Bytes, Dict, Int, Unicode

from ..tracing import Trace
from .explorer import TraceExplorer, floats, percent, state, visible

SENT_AHEAD = 2**18  # numbers: up to 1 MB of queries, keys and values are sent at once, of more one layer at a time
STAGES = ("raw", "scaled", "masked", "weight")
MOST_DOTS = 48  # tokens: of more, cells are too small for dots at first
SAID = 24  # tokens of the text are in the sentence
CHOICES = {"stage": STAGES, "marks": ("dots", "colors"), "scale": ("linear", "log")}


class Microscope(TraceExplorer):
    """An explorer that opens one head: from q · k of two tokens to the weight one gives the other.

    `qkv`: float32, (layers, 3, n_head, T, d_head), from layer `first` on; the browser computes everything else.
    `query`, `key`: positions of the chosen pair. `hidden`: without the first token, the rest of each row renormalised.
    """

    n_layer = Int().tag(sync=True)
    n_head = Int().tag(sync=True)
    d_head = Int().tag(sync=True)
    qkv = Bytes().tag(sync=True)
    first = Int().tag(sync=True)
    layer = state(Int())
    head = state(Int())
    query = state(Int())
    key = state(Int())
    stage = state(Unicode("weight"))
    marks = state(Unicode("dots"))
    scale = state(Unicode("linear"))
    transposed = state(Bool())
    hidden = state(Bool())
    potions = state(Bool())
    start = Dict().tag(sync=True)

    def __init__(
        self,
        trace: Trace,
        layer: int | None = None,
        head: int | None = None,
        query: int | None = None,
        key: int | None = None,
        language: str = "en",
        **settings: Any,
    ):
        config, T = trace.gpt.config, len(trace)
        layer, head, query, key = chosen(trace, layer, head, query, key)
        start = {"layer": layer, "head": head, "query": query, "key": key}
        marks = "dots" if T <= MOST_DOTS else "colors"
        start |= {"stage": "weight", "marks": marks, "scale": "linear"} | settings
        start |= {name: start.get(name, False) for name in ("transposed", "hidden", "potions")}
        sizes = {"n_layer": config.n_layer, "n_head": config.n_head, "d_head": config.d_head}
        self._places = {"layer": config.n_layer, "head": config.n_head, "query": T, "key": T}
        super().__init__(trace, language, **(sizes | _sent(trace, layer) | start), start=start)

    @traitlets.validate("layer", "head", "query", "key")
    def _place(self, proposal: dict) -> int:
        name = proposal["trait"].name
        return place(name, proposal["value"], self._places[name])

    @traitlets.validate(*CHOICES)
    def _choice(self, proposal: dict) -> str:
        name, value = proposal["trait"].name, proposal["value"]
        if value not in CHOICES[name]:
            raise ValueError(f"{name} must be one of {', '.join(CHOICES[name])}, got {value!r}")
        return value

    def traced(self, trace: Trace) -> dict[str, Any]:
        """For another text the head stays, and the pair is the one it makes most of."""
        traits = super().traced(trace)
        if not self.trait_has_value("qkv"):
            return traits  # the first text: __init__ knows what to show
        self._places |= {"query": len(trace), "key": len(trace)}
        query, key = strongest_pair(trace, self.layer, self.head)
        start = self.start | {"query": query, "key": key, "layer": self.layer, "head": self.head}
        return traits | _sent(trace, self.layer) | {"query": query, "key": key, "start": start}

    def answer(self, question: dict[str, Any]) -> None:
        """Besides another text: queries, keys and values of another layer."""
        if "layer" not in question:
            return super().answer(question)
        for name, value in _sent(self.trace, place("layer", question["layer"], self.n_layer)).items():
            self.set_trait(name, value)

    def words(self) -> str:
        t, trace, at = self.strings, self.trace, (self.layer, self.head)
        weights = trace.pattern[at][self.query].tolist()
        said = trace.tokens[: self.query + 1]
        return t["words"].format(
            text="… " * (len(said) > SAID) + visible("".join(said[-SAID:])),
            layer=self.layer,
            head=self.head,
            query=visible(trace.tokens[self.query]),
            key=visible(trace.tokens[self.key]),
            raw=f"{float(trace.scores[at][self.query, self.key]):.2f}",
            scaled=f"{float(trace.scaled[at][self.query, self.key]):.2f}",
            d_head=self.d_head,
            count=self.query + 1,
            percent=percent(weights[self.key]),
        )


def place(name: str, value: int, size: int) -> int:
    """A layer, head or position as 0..size - 1; negative from the end."""
    if not -size <= value < size:
        owner = "model" if name in ("layer", "head") else "text"
        raise ValueError(f"{name} must be {-size}..{size - 1} for this {owner}, got {value}")
    return value % size


def chosen(
    trace: Trace, layer: int | None, head: int | None, query: int | None, key: int | None
) -> tuple[int, int, int, int]:
    """(layer, head, query, key): what was asked for, the rest where the largest weight is."""
    config, T = trace.gpt.config, len(trace)
    if layer is not None:
        layer = place("layer", layer, config.n_layer)
    if head is not None:
        head = place("head", head, config.n_head)
    best: tuple[float, int, int] = (-1.0, 0, 0)
    if layer is None or head is None:
        for each in range(config.n_layer) if layer is None else [layer]:
            weights = _earlier(weights_of_layer(trace, each)).flatten(1).max(-1).values  # (H,)
            for h in range(config.n_head) if head is None else [head]:
                best = max(best, (float(weights[h]), -each, -h))
        layer, head = -best[1], -best[2]
    pair = strongest_pair(trace, layer, head)
    query = pair[0] if query is None else place("query", query, T)
    if key is None:
        weights = weights_of_layer(trace, layer)[head][query]
        middle = weights[1:query] if query > 1 else weights[:1]
        key = pair[1] if query == pair[0] else int(middle.argmax()) + (query > 1)
    return layer, head, query, place("key", key, T)


def strongest_pair(trace: Trace, layer: int, head: int) -> tuple[int, int]:
    """(query, key) of a head's largest weight on an earlier token, the first left out where there is another."""
    T = len(trace)
    if T < 3:
        return T - 1, 0
    return divmod(int(_earlier(weights_of_layer(trace, layer)[head]).argmax()), T)


def weights_of_layer(trace: Trace, layer: int) -> Tensor:
    """The patterns of all heads of a layer (head, T, T), not kept: a large model has hundreds of them."""
    attn: Any = trace.gpt.blocks[layer].attn
    with torch.no_grad():
        return attn.pattern(attn.masked(attn.scaled(attn.scores(trace.q[layer], trace.k[layer]))))


def _earlier(weights: Tensor) -> Tensor:
    """Weights on earlier tokens but the first; 0 elsewhere."""
    earlier = weights.tril(-1).clone()
    if weights.shape[-1] > 2:
        earlier[..., 0] = 0
    return earlier


def _sent(trace: Trace, layer: int) -> dict[str, Any]:
    """Queries, keys and values of all layers, or of the one where all would be too many."""
    config = trace.gpt.config
    all_fit = 3 * config.n_layer * len(trace) * config.d_model <= SENT_AHEAD
    layers = range(config.n_layer) if all_fit else range(layer, layer + 1)
    qkv = torch.stack([torch.stack([trace.q[l], trace.k[l], trace.v[l]]) for l in layers])  # (layers, 3, H, T, D)
    return {"qkv": floats(qkv), "first": layers[0]}
