"""Telling one document: slots get words, and no word or pattern is used twice while there is another."""

import random
import re
from collections.abc import Mapping, Sequence

from gptviz.world.grammar import sentence
from gptviz.world.words import ASIDES, WORDS

SLOT = re.compile(r"\{([\w ]+)\}")

NAMES = {
    "he": ("Tom", "Ben", "Paul", "Leo", "Max", "Oscar", "Felix", "Hugo", "Peter", "David"),
    "she": ("Anna", "Clara", "Mara", "Nora", "Ella", "Lena", "Ruth", "Julia", "Sarah", "Lucy"),
}
PRONOUNS = {
    "he": {"he": "he", "him": "him", "his": "his", "himself": "himself", "He": "He", "His": "His"},
    "she": {"he": "she", "him": "her", "his": "her", "himself": "herself", "He": "She", "His": "Her"},
}


def somebody(rng: random.Random) -> tuple[str, str]:
    """A name and its pronoun."""
    he = rng.choice(("he", "she"))
    return rng.choice(NAMES[he]), he


class Telling:
    """One document in the making.

    words: open slot → what it may be, which may hold slots itself; fixed: slot → what it is in this whole document.
    """

    def __init__(self, rng: random.Random, words: Mapping[str, Sequence[str]] = WORDS, **fixed: str):
        self.rng, self.words, self.fixed = rng, words, fixed
        self.used = set(fixed.values())
        self.chosen: dict[str, str] = {}  # the last choice of each open slot

    def about(self, name: str, pronoun: str) -> "Telling":
        """From here on {name} is this person, and the slots of the pronoun follow."""
        self.fixed |= {"name": name, **PRONOUNS[pronoun]}
        self.used.add(name)
        return self

    def pick(self, options: Sequence[str]) -> str:
        """One of the options, and not one this telling has already used (while there is another)."""
        choice = self.rng.choice([o for o in options if o not in self.used] or options)
        self.used.add(choice)
        return choice

    def expand(self, pattern: str) -> str:
        """The pattern with every {slot} filled."""
        return SLOT.sub(lambda slot: self._word(slot[1]), pattern)

    def say(self, *patterns: str) -> str:
        """One of the patterns, as a finished sentence."""
        return sentence(self.expand(self.pick(patterns)))

    def aside(self) -> str:
        """A sentence about something else, in which nearly every word could have been another."""
        return Telling(self.rng).say(*ASIDES)

    def _word(self, slot: str) -> str:
        if slot in self.fixed:
            return self.fixed[slot]
        self.chosen[slot] = self.expand(self.pick(self.words[slot]))
        return self.chosen[slot]


def tokens(text: str) -> list[str]:
    """Words and punctuation marks, about as many as the tokens of a trained tokenizer."""
    return re.findall(r"\w+|[^\w\s]", text)


def fits(text: str) -> bool:
    """Long enough to be a story, and short enough for the model's context."""
    return 35 <= len(text.split()) <= 110
