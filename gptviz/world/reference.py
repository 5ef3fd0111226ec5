"""Pronouns and whom they mean: two people, one he and one she, and a reason that fits only one of them.

"The king gave the witch a hat because she …": what may follow depends on who she is (a witch enchants, a king rules),
or on what she was in the sentence (who gets a hat was cold, who gives one was kind).
"""

import random
from typing import NamedTuple

from gptviz.world.grammar import Case, Document, Span, held_out, sentence, span
from gptviz.world.roles import PAIRS
from gptviz.world.telling import NAMES, PRONOUNS, Telling, fits
from gptviz.world.words import WORDS, listed

FAMILY = "reference"

# What each kind of person does; the first word belongs to nobody else. {his} is the person's own.
ROLE_DEEDS = {
    "king": ("ruled the whole kingdom", "commanded {number} knights", "reigned from a golden throne", "ruled wisely"),
    "prince": (
        "fought the dragon near the {place}",
        "danced in the palace",
        "danced with {number} guests",
        "fought bravely",
    ),
    "duke": ("hunted in the woods of the estate", "owned the mansion near the {place}", "hunted every {season}"),
    "wizard": ("conjured a {animal} from smoke", "enchanted the {animal}", "enchanted a {thing}", "conjured {weather}"),
    "actor": ("rehearsed for the new play", "performed at the theatre", "performed on a {color} stage"),
    "waiter": ("served the guests {food}", "carried the trays to the tables", "served {drink} every {time}"),
    "boy": ("studied for school", "played with toys in the {room}", "studied the {animal} in a school book"),
    "father": ("raised {number} children", "cradled the baby", "raised the children on {food}"),
    "grandfather": (
        "knitted in the rocking chair",
        "remembered the old days",
        "knitted a {garment} for the grandchildren",
    ),
}
TRADE_DEEDS = {
    "baker": ("baked bread every {time}", "kneaded the dough", "baked a cake for the {role}"),
    "sailor": ("sailed around the world", "crossed the sea in a {color} boat", "sailed home in {season}"),
    "farmer": ("ploughed the {place}", "milked {number} cows", "ploughed the field before {season}"),
    "teacher": (
        "taught the children about {animals} and {animals}",
        "explained the {weather} to the class",
        "taught the class",
    ),
    "painter": ("painted a {color} {animal}", "sketched the {tree} tree", "painted the {place} in {season}"),
    "doctor": ("cured the sick {animal}", "healed people from the {place}", "cured everyone in the village"),
    "singer": ("sang at the market", "hummed a song about a {animal}", "sang for the {role}"),
    "tailor": ("sewed a {color} {garment}", "stitched a {garment} for the {role}", "sewed all {time}"),
    "gardener": ("planted {flower} near the {place}", "watered the {flower}", "planted a {tree} tree"),
    "smith": ("forged a {thing} from iron", "hammered all {time}", "forged {number} swords"),
    "writer": ("wrote about the {weather}", "typed a story about a {animal}", "wrote {number} books"),
}
# What one who gets such a thing was; the giver was one of KIND.
NEEDS = {
    "cold": ("hat coat scarf cloak jacket blanket", "cold freezing shivering trembling"),
    "hungry": ("cake pancake sandwich pear plum pie", "hungry starving famished"),
    "dark": ("lamp candle lantern torch match", "afraid frightened scared"),
    "bored": ("book drum kite flute ball puzzle", "bored lonely sad"),
    "lost": ("map compass ticket guide", "lost confused late"),
    "ill": ("pill bandage tonic syrup", "ill sick hurt"),
}
KIND = tuple(listed("kind generous rich friendly good helpful"))


class Person(NamedTuple):
    """Who: the word that names the person, with or without "the"; what may be said of nobody else."""

    he: str
    word: str
    called: str
    deeds: tuple[str, ...]
    intro: str


# {A} gives, {B} gets; {one} is the pronoun, which means one of the two.
REASONS = (
    "{A} gave {B} {a_thing} because {one} {deed}.",
    "{A} gave {a_thing} to {B}, for {one} {deed}.",
    "{B} got {a_thing} from {A} because {one} {deed}.",
    "{A} brought {B} {a_thing} on a {mood} {time} in {season}, because {one} {deed}.",
    "{A} sold {B} {a_thing} while {one} {deed}.",
    "{A} lent {B} {a_thing}. Nobody knew why, but some people said it was because {one} {deed}.",
    "{B} borrowed {a_thing} from {A} on {day}, when {one} {deed}.",
    "{A} showed {a_thing} to {B} at the {place}, where {one} {deed}.",
    "On {day} {A} sent {B} {a_thing}, because {one} {deed}.",
    "{A} and {B} met {where} with {a_thing}. It was a {mood} {time}, and {one} {deed}.",
    "When {A} gave {B} {a_thing}, {one} {deed}.",
    "After {B} had thanked {A} for {a_thing}, {one} {deed}.",
)
NEED_REASONS = (
    "{A} gave {B} {a_thing} because {one} was {state}.",
    "{A} gave {a_thing} to {B}, because {one} was {state}.",
    "{A} brought {B} {a_thing} on a {mood} {time}, for {one} was {state}.",
    "{B} got {a_thing} from {A}, because {one} was {state}.",
    "On {day} {A} gave {B} {a_thing} because {one} was {state}.",
    "{A} met {B} {where} and gave {other_him} {a_thing}, because {one} was {state}.",
    "{A} sent {B} {a_thing} from the {place} in {season}, because {one} was {state}.",
)
INTROS = (
    "{Name} was a {trade}.",
    "{Name} was a {adj} {trade}.",
    "{Name} worked as a {trade} near the {place}.",
    "There was a {trade} called {Name}.",
    "Everyone knew {Name}, the {adj} {trade}.",
    "In the {room} sat {Name}, a {trade}.",
)
MEETINGS = (
    "Here is a story about {A} and {B}.",
    "{A} and {B} knew each other well.",
    "{A} liked {B}, and {B} liked {A}.",
    "{A} lived not far from {B}.",
    "One {time} {A} met {B} {where}.",
    "{B} had been a friend of {A} for {number} years.",
    "Once {A} was on the way to the {place}.",
)
THANKS = (
    "So {B} thanked {A} with some {food}.",
    "{B} put the {thing} on a shelf in the {room}.",
    "{A} was {good}, and {B} was {good} too.",
    "{B} said thank you to {A} {number} times.",
    "They sat down together and ate {food} and {food}.",
    "{B} smiled, took the {thing} and gave {him_A} some {food}.",
    "Then {he_B} shook hands with {him_A}, and {he_A} {laughed}.",
    "{A} {laughed}, and so did {B}.",
    "The {thing} was a little {old}, but {he_B} did not mind.",
)
ENDINGS = (
    "Then {he_B} went home, and {he_A} went to the {place}.",
    "{B} never forgot what {A} had done.",
    "Later {he_A} asked {him_B} about the {thing}.",
    "{A} waved, and {he_B} waved back from the {place}.",
    "After that {A} often visited {B}.",
    "The next {time} {he_B} brought {him_A} some {food}.",
    "From then on {A} and {B} were friends.",
    "{B} still has the {thing} in the {room}.",
)
MORE = (
    "In those days {A} {deed_A}, and {B} {deed_B}.",
    "As everyone knew, {A} {deed_A}.",
    "Most of all, {B} {deed_B}.",
    "{A} {deed_A} again, and {B} watched.",
    "{B} {deed_B}, while {A} {deed_A}.",
    "In those days {he_A} {deed_A}, and {he_B} {deed_B}.",
    "As everyone knew, {he_B} {deed_B}.",
    "Then {he_A} {deed_A} again, and {he_B} watched.",
)

REFERENCE_WORDS = WORDS | {
    "mood": listed("cold warm rainy windy bright dark stormy quiet foggy sunny"),
    "animals": listed("cats dogs horses goats hens foxes rabbits donkeys ducks birds mice"),
    "laughed": ["laughed", "smiled", "nodded", "bowed", "sang", "blushed", "sighed"],
    "old": listed("old dusty heavy small dark strange"),
    "role": [role for pair in PAIRS[:3] for role in pair],
}


def first_words(person: Person) -> tuple[str, ...]:
    """The words a deed of this person begins with."""
    return tuple(dict.fromkeys(deed.split()[0] for deed in person.deeds))


def _person(rng: random.Random, he: str, kind: str) -> Person:
    if kind == "role":
        title = rng.choice(list(ROLE_DEEDS))
        word = next(pair for pair in PAIRS if pair[0] == title)[he == "she"]
        return Person(he, word, f"the {word}", ROLE_DEEDS[title], "")
    name, trade = rng.choice(NAMES[he]), rng.choice(list(TRADE_DEEDS))
    if kind == "trade":
        intro = rng.choice(INTROS).replace("{Name}", name).replace("{trade}", trade)
        return Person(he, name, name, TRADE_DEEDS[trade], intro)
    return Person(he, name, name, (), "")


class Scene(NamedTuple):
    """The sentence with the pronoun, in two parts, and everything it is about."""

    tell: Telling
    before: str
    after: str
    one: Person
    a: Person
    b: Person
    thing: str
    needs: str | None
    meant_giver: bool


def _scene(rng: random.Random) -> Scene:
    """Two people, a thing, and the sentence that ends in the pronoun; `after` is what follows it."""
    needs = rng.choice(list(NEEDS)) if rng.random() < 0.4 else None
    gives, gets = rng.sample(("he", "she"), 2)
    kinds = rng.choice((("role", "name"), ("name", "role"), ("role", "role"), ("name", "name")))
    if not needs:
        kinds = rng.choice(
            (("role", "role"), ("role", "role"), ("role", "trade"), ("trade", "role"), ("trade", "trade"))
        )
    a, b = _person(rng, gives, kinds[0]), _person(rng, gets, kinds[1])
    while b.deeds and b.deeds == a.deeds:
        b = _person(rng, gets, kinds[1])
    thing = rng.choice(NEEDS[needs][0].split() if needs else WORDS["thing"])
    meant_giver = rng.random() < (0.35 if needs else 0.5)
    one = a if meant_giver else b
    state = KIND if meant_giver else NEEDS[needs][1].split() if needs else ()
    words = REFERENCE_WORDS | {"deed": one.deeds, "deed_A": a.deeds, "deed_B": b.deeds, "state": state}
    fixed = {"A": a.called, "B": b.called, "one": one.he, "other_him": PRONOUNS[b.he]["him"]}
    fixed |= {f"{form}_{at}": PRONOUNS[who.he][form] for at, who in (("A", a), ("B", b)) for form in ("he", "him")}
    adjective = rng.choice(("", "", rng.choice(WORDS["color"]) + " ", rng.choice(("old ", "new ", "small ", "large "))))
    tell = Telling(rng, words, thing=thing, a_thing=f"a {adjective}{thing}", **fixed)
    before, after = tell.pick(NEED_REASONS if needs else REASONS).split(" {one} ")
    return Scene(tell, sentences(tell.expand(before + " {one}")), after, one, a, b, thing, needs, meant_giver)


def sentences(text: str) -> str:
    """Every sentence of the text with its capital."""
    return " ".join(sentence(part) for part in text.replace(". ", ".\n").split("\n"))


def _openings(scene: Scene) -> list[str]:
    tell, rng = scene.tell, scene.tell.rng
    intros = [sentence(tell.expand(person.intro)) for person in (scene.a, scene.b) if person.intro]
    rng.shuffle(intros)
    return intros + [tell.say(*MEETINGS) for _ in range(rng.choice((0, 1)) if intros else rng.choice((0, 0, 1)))]


def document(rng: random.Random) -> Document:
    """One gift and its reason. Never a held-out (giver, receiver, thing)."""
    while True:
        scene = _scene(rng)
        tell, a, b = scene.tell, scene.a, scene.b
        told = [*_openings(scene), sentence(f"{scene.before} {tell.expand(scene.after)}")]
        told += [tell.say(*THANKS) for _ in range(rng.choice((1, 2)))]
        if a.deeds and b.deeds:
            told.append(tell.say(*MORE))
        told += [tell.say(*ENDINGS) for _ in range(rng.choice((0, 1, 1)))]
        if rng.random() < 0.5:
            told.append(tell.aside())
        text = " ".join(told)
        if fits(text) and not held_out(a.word, b.word, scene.thing):
            return Document(FAMILY, text)


def cases(rng: random.Random, n: int) -> list[Case]:
    """Held-out gifts, up to the pronoun (a deed must follow) or up to what he or she was.

    The link goes from the pronoun to the word that names the person meant. For somebody whose trade was told before
    there is none, because the trade stands at another place than the name.
    """
    found: list[Case] = []
    while len(found) < n:
        scene = _scene(rng)
        if not held_out(scene.a.word, scene.b.word, scene.thing):
            continue
        prompt = " ".join([*_openings(scene), scene.before])
        other = scene.b if scene.one == scene.a else scene.a
        links: tuple[tuple[Span, Span], ...] = ()
        if not scene.one.intro:
            links = (((len(prompt) - len(scene.one.he), len(prompt)), span(prompt, scene.one.word, -1)),)
        if scene.needs:
            needed = tuple(NEEDS[scene.needs][1].split())
            right, wrong = (KIND, needed) if scene.meant_giver else (needed, KIND)
            prompt += " was"
        else:
            right, wrong = first_words(scene.one), first_words(other)
        found.append(Case("reference", prompt, right, wrong, links))
    return found


def patterns() -> list[str]:
    """Every sentence pattern."""
    return [*REASONS, *NEED_REASONS, *INTROS, *MEETINGS, *THANKS, *ENDINGS, *MORE]
