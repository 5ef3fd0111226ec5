"""Directions among the token vectors of W_E: neighbours, analogies, axes to draw them along; parts of a logit."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from torch import Tensor

from .edits import check
from .model import GPT
from .tracing import RARELY, Trace, shown


def neighbors(gpt: GPT, word: str, k: int = 10, keep_inputs: bool = False) -> list[tuple[str, float]]:
    """The k tokens whose vectors point most nearly the same way: [(token, cosine), …], best first."""
    return analogy(gpt, word, k, keep_inputs)


def analogy(gpt: GPT, expression: str, k: int = 10, keep_inputs: bool = False) -> list[tuple[str, float]]:
    """The k tokens nearest to "king - man + woman": [(token, cosine), …], best first (Mikolov et al. 2013).

    The input words are left out, each with and without a leading space, unless `keep_inputs`. A word must be one token.
    """
    if k < 1:
        raise ValueError(f"k must be at least 1, got {k}")
    found = find(gpt, expression)
    ids = [i for i in found.order.tolist() if keep_inputs or i not in found.inputs][:k]
    return list(zip(shown(gpt, ids), found.cosine[ids].tolist(), strict=True))


@dataclass(frozen=True)
class Found:
    """Where a sum of words points, and every token by how nearly it points the same way.

    terms: (+1 or -1, token id), as they were written. inputs: those tokens, with and without a leading space.
    vector: (C,), the sum. cosine: (vocabulary,), of every token with it. order: (vocabulary,), the best token first.
    """

    terms: list[tuple[int, int]]
    inputs: frozenset[int]
    vector: Tensor
    cosine: Tensor
    order: Tensor

    @property
    def best(self) -> int:
        """The first token that is no input."""
        return next((i for i in self.order.tolist() if i not in self.inputs), int(self.order[0]))

    @property
    def corners(self) -> tuple[int, int, int, int] | None:
        """(man, woman, king, queen) for king - man + woman: two steps that should be the same; None for other sums."""
        plus, minus = ([i for sign, i in self.terms if sign == wanted] for wanted in (1, -1))
        if len(plus) != 2 or len(minus) != 1:
            return None
        return minus[0], plus[1], plus[0], self.best


def find(gpt: GPT, expression: str) -> Found:
    """Everything an analogy finds, in one go: `analogy` gives the first few of it by name."""
    terms = [(sign, word_id(gpt, word)) for sign, word in _terms(expression)]
    inputs = [i for _, word in _terms(expression) for i in _spellings(gpt, word) if i is not None]
    with torch.no_grad():
        rows = torch.stack([sign * gpt.embed.weight[i] for sign, i in terms])
        vector = rows.double().sum(0).to(rows.dtype)  # the same in whatever order
        cosine = _cosines(gpt, vector)
    return Found(terms, frozenset(inputs), vector, cosine, cosine.argsort(descending=True, stable=True))


def word_vector(gpt: GPT, expression: str) -> Tensor:
    """The row of W_E of a word, or the sum of several: "cats - cat" is a direction. → (d_model,)"""
    with torch.no_grad():
        return torch.stack([sign * gpt.embed.weight[word_id(gpt, word)] for sign, word in _terms(expression)]).sum(0)


def word_id(gpt: GPT, word: str) -> int:
    """The id of a word that is one token: with a leading space, as it stands within a sentence, else as it is typed."""
    with_space, typed = _spellings(gpt, word)
    if with_space is not None:
        return with_space
    if typed is not None:
        return typed
    pieces = gpt.tokenizer.tokens(gpt.tokenizer.encode(word))
    near = difflib.get_close_matches(
        word, {token.strip() for token in gpt.tokenizer.vocabulary()} - {""}, n=5, cutoff=0.5
    )
    hint = f"; near it are {', '.join(near)}" if near else ""
    raise ValueError(
        f"{word!r} must be one token of this model, got {len(pieces)}: {', '.join(map(repr, pieces))}{hint}"
    )


def _cosines(gpt: GPT, vector: Tensor) -> Tensor:
    """Of every row of W_E with a vector: (d_model,) → (vocabulary,). Ten times as fast as torch's cosine_similarity."""
    lengths = gpt.embed.weight.norm(dim=-1) * vector.norm()
    return gpt.embed.weight @ vector / lengths.clamp_min(1e-8)


@dataclass(frozen=True)
class Axes:
    """A few of the directions of a space, to draw vectors along: at right angles, each of length 1.

    origin: (C,), drawn at 0. directions: (n, C). variance: (n,), of the vectors they were made for, the share of the
    squared distances from their mean that lies along each; empty where they were made for words.
    """

    origin: Tensor
    directions: Tensor
    variance: Tensor

    def __call__(self, vectors: Tensor) -> Tensor:
        """Where points are drawn. (…, C) → (…, n)"""
        return (vectors.double() - self.origin) @ self.directions.T

    def shown(self, differences: Tensor) -> Tensor:
        """What share of its length an arrow keeps when it is drawn: 1 where it lies along the axes. (…, C) → (…)"""
        differences = differences.double()
        return (differences @ self.directions.T).norm(dim=-1) / differences.norm(dim=-1)


def principal_axes(vectors: Tensor, n: int = 3) -> Axes:
    """The n directions in which vectors differ most, from their mean (Pearson 1901). vectors: (count, C)"""
    count, width = vectors.shape
    if not 1 <= n <= min(count - 1, width):
        raise ValueError(f"{count} vectors of width {width} have 1..{min(count - 1, width)} axes, got n={n}")
    mean = vectors.double().mean(0)
    centred = vectors - mean.to(vectors.dtype)
    squares, directions = torch.linalg.eigh((centred.T @ centred).double())  # (C,) from small to large, (C, C)
    directions = directions.T.flip(0)[:n]
    heaviest = directions.gather(1, directions.abs().argmax(1, keepdim=True))
    return Axes(mean, directions * heaviest.sign(), squares.flip(0)[:n] / squares.sum())


def directions_needed(vectors: Tensor, share: float = 0.9) -> int:
    """How many principal axes hold a share of the squared distances of vectors from their mean. vectors: (count, C)"""
    held = principal_axes(vectors, min(len(vectors) - 1, vectors.shape[1])).variance.cumsum(0)
    return min(int((held < share).sum()) + 1, len(held))


def axes_through(points: Tensor, n: int = 3) -> Axes:
    """Axes in which the distances between points stay true. points: (2, C) and zero, (3, C) a plane, (4, C) a space.

    n: how many at most. The first point is drawn at 0 and the second on the first axis; of two points, zero is at 0
    and the first on it.
    """
    count = len(points)
    if not 2 <= count <= 4:
        raise ValueError(f"axes go through 2 to 4 words, got {count}")
    points = points.double()
    origin = points[0] if count > 2 else torch.zeros_like(points[0])
    directions: list[Tensor] = []
    for arrow in points[1:] - origin if count > 2 else points:
        rest = arrow.clone()
        for axis in directions * 2:  # twice, against rounding
            rest = rest - (rest @ axis) * axis
        if rest.norm() <= 1e-6 * max(1e-6, float(arrow.norm())):
            raise ValueError("axes need words that do not lie on one line; give others, each once")
        directions.append(rest / rest.norm())
    return Axes(origin, torch.stack(directions[:n]), torch.empty(0))


def word_axes(gpt: GPT, words: Sequence[str] = (), n: int = 3) -> Axes:
    """At most n axes for a map of the words: through two to four of them (`axes_through`), or their principal axes."""
    with torch.no_grad():
        if words:
            return axes_through(torch.stack([word_vector(gpt, word) for word in words]), n)
        vectors = gpt.embed.weight[word_ids(gpt)]
        return principal_axes(vectors, min(n, len(vectors) - 1, vectors.shape[1]))


def word_ids(gpt: GPT) -> list[int]:
    """The tokens that are whole words of two letters or more, the leading space included; often seen ones first.

    Where training was counted, those it hardly saw are left out: their vectors are still what they were at random.
    """
    if gpt.tokenizer is None:
        raise ValueError("this GPT has no tokenizer, so it knows no words")
    vocabulary, counts = gpt.tokenizer.vocabulary()[: gpt.config.vocab_size], gpt.token_counts
    ids = [i for i, token in enumerate(vocabulary) if len(token) > 2 and token[0] == " " and token[1:].isalpha()]
    if counts is None:
        return ids  # a tokenizer numbers what it met often before what it met seldom
    return sorted((i for i in ids if counts[i] >= RARELY), key=lambda i: -int(counts[i]))


def word_plane(gpt: GPT, words: Sequence[str] = ()) -> Axes:
    """A plane to draw arrows in: the first two of `word_axes`. Through two words and zero, through three, or principal.

    A GPT without a tokenizer has no words; its plane is the principal one of all token vectors.
    """
    if words and (isinstance(words, str) or len(words) not in (2, 3)):
        raise ValueError(f"a plane goes through two or three words, got {words!r}")
    with torch.no_grad():
        known = bool(words) or (gpt.tokenizer is not None and len(word_ids(gpt)) > 2)
        axes = word_axes(gpt, words) if known else principal_axes(gpt.embed.weight, 2)
    return Axes(axes.origin, axes.directions[:2], axes.variance[:2])


def read_off(gpt: GPT, stream: Tensor) -> Tensor:
    """What the model would say if the stream ended with these vectors: the last LayerNorm, then W_U; logits.

    stream: (…, d_model) → (…, vocabulary). Of any vector what `lens` is of a trace's.
    """
    with torch.no_grad():
        return gpt.unembed(gpt.ln_final(stream))


def nearest(gpt: GPT, vector: Tensor, k: int = 10) -> list[tuple[str, float]]:
    """The k tokens whose rows of W_E point most nearly the way of a vector, (d_model,): [(token, cosine), …]."""
    if k < 1:
        raise ValueError(f"k must be at least 1, got {k}")
    with torch.no_grad():
        best = _cosines(gpt, vector).sort(descending=True, stable=True)
    return list(zip(shown(gpt, best.indices[:k].tolist()), best.values[:k].tolist(), strict=True))


class HeadWeights(NamedTuple):
    """One head as the lessons write it, for column vectors x = LN(E): q = W_Q x + b_Q, k = W_K x + b_K,
    v = W_V_down x + b_V, and W_V_up takes a mix of values back to the stream.

    W_Q, W_K, W_V_down: (d_head, d_model). W_V_up: (d_model, d_head). b_Q, b_K, b_V: (d_head,).
    """

    W_Q: Tensor
    b_Q: Tensor
    W_K: Tensor
    b_K: Tensor
    W_V_down: Tensor
    b_V: Tensor
    W_V_up: Tensor


def head_weights(gpt: GPT, layer: int, head: int) -> HeadWeights:
    """One head's share of the matrices that the model keeps side by side for all heads of a layer."""
    config = gpt.config
    layer, head = check("layer", layer, config.n_layer), check("head", head, config.n_head)
    attn: Any = gpt.blocks[layer].attn
    sizes = 3, config.n_head, config.d_head
    W = attn.qkv.weight.detach().view(*sizes, config.d_model)[:, head]  # (3, D, C)
    b = attn.qkv.bias.detach().view(sizes)[:, head]  # (3, D)
    W_V_up = attn.out.weight.detach().view(config.d_model, *sizes[1:])[:, head]  # (C, D)
    return HeadWeights(W[0], b[0], W[1], b[1], W[2], b[2], W_V_up)


def handed_over(trace: Trace, layer: int, head: int) -> Tensor:
    """What each token hands over through a head to a token that looks at nothing else: v W_O. → (T, d_model)

    `trace.delta[layer, head]` is the pattern's rows times this.
    """
    v, head = trace.v[layer, head], check("head", head, trace.gpt.config.n_head)
    block: Any = trace.gpt.blocks[layer]
    with torch.no_grad():
        return v @ block.attn.out.weight.T.view(-1, *v.shape[-1:], trace.gpt.config.d_model)[head]  # W_O: (H, D, C)


def update_gap(trace: Trace, layer: int) -> float:
    """The largest difference between the sum of all heads' ΔE plus the bias and what attention added; rounding only."""
    block: Any = trace.gpt.blocks[layer]
    with torch.no_grad():
        return float((trace.delta[layer].sum(0) + block.attn.out.bias - trace.attn_out[layer]).abs().max())


def telling_delta(trace: Trace, position: int = -1) -> tuple[int, int]:
    """The (layer, head) whose ΔE, read through the logit lens, changes what is predicted at `position` most (KL).

    Of a model with more than 24 heads, one of the 24 whose ΔE is longest beside E.
    """
    config = trace.gpt.config
    before = torch.stack([trace.resid_pre[layer][position] for layer in range(config.n_layer)])  # (L, C)
    added = torch.stack([delta[:, position] for delta in trace.delta])  # (L, H, C)
    sizes = added.norm(dim=-1) / before.norm(dim=-1, keepdim=True)  # (L, H)
    heads = sizes.flatten().topk(min(24, sizes.numel())).indices.sort().values
    layers = heads // config.n_head
    was = read_off(trace.gpt, before)[layers].log_softmax(-1)  # (heads, vocabulary)
    then = read_off(trace.gpt, before[layers] + added.flatten(0, 1)[heads]).log_softmax(-1)
    bits = (then.exp() * (then - was)).sum(-1)  # (heads,)
    return divmod(int(heads[bits.argmax()]), config.n_head)


def sinusoids(n_ctx: int, d_model: int) -> Tensor:
    """Position vectors without learning: PE(pos, 2i) = sin(pos / 10000^(2i/d)), PE(pos, 2i + 1) = cos of the same.

    → (n_ctx, d_model). Vaswani et al. 2017, section 3.5.
    """
    pairs = torch.arange(d_model) // 2
    angles = torch.arange(n_ctx)[:, None] / 10_000 ** (2 * pairs.double() / d_model)  # (n_ctx, d_model)
    return torch.where(torch.arange(d_model) % 2 == 0, angles.sin(), angles.cos()).float()


def position_cosines(vectors: Tensor) -> Tensor:
    """How alike the vectors of every two positions are. (n, C) → (n, n)"""
    directions = torch.nn.functional.normalize(vectors.detach(), dim=-1)
    return directions @ directions.T


def telling_dimension(gpt: GPT) -> int:
    """The dimension with most to see in both kinds of position vectors: deviation of one times that of the other."""
    learned = gpt.pos.weight.detach()
    return int((learned.std(0, correction=0) * sinusoids(*learned.shape).std(0, correction=0)).argmax())


def contributions(trace: Trace, token_id: int, position: int = -1) -> dict[str, float]:
    """What each part added to one logit: "embed", "pos", "L1H2", "L1MLP", …, "biases". They sum to the logit.

    Direct logit attribution (Elhage et al. 2021): the last LayerNorm divides by one number per position; that number
    is held at what it was in this run, which leaves a linear map for every part alone. Where a patch put something
    into the stream, its share is "patch".
    """
    names, shares = attribution(trace, [token_id], [position])
    return dict(zip(names, shares[0, :, 0].tolist(), strict=True))


def attribution(trace: Trace, token_ids: Sequence[int], positions: Sequence[int]) -> tuple[list[str], Tensor]:
    """`contributions` for several tokens and positions at once: the names of the parts, (tokens, parts, positions)."""
    gpt = trace.gpt
    if trace.edits.patched("final"):
        raise ValueError("final was patched, which comes after all parts, so the logit is not a sum of theirs")
    at = [check("position", position, len(trace)) for position in positions]
    ids = [check("token_id", token_id, gpt.config.vocab_size) for token_id in token_ids]
    with torch.no_grad():
        parts, stream = summands(trace, at), trace.resid_post[-1][at]
        norm, wanted = gpt.ln_final, gpt.unembed.weight[ids]  # wanted: (tokens, C)
        scale = norm.weight / (stream.var(-1, correction=0, keepdim=True) + norm.eps).sqrt()  # (positions, C)
        each = torch.stack(list(parts.values()))  # (parts, positions, C)
        shares = torch.einsum("ptc,wc->wpt", (each - each.mean(-1, keepdim=True)) * scale, wanted)
        shares[:, list(parts).index("biases")] += (wanted @ norm.bias)[:, None]
    return list(parts), shares


def summands(trace: Trace, positions: Sequence[int]) -> dict[str, Tensor]:
    """What each part added to the stream: "embed", "pos", "L0H0", …, "L0MLP", …, "biases"; each (positions, d_model).

    They sum to `resid_post[-1]`. "biases" are the output biases of all attentions and MLPs, which belong to no head and
    no neuron. Where a patch put something into the stream, what that makes a difference of is "patch".
    """
    gpt, config, at = trace.gpt, trace.gpt.config, [check("position", position, len(trace)) for position in positions]
    with torch.no_grad():
        parts = {"embed": trace.embed[at], "pos": trace.pos[at]}  # each (positions, C)
        biases = torch.zeros(config.d_model)
        for layer in range(config.n_layer):
            block: Any = gpt.blocks[layer]
            for head in range(config.n_head):
                parts[f"L{layer}H{head}"] = trace.delta[layer, head][at]
            factor = trace.edits.factors.get(f"L{layer}MLP", 1.0)
            parts[f"L{layer}MLP"] = factor * (trace.neurons[layer][at] @ block.mlp.down.weight.T)
            biases += block.attn.out.bias + factor * block.mlp.down.bias
        parts["biases"] = biases.expand(len(at), -1)
        if trace.edits.patched():
            parts["patch"] = trace.resid_post[-1][at] - torch.stack(list(parts.values())).sum(0)
    return parts


def lens(trace: Trace, positions: Sequence[int] | None = None) -> Tensor:
    """`read_off` at every stage: row 0 before the first block, row l + 1 after block l, the last as the model says it.

    → (n_layer + 1, positions, vocabulary); all positions unless some are given.
    """
    wanted = range(len(trace)) if positions is None else positions
    at = [check("position", position, len(trace)) for position in wanted]
    streams = [trace.resid_pre[0], *(trace.resid_post[layer] for layer in range(trace.gpt.config.n_layer - 1))]
    with torch.no_grad():
        last = trace.gpt.unembed(trace.final[at])
    return torch.stack([*(read_off(trace.gpt, stream[at]) for stream in streams), last])


def settled(logits: Tensor, token_id: int) -> int:
    """The first row of a lens from which on a token stays the likeliest. logits: (stages, vocabulary) → 0..stages.

    The number of stages: it is not the likeliest in the end.
    """
    wins = (logits.argmax(-1) == token_id).tolist()
    return max((stage + 1 for stage, won in enumerate(wins) if not won), default=0)


def promoted(gpt: GPT, layer: int, neuron: int | slice = slice(None)) -> Tensor:
    """What a neuron's column of W_down says in words: how much it pushes each token up, or down. → (vocabulary,)

    W_U times the column as the last LayerNorm lets it through (Geva et al. 2022). Times the neuron's activation, and
    divided by the deviation of the last stream there, it is what the neuron adds to each logit. A slice: (V, neurons).
    """
    layer = check("layer", layer, gpt.config.n_layer)
    if not isinstance(neuron, slice):
        neuron = check("neuron", neuron, gpt.config.d_mlp)
    block: Any = gpt.blocks[layer]
    with torch.no_grad():
        columns = block.mlp.down.weight[:, neuron]  # (C,) or (C, neurons)
        gain = gpt.ln_final.weight if columns.ndim == 1 else gpt.ln_final.weight[:, None]
        return gpt.unembed.weight @ (gain * (columns - columns.mean(0)))


def _terms(expression: str) -> list[tuple[int, str]]:
    """ "king - man + woman" → [(1, "king"), (-1, "man"), (1, "woman")]"""
    if not isinstance(expression, str) or not expression.strip():
        raise ValueError(f"expected a word or an expression such as 'king - man + woman', got {expression!r}")
    first, *rest = re.split(r"\s*([+-])\s*", expression.strip())
    terms = [(1, first)] if first else []
    terms += [(1 if sign == "+" else -1, word) for sign, word in zip(rest[::2], rest[1::2], strict=True)]
    if not terms or not all(word for _, word in terms):
        raise ValueError(f"expected a word after every + and -, got {expression!r}")
    return terms


def _spellings(gpt: GPT, word: str) -> tuple[int | None, int | None]:
    """The ids of " word" and "word", None for what is not one token."""
    if gpt.tokenizer is None:
        raise ValueError("this GPT has no tokenizer, so it knows no words")
    one, other = (gpt.tokenizer.encode(text) for text in (" " + word, word))
    return one[0] if len(one) == 1 else None, other[0] if len(other) == 1 else None
