"""Order and position: what a GPT sees of the order of its tokens, and how far back a head looks."""

import copy
from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from gptviz.model import GPT
from gptviz.probes.heads import random_tokens
from gptviz.sampling import Prompt, prompt_ids
from gptviz.tracing import Trace, trace


def unmasked(gpt: GPT) -> GPT:
    """The same GPT without its mask: a copy in which every token looks at every other, later ones too."""
    free: Any = copy.deepcopy(gpt)
    for block in free.blocks:
        block.attn.masked = lambda scaled: scaled
        block.attn.mix = F.scaled_dot_product_attention
    return free


def order_seen(gpt: GPT, prompt: Prompt, without: Iterable[str] = ("pos",), shuffles: int = 20) -> Tensor:
    """How far the last token's row moves when the tokens before it change places: 0 where the order is not seen.

    → (n_layer,), after each block: the largest of its d_model differences, the median over `shuffles` orders.
    """
    ids = torch.tensor(prompt_ids(gpt, prompt))
    if len(ids) < 3:
        raise ValueError(f"two tokens before the last can change places; expected at least 3 tokens, got {len(ids)}")
    dice, usual = torch.Generator().manual_seed(0), trace(gpt, ids, without)
    before = torch.stack([row[-1] for row in usual.resid_post])  # (n_layer, C)
    moved = []
    for _ in range(shuffles):
        order = torch.randperm(len(ids) - 1, generator=dice)
        while bool((order.diff() > 0).all()):  # as it was
            order = torch.randperm(len(ids) - 1, generator=dice)
        mixed = trace(gpt, torch.cat([ids[order], ids[-1:]]), without)
        moved.append((torch.stack([row[-1] for row in mixed.resid_post]) - before).abs().amax(-1))
    return torch.stack(moved).median(0).values


def surprise(runs: Iterable[Trace]) -> float:
    """Mean surprise, −ln p, at the tokens that came, over all tokens of several traces but their first; in nats."""
    each = [F.cross_entropy(run.logits[:-1], run.ids[1:], reduction="none") for run in runs]
    return float(torch.cat(each).mean())


def looking_back(gpt: GPT, layer: int, head: int, without: Iterable[str] = (), furthest: int = 12) -> Tensor:
    """The weight a head gives to itself, the token before, the one before that …, on random tokens.

    → (furthest + 1,): the mean over all tokens that have so many before them, and over 8 texts.
    """
    length = min(50, gpt.config.n_ctx)
    furthest = min(furthest, length - 1)
    weights = torch.stack(
        [trace(gpt, random_tokens(gpt, length, seed), without).pattern[layer, head] for seed in range(8)]
    ).mean(0)
    return torch.stack([weights.diagonal(-back)[furthest - back :].mean() for back in range(furthest + 1)])


def place_error(gpt: GPT, without: Iterable[str] = (), length: int = 64) -> Tensor:
    """How many tokens off is a linear guess at a token's place that reads its row alone: before the blocks, after each.

    → (n_layer + 1,): mean distance, on 30 texts; the guess is fitted, by least squares, to 100 others (Alain & Bengio
    2016). The texts are of random tokens, so that no word betrays its place. A blind guess is `length / 4` off.
    """
    length = min(length, gpt.config.n_ctx)
    rows = []
    for seed in range(130):
        traced = trace(gpt, random_tokens(gpt, length, seed), without)
        rows.append(torch.stack([traced.resid_pre[0], *traced.resid_post]))  # (stages, T, C)
    read = torch.stack(rows, 1).double()  # (stages, texts, T, C)
    read = torch.cat([read, torch.ones_like(read[..., :1])], -1)
    places = torch.arange(length).double()
    fitted, tried = read[:, :100].flatten(1, 2), read[:, 100:]
    wanted = places.repeat(100)[None, :, None].expand(len(read), -1, -1)
    guess = tried @ torch.linalg.lstsq(fitted, wanted).solution[:, None]  # (stages, texts, T, 1)
    return (guess[..., 0] - places).abs().mean((1, 2)).float()
