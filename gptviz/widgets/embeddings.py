"""Words as points: neighbours, sums of words, the parallelogram of an analogy, in two dimensions or three."""

import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import torch
import traitlets
from traitlets import Bytes, Dict, Float, Int, List, Unicode

from ..geometry import Axes, Found, axes_through, find, word_axes, word_id, word_ids
from ..model import GPT
from ..tracing import shown
from .explorer import Explorer, floats, one_of, state, visible

if TYPE_CHECKING:
    from ..figures.theme import Picture

SENT_AHEAD = 2**21  # bytes of W_E: up to that, the browser computes everything itself
LISTED = 14
CLOSEST = 40  # tokens that an answer of the kernel brings along: who is labelled on the map
# What one might try, and the word one might expect. Which of them this model fulfils is found out when it is shown.
TRIES = [
    ("king - man + woman", "queen"),
    ("Paris - France + Italy", "Rome"),
    ("sushi - Japan + Italy", "pizza"),
    ("dogs - dog + cat", "cats"),
    ("three - two + four", "five"),
    ("sun - day + night", "moon"),
    ("hot - cold + small", "big"),
    ("Messi - soccer + tennis", "Federer"),
    ("Tuesday - Monday + Friday", "Saturday"),
]


class Embeddings(Explorer):
    """The rows of W_E that are words, on a map one can turn; sums of them; and which words lie nearest to a sum.

    `vectors`: W_E (float32, vocabulary × d_model) where it is small; else empty, and the kernel answers with `found`.
    `principal`: every token, and zero as the last row, along the three principal axes of the words (float32).
    `through`: the words of the map's plane, "" for those of the expression. `selected`: a token id, or -1.
    """

    name = "embeddings"
    vocabulary = List(Unicode()).tag(sync=True)
    typed = List(Int()).tag(sync=True)  # what a reader's word may be: the tokens that their own text encodes to
    word_ids = List(Int()).tag(sync=True)  # the words on the map, the often seen ones first
    width = Int().tag(sync=True)
    vectors = Bytes().tag(sync=True)
    principal = Bytes().tag(sync=True)
    variance = List(Float()).tag(sync=True)
    tries: Any = List().tag(sync=True)  # [expression, expected word, its rank, who is first]
    found = Dict().tag(sync=True)
    placed = Bytes().tag(sync=True)  # of `found`: every token and zero along the axes through its words
    ahead: Any = List().tag(sync=True)  # answers as in `found`, for a page without a kernel and without vectors
    ahead_placed = Bytes().tag(sync=True)  # of these: int16, whose 32,767 is `largest` of the answer
    start = Dict().tag(sync=True)
    expression = state(Unicode())
    through = state(Unicode())
    axes = one_of("words", "principal")
    dimensions = state(Int(2))
    zoom = state(Float(0.0))
    turn = state(List(Float()))
    pan = state(List(Float()))
    selected = state(Int(-1))

    def __init__(
        self,
        gpt: GPT,
        expression: str | None = None,
        axes: str = "words",
        through: Sequence[str] = (),
        dimensions: int = 2,
        language: str = "en",
    ):
        self.gpt = gpt
        tries = tried(gpt)
        if expression is None:
            won = [attempt[0] for attempt in tries if attempt[2] == 1]
            words = word_ids(gpt)
            expression = (won or [attempt[0] for attempt in tries] or [shown(gpt, words[:1])[0].strip()])[0]
        with torch.no_grad():
            weight = gpt.embed.weight
            principal = word_axes(gpt)
            small = weight.numel() * 4 <= SENT_AHEAD
            vocabulary = shown(gpt, list(range(gpt.config.vocab_size)))
            choice = {
                "expression": expression,
                "through": " ".join(through),
                "axes": axes,
                "dimensions": dimensions,
                "zoom": 0.0,
                "turn": [0.5, 0.35],
                "pan": [0.0, 0.0],
            }
            super().__init__(
                language,
                vocabulary=vocabulary,
                typed=_typed(gpt, vocabulary),
                word_ids=word_ids(gpt),
                width=gpt.config.d_model,
                vectors=floats(weight) if small else b"",
                principal=floats(_placed(gpt, principal)),
                variance=principal.variance.tolist(),
                tries=tries,
                start=choice,
                **choice,
            )
        find(gpt, expression)  # an error here is for who wrote the cell
        if through:
            word_axes(gpt, through)
        if not small:
            self.answer({"expression": expression})

    @traitlets.validate("dimensions")
    def _dimensions(self, proposal: dict) -> int:
        if proposal["value"] not in (2, 3):
            raise ValueError(f"dimensions must be 2 or 3, got {proposal['value']}")
        return proposal["value"]

    def answer(self, question: dict[str, Any]) -> None:
        """What a sum finds, for a browser that has no vectors, or that wants to be told what is wrong with it."""
        through = question.get("through", self.through)
        found, points = self._answer(question["expression"], through, question.get("token", -1))
        if self.vectors:  # the browser knew a word that it could not find
            return
        self.set_trait("placed", b"" if points is None else floats(points))
        self.set_trait("found", found)

    def _answer(self, expression: str, through: str, asked: int = -1) -> tuple[dict[str, Any], torch.Tensor | None]:
        """For a browser without vectors: the closest tokens' places, cosines and lengths; where all tokens lie."""
        found = find(self.gpt, expression)
        tokens, axes = _word_axes(self.gpt, found, through.split())
        weight = self.gpt.embed.weight.detach()
        row = found.order.argsort()  # of each token, its place
        ids = list(dict.fromkeys([*found.order[:CLOSEST].tolist(), *[i for _, i in found.terms]]))
        ids += [asked] if asked >= 0 and asked not in ids else []
        one, other = (torch.stack([sign * weight[i].double() for sign, i in terms]).sum(0) for terms in _pair(found))
        told = {
            "expression": expression,
            "through": through,
            "through_ids": tokens,
            "terms": found.terms,
            "inputs": sorted(found.inputs),
            "closest": [[i, int(row[i]), float(found.cosine[i]), float(weight[i].norm())] for i in ids],
            "best": found.best,
            "length": float(found.vector.norm()),
            "steps": [float(one @ other), float(one.norm()), float(other.norm())],
        }
        return told, _placed(self.gpt, axes) if axes else None

    def compact(self) -> dict[str, Any]:
        """Without the vectors, but with the answers to the present sum and to each of `tries`: a fifth of the bytes."""
        answers, places = [], b""
        for expression, *_ in self.tries:
            told, points = self._answer(expression, self.through)
            points = torch.zeros(self.gpt.config.vocab_size + 1, 3) if points is None else points
            largest = float(points.abs().max())
            answers.append(told | {"largest": largest})
            places += (points / (largest or 1) * 32767).round().numpy().astype("<i2").tobytes()
        told, points = self._answer(self.expression, self.through)
        present = {"found": told, "placed": b"" if points is None else floats(points)}
        return {"vectors": b"", "ahead": answers, "ahead_placed": places} | present

    def figure(self) -> "Picture":
        from .. import figures

        through = self.through.split() if self.axes == "words" and self.through else None
        return figures.embeddings(self.gpt, self.expression, () if self.axes == "principal" else through)

    def words(self) -> str:
        t, found = self.strings, find(self.gpt, self.expression)
        name = {i: _name(self.gpt, i) for i in {*found.order[:LISTED].tolist(), found.best}}
        kept = [i for i in found.order[:LISTED].tolist() if i not in found.inputs][:3]
        near = ", ".join(t["words_near"].format(word=name[i], cosine=f"{float(found.cosine[i]):.2f}") for i in kept)
        said = t["words"].format(expression=pretty(self.expression), near=near)
        if len(found.terms) > 1:
            said += t["words_inputs"].format(word=name[int(found.order[0])])
        if found.corners:
            b, c, a, d = self.gpt.embed.weight.detach()[list(found.corners)]
            names = [_name(self.gpt, i) for i in found.corners]
            cosine = float(torch.cosine_similarity(c - b, d - a, dim=0))
            said += t["words_steps"].format(
                one=f"{names[1]} − {names[0]}", other=f"{names[3]} − {names[2]}", cosine=f"{cosine:.2f}"
            )
        return said + "."


def embeddings(
    gpt: GPT,
    expression: str | None = None,
    axes: str = "words",
    through: Sequence[str] = (),
    dimensions: int = 2,
    language: str = "en",
) -> Embeddings:
    """The explorer of token vectors: type `king - man + woman`, or one word for its neighbours; turn the map.

    expression: None takes the first of a few analogies that comes out in this model. axes: "words", the plane through
    the words of the expression, or through two to four others, `through`; "principal", where all words differ most.
    dimensions: 2 or 3.
    """
    return Embeddings(gpt, expression, axes, through, dimensions, language)


def pretty(expression: str) -> str:
    """An expression with true signs: "king − man + woman"."""
    return " ".join(expression.replace("-", " − ").replace("+", " + ").split())


def tried(gpt: GPT) -> list[list]:
    """The analogies of TRIES that this model has words for: [expression, expected, its rank, who is first]."""
    results = []
    for expression, expected in TRIES:
        try:
            found, wanted = find(gpt, expression), word_id(gpt, expected)
        except ValueError:
            continue
        kept = [i for i in found.order.tolist() if i not in found.inputs]
        results.append([expression, expected, kept.index(wanted) + 1, _name(gpt, kept[0])])
    return results


def _name(gpt: GPT, i: int) -> str:
    """A token as it is written within a sentence."""
    return visible(shown(gpt, [i])[0]).removeprefix("␣")


def _typed(gpt: GPT, vocabulary: Sequence[str]) -> list[int]:
    """The ids of tokens that come out when their own text is encoded; the pieces of a character do not."""
    if gpt.tokenizer is None:
        return []
    plain = [i for i, token in enumerate(vocabulary) if "⟨" not in token and token.strip()]
    encoded = gpt.tokenizer.encode_batch([vocabulary[i] for i in plain])
    return [i for i, ids in zip(plain, encoded, strict=True) if ids == [i]]


def _placed(gpt: GPT, axes: Axes) -> torch.Tensor:
    """Every token, and zero, along up to three axes; the others are 0. → (vocabulary + 1, 3)"""
    along = gpt.embed.weight.detach() @ axes.directions.T.float()
    origin = (axes.origin @ axes.directions.T).float()
    points = torch.cat([along - origin, -origin[None]])
    return torch.nn.functional.pad(points, (0, 3 - points.shape[1]))


def _word_axes(gpt: GPT, found: Found, through: Sequence[str]) -> tuple[list[int], Axes | None]:
    """The axes through some words; without any, through those of a sum and its answer; none if they span none."""
    if through:
        return [word_id(gpt, word) for word in through], word_axes(gpt, through)
    if found.corners:  # first a space with the answer in it
        tries = [list(found.corners), list(found.corners[:3])]
    else:
        tries = [[i for _, i in found.terms]] if len(found.terms) == 2 else []
    for ids in tries:
        with contextlib.suppress(ValueError):
            return ids, axes_through(gpt.embed.weight.detach()[ids])
    return [], None


def _pair(found: Found) -> list[list[tuple[int, int]]]:
    """The two sums whose cosine is told: the steps of an analogy, or the two words of a sum, or one word twice."""
    if found.corners:
        b, c, a, d = found.corners
        return [[(1, c), (-1, b)], [(1, d), (-1, a)]]
    return [[(1, i)] for _, i in found.terms] if len(found.terms) == 2 else [found.terms, found.terms]
