"""Linear probes: what can be read off the residual stream, stage by stage, by a weighted sum and nothing cleverer.

A probe is a ridge regression from the stream's vectors at one token to the answers of a question, solved in closed form
(Hoerl & Kennard 1970; probes of hidden layers: Alain & Bengio 2016). Each document is judged by a probe that was fitted
to other documents. A probe shows that something *can* be read there, not that the model reads it (Belinkov 2022): that
takes a knock-out or a patch.
"""

import random
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple
from weakref import WeakKeyDictionary

import torch
from torch import Tensor
from torch.nn import functional as F

from gptviz import world
from gptviz.model import GPT
from gptviz.world import adjectives, moods
from gptviz.world.grammar import span

FOLDS = 5
RIDGE = 0.03  # the penalty, as a share of the number of documents; every input has variance 1


class Question(NamedTuple):
    """Something to be read off the vector of each prompt's last token. `answers`: the right one for each prompt."""

    name: str
    asks: str
    prompts: list[str]
    answers: list[str]


class Reading(NamedTuple):
    """How often linear probes answer a question rightly at each stage: before block 0, after block 0, 1, …

    right: (stages,), the share of documents. shuffled: (stages,), the same where the answers they were fitted to were
    shuffled, which leaves nothing to learn. commonest: the share of the commonest answer. n: documents.
    """

    name: str
    asks: str
    right: Tensor
    shuffled: Tensor
    commonest: float
    answers: int
    n: int

    @property
    def error(self) -> Tensor:
        """Two standard errors of `right`, (stages,): about 19 of 20 such bars hold the share of all documents."""
        return 2 * (self.right * (1 - self.right) / self.n).sqrt()

    @property
    def arrives(self) -> int:
        """The first stage at which four fifths of the way from `commonest` to the best stage are made."""
        return int((self.right >= self.commonest + 0.8 * (self.right.max() - self.commonest)).int().argmax())


def questions(n: int = 600, seed: int = 0) -> list[Question]:
    """Word, phrase, mood, topic and recall: n freshly written texts of the tiny world each, no text twice.

    word, phrase: at a noun that has one colour, which noun, and which colour? mood, topic: at the full stop after the
    second sentence, a token that is the same in all texts. recall: at the noun when it is mentioned again, some
    sentences later: which colour had it?
    """
    rng = random.Random(f"gptviz linear probes {seed}")
    noun = _some(n, lambda: _noun(rng))
    asked = {
        ("phrase", "which colour has this noun?"): [(prompt, color) for prompt, _, color in noun],
        ("mood", "happy, sad or formal?"): _some(n, lambda: _mood(rng)),
        ("topic", "what kind of text is it?"): _some(n, _topic(seed).__next__),
        ("recall", "named again: which colour?"): _some(n, lambda: _again(rng)),
    }
    word = Question("word", "which noun is this?", [prompt for prompt, *_ in noun], [word for _, word, _ in noun])
    return [word, *(Question(*name, *map(list, zip(*pairs, strict=True))) for name, pairs in asked.items())]


def streams(gpt: GPT, prompts: list[str], batch: int = 50) -> Tensor:
    """The residual stream of each prompt's last token at every stage. → (n_layer + 1, prompts, d_model)"""
    encoded = [torch.tensor(gpt.tokenizer.encode(prompt)[-gpt.config.n_ctx :]) for prompt in prompts]
    order = sorted(range(len(encoded)), key=lambda i: len(encoded[i]))  # little padding
    found = torch.empty(gpt.config.n_layer + 1, len(encoded), gpt.config.d_model)
    with torch.no_grad():
        for start in range(0, len(order), batch):
            part = order[start : start + batch]
            last = torch.tensor([len(encoded[i]) - 1 for i in part])

            def keep(name: str, layer: int, value: Tensor, part: list = part, last: Tensor = last) -> Tensor:
                if name == "resid_post" or (name, layer) == ("resid_pre", 0):
                    found[layer + (name == "resid_post"), part] = value[torch.arange(len(part)), last]
                return value

            # Padding comes after, where nobody looks.
            gpt.final(torch.nn.utils.rnn.pad_sequence([encoded[i] for i in part], batch_first=True), tap=keep)
    return found


def accuracy(vectors: Tensor, answers: Tensor, shuffled: bool = False) -> Tensor:
    """The share of examples answered rightly at each stage, each by a ridge regression fitted to the other folds.

    vectors: (stages, n, C). answers: (n,), numbers from 0; one column is fitted for each, and the largest wins.
    shuffled: the answers to be fitted are shuffled first. → (stages,)
    """
    stages, n, _ = vectors.shape
    wanted = F.one_hot(answers).to(vectors.dtype)  # (n, K)
    right = torch.zeros(stages)
    for fold in range(FOLDS):
        unseen = torch.arange(n) % FOLDS == fold
        X, Y = vectors[:, ~unseen], wanted[~unseen]
        if shuffled:
            Y = Y[torch.randperm(len(Y), generator=torch.Generator().manual_seed(fold))]
        mean, std, base = X.mean(1, keepdim=True), X.std(1, keepdim=True).clamp_min(1e-6), Y.mean(0)
        W = ridge((X - mean) / std, Y - base)
        says = ((vectors[:, unseen] - mean) / std @ W + base).argmax(-1)  # (stages, unseen)
        right += (says == answers[unseen]).sum(-1)
    return right / n


def ridge(X: Tensor, Y: Tensor) -> Tensor:
    """The W for which |XW − Y|² + λ|W|² is least, in closed form: (XᵀX + λ1)⁻¹ XᵀY. (…, n, C), (n, K) → (…, C, K)"""
    penalty = RIDGE * len(Y) * torch.eye(X.shape[-1], dtype=X.dtype)
    return torch.linalg.solve(X.mT @ X + penalty, X.mT @ Y)


def read(gpt: GPT, asked: Question, vectors: Tensor | None = None) -> Reading:
    """One question put to every stage of a GPT."""
    vectors = streams(gpt, asked.prompts) if vectors is None else vectors
    known = sorted(set(asked.answers))
    answers = torch.tensor([known.index(answer) for answer in asked.answers])
    commonest = float(answers.bincount().max() / len(answers))
    right, chance = accuracy(vectors, answers), accuracy(vectors, answers, shuffled=True)
    return Reading(asked.name, asked.asks, right, chance, commonest, len(known), len(answers))


_read: "WeakKeyDictionary[GPT, tuple[tuple[int, int], list[Reading]]]" = WeakKeyDictionary()


def readings(gpt: GPT, n: int = 600) -> list[Reading]:
    """All `questions`, put to every stage of a GPT; measured once per GPT, and again if it changes."""
    version = n, sum(weight._version for weight in gpt.parameters())
    if gpt not in _read or _read[gpt][0] != version:
        word, phrase, *others = questions(n)
        nouns = streams(gpt, word.prompts)  # of both
        found = [read(gpt, word, nouns), read(gpt, phrase, nouns), *(read(gpt, asked) for asked in others)]
        _read[gpt] = version, found
    return _read[gpt][1]


# ── texts to ask about: (prompt, answer, …) or None where this one does not serve ────────────────────────────────────


def _some(n: int, write: Callable[[], tuple | None]) -> list[tuple]:
    """n texts, none of them twice."""
    found: dict[str, tuple] = {}
    while len(found) < n:
        if one := write():
            found.setdefault(one[0], one)
    return list(found.values())


def _colored(rng: random.Random, own: dict[str, list[str]]) -> tuple[str, str] | None:
    """A noun of the scene that has a colour, and the colour; a noun has one at most."""
    found = [(noun, word) for noun, words in own.items() for word in words if word in adjectives.COLORS]
    return rng.choice(found) if found else None


def _noun(rng: random.Random) -> tuple[str, str, str] | None:
    _, told, own = adjectives.scene(rng)
    if (found := _colored(rng, own)) is None:
        return None
    text = " ".join(told)
    return text[: span(text.lower(), found[0])[1]], *found


def _again(rng: random.Random) -> tuple[str, str] | None:
    tell, told, own = adjectives.scene(rng)
    if (found := _colored(rng, own)) is None:
        return None
    return " ".join([*told, adjectives.quiet(tell, rng.choice(list(own))), f"The {found[0]}"]), found[1]


def _mood(rng: random.Random) -> tuple[str, str] | None:
    [case] = moods.cases(rng, 1)
    mood = next(mood for mood, slots in moods.MOODS.items() if any(set(case.right) <= set(w) for w in slots.values()))
    return (two, mood) if (two := _two_sentences(case.prompt)) else None


def _topic(seed: int) -> Iterator[tuple[str, str] | None]:
    for batch in range(10**6):
        for document in world.documents(2_000_003 + seed + batch, 1000):
            yield (two, document.family) if (two := _two_sentences(document.text)) else None


def _two_sentences(text: str) -> str:
    """The first two sentences, if the second ends in a full stop; else ""."""
    match = re.match(r"[^.!?]+[.!?][^.!?]+\.", text)
    return match[0] if match else ""
