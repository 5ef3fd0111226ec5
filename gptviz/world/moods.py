"""The same events, told happily, sadly or formally; a document keeps the mood of its first sentence to the end."""

import random

from gptviz.world.grammar import Case, Document, held_out, sentence
from gptviz.world.telling import NAMES, PRONOUNS, Telling, fits
from gptviz.world.words import WORDS, listed

FAMILY = "moods"

# The words of each mood, by slot: how things are, how people are, how they do it, what they do, what is in the air.
MOODS = {
    "happy": {
        "quality": listed("wonderful merry joyful delightful lovely splendid"),
        "feeling": listed("happy cheerful delighted thrilled glad excited"),
        "manner": listed("happily merrily cheerfully joyfully gladly"),
        "voiced": listed("laughed cheered sang giggled rejoiced"),
        "air": listed("joy laughter music delight happiness"),
    },
    "sad": {
        "quality": listed("gloomy dreary bitter mournful bleak dismal"),
        "feeling": listed("sad unhappy heartbroken tearful lonely sorrowful"),
        "manner": listed("sadly tearfully wearily mournfully silently"),
        "voiced": listed("wept sighed sobbed cried moaned"),
        "air": listed("sorrow despair grief silence gloom"),
    },
    "formal": {
        "quality": listed("official orderly proper correct scheduled regular"),
        "feeling": listed("punctual attentive polite composed prepared serious"),
        "manner": listed("officially formally duly punctually correctly"),
        "voiced": listed("saluted nodded bowed listened applauded"),
        "air": listed("order discipline routine duty dignity"),
    },
}

# What belongs to each event: who is there, what is there, where it is, and what happens ({manner} is of the mood).
EVENTS = {
    "wedding": (
        "guests",
        "cake bells flowers rings dress",
        "in the church",
        "The guests danced {manner} until {number}.",
    ),
    "journey": (
        "travellers",
        "train luggage tickets road station",
        "on the road",
        "The train left {manner} at {number}.",
    ),
    "harvest": (
        "farmers",
        "wheat barn carts grain apples",
        "in the field",
        "The farmers carried {number} carts of wheat home.",
    ),
    "storm": (
        "sailors",
        "waves clouds roofs ships thunder",
        "by the sea",
        "The wind took {number} roofs and a {tree} tree.",
    ),
    "market": (
        "merchants",
        "stalls cheese baskets prices cloth",
        "on the square",
        "The merchants sold {food} and {food}.",
    ),
    "visit": (
        "visitors",
        "tea sofa letter piano presents",
        "in the parlour",
        "The visitors brought a letter with {number} pages.",
    ),
    "birthday": (
        "children",
        "candles cake presents games balloons",
        "in the house",
        "There were {number} candles on the cake.",
    ),
    "game": (
        "players",
        "ball goal field score team",
        "in the stadium",
        "One team had {number} goals, and the other had none.",
    ),
    "concert": (
        "musicians",
        "violins drums songs piano choir",
        "in the hall",
        "The choir sang {number} songs {manner}.",
    ),
    "voyage": (
        "sailors",
        "ship sails harbour cabin deck",
        "at the harbour",
        "The ship sailed {manner} with {number} boxes of {food}.",
    ),
    "parade": (
        "soldiers",
        "flags horses trumpets uniforms drums",
        "in the street",
        "After {number} soldiers came a {animal}.",
    ),
    "school play": (
        "pupils",
        "costumes curtain stage songs lamps",
        "at the school",
        "The play had {number} scenes and {number} songs.",
    ),
    "feast": (
        "cooks",
        "tables soup bread wine plates",
        "in the castle",
        "The cooks served {food}, {food} and {drink}.",
    ),
}

FIRST = {
    "happy": (
        "What a {quality} {event} it was!",
        "Hurrah, at last came the {event}!",
        "{Name} loved every minute of the {quality} {event}.",
        "Everybody was {feeling}, because it was the day of the {event}.",
        "Never before had {Name} seen such a {quality} {event}.",
        "With {air} and {air} began the {event} of {Name}.",
    ),
    "sad": (
        "Alas, it was a {quality} {event}.",
        "{Name} could not hold back the tears at the {event}.",
        "Everybody was {feeling}, although it was the day of the {event}.",
        "Nobody wants to remember the {quality} {event}.",
        "Poor {Name} had never seen such a {quality} {event}.",
        "With {air} and {air} began the {event} of {Name}.",
    ),
    "formal": (
        "This is the {quality} report on the {event}.",
        "It is hereby {stated} that the {event} took place on {day}.",
        "According to the {quality} report, the {event} began at {number}.",
        "{Name} has the honour to report on the {quality} {event}.",
        "The {quality} date of the {event} was the first {day} in {month}.",
        "With {air} and {air} began the {event} of {Name}.",
    ),
}
# The same sentences in every mood: only the words in the slots differ.
MIDDLE = (
    "All the {people} were {feeling}.",
    "The {item} and the {item} were {quality}.",
    "{where}, {Name} {voiced}, and the {people} {voiced} too.",
    "There was {air} {where} the whole {time}.",
    "{Name} wore a {color} {garment} and looked {feeling}.",
    "{Name} walked {manner} past the {item}.",
    "Next to the {item} stood {Name}, who was {feeling}.",
    "The {people} spoke {manner} about the {item}.",
    "One of the {people} pointed at the {item} and {voiced}.",
    "When {he} saw the {item}, {Name} {voiced}.",
    "Suddenly there was a {animal} {where}, and the {people} looked at it {manner}.",
    "For {number} hours there was nothing but {air}.",
)
CLOSING = (
    "In the end it was a {quality} {time}.",
    "{Name} went home {manner}.",
    "So the {event} ended with {air}.",
    "The {people} remember it as a {quality} {event}.",
    "On the way home {Name} was {feeling}.",
    "Even the {item} looked {quality} when it was over.",
    "At last the {people} {voiced} and left {manner}.",
    "After that {season} there was never again so {quality} {an_event}.",
)
LAST = {
    "happy": (
        "Let us do it again next {season}!",
        "Oh, if only every {day} were like this!",
        "Everyone hugged {him} and smiled.",
    ),
    "sad": (
        "Then it began to rain again.",
        "Nobody said a word for {number} days.",
        "{His} eyes were red when {he} fell asleep.",
    ),
    "formal": (
        "A copy of this report goes to the mayor.",
        "No further questions were received before {day}.",
        "Signed by {Name} on {day}.",
    ),
}
CHECKED = ("quality", "feeling", "manner", "voiced", "air")


def _telling(rng: random.Random) -> tuple[Telling, str]:
    event, mood, he = rng.choice(list(EVENTS)), rng.choice(list(MOODS)), rng.choice(("he", "she"))
    people, items, where, _ = EVENTS[event]
    words = WORDS | MOODS[mood] | {"item": items.split(), "month": listed("January March April June July October")}
    words |= {"stated": listed("reported stated confirmed declared announced")}
    fixed = {"event": event, "people": people, "where": where, "an_event": f"a {event}", "Name": rng.choice(NAMES[he])}
    return Telling(rng, words, **fixed, **PRONOUNS[he]), mood


def document(rng: random.Random) -> Document:
    """One event in one mood. Never a held-out (event, mood, sentence)."""
    while True:
        tell, mood = _telling(rng)
        event = tell.fixed["event"]
        free = [frame for frame in (*MIDDLE, *CLOSING) if not held_out(event, mood, frame)]
        middle = [frame for frame in MIDDLE if frame in free]
        told = [tell.say(*FIRST[mood])] + [tell.say(*middle) for _ in range(rng.choice((1, 2)))]
        told += [tell.say(EVENTS[event][3])] * (rng.random() < 0.6) + [tell.say(*middle)]
        told += [tell.say(*(frame for frame in CLOSING if frame in free))]
        told += [tell.say(*LAST[mood])] * (rng.random() < 0.5)
        text = " ".join(told)
        if fits(text):
            return Document(FAMILY, text)


def cases(rng: random.Random, n: int) -> list[Case]:
    """An event in a mood that was never told with this sentence; the next word must be of the mood."""
    found: list[Case] = []
    while len(found) < n:
        tell, mood = _telling(rng)
        frame = tell.pick((*MIDDLE, *CLOSING))
        slot = next(slot for slot in sorted(CHECKED, key=lambda s: (frame + f"{{{s}}}").index(f"{{{s}}}")))
        if not held_out(tell.fixed["event"], mood, frame):
            continue
        free = [other for other in MIDDLE if not held_out(tell.fixed["event"], mood, other)]
        told = [tell.say(*FIRST[mood]), tell.say(*free), tell.say(*free)]
        prompt = " ".join([*told, sentence(tell.expand(frame[: frame.index(f"{{{slot}}}")].rstrip()))])
        unused = tuple(word for word in MOODS[mood][slot] if word not in tell.used)
        wrong = tuple(word for other in MOODS if other != mood for word in MOODS[other][slot])
        found.append(Case("mood", prompt, unused + tuple(w for w in MOODS[mood][slot] if w in tell.used), wrong))
    return found


def patterns() -> list[str]:
    """Every sentence pattern."""
    happens = [event[3] for event in EVENTS.values()]
    told = [pattern for part in (FIRST, LAST) for mood in part.values() for pattern in mood]
    return [*told, *happens, *MIDDLE, *CLOSING]
