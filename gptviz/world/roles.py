"""Gender pairs in roles: king and queen do the same things, and only he and she tell them apart.

Every role has scenes (cues, then the word) and deeds (the word, then what it does), shared by both genders; every
gendered word lives in the same gender-marking sentences, whatever its role. So gender and role are independent.
"""

import random
import re

from gptviz.world.grammar import Case, Document, held_out
from gptviz.world.telling import NAMES, PRONOUNS, Telling, fits
from gptviz.world.words import WORDS, listed

FAMILY = "roles"

PAIRS = [
    ("king", "queen"),
    ("prince", "princess"),
    ("duke", "duchess"),
    ("wizard", "witch"),
    ("actor", "actress"),
    ("waiter", "waitress"),
    ("man", "woman"),
    ("boy", "girl"),
    ("father", "mother"),
    ("son", "daughter"),
    ("brother", "sister"),
    ("husband", "wife"),
    ("uncle", "aunt"),
    ("grandfather", "grandmother"),
]

# Role cues first, then the word: {role} is a king as often as a queen.
SCENES = {
    "king": [
        "On the throne sat the {adj} {role}.",
        "The knights bowed, for into the castle came the {role}.",
        "The whole kingdom was ruled by a {adj} {role}.",
        "A golden crown lay on the head of the {role}.",
    ],
    "prince": [
        "In the palace, not yet old enough to rule, lived a {adj} {role}.",
        "The royal tutor waited in the palace for the {role}.",
        "The dragon in the mountains was afraid of only one thing, the {adj} {role}.",
        "One day the palace and the royal ponies would belong to the {role}.",
    ],
    "duke": [
        "The carriage stopped before the mansion, and out stepped the {role}.",
        "All the land around the mansion belonged to a {adj} {role}.",
        "The servants of the estate lit the candles for the {role}.",
        "Nobody gave a finer ball in the mansion than the {adj} {role}.",
    ],
    "wizard": [
        "Smoke rose from the cauldron, and behind it stood the {role}.",
        "Deep in the woods, among owls and potions, lived a {adj} {role}.",
        "The spell was spoken in a whisper by the {adj} {role}.",
        "A magic wand lay in the hand of the {role}.",
    ],
    "actor": [
        "The curtain opened, and on the stage stood the {role}.",
        "The audience clapped for the {adj} {role}.",
        "At the theatre everyone talked about the new {role}.",
        "The leading part in the play went to a {adj} {role}.",
    ],
    "waiter": [
        "The restaurant was full, and between the tables ran the {role}.",
        "The menu was brought by a {adj} {role}.",
        "A tray with {number} plates was carried by the {role}.",
        "The hungry guests at the table called for the {adj} {role}.",
    ],
    "man": [
        "At the bus stop, with a newspaper, stood a {adj} {role}.",
        "The small office next to the bank belonged to a {role}.",
        "The rent of the flat was paid by a {adj} {role}.",
        "On the way to work the train was missed by a {role}.",
    ],
    "boy": [
        "In the playground, with a bag of marbles, stood a {adj} {role}.",
        "The teacher asked a question, and up jumped a {role}.",
        "On the swing behind the school sat a {adj} {role}.",
        "All the toys on the floor belonged to a small {role}.",
    ],
    "father": [
        "The baby stopped crying in the arms of the {role}.",
        "The children were put to bed by their {adj} {role}.",
        "Beside the cradle sat a tired {role}.",
        "The family had a new baby and a {adj} {role}.",
    ],
    "son": [
        "The parents were proud of their only {role}.",
        "The parents kept a picture of their {adj} {role}.",
        "The farm would be left by the parents to their {role}.",
        "The parents had waited many years for a {role}.",
    ],
    "brother": [
        "The twins shared everything, said the older {role}.",
        "Nobody can tease the twins like a {adj} {role}.",
        "In the bunk bed above slept the younger {role}.",
        "The twins built a tree house for their {adj} {role}.",
    ],
    "husband": [
        "The wedding ring shone on the hand of the {role}.",
        "On the day of the anniversary came flowers from the {adj} {role}.",
        "The wedding guests danced with the new {role}.",
        "Married life was easy with so {adj} a {role}.",
    ],
    "uncle": [
        "The cousins ran to the door, for there stood their {role}.",
        "In the holidays the cousins stayed with a {adj} {role}.",
        "The best birthday presents came from the {role}.",
        "All the nephews and nieces loved their {adj} {role}.",
    ],
    "grandfather": [
        "In the rocking chair by the fire sat the {role}.",
        "The grandchildren listened to their {adj} {role}.",
        "Old photographs hung on the wall above the {role}.",
        "The grandchildren looked for the spectacles of their {role}.",
    ],
}

# What the role does: predicates in the past, for either gender.
DEEDS = {
    "king": [
        "ruled the kingdom from {his} {color} throne",
        "wore {his} golden crown at the feast",
        "gave orders to {his} {number} knights",
        "made a new law about {food}",
        "walked through the {room} of the castle",
        "sent a knight to the {place}",
        "signed a peace with the kingdom beyond the {place}",
    ],
    "prince": [
        "rode a {color} pony around the palace",
        "had a lesson with the royal tutor about {lesson}",
        "waited to inherit the palace one day",
        "chased the dragon away from the {place}",
        "danced at the royal feast in the {room}",
        "slept in a palace bed with {number} pillows",
        "waved to the crowd from the palace balcony",
    ],
    "duke": [
        "drove the carriage over the {place}",
        "gave a ball in the mansion for {number} guests",
        "counted the {trees} of the estate",
        "had {number} servants and a {adj} butler",
        "rented the mill on the estate to a farmer",
        "hung a portrait in the {room} of the mansion",
        "hunted in the woods of the estate with a {animal}",
    ],
    "wizard": [
        "stirred the cauldron with a {thing}",
        "turned a {animal} into a {thing} with one spell",
        "mixed a potion from {food} and moonlight",
        "waved the wand at the {animal}",
        "flew over the {place} on a broom",
        "read old spells to the owl",
        "put a magic circle around the {place}",
    ],
    "actor": [
        "learned the lines of the play in the {room}",
        "stood on the stage in a {color} costume",
        "bowed to the audience {number} times",
        "played a {animal} at the theatre",
        "rehearsed for the new play with a {animal}",
        "waited behind the curtain with a {thing}",
        "sang in the last scene of the play",
    ],
    "waiter": [
        "carried the {food} on a tray to table {number}",
        "brought the guests the menu and some {drink}",
        "cleaned the tables of the restaurant",
        "wrote down the orders for {food} and {food}",
        "got a good tip from the guests",
        "dropped a tray of {food} in the restaurant",
        "poured {drink} for a table of {number}",
    ],
    "man": [
        "read the newspaper on the bus",
        "worked in an office near the {place}",
        "paid the rent for {number} months",
        "took the early train to work",
        "wrote a report at the office about {food}",
        "parked the {color} car beside the office",
        "came home from work at {number}",
    ],
    "boy": [
        "played with marbles in the playground",
        "did the homework for school about {lesson}",
        "forgot the school bag {where}",
        "drew a {color} {animal} for the teacher",
        "sat on the swing until {number}",
        "hid the toys in the {room}",
        "asked the teacher why there was so much {weather}",
    ],
    "father": [
        "rocked the cradle with one foot",
        "sang the baby a song about a {animal}",
        "cooked {food} for the children",
        "took the children to the {place}",
        "washed the faces of the children",
        "read the children a story about a {animal}",
        "packed {food} for the children",
    ],
    "son": [
        "wrote to the parents about the {weather}",
        "came home to the parents with a {thing}",
        "helped the parents on the farm",
        "learned the trade of the parents in {number} years",
        "asked the parents for a {animal}",
        "grew up on the farm near the {place}",
        "thanked the parents for the {thing}",
    ],
    "brother": [
        "shared the {food} with the twins",
        "quarrelled with the twins about a {thing}",
        "slept in the upper bunk bed",
        "built a tree house with the twins {where}",
        "raced the twins to the {place}",
        "hid from the twins in the {room}",
        "taught the twins a secret language",
    ],
    "husband": [
        "wore the wedding ring with a {color} {garment}",
        "remembered the anniversary with {flower}",
        "kept the wedding pictures in a {color} album",
        "married under the {tree} tree",
        "danced at the wedding until {number}",
        "cooked {food} for the anniversary",
        "wrote a love song for the anniversary",
    ],
    "uncle": [
        "sent the cousins a {thing} for a birthday present",
        "took the nephews and nieces to the {place}",
        "told the cousins a joke about a {animal}",
        "brought {number} presents for the cousins",
        "visited the nephews with some {food}",
        "wrapped the presents in {color} paper",
        "taught the nieces how to draw a {animal}",
    ],
    "grandfather": [
        "sat in the rocking chair and knitted",
        "told the grandchildren about the old days {where}",
        "looked for the lost spectacles in the {room}",
        "baked {food} for the grandchildren",
        "showed the grandchildren an old photograph of a {animal}",
        "fell asleep in the rocking chair",
        "mended a toy {animal} for the grandchildren",
    ],
}

OPENINGS = [
    "{Name} was a {adj} {role}.",
    "{Name} was a {adj} and {adj} {role}.",
    "{Name} had always been a {adj} {role}.",
    "{Name} is a {role}, and {he} is very {adj}.",
    "Nobody had ever met so {adj} a {role} as {Name}.",
    "People said that {Name} was a {adj} {role}.",
    "This is a story about {Name}, a {adj} {role}.",
    "{He} was a {adj} {role}, and {his} name was {Name}.",
    "Once there was a {adj} {role} called {Name}.",
    "Once there was a {role} who {deed}.",
    "Once there was a {adj} {role} who {deed}.",
    "Not far from the {place} lived a {role} named {Name}.",
    "{He} was known {where} as a {adj} {role}.",
    "Everyone called {him} a very {adj} {role}.",
]
DEED_SENTENCES = [
    "{He} {deed}.",
    "The {role} {deed}.",
    "Every {time} {he} {deed}.",
    "On {day} the {role} {deed}.",
    "In {season} {he} {deed}.",
    "The {role} {deed} and {deed}.",
    "{He} {deed}, and later {he} {deed}.",
    "Because {he} was {adj}, {he} {deed}.",
    "As a {adj} {role}, {he} {deed}.",
]
GENDER_SENTENCES = [
    "The {role} smiled and put on {his} {color} {garment}.",
    "{He} looked at {himself} in the mirror and {laughed}.",
    "A neighbour met {him} near the {place} and shook {his} hand.",
    "{His} friends liked {him}, because {he} was {adj}.",
    "The {role} made {himself} some {food} and {food}.",
    "{He} lost {his} {garment} {where}, but {he} only {laughed}.",
    "A {animal} followed {him} all the way to {his} house.",
    "The {role} said that {his} favourite month was {month}.",
    "{He} told {himself} not to mind the {weather}.",
    "{His} hair was {haircolor}, and {his} eyes were {eyecolor}.",
    "The {role} washed {his} hands and {his} face.",
    "Somebody asked {him} for help, and {he} {helped}.",
    "{His} {color} {garment} was too {size} for {him}.",
    "People often saw {him} with {his} {animal}.",
    "In {his} {color} bag {he} had {food}, {food} and some {drink}.",
    "The {role} put on {his} {color} {garment} and {his} {color} {garment}.",
    "{His} neighbours kept a {animal}, a {animal} and a {adj} {animal}.",
]
EVENT_SENTENCES = [
    "One day the {role} found a {thing} {where} and showed it to {his} friends.",
    "Then the {role} bought a {thing} at the market and carried it home in {his} bag.",
    "One {time} the {role} forgot a {thing} {where}, and {he} had to go back.",
    "Yesterday the {role} lost a {thing}, so {he} went out and looked for it {himself}.",
    "Last {season} the {role} got a {thing} as a present, and it made {him} {good}.",
    "On {day} the {role} borrowed a {thing}, and {he} gave it back to {his} neighbour in {season}.",
]
CLOSINGS = [
    "That night {he} dreamed of a {animal}.",
    "In the end the {role} was {good}.",
    "So the day ended, and {he} went to {his} bed.",
    "Since then everyone has called {him} the {adj} {role}.",
    "The {role} was {good}, and so were {his} friends.",
    "{He} still talks about it with {his} friends.",
    "And that is all we know about {him}.",
    "Then {he} drank some {drink} and went to sleep.",
    "In the evening {he} had {food} with {food} and a cup of {drink}.",
    "After a {adj} {day} came a {adj} {day}, and {he} {laughed}.",
]

ROLE_WORDS = WORDS | {
    "trees": listed("oaks apples pines willows cherries"),
    "lesson": listed("stars history numbers rivers music animals"),
    "laughed": ["laughed", "sighed", "smiled", "sang a song", "went home", "shook {his} head"],
    "helped": ["helped at once", "said yes", "came with a ladder", "gave some money", "called {his} friends"],
    "month": listed("January March April May June July August October December"),
    "haircolor": listed("black brown grey white red"),
    "eyecolor": listed("blue brown green grey"),
    "size": listed("big small long short warm heavy"),
}


def _telling(rng: random.Random) -> tuple[Telling, list[str]]:
    pair, he = rng.choice(PAIRS), rng.choice(("he", "she"))
    role = pair[he == "she"]
    words = ROLE_WORDS | {"deed": DEEDS[pair[0]]}
    return Telling(rng, words, role=role, Name=rng.choice(NAMES[he]), **PRONOUNS[he]), SCENES[pair[0]]


def document(rng: random.Random) -> Document:
    """A day in the life of one role. No {role} meets a {thing} of a held-out combination."""
    while True:
        tell, scenes = _telling(rng)
        first = tell.say(*scenes if rng.random() < 0.45 else OPENINGS)
        middle = [DEED_SENTENCES] * rng.choice((1, 2, 2)) + [GENDER_SENTENCES] * rng.choice((1, 1, 2))
        middle += [EVENT_SENTENCES] * (rng.random() < 0.6)
        rng.shuffle(middle)
        told = [first] + [tell.say(*kind) for kind in middle]
        if rng.random() < 0.6:
            told.append(tell.say(*CLOSINGS))
        if rng.random() < 0.5:
            told.append(tell.aside())
        text = " ".join(told)
        things = set(WORDS["thing"]) & set(re.findall(r"\w+", text))
        if fits(text) and not any(held_out(tell.fixed["role"], thing) for thing in things):
            return Document(FAMILY, text)


def cases(rng: random.Random, n: int) -> list[Case]:
    """A role with a thing it never had in training; what follows is the pronoun of its gender."""
    found: list[Case] = []
    while len(found) < n:
        tell, scenes = _telling(rng)
        opening = tell.say(*scenes)
        event = tell.say(*[event for event in EVENT_SENTENCES if "{himself}" not in event and "{thing}" in event])
        gendered = tell.fixed["his"], tell.fixed["he"], tell.fixed["him"]
        if not held_out(tell.fixed["role"], tell.chosen["thing"]):
            continue
        words = event.rstrip(".").split()
        first = next(i for i, word in enumerate(words) if word in gendered)
        other = PRONOUNS["she" if tell.fixed["he"] == "he" else "he"]
        wrong = {tell.fixed[key]: other[key] for key in ("his", "he", "him")}[words[first]]
        found.append(Case("role", f"{opening} {' '.join(words[:first])}", (words[first],), (wrong,)))
    return found


def patterns() -> list[str]:
    """Every sentence pattern; a deed makes one with each way of telling it, and is counted once."""
    scenes = [scene for role in SCENES.values() for scene in role]
    deeds = ["{He} " + deed + "." for role in DEEDS.values() for deed in role]
    return scenes + deeds + OPENINGS + DEED_SENTENCES + GENDER_SENTENCES + EVENT_SENTENCES + CLOSINGS
