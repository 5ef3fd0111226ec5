"""Fairy-tale scenes in which each noun has adjectives of its own, recalled later: to say that the creature was fluffy,
one must know which adjectives were the creature's and not the ship's.

Nouns come with none to two adjectives, with and without commas, "and" and "very", and often with words between that
are never recalled ("a fluffy and quite ordinary creature"), so looking some words back is not enough. A tenth of the
(adjective, noun) pairs never occurs in training.
"""

import random
import re
from itertools import pairwise

from gptviz.world.grammar import Case, Document, Span, held_out, sentence, span
from gptviz.world.telling import Telling

FAMILY = "adjectives"

# In the order in which English puts adjectives side by side.
SIZES = ("tiny", "huge", "tall", "little", "giant")
TEMPERS = ("kind", "gentle", "sleepy", "clever", "hungry", "brave", "shy", "noisy", "lonely", "grumpy")
COATS = ("fluffy", "furry", "shaggy", "woolly", "striped", "spotted", "skinny", "muddy")
SURFACES = ("wooden", "rusty", "shiny", "dusty", "crooked", "heavy", "smooth", "broken", "fragile", "old")
COLORS = ("blue", "red", "green", "yellow", "white", "black", "brown", "golden", "silver", "purple", "grey", "pink")
ORDER = (*SIZES, *TEMPERS, *COATS, *SURFACES, *COLORS)
NEVER_VERY = {"wooden", "broken", "golden", "silver", "striped", "huge", "tiny"}

# What may stand between the adjectives and their noun, and is never recalled: near is not the same as meant.
BESIDES = ("young", "strange", "famous", "most unusual", "quite ordinary", "rather special", "well known")
AND_BESIDES = (
    "and rather unusual",
    "and quite ordinary",
    "and truly wonderful",
    "and, they say, magical",
    "and, as everyone knew, famous",
    "and, it must be said, rather strange",
)

ANIMALS = (
    *("creature", "dragon", "bird", "fox", "bear", "rabbit", "wolf", "owl", "pony", "monster", "mouse", "goose"),
    *("hedgehog", "dog", "horse", "goat", "hen", "donkey", "duck", "sheep", "parrot", "pigeon"),
)
THINGS = (
    *("ship", "castle", "tower", "statue", "wagon", "lantern", "carpet", "mirror", "drum", "boat", "clock", "box"),
    *("lamp", "basket", "book", "bottle", "ladder", "bell", "kite", "chair"),
)
FITTING = dict.fromkeys(ANIMALS, (*SIZES, *TEMPERS, *COATS, *COLORS)) | dict.fromkeys(
    THINGS, (*SIZES, *SURFACES, *COLORS)
)

PLACES = ("forest", "valley", "meadow", "garden", "desert", "swamp", "jungle", "village", "park", "cave")
AIRS = ("verdant", "misty", "silent", "sunny", "frozen", "dark", "hidden", "windy", "stony", "peaceful", "wild", "wet")

POOLS = {
    "one day": (
        "one day",
        "one evening",
        "at dawn",
        "long ago",
        "last winter",
        "every summer",
        "at midnight",
        "at noon",
    ),
    "slowly": ("slowly", "quietly", "happily", "carefully", "proudly", "often", "suddenly", "again and again"),
    "roamed": ("roamed", "crossed", "explored", "left", "loved", "watched over", "wandered through", "lived in"),
    "found": ("found", "guarded", "discovered", "carried away", "hid", "admired", "needed", "touched"),
    "met": ("met", "followed", "saw", "greeted", "helped", "woke", "chased", "invited"),
    "stood": ("stood", "was hidden", "waited", "could be seen", "was left"),
    "sound": ("rain", "wind", "river", "thunder", "music", "bells", "waves", "songs"),
    "food": ("berries", "honey", "bread", "soup", "apples", "grass", "cheese", "nuts", "cake"),
    "sun": ("sun", "moonlight", "snow", "rain", "morning light", "evening sun", "fog", "starlight"),
    "people": ("children", "farmers", "sailors", "travellers", "shepherds", "soldiers", "hunters", "neighbours"),
    "happy": ("happy", "afraid", "surprised", "amazed", "silent", "glad", "worried", "curious"),
    "said": ("said", "wrote", "remembered", "agreed", "noticed", "shouted", "whispered", "knew"),
    "far": ("the road", "the hill", "the old mill", "the bridge", "the river", "the well", "the lake", "the fields"),
    "winter": ("winter", "summer", "storm", "night", "autumn", "spring", "harvest", "feast"),
    "special": ("strange", "special", "wonderful", "famous", "important", "secret", "magical", "unusual"),
}

ONE_ANIMAL = (
    "{animal} roamed {place}.",
    "{animal} {slowly} {roamed} {place}.",
    "{one day} {animal} {roamed} {place}.",
    "in {place} lived {animal}.",
    "once there was {animal}, and its home was {place}.",
    "{one day} {animal} came out of {place}.",
    "{animal} sat in {place} and listened to the {sound}.",
    "the {people} of {place} were afraid of {animal}.",
)
ONE_THING = (
    "in {place} {stood} {thing}.",
    "{thing} {stood} in {place}.",
    "the {people} {found} {thing} in {place}.",
    "{one day} somebody left {thing} in {place}.",
    "nobody in {place} had ever seen {thing}.",
    "{thing} had come to {place} with the {people}.",
)
TWO = (
    "{animal} {found} {other} in {place}.",
    "{one day} {animal} {met} {second} near {other}.",
    "{one day} {animal} {found} {other}.",
    "{animal} walked {slowly} past {other} and into {place}.",
    "beside {other} slept {animal}.",
    "{animal} from {place} dreamed of {other}.",
    "in {place}, next to {other}, lived {animal}.",
    "{one day} {animal} {met} {second} in {place}.",
    "{animal} and {second} lived together in {place}.",
    "{animal} shared some {food} with {second}.",
)
QUIET_ANIMAL = (
    "the {noun} ate some {food} and slept.",
    "all night the {noun} listened to the {sound}.",
    "the {people} gave the {noun} some {food}.",
    "{one day} the {noun} sang to the {people}.",
    "the {sound} did not trouble the {noun}.",
    "the {noun} walked {slowly} around {far}.",
    "when the {winter} came, the {noun} looked for {food}.",
    "soon the {noun} felt {happy}.",
    "the {noun} stayed there through the {winter}.",
)
QUIET_THING = (
    "the {noun} shone in the {sun}.",
    "the {people} looked at the {noun} and were {happy}.",
    "the {noun} stayed there through the {winter}.",
    "nobody knew why the {noun} was there.",
    "{one day} the {people} tried to sell the {noun}.",
    "all the {food} could not pay for the {noun}.",
    "when the {winter} came, the {people} cleaned the {noun}.",
    "somebody had put {food} beside the {noun}.",
    "the {people} told {special} stories about the {noun}.",
)
# The adjective comes right after its noun: the noun itself must know it.
CALLED = (
    "the {people} called the {noun} {adj}.",
    "the {people} found the {noun} {adj} and {more}.",
    "everyone thought the {noun} {adj}.",
    "the {winter} left the {noun} {adj}.",
    "the songs of the {people} call the {noun} {adj}.",
    "in their pictures the {people} painted the {noun} {adj}.",
    "{one day} the {people} found the {noun} {adj} as ever.",
)
# {adj} and {more} are what the noun was called before.
RECALLS = (
    "the {noun} was {adj}.",
    "the {noun} was {adj} and {more}.",
    "everyone {said} that the {noun} was {adj}.",
    "even from {far} the {noun} looked {adj}.",
    "after the {winter} the {noun} was still {adj}.",
    "the {noun}, {who} was {adj} and {more}, stayed for the {winter}.",
    "the {noun}, {who} was {adj}, made everyone {happy}.",
    "in the {sun} the {noun} seemed even more {special}, because it was {adj}.",
    "the {people} loved the {noun}, because it was {adj}.",
    "nobody had ever seen such a {adj} {noun}.",
    "the {people} {said} that no other {noun} was so {adj}.",
    "the {adj} {noun} became {special}.",
    "that is how the {adj} {noun} became the friend of the {people}.",
    "the {people} painted a picture of the {adj} {noun}.",
    "was the {noun} really {adj}? Yes, said the {people}, it was {adj}.",
    "what the {people} liked best was how {adj} the {noun} was.",
    "for the rest of the {winter} the {people} talked about the {adj} {noun}.",
    "this much was certain: the {noun} was {adj}.",
    *CALLED,
)


def phrase(rng: random.Random, adjectives: list[str], noun: str) -> str:
    """A noun with its adjectives: `a fluffy blue creature`, `a very kind, fluffy and blue creature`."""
    words = sorted(adjectives, key=ORDER.index)
    joint = rng.choice((" ", " ", ", ", " and "))
    if joint == " and ":
        rng.shuffle(words)
    very = rng.randrange(len(words)) if words and joint != " " and rng.random() < 0.5 else -1
    if len(words) == 1 and rng.random() < 0.25:
        very = 0
    words = [f"very {w}" if i == very and w not in NEVER_VERY else w for i, w in enumerate(words)]
    if joint == " and " and len(words) > 1:
        words = [f"{', '.join(words[:-1])} and {words[-1]}"]
    besides = rng.choice((*BESIDES, *AND_BESIDES) if words else BESIDES) if rng.random() < 0.2 else ""
    return " ".join(part for part in ("a", (" " if joint == " and " else joint).join(words), besides, noun) if part)


def fitting(noun: str, unseen: bool = False) -> list[str]:
    """The adjectives that go with a noun in training, or those held out for it."""
    return [adjective for adjective in FITTING[noun] if held_out(adjective, noun) == unseen]


def tells_held_out(text: str) -> bool:
    """True if an adjective stands right before a noun that it is held out for. An aside in any family could do that."""
    return any(a in ORDER and noun in FITTING and held_out(a, noun) for a, noun in pairwise(re.findall(r"\w+", text)))


def clash(adjective: str, others: list[str]) -> bool:
    """True if the others already give a size or a colour and the adjective is another."""
    return any(adjective in kind and other in kind for kind in (SIZES, COLORS) for other in others)


def scene(rng: random.Random, target: str | None = None) -> tuple[Telling, list[str], dict[str, list[str]]]:
    """The opening of a story: its teller, its sentences, and which adjectives each noun has.

    With a target, that noun is among the nouns and has only adjectives held out for it.
    """
    nouns = rng.sample(ANIMALS, rng.choice((1, 1, 1, 2))) + rng.sample(THINGS, 1)
    if target and target not in nouns:
        nouns[0 if target in ANIMALS else -1] = target
    own: dict[str, list[str]] = {}
    free = set(ORDER)
    for noun in sorted(nouns, key=lambda n: n != target):
        pool = [a for a in fitting(noun, unseen=noun == target) if a in free]
        count = min(len(pool), rng.choice((1, 2)) if noun == target else rng.choices((0, 1, 2), (6, 13, 3))[0])
        drawn = rng.sample(pool, count)
        own[noun] = [adjective for i, adjective in enumerate(drawn) if not clash(adjective, drawn[:i])]
        free -= set(own[noun])
    if not any(own.values()):
        return scene(rng, target)
    phrases = {noun: phrase(rng, own[noun], noun) for noun in nouns}
    animals = [noun for noun in nouns if noun in ANIMALS]
    rng.shuffle(animals)
    place = rng.choice(PLACES)
    air = rng.choice([a for a in AIRS if not held_out(a, place)])
    tell = Telling(rng, POOLS, place=f"the {air} {place}" if rng.random() < 0.8 else f"the {place}")
    tell.fixed |= {"animal": phrases[animals[0]], "second": phrases[animals[-1]]}
    tell.fixed |= {"thing": phrases[nouns[-1]], "other": phrases[nouns[-1]]}
    needed = {"{animal}", "{second}", "{thing}"} if len(animals) == 2 else {"{animal}", "{thing}"}
    told = opening(tell, needed)
    return tell, told, own


def opening(tell: Telling, needed: set[str]) -> list[str]:
    """Sentences that bring in each noun exactly once."""
    names = {"{animal}": "animal", "{second}": "second", "{thing}": "thing", "{other}": "thing"}
    rng = tell.rng
    while True:
        told, left = [], {slot.strip("{}") for slot in needed}
        pairs = [p for p in TWO if ("{second}" in p) <= ("second" in left)]
        plan = [rng.choice(pairs)] if rng.random() < 0.6 else []
        plan += [rng.choice(ONE_ANIMAL), rng.choice(ONE_THING), rng.choice(ONE_ANIMAL).replace("{animal}", "{second}")]
        for pattern in plan:
            slots = {name for slot, name in names.items() if slot in pattern}
            if slots and slots <= left:
                told.append(pattern)
                left -= slots
        if not left:
            if told[0] not in TWO:
                rng.shuffle(told)
            return [tell.say(pattern) if i == 0 else again(tell, pattern) for i, pattern in enumerate(told)]


def again(tell: Telling, pattern: str) -> str:
    """A sentence that is not the first: the place is not described a second time."""
    tell.fixed["place"] = f"the {tell.fixed['place'].split()[-1]}"
    return tell.say(pattern)


def quiet(tell: Telling, noun: str) -> str:
    tell.fixed["noun"] = noun
    return tell.say(*(QUIET_ANIMAL if noun in ANIMALS else QUIET_THING))


def document(rng: random.Random) -> Document:
    tell, told, own = scene(rng)
    nouns = list(own)
    told += [quiet(tell, noun) for noun in rng.sample(nouns, rng.choice((0, 1, 1, 2)))]
    asked = [(noun, adjective) for noun in nouns for adjective in own[noun]]
    rng.shuffle(asked)
    for noun, adjective in asked[: max(2, 7 - len(told))]:
        more = [a for a in own[noun] if a != adjective]
        tell.fixed |= {"noun": noun, "adj": adjective, "who": "who" if noun in ANIMALS else "which"}
        tell.fixed["more"] = rng.choice(more) if more else ""
        told.append(tell.say(*[p for p in RECALLS if more or "{more}" not in p]))
        if len(told) > 4 and rng.random() < 0.25:
            break
    while len(" ".join(told).split()) < 35:
        told.append(quiet(tell, rng.choice(nouns)))
    told += [tell.aside()] * (rng.random() < 0.4)
    text = " ".join(told)
    return Document(FAMILY, text[0].lower() + text[1:] if rng.random() < 0.15 else text)


def cases(rng: random.Random, n: int) -> list[Case]:
    """`… The creature was` or `… called the creature`, after a scene with adjectives it never has in training.

    The second kind links the noun, now mentioned again, to its own adjectives.
    """
    found: list[Case] = []
    while len(found) < n:
        target = rng.choice([noun for noun in FITTING if fitting(noun, unseen=True)])
        tell, told, own = scene(rng, target)
        told += [quiet(tell, noun) for noun in rng.sample(list(own), rng.choice((1, 2)))]
        wrong = tuple(adjective for other in own if other != target for adjective in own[other])
        scenery, links = " ".join(told), tuple[tuple[Span, Span], ...]()
        if len(found) % 2:
            tell.fixed |= {"noun": target, "adj": ""}
            prompt = f"{scenery} {tell.say(CALLED[0])}".removesuffix(" .")
            noun = span(prompt, target, -1)
            links = tuple((noun, span(prompt, adjective)) for adjective in own[target])
        else:
            prompt = f"{scenery} The {target} was"
        found.append(Case("adjective_recall", sentence(prompt), tuple(own[target]), wrong, links))
    return found


def patterns() -> list[str]:
    return [*ONE_ANIMAL, *ONE_THING, *TWO, *QUIET_ANIMAL, *QUIET_THING, *RECALLS]
