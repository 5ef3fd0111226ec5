"""Words with more than one sense.

Before: the cue stands before the word (the Eiffel tower, a miniature tower), the same frames follow, and what fits into
them depends on the sense. After: "Sarah lies" is the same text in both senses, and only what follows tells them apart.
"""

import random
from typing import NamedTuple

from gptviz.world.grammar import Case, Document, Span, held_out, sentence
from gptviz.world.telling import NAMES, PRONOUNS, Telling, fits
from gptviz.world.words import WORDS, listed

FAMILY = "senses"


class Sense(NamedTuple):
    """One sense of a word: cues that stand right before it, topics that fit it, and true sentences about it."""

    cues: tuple[str, ...]
    topics: tuple[str, ...]
    facts: tuple[str, ...]


class Scene(NamedTuple):
    """One sense of a verb: how it goes on, how it feels, and what happens next."""

    how: tuple[str, ...]
    places: tuple[str, ...]
    feelings: tuple[str, ...]
    then: tuple[str, ...]


SENSES = {
    "tower": {
        "landmark": Sense(
            ("Eiffel", "famous Eiffel", "great Eiffel"),
            listed("Paris iron tourists elevators France postcards"),
            (
                "It is made of iron, and it stands in Paris.",
                "Many tourists climb up to the top every {season}.",
                "At night it shines over the roofs of Paris.",
                "It was built for a great fair in France.",
            ),
        ),
        "toy": Sense(
            ("miniature", "little miniature", "tiny toy"),
            listed("glue cardboard dollhouses paint toys scissors"),
            (
                "It is made of cardboard, and it fits into one hand.",
                "It stands on a shelf beside a {color} toy car.",
                "{Name} built it with glue and {number} matchsticks.",
                "A {animal} could push it over with one foot.",
            ),
        ),
    },
    "model": {
        "fashion": Sense(
            ("fashion", "famous fashion", "young fashion"),
            listed("dresses makeup photographers magazines shoes perfume"),
            (
                "Photographers come to every show.",
                "The dresses are {color} this {season}.",
                "On {day} there is a new show with long dresses.",
                "The magazines print a new picture every week.",
            ),
        ),
        "machine": Sense(
            ("machine learning", "large machine learning", "new machine learning"),
            listed("data computers numbers software errors statistics"),
            (
                "It learns from data and makes fewer errors every day.",
                "Computers work day and night to train it.",
                "It predicts the next word from the words before.",
                "All it can see are long rows of numbers.",
            ),
        ),
    },
    "mole": {
        "animal": Sense(
            ("American shrew", "small shrew", "blind shrew"),
            listed("worms tunnels earth fur paws insects"),
            (
                "It digs long tunnels under the {place}.",
                "It eats worms and insects and almost never sees the sun.",
                "Its fur is soft, and its paws are strong.",
                "It sleeps in a burrow under the roots.",
            ),
        ),
        "amount": Sense(
            ("one", "exactly one", "only one"),
            listed("molecules atoms grams chemistry gases flasks"),
            (
                "The chemist weighed it in grams.",
                "So many molecules cannot be counted by hand.",
                "The laboratory keeps the gas in a flask.",
                "One mole of carbon dioxide weighs forty-four grams.",
                "There are more molecules in one mole of carbon dioxide than stars in the sky.",
            ),
        ),
    },
    "bank": {
        "river": Sense(
            ("river", "green river", "muddy river"),
            listed("mud reeds frogs fish ducks boats"),
            (
                "Frogs jump from the reeds into the water.",
                "The mud there is soft and cold.",
                "In {season} the fish come close to the reeds.",
                "Small boats are tied there under the willows.",
            ),
        ),
        "money": Sense(
            ("savings", "city savings", "old savings"),
            listed("money loans cash accounts gold interest"),
            (
                "It lends money to shops and farms.",
                "The gold lies behind a heavy steel door.",
                "Every account there earns a little interest.",
                "People bring their cash there on {day}.",
            ),
        ),
    },
    "bat": {
        "sport": Sense(
            ("baseball", "wooden baseball", "heavy baseball"),
            listed("pitchers balls teams helmets stadiums coaches"),
            (
                "The pitcher threw the ball, and the crowd stood up.",
                "The team won with {number} runs.",
                "The ball flew far out of the stadium.",
                "The coach keeps it in a {color} bag.",
            ),
        ),
        "animal": Sense(
            ("vampire", "hungry vampire", "brown fruit"),
            listed("wings caves moths darkness ears insects"),
            (
                "It sleeps in a cave with its head down.",
                "At night it spreads its wings and hunts for moths.",
                "Its ears are large, and it hears every insect.",
                "It leaves the cave when darkness falls.",
            ),
        ),
    },
    "spring": {
        "metal": Sense(
            ("steel", "coiled steel", "rusty steel"),
            listed("mattresses screws wire machines oil engines"),
            (
                "It is made of strong wire.",
                "Without it the machine would not move at all.",
                "A drop of oil made the wheels turn again.",
                "It jumped out of the mattress and hit the {thing}.",
            ),
        ),
        "water": Sense(
            ("mountain", "clear mountain", "cold mountain"),
            listed("water moss rocks streams trout ferns"),
            (
                "Cold water runs over the moss.",
                "The stream begins there, between two rocks.",
                "Deer come to drink there every {time}.",
                "The water is so clear that every trout can be seen.",
            ),
        ),
    },
    "ring": {
        "jewel": Sense(
            ("diamond", "golden", "lost diamond"),
            listed("fingers jewellers diamonds weddings rubies necklaces"),
            (
                "The jeweller keeps it on {color} velvet.",
                "It was made for a wedding long ago.",
                "It fits only a very small finger.",
                "The diamonds shine like stars.",
            ),
        ),
        "boxing": Sense(
            ("boxing", "old boxing", "city boxing"),
            listed("boxers punches ropes referees gloves champions"),
            (
                "The referee counted to {number}, and the crowd shouted.",
                "The champion leaned on the ropes.",
                "Both boxers were tired, but neither gave up.",
                "After the last round there was sweat on the gloves.",
            ),
        ),
    },
    "crane": {
        "builder": Sense(
            ("building", "tall building", "harbour building"),
            listed("bricks concrete builders cables hooks cement"),
            (
                "It lifts bricks and concrete up to the roof.",
                "The builders wear {color} helmets.",
                "A long cable holds the hook.",
                "The trucks bring cement every {time}.",
            ),
        ),
        "bird": Sense(
            ("white", "grey", "dancing white"),
            listed("feathers nests eggs beaks marshes flocks"),
            (
                "It builds its nest in the marsh.",
                "Its feathers are long, and its beak is sharp.",
                "In autumn the whole flock flies south.",
                "There are two eggs in the nest.",
            ),
        ),
    },
}

# The same frames for every sense of every word: nothing but the cue tells what fits.
FRAMES = (
    "The {cue} {word} made everyone think of {topic} and {topic}.",
    "The {cue} {word} reminded {Name} of {topic}, {topic} and {topic}.",
    "Next to the picture of the {cue} {word} there were pictures of {topic} and {topic}.",
    "When {he} thought about the {cue} {word}, {Name} thought about {topic}.",
    "{Name} wrote a page about the {cue} {word}, and every line was about {topic}.",
    "Whoever wants to know more about the {cue} {word} must know about {topic}.",
    "The book about the {cue} {word} begins with {topic} and ends with {topic}.",
    "{Name} asked about the {cue} {word}, and {his} friend told {him} about {topic}.",
    "{Name} dreamed of the {cue} {word} and of {topic}.",
    "The story of the {cue} {word} is also a story about {topic}.",
    "Because of the {cue} {word} people talked about {topic} all {time}.",
    "If you say {cue} {word}, I think of {topic} and {topic}.",
    "In the talk about the {cue} {word} there was much about {topic}, {topic} and {topic}.",
    "The {cue} {word} was on the first page, and the second page was about {topic}.",
)
OPENINGS = (
    "On {day} {Name} went to the library.",
    "It was a {mood} {time}, and {Name} was reading.",
    "{Name} had to write something for school.",
    "{Name} found an old book in the {room}.",
    "One {time} in {season} {Name} opened a {color} book.",
    "{Name} likes to ask questions.",
    "There was a new picture on the wall of the {room}.",
    "The teacher wrote two words on the board.",
    "At breakfast {Name} was full of questions.",
)
MORE = (
    "{Name} also read about {topic}.",
    "There was something new to learn about {topic}.",
    "{His} favourite part was about {topic}.",
    "{Name} drew {topic} in {his} {color} notebook.",
    "The last chapter was about {topic} and {topic}.",
    "Nobody in the {room} knew so much about {topic}.",
)
CLOSINGS = (
    "That is what {Name} learned on {day}.",
    "Then {he} closed the book and drank some {drink}.",
    "{Name} wanted to know even more.",
    "{His} friends listened for a long time.",
    "{He} told everyone about it at dinner.",
    "The next {time} {he} went back to the library.",
    "It was time for {food} and {drink}.",
    "Then {he} went to buy {food}, {drink} and a {color} {garment}.",
    "On the way home {he} met a {animal}, a {animal} and a {adj} neighbour.",
)

AFTER = {
    "lies": {
        "rest": Scene(
            ("still on the {spot}", "quietly on the {spot}", "down on the {spot}"),
            listed("bed sofa grass beach carpet hay couch blanket rug bench"),
            listed("tired sleepy exhausted drowsy weary"),
            (
                "{He} closes {his} eyes and dreams of a {animal}.",
                "{He} yawns and does not hear the {animal} outside.",
                "Soon {he} is asleep, and {his} {garment} falls to the floor.",
                "{His} legs are heavy after the long walk from the {place}.",
                "Nobody wakes {him} before {meal}.",
            ),
        ),
        "untruth": Scene(
            ("to the {spot}", "again to the {spot}", "twice to the {spot}"),
            listed("judge teacher policeman guard doctor boss mayor captain neighbour lawyer"),
            listed("guilty ashamed nervous sorry uneasy"),
            (
                "{He} blushes and looks down at {his} shoes.",
                "{He} says that {he} never took the {thing}, but it is in {his} bag.",
                "The truth about the {thing} is still a secret.",
                "{His} voice shakes, and {he} cannot say another word about the {thing}.",
                "On {day} {he} will have to tell the truth.",
            ),
        ),
    },
    "runs": {
        "sport": Scene(
            ("fast across the {spot}", "up to the {spot}", "twice around the {spot}"),
            listed("bridge hill field park track meadow stadium castle lake pond"),
            listed("breathless thirsty sweaty dizzy hungry"),
            (
                "{He} stops and drinks all the {drink} in {his} bottle.",
                "A {animal} runs after {him} through the {weather}.",
                "{His} shoes are {color} and full of mud.",
                "{His} heart beats fast, and {his} face is red.",
                "{He} still has {number} rounds to go.",
            ),
        ),
        "lead": Scene(
            ("a small {spot}", "a large {spot}", "the best {spot}"),
            listed("hotel bakery shop factory newspaper restaurant company farm theatre school"),
            listed("important successful rich powerful confident"),
            (
                "{He} has {number} workers, and they all like {him}.",
                "{His} name stands over the door in {color} letters.",
                "In {season} the business is better than ever.",
                "The newspaper calls {him} the {adj} boss.",
                "{He} counts the money every {time}.",
            ),
        ),
    },
}
BEFORE_VERB = (
    "It is a {mood} {time} in {season}.",
    "This is a short story about {Name}.",
    "The clock strikes {number}.",
    "{Name} has had a long day.",
    "Nobody else is at home.",
    "Everybody knows {Name}.",
    "Look at this picture.",
    "It is a {time} like many others.",
)
VERB_FRAMES = (
    "{Name} {verb} {how}, feeling {feeling}.",
    "{Name} {verb} {how}, feeling {feeling} and {feeling}.",
    "{Name} {verb} {how} on this {mood} {time}, feeling {feeling}.",
    "{Name} {verb} {how}, and {he} feels {feeling}.",
    "{Name} {verb} {how}, and everyone can see that {he} is {feeling}.",
    "On {day} {Name} {verb} {how}, feeling very {feeling}.",
)
VERB_CLOSINGS = (
    "Outside there is nothing but {weather}.",
    "A {animal} looks in through the window of the {room}.",
    "A {color} {garment} lies on the floor.",
    "Somewhere in the {place} a {animal} calls.",
    "It will soon be {season}.",
    "In the {room} somebody is eating {food}.",
    "Then the bells ring {number} times.",
    "On the table are {food}, {drink} and a {color} {thing}.",
    "A {animal} and a {animal} are waiting for {food} and {drink}.",
)

SENSE_WORDS = WORDS | {
    "mood": listed("cold warm rainy windy bright dark stormy quiet foggy sunny"),
    "meal": listed("breakfast lunch dinner supper"),
}


def _telling(rng: random.Random, words: dict, **fixed: str) -> Telling:
    he = rng.choice(("he", "she"))
    return Telling(rng, SENSE_WORDS | words, Name=rng.choice(NAMES[he]), **fixed, **PRONOUNS[he])


def _before(rng: random.Random) -> tuple[Telling, str, str, str]:
    word = rng.choice(list(SENSES))
    sense = rng.choice(list(SENSES[word]))
    tell = _telling(rng, {"topic": SENSES[word][sense].topics}, word=word, cue=rng.choice(SENSES[word][sense].cues))
    return tell, word, sense, rng.choice(FRAMES)


def _after(rng: random.Random) -> tuple[Telling, str, str, str]:
    verb = rng.choice(list(AFTER))
    sense = rng.choice(list(AFTER[verb]))
    scene = AFTER[verb][sense]
    tell = _telling(rng, {"feeling": scene.feelings, "how": scene.how}, verb=verb, spot=rng.choice(scene.places))
    return tell, verb, sense, rng.choice(VERB_FRAMES)


def _frame(tell: Telling, frame: str) -> str:
    """A frame of the sense; "one mole" takes no article."""
    text = tell.expand(frame)
    for cue in SENSES["mole"]["amount"].cues:
        text = text.replace(f"the {cue} mole", f"{cue} mole").replace(f"The {cue} mole", f"{cue} mole")
    return sentence(text)


def _later(tell: Telling, told: list[str], patterns: tuple[str, ...]) -> str:
    """One of the patterns; while nobody has been named, none with a pronoun."""
    named = tell.fixed["Name"] in " ".join(told)
    return tell.say(*(p for p in patterns if named or not any(he in p for he in ("{he}", "{He}", "{His}"))))


def _is_held_out(tell: Telling, frame: str) -> bool:
    fixed = tell.fixed
    return held_out(fixed["cue"], fixed["word"], frame) if "cue" in fixed else held_out(fixed["Name"], fixed["spot"])


def document(rng: random.Random) -> Document:
    """A page about a word in one of its senses. No held-out (cue, word, frame), no held-out (name, place)."""
    while True:
        if rng.random() < 0.5:
            tell, word, sense, frame = _before(rng)
            facts = SENSES[word][sense].facts
            told = [tell.say(*OPENINGS)] if rng.random() < 0.7 else []
            told += [_frame(tell, frame)] + [tell.say(*facts) for _ in range(rng.choice((1, 2)))]
            told += [_later(tell, told, MORE) for _ in range(rng.choice((0, 1, 1)))]
            told += [_later(tell, told, CLOSINGS)] + [tell.aside()] * (rng.random() < 0.5)
        else:
            tell, verb, sense, frame = _after(rng)
            then = AFTER[verb][sense].then
            told = [tell.say(*BEFORE_VERB)] if rng.random() < 0.5 else []
            told += [tell.say(frame)] + [tell.say(*then) for _ in range(rng.choice((2, 2, 3)))]
            told += [tell.say(*VERB_CLOSINGS)] + [tell.aside()] * (rng.random() < 0.6)
        text = " ".join(told)
        if 3 <= len(told) <= 8 and fits(text) and not _is_held_out(tell, frame):
            return Document(FAMILY, text)


def cases(rng: random.Random, n: int) -> list[Case]:
    """Half with the cue before the word, half after it; the prompt ends where a word of the sense must come."""
    found: list[Case] = []
    while len(found) < n:
        after = len(found) % 2 == 1
        tell, word, sense, frame = (_after if after else _before)(rng)
        if not _is_held_out(tell, frame):
            continue
        slot = "{feeling}" if after else "{topic}"
        opening = tell.say(*(BEFORE_VERB if after else OPENINGS)) + " " if rng.random() < 0.5 else ""
        prompt = opening + _frame(tell, frame[: frame.index(slot)].rstrip())
        links: tuple[tuple[Span, Span], ...] = ()
        if after:
            fitting = {name: scene.feelings for name, scene in AFTER[word].items()}
        else:
            fitting = {name: meaning.topics for name, meaning in SENSES[word].items()}
        wrong = tuple(fit for name, words in fitting.items() if name != sense for fit in words)
        if not after:
            cue = tell.fixed["cue"].split()[-1]
            begin = prompt.index(f"{tell.fixed['cue']} {word}") if f"{tell.fixed['cue']} {word}" in prompt else 0
            at = prompt.find(f"{cue} {word}", begin)
            at = at if at >= 0 else prompt.lower().index(f"{cue} {word}")
            links = (((at + len(cue) + 1, at + len(cue) + 1 + len(word)), (at, at + len(cue))),)
        found.append(Case("sense_after" if after else "sense_before", prompt, fitting[sense], wrong, links))
    return found


def patterns() -> list[str]:
    """Every sentence pattern."""
    facts = [fact for senses in SENSES.values() for sense in senses.values() for fact in sense.facts]
    then = [then for scenes in AFTER.values() for scene in scenes.values() for then in scene.then]
    return [*facts, *then, *FRAMES, *OPENINGS, *MORE, *CLOSINGS, *BEFORE_VERB, *VERB_FRAMES, *VERB_CLOSINGS]
