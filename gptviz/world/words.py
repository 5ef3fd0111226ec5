"""The shared words of the stories."""

from collections.abc import Sequence


def listed(words: str) -> tuple[str, ...]:
    """`"red blue"` → `("red", "blue")`, and phrases between bars: `"in bed|at home"` → `("in bed", "at home")`."""
    return tuple(words.split("|") if "|" in words else words.split())


# Open slots that every story may use: a pattern writes {food} and gets one of these.
WORDS: dict[str, Sequence[str]] = {
    "adj": listed("kind proud brave clever gentle quiet cheerful patient honest busy lonely tall shy polite curious"),
    "good": listed("happy glad proud cheerful grateful calm pleased"),
    "color": listed("red blue green yellow white black brown grey purple"),
    "garment": listed("coat hat scarf cloak jacket shirt"),
    "thing": listed(
        "lamp basket letter map key clock book coin bottle box candle blanket drum mirror ladder bell kite "
        "knife spoon flute"
    ),
    "food": listed("bread soup cheese cake honey porridge pancakes plums berries apples pears nuts"),
    "drink": listed("tea milk water juice cocoa"),
    "animal": listed("kitten dog horse goat hen fox rabbit donkey duck sheep bird mouse"),
    "place": listed("garden forest village market river bridge hill field meadow lake harbour square barn"),
    "where": listed(
        "in the garden|in the forest|in the village|at the market|by the river|under the bridge|on the hill|"
        "in the field|in the meadow|"
        "by the lake|in the harbour|on the square|behind the barn"
    ),
    "room": listed("kitchen hall cellar attic bedroom library"),
    "season": listed("spring summer autumn winter"),
    "day": listed("Monday Tuesday Wednesday Thursday Friday Saturday Sunday"),
    "time": listed("morning evening afternoon night"),
    "weather": listed("rain snow wind fog sunshine thunder"),
    "flower": listed("roses tulips daisies lilies violets"),
    "tree": listed("oak apple pine willow cherry"),
    "number": listed("two three four five six seven"),
}

ASIDES = (
    "{food}, {food} and {drink} stood on the table.",
    "a {color} {animal} and a {color} {animal} watched from the {place}.",
    "there was a smell of {food}, {flower} and {food} in the {room}.",
    "first came the {weather}, then the {weather}, and then {season} was over.",
    "on the shelf lay a {thing}, a {thing} and a {color} {garment}.",
    "a {adj} {animal} and a {adj} {animal} slept under the {tree} tree.",
    "the {place}, the {place} and the {place} were quiet.",
    "in {season} there were {flower}, {flower} and {food} at the market.",
    "somebody had left a {color} {garment} and a {thing} {where}.",
    "a {adj} neighbour came by with {food}, {food} and a {thing}.",
    "the {room} smelled of {flower}, and the {room} smelled of {food}.",
    "on {day} a {adj} {animal} ate the {food}, and on {day} it ate the {food}.",
)
