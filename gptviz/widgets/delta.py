"""ΔE: what one head adds to one token, as arrows in a real plane, and what the addition changes."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import torch
import traitlets
from torch import Tensor
from traitlets import Bytes, Dict, Int, List, Unicode

from ..edits import check
from ..geometry import (
    handed_over,
    nearest,
    read_off,
    telling_delta,
    update_gap,
    word_id,
    word_ids,
    word_plane,
)
from ..tracing import Trace, shown
from .explorer import TraceExplorer, floats, index, one_of, percent, state, visible

if TYPE_CHECKING:
    from ..figures.theme import Picture

HEADS_AT_ONCE = 2**17  # heads × vocabulary: up to so many, all heads of a token are sent together, else one by one
SAVED = 2048  # heads × tokens: up to so many are all in a saved page
BEST, NEAR, DOTS = 7, 5, 1500  # rows of bars, nearest words, words drawn as dots


class Delta(TraceExplorer):
    """E + ΔE = E′ for one token and one head.

    `cards`: "layer head position" → all numbers of that choice, as `_card` gives them, for run `cards["run"]` and the
    plane through `cards["words"]`. `dots` (n, 2) and `dot_names`: words in the plane. `source`: the chosen token that
    hands over, -1 for the one that hands over most. `picked`: the number whose origin is shown, such as "lens 123".
    """

    name = "delta"
    n_layer = Int().tag(sync=True)
    n_head = Int().tag(sync=True)
    cards = Dict().tag(sync=True)
    dots = Bytes().tag(sync=True)
    dot_names = List(Unicode()).tag(sync=True)
    corners = List(List()).tag(sync=True)  # [word, x, y] of the words that the plane goes through
    layer = state(Int())
    head = state(Int())
    position = state(Int())
    source = state(Int(-1))
    picked = state(Unicode())
    view = one_of("arrows", "all")

    def __init__(
        self,
        trace: Trace,
        layer: int | None = None,
        head: int | None = None,
        position: int = -1,
        words: Sequence[str] = (),
        language: str = "en",
    ):
        config = trace.gpt.config
        position = index(position, len(trace))
        if layer is None or head is None:
            told = telling_delta(trace, position)
            layer, head = told[0] if layer is None else layer, told[1] if head is None else head
        start = {
            "layer": check("layer", layer, config.n_layer),
            "head": check("head", head, config.n_head),
            "position": position,
        }
        self.trace, self._run = trace, 0
        self._runs: tuple[Trace, dict[tuple[int, int], Tensor]] = (trace, {})
        plane = self._through(words)
        cards = self._batch(trace, start["layer"], start["head"], position)
        sizes = {"n_layer": config.n_layer, "n_head": config.n_head}
        super().__init__(trace, language, start=start, cards=cards, **sizes, **plane, **start)

    @traitlets.validate("layer", "head", "position")
    def _index(self, proposal: dict) -> int:
        name, config = proposal["trait"].name, self.trace.gpt.config
        if name == "position":
            return index(proposal["value"], len(self.tokens) or len(self.trace))
        return check(name, proposal["value"], config.n_layer if name == "layer" else config.n_head)

    def traced(self, trace: Trace) -> dict[str, Any]:
        if not self.n_layer:  # at first, the rest comes with __init__
            return super().traced(trace)
        position = len(trace) - 1
        cards = self._batch(trace, self.layer, self.head, position, self._run + 1)
        self._run += 1
        return super().traced(trace) | {"position": position, "source": -1, "picked": "", "cards": cards}

    def answer(self, question: dict[str, Any]) -> None:
        """Besides another text: the cards of another choice, a run without a head, a plane through other words."""
        if "words" in question:
            plane = self._through(question["words"])
            self.cards = self._batch(self.trace, self.layer, self.head, self.position)
            for name, value in plane.items():
                self.set_trait(name, value)
        elif "layer" in question:
            choice = {name: int(question[name]) for name in ("layer", "head", "position")}
            self.cards = self._batch(self.trace, **choice, with_run=bool(question.get("run")))
        else:
            super().answer(question)

    def _through(self, words: Sequence[str]) -> dict[str, Any]:
        """Another plane; what lies in it."""
        gpt = self.trace.gpt
        words = [word.strip() for word in words]
        plane = word_plane(gpt, words)
        self._words, self._plane = words, plane
        ids = word_ids(gpt) if gpt.tokenizer is not None else []
        ids = (ids or list(range(gpt.config.vocab_size)))[:DOTS]
        named = [word_id(gpt, word) for word in words]
        with torch.no_grad():
            dots, corners = plane(gpt.embed.weight[ids]), plane(gpt.embed.weight[named])
        return {
            "dots": floats(dots),
            "dot_names": shown(gpt, ids),
            "corners": [[name, *xy] for name, xy in zip(shown(gpt, named), corners.tolist(), strict=True)],
        }

    def _batch(
        self, trace: Trace, layer: int, head: int, position: int, run: int | None = None, with_run: bool = False
    ) -> dict[str, Any]:
        """The card that is asked for; where that is cheap, those of all other heads too."""
        config = trace.gpt.config
        cheap = config.n_layer * config.n_head * config.vocab_size <= HEADS_AT_ONCE
        layer, head = check("layer", layer, config.n_layer), check("head", head, config.n_head)
        position = index(position, len(trace))
        every = [(i, j) for i in range(config.n_layer) for j in range(config.n_head)] if cheap else [(layer, head)]
        cards = {f"{i} {j} {position}": self._card(trace, i, j, position, cheap or with_run) for i, j in every}
        return {"run": self._run if run is None else run, "words": self._words, "cards": cards}

    def _card(self, trace: Trace, layer: int, head: int, position: int, with_run: bool) -> dict[str, Any]:
        """Every number of one choice. Arrows are [x, y] in the plane; the lists of sources go from 0 to `position`."""
        gpt, plane = trace.gpt, self._plane
        stream, added = trace.resid_pre[layer][position], trace.delta[layer, head][position]
        weights = trace.pattern[layer, head][position, : position + 1]
        given = weights[:, None] * handed_over(trace, layer, head)[: position + 1]  # (t + 1, C)
        lens = read_off(gpt, torch.stack([stream, stream + added])).softmax(-1)
        change = lens[1] - lens[0]
        card = {
            "weights": weights.tolist(),
            "lengths": given.norm(dim=-1).tolist(),
            "steps": _rounded(plane(plane.origin + given)),
            "start": plane(stream).tolist(),
            "end": plane(stream + added).tolist(),
            "length": float(added.norm()),
            "stream": float(stream.norm()),
            "share": float(plane.shown(added).nan_to_num()),
            "lens": _rows(trace, lens),
            "near": [nearest(gpt, vector, NEAR) for vector in (stream, stream + added)],
            "gap": update_gap(trace, layer),
            "moved": shown(gpt, [int(change.argmin()), int(change.argmax())]),
        }
        if with_run:
            ends = torch.stack([self._final(trace, layer, head)[position], trace.final[position]])
            with torch.no_grad():
                card["runs"] = _rows(trace, gpt.unembed(ends).softmax(-1))
        return card

    def _final(self, trace: Trace, layer: int, head: int) -> Tensor:
        """The last vectors of a run without this head, (T, d_model); kept for as long as the text stays."""
        if self._runs[0] is not trace:
            self._runs = (trace, {})
        runs = self._runs[1]
        if (layer, head) not in runs:
            runs[layer, head] = trace.again(without=[f"L{layer}H{head}"]).final
        return runs[layer, head]

    def _content(self, **instead: Any) -> dict[str, Any]:
        """With all cards, where they are few: a page has no kernel to ask."""
        config = self.trace.gpt.config
        cheap = config.n_layer * config.n_head * config.vocab_size <= HEADS_AT_ONCE
        if cheap and config.n_layer * config.n_head * len(self.tokens) <= SAVED:
            every = [self._batch(self.trace, 0, 0, position) for position in range(len(self.tokens))]
            cards = {key: card for batch in every for key, card in batch["cards"].items()}
        else:
            cards = self._batch(self.trace, self.layer, self.head, self.position, with_run=True)["cards"]
        return super()._content(**{"cards": {**self.cards, "words": self._words, "cards": cards}} | instead)

    def figure(self) -> "Picture":
        from .. import figures

        return figures.delta(self.trace, self.layer, self.head, self.position, self._words)

    def words(self) -> str:
        card = self._card(self.trace, self.layer, self.head, self.position, True)
        most = max(range(len(card["lengths"])), key=card["lengths"].__getitem__)
        gained = max(card["lens"], key=lambda row: abs(row[3] - row[2]))
        ran = max(card["runs"], key=lambda row: abs(row[3] - row[2]))
        return self.strings["words"].format(
            layer=self.layer,
            head=self.head,
            token=visible(self.tokens[self.position]),
            length=f"{card['length']:.2f}",
            stream=f"{card['stream']:.2f}",
            source=visible(self.tokens[most]),
            weight=percent(card["weights"][most]),
            share=percent(card["share"]),
            name=visible(gained[1]),
            before=percent(gained[2]),
            after=percent(gained[3]),
            run_name=visible(ran[1]),
            run_before=percent(ran[2]),
            run_after=percent(ran[3]),
        )


def delta(
    trace: Trace,
    layer: int | None = None,
    head: int | None = None,
    position: int = -1,
    words: Sequence[str] = (),
    language: str = "en",
) -> Delta:
    """The explorer of ΔE: choose a token, a layer and a head; see who hands over what, the sum, and what it changes.

    layer, head: from 0; without them, the head that changes the prediction most, read through the logit lens.
    position: the token that is added to, negative from the end. words: two or three, for the plane of the arrows;
    without them it is the plane in which the words of the vocabulary spread most.
    """
    return Delta(trace, layer, head, position, words, language)


def _rows(trace: Trace, probs: Tensor) -> list[list]:
    """[id, token, before, after] of the tokens likely before or after. probs: (2, vocabulary)"""
    ids = probs.max(0).values.argsort(descending=True, stable=True)[:BEST].tolist()
    return [[i, name, *probs[:, i].tolist()] for i, name in zip(ids, shown(trace.gpt, ids), strict=True)]


def _rounded(arrows: Tensor) -> list:
    return [[round(x, 7), round(y, 7)] for x, y in arrows.tolist()]
