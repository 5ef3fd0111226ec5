"""From logits to the next token: one distribution for traces, pictures and generation, and the loop that samples."""

import math
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from .model import GPT, Cache

Prompt = str | Sequence[int] | Tensor


def distribution(
    logits: Tensor, temperature: float = 1.0, top_k: int | None = None, top_p: float | None = None
) -> Tensor:
    """What is sampled from: (…, vocabulary) logits → (…, vocabulary) probabilities, each row summing to 1.

    Divide by the temperature, softmax; keep the `top_k` most likely; of these, rescaled, keep the smallest set that
    holds a share of `top_p` (nucleus sampling, Holtzman et al. 2019), always over the whole vocabulary; rescale to 1.
    This is the order of `transformers`. Temperature 0 is argmax: the largest logit has it all. Of equal logits the
    smaller id comes first.
    """
    check_sampling(temperature, top_k, top_p)
    if temperature == 0:
        return torch.zeros_like(logits).scatter_(-1, logits.argmax(-1, keepdim=True), 1.0)
    largest = logits.max(-1, keepdim=True).values  # taken off first: logits ÷ 0.001 would overflow
    probs = ((logits - largest) / temperature).softmax(-1)
    if top_k is None and top_p in (None, 1):
        return probs
    order = logits.argsort(stable=True, dim=-1, descending=True)
    ranked = probs.gather(-1, order)
    if top_k is not None:
        ranked[..., top_k:] = 0
    if top_p not in (None, 1):
        held = ranked.cumsum(-1, dtype=torch.float64)  # in float32 a long tail would get lost
        ranked[held - ranked >= top_p * held[..., -1:]] = 0  # those that the more likely ones do without
    kept = torch.zeros_like(probs).scatter_(-1, order, ranked)
    return kept / kept.sum(-1, keepdim=True)


def check_sampling(temperature: float, top_k: int | None, top_p: float | None) -> None:
    """One clear error for settings that make no distribution."""
    if not (math.isfinite(temperature) and temperature >= 0):
        raise ValueError(f"temperature must be a number from 0 up, got {temperature}")
    if top_k is not None and (not isinstance(top_k, int) or top_k < 1):
        raise ValueError(f"top_k must be a whole number from 1 up, or None, got {top_k}")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError(f"top_p must be above 0 and at most 1, or None, got {top_p}")


def generate(
    gpt: GPT,
    prompt: Prompt,
    max_new_tokens: int,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    seed: int | None = None,
) -> str:
    """The prompt and its continuation, which stops at end-of-text or after `max_new_tokens`. One seed, one text.

    prompt: a text, or token ids. Only the last `n_ctx` tokens are read; a warning says so, once, when there are more.
    """
    ids = prompt_ids(gpt, prompt)
    check_sampling(temperature, top_k, top_p)
    new = list(_continue(gpt, ids, _count(max_new_tokens), temperature, top_k, top_p, seed))
    if isinstance(prompt, str) and not new:
        return prompt
    return gpt.tokenizer.decode(ids + new)


def stream(
    gpt: GPT,
    prompt: Prompt,
    max_new_tokens: int,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    seed: int | None = None,
) -> Iterator[str]:
    """The continuation that `generate` would give, token by token as each is drawn.

    A token that is only part of a character gives "", and the one that completes it the whole character.
    """
    ids = prompt_ids(gpt, prompt)
    check_sampling(temperature, top_k, top_p)
    return _pieces(gpt, ids, _continue(gpt, ids, _count(max_new_tokens), temperature, top_k, top_p, seed))


def prompt_ids(gpt: GPT, prompt: Prompt) -> list[int]:
    """The token ids of a text, or those given; at least one, each in the vocabulary. Nothing is added."""
    if isinstance(prompt, str):
        if gpt.tokenizer is None:
            raise ValueError("this GPT has no tokenizer: give token ids instead of a text")
        ids = gpt.tokenizer.encode(prompt)
    else:
        given = torch.as_tensor(prompt)
        if given.ndim != 1 or (len(given) and (given.is_floating_point() or given.dtype == torch.bool)):
            raise ValueError(
                "expected a text or a flat list of token ids, got numbers of "
                f"shape {tuple(given.shape)} and type {given.dtype}"
            )
        ids = given.tolist()
    if not ids:
        raise ValueError("expected at least one token, got an empty text")
    wrong = next((i for i in ids if not 0 <= i < gpt.config.vocab_size), None)
    if wrong is not None:
        raise ValueError(f"token ids must be 0..{gpt.config.vocab_size - 1} for this model, got {wrong}")
    return ids


@torch.inference_mode()  # as a decorator it is on only while this generator runs, not while its caller does
def _continue(
    gpt: GPT,
    ids: list[int],
    count: int,
    temperature: float,
    top_k: int | None,
    top_p: float | None,
    seed: int | None,
) -> Iterator[int]:
    """Predict, sample, append, and again."""
    n_ctx, end = gpt.config.n_ctx, gpt.tokenizer.end if gpt.tokenizer else None
    random = torch.Generator()
    if seed is None:
        random.seed()
    else:
        random.manual_seed(seed)
    cache = Cache(gpt.config)
    step, window, cropped = one_step(gpt, cache), ids, False
    for _ in range(count):
        if len(window) > n_ctx and not cropped:
            warnings.warn(f"this model reads {n_ctx} tokens at most: only the last {n_ctx} are used", stacklevel=3)
            cropped = True
        if cropped:  # dropping the first token moves all others, so no cached key or value stays valid
            window = window[-n_ctx:]
            final = gpt.final(torch.tensor([window]))[0, -1]
        elif cache.length:
            final = step(window[-1])
        else:
            final = gpt.final(torch.tensor([window]), cache=cache)[0, -1]
        logits = gpt.unembed(final)  # (vocabulary,); the last position alone chooses
        token = (
            int(logits.argmax()) if temperature == 0 else draw(distribution(logits, temperature, top_k, top_p), random)
        )
        if token == end:
            return
        yield token
        window = [*window, token]


def draw(probs: Tensor, random: torch.Generator) -> int:
    """One token id, by its probability: lay all (vocabulary,) end to end and see where a random point falls."""
    ends = probs.cumsum(-1, dtype=torch.float64)
    point = ends[-1] * torch.rand((), dtype=torch.float64, generator=random)
    return int(torch.searchsorted(ends, point, right=True))


def one_step(gpt: GPT, cache: Cache) -> Callable[[int], Tensor]:
    """`gpt.final` for one more token of one text, written out flat: token id → (C,), and its key and value are cached.

    For a single token, most of the time of a small GPT goes into getting from module to module and not into numbers.
    The same numbers without the modules take two thirds of the time; a test holds them to the model's.
    """
    config, memories = gpt.config, cache.kv[:, :, 0].unbind()  # (2, H, n_ctx, D) per layer
    C, H, D, eps = config.d_model, config.n_head, config.d_head, config.eps

    def weights(module: Any) -> tuple[Tensor, Tensor]:
        return module.weight, module.bias

    blocks: Any = gpt.blocks
    parts = [[weights(m) for m in (b.ln_attn, b.attn.qkv, b.attn.out, b.ln_mlp, b.mlp.up, b.mlp.down)] for b in blocks]

    def step(token: int) -> Tensor:
        t = cache.length
        x = gpt.embed.weight[token] + gpt.pos.weight[t]  # (C,)
        for (ln_attn, qkv, out, ln_mlp, up, down), memory in zip(parts, memories, strict=True):
            q, new = F.linear(F.layer_norm(x, (C,), *ln_attn, eps), *qkv).view(3, H, 1, D).split((1, 2))
            memory.narrow(2, t, 1).copy_(new)  # key and value, (2, H, 1, D)
            k, v = memory.narrow(2, 0, t + 1).split(1)  # (1, H, S, D) each
            x = x + F.linear(F.scaled_dot_product_attention(q, k, v).reshape(C), *out)
            x = x + F.linear(F.gelu(F.linear(F.layer_norm(x, (C,), *ln_mlp, eps), *up), approximate="tanh"), *down)
        cache.length = t + 1
        return F.layer_norm(x, (C,), *weights(gpt.ln_final), eps)

    return step


def _pieces(gpt: GPT, ids: list[int], new: Iterator[int]) -> Iterator[str]:
    ids, sent = list(ids), gpt.tokenizer.decode(ids)
    for token in new:
        ids.append(token)
        text = gpt.tokenizer.decode(ids)
        if text.endswith("\ufffd"):  # perhaps only part of a character yet
            yield ""
        else:
            yield text[len(sent) :]
            sent = text
    if len(sent) < len(text := gpt.tokenizer.decode(ids)):
        yield text[len(sent) :]


def _count(max_new_tokens: int) -> int:
    if not isinstance(max_new_tokens, int) or max_new_tokens < 0:
        raise ValueError(f"max_new_tokens must be a whole number from 0 up, got {max_new_tokens}")
    return max_new_tokens
