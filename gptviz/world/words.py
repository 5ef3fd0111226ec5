"""The shared words of the stories, and a Telling, whose open slots may hold slots of their own."""

import random
import re
from collections.abc import Mapping, Sequence

from gptviz.world import telling
from gptviz.world.grammar import sentence

NAMES = {he: tuple(name for name, pronoun in telling.NAMES.items() if pronoun == he) for he in ("he", "she")}
PRONOUNS = {
    "he": {"he": "he", "him": "him", "his": "his", "himself": "himself", "He": "He", "His": "His"},
    "she": {"he": "she", "him": "her", "his": "her", "himself": "herself", "He": "She", "His": "Her"},
}


def listed(words: str) -> tuple[str, ...]:
    """`"red blue"` → `("red", "blue")`, and phrases between bars: `"in bed|at home"` → `("in bed", "at home")`."""
    return tuple(words.split("|") if "|" in words else words.split())


# Open slots that every story may use: a pattern writes {food} and gets one of these.
WORDS: dict[str, Sequence[str]] = {
    "adj": listed("kind proud brave clever gentle quiet cheerful patient honest busy lonely tall shy polite curious"),
    "good": listed("happy glad proud cheerful grateful calm pleased"),
    "color": listed("red blue green yellow white black brown grey purple"),
    "garment": listed("coat hat scarf cloak jacket shirt"),
    "thing": listed(
        "lamp basket letter map key clock book coin bottle box candle blanket drum mirror ladder bell kite "
        "knife spoon flute"
    ),
    "food": listed("bread soup cheese cake honey porridge pancakes plums berries apples pears nuts"),
    "drink": listed("tea milk water juice cocoa"),
    "animal": listed("cat dog horse goat hen fox rabbit donkey duck sheep bird mouse"),
    "place": listed("garden forest village market river bridge hill field meadow lake harbour square barn"),
    "where": listed(
        "in the garden|in the forest|in the village|at the market|by the river|under the bridge|on the hill|"
        "in the field|in the meadow|"
        "by the lake|in the harbour|on the square|behind the barn"
    ),
    "room": listed("kitchen hall cellar attic bedroom library"),
    "season": listed("spring summer autumn winter"),
    "day": listed("Monday Tuesday Wednesday Thursday Friday Saturday Sunday"),
    "time": listed("morning evening afternoon night"),
    "weather": listed("rain snow wind fog sunshine thunder"),
    "flower": listed("roses tulips daisies lilies violets"),
    "tree": listed("oak apple pine willow cherry"),
    "number": listed("two three four five six seven"),
}

SLOT = re.compile(r"\{(\w+)\}")


class Telling:
    """One document in the making. Fixed slots (names, pronouns) stay; open slots are chosen without replacement."""

    def __init__(self, rng: random.Random, words: Mapping[str, Sequence[str]] = WORDS, **fixed: str):
        self.rng, self.words, self.fixed = rng, words, fixed
        self.used: set[str] = set(fixed.values())
        self.chosen: dict[str, str] = {}  # the last choice of each open slot

    def pick(self, options: Sequence[str]) -> str:
        """One of the options, and not one this telling has already used (while there is another)."""
        choice = self.rng.choice([o for o in options if o not in self.used] or options)
        self.used.add(choice)
        return choice

    def expand(self, pattern: str) -> str:
        """The pattern with every {slot} filled; a word chosen for a slot may contain slots itself."""
        return SLOT.sub(self._slot, pattern)

    def say(self, *patterns: str) -> str:
        """One of the patterns, as a finished sentence."""
        return sentence(self.expand(self.pick(patterns)))

    def _slot(self, match: re.Match) -> str:
        name = match[1]
        if name in self.fixed:
            return self.fixed[name]
        self.chosen[name] = self.expand(self.pick(self.words[name]))
        return self.chosen[name]


def words_in(text: str) -> int:
    """How many words a text has."""
    return len(text.split())
