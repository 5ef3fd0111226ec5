"""Telling one document: free words are drawn from pools, and none of them is used twice in the same document."""

import random
import re
from collections.abc import Mapping, Sequence

from gptviz.world.grammar import sentence

SLOT = re.compile(r"\{([\w ]+)\}")

NAMES = {
    **dict.fromkeys(("Anna", "Clara", "Mara", "Nora", "Ella", "Lena", "Ruth", "Julia", "Sarah", "Lucy"), "she"),
    **dict.fromkeys(("Tom", "Ben", "Paul", "Leo", "Max", "Oscar", "Felix", "Hugo", "Peter", "David"), "he"),
}
PRONOUNS = {"he": {"he": "he", "him": "him", "his": "his"}, "she": {"he": "she", "him": "her", "his": "her"}}


class Teller:
    """Fills the {slots} of patterns for one document.

    pools: slot → the words it may be; fixed: slot → its one word in this document. The slots {he}, {him} and {his}
    follow the person given to `about`.
    """

    def __init__(self, rng: random.Random, pools: Mapping[str, Sequence[str]], **fixed: str):
        self.rng, self.pools, self.fixed, self.used = rng, pools, fixed, set(fixed.values())

    def about(self, name: str, pronoun: str) -> "Teller":
        self.fixed |= {"name": name, **PRONOUNS[pronoun]}
        self.used.add(name)
        return self

    def word(self, slot: str) -> str:
        """The word of a slot: the fixed one, or one of its pool that this document has not used."""
        if slot in self.fixed:
            return self.fixed[slot]
        chosen = self.rng.choice([w for w in self.pools[slot] if w not in self.used] or self.pools[slot])
        self.used.add(chosen)
        return chosen

    def say(self, *patterns: str) -> str:
        """One of the patterns that this document has not used, filled."""
        pattern = self.rng.choice([p for p in patterns if p not in self.used] or patterns)
        self.used.add(pattern)
        return sentence(SLOT.sub(lambda slot: self.word(slot[1]), pattern))


def somebody(rng: random.Random) -> tuple[str, str]:
    """A name and its pronoun."""
    return rng.choice(list(NAMES.items()))


def tokens(text: str) -> list[str]:
    """Words and punctuation marks, about as many as the tokens of a trained tokenizer."""
    return re.findall(r"\w+|[^\w\s]", text)
