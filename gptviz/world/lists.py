"""Lists that are repeated in the same order: what was packed and unpacked, who was called and called again.

The order is random, so the second copy can only be told from the first: the work of an induction head. A tenth of the
ordered pairs of words never stand next to each other in training.
"""

import random
from collections.abc import Callable, Sequence

from gptviz.world.grammar import Case, Document, held_out, sentence, span
from gptviz.world.telling import NAMES, Telling, somebody, tokens

FAMILY = "lists"

# Singular, and starting with a consonant: they follow "a". First what one can carry.
CARRIED_WORDS = """
    lamp rope coin key map knife spoon candle mirror drum flute book pencil basket bottle blanket hammer ladder bell
    ring hat scarf coat glove shoe shirt button ribbon needle comb clock watch lantern bucket brush broom chair carpet
    box violin ball doll kite puzzle ticket stamp newspaper cup plate bowl fork kettle jar pillow towel suitcase wallet
    lemon pear peach plum potato carrot cabbage melon biscuit sandwich cake sausage tomato
"""
OTHER_WORDS = """
    kitten dog horse goat rabbit fox bear wolf mouse pony goose duck hen pigeon parrot donkey bird table ship boat wagon
    castle tower bridge church garden river forest mountain village
"""
THINGS = CARRIED_WORDS.split()
WORDS = THINGS + OTHER_WORDS.split()

POOLS = {
    "packed": ("packed", "bought", "found", "borrowed", "collected", "carried", "painted", "wanted", "needed"),
    "unpacked": ("unpacked", "counted", "sold", "lost", "cleaned", "hid", "showed us", "named", "drew"),
    "inn": ("inn", "market", "station", "school", "farm", "harbour", "hotel", "castle gate", "shop"),
    "day": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "friend": ("friend", "sister", "brother", "teacher", "uncle", "aunt", "neighbour", "cousin"),
    "happy": ("happy", "tired", "calm", "proud", "nervous", "surprised", "hungry", "careful", "cheerful"),
    "rain": ("rain", "snow", "wind", "fog", "storm", "sun"),
    "room": ("room", "kitchen", "attic", "cellar", "classroom", "library", "hall", "tent", "cabin"),
    "teacher": ("teacher", "captain", "guide", "judge", "doctor", "driver", "waiter", "king"),
    "song": ("song", "poem", "riddle", "joke", "story", "prayer", "speech", "play"),
}

# {bare}: lamp rope coin; {list}: a lamp, a rope and a coin; {people}: Mara, Tom and Lena.
CARRIED = (
    "{name} {packed} {list}. At the {inn} {he} {unpacked} {list}.",
    "on {day} {name} {packed} {list}. On {day} {he} {unpacked} {list}.",
    "in the {room} there was {list}. {name} looked around and counted {list}.",
    "the {friend} of {name} asked for {list}. So {name} went to the {inn} and brought {list}.",
    "what did {name} want? {list}. And what did {he} get? {list}.",
    "the thief took {list}. In the {room} of the thief the police found {list}.",
    "on the table of the {inn} lay {list}. {name} {unpacked} {list}.",
)
SPELLS = (
    "the magic words were {bare}. {name} said them again: {bare}.",
    "the spell of the {teacher} was {bare}. Nobody laughed when {he} tried it: {bare}.",
    "remember these words: {bare}. Now say them: {bare}.",
    "the {teacher} said: {bare}. {name} repeated: {bare}.",
    "the words on the blackboard were {bare}. {name} wrote down {bare}.",
    "the secret code of the {room} is {bare}. Do not forget it: {bare}.",
    "the parrot of the {teacher} said {bare} and then, a little louder, {bare}.",
    "on {day} the rhyme was {bare}. On {day} it was still {bare}.",
    "the children sang {bare}. Soon everyone at the {inn} sang {bare}.",
    "list: {bare}. Again: {bare}.",
    "to read: {bare}. To spell: {bare}.",
    "in {his} sleep {name} said {bare}. In the morning {he} wrote it down: {bare}.",
    "{bare} was the password of the {inn}. The {friend} of {name} forgot it, so {name} said {bare}.",
)
ROLLS = (
    "the {teacher} called {people}. In the {room} sat {people}.",
    "first in the race were {people}. The {teacher} gave prizes to {people}.",
    "the letter was signed by {people}. So {name} wrote back to {people}.",
    "the names on the door of the {room} were {bare}. The names on the table were {bare}.",
    "{bare}, called the {teacher}. {bare}, called the {friend} of {name}.",
    "on {day} {name} met {people}. On {day} {he} met them all again: {people}.",
    "the boat carried {people}. At the harbour stood {people}.",
    "the {teacher} read the names {bare}. The {friend} of {name} checked the names {bare}.",
    "{people} sang a {song}. Later the {teacher} thanked {people}.",
)
BETWEEN = (
    "the {rain} had stopped, and everyone was {happy}.",
    "it was a long day, and {name} was {happy}.",
    "the {friend} of {name} laughed and closed the door.",
    "then the {teacher} began a {song}.",
    "nobody had forgotten anything.",
    "the {friend} of {name} could not believe it.",
    "that was all, and {name} felt {happy}.",
    "because of the {rain}, it took all day.",
    "the {teacher} was {happy} too.",
)


def row(rng: random.Random, words: Sequence[str], length: int) -> list[str]:
    """Distinct words in random order, no two neighbours held out."""
    chosen = [rng.choice(words)]
    while len(chosen) < length:
        word = rng.choice(words)
        if word not in chosen and not held_out(chosen[-1], word):
            chosen.append(word)
    return chosen


def row_held_out(rng: random.Random, words: Sequence[str], length: int) -> list[str]:
    """The same with one pair of neighbours, or more, that is held out."""
    while True:
        chosen = rng.sample(words, length)
        if any(held_out(*pair) for pair in zip(chosen, chosen[1:], strict=False)):
            return chosen


def spelled(words: list[str], slot: str) -> str:
    """How a slot writes its list."""
    if slot == "bare":
        return " ".join(words)
    words = words if slot == "people" else [f"a {word}" for word in words]
    return f"{', '.join(words[:-1])} and {words[-1]}"


def twice(tell: Telling, words: list[str], patterns: tuple[str, ...]) -> str:
    tell.fixed |= {slot: spelled(words, slot) for slot in ("bare", "list", "people")}
    tell.fixed["song"] = tell.rng.choice(POOLS["song"])
    told = tell.say(*patterns)
    return ". ".join(map(sentence, told.split(". "))).replace("? a ", "? A ")


def repeated(tell: Telling, row_of: Callable, longest: int) -> tuple[list[str], str]:
    """A list, drawn by `row_of`, and the sentences that tell it twice."""
    rng = tell.rng
    kind = rng.choices((SPELLS, CARRIED, ROLLS), (8, 1, 2))[0]
    people = [name for names in NAMES.values() for name in names if name != tell.fixed["name"]]
    words = row_of(
        rng, {SPELLS: WORDS, CARRIED: THINGS, ROLLS: people}[kind], rng.randint(4, longest + 4 * (kind is SPELLS))
    )
    return words, twice(tell, words, kind)


def document(rng: random.Random) -> Document:
    """One or two lists, each told twice."""
    tell = Telling(rng, POOLS).about(*somebody(rng))
    _, text = repeated(tell, row, 9)
    if rng.random() < 0.7:
        text += " " + tell.say(*BETWEEN)
    if len(tokens(text)) < 56:
        text += " " + repeated(tell, row, 5)[1]
    while len(text.split()) < 35:
        text += " " + tell.say(*BETWEEN)
    return Document(FAMILY, text)


def cases(rng: random.Random, n: int) -> list[Case]:
    """Each word of a second copy that follows a word it never follows in training."""
    found: list[Case] = []
    while len(found) < n:
        words, text = repeated(Telling(rng, POOLS).about(*somebody(rng)), row_held_out, 9)
        for before, word in zip(words, words[1:], strict=False):
            if held_out(before, word):
                found.append(Case("copy", text[: span(text, word, -1)[0]].rstrip(), (word,)))
    return found[:n]


def patterns() -> list[str]:
    return [*SPELLS, *CARRIED, *ROLLS, *BETWEEN]
