"""Lesson 04, How do two words talk? Its claims and exercises."""

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from ..geometry import HeadWeights, handed_over, head_weights, neighbors
from ..model import GPT, Cache
from ..probes.cases import share_right
from ..probes.heads import adjectives_asked, patterns, random_tokens, told_and_asked
from ..probes.order import unmasked
from ..tracing import trace
from . import NOTHING_YET, Measured, claim, task
from .cast import CREATURE, STORY

ASKS = f"{CREATURE}. The creature was"  # the same sentence, and a word that needs the adjectives
START = "a fluffy blue creature"
OTHERS = ("the the", "king forest", "walked slowly", "Sarah Anna")  # in the place of fluffy blue, no adjectives
TEXTS = (CREATURE, ASKS, STORY)
COLOURS = ("brown", "yellow", "green", "red", "black", "purple", "white", "pink", "grey", "silver", "golden", "orange")
FOUR_TOKENS = ((1.0, 0.0, 2.0, -1.0), (2.0, 3.0, 1.0, 0.0))  # the worked query and key of exercise 04.2


def opened(gpt: GPT) -> tuple[int, int]:
    """The head that the lesson opens: the one that looks back at a noun's adjectives where they are asked for."""
    _, asked = told_and_asked(gpt)
    layer, head = divmod(int(asked.argmax()), gpt.config.n_head)
    return layer, head


def every_head(gpt: GPT) -> list[tuple[int, int]]:
    return [(layer, head) for layer in range(gpt.config.n_layer) for head in range(gpt.config.n_head)]


def weights_of(X: Tensor, w: HeadWeights) -> Tensor:
    """What a head's pattern would be if it read X, (T, d_model) → (T, T)."""
    q, k = X @ w.W_Q.T + w.b_Q, X @ w.W_K.T + w.b_K
    scaled = q @ k.T / math.sqrt(len(w.b_Q))
    return scaled.masked_fill(torch.ones_like(scaled).triu(1).bool(), -math.inf).softmax(-1)


@claim("04.1", "A head of this GPT looks back, where a noun's adjectives are asked for, at just these adjectives.")
def _(gpt: GPT) -> Measured:
    _, asked = told_and_asked(gpt)
    layer, head = divmod(int(asked.argmax()), gpt.config.n_head)
    return f"layer {layer}, head {head}: {float(asked.max()):.2f} of its attention beyond position", float(
        asked.max()
    ) >= 0.3


@claim("04.2", "A head reads LN(E), not E: its rows are more alike in length, and reading E it would look elsewhere.")
def _(gpt: GPT) -> Measured:
    traced, (layer, head) = trace(gpt, CREATURE), opened(gpt)
    E, w = traced.resid_pre[layer], head_weights(gpt, layer, head)
    norm: Any = gpt.blocks[layer].ln_attn
    spread = E.var(-1, correction=0, keepdim=True).add(norm.eps).sqrt()
    by_hand = (E - E.mean(-1, keepdim=True)) / spread * norm.weight + norm.bias
    right = float((weights_of(by_hand, w) - traced.pattern[layer, head]).abs().max())
    wrong = float((weights_of(E, w) - traced.pattern[layer, head]).abs().max())
    of_E, of_LN = (float(rows.norm(dim=-1).max() / rows.norm(dim=-1).min()) for rows in (E, by_hand))
    return (
        f"weights differ by {right:.1g} with LN(E), by {wrong:.2f} with E; longest row {of_LN:.1f} and {of_E:.1f} "
        "times the shortest",
        right < 1e-4 and wrong > 0.05 and of_LN < of_E,
    )


@claim("04.3", "Queries and keys by loop, by matrix and in the trace are the same.")
def _(gpt: GPT) -> Measured:
    worst, traced = 0.0, trace(gpt, START)
    for layer, head in every_head(gpt):
        w, X = head_weights(gpt, layer, head), traced.attn_in[layer]
        for W, b, of_trace in ((w.W_Q, w.b_Q, traced.q[layer, head]), (w.W_K, w.b_K, traced.k[layer, head])):
            rows, x = W.tolist(), X[-1].tolist()
            loop = [sum(a * c for a, c in zip(row, x, strict=True)) for row in rows]
            matrix = X @ W.T + b
            worst = max(worst, float((torch.tensor(loop) + b - matrix[-1]).abs().max()))
            worst = max(worst, float((matrix - of_trace).abs().max()))
    return f"largest difference {worst:.1g} in {len(every_head(gpt))} heads", worst < 1e-4


@claim("04.4", "Each cell of the grid is one sum of products, and one matrix product gives all of them.")
def _(gpt: GPT) -> Measured:
    traced, (layer, head) = trace(gpt, CREATURE), opened(gpt)
    q, k = traced.q[layer, head].tolist(), traced.k[layer, head].tolist()
    loop = torch.tensor([[sum(a * b for a, b in zip(one, other, strict=True)) for other in k] for one in q])
    matrix = traced.q[layer, head] @ traced.k[layer, head].T
    worst = max(float((a - traced.scores[layer, head]).abs().max()) for a in (loop, matrix))
    return f"{loop.numel()} cells, largest difference {worst:.1g}", worst < 1e-3


@claim("04.5", "÷ √d_k, mask and softmax, by loop and by matrix, give the pattern of the trace; each row sums to 1.")
def _(gpt: GPT) -> Measured:
    traced, worst, off = trace(gpt, CREATURE), 0.0, 0.0
    for layer, head in every_head(gpt):
        pattern, scores = traced.pattern[layer, head], traced.scores[layer, head].double()
        loop = torch.zeros_like(scores)
        for i, row in enumerate(scores.tolist()):
            exps = [math.exp(s / math.sqrt(gpt.config.d_head)) for s in row[: i + 1]]
            loop[i, : i + 1] = torch.tensor(exps).double() / sum(exps)
        matrix = weights_of(traced.attn_in[layer], head_weights(gpt, layer, head))
        worst = max(worst, float((loop - pattern).abs().max()), float((matrix - pattern).abs().max()))
        off = max(off, float((pattern.sum(-1) - 1).abs().max()))
    return f"largest difference {worst:.1g}, rows sum to 1 within {off:.1g}", worst < 1e-4 and off < 1e-5


@claim("04.6", "A look at adjectives is partly a look at a place: other words there get part of the weight, not all.")
def _(gpt: GPT) -> Measured:
    swapped = [CREATURE.replace("fluffy blue", other) for other in OTHERS]
    here, *instead = (patterns(trace(gpt, text))[:, :, 3, 1:3].sum(-1) for text in (CREATURE, *swapped))
    keenest = int(here.argmax())  # the head in which creature gives fluffy and blue most
    most, others = float(here.max()), sum(float(each.flatten()[keenest]) for each in instead) / len(instead)
    return f"fluffy blue {most:.0%}, other words in their place {others:.0%}", 0.2 * most < others < 0.9 * most


@claim("04.7", "The opened head looks at adjectives where they are asked for, and not from the noun they introduce.")
def _(gpt: GPT) -> Measured:
    told, asked = told_and_asked(gpt)
    introduced, later = float(told.flatten()[asked.argmax()]), float(asked.max())
    return (
        f"beyond position {introduced:.2f} from the noun, {later:.2f} where asked; of any head at most "
        f"{float(told.max()):.2f} from the noun",
        later >= 0.3 and introduced < 0.4 * later,
    )


@claim("04.8", "In the sentence that goes on, “was” gives fluffy and blue more than half of its attention.")
def _(gpt: GPT) -> Measured:
    traced, at = trace(gpt, ASKS), opened(gpt)
    share = traced.pattern[at][:, 1:3].sum(-1)
    was, creature = float(share[-1]), float(share[traced.tokens.index(" creature")])
    return f"“was” {was:.0%}, “creature” where it is introduced {creature:.0%}", was > max(0.5, 2 * creature)


@claim("04.9", "Values, their mix and ΔE, by loop, by matrix and in the trace, are the same.")
def _(gpt: GPT) -> Measured:
    traced, worst = trace(gpt, CREATURE), 0.0
    for layer, head in every_head(gpt):
        w, A = head_weights(gpt, layer, head), traced.pattern[layer, head]
        v = traced.attn_in[layer] @ w.W_V_down.T + w.b_V
        loop = torch.zeros_like(v[-1])
        for weight, value in zip(A[-1].tolist(), v, strict=True):
            loop += weight * value
        matrix = A @ v
        up = torch.tensor([sum(a * b for a, b in zip(row, loop.tolist(), strict=True)) for row in w.W_V_up.tolist()])
        delta = matrix @ w.W_V_up.T
        ends = [
            (loop, matrix[-1]),
            (matrix, traced.z[layer, head]),
            (up, delta[-1]),
            (delta, traced.delta[layer, head]),
        ]
        worst = max(worst, *(float((a - b).abs().max()) for a, b in ends))
    return f"largest difference {worst:.1g} in {len(every_head(gpt))} heads", worst < 1e-4


@claim("04.10", "E′ = E + ΔE: E, every head's ΔE and one bias are exactly what comes out of attention.")
def _(gpt: GPT) -> Measured:
    worst = 0.0
    for text in TEXTS:
        traced = trace(gpt, text)
        for layer in range(gpt.config.n_layer):
            block: Any = gpt.blocks[layer]
            E_new = traced.resid_pre[layer] + traced.delta[layer].sum(0) + block.attn.out.bias
            worst = max(worst, float((E_new - traced.resid_mid[layer]).abs().max()))
    return f"largest difference {worst:.1g} in {gpt.config.n_layer} layers, {len(TEXTS)} texts", worst < 1e-4


@claim("04.11", "The nearest neighbours of blue are other colours, so what says one says a little of the others.")
def _(gpt: GPT) -> Measured:
    near = neighbors(gpt, "blue", 5)
    said = ", ".join(f"{word.strip()} {cosine:.2f}" for word, cosine in near)
    return said, all(word.strip() in COLOURS for word, _ in near)


@claim("04.12", "What the head adds is needed: without it the model recalls a noun's adjectives less surely.")
def _(gpt: GPT) -> Measured:
    cases, (layer, head) = adjectives_asked(), opened(gpt)
    whole, lost = (share_right(gpt, cases, without) for without in ((), (f"L{layer}H{head}",)))
    return (
        f"the right adjectives, of {len(cases)} held-out texts: {whole:.0%}, without it {lost:.0%}",
        whole - lost > 0.1,
    )


@claim("04.13", "W_V-up · W_V-down is a large square matrix of low rank: d_head at most, and so for every head.")
def _(gpt: GPT) -> Measured:
    ranks = []
    for layer, head in every_head(gpt):
        w = head_weights(gpt, layer, head)
        ranks.append(int(torch.linalg.matrix_rank(w.W_V_up @ w.W_V_down)))
    c = gpt.config
    return (
        f"ranks {min(ranks)} to {max(ranks)} of {c.d_model}; {2 * c.d_model * c.d_head:,} numbers for {c.d_model**2:,}",
        min(ranks) > 0 and max(ranks) <= c.d_head < c.d_model,
    )


@claim("04.14", "Values may have another width than keys: mixed as wide as the stream, they give the same ΔE.")
def _(gpt: GPT) -> Measured:
    traced, (layer, head) = trace(gpt, CREATURE), opened(gpt)
    wide = handed_over(traced, layer, head)
    worst = float((traced.pattern[layer, head] @ wide - traced.delta[layer, head]).abs().max())
    return f"keys {gpt.config.d_head} wide, values {wide.shape[1]}: the same to {worst:.1g}", worst < 1e-4


@claim("04.15", "A weight is not yet an amount: the potions of one shelf differ in strength.")
def _(gpt: GPT) -> Measured:
    lengths = handed_over(trace(gpt, CREATURE), *opened(gpt)).norm(dim=-1)
    least, most = float(lengths.min()), float(lengths.max())
    return f"lengths from {least:.2f} to {most:.2f}", most > 1.5 * least


@claim("04.16", "What comes later changes no query, no key and no value of what came before.")
def _(gpt: GPT) -> Measured:
    short, whole = trace(gpt, START), trace(gpt, ASKS)
    n = len(short)
    worst = max(
        float((getattr(short, name)[layer] - getattr(whole, name)[layer][:, :n]).abs().max())
        for name in "qkv"
        for layer in range(gpt.config.n_layer)
    )
    return f"{len(whole) - n} tokens more, largest difference {worst:.1g}", worst < 1e-4


@claim("04.17", "Without the mask, later tokens would change the keys of earlier ones from layer 1 on.")
def _(gpt: GPT) -> Measured:
    free = unmasked(gpt)
    short, whole = trace(free, START), trace(free, ASKS)
    first, *later = (float((a - b[:, : len(short)]).abs().max()) for a, b in zip(short.k, whole.k, strict=True))
    return (
        f"keys of the first {len(short)} tokens move by {first:.1g} in layer 0, then by up to {max(later):.2f}",
        first < 1e-5 and min(later) > 0.1,
    )


@claim(
    "04.18", "So keys and values can be kept: reading token by token from the cache gives what reading it all gives."
)
def _(gpt: GPT) -> Measured:
    whole, cache = trace(gpt, ASKS), Cache(gpt.config)
    one_by_one = torch.cat([gpt(whole.ids[None, i : i + 1], cache=cache) for i in range(len(whole))], 1)[0]
    worst = float((one_by_one - whole.logits).abs().max())
    return f"{len(whole)} tokens, logits differ by {worst:.1g} at most", worst < 1e-3


@claim("04.19", "Twice the text, four times the grid, and twice the stream.")
def _(gpt: GPT) -> Measured:
    n = gpt.config.n_ctx // 2
    half, whole = (trace(gpt, random_tokens(gpt, length, seed=0)) for length in (n, 2 * n))
    grid = whole.pattern[0, 0].numel() / half.pattern[0, 0].numel()
    stream = whole.resid_pre[0].numel() / half.resid_pre[0].numel()
    allowed = int(whole.masked[0, 0].isfinite().sum())
    holds = (grid, stream, allowed) == (4, 2, n * (2 * n + 1))
    return f"{n} → {2 * n} tokens: grid × {grid:g}, stream × {stream:g}", holds


@claim("04.20", "Values have no part in the weights: doubled, they leave every weight as it was.")
def _(gpt: GPT) -> Measured:
    traced, (layer, head) = trace(gpt, ASKS), opened(gpt)
    doubled = traced.again(patch={("v", layer, head): 2 * traced.v[layer, head]})
    keyed = traced.again(patch={("k", layer, head): 2 * traced.k[layer, head]})
    pattern = traced.pattern[layer, head]
    same = float((doubled.pattern[layer, head] - pattern).abs().max())
    moved = float((keyed.pattern[layer, head] - pattern).abs().max())
    twice = float((doubled.delta[layer, head] - 2 * traced.delta[layer, head]).abs().max())
    return (
        f"weights move by {same:.1g}, ΔE is twice what it was to {twice:.1g}; doubled keys move weights by {moved:.2f}",
        same < 1e-6 and twice < 1e-4 and moved > 0.05,
    )


@claim("04.21", "A dot product is not a cosine: it counts the lengths as well, and they differ from token to token.")
def _(gpt: GPT) -> Measured:
    ratios, other_winner, rows = [], 0, 0
    for text in TEXTS:
        traced = trace(gpt, text)
        for at in every_head(gpt):
            q, k = traced.q[at], traced.k[at]
            cosines = F.cosine_similarity(q[:, None], k[None], dim=-1)
            ratios.append(float(k.norm(dim=-1).max() / k.norm(dim=-1).min()))
            allowed = traced.masked[at].isfinite()
            winner = traced.masked[at].argmax(-1), cosines.masked_fill(~allowed, -math.inf).argmax(-1)
            other_winner += int((winner[0] != winner[1]).sum())
            rows += len(q)
    longest = sum(ratios) / len(ratios)
    return (
        f"the longest key is {longest:.1f} times the shortest, on average; in {other_winner} of {rows} rows the "
        "largest cosine is elsewhere",
        longest > 1.2 and other_winner > 0.02 * rows,
    )


@claim("04.22", "No earlier word attends to a later one: every weight ahead is exactly 0, and nothing flows back.")
def _(gpt: GPT) -> Measured:
    ahead = max(float(patterns(trace(gpt, text)).triu(1).abs().max()) for text in TEXTS)
    one, other = trace(gpt, CREATURE), trace(gpt, CREATURE.replace("verdant", "misty"))
    moved = (one.resid_post[-1] - other.resid_post[-1]).norm(dim=-1)
    changed = one.tokens.index(" verdant")
    before, after = float(moved[:changed].max()), float(moved[changed:].min())
    return (
        f"largest weight ahead {ahead:g}; with one word changed, those before move by {before:.1g}, it and those after "
        f"by {after:.1f} or more",
        ahead == 0 and before < 1e-4 and after > 0.1,
    )


@claim("04.23", "A token sees itself: it gives itself a weight in every head, and the first one gives itself all.")
def _(gpt: GPT) -> Measured:
    own = torch.cat([patterns(trace(gpt, text)).diagonal(dim1=-2, dim2=-1) for text in TEXTS], -1)
    first, least, mean = float(own[..., 0].min()), float(own.min()), float(own[..., 1:].mean())
    return f"first token {first:.0%}; the others {mean:.0%} on average, {least:.1g} or more", first == 1 and least > 0


# ---- exercises ----


@task("04.1")
def _(answer: int) -> str | None:
    T = 8
    if answer == T * (T + 1) // 2:
        return None
    if answer == T * T:
        return "that is the whole grid; no token may look ahead"
    if answer == T * (T - 1) // 2:
        return "those are the looks back; a token may look at itself too"
    if answer == T:
        return "that is the last row alone; the rows before it may look too"
    return "the first token may look at 1, the second at 2, the third at 3: and so on to the eighth; add them up"


@task("04.2")
def _(answer: float) -> str | None:
    q, k = (torch.tensor(each) for each in FOUR_TOKENS)
    raw = float(q @ k)
    known = [
        (raw / math.sqrt(len(q)), None),
        (raw, "that is q · k; what is left is to divide it by √d_k"),
        (raw / len(q), "you divided by d_k; it is the square root of d_k"),
        (raw / math.sqrt(128), "√d_k, with d_k the length of q and k, not the width of the stream"),
        (float(F.cosine_similarity(q, k, dim=0)), "that is the cosine; a head does not divide by the lengths"),
        (float((q.abs() * k.abs()).sum()), "take care of the minus sign"),
    ]
    for value, hint in known:
        if abs(answer - value) < 0.006:
            return hint
    return (
        "multiply number by number, add the four products up, divide by the square root of how many numbers there are"
    )


@task("04.3")
def _(answer: int) -> str | None:
    cached = 8
    if answer == cached + 1:
        return None
    if answer == cached:
        return "it looks at the eight before it; and at whom else?"
    if answer == (cached + 1) ** 2:
        return "that is the whole grid of nine tokens; the scores of the first eight rows are history"
    if answer == (cached + 1) * (cached + 2) // 2:
        return "that is every allowed cell of nine tokens; how many of them are in the new row?"
    if answer == 2 * cached + 1:
        return "a new row, yes; but not a new column: the tokens before may not look at the new one"
    if answer == 1:
        return "one new query, yes; count how many keys it meets"
    return "one new token is one new row of the grid: its query meets each key once"


@task("04.4")
def _(answer: float) -> str | None:
    d_model, d_head = 12_288, 128
    right = d_model**2 / (2 * d_model * d_head)
    if abs(answer - right) < 0.5:
        return None
    if abs(answer - 2 * right) < 0.5:
        return "there are two thin matrices, down and up: count both"
    if abs(answer - 1 / right) < 1e-3:
        return "the other way round: how many times as many has the square one?"
    if abs(answer - d_model**2) < 1:
        return "that is the square matrix; now divide by the numbers of the two thin ones"
    if abs(answer - 2 * d_model * d_head) < 1:
        return "those are the two thin matrices; how many times as many numbers has the square one?"
    return "d_model × d_model, divided by d_head × d_model (down) and d_model × d_head (up) together"


def head_by_hand(
    X: Tensor,
    W_Q: Tensor,
    W_K: Tensor,
    W_V: Tensor,
    *,
    scale: float | None = None,
    mask: str = "causal",
    swap: bool = False,
    dim: int = -1,
) -> Tensor:
    """One head without biases: X (T, C), W_Q and W_K (d_k, C), W_V (d_v, C) → the mixed values (T, d_v).

    scale, mask ("none", "zero", "strict"), swap, dim: each other than the default is a typical mistake.
    """
    q, k, v = X @ W_Q.T, X @ W_K.T, X @ W_V.T
    scores = (k @ q.T if swap else q @ k.T) / (math.sqrt(len(W_Q)) if scale is None else scale)
    if mask != "none":
        ahead = torch.ones_like(scores).triu(0 if mask == "strict" else 1).bool()
        scores = scores.masked_fill(ahead, 0.0 if mask == "zero" else -math.inf)
    return scores.softmax(dim).nan_to_num() @ v


MISTAKES: tuple[tuple[dict[str, Any], str], ...] = (
    ({"scale": 1.0}, "the scores are not divided by √d_k yet; d_k is the number of rows of W_Q"),
    ({"mask": "none"}, "your tokens look ahead: put −∞ wherever the key comes after the query"),
    ({"mask": "zero"}, "a masked score of 0 still gets a share; it must be −∞ before softmax"),
    ({"mask": "strict"}, "a token may look at itself: keep the diagonal"),
    ({"swap": True}, "your rows are keys and your columns queries: it is Q · Kᵀ, the token that looks in the row"),
    ({"dim": 0}, "softmax goes along each row, over the keys (dim=-1); yours goes down the columns"),
)


@task("04.5")
def _(answer: Callable[[Tensor, Tensor, Tensor, Tensor], Tensor]) -> str | None:
    if not callable(answer):
        return "hand over the function itself, without calling it: exercise('04.5', my_head)"
    dice = torch.Generator().manual_seed(4)
    T, C, d_k, d_v = 6, 10, 4, 7
    X, *W = (torch.randn(*shape, generator=dice) for shape in ((T, C), (d_k, C), (d_k, C), (d_v, C)))
    got = answer(X.clone(), *(each.clone() for each in W))
    if got is None:
        return NOTHING_YET
    got, right = torch.as_tensor(got).float(), head_by_hand(X, *W)
    if got.shape == (T, T):
        return "that is as large as the pattern; multiply it by the values, (T, d_v)"
    if got.shape != right.shape:
        return f"expected {tuple(right.shape)}, a mix of values for each token, got {tuple(got.shape)}"
    if torch.allclose(got, right, atol=1e-4):
        return None
    for mistake, hint in MISTAKES:
        if torch.allclose(got, head_by_hand(X, *W, **mistake), atol=1e-4, equal_nan=True):
            return hint
    row = int((got - right).abs().amax(-1).nan_to_num(nan=math.inf).gt(1e-4).int().argmax())
    wanted, yours = ([round(x, 2) for x in rows[row].tolist()] for rows in (right, got))
    why = (
        "the first token can look at itself alone, so its row is its own value" if row == 0 else f"row {row} should be"
    )
    return f"{why} {wanted}; yours is {yours}"
