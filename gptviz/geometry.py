"""Directions among the token vectors of W_E: neighbours and analogies; and what each part added to a logit."""

import difflib
import re
from typing import Any

import torch
from torch import Tensor

from .edits import check
from .model import GPT
from .tracing import Trace, shown


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
