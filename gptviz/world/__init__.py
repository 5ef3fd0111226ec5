"""The tiny world: a seeded generator of short English documents, and the truth about everything in them.

    documents(seed, n)     n documents, the same for the same seed on every machine
    cases(seed, n)         questions on held-out combinations, n per family, with the words that answer them
    ground_truth()         the tables behind it: pairs, countries, people, senses, moods, suspects …

Pure Python. Each family is a file of its own, with its sentence patterns, its tables and what it holds out.
"""

import random
import re
from collections.abc import Iterator

from gptviz.world import (
    adjectives,
    countries,
    lists,
    moods,
    mystery,
    numbers,
    people,
    reference,
    roles,
    senses,
    stories,
)
from gptviz.world.grammar import Case, Document, held_out

__all__ = ["Case", "Document", "cases", "documents", "ground_truth", "held_out", "patterns", "vocabulary"]

# How often each family writes a document. What is hard to learn gets more.
WEIGHTS = {
    roles: 13,
    stories: 9,
    countries: 8,
    people: 16,
    adjectives: 54,
    reference: 17,
    senses: 10,
    lists: 14,
    mystery: 9,
    numbers: 15,
    moods: 3,
}


def documents(seed: int, n: int) -> Iterator[Document]:
    """n documents, one after another. No document holds a held-out combination."""
    rng = random.Random(f"gptviz {seed}")
    families, weights = list(WEIGHTS), list(WEIGHTS.values())
    for _ in range(n):
        family = rng.choices(families, weights)[0]
        while adjectives.tells_held_out((document := family.document(rng)).text):
            pass
        yield document


def cases(seed: int, n: int) -> Iterator[Case]:
    """n questions per family, all on combinations that no document holds."""
    rng = random.Random(f"gptviz cases {seed}")
    for family in WEIGHTS:
        yield from family.cases(rng, n)
    yield from people.swapped(rng, n)


def patterns() -> list[str]:
    """Every sentence pattern of the world."""
    return [pattern for family in WEIGHTS for pattern in family.patterns()]


def vocabulary(n: int = 5_000) -> list[str]:
    """The distinct words of n documents, lower-cased, in alphabetical order."""
    return sorted({word for document in documents(0, n) for word in re.findall(r"[^\W\d_]+", document.text.lower())})


def ground_truth() -> dict:
    """The tables behind the documents, by name."""
    return {
        "pairs": roles.PAIRS,
        "countries": countries.COUNTRIES,
        "people": people.PEOPLE,
        "senses": senses.SENSES,
        "moods": moods.MOODS,
    }
