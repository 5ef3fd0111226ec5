"""What every family of the world shares: documents, cases, what is held out, and a little grammar."""

import re
import zlib
from typing import NamedTuple

Span = tuple[int, int]


class Document(NamedTuple):
    """A short coherent text, and the family that wrote it."""

    family: str
    text: str


class Case(NamedTuple):
    """A question to a trained model: which word comes after `prompt`?

    claim:  the row of the model card it is counted in.
    prompt: the text before the answer, without the space that the answer starts with.
    right:  the words that fit; wrong: the words that would fit the other sense, name or clue.
    links:  pairs of character spans (from, to) in `prompt`: a noun and its adjective, a pronoun and its antecedent.
    """

    claim: str
    prompt: str
    right: tuple[str, ...]
    wrong: tuple[str, ...] = ()
    links: tuple[tuple[Span, Span], ...] = ()


def held_out(*words: str) -> bool:
    """True for the tenth of all free combinations that never occurs in training; the same on every machine."""
    return zlib.crc32("|".join(words).encode()) % 10 == 0


VOWEL_SOUND = re.compile(
    r"\b([Aa]) (?=[aeiouAEIOU])(?!(?:uni|use|usu|one|once|Eu|eu|U[A-Z])\w*)|\b([Aa]) (?=hour|honest|heir)"
)


def sentence(text: str) -> str:
    """`a apple fell.` → `An apple fell.`: the right article, and a capital to start with."""
    text = VOWEL_SOUND.sub(lambda m: (m[1] or m[2]) + "n ", text)
    return text[:1].upper() + text[1:]


def listing(words: list[str]) -> str:
    """`["a", "b", "c"]` → `a, b and c`."""
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]


def span(text: str, word: str, nth: int = 0) -> Span:
    """The character span of the nth whole-word occurrence of `word`; nth = -1 is the last one."""
    found = [m.span() for m in re.finditer(rf"\b{re.escape(word)}\b", text)]
    if not found:
        raise ValueError(f"the word {word!r} is not in {text!r}")
    return found[nth]
