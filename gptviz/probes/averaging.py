"""Averaging and attending: what fixed weights miss of a head, how softmax saturates, how long a chain of steps is."""

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor

from gptviz.model import GPT
from gptviz.sampling import Prompt, prompt_ids
from gptviz.tracing import trace


def through_heads(gpt: GPT, prompts: Iterable[Prompt], length: int) -> tuple[Tensor, Tensor]:
    """What goes into every head and what comes out: `v` and `z` of the first `length` tokens of each text.

    Shorter texts are left out. → two of (texts, layer, head, length, d_head); z is what the head's own pattern, which
    differs from text to text, makes of v.
    """
    ids = [each[:length] for each in (prompt_ids(gpt, prompt) for prompt in prompts) if len(each) >= length]
    traces = [trace(gpt, each) for each in ids]
    values, mixtures = (torch.stack([getattr(traced, name)[:] for traced in traces]) for name in "vz")
    return values, mixtures


def left_over(weights: Tensor, values: Tensor, mixtures: Tensor) -> Tensor:
    """The share of the mixtures' squares that fixed weights miss: 0 is a perfect imitation. → (layer, head)

    weights: (layer, head, T, T), the same for all texts. values, mixtures: as `through_heads` gives them.
    """
    missed = (weights @ values - mixtures).square().sum((0, -2, -1))
    return missed / mixtures.square().sum((0, -2, -1))


def dot_products(d_head: int, keys: int = 16, draws: int = 500, seed: int = 0) -> Tensor:
    """q · k of random queries with `keys` random keys each, every number normal with spread 1. → (draws, keys)"""
    dice = torch.Generator().manual_seed(seed)
    q, k = torch.randn(draws, d_head, generator=dice), torch.randn(draws, keys, d_head, generator=dice)
    return (k @ q[..., None])[..., 0]


def reaction(weights: Tensor) -> Tensor:
    """How much all weights of a row react when their own scores are nudged: Σ ∂wᵢ/∂sᵢ = Σ wᵢ(1 − wᵢ). (…, T) → (…)

    Near 1 where many share; 0 where one has everything: softmax is saturated, and no gradient comes through.
    """
    w = weights.double()
    return (w * (1 - w)).sum(-1)


def longest_chain(result: Tensor) -> int:
    """How many differentiable operations had to wait for one another until `result` was there.

    The longest path back through what autograd recorded, so something in it must require a gradient.
    """
    if result.grad_fn is None:
        raise ValueError("nothing was recorded for this tensor: compute it from one that requires a gradient")
    longest: dict[Any, int] = {}
    to_do = [result.grad_fn]
    while to_do:
        step = to_do[-1]
        before = [each for each, _ in step.next_functions if each is not None]
        unknown = [each for each in before if each not in longest]
        if unknown:
            to_do.extend(unknown)
        else:
            longest[to_do.pop()] = 1 + max((longest[each] for each in before), default=0)
    return longest[result.grad_fn]
