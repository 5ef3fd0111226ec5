"""What `gv.attention` and `gv.heads` share: one head under the microscope, with the queries, keys and values it has."""

from typing import Any, ClassVar

import torch
import traitlets
from traitlets import Bool, Bytes, Dict, Int

from ..edits import check
from ..probes.heads import telling_look, telling_pair
from ..tracing import Trace
from .explorer import TraceExplorer, floats, one_of, percent, state, visible

SENT_AHEAD = 2**18  # numbers: up to 1 MB of queries, keys and values are sent at once, of more one layer at a time
MOST_DOTS = 48  # tokens: of more, cells are too small for dots at first
SAID = 24  # tokens of the text are in the sentence


class Microscope(TraceExplorer):
    """An explorer that opens one head: from q · k of two tokens to the weight one gives the other.

    `qkv`: float32, (layers, 3, n_head, T, d_head), from layer `first` on; the browser computes everything else.
    `query`, `key`: positions of the chosen pair. `hidden`: without the first token, the rest of each row renormalised.
    """

    most_tokens: ClassVar[int] = 512  # of more, a picture would take seconds
    n_layer = Int().tag(sync=True)
    n_head = Int().tag(sync=True)
    d_head = Int().tag(sync=True)
    qkv = Bytes().tag(sync=True)
    first = Int().tag(sync=True)
    layer = state(Int())
    head = state(Int())
    query = state(Int())
    key = state(Int())
    stage = one_of("raw", "scaled", "masked", "weight")
    marks = one_of("dots", "colors")
    scale = one_of("linear", "log")
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
        self._fits(trace)
        config, T = trace.gpt.config, len(trace)
        layer, head, query, key = telling_look(trace, layer, head, query, key)
        start = {"layer": layer, "head": head, "query": query, "key": key}
        marks = "dots" if T <= MOST_DOTS else "colors"
        start |= {"stage": "weight", "marks": marks, "scale": "linear"} | settings
        start |= {name: start.get(name, False) for name in ("transposed", "hidden", "potions")}
        sizes = {"n_layer": config.n_layer, "n_head": config.n_head, "d_head": config.d_head}
        self._places = {"layer": config.n_layer, "head": config.n_head, "query": T, "key": T}
        super().__init__(trace, language, **(sizes | _sent(trace, layer) | start), start=start)

    def _fits(self, trace: Trace) -> None:
        if len(trace) > self.most_tokens:
            raise ValueError(f"gv.{self.name} draws texts of at most {self.most_tokens} tokens, got {len(trace)}")

    @traitlets.validate("layer", "head", "query", "key")
    def _place(self, proposal: dict) -> int:
        name = proposal["trait"].name
        return check("position" if name in ("query", "key") else name, proposal["value"], self._places[name])

    def traced(self, trace: Trace) -> dict[str, Any]:
        """For another text the head stays, and the pair is the one it makes most of."""
        self._fits(trace)
        traits = super().traced(trace)
        if not self.trait_has_value("qkv"):
            return traits  # the first text: __init__ knows what to show
        self._places |= {"query": len(trace), "key": len(trace)}
        query, key = telling_pair(trace, self.layer, self.head)
        start = self.start | {"query": query, "key": key, "layer": self.layer, "head": self.head}
        return traits | _sent(trace, self.layer) | {"query": query, "key": key, "start": start}

    def answer(self, question: dict[str, Any]) -> None:
        """Besides another text: queries, keys and values of another layer."""
        if "layer" not in question:
            return super().answer(question)
        for name, value in _sent(self.trace, check("layer", question["layer"], self.n_layer)).items():
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


def _sent(trace: Trace, layer: int) -> dict[str, Any]:
    """Queries, keys and values of all layers, or of the one where all would be too many."""
    config = trace.gpt.config
    all_fit = 3 * config.n_layer * len(trace) * config.d_model <= SENT_AHEAD
    layers = range(config.n_layer) if all_fit else range(layer, layer + 1)
    qkv = torch.stack([torch.stack([trace.q[l], trace.k[l], trace.v[l]]) for l in layers])  # (layers, 3, H, T, D)
    return {"qkv": floats(qkv), "first": layers[0]}
