"""How a GPT chooses the next token: logits, temperature, softmax, top-k and top-p, a draw."""

import math
from typing import TYPE_CHECKING, Any

import torch
import traitlets
from traitlets import Bool, Bytes, Dict, Float, Int, List, Unicode

from ..sampling import check_sampling, distribution
from ..tracing import Trace, shown
from ..tracing import trace as run_trace
from .explorer import Explorer, visible

if TYPE_CHECKING:
    from ..figures.theme import Picture

SENT_AHEAD = 2**20  # logits: up to 4 MB are sent at once, of more only one position at a time
HOTTEST = 10.0
MOST_K = 100
SAID = 16  # tokens of the text are in the sentence


def state(default: Any) -> Any:
    """A trait that the browser sets too. What it says is not echoed to it: it may have moved on meanwhile."""
    return default.tag(sync=True, echo_update=False)


class NextToken(Explorer):
    """From the logits of one position to the distribution that the next token is drawn from.

    The logits (float32, positions × vocabulary) are sent once as bytes; the browser computes everything else.
    `position` may be negative, as an index. `selected`: the token id that is held, or -1. `tally`: what was drawn.
    """

    name = "next_token"
    text = state(Unicode())
    tokens = List(Unicode()).tag(sync=True)
    ids = List(Int()).tag(sync=True)
    vocabulary = List(Unicode()).tag(sync=True)
    rarely_seen = List(Bool()).tag(sync=True)
    counted = Bool().tag(sync=True)
    logits = Bytes().tag(sync=True)
    first = Int().tag(sync=True)  # the position that `logits` begins with
    run = Int().tag(sync=True)  # counts the texts
    error = Unicode().tag(sync=True)
    start = Dict().tag(sync=True)  # what Reset goes back to
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
        self.trace = trace
        choice = {"temperature": temperature, "top_k": top_k, "top_p": 1.0 if top_p is None else top_p}
        traced = self._traced(trace, position)
        vocabulary = shown(trace.gpt, list(range(trace.gpt.config.vocab_size)))
        start = {**choice, "position": traced["position"]}
        super().__init__(language, vocabulary=vocabulary, start=start, **traced, **choice)
        self.on_msg(self._asked)

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
        return _index(proposal["value"], len(self.tokens) or len(self.trace.tokens))

    def _traced(self, trace: Trace, position: int) -> dict[str, Any]:
        """The traits that a trace decides."""
        T, V = len(trace.tokens), trace.gpt.config.vocab_size
        position = _index(position, T)
        first, stop = (0, T) if T * V <= SENT_AHEAD else (position, position + 1)
        return {
            "text": trace.text,
            "ids": trace.ids.tolist(),
            "tokens": trace.tokens,
            "rarely_seen": trace.rarely_seen,
            "counted": trace.gpt.token_counts is not None,
            "logits": _logits(trace, first, stop),
            "first": first,
            "position": position,
        }

    def _asked(self, _: Any, question: dict, buffers: Any) -> None:
        """The browser asks for the trace of another text, or for the logits of another position."""
        try:
            with self.hold_sync():
                if "text" in question:
                    if self.trace.edits:  # they were for this text; without them, the other would show another model
                        raise ValueError(self.strings["edited"])
                    again = run_trace(self.trace.gpt, question["text"])
                    traced = self._traced(again, -1)
                    self.trace = again
                    for name, value in traced.items():  # `tokens` before `position`, which is checked against them
                        self.set_trait(name, value)
                    self.run += 1
                else:
                    position = _index(question["position"], len(self.tokens))
                    self.logits, self.first = _logits(self.trace, position, position + 1), position
                self.error = ""
        except Exception as problem:  # whatever went wrong is for the reader to see, in the explorer
            self.error = str(problem) if isinstance(problem, ValueError) else f"{type(problem).__name__}: {problem}"
        finally:
            self.send({"answered": question.get("number")})

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
            t["words_token"].format(token=name, percent=_percent(p))
            for name, p in zip(names, best.values.tolist(), strict=True)
        ]
        cuts = [t[f"words_{name}"].format(**settings) for name in ("top_k", "top_p") if settings[name] is not None]
        return t["words"].format(
            text="… " * (len(before) > SAID) + visible("".join(before[-SAID:])),
            tokens=", ".join(tokens),
            others=f"{len(probs) - len(tokens):,}",
            vocabulary=f"{len(probs):,}",
            rest=_percent(max(0.0, 1 - float(best.values.sum()))),
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


def _index(position: int, count: int) -> int:
    if not -count <= position < count:
        raise ValueError(f"position must be {-count}..{count - 1} for this text, got {position}")
    return position % count


def _rows(trace: Trace, first: int, stop: int) -> torch.Tensor:
    """Logits of some positions (stop - first, vocabulary): at GPT-2's size all of them would be slow and large."""
    with torch.no_grad():
        return trace.gpt.unembed(trace.final[first:stop])


def _logits(trace: Trace, first: int, stop: int) -> bytes:
    return _rows(trace, first, stop).float().contiguous().numpy().astype("<f4").tobytes()


def _percent(p: float) -> str:
    return "< 0.1 %" if 0 < p < 0.0005 else f"{100 * p:.1f} %"
