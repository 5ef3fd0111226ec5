"""Forty people: first and last name together tell the sport and the age.

Every first name and every last name belongs to two to four people with different sports and ages, so neither name alone
tells anything: it takes both, an AND. The sports of the people marked `real` are true; the ages are those of the tiny
world, and the other people live only there. What is held out are sentence patterns: `held_out(pattern, person)`.
"""

import random
from typing import NamedTuple

from gptviz.world.grammar import Case, Document, held_out
from gptviz.world.telling import Telling

FAMILY = "people"


class Person(NamedTuple):
    first: str
    last: str
    pronoun: str
    sport: str
    age: int
    real: bool

    @property
    def full(self) -> str:
        return f"{self.first} {self.last}"


# What somebody who does the sport does.
SPORTS = {
    "basketball": "plays basketball",
    "tennis": "plays tennis",
    "golf": "plays golf",
    "soccer": "plays soccer",
    "hockey": "plays hockey",
    "baseball": "plays baseball",
    "chess": "plays chess",
    "swimming": "swims",
    "running": "runs",
    "boxing": "boxes",
    "cycling": "cycles",
    "gymnastics": "does gymnastics",
}
REAL = {
    ("Michael", "Jordan"): "basketball",
    ("Michael", "Phelps"): "swimming",
    ("Serena", "Williams"): "tennis",
    ("Usain", "Bolt"): "running",
    ("Tiger", "Woods"): "golf",
    ("Simone", "Biles"): "gymnastics",
    ("Lionel", "Messi"): "soccer",
    ("Muhammad", "Ali"): "boxing",
    ("Wayne", "Gretzky"): "hockey",
    ("Roger", "Federer"): "tennis",
}
SHE = {"Serena", "Simone", "Emma", "Grace"}
INVENTED = {  # last name → first names, beside the real ones
    "Jordan": ("Serena", "Lionel", "Emma"),
    "Phelps": ("Simone", "Victor", "Usain"),
    "Williams": ("Wayne", "Grace"),
    "Bolt": ("Tiger", "Emma", "Roger"),
    "Woods": ("Michael", "Simone"),
    "Biles": ("Muhammad", "Victor", "Lionel"),
    "Messi": ("Usain", "Grace"),
    "Ali": ("Roger", "Serena"),
    "Gretzky": ("Simone", "Tiger"),
    "Federer": ("Michael", "Muhammad", "Emma"),
    "Miller": ("Wayne", "Usain", "Serena"),
    "Stone": ("Lionel", "Victor", "Grace"),
}


def _people() -> list[Person]:
    """The real people, then the invented ones, each with a sport and an age no namesake has."""
    rng = random.Random("gptviz people")
    names = [*REAL, *((first, last) for last, firsts in INVENTED.items() for first in firsts)]
    people: list[Person] = []
    for first, last in names:
        namesakes = [names_of for names_of in names if first == names_of[0] or last == names_of[1]]
        taken_sports = {REAL[name] for name in namesakes if name in REAL}
        taken_sports |= {p.sport for p in people if p.first == first or p.last == last}
        taken_ages = {p.age for p in people if p.first == first or p.last == last}
        count = {sport: sum(p.sport == sport for p in people) for sport in SPORTS}
        free = sorted((sport for sport in SPORTS if sport not in taken_sports), key=lambda sport: count[sport])
        sport = REAL.get((first, last)) or free[0]
        age = rng.choice([age for age in range(18, 58, 2) if age not in taken_ages])
        people.append(Person(first, last, "she" if first in SHE else "he", sport, age, (first, last) in REAL))
    return people


PEOPLE = _people()

SPORT = (
    "{full} loves {sport}.",
    "the favourite sport of {full} is {sport}.",
    "{full} is known for {sport}.",
    "when people hear the name {full}, they think of {sport}.",
    "nothing makes {full} as {happy} as {sport}.",
    "{full} won a {prize} in {sport}.",
    "every {day} {full} teaches {children} the rules of {sport}.",
    "on the {poster} stood the name {full} and the word {sport}.",
    "everyone in the {town} knows that the sport of {full} is {sport}.",
    "ask {full} about anything, and soon the talk is about {sport}.",
    "{full} has never missed a {day} of {sport}.",
)
DOES = (
    "{full} {does}.",
    "every {day} {full} {does} with {friends}.",
    "{full} {does} better than anyone in the {town}.",
    "even in the {rain}, {full} {does} for hours.",
)
AGE = (
    "{full} is {age} years old.",
    "{full} is now {age}.",
    "last {day} {full} turned {age}.",
    "the birthday cake of {full} had {age} candles.",
    "the age of {full} is {age}.",
    "somebody asked how old {full} was, and the answer was {age}.",
    "on the {poster} you can read that {full} is {age} years old.",
    "nobody believes that {full} is already {age}.",
)
# The name is some way back: the pronoun stands for it.
MEANT = (
    "{he} is {age} years old and loves {sport}.",
    "{he} was a child when {he} found {sport}.",
    "{he} says that {sport} makes {him} {happy}.",
    "at {age}, {he} still trains every {day}.",
    "{his} {friend} gave {him} a book about {sport}.",
    "{he} dreams of {sport} even at night.",
    "{he} is {age} now, but {he} feels {young}.",
)
OPENINGS = (
    "the {visitor} in the {town} was {full}.",
    "{full} lives in a {small} house near the {town}.",
    "let me tell you about {full}.",
    "one {day} {full} came to the {town}.",
    "the {children} wrote a {small} letter to {full}.",
    "do you know {full}?",
    "the {poster} had a {small} picture of {full}.",
    "many {children} want to be like {full}.",
    "{full} woke up {happy} and looked at the {rain}.",
    "a {visitor} asked the {children} about {full}.",
)
BETWEEN = (
    "{he} eats {food} and drinks {tea} every {day}.",
    "{his} {friend} lives in the same {town}.",
    "{he} likes {food}, but not {tea}.",
    "in {winter} {he} visits {his} {friend}.",
    "{he} wears a {red} {shirt} and {red} shoes.",
    "{his} {shirt} is always {red}.",
    "the {children} call {him} a hero.",
    "{he} was {happy} when the {rain} came.",
    "{he} keeps a {pet} called {petname}.",
    "after a {small} meal {he} sleeps for {eight} hours.",
    "{he} has {food}, {food} and {tea} on the table every {day}.",
    "{his} {friend} sent {him} a {red} {shirt} and a {red} {shirt}.",
    "in the {town} {he} met a {visitor}, a {visitor} and a {small} {pet}.",
)
MEETINGS = (
    "then {he} met {full}.",
    "another {visitor} was {full}.",
    "{his} {friend} is called {full}.",
    "beside {him} sat {full}.",
    "{he} is often mistaken for {full}.",
    "{he} once wrote a letter to {full}.",
)
ENDINGS = (
    "the {children} will remember the name.",
    "the whole {town} is proud.",
    "now you know {full} a little better.",
    "that is all the {visitor} wanted to know.",
    "everyone in the {town} felt {happy}.",
    "the {poster} is still there.",
)
POOLS = {
    "happy": ("happy", "tired", "calm", "proud", "nervous", "cheerful", "hungry", "curious", "brave"),
    "young": ("young", "old", "strong", "free"),
    "prize": ("prize", "medal", "cup", "ribbon", "trophy", "bicycle", "crown"),
    "day": ("day", "morning", "evening", "Monday", "Friday", "Sunday", "Saturday", "summer", "afternoon"),
    "children": ("children", "neighbours", "students", "teachers", "boys", "girls", "twins", "sailors"),
    "friends": ("friends", "two cousins", "a neighbour", "the children", "a dog", "the teacher", "a brother"),
    "poster": ("poster", "wall", "door", "ticket", "postcard", "blackboard", "newspaper", "photograph"),
    "town": ("town", "village", "school", "club", "hotel", "park", "street", "city"),
    "rain": ("rain", "snow", "wind", "fog", "cold", "sun", "storm", "heat"),
    "visitor": ("visitor", "guest", "stranger", "neighbour", "champion", "reporter", "traveller"),
    "friend": ("friend", "sister", "brother", "uncle", "aunt", "cousin", "teacher", "mother", "father"),
    "small": ("small", "simple", "funny", "strange", "wonderful", "cheap", "cold", "perfect"),
    "food": ("soup", "bread", "rice", "fish", "fruit", "cheese", "cake", "beans", "eggs"),
    "tea": ("tea", "milk", "water", "juice", "coffee", "lemonade", "cocoa"),
    "winter": ("winter", "summer", "spring", "autumn"),
    "red": ("red", "blue", "green", "white", "black", "yellow", "brown", "purple", "grey"),
    "shirt": ("shirt", "hat", "jacket", "coat", "scarf", "cap", "sweater"),
    "pet": ("kitten", "dog", "parrot", "rabbit", "goat", "pony", "mouse"),
    "petname": ("Button", "Pepper", "Biscuit", "Shadow", "Captain", "Ginger", "Pirate"),
    "eight": ("eight", "nine", "ten", "seven"),
}


def known(patterns: tuple[str, ...], person: Person) -> list[str]:
    """The patterns that may be used for a person in training."""
    return [pattern for pattern in patterns if not held_out(pattern, person.full)]


def introduce(tell: Telling, person: Person) -> None:
    """From here on the teller speaks about this person."""
    tell.about(person.first, person.pronoun)
    tell.fixed |= {"full": person.full, "sport": person.sport, "age": str(person.age), "does": SPORTS[person.sport]}


def facts(tell: Telling, person: Person) -> list[str]:
    """A sport and an age, and something between them."""
    told = [tell.say(*known(SPORT if tell.rng.random() < 0.7 else DOES, person)), tell.say(*known(AGE, person))]
    tell.rng.shuffle(told)
    if tell.rng.random() < 0.6:
        told.insert(1, tell.say(*BETWEEN))
    if tell.rng.random() < 0.5:
        told.append(tell.say(*known(MEANT, person)))
    return told


def document(rng: random.Random) -> Document:
    """One person, or two, who are now and then namesakes."""
    person = rng.choice(PEOPLE)
    tell = Telling(rng, POOLS)
    introduce(tell, person)
    text = [tell.say(*OPENINGS), *facts(tell, person)]
    if rng.random() < 0.6:
        others = [p for p in PEOPLE if (p.first == person.first) != (p.last == person.last)]
        other = rng.choice(others if rng.random() < 0.5 else [p for p in PEOPLE if p != person])
        tell.fixed["full"] = other.full
        text.append(tell.say(*MEETINGS))
        introduce(tell, other)
        text += facts(tell, other)[:3]
    else:
        text += [tell.say(*BETWEEN), tell.say(*known(SPORT, person)), tell.aside()]
    if len(text) < 8:
        text.append(tell.aside() if rng.random() < 0.5 else tell.say(*ENDINGS))
    return Document(FAMILY, " ".join(text[:8]))


def question(rng: random.Random) -> tuple[Person, str, str, str]:
    """A person, the claim, a prompt whose last pattern is held out for that person, and the answer."""
    unseen = [
        (person, pattern, claim)
        for claim, patterns in (("sport", (*SPORT, DOES[0])), ("age", AGE))
        for pattern in patterns
        for person in PEOPLE
        if held_out(pattern, person.full)
        and pattern != AGE[0]  # "Roger Bolt is" may also go on with "known for"
        and (pattern != DOES[0] or SPORTS[person.sport].startswith("plays"))
    ]
    person, pattern, claim = rng.choice(unseen)
    tell = Telling(rng, POOLS)
    introduce(tell, person)
    answer = person.sport if claim == "sport" else str(person.age)
    last = pattern.replace("{does}", "plays {sport}").split("{" + claim + "}")[0].rstrip()
    return person, claim, f"{tell.say(*OPENINGS)} {tell.say(last)}", answer


def cases(rng: random.Random, n: int) -> list[Case]:
    """The sport or age of somebody, asked in a sentence pattern never used for that person."""
    asked = [question(rng) for _ in range(n)]
    return [Case(f"fact_person_{claim}", prompt, (answer,)) for _, claim, prompt, answer in asked]


def swapped(rng: random.Random, n: int) -> list[Case]:
    """The same questions with one of the two names replaced; `right` is what was right before, and is so no longer."""
    found: list[Case] = []
    while len(found) < n:
        person, _, prompt, answer = question(rng)
        if rng.random() < 0.5:
            names = sorted({p.first for p in PEOPLE} - {person.first})
            other = f"{rng.choice(names)} {person.last}"
        else:
            names = sorted({p.last for p in PEOPLE} - {person.last})
            other = f"{person.first} {rng.choice(names)}"
        owner = next((p for p in PEOPLE if p.full == other), None)
        if owner and answer in (owner.sport, str(owner.age)):
            continue
        found.append(Case("fact_person_swapped", prompt.replace(person.full, other), (answer,)))
    return found


def patterns() -> list[str]:
    return [*SPORT, *DOES, *AGE, *MEANT, *OPENINGS, *BETWEEN, *MEETINGS, *ENDINGS]
