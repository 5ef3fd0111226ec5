"""The MLP, neuron by neuron: what one asks for, how it answers, what it adds, and what becomes of the prediction."""

from typing import TYPE_CHECKING, Any

import torch
import traitlets
from traitlets import Bytes, Dict, Float, Int, List

from ..edits import check
from ..geometry import promoted
from ..probes.knockouts import either, kl_bits, probs_after, probs_at
from ..probes.neurons import chosen_neuron, excited_by, most_active, telling_neuron
from ..tracing import Trace, shown
from .explorer import TraceExplorer, floats, index, percent, state, visible

if TYPE_CHECKING:
    from ..figures.theme import Picture

COLUMNS = 24  # neurons of a layer
WORDS = 7  # that a neuron pushes up, and down
PLACES = 7  # that excite it
ROWS = 10  # next tokens
MOST = 3.0  # times its activation
SENT_AHEAD = 2**20  # numbers of W_U · column: questions and answers of so many are sent at once, else one by one


class Neurons(TraceExplorer):
    """Tokens × the most active neurons of a layer; one of them opened and, through the kernel, scaled.

    `pre`, `post`: the activations before and after GELU of `columns`, (layer, token, column), as bytes. `cards`: by
    "L2N37", what excites a neuron and what it pushes up and down. `effect`: the prediction with the neuron scaled.
    """

    name = "neurons"
    layers = Int().tag(sync=True)
    d_mlp = Int().tag(sync=True)
    columns = List(List(Int())).tag(sync=True)
    pre = Bytes().tag(sync=True)
    post = Bytes().tag(sync=True)
    cards = Dict().tag(sync=True)
    effect = Dict().tag(sync=True)
    again = traitlets.Unicode().tag(sync=True)  # how the edited run begins, in Python
    layer = state(Int())
    neuron = state(Int())
    position = state(Int(-1))
    scale = state(Float(0.0))
    picked = state(Dict())  # the number whose formula is shown

    def __init__(
        self,
        trace: Trace,
        layer: int | None = None,
        neuron: int | None = None,
        position: int = -1,
        scale: float = 0.0,
        language: str = "en",
    ):
        position = index(position, len(trace))
        self._chosen = chosen_neuron(trace, layer, neuron, position)
        super().__init__(trace, language, **self._at(trace, *self._chosen, position, _factor(scale), 0))

    @traitlets.validate("layer")
    def _check_layer(self, proposal: dict) -> int:
        return check("layer", proposal["value"], self.trace.gpt.config.n_layer)

    @traitlets.validate("neuron")
    def _check_neuron(self, proposal: dict) -> int:
        return check("neuron", proposal["value"], self.trace.gpt.config.d_mlp)

    @traitlets.validate("position")
    def _check_position(self, proposal: dict) -> int:
        return index(proposal["value"], len(self.tokens) or len(self.trace.tokens))

    @traitlets.validate("scale")
    def _check_scale(self, proposal: dict) -> float:
        return _factor(proposal["value"])

    def traced(self, trace: Trace) -> dict[str, Any]:
        config = trace.gpt.config
        layer, neuron = telling_neuron(trace) if trace is not self.trace else self._chosen
        start = {"layer": layer, "neuron": neuron, "position": len(trace) - 1, "scale": 0.0, "picked": {}}
        traits = {"layers": config.n_layer, "d_mlp": config.d_mlp, "start": start, "cards": {}}
        if trace is not self.trace:  # another text, the same neuron
            traits |= self._at(trace, self.layer, self.neuron, len(trace) - 1, self.scale, self.run + 1)
        return super().traced(trace) | traits

    def _at(self, trace: Trace, layer: int, neuron: int, position: int, scale: float, run: int) -> dict[str, Any]:
        """All that a choice decides."""
        columns = [_columns(trace, l, [neuron] if l == layer else []) for l in range(trace.gpt.config.n_layer)]
        plain = not trace.edits and isinstance(trace.text, str) and _same_ids(trace)
        return {
            **_activations(trace, columns),
            "columns": columns,
            "cards": _cards(trace, columns, f"L{layer}N{neuron}"),
            "effect": _effect(trace, layer, neuron, position, scale, run),
            "again": "gv.trace(gpt, trace.text, " if plain else "trace.again(",
            "layer": layer,
            "neuron": neuron,
            "position": position,
            "scale": scale,
            "picked": {},
        }

    def answer(self, question: dict[str, Any]) -> None:
        """{"layer", "neuron", "position", "scale"}: what is missing for that choice."""
        if "neuron" not in question:
            return super().answer(question)
        config = self.trace.gpt.config
        layer = check("layer", question["layer"], config.n_layer)
        neuron = check("neuron", question["neuron"], config.d_mlp)
        position, scale = index(question["position"], len(self.trace)), _factor(question["scale"])
        if neuron not in self.columns[layer]:
            columns = [_columns(self.trace, layer, [neuron]) if l == layer else c for l, c in enumerate(self.columns)]
            for name, value in _activations(self.trace, columns).items():
                self.set_trait(name, value)
            self.columns = columns
        if f"L{layer}N{neuron}" not in self.cards:
            self.cards = self.cards | {f"L{layer}N{neuron}": _card(self.trace, layer, neuron)}
        self.effect = _effect(self.trace, layer, neuron, position, scale, self.run)

    def figure(self) -> "Picture":
        from .. import figures

        return figures.neurons(self.trace, self.layer, self.neuron, self.position, self.scale)

    def words(self) -> str:
        trace, card = self.trace, _card(self.trace, self.layer, self.neuron)
        moved = _effect(trace, self.layer, self.neuron, self.position, self.scale, 0)
        before = max(moved["rows"], key=lambda row: row[2])
        after = max(moved["rows"], key=lambda row: row[3])
        names = lambda rows: ", ".join(f"“{visible(row[1])}”" for row in rows[:3])  # noqa: E731
        excite = ", ".join(dict.fromkeys(f"“{visible(token)}”" for _, token, _, _ in card["question"][:4]))
        how = self.strings["words_off"] if self.scale == 0 else self.strings["words_times"].format(scale=self.scale)
        return self.strings["words"].format(
            neuron=self.neuron,
            layer=self.layer,
            token=visible(trace.tokens[self.position]),
            value=f"{float(trace.neurons[self.layer][self.position, self.neuron]):.2f}",
            excite=excite,
            up=names(card["up"]),
            down=names(card["down"]),
            how=how,
            before=visible(before[1]),
            before_percent=percent(before[2]),
            after=visible(after[1]),
            after_percent=percent(after[3]),
            bits=f"{moved['bits']:.3f}",
        )


def neurons(
    trace: Trace,
    layer: int | None = None,
    neuron: int | None = None,
    position: int = -1,
    scale: float = 0.0,
    language: str = "en",
) -> Neurons:
    """The explorer of the MLP: choose a layer, a neuron, a token; read its question and its answer; scale it.

    layer, neuron: counted from 0; left out, the one without which the prediction moves most, of those that push the
    likeliest token up most by themselves; of a layer alone, its most active one at `position`.
    scale: 0..3, the factor of its activation at every token; 0 switches it off.
    """
    return Neurons(trace, layer, neuron, position, scale, language)


def _factor(scale: float) -> float:
    if not 0 <= scale <= MOST:
        raise ValueError(f"scale must be 0..{MOST:g}, got {scale}")
    return float(scale)


def _same_ids(trace: Trace) -> bool:
    """Whether the text alone gives these tokens again."""
    return trace.gpt.tokenizer is not None and trace.gpt.tokenizer.encode(trace.text) == trace.ids.tolist()


def _columns(trace: Trace, layer: int, wanted: list[int]) -> list[int]:
    """The most active neurons of a layer; a wanted one that is not among them takes the last place."""
    active = most_active(trace, layer, COLUMNS)
    missing = [neuron for neuron in wanted if neuron not in active]
    return active[: len(active) - len(missing)] + missing


def _activations(trace: Trace, columns: list[list[int]]) -> dict[str, bytes]:
    both = {"pre": trace.mlp_pre, "post": trace.neurons}
    return {
        name: floats(torch.stack([view[layer][:, chosen] for layer, chosen in enumerate(columns)]))
        for name, view in both.items()
    }


def _cards(trace: Trace, columns: list[list[int]], chosen: str) -> dict[str, dict]:
    """Of every neuron shown, if that is little work; else of the chosen one."""
    names = [(layer, neuron) for layer, each in enumerate(columns) for neuron in each]
    if len(names) * trace.gpt.config.vocab_size > SENT_AHEAD:
        names = [(layer, neuron) for layer, neuron in names if f"L{layer}N{neuron}" == chosen]
    return {f"L{layer}N{neuron}": _card(trace, layer, neuron) for layer, neuron in names}


def _card(trace: Trace, layer: int, neuron: int) -> dict[str, Any]:
    found, sampled = excited_by(trace, layer, neuron, PLACES)
    words = promoted(trace.gpt, layer, neuron)
    sides = {}
    for side, largest in (("up", True), ("down", False)):
        best = words.topk(min(WORDS, len(words)), largest=largest)
        ids = best.indices.tolist()
        sides[side] = list(map(list, zip(ids, shown(trace.gpt, ids), best.values.tolist(), strict=True)))
    return {"question": [list(context) for context in found], "sampled": sampled, **sides}


def _effect(trace: Trace, layer: int, neuron: int, position: int, scale: float, run: int) -> dict[str, Any]:
    """The distribution after a position as it is, and with the neuron's activation times `scale` at every token."""
    before = probs_at(trace, position)
    after = probs_after(trace, position, scale={f"L{layer}N{neuron}": scale})
    ids = either(before, after, ROWS)
    return {
        "of": f"{run} {layer} {neuron} {position} {scale:g}",
        "rows": [
            list(row) for row in zip(ids, shown(trace.gpt, ids), before[ids].tolist(), after[ids].tolist(), strict=True)
        ],
        "vocabulary": len(before),
        "bits": float(kl_bits(before, after)),
    }
