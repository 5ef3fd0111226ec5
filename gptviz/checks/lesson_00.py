"""Lesson 00, What does a GPT do? Its claims and exercises."""

import math

from torch import Tensor
from torch.nn import functional as F

from ..checkpoint import load
from ..model import GPT
from ..sampling import distribution, generate, prompt_ids
from ..tracing import trace
from . import Measured, claim, task
from .cast import ANNA, GUILTY, SARAH, TIRED, bits, share

BEGINNING = "Once there was a king who ruled a small kingdom by the sea."
CHAT = (
    "System: You know a lot about animals and the weather.\nUser: Hello! What can you tell me about a bear?\nAssistant:"
)


@claim("00.1", "The tokens of a text, joined, are the text again, in any language.")
def _(gpt: GPT) -> Measured:
    texts = [SARAH, "Straße, 中文, 🦊, naïve", "  two  spaces\n"]
    back = [gpt.tokenizer.decode(gpt.tokenizer.encode(text)) == text for text in texts]
    return f"{sum(back)} of {len(back)} texts came back exactly", all(back)


@claim("00.2", "Frequent words are one token, rarer words several, and an unknown character is one token per byte.")
def _(gpt: GPT) -> Measured:
    count = {word: len(gpt.tokenizer.encode(word)) for word in (" king", " unbelievable", "狐")}
    words = ", ".join(f"{word.strip()} {n}" for word, n in count.items())
    return f"tokens: {words}", list(count.values())[0] == 1 < count[" unbelievable"] and count["狐"] == 3


@claim("00.3", "The same token starts as the same vector, wherever it stands.")
def _(gpt: GPT) -> Measured:
    one, other = trace(gpt, "The king saw the sea."), trace(gpt, "Anna and the king")
    rows = [t.embed[t.tokens.index(" king")] for t in (one, other)]
    difference = float((rows[0] - rows[1]).abs().max())
    return f"largest difference {difference:g}", difference == 0


@claim("00.4", "Every token of the vocabulary gets a probability above zero, and together they make 1.")
def _(gpt: GPT) -> Measured:
    probs = trace(gpt, SARAH).logits[-1].double().softmax(-1)
    words = f"{int((probs > 0).sum()):,} of {len(probs):,} tokens above zero, sum {float(probs.sum()):.6f}"
    return words, bool((probs > 0).all()) and abs(float(probs.sum()) - 1) < 1e-6


@claim("00.5", "Before training, the GPT spreads its bets almost evenly over the whole vocabulary.")
def _(gpt: GPT) -> Measured:
    newborn = load("tiny@step=0")
    have, most = float(bits(trace(newborn, BEGINNING).probs).mean()), math.log2(newborn.config.vocab_size)
    return f"entropy {have:.2f} of at most {most:.2f} bits", have > 0.95 * most


@claim("00.6", "Training made it less surprised by the text it reads.")
def _(gpt: GPT) -> Measured:
    before, after = surprise(load("tiny@step=0"), BEGINNING), surprise(gpt, BEGINNING)
    return f"{before:.1f} bits a token before, {after:.1f} after", after < 0.6 * before


def surprise(gpt: GPT, text: str) -> float:
    """Mean of −log₂ of the probability that each token had before it came."""
    traced = trace(gpt, text)
    came = traced.probs[:-1].gather(1, traced.ids[1:, None])
    return float(-came.log2().mean())


@claim("00.7", "Lying still on the bed, Sarah feels tired or the like: words of rest share most of the probability.")
def _(gpt: GPT) -> Measured:
    p = share(trace(gpt, SARAH), TIRED)
    return f"{p:.1%}", p > 0.5


@claim("00.8", "Lying to the judge, Anna does not: there, words of bad conscience share most of it.")
def _(gpt: GPT) -> Measured:
    traced = trace(gpt, ANNA)
    guilty, tired = share(traced, GUILTY), share(traced, TIRED)
    return f"{guilty:.1%} against {tired:.1%} for words of rest", guilty > 0.5 > tired


@claim("00.9", "The winner is not the answer: at temperature 1 many tokens drawn are not the likeliest ones.")
def _(gpt: GPT) -> Measured:
    prompt, drawn, winners = "Once there was a", 0, 0
    for seed in range(5):
        traced = trace(gpt, generate(gpt, prompt, 40, seed=seed))
        start = len(prompt_ids(gpt, prompt))
        best = traced.logits[start - 1 : -1].argmax(-1)
        drawn, winners = drawn + len(best), winners + int((best == traced.ids[start:]).sum())
    return f"{drawn - winners} of {drawn} drawn tokens were not the likeliest", winners < 0.9 * drawn


def parted(gpt: GPT) -> list[list[tuple[Tensor, Tensor]]]:
    """Per block the last token's q, k and v, over all heads, in each of two texts of one length that end in it."""
    one, other = trace(gpt, SARAH), trace(gpt, ANNA)
    if one.ids[-1] != other.ids[-1] or len(one) != len(other):
        raise ValueError("the two texts should end in the same token at the same position")
    layers = range(gpt.config.n_layer)
    return [[(getattr(one, n)[i][:, -1], getattr(other, n)[i][:, -1]) for n in "qkv"] for i in layers]


@claim("00.10", "In the first block a token's query, key and value depend on the token and its position alone.")
def _(gpt: GPT) -> Measured:
    first = max(float((a - b).abs().max()) for a, b in parted(gpt)[0])
    return f"largest difference between two texts {first:.1g}", first < 1e-5


@claim(
    "00.11", "From the second block on they depend on the words around it: no word owns a fixed query, key or value."
)
def _(gpt: GPT) -> Measured:
    later = [1 - float(F.cosine_similarity(a.flatten(), b.flatten(), dim=0)) for i in parted(gpt)[1:] for a, b in i]
    words = f"1 − cosine between two texts {min(later):.3f} to {max(later):.3f} in the later blocks"
    return words, min(later) > 0.005  # an angle of almost 6 degrees


@claim("00.12", "No token looks ahead: another ending leaves every earlier vector as it was.")
def _(gpt: GPT) -> Measured:
    one, other = trace(gpt, SARAH), trace(gpt, SARAH + " hungry and cold")
    difference = float((one.final - other.final[: len(one)]).abs().max())
    return f"largest difference {difference:.1g} over {len(one)} tokens", difference < 1e-4


@claim("00.13", "A chat is text like any other: after the answer the GPT writes the user's next line itself.")
def _(gpt: GPT) -> Measured:
    texts = [generate(gpt, CHAT, 60, temperature=0.5, seed=seed) for seed in range(10)]
    went_on = sum("\nUser:" in text.removeprefix(CHAT) for text in texts)
    return f"in {went_on} of {len(texts)} continuations", went_on >= 5


# ---- exercises ----


@task("00.1")
def _(answer: int) -> str | None:
    right = len(load().tokenizer.encode("an unbelievably fluffy creature"))
    if answer == 4:
        return "those are the words; a rare word is cut into several tokens. Look at gpt.tokenizer.tokens(…)"
    return (
        None
        if answer == right
        else f"count what gpt.tokenizer.encode(…) returns for exactly this text; {answer} is not it"
    )


@task("00.2")
def _(answer: str) -> str | None:
    token, p = trace(load(), answer).next_tokens(1)[0]
    if p > 0.9:
        return None
    return f"after it the likeliest token, {token!r}, has {p:.1%}. Try half of a fixed phrase"


@task("00.3")
def _(answer: int) -> str | None:
    gpt = load()
    drawn = generate(gpt, SARAH, 1, seed=answer)
    winner = trace(gpt, SARAH).next_tokens(1)[0][0]
    if drawn != SARAH + winner:
        return None
    return f"with seed {answer} the likeliest token, {winner!r}, was drawn. Another number rolls other dice"


@task("00.4")
def _(answer: str) -> str | None:
    gpt = load()
    ours, theirs = gpt.tokenizer.encode(SARAH), gpt.tokenizer.encode(answer)
    changed = sum(a != b for a, b in zip(ours, theirs, strict=False)) + abs(len(ours) - len(theirs))
    if changed != 1:
        return f"{changed} tokens differ from the original; change exactly one"
    p = share(trace(gpt, answer), TIRED)
    if p > 0.5:
        return f"words of rest still share {p:.1%}. Which word tells the model that she is resting?"
    return None


@task("00.5")
def _(answer: float) -> str | None:
    probs = distribution(trace(load(), SARAH).logits[-1])
    right = float(bits(probs))
    if abs(answer - right) < 0.02:
        return None
    if abs(answer - right * math.log(2)) < 0.02:
        return "that is the entropy in nats; for bits take log2 instead of log"
    side = "large" if answer > right else "small"
    return f"sum −p · log2(p) over the whole vocabulary, not only over the bars you see; {answer:.2f} is too {side}"
