"""Lesson 08, How does it add up? Its claims and exercises."""

import math
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from ..checkpoint import load
from ..geometry import attribution, contributions, lens, read_off, summands, word_id
from ..model import GPT
from ..probes.heads import patterns
from ..probes.knockouts import kl_bits, lost, patched_places, swapped_senses
from ..probes.linear import Reading, readings
from ..tracing import Trace, trace
from . import NOTHING_YET, Measured, claim, task
from .cast import ANNA, EIFFEL, KING, MINIATURE, SARAH, STORY

ENDING = ". It is made of"
TEXTS = (SARAH, ANNA, STORY, KING)


def by_loop(traced: Trace) -> Tensor:
    """E + P, then head by head and MLP by MLP, each bias where it stands. → (T, d_model)"""
    gpt, total = traced.gpt, traced.embed + traced.pos
    blocks: Any = gpt.blocks
    for layer, block in enumerate(blocks):
        for head in range(gpt.config.n_head):
            total = total + traced.delta[layer, head]
        total = total + block.attn.out.bias + traced.mlp_out[layer]
    return total


def norm_by_loop(row: Tensor, weight: Tensor, bias: Tensor, eps: float) -> Tensor:
    """LayerNorm of one row, one number at a time (Ba et al. 2016)."""
    numbers = row.tolist()
    mean = sum(numbers) / len(numbers)
    variance = sum((x - mean) ** 2 for x in numbers) / len(numbers)
    normed = [(x - mean) / (variance + eps) ** 0.5 for x in numbers]
    return torch.tensor(normed) * weight + bias


def without_norm(traced: Trace) -> Tensor:
    """The logit lens as it should not be: W_U on the stream as it is. → (stages, T, vocabulary)"""
    rows = [traced.resid_pre[0], *traced.resid_post]
    return traced.gpt.unembed(torch.stack(rows))


def bits_away(traced: Trace, logits: Tensor) -> Tensor:
    """KL(the prediction ‖ each stage of a lens), the mean over the text, in bits. → (stages,)"""
    return torch.stack([kl_bits(traced.probs, row.softmax(-1)).mean() for row in logits])


def towers(gpt: GPT) -> tuple[Trace, Trace, int, int]:
    """The two towers, and the tokens their texts are finished with: iron, and the beginning of cardboard."""
    iron, cardboard = gpt.tokenizer.encode(" iron")[0], gpt.tokenizer.encode(" cardboard")[0]
    return trace(gpt, EIFFEL + ENDING), trace(gpt, MINIATURE + ENDING), iron, cardboard


@cache
def untrained() -> GPT:
    return load("tiny@step=0")


def named(gpt: GPT) -> dict[str, Reading]:
    return {reading.name: reading for reading in readings(gpt)}


@claim("08.1", "Loop, matrix and trace agree: E + P + all heads + all MLPs + output biases is the last residual.")
def _(gpt: GPT) -> Measured:
    worst = 0.0
    for text in TEXTS:
        traced = trace(gpt, text)
        table = torch.stack(list(summands(traced, range(len(traced))).values()))  # (parts, T, C)
        matrix = torch.einsum("p,ptc->tc", torch.ones(len(table)), table)
        last = traced.resid_post[-1]
        worst = max(worst, float((by_loop(traced) - last).abs().max()), float((matrix - last).abs().max()))
    return f"{len(table)} parts, {len(TEXTS)} texts, largest difference {worst:.0e}", worst < 1e-4


@claim("08.2", "LayerNorm by hand, as one line and as the model does it give the same row.")
def _(gpt: GPT) -> Measured:
    worst, norm = 0.0, gpt.ln_final
    for text in TEXTS:
        traced = trace(gpt, text)
        row = traced.resid_post[-1][-1]
        line = (row - row.mean()) / (row.var(correction=0) + norm.eps).sqrt() * norm.weight + norm.bias
        for ours in (norm_by_loop(row, norm.weight, norm.bias, norm.eps), line):
            worst = max(worst, float((ours - traced.final[-1]).abs().max()))
    return f"largest difference {worst:.0e}", worst < 1e-4


@claim("08.3", "A stream twice as long gives the same probabilities: the norm takes the length away.")
def _(gpt: GPT) -> Measured:
    rows = trace(gpt, STORY).resid_post[-1]
    once, twice = (read_off(gpt, factor * rows).softmax(-1) for factor in (1, 2))
    worst = float((once - twice).abs().max())
    return f"largest difference of a probability {worst:.0e}", worst < 1e-3


@claim("08.4", "Before block 0 the lens mostly reads back the token that stands there: W_U is W_E.")
def _(gpt: GPT) -> Measured:
    traced = trace(gpt, STORY)
    back = float((lens(traced)[0].argmax(-1) == traced.ids).float().mean())
    return f"{back:.0%} of {len(traced)} tokens", back > 0.8


@claim("08.5", "The lens's last row is the model's own prediction.")
def _(gpt: GPT) -> Measured:
    worst = max(float((lens(trace(gpt, text))[-1] - trace(gpt, text).logits).abs().max()) for text in TEXTS)
    return f"largest difference of a logit {worst:.0e}", worst < 1e-4


@claim("08.6", "From block to block the reading comes closer to the final prediction, in the mean over a text.")
def _(gpt: GPT) -> Measured:
    bits = torch.stack([bits_away(trace(gpt, text), lens(trace(gpt, text))) for text in TEXTS]).mean(0)
    said = ", ".join(f"{float(b):.2f}" for b in bits) + f" bits away, mean of {len(TEXTS)} texts"
    return said, bool((bits.diff() < 0).all())


@claim("08.7", "What all parts add to a logit sums to the logit, the last norm's scale held fixed.")
def _(gpt: GPT) -> Measured:
    worst = 0.0
    for text in TEXTS:
        traced = trace(gpt, text)
        ids = traced.logits[-1].topk(5).indices
        sums = attribution(traced, ids.tolist(), [-1])[1][..., 0].sum(-1)
        worst = max(worst, float((sums - traced.logits[-1, ids]).abs().max()))
    return f"largest difference {worst:.0e}", worst < 1e-3


@claim("08.8", "The biases belong to no head and no MLP, and without their bar the sum misses the logit.")
def _(gpt: GPT) -> Measured:
    biases = [contributions(trace(gpt, t), int(trace(gpt, t).logits[-1].argmax()))["biases"] for t in TEXTS]
    smallest = min(abs(b) for b in biases)
    return "they add " + ", ".join(f"{b:+.2f}" for b in biases) + f" in {len(TEXTS)} texts", smallest > 0.01


@claim("08.9", "The great tower is made of iron, the small one of cardboard: the model says so of both.")
def _(gpt: GPT) -> Measured:
    eiffel, miniature, iron, cardboard = towers(gpt)
    p, q = float(eiffel.probs[-1, iron]), float(miniature.probs[-1, cardboard])
    return f"{p:.0%} and {q:.0%}", min(p, q) > 0.5


@claim("08.10", "One row of the stream, swapped after block 0, turns iron into cardboard: the cue's row, not tower's.")
def _(gpt: GPT) -> Measured:
    eiffel, miniature, iron, cardboard = towers(gpt)
    back = len(eiffel) - eiffel.tokens.index(" tower")
    probs = patched_places(eiffel, miniature, back + 1)  # (layer, column, vocabulary): the cue, tower, …
    cue, tower = probs[0, 0], max(probs[:, 1], key=lambda row: row[cardboard])  # tower's after any block
    return (
        f"cardboard has {float(cue[cardboard]):.1%} with the cue's row, {float(tower[cardboard]):.1%} with tower's",
        float(cue[cardboard]) > float(cue[iron]) and float(tower[iron]) > 10 * float(tower[cardboard]),
    )


@claim(
    "08.11",
    "At the last token a swap does not yet turn the answer after block 0, and does after the last block.",
)
def _(gpt: GPT) -> Measured:
    eiffel, miniature, iron, cardboard = towers(gpt)
    last = patched_places(eiffel, miniature, 1)[:, 0, cardboard]  # (n_layer,)
    said = ", ".join(f"{float(p):.1%}" for p in last)
    return f"cardboard with the last token's row swapped: {said}", float(last[-1]) > 0.5 > float(last[0])


@claim("08.12", "Which word it is can be read at every stage: what is written later covers little of it.")
def _(gpt: GPT) -> Measured:
    return _said(named(gpt)["word"]), float(named(gpt)["word"].right.min()) > 0.8


@claim("08.13", "There is no ladder: mood and topic can be read as soon as block 0 is done, the phrase no earlier.")
def _(gpt: GPT) -> Measured:
    phrase, mood, topic = (named(gpt)[name] for name in ("phrase", "mood", "topic"))
    said = "; ".join(_said(each) for each in (phrase, mood, topic))
    return said, mood.arrives == topic.arrives == 1 and phrase.arrives >= 1


@claim("08.14", "Recall takes depth: after block 0 no more than the commonest answer, later far more.")
def _(gpt: GPT) -> Measured:
    recall = named(gpt)["recall"]
    early, late = float(recall.right[1]), float(recall.right[2:].max())
    said = _said(recall) + f", the commonest {recall.commonest:.0%}"
    return said, early < recall.commonest + 0.03 and late > early + 0.1


@claim("08.15", "Fitted to shuffled answers, the probes do no better than naming the commonest one.")
def _(gpt: GPT) -> Measured:
    above = {reading.name: float(reading.shuffled.max()) - reading.commonest for reading in readings(gpt)}
    most = max(above, key=lambda name: above[name])
    return f"at most {above[most]:+.1%} ({most})", above[most] < 0.05


@claim("08.16", "Mood can be read from an untrained GPT too: mixing words is enough to leave traces of them.")
def _(gpt: GPT) -> Measured:
    mood = named(untrained())["mood"]
    return _said(mood) + f", the commonest {mood.commonest:.0%}", float(mood.right.max()) > mood.commonest + 0.2


@claim("08.17", "Block 0 turns a row most; every later block keeps far more of its direction.")
def _(gpt: GPT) -> Measured:
    kept = torch.stack([turned(trace(gpt, text)) for text in TEXTS]).mean(0)
    first, least = float(kept[0]), float(kept[1:].min())
    said = "cosine before and after each block " + ", ".join(f"{float(c):.2f}" for c in kept)
    return f"{said}, mean of {len(TEXTS)} texts", least > 0.5 > first and least > 1.5 * first


def turned(traced: Trace) -> Tensor:
    """The cosine of each token's row before and after each block, the mean over the text. → (n_layer,)"""
    rows = zip(traced.resid_pre, traced.resid_post, strict=True)
    return torch.stack([F.cosine_similarity(before, after, dim=-1).mean() for before, after in rows])


@claim(
    "08.18", "Without the last norm even the last reading is not the model's prediction, and early ones are too flat."
)
def _(gpt: GPT) -> Measured:
    traced = trace(gpt, STORY)
    bare = without_norm(traced)
    away, entropy = bits_away(traced, bare), torch.special.entr(bare.softmax(-1)).sum(-1).mean(-1)
    proper = torch.special.entr(lens(traced).softmax(-1)).sum(-1).mean(-1)
    return (
        f"{float(away[-1]):.2f} bits away at the end; the share of the winner is "
        f"{float(bare[1].softmax(-1).amax(-1).mean()):.1%} after block 0, with the norm "
        f"{float(lens(traced)[1].softmax(-1).amax(-1).mean()):.1%}",
        float(away[-1]) > 0.05 and bool((entropy > proper).all()),
    )


@claim("08.19", "Block 0's MLP takes far more of a logit with it than it adds to it directly.")
def _(gpt: GPT) -> Measured:
    pairs = [direct_and_gone(gpt, text, "L0MLP") for text in (SARAH, ANNA, STORY)]
    return both_amounts(pairs), all(gone > direct + 2 for direct, gone in pairs)


@claim("08.20", "Nothing but the norm reads the last MLP, and still it takes away another amount than it adds.")
def _(gpt: GPT) -> Measured:
    part = f"L{gpt.config.n_layer - 1}MLP"
    pairs = [direct_and_gone(gpt, text, part) for text in (SARAH, ANNA, STORY)]
    return both_amounts(pairs), min(direct - gone for direct, gone in pairs) > 0.2


@claim("08.21", "With the old scale held fixed, that difference is gone: it is the norm's alone.")
def _(gpt: GPT) -> Measured:
    worst, norm = 0.0, gpt.ln_final
    for text in (SARAH, ANNA, STORY):
        traced = trace(gpt, text)
        best, row = int(traced.logits[-1].argmax()), traced.resid_post[-1][-1]
        off = row - summands(traced, [-1])[f"L{gpt.config.n_layer - 1}MLP"][0]
        scale = (row.var(correction=0) + norm.eps).sqrt()  # of the whole row
        logit = gpt.unembed.weight[best] @ ((off - off.mean()) / scale * norm.weight + norm.bias)
        direct = contributions(traced, best)[f"L{gpt.config.n_layer - 1}MLP"]
        worst = max(worst, abs(float(traced.logits[-1, best] - logit) - direct))
    return f"largest difference {worst:.0e}", worst < 1e-3


def direct_and_gone(gpt: GPT, text: str, part: str) -> tuple[float, float]:
    """What a part adds to the likeliest token's logit, and what goes without the part."""
    traced = trace(gpt, text)
    best = int(traced.logits[-1].argmax())
    return contributions(traced, best)[part], lost(traced, best)[part]


def both_amounts(pairs: list[tuple[float, float]]) -> str:
    said = "; ".join(f"adds {direct:.1f}, takes {gone:.1f}" for direct, gone in pairs)
    return f"to the likeliest token of {len(pairs)} texts it {said}"


@claim("08.22", "In most of the world's words with two senses, the sense is read at the cue, not at the word.")
def _(gpt: GPT) -> Measured:
    shares = torch.tensor(list(swapped_senses(gpt).values()))  # (word, the row swapped: cue or word)
    cue, word = (shares > 0.5).sum(0).tolist()
    said = f"the other sense has more than half in {cue} of {len(shares)} words with the cue's row swapped"
    return f"{said}, in {word} with the word's", cue > 0.7 * len(shares) > 0.3 * len(shares) > word


@claim("08.23", "The heads of an untrained GPT look at all tokens about equally.")
def _(gpt: GPT) -> Measured:
    rows = patterns(trace(untrained(), STORY))[:, :, 1:]  # (layer, head, query, key); the first row has no choice
    bits = torch.special.entr(rows).sum(-1) / math.log(2)
    most = torch.arange(2, rows.shape[-1] + 1).log2()
    least = float((bits / most).min())
    return f"every row of every pattern has at least {least:.1%} of the entropy of equal weights", least > 0.98


def _said(reading: Reading) -> str:
    return f"{reading.name} {', '.join(f'{float(p):.0%}' for p in reading.right)}"


# ---- exercises ----


@task("08.1")
def _(answer: float) -> str | None:
    if abs(answer - 1) < 1e-6:
        return None
    if answer in (2, 4, 0.5):
        return "that would be so if W_U read the stream itself; what stands between them?"
    return "try it: gpt.unembed(gpt.ln_final(2 * trace.resid_post[-1])) beside trace.logits"


@task("08.2")
def _(answer: str) -> str | None:
    gpt = load()
    traced = trace(gpt, SARAH)
    tired, guilty = (contributions(traced, word_id(gpt, word)) for word in ("tired", "guilty"))
    heads = [part for part in tired if "H" in part]
    over = {part: tired[part] - guilty[part] for part in tired}
    best = max(heads, key=lambda part: over[part])
    if answer == best:
        return None
    if answer not in tired:
        return f"a head is written like 'L1H2'; {answer!r} is none"
    if answer not in heads:
        return f"{answer} is no head; it adds {over[answer]:+.2f} to the difference. Among the heads only, please"
    both = f"{answer} adds {tired[answer]:+.2f} to tired and {guilty[answer]:+.2f} to guilty"
    if over[answer] < 0:
        return f"{both}: it pushes the other way"
    if answer == max(heads, key=lambda part: tired[part]):
        return f"{both} as well; what counts is the difference"
    return f"{answer} adds {over[answer]:+.2f} to the difference; another head adds more"


@task("08.3")
def _(answer: Callable[[Tensor, Tensor, Tensor, float], Tensor]) -> str | None:
    if not callable(answer):
        return "hand over the function itself, without calling it: exercise('08.3', my_norm)"
    dice = torch.Generator().manual_seed(7)
    rows, gain, bias = (torch.randn(size, generator=dice) for size in ((5, 16), (16,), (16,)))
    rows, eps = 3 * rows + 1, 0.5  # an eps that shows
    got = answer(rows.clone(), gain.clone(), bias.clone(), eps)
    if got is None:
        return NOTHING_YET
    got = torch.as_tensor(got)
    if got.shape != rows.shape:
        return f"expected a tensor of shape {tuple(rows.shape)} as it came in, got {tuple(got.shape)}"
    for wrong, hint in norm_mistakes(rows, gain, bias, eps):
        if torch.allclose(got.float(), wrong, atol=1e-4):
            return hint
    return "subtract the row's mean, divide by √(variance + eps), times gain, plus bias: each row by itself"


def norm_mistakes(x: Tensor, gain: Tensor, bias: Tensor, eps: float) -> Iterator[tuple[Tensor, str | None]]:
    """LayerNorm of rows, and each typical mistake, with what to say to it."""
    mean, variance = x.mean(-1, keepdim=True), x.var(-1, correction=0, keepdim=True)
    yield (x - mean) / (variance + eps).sqrt() * gain + bias, None
    yield (x - mean) / (variance + eps).sqrt(), "right so far; now times gain, plus bias"
    yield (x - mean) / (variance + eps).sqrt() * gain, "the bias is missing"
    yield (x - mean) / variance.sqrt() * gain + bias, "eps is missing: it stands under the root, beside the variance"
    yield (x - mean) / (variance.sqrt() + eps) * gain + bias, "eps belongs under the root, beside the variance"
    yield (x - mean) / (variance + eps) * gain + bias, "divide by the root of the variance, not by the variance"
    yield x / (variance + eps).sqrt() * gain + bias, "subtract the mean of the row first"
    yield (
        F.layer_norm(x, x.shape, eps=eps) * gain + bias,
        "each row has a mean of its own: take it over the last axis only",
    )
    sample = x.var(-1, keepdim=True)
    yield (
        (x - mean) / (sample + eps).sqrt() * gain + bias,
        "torch's var and std divide by n − 1 unless told; LayerNorm divides by n: correction=0",
    )
    across = (x - x.mean(0)) / (x.var(0, correction=0) + eps).sqrt() * gain + bias
    yield across, "that is the mean over the tokens; each row is normed by itself, over its own numbers"


@task("08.4")
def _(answer: Callable[[GPT, Tensor], Tensor]) -> str | None:
    if not callable(answer):
        return "hand over the function itself, without calling it: exercise('08.4', my_lens)"
    gpt = load()
    rows = trace(gpt, STORY).resid_post[1]
    got = answer(gpt, rows.clone())
    if got is None:
        return NOTHING_YET
    got, right = torch.as_tensor(got).detach().float(), read_off(gpt, rows)
    if got.shape != right.shape:
        return f"expected logits of shape {tuple(right.shape)}, one row per token, got {tuple(got.shape)}"
    if torch.allclose(got, right, atol=1e-3):
        return None
    if torch.allclose(got, gpt.unembed(rows).detach(), atol=1e-3):
        return "you forgot the last LayerNorm: gpt.ln_final comes before gpt.unembed"
    if torch.allclose(got, right.softmax(-1), atol=1e-4):
        return "these are probabilities; asked are the logits, before softmax"
    return "first gpt.ln_final, then gpt.unembed, and nothing else"


@task("08.5")
def _(answer: tuple[int, int]) -> str | None:
    eiffel, miniature, iron, cardboard = towers(load())
    layer, position = answer
    T, n_layer = len(eiffel), eiffel.gpt.config.n_layer
    if not (0 <= layer < n_layer and -T <= position < T):
        return f"answer with (layer, position), layer 0..{n_layer - 1}, position 0..{T - 1}"
    back = T - position % T
    if back == 1:
        return "at the last token it is no wonder: the prediction is read off there. Find a place before it"
    if back > len(miniature):
        return f"the other text has only {len(miniature)} tokens"
    patch = {("resid_post", int(layer), -back): miniature.resid_post[int(layer)][-back]}
    probs = trace(eiffel.gpt, eiffel.ids, patch=patch).probs[-1]
    if probs[cardboard] > probs[iron]:
        return None
    said = f"with that row swapped iron still has {float(probs[iron]):.1%}"
    if eiffel.tokens[-back] == " tower":
        return f"{said}. The word's own row is not where the model looks; which word tells the towers apart?"
    if eiffel.tokens[-back] == " Eiffel":
        return f"{said}. The right token, but by then it has been read: swap it after an earlier block"
    return f"{said}. Where do the two texts differ?"
