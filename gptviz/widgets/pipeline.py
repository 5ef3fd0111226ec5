"""The whole machine on one screen: tokens, vectors, blocks, last vector, probabilities; and the loop that writes."""

from typing import TYPE_CHECKING, Any

import torch
import traitlets
from traitlets import Bytes, Dict, Float, Int, List

from ..edits import check
from ..geometry import promoted
from ..tracing import Trace, shown
from .explorer import TraceExplorer, floats, index, one_of, percent, state, visible

if TYPE_CHECKING:
    from ..figures.theme import Picture

ROWS = 12  # tokens drawn: the last ones
BLOCKS, HEADS = 4, 4  # drawn of a large model
FIRED = 48  # cells that stand for an MLP: each the strongest neuron of its share
NEURONS = 12  # of an opened MLP
BEST = 10  # tokens with bars
SENT_AHEAD = 2**17  # numbers of all heads, or of all logits, that are sent at once: half a megabyte
HOTTEST = 10.0


class Pipeline(TraceExplorer):
    """Every stage of the machine for the last 12 tokens. R rows; all arrays float32.

    The machine: `embed`, `pos`, `stream`, `final` (R, d_model); for each of `blocks`: `after` (R, d_model), `fired`
    (R, 48), and for each of its `heads` a pattern (R, R) in `patterns`.
    What is opened: `head_arrays` has for each [layer, head] of `heads_sent` q, k, v, z (R, d_head), pattern (R, R), the
    weight of tokens not drawn (R,) and delta (R, d_model); `layer_arrays` for each of `layers_sent` attn_in
    (R, d_model) and neurons (R, d_mlp); `row_arrays` for each of `rows_sent` its logits (vocabulary,) and the rows of
    W_U of its 10 likeliest tokens (10, d_model). A small model's are all sent, of a large one those that are asked for.
    """

    name = "pipeline"
    config = Dict().tag(sync=True)
    first = Int().tag(sync=True)  # token of the first row
    blocks = List(Int()).tag(sync=True)
    heads = List(List(Int())).tag(sync=True)  # drawn, for each of `blocks`
    embed = Bytes().tag(sync=True)
    pos = Bytes().tag(sync=True)
    stream = Bytes().tag(sync=True)
    after = Bytes().tag(sync=True)
    patterns = Bytes().tag(sync=True)
    fired = Bytes().tag(sync=True)
    final = Bytes().tag(sync=True)
    heads_sent = List(List(Int())).tag(sync=True)
    head_arrays = Bytes().tag(sync=True)
    layers_sent = List(Int()).tag(sync=True)
    layer_arrays = Bytes().tag(sync=True)
    rows_sent = List(Int()).tag(sync=True)
    row_arrays = Bytes().tag(sync=True)
    vocabulary = Dict().tag(sync=True)  # id → token: all of a small vocabulary, of a large one those that are drawn
    promotes = Dict().tag(sync=True)  # "L2N37" → the tokens that it pushes up most
    near: Any = List().tag(sync=True)  # for each row: [token, cosine] of its neighbours in W_E
    position = state(Int())
    layer = state(Int())
    head = state(Int())
    opened = one_of("head", "mlp", "tokens", "logits")
    key = state(Int(-1))  # token that the opened head looks at, -1: the one with most weight
    neuron = state(Int(-1))  # -1: the most active
    token = state(Int(-1))  # id, -1: the likeliest
    temperature = state(Float(1.0))
    drawn = state(Dict())  # {"id", "u", "run"} of the last sample

    def __init__(self, trace: Trace, layer: int | None = None, head: int | None = None, language: str = "en"):
        config = trace.gpt.config
        layer, head = _head(trace, layer, head)
        self.trace, self._place = trace, (layer, head, len(trace) - 1)
        sizes = ("n_layer", "n_head", "d_model", "d_head", "d_mlp", "vocab_size", "n_ctx")
        end = trace.gpt.tokenizer.end if trace.gpt.tokenizer else None
        given = {name: getattr(config, name) for name in sizes} | {"end": -1 if end is None else end}
        start = {"layer": layer, "head": head, "opened": "head", "temperature": 1.0}
        super().__init__(trace, language, config=given, start=start, **start)

    @traitlets.validate("temperature")
    def _temperature(self, proposal: dict) -> float:
        if not 0 <= proposal["value"] <= HOTTEST:
            raise ValueError(f"temperature must be 0..{HOTTEST:g}, got {proposal['value']}")
        return proposal["value"]

    @traitlets.validate("layer", "head")
    def _in_model(self, proposal: dict) -> int:
        name = proposal["trait"].name
        return check(name, proposal["value"], getattr(self.trace.gpt.config, f"n_{name}"))

    def traced(self, trace: Trace) -> dict[str, Any]:
        layer, head, _ = self._place
        self._place = (layer, head, len(trace) - 1)
        first = max(0, len(trace) - ROWS)
        rows = slice(first, None)
        small = self._small(trace)
        vectors = {name: floats(value[rows]) for name, value in (("embed", trace.embed), ("pos", trace.pos))}
        every = list(range(trace.gpt.config.vocab_size)) if small else []
        return {
            **super().traced(trace),
            **vectors,
            "first": first,
            "position": len(trace) - 1,
            "stream": floats(trace.resid_pre[0][rows]),
            "final": floats(trace.final[rows]),
            "near": _near(trace, first),
            "vocabulary": _names(trace, every),
            **self._opened(trace, first, layer, head, len(trace) - 1),
        }

    def answer(self, question: dict[str, Any]) -> None:
        """Besides another text: one more token (`append`), or the arrays of another head, layer and row."""
        if "append" in question:
            if len(self.trace) >= self.trace.gpt.config.n_ctx:
                raise ValueError(self.strings["full"].format(n_ctx=self.trace.gpt.config.n_ctx))
            self.read([*self.trace.ids.tolist(), check("token_id", question["append"], self.config["vocab_size"])])
        elif "layer" in question:
            config = self.trace.gpt.config
            layer, head = (
                check("layer", question["layer"], config.n_layer),
                check("head", question["head"], config.n_head),
            )
            position = index(question["position"], len(self.trace))
            self._place = (layer, head, position)
            for name, value in self._opened(self.trace, self.first, layer, head, position).items():
                self.set_trait(name, self.vocabulary | value if name == "vocabulary" else value)
        else:
            super().answer(question)

    def _small(self, trace: Trace) -> bool:
        """Whether everything is sent at once."""
        c = trace.gpt.config
        heads = c.n_layer * c.n_head * ROWS * (4 * c.d_head + ROWS + 1 + c.d_model)
        return max(heads, ROWS * c.vocab_size) <= SENT_AHEAD and c.n_layer <= BLOCKS and c.n_head <= HEADS

    def _opened(self, trace: Trace, first: int, layer: int, head: int, position: int) -> dict[str, Any]:
        """The blocks and heads that are drawn, and the arrays of what is opened."""
        config, gpt, rows, small = trace.gpt.config, trace.gpt, slice(first, None), self._small(trace)
        blocks = _some(config.n_layer, BLOCKS, layer)
        heads = [_some(config.n_head, HEADS, head if block == layer else 0) for block in blocks]
        drawn = [trace.pattern[b, h][rows, rows] for b, hs in zip(blocks, heads, strict=True) for h in hs]
        fired = [_strongest(trace.neurons[block][rows]) for block in blocks]
        pairs = [[l, h] for l in range(config.n_layer) for h in range(config.n_head)] if small else [[layer, head]]
        layers = list(range(config.n_layer)) if small else [layer]
        positions = list(range(first, len(trace))) if small else [position]
        with torch.no_grad():
            logits = gpt.unembed(trace.final[positions])  # (rows, vocabulary)
        best = logits.topk(min(BEST, config.vocab_size)).indices  # (rows, 10)
        unembedding = gpt.unembed.weight.detach()[best]  # (rows, 10, d_model)
        names = _names(trace, best.flatten().tolist() + logits.topk(min(200, config.vocab_size)).indices[-1].tolist())
        answer = {
            "blocks": blocks,
            "heads": heads,
            "after": floats(torch.stack([trace.resid_post[block][rows] for block in blocks])),
            "patterns": floats(torch.stack(drawn)),
            "fired": floats(torch.stack(fired)),
            "heads_sent": pairs,
            "head_arrays": floats(torch.cat([_head_arrays(trace, l, h, first) for l, h in pairs])),
            "layers_sent": layers,
            "layer_arrays": floats(
                torch.cat(
                    [torch.cat([trace.attn_in[l][rows].flatten(), trace.neurons[l][rows].flatten()]) for l in layers]
                )
            ),
            "rows_sent": positions,
            "row_arrays": floats(torch.cat([logits, unembedding.flatten(1)], 1)),
            "promotes": _promotes(trace, layers, positions),
        }
        return answer if small else answer | {"vocabulary": names}

    def figure(self) -> "Picture":
        from .. import figures

        return figures.pipeline(self.trace, self.layer, self.head)

    def words(self) -> str:
        t, trace, config = self.strings, self.trace, self.trace.gpt.config
        [(best, p)] = trace.next_tokens(1)
        weights = trace.pattern[self.layer, self.head][-1]
        most = int(weights.argmax())
        return t["words"].format(
            text="… " * (len(trace) > ROWS) + visible("".join(trace.tokens[-ROWS:])),
            tokens=len(trace),
            size=config.d_model,
            blocks=config.n_layer,
            heads=config.n_head,
            vocabulary=f"{config.vocab_size:,}",
            best=visible(best),
            percent=percent(p),
            layer=self.layer,
            head=self.head,
            last=visible(trace.tokens[-1]),
            weight=percent(float(weights[most])),
            most=visible(trace.tokens[most]),
        )


def pipeline(trace: Trace, layer: int | None = None, head: int | None = None, language: str = "en") -> Pipeline:
    """The explorer of the whole machine: click a stage to open it; predict → sample → append writes on.

    layer, head: the head to open; without them, the one that adds the longest vector to the last token.
    """
    return Pipeline(trace, layer, head, language)


def _head(trace: Trace, layer: int | None, head: int | None) -> tuple[int, int]:
    config = trace.gpt.config
    if layer is None and head is None:
        sizes = torch.stack([trace.delta[l][:, -1].norm(dim=-1) for l in range(config.n_layer)])  # (L, H)
        return divmod(int(sizes.argmax()), config.n_head)
    for name, value, size in (("layer", layer, config.n_layer), ("head", head, config.n_head)):
        if value is None or not 0 <= value < size:
            raise ValueError(f"{name} must be 0..{size - 1} for this model, got {value}")
    assert layer is not None and head is not None
    return layer, head


def _some(count: int, most: int, chosen: int) -> list[int]:
    """Which of many are drawn, in order: the chosen one, the last one, and the first ones."""
    picked = {chosen, count - 1}
    return sorted(picked | set([i for i in range(count) if i not in picked][: max(0, most - len(picked))]))


def _head_arrays(trace: Trace, layer: int, head: int, first: int) -> torch.Tensor:
    """Everything of one head that is drawn, flat."""
    vectors = [getattr(trace, name)[layer, head][first:].flatten() for name in ("q", "k", "v", "z")]
    pattern = trace.pattern[layer, head][first:]  # (R, T)
    earlier = pattern[:, :first].sum(-1)  # (R,)
    return torch.cat([*vectors, pattern[:, first:].flatten(), earlier, trace.delta[layer, head][first:].flatten()])


def _strongest(neurons: torch.Tensor) -> torch.Tensor:
    """(R, d_mlp) → (R, 48): each the strongest of its share of neighbours."""
    return torch.stack([part.max(-1).values for part in neurons.tensor_split(min(FIRED, neurons.shape[-1]), -1)], -1)


def _promotes(trace: Trace, layers: list[int], positions: list[int]) -> dict[str, list[str]]:
    """The three tokens that each neuron pushes up most, for the most active neurons of these layers and rows."""
    found = {}
    for layer in layers:
        top = trace.neurons[layer][positions].topk(min(NEURONS, trace.gpt.config.d_mlp)).indices.unique().tolist()
        columns = torch.stack([promoted(trace.gpt, layer, n) for n in top])  # (neurons, vocabulary)
        for n, ids in zip(top, columns.topk(min(3, columns.shape[-1])).indices.tolist(), strict=True):
            found[f"L{layer}N{n}"] = shown(trace.gpt, ids)
    return found


def _near(trace: Trace, first: int) -> list[list[list[str | float]]]:
    """For each token from `first` on, the three nearest to it in W_E, itself left out: [token, cosine]."""
    gpt, ids = trace.gpt, trace.ids[first:]
    with torch.no_grad():
        table = torch.nn.functional.normalize(gpt.embed.weight, dim=-1)  # (vocabulary, d_model)
        cosines = table[ids] @ table.T  # (rows, vocabulary)
        cosines[range(len(ids)), ids] = -2
        best = cosines.topk(min(3, table.shape[0] - 1))
    pairs = zip(best.indices.tolist(), best.values.tolist(), strict=True)
    return [[[name, cosine] for name, cosine in zip(shown(gpt, ids), values, strict=True)] for ids, values in pairs]


def _names(trace: Trace, ids: list[int]) -> dict[str, str]:
    ids = list(dict.fromkeys(ids))
    return {str(i): name for i, name in zip(ids, shown(trace.gpt, ids), strict=True)}
