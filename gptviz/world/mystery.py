"""Short detective stories: something was stolen, the thief left a clue, and each trade leaves clues of its own.

The clue comes early, at least 40 words and punctuation marks before the name of the thief; until then all suspects are
treated alike, so only the clue tells. Held out: a tenth of (two suspects, stolen thing).
"""

import random

from gptviz.world.grammar import Case, Document, held_out, listing
from gptviz.world.telling import Telling, somebody, tokens

FAMILY = "mystery"
DISTANCE = 40  # words and punctuation marks between the clue and the thief, at least
SHORTEST = 5  # what the shortest verdict adds: therefore the thief was the

# What each trade leaves behind.
CLUES = {
    "gardener": ("some mud", "a green leaf", "a handful of seeds", "some wet earth"),
    "baker": ("some flour", "a handful of crumbs", "a piece of dough", "some sugar"),
    "painter": ("a drop of paint", "a fine brush", "a wet stain", "an unfinished sketch"),
    "fiddler": ("a broken string", "a sheet of music", "a song book", "a page of notes"),
    "sailor": ("a piece of rope", "some salt", "a strange knot", "a torn sail"),
    "blacksmith": ("some soot", "a bent nail", "an iron hammer", "an old horse shoe"),
    "fisherman": ("a handful of scales", "a sharp hook", "a wet net", "a smell of fish"),
    "tailor": ("a sewing needle", "a red thread", "a silk button", "a silver thimble"),
    "barber": ("some shaving foam", "a sharp razor", "a comb", "a lock of hair"),
    "shepherd": ("some white wool", "a crooked stick", "a small bell", "a bit of fleece"),
}

POOLS = {
    "thing": (
        "ring",
        "crown",
        "painting",
        "clock",
        "vase",
        "necklace",
        "diamond",
        "letter",
        "flute",
        "coin",
        "mask",
        "map",
    ),
    "fine": ("golden", "silver", "old", "famous", "precious", "beautiful", "royal", "little"),
    "place": ("museum", "castle", "hotel", "library", "palace", "theatre", "church", "mansion", "station", "town hall"),
    "night": ("night", "evening", "Friday", "Sunday", "winter", "morning", "Monday", "week"),
    "spot": (
        "on the floor",
        "on the stairs",
        "under the window",
        "behind the door",
        "beside the empty box",
        "in the hall",
    ),
    "detective": ("detective", "inspector", "mayor", "judge", "doctor", "captain"),
    "asked": (
        "asked many questions",
        "walked around the garden",
        "said nothing",
        "wrote everything down",
        "drank some tea",
    ),
    "nervous": ("nervous", "calm", "surprised", "tired", "angry", "honest", "innocent", "pale", "bored"),
    "worried": ("worried", "afraid", "silent", "hungry", "sleepy", "curious", "cold"),
    "hour": ("six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    "busy": (
        "at home",
        "asleep",
        "at the market",
        "in the kitchen",
        "with friends",
        "at a wedding",
        "in bed",
        "away",
    ),
    "weather": ("rain", "wind", "snow", "fog", "storm", "thunder"),
    "people": ("servants", "guests", "neighbours", "guards", "children", "reporters", "cooks"),
    "looked": (
        "looked at the {thing}",
        "stood in silence",
        "waited in the garden",
        "talked all at once",
        "were afraid",
    ),
    "again": ("again", "slowly", "carefully", "for an hour", "at last", "with a smile", "in the cold light"),
    "punishment": ("gave it back", "said sorry", "began to cry", "ran away", "went to prison", "told the truth"),
}

THEFTS = (
    "one {night} the {fine} {thing} was stolen from the {place}.",
    "somebody stole a {fine} {thing} from the {place} last {night}.",
    "when the {people} of the {place} woke up, the {fine} {thing} was gone.",
    "the {fine} {thing} of the {place} had disappeared.",
    "in the {place} there was an empty box where the {fine} {thing} had been.",
    "a thief had come to the {place} and taken the {fine} {thing}.",
)
FOUND = (
    "the thief had left {clue} {spot}.",
    "{name} found {clue} {spot}.",
    "{spot} lay {clue}.",
    "there was {clue} {spot}.",
    "all that the thief had left was {clue}.",
    "the only clue was {clue} {spot}.",
    "one of the {people} noticed {clue} {spot}.",
)
SUSPECTS = (
    "only {suspects} had been in the {place}.",
    "the {people} had seen {suspects} near the {place}.",
    "{name} sent for {suspects}.",
    "{suspects} had a key to the {place}.",
    "{suspects} had to come to the {place}.",
    "the {people} spoke about {suspects}.",
    "that {night}, {suspects} had eaten in the {place}.",
)
# About two suspects, or about none.
MIDDLE = (
    "the {one} seemed {nervous}, and the {two} seemed {nervous}.",
    "the {one} said: I was {busy}.",
    "the {one} was {busy}, and nobody had seen the {two}.",
    "the {two} looked {nervous} and talked about the {weather}.",
    "the {one} did not like the {two}.",
    "the {one} pointed at the {two}, and the {two} pointed at the {one}.",
    "{name} {asked}.",
    "{name} looked at the {people} {again}.",
    "outside, the {weather} did not stop.",
    "the {people} {looked}.",
    "the clock struck {hour}, and the {people} were {worried}.",
    "nobody wanted to speak, but the {detective} {asked}.",
    "then {name} thought about the clue {again}.",
    "{name} had seen many thieves, and {he} was never in a hurry.",
)
VERDICTS = (
    "therefore the thief was the {culprit}.",
    "so {name} knew it: the thief was the {culprit}.",
    "it was clear to {name} that the thief was the {culprit}.",
    "{name} turned around and said that the thief was the {culprit}.",
    "at last everyone understood that the thief was the {culprit}.",
)
ENDINGS = (
    "the {culprit} {punishment}.",
    "the {thing} was found in the house of the {culprit}.",
    "soon the {thing} was back in the {place}.",
    "the {people} were happy, and the {culprit} {punishment}.",
)


def unseen(suspects: list[str], thing: str) -> bool:
    """True if any two of the suspects are held out with this stolen thing."""
    pairs = [sorted((a, b)) for i, a in enumerate(suspects) for b in suspects[:i]]
    return any(held_out(*pair, thing) for pair in pairs)


def story(rng: random.Random, suspects: list[str], thing: str) -> tuple[Telling, str]:
    """A story up to the verdict, whose clue is still the mark {clue}; nothing in it depends on the thief."""
    name, pronoun = somebody(rng)
    tell = Telling(rng, POOLS, thing=thing, clue="{clue}").about("{name}", pronoun)
    tell.fixed["person"] = name
    for slot in ("place", "detective", "people", "weather"):
        tell.fixed[slot] = rng.choice(POOLS[slot])
    named = [f"the {suspect}" for suspect in suspects]
    tell.fixed |= {"suspects": listing(named), "looked": rng.choice(POOLS["looked"]).replace("{thing}", "empty box")}
    opening = [tell.say(*THEFTS), tell.say(*FOUND), tell.say(*SUSPECTS)]
    if rng.random() < 0.25:
        opening[1:] = opening[:0:-1]  # the suspects first
    middle: list[str] = []
    while True:
        text = " ".join([*opening, *middle])
        if (
            len(tokens(text.split("{clue}")[1].replace("{name}", "Anna"))) - 1 >= DISTANCE - SHORTEST
            and len(middle) >= 2
        ):
            return tell, text
        tell.fixed["one"], tell.fixed["two"] = rng.sample(suspects, 2)
        middle.append(tell.say(*MIDDLE))


def chosen(rng: random.Random, held: bool) -> tuple[list[str], str]:
    """Two or three suspects and a stolen thing, held out or not."""
    while True:
        suspects = rng.sample(list(CLUES), 2 if held else rng.choice((2, 2, 3)))
        thing = rng.choice(POOLS["thing"])
        if unseen(suspects, thing) == held:
            return suspects, thing


def finished(tell: Telling, text: str, culprit: str) -> str:
    """The text with a clue to the culprit; the detective's trade is told where the name comes first."""
    text = text.replace("{name}", f"{tell.fixed['person']}, the {tell.fixed['detective']},", 1)
    return text.format(name=tell.fixed["person"], clue=tell.rng.choice(CLUES[culprit]))


def document(rng: random.Random) -> Document:
    suspects, thing = chosen(rng, held=False)
    tell, text = story(rng, suspects, thing)
    tell.fixed["culprit"] = rng.choice(suspects)
    text = f"{text} {tell.say(*VERDICTS)} {tell.say(*ENDINGS)}"
    return Document(FAMILY, finished(tell, text, tell.fixed["culprit"]))


def cases(rng: random.Random, n: int) -> list[Case]:
    """Pairs of cases, one after the other: the same story with a clue to each suspect in turn."""
    found: list[Case] = []
    while len(found) < n:
        suspects, thing = chosen(rng, held=True)
        tell, text = story(rng, suspects, thing)
        verdict = tell.say(*(pattern.split(" {culprit}")[0] for pattern in VERDICTS))
        for culprit, other in (suspects, suspects[::-1]):
            found.append(Case("mystery", finished(tell, f"{text} {verdict}", culprit), (culprit,), (other,)))
    return found[:n]


def patterns() -> list[str]:
    return [*THEFTS, *FOUND, *SUSPECTS, *MIDDLE, *VERDICTS, *ENDINGS]
