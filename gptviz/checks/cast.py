"""The cast of the course: the example texts that every lesson comes back to, and measures of what follows them."""

import math

import torch

from ..tracing import Trace, trace

# One sentence, two senses of "lies": the cue comes after the word.
SARAH = "Sarah lies still on the bed, feeling"
ANNA = "Anna lies again to the judge, feeling"
TIRED = (" tired", " sleepy", " exhausted", " drowsy", " weary")
GUILTY = (" guilty", " ashamed", " nervous", " sorry", " uneasy")
# One word, two senses: the cue comes before it.
EIFFEL = "They saw the Eiffel tower"
MINIATURE = "They saw the miniature tower"
# Each noun has adjectives of its own.
CREATURE = "a fluffy blue creature roamed the verdant forest"
STORY = (
    "A fluffy blue creature roamed the verdant forest. In the forest stood a wooden tower. "
    "Everyone said that the creature was"
)
# A pronoun and whom it means; a fact that hangs on a first and a last name.
KING = "The king gave Anna a hat because she"
JORDAN = "Michael Jordan plays"


def share(traced: Trace, words: tuple[str, ...]) -> float:
    """The probability that the text goes on with one of these words, each of one token or more."""
    return sum(chance(traced, word) for word in words)


def chance(traced: Trace, word: str) -> float:
    """The probability that the next tokens are those of this word, one after another."""
    ids = traced.gpt.tokenizer.encode(word)
    probs = trace(traced.gpt, [*traced.ids.tolist(), *ids]).probs[len(traced) - 1 : -1]
    return float(probs.gather(1, torch.tensor(ids)[:, None]).prod())


def bits(probs: torch.Tensor) -> torch.Tensor:
    """Entropy of each row, in bits. (…, V) → (…). Shannon 1948."""
    return torch.special.entr(probs.double()).sum(-1) / math.log(2)
