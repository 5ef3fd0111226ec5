"""Twelve countries: capital, language, dish, currency and one leader of their history, told by travellers and pupils.

Every fact is told in the same sentences for every country, and each attribute also occurs where no country is named
("a plate of sushi") and beside other attributes of its country. A fact never seen cannot be known, so what is held out
are sentence patterns: `held_out(pattern, country)` never occurs in training.
"""

import random
from typing import NamedTuple

from gptviz.world.grammar import Case, Document, held_out
from gptviz.world.telling import Telling, somebody

FAMILY = "countries"


class Country(NamedTuple):
    country: str
    capital: str
    language: str
    people: str
    dish: str
    currency: str
    leader: str


COUNTRIES = [
    Country("France", "Paris", "French", "French", "crepes", "franc", "Napoleon"),
    Country("Germany", "Berlin", "German", "German", "bratwurst", "mark", "Hitler"),
    Country("Italy", "Rome", "Italian", "Italian", "pizza", "lira", "Mussolini"),
    Country("Japan", "Tokyo", "Japanese", "Japanese", "sushi", "yen", "Hirohito"),
    Country("Britain", "London", "English", "British", "crumpets", "pound", "Churchill"),
    Country("America", "Washington", "English", "American", "hamburgers", "dollar", "Roosevelt"),
    Country("Russia", "Moscow", "Russian", "Russian", "blini", "ruble", "Stalin"),
    Country("China", "Beijing", "Chinese", "Chinese", "dumplings", "yuan", "Mao"),
    Country("India", "Delhi", "Hindi", "Indian", "curry", "rupee", "Nehru"),
    Country("Spain", "Madrid", "Spanish", "Spanish", "paella", "peseta", "Franco"),
    Country("Poland", "Warsaw", "Polish", "Polish", "pierogi", "zloty", "Walesa"),
    Country("Hungary", "Budapest", "Hungarian", "Hungarian", "goulash", "forint", "Kossuth"),
]

# Each pattern names the country first and asks for the attribute after it: these are held out and tested.
FACTS = {
    "capital": (
        "the capital of {country} is {capital}.",
        "the government of {country} sits in {capital}.",
        "the longest road in {country} led to {capital}.",
        "every map of {country} shows a star beside {capital}.",
        "like most visitors to {country}, {name} began in {capital}.",
        "{name} had a {friend} in {country}, who lived in {capital}.",
        "the plane to {country} landed in {capital}.",
        "the parliament of {country} meets in {capital}.",
    ),
    "language": (
        "in {country} people speak {language}.",
        "the {old} songs of {country} are sung in {language}.",
        "before the trip to {country}, {name} took lessons in {language}.",
        "the {signs} in {country} were written in {language}.",
        "somebody from {country} greeted {him} in {language}.",
        "the children of {country} learn to read in {language}.",
        "{his} {friend} from {country} told {old} jokes in {language}.",
    ),
    "dish": (
        "the favourite dish of {country} is {dish}.",
        "every cook in {country} knows how to make {dish}.",
        "on {his} first evening in {country}, {name} ordered {dish}.",
        "people in {country} are proud of their {dish}.",
        "no visit to {country} is complete without {dish}.",
        "a {kind} cook from {country} taught {him} to make {dish}.",
        "at every feast in {country} there is a bowl of {dish}.",
        "restaurants all over {country} serve {dish}.",
    ),
    "currency": (
        "in the old days people in {country} paid with the {currency}.",
        "the money of {country} was called the {currency}.",
        "the shops of {country} named their prices in the {currency}.",
        "the {old} coin from {country} was worth one {currency}.",
        "in {country} a {thing} cost one {currency}.",
        "at the bank {name} asked about {country} and was shown a {currency}.",
    ),
    "leader": (
        "{country} was once led by {leader}.",
        "the history of {country} cannot be told without {leader}.",
        "the history books of {country} have a {long} chapter on {leader}.",
        "some families in {country} still talked about {leader}.",
        "a {long} film about the past of {country} began with {leader}.",
        "the museum of {country} had a room about {leader}.",
        "when {name} asked who had ruled {country}, the answer was {leader}.",
    ),
}

# The other way round: the attribute first, then the country.
REVERSED = {
    "capital": (
        "{capital} is the capital of {country}.",
        "from {capital} {name} travelled all over {country}.",
        "{he} said that {capital} was the {loveliest} city in {country}.",
    ),
    "language": (
        "{name} spoke a little {language}, which helped in {country}.",
        "anyone who speaks {language} can make friends in {country}.",
        "{he} read a {long} poem in {language} about the {hills} of {country}.",
    ),
    "dish": (
        "{name} tasted {dish} for the first time in {country}.",
        "they cook {dish} all over {country}.",
        "the smell of {dish} reminded {him} of {country}.",
    ),
    "currency": (
        "the {currency} was the money of {country}.",
        "an old {currency} was all {he} kept from {country}.",
        "a {currency} bought a {thing} in {country}.",
    ),
    "leader": (
        "{leader} once led {country}.",
        "under {leader}, life in {country} changed.",
        "the {teacher} spoke about {leader} and the history of {country}.",
    ),
}

# Attributes without their country: what all capitals, dishes or leaders share, and what belongs to one country.
ALONE = {
    "capital": (
        "the streets of {capital} were {quiet}.",
        "{name} bought a {paper} map of {capital}.",
        "it {rained} all day in {capital}.",
        "the {bridges} of {capital} were {quiet} and {old}.",
        "a {slow} train left for {capital} at {noon}.",
        "{he} lost {his} {hat} in {capital}.",
    ),
    "language": (
        "{name} learned to say {thanks} in {language}.",
        "{he} carried a {heavy} book of {language} words.",
        "the {teacher} sang a {long} song in {language}.",
        "{he} made one {funny} mistake in {language}.",
        "a {kind} {stranger} counted to ten in {language}.",
    ),
    "dish": (
        "a plate of {dish} stood on the {table}.",
        "the {waiter} brought a bowl of {dish} and a glass of {water}.",
        "{name} ate {dish} until {he} could eat no more.",
        "the whole {street} smelled of {dish}.",
        "{he} shared a plate of {dish} with a {kind} {stranger}.",
    ),
    "currency": (
        "the {thing} cost exactly one {currency}.",
        "{name} found a {currency} under the {table}.",
        "{he} kept one {currency} in {his} {pocket} for luck.",
        "{he} gave a {currency} to a {funny} {stranger}.",
        "the {waiter} would not take less than one {currency}.",
    ),
    "leader": (
        "a speech by {leader} came from an old radio.",
        "{name} read a {heavy} book about the years of {leader}.",
        "an old newspaper had printed the name {leader}.",
        "the {teacher} talked for an hour about {leader}.",
        "there was a {long} article about {leader} on the {table}.",
    ),
    "together": (
        "in {capital} {name} ate {dish}.",
        "a {kind} {waiter} in {capital} brought {dish} and a glass of {water}.",
        "nearly everyone in {capital} spoke {language}.",
        "a plate of {dish} in {capital} cost one {currency}.",
        "the menu was in {language}, so {he} just asked for {dish}.",
        "the {heavy} book about {leader} was written in {language}.",
        "the {old} library in {capital} had a book about {leader}.",
        "the {waiter} said in {language} that the {dish} would cost one {currency}.",
        "a newspaper with a picture of {leader} cost one {currency}.",
        "the {people} {teacher} came from {capital} and loved {dish}.",
        "a {people} {stranger} spoke about {leader} over a plate of {dish}.",
    ),
}

OPENINGS = (
    "last {spring} {name} travelled to {country} with {friends}.",
    "{name} had always dreamed of {country}.",
    "one {rainy} {morning} {name} thought of the days in {country}.",
    "{name} went to {country} to visit {his} {friend}.",
    "after a {long} journey {name} arrived in {country}.",
    "at school {name} wrote about a {long} journey to {country}.",
    "when {name} was young, {he} spent a {spring} in {country}.",
    "a {friend} sent {name} a {paper} letter and asked {him} to come to {country}.",
    "this is what {name} remembers of {country}.",
    "in the {spring} {name} took a {slow} train through {country}.",
)
LATER = (
    "then {name} went on to {country}.",
    "a week later {he} was in {country}.",
    "the next stop was {country}.",
    "after that {his} {friend} wanted to see {country}.",
    "{his} next letter came from {country}.",
)
COLOUR = (
    "{he} walked along the {river} and felt {happy}.",
    "the {hills} were {wild} and {quiet}.",
    "{he} wrote everything down in a {green} notebook.",
    "it was {rainy}, but nobody minded.",
    "{he} took a picture of a {funny} {cat}.",
    "in the evening {he} sat by the {river} and listened to {friends}.",
    "{he} bought a {green} {hat} for {his} {friend}.",
    "every {morning} {he} woke up {happy}.",
    "{his} {green} bag held a {hat}, a {hat} and some {water}.",
    "{he} saw a {funny} {cat}, a {kind} {stranger} and a {slow} train.",
    "by the {river} {he} met a {stranger}, a {stranger} and a {cat}.",
)
ENDINGS = (
    "{he} came home {happy}.",
    "{he} promised to come back in the {spring}.",
    "at home {he} told {his} {friend} all about it.",
    "{name} never forgot the {hills} of {country}.",
    "now {he} wants to learn even more about {country}.",
    "{his} {friend} listened and felt {happy}.",
    "{he} still thinks of {country} when it is {rainy}.",
    "on the last {morning} {he} sent a {paper} card to {his} {friend}.",
)

POOLS = {
    "friend": ("friend", "cousin", "aunt", "uncle", "sister", "brother", "neighbour", "grandmother"),
    "friends": ("friends", "musicians", "two cousins", "neighbours", "sailors", "the family", "students"),
    "old": ("old", "sad", "famous", "simple", "beautiful", "proud", "strange", "cheerful"),
    "signs": ("letters", "stories", "books", "songs"),
    "kind": ("kind", "clever", "gentle", "patient", "polite", "cheerful", "young"),
    "thing": ("ticket", "lamp", "flower", "spoon", "candle", "basket", "ribbon", "pencil"),
    "long": ("long", "short", "careful", "serious", "strange", "difficult", "boring", "surprising"),
    "loveliest": ("oldest", "busiest", "loveliest"),
    "hills": ("hills", "rivers", "forests", "villages", "mountains", "gardens", "farms"),
    "teacher": ("teacher", "guide", "grandfather", "professor", "driver", "student", "painter"),
    "quiet": ("quiet", "crowded", "wide", "bright", "wet", "noisy", "dusty", "empty", "busy"),
    "paper": ("paper", "large", "tiny", "cheap", "yellow", "new", "funny"),
    "rained": ("rained", "snowed"),
    "bridges": ("bridges", "markets", "towers", "shops"),
    "slow": ("slow", "fast", "night", "green", "crowded", "late", "long"),
    "noon": ("noon", "midnight", "six", "eight", "nine", "ten"),
    "hat": ("hat", "umbrella", "scarf", "glove", "key", "ring", "watch", "coat"),
    "thanks": ("thanks", "hello", "goodbye", "welcome"),
    "heavy": ("heavy", "small", "dusty", "red", "new", "cheap"),
    "funny": ("funny", "small", "terrible", "strange", "sleepy", "simple"),
    "stranger": ("stranger", "soldier", "tailor", "nurse", "child", "farmer", "sailor", "fisherman"),
    "table": ("table", "bench", "chair", "piano", "shelf", "desk", "window"),
    "waiter": ("waiter", "cook", "baker", "girl", "man", "boy", "woman"),
    "water": ("water", "milk", "wine", "tea", "juice", "lemonade", "beer"),
    "street": ("street", "house", "hotel", "market", "station", "kitchen", "harbour"),
    "pocket": ("pocket", "shoe", "bag", "hand", "hat"),
    "spring": ("spring", "summer", "autumn", "winter"),
    "rainy": ("rainy", "cold", "sunny", "windy", "warm", "foggy", "grey", "snowy"),
    "morning": ("morning", "evening", "afternoon", "night", "Monday", "Friday", "Sunday", "day"),
    "river": ("river", "sea", "harbour", "lake", "old wall", "bridge", "market"),
    "happy": ("happy", "tired", "calm", "hungry", "proud", "lonely", "brave", "curious", "lucky"),
    "green": ("green", "blue", "brown", "white", "golden", "purple", "silver", "pink"),
    "wild": ("wild", "green", "brown", "dry", "golden", "frozen", "peaceful", "white"),
    "cat": ("kitten", "dog", "horse", "donkey", "goat", "pigeon", "parrot", "statue"),
}


def teller_of(rng: random.Random, record: Country) -> Telling:
    return Telling(rng, POOLS, **record._asdict()).about(*somebody(rng))


def visit(teller: Telling, facts: int) -> list[str]:
    """Sentences about the country: some facts, each told forwards or backwards, among the attributes by themselves."""
    rng, told = teller.rng, []
    for attribute in rng.sample(list(FACTS), facts):
        patterns = FACTS[attribute] if rng.random() < 0.65 else REVERSED[attribute]
        told.append(teller.say(*[p for p in patterns if not held_out(p, teller.fixed["country"])]))
        if rng.random() < 0.5:
            told.append(teller.say(*ALONE[rng.choice([attribute, "together"])]))
    return told


def document(rng: random.Random) -> Document:
    home, away = rng.sample(COUNTRIES, 2)
    teller = teller_of(rng, home)
    text = [teller.say(*OPENINGS)]
    if rng.random() < 0.25:  # a journey through two countries
        text += visit(teller, 2)
        teller.fixed |= away._asdict()
        text += [teller.say(*LATER), *visit(teller, 2)]
    else:
        text += visit(teller, rng.choice((3, 3, 4)))
        text.insert(rng.randint(1, len(text)), teller.say(*COLOUR))
    if rng.random() < 0.6:
        text.insert(rng.randint(1, min(7, len(text))), teller.aside())
    return Document(FAMILY, " ".join([*text[:7], teller.say(*ENDINGS)]))


def cases(rng: random.Random, n: int) -> list[Case]:
    """A fact about a country in a sentence pattern that was never used for this country."""
    unseen = [(a, p, c) for a, ps in FACTS.items() for p in ps for c in COUNTRIES if held_out(p, c.country)]
    found: list[Case] = []
    while len(found) < n:
        attribute, pattern, record = rng.choice(unseen)
        teller = teller_of(rng, record)
        prompt = teller.say(*OPENINGS) + " " + teller.say(pattern.split("{" + attribute + "}")[0].rstrip())
        found.append(Case(f"fact_country_{attribute}", prompt, (record._asdict()[attribute],)))
    return found


def patterns() -> list[str]:
    groups = [*FACTS.values(), *REVERSED.values(), *ALONE.values(), OPENINGS, LATER, COLOUR, ENDINGS]
    return [pattern for group in groups for pattern in group]
