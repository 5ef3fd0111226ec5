"""A GPT with parts switched off, or with values of another text put in: what becomes of the prediction."""

import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import traitlets
from torch import Tensor
from traitlets import Dict, Int, List, Unicode

from ..edits import Edits, check
from ..probes.knockouts import either, kl_bits, knocked_out, parts, probs_after, probs_at, telling_head, tries_at_once
from ..tracing import Trace, shown
from ..tracing import trace as run_trace
from .explorer import TraceExplorer, catalog, index, one_of, percent, state, visible

if TYPE_CHECKING:
    from ..figures.theme import Picture

ROWS = 10  # next tokens
PLACES = ("resid_post", "attn_out", "mlp_out", "z")  # what a patch may take from the other text
TURN_S = 0.1  # parts are tried for so long, then the browser hears of it, and may stop


class Knockout(TraceExplorer):
    """Checkboxes for every head and MLP; the next-token distribution before and after, and how far it moved.

    `mode`: "parts", what is in `without` is switched off; "patch", `place` {"name", "layer", "head", "position"} of the
    text `other` is put into this one, at every position if that is -1. `tried`: what each part, or each place, does
    alone, in bits. `effect`: the two distributions.
    """

    name = "knockout"
    layers = Int().tag(sync=True)
    heads = Int().tag(sync=True)
    mode = one_of("parts", "patch")
    without = state(List(Unicode()))
    position = state(Int(-1))
    other = Unicode().tag(sync=True)
    place = state(Dict())
    other_tokens = List(Unicode()).tag(sync=True)
    tried = Dict().tag(sync=True)  # mode → {"of": key, "bits": {part or "layer position": bits}}
    effect = Dict().tag(sync=True)
    selected = state(Int(-1))  # a token id, or -1: the divergence
    again = Unicode().tag(sync=True)  # how the edited run begins, in Python

    def __init__(
        self,
        trace: Trace,
        without: Iterable[str] | None = None,
        position: int = -1,
        other: str | None = None,
        place: tuple | None = None,
        language: str = "en",
    ):
        self._strings = catalog(language)[self.name]  # for what goes wrong at once
        position = index(position, len(trace))
        chosen = [telling_head(trace, position)] if without is None else without
        chosen = [chosen] if isinstance(chosen, str) else list(chosen)
        self._given: dict[str, Any] = {
            "without": chosen,
            "position": position,
            "mode": "parts" if other is None else "patch",
        }
        self._other = None if other is None else run_trace(trace.gpt, other)
        if self._other is not None:
            self._given["place"] = _place(place, trace, self._other)
        super().__init__(trace, language)

    @traitlets.validate("position")
    def _check_position(self, proposal: dict) -> int:
        return index(proposal["value"], len(self.tokens) or len(self.trace.tokens))

    @traitlets.validate("mode")
    def _check_mode(self, proposal: dict) -> str:
        if proposal["value"] not in ("parts", "patch"):
            raise ValueError(f"mode must be 'parts' or 'patch', got {proposal['value']!r}")
        return proposal["value"]

    @traitlets.validate("without")
    def _check_without(self, proposal: dict) -> list[str]:
        Edits(self.trace.gpt.config, len(self.trace), without=proposal["value"])  # says what a part is called
        return proposal["value"]

    def traced(self, trace: Trace) -> dict[str, Any]:
        config, first = trace.gpt.config, trace is self.trace
        # another text: the same parts
        same: dict[str, Any] = {
            "without": self.without,
            "position": len(trace) - 1,
            "mode": self.mode,
        }  # parts, for another text
        choice: dict[str, Any] = self._given if first else same
        place = choice.get("place") or self._place_for(trace)
        traits: dict[str, Any] = super().traced(trace) | choice
        traits |= {"layers": config.n_layer, "heads": config.n_head, "place": place, "selected": -1}
        if first:
            traits["start"] = {name: traits[name] for name in ("without", "position", "mode", "place", "selected")}
        else:
            without = [telling_head(trace)]
            traits["start"] = {**self.start, "without": without, "position": len(trace) - 1, "place": place}
        plain = not trace.edits and trace.gpt.tokenizer is not None
        plain = plain and trace.gpt.tokenizer.encode(trace.text) == trace.ids.tolist()
        traits["again"] = "gv.trace(gpt, trace.text, " if plain else "trace.again("
        if self._other is not None:
            traits |= {"other": self._other.text, "other_tokens": self._other.tokens}
        run = 0 if first else self.run + 1
        position = traits["position"]
        traits["effect"] = self._effect(trace, traits["mode"], traits["without"], position, place, run)
        tried: dict[str, dict[str, Any]] = {mode: {"of": "", "bits": {}} for mode in ("parts", "patch")}
        if len(parts(trace.gpt)) <= tries_at_once(trace):
            tried["parts"] = {"of": f"{run} parts {position}", "bits": dict(knocked_out(trace, position))}
        if self._other is not None and config.n_layer * min(len(trace), len(self._other)) <= tries_at_once(trace):
            places = dict(self._places_left(trace, place, position, {}))
            tried["patch"] = {"of": self._trial(run, position, place), "bits": places}
        return traits | {"tried": tried}

    def _place_for(self, trace: Trace) -> dict[str, Any]:
        last = len(trace) if self._other is None else min(len(trace), len(self._other))
        return {"name": "resid_post", "layer": trace.gpt.config.n_layer // 2, "head": 0, "position": last - 1}

    def answer(self, question: dict[str, Any]) -> None:
        """{"other": text}: take it; {"try": mode, …}: try some more; {"mode", …}: the prediction so changed.

        With "set", `without` becomes what was asked for, if there are such parts.
        """
        if "other" in question:
            if not question["other"]:
                raise ValueError(self._strings["no_other"])
            other = run_trace(self.trace.gpt, question["other"])
            self._other, self.other_tokens = other, other.tokens
            self.other = other.text
            last = min(len(self.trace), len(other)) - 1
            self.place = self.place | {"position": min(self.place["position"], last)}
            now = {"position": self.position, "without": self.without}
            question = {**now, **question, "mode": "patch", "place": self.place}
            self.mode = "patch"
        if "try" in question:
            self._try(question)
        elif "mode" in question:
            mode, without, position, place = (question[name] for name in ("mode", "without", "position", "place"))
            self.effect = self._effect(self.trace, mode, without, position, place, self.run)
            if question.get("set"):
                self.without = question["without"]
        else:
            super().answer(question)

    def _effect(
        self, trace: Trace, mode: str, without: list[str], position: int, place: dict[str, Any], run: int
    ) -> dict[str, Any]:
        position = index(position, len(trace))
        before = probs_at(trace, position)
        if mode == "parts":
            edits: dict[str, Any] = {"without": without}
            of = f"{run} parts {position} {','.join(without)}"
        elif self._other is None:
            edits, of = {}, f"{run} patch {position}"
        else:
            edits = {"patch": self._patch(trace, place)}
            of = f"{run} patch {position} {_named(place)} {self._other.text}"
        probs = probs_after(trace, position, **edits)
        ids = either(before, probs, ROWS)
        rows = zip(ids, shown(trace.gpt, ids), before[ids].tolist(), probs[ids].tolist(), strict=True)
        effect = {
            "of": of,
            "rows": [list(row) for row in rows],
            "vocabulary": len(before),
            "bits": float(kl_bits(before, probs)),
        }
        if mode == "patch" and self._other is not None:
            there = probs_at(self._other, min(position, len(self._other) - 1))
            effect["there"] = [shown(trace.gpt, [int(there.argmax())])[0], float(there.max())]
        return effect

    def _patch(self, trace: Trace, place: dict[str, Any]) -> dict[tuple, Tensor]:
        """The patch of a place: what the other text has there. A ValueError where the two texts have no such place."""
        name, position, other = place["name"], place["position"], self._other
        assert other is not None
        config = trace.gpt.config
        at: tuple[int, ...] = (check("layer", place["layer"], config.n_layer),)
        at += (check("head", place["head"], config.n_head),) if name == "z" else ()
        lengths = {"here": len(trace), "there": len(other)}
        if position == -1:
            if len(trace) != len(other):
                raise ValueError(self._strings["not_equal"].format(**lengths))
            return {(name, *at): getattr(other, name)[at]}
        shared = min(len(trace), len(other))
        if not 0 <= position < shared:
            raise ValueError(self._strings["not_shared"].format(position=position, last=shared - 1, **lengths))
        return {(name, *at, position): getattr(other, name)[at][position]}

    def _trial(self, run: int, position: int, place: dict[str, Any]) -> str:
        """What the trials of places are of."""
        assert self._other is not None
        head = place["head"] if place["name"] == "z" else 0
        return f"{run} patch {position} {place['name']} {head} {self._other.text}"

    def _try(self, question: dict[str, Any]) -> None:
        """Try parts or places that were not tried yet, for a moment; the browser asks again for more."""
        position, mode = index(question["position"], len(self.trace)), question["try"]
        if mode == "patch" and self._other is None:
            raise ValueError(self._strings["no_other"])
        of = f"{self.run} parts {position}" if mode == "parts" else self._trial(self.run, position, question["place"])
        bits = dict(self.tried[mode]["bits"]) if self.tried[mode]["of"] == of else {}
        if mode == "parts":
            todo = knocked_out(self.trace, position, [part for part in parts(self.trace.gpt) if part not in bits])
        else:
            todo = self._places_left(self.trace, question["place"], position, dict(bits))
        start = time.monotonic()
        for name, moved in todo:
            bits[name] = moved
            if time.monotonic() - start > TURN_S:
                break
        self.tried = self.tried | {mode: {"of": of, "bits": bits}}

    def _places_left(
        self, trace: Trace, place: dict[str, Any], position: int, known: dict[str, float]
    ) -> Iterator[tuple[str, float]]:
        """ "layer position" of every place that is not known yet, and how far a patch there moves the prediction."""
        assert self._other is not None
        before = probs_at(trace, position)
        for layer in range(trace.gpt.config.n_layer):
            for at in range(min(len(trace), len(self._other))):
                if f"{layer} {at}" not in known:
                    patch = self._patch(trace, place | {"layer": layer, "position": at})
                    yield f"{layer} {at}", float(kl_bits(before, probs_after(trace, position, patch=patch)))

    def _edits(self) -> dict[str, Any]:
        """What is changed now, as keywords of `gv.trace`."""
        if self.mode == "parts":
            return {"without": list(self.without)}
        return {"patch": {} if self._other is None else self._patch(self.trace, self.place)}

    def figure(self) -> "Picture":
        from .. import figures

        given = self._edits()
        tried = (
            self.tried["parts"]["bits"] if self.tried["parts"]["of"] == f"{self.run} parts {self.position}" else None
        )
        return figures.knockout(self.trace, given.get("without", []), given.get("patch"), self.position, tried=tried)

    def words(self) -> str:
        t = self.strings
        effect = self._effect(self.trace, self.mode, self.without, self.position, self.place, self.run)
        before, after = (max(effect["rows"], key=lambda row: row[side]) for side in (2, 3))
        if self.mode == "parts":
            what = t["words_without"].format(parts=", ".join(self.without)) if self.without else t["words_nothing"]
        elif self._other is None:
            what = t["words_nothing"]
        else:
            layer, token = self.place["layer"], self.tokens[self.place["position"]]
            part = (
                f"head {self.place['head']}" if self.place["name"] == "z" else f"the {t['what_' + self.place['name']]}"
            )
            what = t["words_patch"].format(what=part, layer=layer, token=visible(token), text=visible(self._other.text))
        return t["words"].format(
            text=visible("".join(self.tokens[: self.position + 1])),
            before=visible(before[1]),
            before_percent=percent(before[2]),
            what=what,
            after=visible(after[1]),
            after_percent=percent(after[3]),
            bits=f"{effect['bits']:.2f}",
        )


def knockout(
    trace: Trace,
    without: Iterable[str] | None = None,
    position: int = -1,
    other: str | None = None,
    place: tuple | None = None,
    language: str = "en",
) -> Knockout:
    """The explorer of knock-outs: tick off heads, MLPs and neurons, or put in what another text has at a place.

    without: parts by their names ("L1H2", "L1MLP", "L2N37", "pos"); left out, the head that the prediction after
    `position` owes most to. other: a second text, for a patch at `place`, as in `gv.trace`: ("resid_post", 1, 4), where
    the last number is a position, or without one, for every position of two equally long texts.
    """
    return Knockout(trace, without, position, other, place, language)


def _named(place: dict[str, Any]) -> str:
    head = f" {place['head']}" if place["name"] == "z" else ""
    return f"{place['name']} {place['layer']}{head} {place['position']}"


def _place(given: tuple | None, trace: Trace, other: Trace) -> dict[str, Any]:
    """A place as it is written in a patch; if none is given, the stream in the middle where the texts first differ."""
    config = trace.gpt.config
    if given is None:
        pairs = zip(trace.ids.tolist(), other.ids.tolist(), strict=False)
        first = next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(trace), len(other)) - 1)
        return {"name": "resid_post", "layer": config.n_layer // 2, "head": 0, "position": first}
    name, *numbers = given
    axes = ["layer", "head"] if name == "z" else ["layer"]
    if name not in PLACES or not len(axes) <= len(numbers) <= len(axes) + 1:
        raise ValueError(
            f"place must be ({' or '.join(map(repr, PLACES[:3]))}, layer, position) or ('z', layer, head, position), "
            f"the position optional; got {given!r}"
        )
    position = index(numbers[len(axes)], min(len(trace), len(other))) if len(numbers) > len(axes) else -1
    layer = check("layer", numbers[0], config.n_layer)
    head = check("head", numbers[1], config.n_head) if name == "z" else 0
    return {"name": name, "layer": layer, "head": head, "position": position}
