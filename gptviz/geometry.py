"""Directions among the token vectors of W_E: neighbours, analogies, axes to draw them along; parts of a logit."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

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
    wanted = word_vector(gpt, expression)
    with torch.no_grad():
        cosine = torch.cosine_similarity(gpt.embed.weight, wanted, dim=-1)  # (vocabulary,)
    if not keep_inputs:
        for _, word in _terms(expression):
            cosine[[i for i in _spellings(gpt, word) if i is not None]] = -torch.inf
    best = cosine.sort(descending=True, stable=True)
    ids = best.indices[: min(k, int(cosine.isfinite().sum()))].tolist()
    return list(zip(shown(gpt, ids), best.values[: len(ids)].tolist(), strict=True))


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


def axes_through(points: Tensor) -> Axes:
    """Axes in which the distances between points stay true. points: (2, C) and zero, (3, C) a plane, (4, C) a space.

    The first point is drawn at 0 and the second on the first axis; of two points, zero is at 0 and the first on it.
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
    return Axes(origin, torch.stack(directions), torch.empty(0))


def word_axes(gpt: GPT, words: Sequence[str] = ()) -> Axes:
    """The axes of a map of the words: through two to four of them (`axes_through`), or the principal axes of all."""
    with torch.no_grad():
        if words:
            return axes_through(torch.stack([word_vector(gpt, word) for word in words]))
        vectors = gpt.embed.weight[word_ids(gpt)]
        return principal_axes(vectors, min(3, len(vectors) - 1, vectors.shape[1]))


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


def contributions(trace: Trace, token_id: int, position: int = -1) -> dict[str, float]:
    """What each part added to one logit: "embed", "pos", "L1H2", "L1MLP", …, "biases". They sum to the logit.

    Direct logit attribution (Elhage et al. 2021): the last LayerNorm divides by one number per position; that number
    is held at what it was in this run, which leaves a linear map for every part alone. Where a patch put something
    into the stream, its share is "patch".
    """
    gpt, config = trace.gpt, trace.gpt.config
    if trace.edits.patched("final"):
        raise ValueError("final was patched, which comes after all parts, so the logit is not a sum of theirs")
    position = check("position", position, len(trace))
    token_id = check("token_id", token_id, config.vocab_size)
    with torch.no_grad():
        parts = {"embed": trace.embed[position], "pos": trace.pos[position]}  # each (C,)
        biases = torch.zeros(config.d_model)
        for layer in range(config.n_layer):
            block: Any = gpt.blocks[layer]
            for head in range(config.n_head):
                parts[f"L{layer}H{head}"] = trace.delta[layer, head][position]
            factor = trace.edits.factors.get(f"L{layer}MLP", 1.0)
            parts[f"L{layer}MLP"] = factor * (block.mlp.down.weight @ trace.neurons[layer][position])
            biases += block.attn.out.bias + factor * block.mlp.down.bias
        parts["biases"] = biases
        stream = trace.resid_post[-1][position]
        if trace.edits.patched():
            parts["patch"] = stream - torch.stack(list(parts.values())).sum(0)
        norm = gpt.ln_final
        scale = norm.weight / (stream.var(correction=0) + norm.eps).sqrt()  # (C,)
        wanted = gpt.unembed.weight[token_id]  # (C,)
        shares = {name: float((part - part.mean()) * scale @ wanted) for name, part in parts.items()}
        shares["biases"] += float(norm.bias @ wanted)
    return shares


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
