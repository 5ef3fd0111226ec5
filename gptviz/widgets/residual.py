"""The residual stream: what the model would predict if it stopped early, and what each part added to one logit."""

from typing import TYPE_CHECKING, Any

import torch
import traitlets
from traitlets import Bytes, Dict, Int, List, Unicode

from ..edits import check
from ..geometry import attribution, lens, settled, word_id
from ..tracing import Trace, shown
from .explorer import TraceExplorer, floats, index, one_of, percent, state, visible

if TYPE_CHECKING:
    from ..figures.theme import Picture

SENT_AHEAD = 2**23  # logits of the lens: up to so many are read for all tokens at once, of more only for a few columns
COLUMNS = 12  # as many
BEST = 8  # tokens of each cell
MOST_WORDS = 64  # whose way through the stages is kept


class Residual(TraceExplorer):
    """Logit lens and direct logit attribution of one text.

    `best` (stages, columns, 8, 2): token id and probability of the likeliest tokens. `words_known`: tokens whose way
    is known; for each, `ways` (stages, columns, 3): rank, probability, logit, and `shares` (parts, columns):
    what each part added to its logit. All float32; the columns are those of the text from `first` on.
    `word`: the token id that is followed, -1 for the likeliest after `position`. `stage`: 0 before the first block.
    """

    name = "residual"
    stages = Int().tag(sync=True)
    vocab_size = Int().tag(sync=True)
    first = Int().tag(sync=True)
    best = Bytes().tag(sync=True)
    words_known = List(Int()).tag(sync=True)
    ways = Bytes().tag(sync=True)
    shares = Bytes().tag(sync=True)
    parts = List(Unicode()).tag(sync=True)
    names = Dict().tag(sync=True)  # id → token, of all ids in `best` and `words_known`
    position = state(Int())
    stage = state(Int())
    word = state(Int(-1))
    view = one_of("best", "rank")
    order = one_of("machine", "largest")
    part = state(Unicode())

    def __init__(self, trace: Trace, word: str | int | None = None, position: int = -1, language: str = "en"):
        position = index(position, len(trace))
        followed = -1 if word is None else _token_id(trace, word)
        self.trace = trace
        ahead = self._window(trace, position, [] if followed < 0 else [followed])
        start = {"position": position, "stage": trace.gpt.config.n_layer, "word": followed, "view": "best"}
        super().__init__(trace, language, start=start, **(ahead | start))

    @traitlets.validate("position")
    def _position(self, proposal: dict) -> int:
        return index(proposal["value"], len(self.tokens) or len(self.trace))

    @traitlets.validate("stage")
    def _stage(self, proposal: dict) -> int:
        return check("stage", proposal["value"], self.trace.gpt.config.n_layer + 1)

    def traced(self, trace: Trace) -> dict[str, Any]:
        if not self.stages:  # at first, the rest comes with __init__
            return super().traced(trace)
        held = [] if self.word < 0 else [self.word]
        return super().traced(trace) | self._window(trace, len(trace) - 1, held) | {"position": len(trace) - 1}

    def answer(self, question: dict[str, Any]) -> None:
        """Besides another text: a word as the reader types it, the way of a token id, or columns around a position."""
        if "word" in question:
            token = word_id(self.trace.gpt, question["word"].strip())
            self._follow(token)
            self.word = token
        elif "token" in question:
            self._follow(check("token_id", question["token"], self.vocab_size))
        elif "position" in question:
            position = index(question["position"], len(self.tokens))
            held = [] if self.word < 0 else [self.word]
            for name, value in self._window(self.trace, position, held).items():
                self.set_trait(name, value)
        else:
            super().answer(question)

    def _window(self, trace: Trace, position: int, words: list[int]) -> dict[str, Any]:
        """The lens for all columns, or for those that end in `position` where all would be too many."""
        config, T = trace.gpt.config, len(trace)
        first, stop = 0, T
        if (config.n_layer + 1) * T * config.vocab_size > SENT_AHEAD:
            first = max(0, min(position - COLUMNS + 1, T - COLUMNS))
            stop = min(T, first + COLUMNS)
        self._columns = list(range(first, stop))
        self._logits = lens(trace, self._columns)  # (stages, columns, vocabulary)
        probs = self._logits.softmax(-1)
        ids = self._logits.topk(min(BEST, config.vocab_size), dim=-1).indices  # (stages, columns, 8)
        best = torch.stack([ids.float(), probs.gather(-1, ids)], -1)
        likely = [*words, *ids[-1, position - first].tolist(), *ids[-1, :, 0].tolist()]
        known = list(dict.fromkeys(likely))[: max(len(words) + BEST, 32)]
        return {
            "stages": config.n_layer + 1,
            "vocab_size": config.vocab_size,
            "first": first,
            "best": floats(best),
            "names": _names(trace, [*ids.flatten().tolist(), *known]),
            **self._ways(trace, known),
        }

    def _ways(self, trace: Trace, words: list[int]) -> dict[str, Any]:
        """How words fare at every stage, and what each part added to their logits."""
        chosen = self._logits[..., words]  # (stages, columns, words)
        ranks = torch.stack([(self._logits > chosen[..., i, None]).sum(-1) + 1 for i in range(len(words))])
        probs = (chosen - self._logits.logsumexp(-1, keepdim=True)).exp()
        ways = torch.stack([ranks.float(), probs.permute(2, 0, 1), chosen.permute(2, 0, 1)], -1)
        parts, shares = attribution(trace, words, self._columns)
        return {"words_known": words, "ways": floats(ways), "parts": parts, "shares": floats(shares)}

    def _follow(self, token: int) -> None:
        """Learn the way of one more token, and forget the one asked for longest ago."""
        if token in self.words_known:
            return
        known, keep = len(self.words_known), min(len(self.words_known), MOST_WORDS - 1)
        new = self._ways(self.trace, [token])
        for name in ("words_known", "ways", "shares"):  # the tokens are the first axis of all three
            old = getattr(self, name)
            self.set_trait(name, new[name] + old[: keep * (len(old) // known)])
        self.names = self.names | _names(self.trace, [token])

    def _followed(self) -> int:
        """The token id whose way is shown."""
        if self.word >= 0:
            return self.word
        with torch.no_grad():
            return int(self.trace.gpt.unembed(self.trace.final[self.position]).argmax())

    def figure(self) -> "Picture":
        from .. import figures

        return figures.residual(self.trace, self._followed(), self.position)

    def words(self) -> str:
        t, token, trace = self.strings, self._followed(), self.trace
        logits = lens(trace, [self.position])[:, 0]  # (stages, vocabulary)
        stage = settled(logits, token)
        when = "words_never" if stage == self.stages else "words_always" if stage == 0 else "words_since"
        names, shares = attribution(trace, [token], [self.position])
        ranked = sorted(zip(names, shares[0, :, 0].tolist(), strict=True), key=lambda part: -abs(part[1]))
        name = visible(shown(trace.gpt, [token])[0])
        return t["words"].format(
            after=visible(trace.tokens[self.position]),
            token=name,
            percent=percent(float(logits[-1].softmax(-1)[token])),
            when=t[when].format(layer=stage - 1),
            rank=f"{int((logits[0] > logits[0, token]).sum()) + 1:,}",
            vocabulary=f"{self.vocab_size:,}",
            logit=_number(float(logits[-1, token])),
            count=len(names),
            parts=", ".join(f"{part} {'+' if share >= 0 else ''}{_number(share)}" for part, share in ranked[:3]),
        )


def residual(trace: Trace, word: str | int | None = None, position: int = -1, language: str = "en") -> Residual:
    """The explorer of the residual stream: the logit lens at every stage, and one logit as the sum of its parts.

    word: the token to follow, or its id; without it, the likeliest after `position`, which is negative from the end.
    """
    return Residual(trace, word, position, language)


def _token_id(trace: Trace, word: str | int) -> int:
    return word_id(trace.gpt, word) if isinstance(word, str) else check("word", word, trace.gpt.config.vocab_size)


def _names(trace: Trace, ids: list[int]) -> dict[str, str]:
    ids = list(dict.fromkeys(ids))
    return {str(i): name for i, name in zip(ids, shown(trace.gpt, ids), strict=True)}


def _number(x: float) -> str:
    return f"{x:.2f}".replace("-", "−")
