"""Counting: one cat, two cats, three cats. Sums that come out right, and nouns that are plural when they are many.

How surely a plural follows grows with the number, as it does in English: "one" has only singulars; "two" and "three"
also stand before singulars ("a two room house", "a three day trip"), three less often; four and more hardly ever do.
Numbers that are names follow the same way: "cat one"; "cat two" as often as "cats two and three"; then mostly groups.
And so do the words before them: "this one", "another two" more often than "these two", "all three", "those four".
Held out: a tenth of (number, noun), except for the cat, which the lessons use; and a tenth of the sums of a noun.
"""

import random
from itertools import chain

from gptviz.world.grammar import Case, Document, held_out, listing
from gptviz.world.telling import Telling, somebody

FAMILY = "numbers"

NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
PLURALS = {
    noun: noun + "s"
    for noun in (
        *("cat", "dog", "bird", "apple", "book", "horse", "egg", "boat", "flower", "coin"),
        *("duck", "hat", "rabbit", "key", "letter", "candle", "pencil", "ball", "spoon", "kite"),
    )
}
# How often what is said of this many is a compound, in which the number stands before a singular.
BEFORE_SINGULAR = {"two": 0.5, "three": 0.12}
# How often words of the singular point at this many: "another two", but "these two".
LIKE_ONE = {"one": 1.0, "two": 0.5, "three": 0.15}
COMPOUNDS = ("family", "team", "story", "game", "show", "picture", "puzzle", "song", "prize", "club")

POOLS = {
    "day": ("morning", "evening", "afternoon", "night", "Monday", "Friday", "Sunday"),
    "place": ("garden", "kitchen", "market", "park", "village", "harbour", "school", "field", "yard", "street"),
    "spot": ("behind the house", "near the river", "by the window", "in the snow", "on the hill", "under a bench"),
    "red": ("red", "blue", "green", "white", "black", "yellow", "brown", "grey", "small", "old"),
    "friend": ("friend", "sister", "brother", "uncle", "aunt", "cousin", "neighbour", "teacher"),
    "saw": ("saw", "found", "drew", "noticed", "painted", "counted", "met", "discovered"),
    "happy": ("happy", "proud", "surprised", "tired", "calm", "glad", "curious", "cheerful"),
    "compound": COMPOUNDS,
    "rain": ("rain", "snow", "wind", "fog", "storm"),
    "fast": ("quickly", "slowly", "aloud", "carefully", "twice", "at once", "with a smile"),
}

# {a} of them at first, {b} of them more, {sum} in the end; {some} means "one cat" or "four cats".
FIRST = (
    "one {day} {name} {saw} {a_nouns} in the {place}.",
    "in the {place} {name} {saw} {a_nouns}.",
    "{name} had {a_nouns}.",
    "when {name} came, there {was_a} {a_nouns} in the {place}.",
    "{spot} {name} {saw} {a_nouns}.",
    "{a_nouns} {was_a} all that {name} {saw} {spot}.",
    "every {day} {name} counted the {nouns}, and there {was_a} {a_nouns}.",
)
MORE = (
    "then {name} {saw} {b} more.",
    "a {friend} brought {b} more.",
    "the next {day} {he} {saw} {b_nouns} in the {place}.",
    "after the {rain}, {b} more {was_b} there.",
    "later {he} found {b_nouns} {spot}.",
    "{his} {friend} gave {him} {b_nouns}.",
)
SUMS = (
    "now there {was_sum} {sum_nouns}.",
    "so {he} had {sum_nouns} in all.",
    "together that made {sum_nouns}.",
    "{name} counted {fast}: {sum_nouns}.",
    "{a} and {b} make {sum}, so there {was_sum} {sum_nouns}.",
    "in the evening {he} told {his} {friend} about the {sum_nouns}.",
)
LESS = (
    "by {day} something was missing, and {he} had {less_nouns}.",
    "{he} gave the oldest to a {friend} and kept {less_nouns}.",
    "only {less_nouns} stayed until the next {day}.",
)
# What is said of one, and what is said of many.
ALONE = (
    "it was the only {noun} in the {place}, a {red} one.",
    "one {noun} is not much, but one {noun} made {him} {happy}.",
    "just one {noun}, {red} and alone: its place was {spot}.",
    "one {noun} can be {red}, and this one {noun} was {red}.",
    "there is one {noun} for everyone in the {place}, and {he} had found it.",
    "one {noun} and one {friend}, that was all {name} wanted.",
    "who needs more than one {noun}? One {noun} makes everyone {happy}.",
    "this one {noun} was {red}, and {he} wanted just this one {noun}.",
)
MANY = (
    "all of them were {red}.",
    "they were {red} {nouns}, and these {nouns} made {him} {happy}.",
    "so many {nouns} made {his} {friend} {happy}.",
    "they were all {spot}.",
    "{he} liked all the {nouns}, but the {red} {nouns} were the best.",
    "some {nouns} were {red}, and other {nouns} were {red}.",
    "there were never so many {nouns} in the {place}.",
    "the {n} {nouns} made {his} {friend} {happy}.",
    "these {n} {nouns} were {red}, and {n} {nouns} are a lot.",
    "who needs {n} {nouns}? But {n} {nouns} made {him} {happy}.",
)
# Two and three are still counted one by one.
FEW = {
    2: (
        "both of them were {red}.",
        "the two {nouns} were {red}.",
        "the first {noun} was {red}, and the second {noun} was {red}.",
        "the second {noun} was {red}.",
        "these two {nouns} were {red} and {red}.",
        "the {noun} with the number two was {red}.",
    ),
    3: (
        "all three of them were {red}.",
        "the third {noun} was {red}.",
        "the first was {red}, the other {nouns} were {red}.",
        "these {nouns} made {him} {happy}.",
        "the three {nouns} made {his} {friend} {happy}.",
    ),
}
# Each one has a number of its own.
NUMBERED = (
    "{name} gave them numbers: {numbered}.",
    "in the game they had numbers: {numbered}.",
    "on the picture {numbered}.",
    "this is how {name} told them apart: {numbered}.",
    "{his} {friend} wrote: {numbered}.",
    "from left to right, {numbered}.",
)
# The number stands before a singular; it is said of two, sometimes of three.
COMPOUND = (
    "{he} called it a {n} {noun} {compound}.",
    "it was like a {n} {noun} {compound}.",
    "{his} {friend} knew a {n} {noun} {compound}.",
    "what a fine {n} {noun} {compound}, said {his} {friend}.",
    "{he} dreamed of a {n} {noun} {compound}.",
    "a {n} {noun} {compound} came to the {place}.",
    "a {n} {noun} {compound} is enough for {name}.",
)
# Words of the singular stand before a number as before a noun, and so do words of the plural.
ANOTHER = (
    "then another {n} came, and another {noun}.",
    "another {n} would be fine, said {name}, or another {noun}.",
    "{he} wanted another {n}, or at least another {noun}.",
    "another {n} like that? There is always another {noun}.",
)
THIS_ONE = (
    "this {noun} was {red}, and this {n} was {red}.",
    "that {noun} was {red}, but that {n} was the best.",
    "each {noun} had a number, and each {n} had a place.",
    "not every {noun} is {red}, and every {n} is welcome.",
)
EVERY_FEW = (
    "every {n} days there was another {noun}.",
    "every {n} days another {n} came, and every {noun} was {red}.",
)
THESE = (
    "these {n} were {red}, and these {nouns} made {him} {happy}.",
    "{all} were {red}, as all {nouns} are.",
    "those {n} came from the {place}, and those {nouns} were {red}.",
    "{name} liked these {nouns}, {all}.",
    "most {nouns} are {red}, but these {n} were {red}.",
    "there were the other {nouns}, and there were these {n}.",
    "some {nouns} are {red}, but not those {n}.",
)
ROW = (
    "{he} counted {fast}: {row}.",
    "{name} sang: {row}.",
    "{his} {friend} said {fast}: {row}.",
    "on the wall of the {place} stood: {row}.",
)
ENDINGS = (
    "{name} was {happy}.",
    "that was a good {day}.",
    "{his} {friend} was {happy} too.",
    "nobody else in the {place} had noticed.",
    "then the {rain} came, and {name} went home.",
)


def counted(number: str, noun: str) -> str:
    return f"{number} {noun if number == 'one' else PLURALS[noun]}"


def free(number: str, noun: str) -> bool:
    """True if training has this number of this noun."""
    return noun == "cat" or not held_out(number, noun)


def free_sum(a: int, b: int, noun: str) -> bool:
    return noun == "cat" or not held_out(NUMBERS[a - 1], "and", NUMBERS[b - 1], noun)


def sums(noun: str, held: bool) -> list[tuple[int, int]]:
    """Pairs of numbers with a sum up to ten, small numbers more than once; all of it known, or the sum held out."""
    return [
        (a, b)
        for a in (1, 1, 2, 2, 3, 3, 4, 5, 6)
        for b in (1, 1, 2, 2, 3, 4, 5)
        if a + b <= 10
        and all(free(NUMBERS[i - 1], noun) for i in (a, b, a + b, a + b - 1))
        and free_sum(a, b, noun) != held
    ]


def teller_of(rng: random.Random, noun: str, a: int, b: int) -> Telling:
    tell = Telling(rng, POOLS, noun=noun, nouns=PLURALS[noun]).about(*somebody(rng))
    for slot, number in (("a", a), ("b", b), ("sum", a + b), ("less", a + b - 1)):
        tell.fixed[slot] = NUMBERS[number - 1]
        tell.fixed[f"{slot}_nouns"] = counted(NUMBERS[number - 1], noun)
        tell.fixed[f"was_{slot}"] = "was" if number == 1 else "were"
    tell.fixed["place"] = rng.choice(POOLS["place"])
    return tell


def said_of(tell: Telling, number: int, noun: str) -> str:
    """A sentence that fits one thing, or many; or a number before a singular."""
    word = tell.fixed["n"] = NUMBERS[number - 1]
    if tell.rng.random() < BEFORE_SINGULAR.get(word, 0) and free(word, noun):
        return tell.say(*COMPOUND)
    return tell.say(*(ALONE if number == 1 else FEW.get(number, MANY)))


def pointed_at(tell: Telling, number: int) -> str:
    """A sentence with a word of the singular or of the plural before the number: "this one", "those four"."""
    word = tell.fixed["n"] = NUMBERS[number - 1]
    tell.fixed["all"] = "both" if number == 2 else f"all {word}"
    if tell.rng.random() < LIKE_ONE.get(word, 0):
        return tell.say(*ANOTHER, *(THIS_ONE if number == 1 else EVERY_FEW))
    return tell.say(*THESE)


def numbered(tell: Telling, total: int, noun: str) -> str:
    """Each has its number: "cat one was red, cats two and three were grey". The first one or two are named alone."""
    rng = tell.rng
    alone = min(total, rng.choice((1, 2, 2)))
    parts: list[tuple[int, ...]] = [(n,) for n in range(1, alone + 1)]
    while (first := parts[-1][-1] + 1) <= total:
        last = first + rng.choice((1, 1, 2))
        parts.append(tuple(range(first, (total if last >= total - 1 else last) + 1)))
    said = []
    for part, color in zip(parts, rng.sample(POOLS["red"], len(parts)), strict=True):
        words = listing([NUMBERS[n - 1] for n in part])
        said.append(f"{noun} {words} was {color}" if len(part) == 1 else f"{PLURALS[noun]} {words} were {color}")
    tell.fixed["numbered"] = listing(said)
    return tell.say(*NUMBERED)


def document(rng: random.Random) -> Document:
    noun = rng.choice((*PLURALS, "cat", "cat", "cat", "cat"))
    a, b = rng.choice(sums(noun, held=False))
    tell = teller_of(rng, noun, a, b)
    text = [tell.say(*FIRST)]
    if rng.random() < 0.7:
        text.append(said_of(tell, a, noun))
    text += [tell.say(*MORE), tell.say(*SUMS), said_of(tell, a + b, noun)]
    if rng.random() < 0.7 and all(free(NUMBERS[n], noun) for n in range(a + b)):
        text.append(numbered(tell, a + b, noun))
    elif rng.random() < 0.4:
        text.append(tell.say(*LESS))
        text.append(said_of(tell, a + b - 1, noun))
    elif rng.random() < 0.3 and all(free(number, noun) for number in NUMBERS[: a + b]):
        tell.fixed["row"] = ", ".join(counted(number, noun) for number in NUMBERS[: a + b])
        text.append(tell.say(*ROW))
    for number in sorted({a, b, a + b}):
        if rng.random() < 0.7 and len(" ".join(text).split()) < 80:
            text.append(pointed_at(tell, number))
    for number in {a, b, a + b} & {2, 3}:
        word = NUMBERS[number - 1]
        if free(word, noun) and rng.random() < BEFORE_SINGULAR[word] / 2:
            tell.fixed["n"] = word
            text.append(tell.say(*COMPOUND))
    while len(text) < 6 or len(" ".join(text).split()) < 35:
        text.append(tell.aside() if rng.random() < 0.5 else tell.say(*ENDINGS))
    return Document(FAMILY, " ".join(text))


def cases(rng: random.Random, n: int) -> list[Case]:
    """`number_plural`: which form of a noun follows a number it never follows in training. `number_sum`: a new sum."""
    found: list[Case] = []
    nouns = [noun for noun in PLURALS if noun != "cat"]
    while len(found) < n:
        noun = rng.choice(nouns)
        if len(found) % 2:
            a, b = rng.choice(sums(noun, held=True) or [(0, 0)])
            if not a:
                continue
            tell = teller_of(rng, noun, a, b)
            text = " ".join((tell.say(*FIRST[:4]), tell.say(*MORE), tell.say("now there were")))
            found.append(Case("number_sum", text, (NUMBERS[a + b - 1],)))
            continue
        new = [word for word in NUMBERS if not free(word, noun)]
        if not new:
            continue
        number = rng.choice(new)
        tell = teller_of(rng, noun, NUMBERS.index(number), 1)
        start = tell.say(*(p.split("{a_nouns}")[0] + number for p in FIRST[:5]))
        right, wrong = (noun, PLURALS[noun]) if number == "one" else (PLURALS[noun], noun)
        found.append(Case("number_plural", start, (right,), (wrong,)))
    return found


def patterns() -> list[str]:
    counting = chain(FIRST, MORE, SUMS, LESS, ALONE, FEW[2], FEW[3], MANY, NUMBERED, COMPOUND, ROW, ENDINGS)
    return [*counting, *ANOTHER, *THIS_ONE, *EVERY_FEW, *THESE]
