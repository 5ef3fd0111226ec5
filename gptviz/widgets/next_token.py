"""How a GPT chooses the next token: logits, temperature, softmax, top-k and top-p, a draw."""

import math
from typing import TYPE_CHECKING, Any

import torch
import traitlets
from traitlets import Bytes, Dict, Float, Int, List, Unicode

from ..sampling import check_sampling, distribution
from ..tracing import Trace, shown
from .explorer import TraceExplorer, floats, index, percent, state, visible

if TYPE_CHECKING:
    from ..figures.theme import Picture

SENT_AHEAD = 2**20  # logits: up to 4 MB are sent at once, of more only one position at a time
HOTTEST = 10.0
MOST_K = 100
SAID = 16  # tokens of the text are in the sentence


class NextToken(TraceExplorer):
    """From the logits of one position to the distribution that the next token is drawn from.

    The logits (float32, positions × vocabulary) are sent once as bytes; the browser computes everything else.
    `position` may be negative, as an index. `selected`: the token id that is held, or -1. `tally`: what was drawn.
    """

    name = "next_token"
    vocabulary = List(Unicode()).tag(sync=True)
    logits = Bytes().tag(sync=True)
    first = Int().tag(sync=True)  # the position that `logits` begins with
    position = state(Int())
    temperature = state(Float(1.0))
    top_k = state(Int(None, allow_none=True))
    top_p = state(Float(1.0))
    selected = state(Int(-1))
    tally = state(Dict())

    def __init__(
        self,
        trace: Trace,
        position: int = -1,
        temperature: float = 1.0,
        top_k: int | None = None,
        top_p: float | None = None,
        language: str = "en",
    ):
        position = index(position, len(trace))
        choice = {"temperature": temperature, "top_k": top_k, "top_p": 1.0 if top_p is None else top_p}
        vocabulary = shown(trace.gpt, list(range(trace.gpt.config.vocab_size)))
        ahead = _sent(trace, position)
        start = {**choice, "position": position}
        super().__init__(trace, language, vocabulary=vocabulary, start=start, **(ahead | start))

    @traitlets.validate("temperature")
    def _temperature(self, proposal: dict) -> float:
        if not 0 <= proposal["value"] <= HOTTEST:
            raise ValueError(f"temperature must be 0..{HOTTEST:g}, got {proposal['value']}")
        return proposal["value"]

    @traitlets.validate("top_k")
    def _top_k(self, proposal: dict) -> int | None:
        if proposal["value"] is not None and not 1 <= proposal["value"] <= MOST_K:
            raise ValueError(f"top_k must be 1..{MOST_K}, or None for all, got {proposal['value']}")
        return proposal["value"]

    @traitlets.validate("top_p")
    def _top_p(self, proposal: dict) -> float:
        check_sampling(1.0, None, proposal["value"])
        return proposal["value"]

    @traitlets.validate("position")
    def _position(self, proposal: dict) -> int:
        return index(proposal["value"], len(self.tokens) or len(self.trace.tokens))

    def traced(self, trace: Trace) -> dict[str, Any]:
        return super().traced(trace) | _sent(trace, len(trace) - 1)  # `tokens` before `position`, checked against them

    def answer(self, question: dict[str, Any]) -> None:
        """Besides another text: the logits of another position."""
        if "position" not in question:
            return super().answer(question)
        position = index(question["position"], len(self.tokens))
        self.logits, self.first = floats(_rows(self.trace, position, position + 1)), position

    def _settings(self) -> dict[str, Any]:
        top_p = None if self.top_p == 1 else self.top_p
        return {"temperature": self.temperature, "top_k": self.top_k, "top_p": top_p}

    def figure(self) -> "Picture":
        from .. import figures

        return figures.next_token(self.trace, position=self.position, **self._settings())

    def words(self) -> str:
        t, settings, before = self.strings, self._settings(), self.tokens[: self.position + 1]
        [logits] = _rows(self.trace, self.position, self.position + 1)
        probs = distribution(logits.double(), **settings)
        bits = float(torch.special.entr(probs).sum() / math.log(2))
        best = probs.topk(min(3, len(probs)))
        names = [visible(self.vocabulary[i]) for i in best.indices.tolist()]
        tokens = [
            t["words_token"].format(token=name, percent=percent(p))
            for name, p in zip(names, best.values.tolist(), strict=True)
        ]
        cuts = [t[f"words_{name}"].format(**settings) for name in ("top_k", "top_p") if settings[name] is not None]
        return t["words"].format(
            text="… " * (len(before) > SAID) + visible("".join(before[-SAID:])),
            tokens=", ".join(tokens),
            others=f"{len(probs) - len(tokens):,}",
            vocabulary=f"{len(probs):,}",
            rest=percent(max(0.0, 1 - float(best.values.sum()))),
            temperature=f"{self.temperature:g}",
            cuts="".join(cuts),
            bits=f"{bits:.2f}",
            choices=f"{2**bits:.1f}",
        )


def next_token(
    trace: Trace,
    position: int = -1,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    language: str = "en",
) -> NextToken:
    """The explorer of the next token: drag temperature, top-k and top-p, choose a position, draw, type a text.

    position: after which token to predict, negative from the end. temperature: 0..10, 0 is argmax. top_k: 1..100 or
    None. top_p: above 0, at most 1, or None.
    """
    return NextToken(trace, position, temperature, top_k, top_p, language)


def _sent(trace: Trace, position: int) -> dict[str, Any]:
    """The logits of all positions, or of the one where all would be too many."""
    T, V = len(trace), trace.gpt.config.vocab_size
    first, stop = (0, T) if T * V <= SENT_AHEAD else (position, position + 1)
    return {"logits": floats(_rows(trace, first, stop)), "first": first, "position": position}


def _rows(trace: Trace, first: int, stop: int) -> torch.Tensor:
    """Logits of some positions (stop - first, vocabulary): at GPT-2's size all of them would be slow and large."""
    with torch.no_grad():
        return trace.gpt.unembed(trace.final[first:stop])
