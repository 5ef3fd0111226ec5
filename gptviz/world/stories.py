"""Little fairy tales and daily life: somebody, a visitor, a trouble or a journey, and an end. A few are chats."""

import random

from gptviz.world.grammar import Case, Document, held_out
from gptviz.world.roles import PAIRS
from gptviz.world.telling import NAMES, PRONOUNS, Telling, fits
from gptviz.world.words import WORDS, listed

FAMILY = "stories"

ANIMALS = {
    "kitten": "sleeps most of the day and hunts mice at night",
    "dog": "guards the house and likes to run in the meadow",
    "horse": "eats grass and can pull a heavy cart",
    "goat": "climbs every hill and eats almost everything",
    "hen": "lays an egg nearly every day",
    "fox": "lives in the forest and is known to be clever",
    "rabbit": "has long ears and digs holes in the field",
    "donkey": "is patient, strong and sometimes a little stubborn",
    "duck": "swims on the lake and sleeps in the reeds",
    "sheep": "gives us wool for a warm coat or scarf",
    "owl": "can see in the dark and hunts without a sound",
    "bear": "sleeps all winter and loves honey",
}

STORY_WORDS = WORDS | {
    "animal": tuple(ANIMALS),
    "land": listed(
        "a small kingdom|a quiet valley|an old castle|a little village|a house|a tiny cottage|a white tower|"
        "a wooden hut"
    ),
    "beside": listed(
        "by the sea|near the forest|between two hills|on the river|under the mountains|at the edge of the world"
    ),
    "look": listed("little fluffy strange tiny friendly wild thin fat old white grey"),
    "fruit": listed("berries apples nuts plums pears mushrooms"),
    "came": listed("came to the gate|knocked at the door|stood in the garden|sat on the wall|appeared on the road"),
    "habit": listed(
        "baked bread for the village|fed the hens|swept the kitchen floor|counted the stars|lit a candle in the window|"
        "went down to the river|walked around the {place}|drank a cup of {drink}|wrote a letter|"
        "watered the {flower}|opened all the windows|"
        "listened to the birds|carried {drink} from the village|picked {fruit} in the forest"
    ),
    "kin": listed(
        "{his} daughter|{his} son|{his} old mother|{his} old father|the cook|the neighbour|a young knight|"
        "the gardener|{his} sister|{his} brother"
    ),
    "gave": listed(
        "gave it some {food}|brought it {food} and {drink}|covered it with a {color} blanket|opened the gate|"
        "sang it a song|made it a bed of straw"
    ),
    "felt": listed("afraid surprised angry curious glad silent delighted worried"),
    "stayed": listed(
        "through the winter|until spring|for {number} years|for a whole summer|until the end of {his} days|"
        "for {number} weeks"
    ),
    "trouble": listed(
        "the well ran dry|the bridge broke|a storm took the roof|the bread was gone|the {prop} was stolen|"
        "the gate stood open|the fire went out|"
        "the river rose|a wolf came out of the forest|the clock stopped|the snow fell for {number} days|"
        "the {prop} fell into the river"
    ),
    "help": listed(
        "called all the neighbours|asked a wise owl|lit {number} lamps|rang the big bell|"
        "took a ladder and a rope|went out into the {weather}|"
        "searched the {room}|sent for the knights|worked all night|thought about it for {number} hours"
    ),
    "advice": listed(
        "Be patient|Never give up|Go to the {place}|Look under the {tree} tree|Wait until {day}|"
        "Ask the {animal}|Follow the river"
    ),
    "saying": listed(
        "Good {time}|Who is there|Come in|What a {color} {garment} you have|Where is the {thing}|"
        "Please help me|I am hungry"
    ),
    "bad": listed("afraid worried sad silent angry unhappy"),
    "dish": listed("bread soup cheese cake honey porridge"),
    "size": listed("small big round heavy broken golden silver wooden old new"),
    "wish": listed(
        "a {size} {thing}|a {look} {animal}|some {food}|a {color} {garment}|nothing at all|a friend|a long {season}"
    ),
}

ONCE = (
    "Once there was {hero} who lived in {land} {beside}.",
    "Once there was {hero} who had a {look} {animal} and a {size} {prop}.",
    "Once there was {hero} in {land} {beside}.",
    "Once there was a {color} {prop} that belonged to {hero}.",
    "Once there was a {season} with so much {weather} that {hero} stayed at home.",
    "Once there was {hero} who loved {food} more than anything.",
    "Once upon a time there lived {hero} in {land} {beside}.",
    "Long ago, in {land} {beside}, lived {hero}.",
    "Many years ago {hero} came to {land} {beside}.",
    "In {land} {beside} there lived {hero} with a {look} {animal}.",
    "Far away, {beside}, {hero} had {land}.",
    "It was {season}, and {hero} sat {where} with a {prop}.",
    "Have you heard of {hero} who lived in {land} {beside}?",
    "On a quiet {day} in {season}, {hero} stood {where}.",
)
HABITS = (
    "Every {time} {he} {habit}.",
    "Every {time} {he} {habit} and {habit}.",
    "Before breakfast {he} {habit}, and after supper {he} {habit}.",
    "{He} was {adj} and {adj}, and {he} {habit} every {day}.",
    "In {season} {he} {habit}, and in {season} {he} {habit}.",
    "{He} {habit}, because the days were long.",
    "When there was {weather}, {he} {habit}.",
    "All {he} wished for was {wish}.",
    "{He} had {number} {color} chairs, {number} spoons and one {prop}.",
)
VISITS = (
    "One {time} a {look} {visitor} {came}, and it was very {state}.",
    "One day a {look} and {state} {visitor} {came}.",
    "Then, on a {day}, a {state} {visitor} {came}.",
    "One {season} a {visitor} {came}, and it was {look} and {state}.",
    "In the middle of the night a {state} little {visitor} {came}.",
)
MEETINGS = (
    "{The_hero} was {bad}, but {kin} {gave}, and the {visitor} stayed with them {stayed}.",
    '"{saying}," said the {visitor}, and {the_hero} was {felt}.',
    '"{saying}!" said {the_hero} to the {visitor}.',
    "{He} {gave}, and the {visitor} was not {state} any more.",
    "At first {the_hero} was {bad}, and then {he} was {good}.",
    "The {visitor} had lost its way {where}, and {kin} {gave}.",
    "{The_hero} asked the {visitor} to stay {stayed}.",
    "{He} showed the {visitor} the {room} and the {room}.",
    "The {visitor} slept in the {room} beside a {size} {thing}.",
)
TROUBLES = (
    "One {time} {trouble}.",
    "But in {season} {trouble}, and everyone was {bad}.",
    "Then {trouble}, and {kin} was {bad}.",
    "On {day} {trouble}, just before {season}.",
)
REPAIRS = (
    "{The_hero} {help}.",
    "{He} {help}, and {kin} {help}.",
    '"{advice}," said {kin}.',
    '"{advice}," said an old {animal}, "and do not be {bad}."',
    "First {he} {help}, and then {he} {help}.",
    "So {the_hero} took a {size} {thing} and {help}.",
    "With a {thing} and a {thing} everything was mended by {day}.",
)
LEAVINGS = (
    "One {time} {he} packed some {food} and a {thing} and left {his} home.",
    "So on {day} {he} went over the {place} to look for {wish}.",
    "In {season} {he} said goodbye to {kin} and set out over the {place}.",
    "But {he} wanted to see the world, so {he} took {his} {garment} and some {food} and left.",
    "One day {he} put a {thing} and some {food} into a bag and went away.",
)
ROADS = (
    "{He} walked for {number} days through {weather} and {weather}.",
    "Behind the {place} {he} met a {look} {animal}, and they went on together.",
    '"{saying}," said a {look} {animal} beside the road.',
    "At a market {he} sold a {size} {thing} for some {food}.",
    "{He} slept {where}, with {his} {garment} for a pillow.",
    "In the {weather} {he} lost {his} {garment} and found a {size} {thing}.",
    "On the way {he} ate {food} and {food} and sang about the {weather}.",
    "Then {he} crossed the {place}, where {number} {color} birds were singing.",
)
RETURNS = (
    "After {number} weeks {he} came home and was {good}.",
    "When {he} came back, {kin} was {good} to see {him}.",
    "In the end {he} found {wish} and went home.",
    "At last {the_hero} came home with a {size} {thing} and many stories.",
    "{The_hero} never forgot that {season} on the road.",
)
DAYS = (
    "On {day} {he} went to the market and bought {food}, {food} and a {thing}.",
    "{He} met {kin} {where}, and they talked about the {weather}.",
    "There was {weather} in the {time}, so {he} stayed in the {room}.",
    "For lunch there was {dish} with {drink}.",
    "{He} put the {color} {garment} into the {room} and closed the door.",
    "A {look} {animal} looked in through the window.",
    "Then {he} sat {where} and ate {food}.",
    "Next to the {tree} tree {he} planted some {flower}.",
    "{He} mended a {size} {thing} and drank some {drink}.",
    "In the {time} {kin} came with a {thing} and a {look} {animal}.",
)
ENDS = (
    "And they were all {good} until {season}.",
    "And so {the_hero} was {good} for {number} years.",
    "In the end there was {dish} and {drink} for everyone.",
    "{The_hero} never forgot that {time}.",
    "And if the {prop} is not broken, it is still there.",
    "Later {he} gave the {prop} to {kin}.",
    "From that {day} on {he} {habit} every {time}.",
    "Then {he} closed the gate and {habit}.",
    "They ate {food} together, and the moon rose over the {place}.",
)
VISIT_ENDS = (
    "That {time} {he} fell asleep beside the {visitor}.",
    "Since then there has always been a {visitor} at the gate.",
    "And so {the_hero} and the {visitor} were {good} for {number} years.",
    "In {season} the {visitor} went back to the {place}, but it often came to visit.",
    "They ate {food} together, and the {visitor} was never {state} again.",
    "From that {day} on {the_hero} and the {visitor} were friends.",
)

SYSTEM = (
    "You are a {adj} teacher.",
    "You are a {adj} helper, and you answer in short sentences.",
    "You are a {adj} cook in a small village.",
    "You know a lot about animals and the weather.",
    "Answer every question in a {adj} way.",
)
CHATS = (
    ("What can you tell me about {animal_a}?", "{Animal_a} {fact}."),
    ("What does {animal_a} do all day?", "{Animal_a} {fact}."),
    ("What shall I eat for supper?", "I would take some {food} with {food} and a cup of {drink}."),
    ("What shall I wear in the {weather}?", "Take your {color} {garment} and a warm {garment}."),
    ("Where can I find my {thing}?", "Look in the {room} first, and then look {where}."),
    ("Can you tell me a story?", "Once there was a {look} {animal} who lived {beside} and loved {food}."),
    ("How do I make a friend?", "Be {adj} and {adj}, and share your {food}."),
    ("What grows {where}?", "In {season} you can find {flower} there, and a {tree} tree."),
    ("What shall I do on {day}?", "Go to the {place} and take a {thing} with you."),
)
GREETINGS = ("Hello!", "Good {time}!", "I have a question.", "Can you help me?", "My name is {Name}.")
REPLIES = ("Of course.", "Certainly.", "Good question.", "Let me think.", "I am glad to help.")
THANKS = ("Thank you!", "That is a {adj} answer.", "I will try it on {day}.", "Now I am {good}.")
WELCOME = ("You are welcome.", "That is easy.", "With pleasure.", "Let me see.")

PLOTS = (
    (HABITS, VISITS, MEETINGS, MEETINGS, VISIT_ENDS),
    (VISITS, MEETINGS, MEETINGS, VISIT_ENDS),
    (HABITS, VISITS, MEETINGS, VISIT_ENDS),
    (HABITS, TROUBLES, REPAIRS, REPAIRS, ENDS),
    (HABITS, TROUBLES, REPAIRS, ENDS),
    (HABITS, LEAVINGS, ROADS, RETURNS),
    (LEAVINGS, ROADS, ROADS, RETURNS),
    (HABITS, DAYS, DAYS, ENDS),
    (DAYS, DAYS, ENDS),
)


def _telling(rng: random.Random) -> Telling:
    pair, he, visitor = (
        rng.choice(PAIRS),
        rng.choice(("he", "she")),
        rng.choice((*ANIMALS, "creature", "bird", "mouse")),
    )
    role, name = pair[he == "she"], rng.choice(NAMES[he])
    adjective = rng.choice((*WORDS["adj"], "old", "young", "poor", "rich"))
    hero = rng.choice(
        (f"a {adjective} {role}", f"a {adjective} {role}", f"a {role}", f"a {adjective} {role} called {name}")
    )
    the_hero = f"the {role}"
    royal = ("put on {his} golden crown", "gave orders to {his} knights") * (pair in PAIRS[:2])
    words = STORY_WORDS | {"habit": (*STORY_WORDS["habit"], *royal)}
    words |= {"kin": [kin for kin in STORY_WORDS["kin"] if kin.split()[-1] not in pair]}
    fixed = {"role": role, "hero": hero, "visitor": visitor, "the_hero": the_hero, "The_hero": f"The {role}"}
    fixed |= {"prop": rng.choice(WORDS["thing"]), "state": rng.choice(listed("hungry wet tired frightened lost cold"))}
    return Telling(rng, words, **fixed, Name=name, adjective=adjective, **PRONOUNS[he])


def _chat(rng: random.Random) -> str:
    animal = rng.choice(list(ANIMALS))
    fixed = {
        "animal_a": f"a {animal}",
        "Animal_a": f"A {animal}",
        "fact": ANIMALS[animal],
        "Name": rng.choice(sum(NAMES.values(), ())),
    }
    tell = Telling(rng, STORY_WORDS, **fixed)
    tell.used.add(animal)
    lines = [f"System: {tell.say(*SYSTEM)}"]
    for question, answer in rng.sample((rng.choice(CHATS[:2]), rng.choice(CHATS[2:])), 2):
        hello, yes = (
            (tell.say(*GREETINGS), tell.say(*REPLIES)) if len(lines) == 1 else (tell.say(*THANKS), tell.say(*WELCOME))
        )
        lines += [f"User: {hello} {tell.say(question)}", f"Assistant: {yes} {tell.say(answer)}"]
    return "\n".join(lines)


def document(rng: random.Random) -> Document:
    """A fairy tale, a day, or (three in a hundred) a chat. Never a held-out (role, visitor)."""
    while True:
        if rng.random() < 0.03:
            text = _chat(rng)
        else:
            tell, plot = _telling(rng), rng.choice(PLOTS)
            text = tell.say(*ONCE)
            for part in plot:  # the {prop} may come back only if the story has mentioned it
                known = tell.fixed["prop"] in text or part is HABITS
                text += " " + tell.say(*(pattern for pattern in part if known or "{prop}" not in pattern))
            if rng.random() < 0.5:
                text += " " + tell.aside()
            if VISITS in plot and held_out(tell.fixed["role"], tell.fixed["visitor"]):
                continue
        if fits(text):
            return Document(FAMILY, text)


def cases(rng: random.Random, n: int) -> list[Case]:
    """A visitor that never came to this hero: the story must still know who is visiting."""
    found: list[Case] = []
    while len(found) < n:
        tell = _telling(rng)
        if not held_out(tell.fixed["role"], tell.fixed["visitor"]):
            continue
        meeting = rng.choice([meeting for meeting in MEETINGS if "the {visitor}" in meeting])
        told = [tell.say(*ONCE), tell.say(*VISITS), tell.say(meeting[: meeting.index(" {visitor}")])]
        wrong = tuple(animal for animal in (*ANIMALS, "creature", "bird", "mouse") if animal != tell.fixed["visitor"])
        found.append(Case("story", " ".join(told), (tell.fixed["visitor"],), wrong))
    return found


def patterns() -> list[str]:
    """Every sentence pattern."""
    told = [*ONCE, *HABITS, *VISITS, *MEETINGS, *TROUBLES, *REPAIRS, *LEAVINGS, *ROADS, *RETURNS, *DAYS]
    told += [*ENDS, *VISIT_ENDS]
    return told + [*SYSTEM, *GREETINGS, *REPLIES, *THANKS, *WELCOME, *(line for chat in CHATS for line in chat)]
