"""Lesson 03, Why softmax, why a mask? Its claims and exercises."""

import math
from collections.abc import Callable, Sequence
from typing import Any
from weakref import WeakKeyDictionary

import torch
from torch import Tensor

from .. import world
from ..checkpoint import load
from ..model import GPT
from ..probes.averaging import dot_products, left_over, longest_chain, reaction, through_heads
from ..sampling import distribution
from ..tracing import Trace, trace
from . import NOTHING_YET, Measured, claim, task
from .cast import ANNA, SARAH, STORY

NUMBERS = (1.0, 5.0, 9.0, 1.0)  # the worked example: one number for each of "Sarah lies still on"
LENGTH = 16  # tokens of the texts on which heads are imitated
SIZES = (4, 16, 64, 256, 1024)  # head sizes
_imitated: "WeakKeyDictionary[GPT, tuple[int, tuple[Tensor, Tensor, Tensor]]]" = WeakKeyDictionary()


def past_mean(rows: Tensor) -> Tensor:
    """The mean of each row and all before it, number by number. (T, C) → (T, C)"""
    means = torch.zeros_like(rows)
    for t in range(len(rows)):
        for s in range(t + 1):
            means[t] += rows[s] / (t + 1)
    return means


def triangle(T: int) -> Tensor:
    """The same as a matrix: ones at and below the diagonal, each row divided by its sum. → (T, T)"""
    ones = torch.ones(T, T).tril()
    return ones / ones.sum(1, keepdim=True)


def look_back(T: int) -> Tensor:
    return torch.ones(T, T).tril() > 0


def scores(traced: Trace) -> Tensor:
    """What the softmax of every head gets, but for the mask, (layer, head, T, T)."""
    return traced.scaled[:].double()


def imitate(gpt: GPT, steps: int = 51) -> tuple[Tensor, Tensor, Tensor]:
    """For every head one table of weights, learned for all texts alike from what goes into the head and what comes out.

    → the weights, (layer, head, LENGTH, LENGTH), and what they and the mean of the past leave over on unseen texts,
    each (layer, head).
    """
    version = sum(weight._version for weight in gpt.parameters())  # another one once a weight was changed
    if gpt in _imitated and _imitated[gpt][0] == version:
        return _imitated[gpt][1]
    seen, unseen = (through_heads(gpt, [d.text for d in world.documents(seed, 64)], LENGTH) for seed in (7, 8))
    with torch.enable_grad():
        table = torch.zeros(gpt.config.n_layer, gpt.config.n_head, LENGTH, LENGTH, requires_grad=True)
        mask = torch.full((LENGTH, LENGTH), -math.inf).triu(1)
        adam = torch.optim.Adam([table], lr=0.1)
        for _ in range(steps):
            weights = (table + mask).softmax(-1)
            loss = (weights @ seen[0] - seen[1]).square().mean()
            adam.zero_grad()
            loss.backward()
            adam.step()
    weights = weights.detach()
    _imitated[gpt] = version, (weights, left_over(weights, *unseen), left_over(triangle(LENGTH), *unseen))
    return _imitated[gpt][1]


@claim(
    "03.1", "Before the first block, a row knows its token and its place and nothing else: Sarah's last row is Anna's."
)
def _(gpt: GPT) -> Measured:
    one, other = trace(gpt, SARAH), trace(gpt, ANNA)
    before, after = (float((a - b).abs().max()) for a, b in (
        (one.resid_pre[0][-1], other.resid_pre[0][-1]), (one.final[-1], other.final[-1])
    ))  # fmt: skip
    return f"largest difference {before:g} before the first block, {after:.1f} after the last", before == 0 < after


@claim("03.2", "A loop over the past and one product with a lower-triangular matrix give the same means.")
def _(gpt: GPT) -> Measured:
    rows = trace(gpt, SARAH).resid_pre[0]
    worst = float((past_mean(rows) - triangle(len(rows)) @ rows).abs().max())
    by_hand = past_mean(torch.tensor(NUMBERS)[:, None])[:, 0]
    said = ", ".join(f"{x:g}" for x in by_hand.tolist())
    return f"largest difference {worst:.1g}; the worked example gives {said}", worst < 1e-5


@claim("03.3", "Softmax over equal scores, with −∞ on all that lies ahead, gives this matrix again.")
def _(gpt: GPT) -> Measured:
    T = len(trace(gpt, STORY))
    attn: Any = gpt.blocks[0].attn
    worst = float((attn.pattern(attn.masked(torch.zeros(T, T))) - triangle(T)).abs().max())
    return f"largest difference {worst:.1g} over {T} tokens", worst < 1e-6


@claim("03.4", "Whatever the scores, the weights of a row are above zero, sum to 1, and are exactly 0 ahead.")
def _(gpt: GPT) -> Measured:
    pattern = trace(gpt, STORY).pattern[:].double()
    back = look_back(pattern.shape[-1])
    off, ahead, least = (pattern.sum(-1) - 1).abs().max(), pattern[..., ~back].max(), pattern[..., back].min()
    heads = pattern.shape[0] * pattern.shape[1]
    words = (
        f"{heads} heads: a sum differs from 1 by {float(off):.1g} at most, the smallest weight is {float(least):.1g}"
    )
    return f"{words}, the largest ahead {float(ahead):g}", bool(off < 1e-5 and least > 0 and ahead == 0)


@claim(
    "03.5", "With scores of 0 in place of −∞, every row but the last gives weight to what lies ahead, in every head."
)
def _(gpt: GPT) -> Measured:
    s = scores(trace(gpt, STORY))
    back = look_back(s.shape[-1])
    rows = (s.masked_fill(~back, 0).softmax(-1) * ~back).sum(-1)[..., :-1]  # the last row has nothing ahead
    leaks = rows.mean(-1)
    return f"mean of a row between {float(leaks.min()):.0%} and {float(leaks.max()):.0%}, by head", bool(
        rows.min() > 0 and leaks.min() > 0.01
    )


@claim("03.6", "With weights set to 0 after softmax, every row but the last sums to less than 1, in every head.")
def _(gpt: GPT) -> Measured:
    s = scores(trace(gpt, STORY))
    rows = (s.softmax(-1) * look_back(s.shape[-1])).sum(-1)[..., :-1]
    sums = rows.mean(-1)
    return f"mean sum between {float(sums.min()):.2f} and {float(sums.max()):.2f}, by head", bool(
        rows.max() < 1 and sums.max() < 0.99
    )


@claim("03.7", "Divided by their sum, those rows are what the −∞ mask gives.")
def _(gpt: GPT) -> Measured:
    s = scores(trace(gpt, STORY))
    back = look_back(s.shape[-1])
    cut = s.softmax(-1) * back
    worst = (cut / cut.sum(-1, keepdim=True) - s.masked_fill(~back, -math.inf).softmax(-1)).abs().max()
    return f"largest difference {float(worst):.1g}", bool(worst < 1e-9)


@claim(
    "03.8", "One learned table of scores, the same for every text, imitates some head closely on texts it never saw."
)
def _(gpt: GPT) -> Measured:
    _, learned, mean = imitate(gpt)
    at = learned.argmin()
    left, before = float(learned.flatten()[at]), float(mean.flatten()[at])
    return f"{left:.0%} left over, where the mean of the past leaves {before:.0%}", left < 0.2 and left < 0.6 * before


@claim(
    "03.9", "Another head it cannot imitate: it misses more than half, not much less than the mean of the past does."
)
def _(gpt: GPT) -> Measured:
    _, learned, mean = imitate(gpt)
    at = learned.argmax()
    left, before = float(learned.flatten()[at]), float(mean.flatten()[at])
    return f"{left:.0%} left over, where the mean of the past leaves {before:.0%}", left > 0.5 and left > 0.75 * before


@claim(
    "03.10", "The weights of a head that no table imitates change from text to text, more than those of one that is."
)
def _(gpt: GPT) -> Measured:
    learned = imitate(gpt)[1]
    texts = [gpt.tokenizer.encode(d.text)[:LENGTH] for d in world.documents(8, 24)]
    patterns = torch.stack([trace(gpt, ids).pattern[:] for ids in texts if len(ids) == LENGTH])  # (texts, L, H, T, T)
    moved = ((patterns - patterns.mean(0)).abs().sum(-1) / 2).mean((0, -1)).flatten()  # of all weight, mean over rows
    easy, hard = float(moved[learned.argmin()]), float(moved[learned.argmax()])
    return f"from the mean pattern {hard:.0%} of the weight is moved, in the other head {easy:.0%}", hard > 1.2 * easy


@claim("03.11", "Loop, matrix product and the GPT's own attention give the same mixtures.")
def _(gpt: GPT) -> Measured:
    traced, worst = trace(gpt, SARAH), 0.0
    for layer in range(gpt.config.n_layer):
        for head in range(gpt.config.n_head):
            q, k, v = (getattr(traced, name)[layer, head] for name in "qkv")
            by_matrix = attend(q, k, v)
            for other in (attend_by_loop(q, k, v), traced.z[layer, head]):
                worst = max(worst, float((by_matrix - other).abs().max()))
    return f"largest difference {worst:.1g} in {gpt.config.n_layer * gpt.config.n_head} heads", worst < 1e-4


def attend(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """Attention as matrix products. Each (T, D) → (T, D)"""
    masked = (q @ k.T / math.sqrt(q.shape[-1])).masked_fill(~look_back(len(q)), -math.inf)
    return masked.softmax(-1) @ v


def attend_by_loop(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """The same, one pair of tokens at a time."""
    mixed = []
    for t in range(len(q)):
        row = [sum(a * b for a, b in zip(q[t].tolist(), k[s].tolist(), strict=True)) for s in range(t + 1)]
        exps = [math.exp(score / math.sqrt(q.shape[-1])) for score in row]
        mixed.append(sum((e / sum(exps) * v[s] for s, e in enumerate(exps)), torch.zeros_like(v[0])))
    return torch.stack(mixed)


@claim(
    "03.12", "The variance of q · k of random vectors grows in step with their size, so the spread grows as its root."
)
def _(gpt: GPT) -> Measured:
    ratios = [float(dot_products(d).var()) / d for d in SIZES]
    return (
        f"variance ÷ d_k between {min(ratios):.2f} and {max(ratios):.2f} for d_k from {SIZES[0]} to {SIZES[-1]}",
        all(abs(ratio - 1) < 0.15 for ratio in ratios),
    )


@claim(
    "03.13",
    "Without ÷ √d_k the softmax of large heads saturates and stops reacting; with it, size hardly matters.",
)
def _(gpt: GPT) -> Measured:
    without = [float(reaction(dot_products(d).softmax(-1)).median()) for d in SIZES]
    divided = [float(reaction((dot_products(d) / math.sqrt(d)).softmax(-1)).median()) for d in SIZES]
    words = f"median reaction for d_k from {SIZES[0]} to {SIZES[-1]:,}: {without[0]:.2f} → {without[-1]:.1g} without, "
    words += f"{divided[0]:.2f} → {divided[-1]:.2f} with it"
    return words, without == sorted(without, reverse=True) and without[-1] < 1e-3 and min(divided) > 0.8


@claim(
    "03.14",
    "In a large head far more gradient reaches q · k with the division, though that makes it √d_k times smaller.",
)
def _(gpt: GPT) -> Measured:
    d = SIZES[-1]
    raw, root = dot_products(d)[:50].double(), math.sqrt(d)

    def slope(row: Tensor, by: float) -> float:
        jacobian = torch.autograd.functional.jacobian(lambda s: (s / by).softmax(-1), row)
        return float(torch.as_tensor(jacobian).diagonal().sum())

    with torch.enable_grad():
        without, divided = (torch.tensor([slope(row, by) for row in raw]) for by in (1, root))
    same = torch.allclose(without.double(), reaction(raw.softmax(-1)), atol=1e-6)
    one, other = float(without.median()), float(divided.median())
    words = f"Σ ∂wᵢ/∂(q · kᵢ) by autograd, d_k = {d:,}: median {one:.1g} without the division, {other:.1g} with it"
    return words, same and one < 0.01 * other


@claim("03.15", "What the GPT divides by is the root of the head size, not of the width of its rows.")
def _(gpt: GPT) -> Measured:
    traced, c = trace(gpt, SARAH), gpt.config
    by = float((traced.scores[:].abs().sum() / traced.scaled[:].abs().sum()).square())
    exact = torch.allclose(traced.scaled[:], traced.scores[:] / math.sqrt(c.d_head))
    return f"divided by √{by:.4g}; d_head {c.d_head}, d_model {c.d_model}", exact and c.d_head < c.d_model


@claim("03.16", "In the trained GPT, the same scores undivided would make the weights react far less.")
def _(gpt: GPT) -> Measured:
    divided, without = reactions(gpt)
    return f"median reaction {divided:.2f} with the division, {without:.2f} without", without < 0.6 * divided


@claim("03.17", "In the newborn GPT it would have changed little: its first queries and keys are far smaller than ±1.")
def _(gpt: GPT) -> Measured:
    newborn = load("tiny@step=0")
    divided, without = reactions(newborn)
    traced = trace(newborn, STORY)
    spread = float(torch.stack([traced.q[:], traced.k[:]]).std())
    words = f"median reaction {divided:.2f} with the division, {without:.2f} without; spread of q and k {spread:.2f}"
    return words, without > 0.9 * divided and spread < 0.5


def reactions(gpt: GPT) -> tuple[float, float]:
    """The median reaction of all rows of all heads on one text, as they are and had nobody divided by √d_head."""
    masked = trace(gpt, STORY).masked[:]
    rows = (masked, masked * math.sqrt(gpt.config.d_head))
    divided, without = (float(reaction(each.softmax(-1))[..., 1:].median()) for each in rows)
    return divided, without


@claim(
    "03.18", "In a recurrent network the steps that wait for one another grow with the text; in attention they do not."
)
def _(gpt: GPT) -> Measured:
    recurrent, attention = zip(*(chains(gpt, T) for T in (8, 16, 32, 64)), strict=True)
    words = f"for 8, 16, 32, 64 tokens: {', '.join(map(str, recurrent))} against {', '.join(map(str, attention))}"
    return words, len(set(attention)) == 1 and all(b > 1.8 * a for a, b in zip(recurrent, recurrent[1:], strict=False))


def chains(gpt: GPT, T: int) -> tuple[int, int]:
    """The longest chain of operations over T rows: a recurrent cell's, attention's."""
    D = gpt.config.d_head
    attn: Any = gpt.blocks[0].attn
    with torch.enable_grad():
        rows = torch.ones(T, D, requires_grad=True)
        state, cell = torch.zeros(D), torch.nn.RNNCell(D, D)
        for row in rows:
            state = cell(row, state)
        scores = attn.scores(rows, rows)
        mixed = attn.pattern(attn.masked(attn.scaled(scores))) @ rows
    return longest_chain(state), longest_chain(mixed)


@claim("03.19", "Softmax does not take the top few: scores of 0.1, 0.2 and 0.3 get almost equal weights.")
def _(gpt: GPT) -> Measured:
    weights = distribution(torch.tensor([0.1, 0.2, 0.3]))
    return ", ".join(f"{float(w):.2f}" for w in weights), bool((weights > 0.29).all())


@claim("03.20", "The division makes scores smaller, never larger.")
def _(gpt: GPT) -> Measured:
    traced = trace(gpt, STORY)
    before, after = traced.scores[:].abs(), traced.scaled[:].abs()
    words = (
        f"mean size {float(before.mean()):.2f} before, {float(after.mean()):.2f} after, over {before.numel():,} scores"
    )
    return words, bool((after <= before).all())


# ---- exercises ----

GIVEN = (8.0, 2.0, 5.0, 1.0)  # exercise 1: means of the past 8, 5, 5, 4


@task("03.1")
def _(answer: Sequence[float]) -> str | None:
    got, x = torch.tensor([float(each) for each in answer]), torch.tensor(GIVEN)
    if got.shape != x.shape:
        return f"four means, one for each token, please; got {len(got)}"
    right = triangle(4) @ x
    if torch.allclose(got, right, atol=0.01):
        return None
    if torch.allclose(got, x.cumsum(0), atol=0.01):
        return "those are the sums; divide each by how many numbers went into it"
    if torch.allclose(got, x.mean().expand(4), atol=0.01):
        return "that is the mean of all four, four times: a token must not see what comes after it"
    if torch.allclose(got[1:], right[:-1], atol=0.01):
        return "you left each token itself out; the mean of the past counts it in"
    if torch.allclose(got, x.flip(0).cumsum(0).flip(0) / torch.arange(4, 0, -1), atol=0.01):
        return "that is the mean of the future: each token and those after it"
    wrong = int((~((got - right).abs() <= 0.01)).nonzero()[0])
    return f"the mean of token {wrong} (counted from 0) is of its own number and the {wrong} before it"


@task("03.2")
def _(answer: float) -> str | None:
    answer = float(answer)
    if abs(answer - 0.6) < 0.005:
        return None
    if abs(answer - 1) < 0.005:
        return "it would be 1 had the zeros been put in as −∞ before softmax; here they came after"
    if abs(answer - 0.4) < 0.005:
        return "that is what was cut off; asked is what is left"
    if abs(answer - 0.2) < 0.005:
        return "that is one weight; how many of the five are left in the third row?"
    return "softmax gives five equal weights; in the third row those of the last two tokens are then set to 0"


@task("03.3")
def _(answer: Callable[[Tensor], Tensor]) -> str | None:
    if not callable(answer):
        return "hand over the function itself, without calling it: exercise('03.3', mean_of_past)"
    x = torch.randn(6, 3, generator=torch.Generator().manual_seed(3)) + 2
    got = answer(x.clone())
    if got is None:
        return NOTHING_YET
    got, right = torch.as_tensor(got).float(), triangle(6) @ x
    if got.shape != right.shape:
        return f"for rows of shape {tuple(x.shape)} expected the same shape, got {tuple(got.shape)}"
    if torch.allclose(got, right, atol=1e-4):
        return None
    if torch.allclose(got, x.cumsum(0), atol=1e-4):
        return "those are the sums: divide row t by t + 1"
    if torch.allclose(got, x.mean(0).expand(6, 3), atol=1e-4):
        return "every row got the mean of all rows: what lies ahead must have weight 0. torch.tril cuts it off"
    if torch.allclose(got, torch.ones(6, 6).triu() @ x / torch.arange(6, 0, -1)[:, None], atol=1e-4):
        return "that is the mean of the future: tril keeps what is at and below the diagonal, triu what is above"
    if torch.allclose(got[1:], right[:-1], atol=1e-4):
        return "you left each row itself out; the mean of the past counts it in, so keep the diagonal"
    changed = x.clone()
    changed[-1] += 1
    if not torch.allclose(torch.as_tensor(answer(changed)).float()[0], got[0]):
        return "changing the last row changed your first: something looks ahead"
    words = f"row 1 should start with {float(right[1, 0]):.3f}, and yours starts with {float(got[1, 0]):.3f}"
    return f"nothing looks ahead, but {words}"


@task("03.4")
def _(answer: float) -> str | None:
    answer = float(answer)
    if abs(answer - 4) < 0.01:
        return None
    if abs(answer - 16) < 0.01:
        return "the variance grows 16-fold; the spread is its square root"
    if abs(answer - 2) < 0.01:
        return "that is the root of 4; the head is 16 times as large, so 16 times as many products are added up"
    if abs(answer - 0.25) < 0.01:
        return "the other way round: more products, more spread"
    if abs(answer - 1) < 0.01:
        return "with the division it would stay as it was; asked is q · k itself"
    return "the variance of a sum of independent products is the sum of their variances; the spread is its root"


@task("03.5")
def _(answer: Callable[[Tensor, Tensor, Tensor], Tensor]) -> str | None:
    if not callable(answer):
        return "hand over the function itself, without calling it: exercise('03.5', my_attention)"
    q, k, v = torch.randn(3, 5, 8, generator=torch.Generator().manual_seed(5)) * 1.5
    v = v[:, :6]  # values may be of another width than keys
    got = answer(q.clone(), k.clone(), v.clone())
    if got is None:
        return NOTHING_YET
    got, right = torch.as_tensor(got).float(), attend(q, k, v)
    if got.shape == (5, 5):
        return "those are T × T weights; the mixtures of the values come out when they are multiplied by v"
    if got.shape != right.shape:
        return f"expected {tuple(right.shape)}, one mixture of values per token, got {tuple(got.shape)}"
    if torch.allclose(got, right, atol=1e-4):
        return None
    if got.isnan().any():
        return "there are rows of nan: all their scores are −∞. A token may look at itself, so keep the diagonal"
    raw, ahead = q @ k.T, ~look_back(5)
    scaled = raw / math.sqrt(8)
    for wrong, hint in (
        (raw.masked_fill(ahead, -math.inf).softmax(-1), "the division by √d_k is missing; d_k is q.shape[-1]"),
        ((raw / 8).masked_fill(ahead, -math.inf).softmax(-1), "divide by the square root of d_k, not by d_k"),
        (scaled.softmax(-1), "no mask: the first token's mixture should be its own value alone"),
        (scaled.masked_fill(ahead, 0).softmax(-1), "scores of 0 ahead leak: e⁰ is 1. Take −∞"),
        (
            scaled.softmax(-1) * ~ahead,
            "set to 0 after softmax, the weights no longer sum to 1. Mask the scores before it",
        ),
        (scaled.T.masked_fill(ahead, -math.inf).softmax(-1), "queries and keys are swapped: rows look, so q @ k.T"),
        (scaled.masked_fill(ahead.T, -math.inf).softmax(-1), "the mask hides the past and shows the future"),
        (scaled.masked_fill(ahead, -math.inf).softmax(0), "softmax over the keys: each row sums to 1, so dim=-1"),
    ):
        if torch.allclose(got, wrong @ v, atol=1e-4):
            return hint
    return "go step by step: q @ k.T, ÷ √d_k, −∞ above the diagonal, softmax over each row, @ v"
