"""Lesson 01, How does text become vectors? Its claims and exercises."""

import random
from collections.abc import Callable, Sequence
from itertools import permutations

import torch
from torch import Tensor
from torch.nn import functional as F

from .. import world
from ..checkpoint import load
from ..geometry import analogy, find, neighbors, word_axes, word_id, word_ids, word_vector
from ..model import GPT
from ..probes.claims import missed, rank, word_pairs
from ..tracing import RARELY, shown, trace
from ..world.numbers import NUMBERS
from . import NOTHING_YET, Measured, claim, task
from .cast import ANNA, EIFFEL, JORDAN, KING, MINIATURE, SARAH, STORY

KING_QUEEN = "king - man + woman"
# Words of one kind: what follows and what goes before them is alike.
KINDS = {
    "colours": ("red", "blue", "green", "yellow", "white", "black", "brown", "grey", "purple"),
    "numbers": ("two", "three", "four", "five", "six", "seven"),
    "days": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "seasons": ("spring", "summer", "autumn", "winter"),
    "capitals": tuple(capital for _, capital in word_pairs("capital")),
    "dishes": tuple(dish for _, dish in word_pairs("dish")),
}
OPPOSITES = (
    *(("man", "woman"), ("summer", "winter"), ("morning", "evening"), ("big", "small"), ("fast", "slow")),
    *(("black", "white"), ("day", "night"), ("happy", "sad"), ("old", "young"), ("hot", "cold")),
)


@claim("01.1", "Replaying the merges, lowest rank first, ends in exactly the tokens that the tokenizer gives.")
def _(gpt: GPT) -> Measured:
    texts = [SARAH, ANNA, EIFFEL, STORY, KING, JORDAN, " unbelievable", "naïve 狐狸 🦊\n", *any_texts(50)]
    same = [gpt.tokenizer.build(text)[-1][1] == gpt.tokenizer.tokens(gpt.tokenizer.encode(text)) for text in texts]
    return f"the same pieces for {sum(same)} of {len(texts)} texts", all(same)


@claim("01.2", "Any text can be cut, and the pieces joined are the text again: in any language, emoji included.")
def _(gpt: GPT) -> Measured:
    texts = ["你好，世界 🦊👩🏽‍🚀", "Ωραία Ελλάδα", "مرحبا", *any_texts(200)]
    back = [gpt.tokenizer.decode(gpt.tokenizer.encode(text)) == text for text in texts]
    return f"{sum(back)} of {len(texts)} texts of all kinds of characters came back exactly", all(back)


def any_texts(count: int) -> list[str]:
    """Texts of characters from all of Unicode, the same ones every time."""
    dice = random.Random(0)
    blocks = ((32, 127), (97, 123), (97, 123), (0xC0, 0x250), (0x370, 0x600), (0x4E00, 0x9FFF), (0x1F300, 0x1F650))
    return ["".join(chr(dice.randrange(*dice.choice(blocks))) for _ in range(dice.randrange(40))) for _ in range(count)]


@claim("01.3", "What no merge covers stays bytes: a Chinese character is three tokens here, an emoji four.")
def _(gpt: GPT) -> Measured:
    count = {character: len(gpt.tokenizer.encode(character)) for character in "狐狸🦊"}
    holds = all(n == len(character.encode("utf-8")) for character, n in count.items())
    return ", ".join(f"{character} {n}" for character, n in count.items()), holds


@claim("01.4", "A word that is one token after a space is mostly cut where it stands without one, or in capitals.")
def _(gpt: GPT) -> Measured:
    words = [token.strip() for token in shown(gpt, word_ids(gpt)[:1000])]
    whole = [sum(len(gpt.tokenizer.encode(form(word))) == 1 for word in words) for form in FORMS.values()]
    said = ", ".join(f"{n:,} {name}" for name, n in zip(FORMS, whole, strict=True))
    return f"of {len(words):,} words, one token are {said}", whole[0] == len(words) and max(whole[1:]) < len(words) / 2


FORMS: dict[str, Callable[[str], str]] = {
    "after a space": lambda word: f" {word}",
    "without it": lambda word: word,
    "in capitals": lambda word: f" {word.upper()}",
}


@claim("01.5", "Many tokens are no words: pieces, signs, single bytes.")
def _(gpt: GPT) -> Measured:
    vocabulary, words = gpt.tokenizer.vocabulary(), set(world.vocabulary())
    none = sum(token.strip().lower() not in words for token in vocabulary)
    return f"of {len(vocabulary):,} tokens {none:,} are no word of the tiny world", none > 0.2 * len(vocabulary)


@claim("01.6", "Picking a column by a loop, by a product with a one-hot vector, and by the GPT itself is the same.")
def _(gpt: GPT) -> Measured:
    traced, worst = trace(gpt, KING), 0.0
    table = gpt.embed.weight
    for position, token in enumerate(traced.ids.tolist()):
        one_hot = F.one_hot(torch.tensor(token), len(table)).float()
        loop = torch.stack([table[token, i] for i in range(table.shape[1])])
        for other in (one_hot @ table, gpt.embed(torch.tensor(token)), traced.embed[position]):
            worst = max(worst, float((loop - other).abs().max()))
    return f"largest difference {worst:.0g} over {len(traced)} tokens", worst < 1e-6


@claim("01.7", "W_E is the largest of all tables of this GPT.")
def _(gpt: GPT) -> Measured:
    sizes = sorted((p.numel() for p in gpt.parameters()), reverse=True)
    mine, total = gpt.embed.weight.numel(), sum(sizes)
    return f"{mine:,} of {total:,} parameters ({mine / total:.0%}); the next table has {sizes[1]:,}", (
        mine == sizes[0] > sizes[1]
    )


@claim("01.8", "Before training the columns are random: their cosines scatter about 0 as those of random vectors do.")
def _(gpt: GPT) -> Measured:
    directions = F.normalize(load("tiny@step=0").embed.weight, dim=-1)
    n, d = directions.shape
    cosines = (directions @ directions.T)[~torch.eye(n, dtype=torch.bool)]
    mean, deviation, expected = float(cosines.mean()), float(cosines.std()), d**-0.5
    said = f"mean {mean:z.3f}, deviation {deviation:.3f}; of random vectors 0 and 1 ÷ √{d} = {expected:.3f}"
    return said, abs(mean) < 0.01 and abs(deviation / expected - 1) < 0.1


@claim("01.9", "A dot product by loop, by matrix product and by the package is the same, with every token.")
def _(gpt: GPT) -> Measured:
    table, king = gpt.embed.weight, word_vector(gpt, "king")
    matrix, found = table @ king, find(gpt, "king")
    loop = [sum(float(a) * float(b) for a, b in zip(table[i], king, strict=True)) for i in range(50)]
    package = found.cosine * table.norm(dim=-1) * king.norm()
    worst = max(
        float((torch.tensor(loop) - matrix[:50]).abs().max()),
        float((package - matrix).abs().max()),
    )
    return f"largest difference {worst:.0e}", worst < 1e-4


@claim("01.10", "With king, some words have a positive dot product, some a negative one, and some one near zero.")
def _(gpt: GPT) -> Measured:
    cosine = find(gpt, "king").cosine[word_ids(gpt)]
    kinds = {"above 0.3": cosine > 0.3, "below −0.1": cosine < -0.1, "within 0.02 of 0": cosine.abs() < 0.02}
    counts = {name: int(which.sum()) for name, which in kinds.items()}
    return "cosines " + ", ".join(f"{name}: {n} words" for name, n in counts.items()), min(counts.values()) >= 5


@claim("01.11", "After training the nearest neighbour of a word is mostly a word of its kind; before, it is anything.")
def _(gpt: GPT) -> Measured:
    after, before = (of_a_kind(model) for model in (gpt, load("tiny@step=0")))
    return f"{after:.0%} of {sum(map(len, KINDS.values()))} words, before training {before:.0%}", (
        after > 0.75 and before < 0.2
    )


def of_a_kind(gpt: GPT) -> float:
    """The share of the words of KINDS whose nearest neighbour is of the same kind."""
    hits = [neighbors(gpt, word, 1)[0][0].strip() in kind for kind in KINDS.values() for word in kind]
    return sum(hits) / len(hits)


@claim("01.12", "Tokens that training never showed, such as odd bytes, were all pushed the same way.")
def _(gpt: GPT) -> Measured:
    if gpt.token_counts is None:
        return "0 tokens were counted in training", False
    seen, table = gpt.token_counts, gpt.embed.weight
    never, often = (like(table[which]) for which in (seen == 0, seen >= RARELY))
    return f"mean cosine of two of them {never:.2f}, of two tokens often seen {often:.2f}", never > 0.5 > often


def like(vectors: Tensor) -> float:
    """The mean cosine of every two different vectors. (n, C) → a number"""
    total = F.normalize(vectors, dim=-1).sum(0)
    n = len(vectors)
    return float((total @ total - n) / (n * (n - 1)))


@claim("01.13", "Near does not mean the same: some opposites are among each other's ten nearest words.")
def _(gpt: GPT) -> Measured:
    near = [(a, b) for a, b in OPPOSITES if max(rank(gpt, a, b), rank(gpt, b, a)) <= 10]
    said = ", ".join(f"{a}–{b}" for a, b in near)
    return f"{len(near)} of {len(OPPOSITES)} pairs: {said}", len(near) >= 3


@claim(
    "01.14",
    "The steps from man to woman, from king to queen, and those of all such pairs lean the same way; "
    "untrained, they do not.",
)
def _(gpt: GPT) -> Measured:
    after, before = (step_cosines(model) for model in (gpt, load("tiny@step=0")))
    said = (
        f"cosines {float(after.min()):.2f} to {float(after.max()):.2f}, mean {float(after.mean()):.2f}; "
        f"before training {float(before.min()):.2f} to {float(before.max()):.2f}"
    )
    return said.replace("-", "−"), float(after.mean()) > 0.5 and bool(after.min() > before.max())


def step_cosines(gpt: GPT) -> Tensor:
    """The cosine of every two different steps from a man's word to the woman's. → (pairs of pairs,)"""
    steps = torch.stack([word_vector(gpt, f"{she} - {he}") for he, she in word_pairs("gender")])
    one, other = torch.triu_indices(len(steps), len(steps), offset=1)
    return F.cosine_similarity(steps[one], steps[other], dim=-1)


@claim("01.15", "Of all tokens that are no input, queen is nearest to king − man + woman.")
def _(gpt: GPT) -> Measured:
    (first, cosine), (second, behind) = analogy(gpt, KING_QUEEN, 2)
    return f"{first.strip()} {cosine:.2f}, then {second.strip()} {behind:.2f}", first.strip() == "queen"


@claim("01.16", "The sum is not queen: it lies some way off, and queen is only the nearest.")
def _(gpt: GPT) -> Measured:
    total, queen = word_vector(gpt, KING_QUEEN), word_vector(gpt, "queen")
    cosine = float(F.cosine_similarity(total, queen, dim=0))
    apart = float((total - queen).norm() / queen.norm())
    return f"cosine {cosine:.2f}; from the sum to queen it is {apart:.0%} of queen's length", cosine < 0.95


@claim("01.17", "With the input words left in, an input itself is the first of many lists.")
def _(gpt: GPT) -> Measured:
    pairs = word_pairs("gender")
    turned = [(b, a) for a, b in pairs]
    sums = [f"{b} - {a} + {c}" for each in (pairs, turned) for (a, b), (c, _) in permutations(each, 2)]
    first = [int(found.order[0]) in found.inputs for found in (find(gpt, each) for each in sums)]
    return f"in {sum(first)} of {len(sums)} sums such as {KING_QUEEN.replace('-', '−')}", sum(first) > 0.1 * len(sums)


@claim("01.18", "Capitals: a country's step to its capital, made from another country, ends nearest to that one's own.")
def _(gpt: GPT) -> Measured:
    return come_out(gpt, "capital")


@claim("01.19", "Dishes: the same for the step from a country to what is eaten there.")
def _(gpt: GPT) -> Measured:
    return come_out(gpt, "dish")


def come_out(gpt: GPT, kind: str) -> Measured:
    """How many of a kind's analogies come out, and whether 95 % do."""
    pairs = word_pairs(kind)
    count = len(pairs) * (len(pairs) - 1)
    right = count - len(missed(gpt, pairs))
    return f"{right} of {count} come out first, inputs left out", right >= 0.95 * count


@claim("01.20", "Along cats − cat, one, two, three and four lie in this order.")
def _(gpt: GPT) -> Measured:
    values = list(along_plural(gpt, NUMBERS[:4]).values())
    return ", ".join(f"{value:.2f}" for value in values), values == sorted(values) and values[-1] - values[0] > 0.05


def along_plural(gpt: GPT, numbers: Sequence[str]) -> dict[str, float]:
    """The dot product of each number with cats − cat."""
    plural = word_vector(gpt, "cats - cat")
    return {number: float(word_vector(gpt, number) @ plural) for number in numbers}


@claim("01.21", "Not every sum comes out: some end at another word.")
def _(gpt: GPT) -> Measured:
    kinds = ("gender", "capital", "dish", "language", "currency", "leader")
    counts = {kind: len(missed(gpt, word_pairs(kind))) for kind in kinds}
    return "missed: " + ", ".join(f"{n} of {kind}" for kind, n in counts.items()), sum(counts.values()) > 0


@claim("01.22", "A flat map keeps only a small part of what lies between the words, and a map in space little more.")
def _(gpt: GPT) -> Measured:
    variance = word_axes(gpt).variance
    two, three = float(variance[:2].sum()), float(variance.sum())
    return f"two axes hold {two:.1%} of the differences, three {three:.1%}", three < 0.3


@claim("01.23", "Tower starts as the same vector in every sentence.")
def _(gpt: GPT) -> Measured:
    one, other = trace(gpt, EIFFEL), trace(gpt, MINIATURE)
    apart = float((one.embed[-1] - other.embed[-1]).abs().max())
    return f"largest difference {apart:g}", one.tokens[-1] == " tower" == other.tokens[-1] and apart == 0


@claim("01.24", "After the blocks, which let it read the words before it, the two towers differ.")
def _(gpt: GPT) -> Measured:
    one, other = (trace(gpt, text).resid_post[gpt.config.n_layer - 1][-1] for text in (EIFFEL, MINIATURE))
    cosine = float(F.cosine_similarity(one, other, dim=0))
    return f"cosine {cosine:.2f} after the last block", cosine < 0.99


@claim("01.25", "It is no ruler: from four to ten, the numbers do not lie along it in their order.")
def _(gpt: GPT) -> Measured:
    along = along_plural(gpt, NUMBERS[3:])
    values = list(along.values())
    return ", ".join(f"{number} {value:.2f}" for number, value in along.items()), values != sorted(values)


# ---- exercises ----

RHYME = "the cat sat on the mat"  # for exercise 01.1: which pair would be glued first?


@task("01.1")
def _(answer: str) -> str | None:
    if not isinstance(answer, str):
        return "the answer is a text of two letters, such as 'xy'"
    pair = answer.strip("'\"") if len(answer) > 2 else answer
    if pair == "at":
        return None
    if len(pair) != 2:
        return "the first merge glues two single bytes, so the answer has two letters"
    times = RHYME.count(pair)
    if times == 0:
        return f"{pair!r} does not stand in the text"
    return f"{pair!r} stands there {times} time{'s' if times > 1 else ''}; another pair more often"


@task("01.2")
def _(answer: str) -> str | None:
    if not isinstance(answer, str):
        return "the answer is a text in quotation marks"
    ids = load().tokenizer.encode(answer)
    if len(answer) != 4:
        return f"that has {len(answer)} characters; exactly four are asked"
    if len(ids) >= 12:
        return None
    if answer.isascii():
        return f"that is {len(ids)} tokens; plain letters are one byte each, so four never give more than four"
    return f"that is {len(ids)} tokens; look for characters of more bytes: len('é'.encode()) says how many"


GPT3_VOCABULARY, GPT3_WIDTH = 50_257, 12_288  # Brown et al. 2020; the vocabulary is GPT-2's


@task("01.3")
def _(answer: int) -> str | None:
    right = GPT3_VOCABULARY * GPT3_WIDTH
    if answer == right:
        return None
    if answer == GPT3_VOCABULARY + GPT3_WIDTH:
        return "that is the sum; a table of so many rows and columns has rows × columns numbers"
    if answer in (GPT3_VOCABULARY**2, GPT3_WIDTH**2):
        return "one side of the table is the vocabulary, the other the width of a vector"
    if isinstance(answer, int | float) and abs(answer / right - 1) < 0.02:
        return "nearly: give the exact number, Python multiplies for you"
    return "one column of 12,288 numbers for each of 50,257 tokens: how many numbers are that?"


@task("01.4")
def _(answer: tuple[str, str]) -> str | None:
    if isinstance(answer, str) or len(answer) != 2 or not all(isinstance(word, str) for word in answer):
        return "the answer is two words, such as ('king', 'window')"
    gpt = load()
    one, other = answer
    for word in answer:
        if len(word.strip()) < 3 or not word.strip().isalpha():
            return f"{word!r} is no word of three letters or more"
    token = word_id(gpt, other.strip())
    seen = gpt.token_counts
    for each in (word_id(gpt, one.strip()), token):
        if seen is not None and int(seen[each]) < RARELY:
            return f"{shown(gpt, [each])[0]!r} was hardly seen in training: its vector says nothing"
    cosine = float(find(gpt, one.strip()).cosine[token])
    if cosine <= -0.2:
        return None
    if cosine < 0:
        return f"their cosine is {cosine:.2f}: negative, but not yet −0.2. The far end of the list helps"
    return (
        f"their cosine is {cosine:.2f}. Which words stand in quite other places of a sentence? See the end of the list"
    )


def best(scores: Tensor, left_out: list[int]) -> int:
    """The token with the highest score, some left out."""
    return int(scores.index_fill(0, torch.tensor(left_out), -torch.inf).argmax())


@task("01.5")
def _(answer: Callable[[Tensor, int, int, int], int]) -> str | None:
    if not callable(answer):
        return "hand over the function itself, without calling it: exercise('01.5', my_analogy)"
    gpt = load()
    table = gpt.embed.weight.detach()
    if answer(table.clone(), *(word_id(gpt, word) for word in ("king", "man", "woman"))) is None:
        return NOTHING_YET
    for a, b, c in SUMS:
        ids = [word_id(gpt, word) for word in (a, b, c)]
        got = int(answer(table.clone(), *ids))
        if not 0 <= got < len(table):
            return f"return the number of a token, 0 to {len(table) - 1:,}; yours gave {got}"
        total = table[ids[0]] - table[ids[1]] + table[ids[2]]
        cosine, dot = F.cosine_similarity(table, total[None], dim=-1), table @ total
        right = best(cosine, ids)
        if got == right:
            continue
        name = shown(gpt, [got])[0].strip()
        other = F.cosine_similarity(table, (table[ids[0]] + table[ids[1]] - table[ids[2]])[None], dim=-1)
        said = f"for {a} − {b} + {c} yours gave {name!r}"
        if got in ids:
            return f"{said}, an input word: leave the three inputs out"
        if got == best(dot, ids):
            return f"{said}: a long vector wins a dot product; divide by the lengths, or take cosine_similarity"
        if got == best(other, ids):
            return f"{said}: that is {a} + {b} − {c}; mind the signs"
        return f"{said}, expected {shown(gpt, [right])[0].strip()!r}"
    return None


SUMS = (
    *(("king", "man", "woman"), ("Paris", "France", "Italy"), ("sushi", "Japan", "Germany"), ("cats", "cat", "dog")),
    # sums in which long vectors win a dot product, so that a missing division shows
    *(("tower", "king", "man"), ("blue", "red", "seven"), ("summer", "winter", "Monday")),
)
