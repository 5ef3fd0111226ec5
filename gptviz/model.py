"""The whole GPT, to be read from top to bottom.

It is GPT-2 (Radford et al. 2019) and nothing else: token and position vectors, blocks of attention and MLP that each
*add* to one residual stream, a last LayerNorm, an unembedding. Vectors are rows here (`x @ W`); the lessons write
columns.

Axes:  B texts, T tokens, C = d_model, H heads, D = d_head, S tokens looked at (T, and those in the cache before them).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

# A tap sees an intermediate on its way, by its glossary name and layer, and says what goes on: the same or another.
Tap = Callable[[str, int, Tensor], Tensor]


def untouched(name: str, layer: int, value: Tensor) -> Tensor:
    return value


@dataclass(frozen=True)
class Config:
    """The sizes of a GPT. `d_mlp` is 4 · d_model unless given; `tied` reads tokens and writes them with one table."""

    n_layer: int
    n_head: int
    d_model: int
    n_ctx: int
    vocab_size: int
    d_mlp: int = 0
    tied: bool = True
    eps: float = 1e-5

    def __post_init__(self):
        for name in ("n_layer", "n_head", "d_model", "n_ctx", "vocab_size"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, got {getattr(self, name)}")
        if self.d_model % self.n_head:
            raise ValueError(f"d_model must be a multiple of n_head, got {self.d_model} and {self.n_head}")
        if not self.d_mlp:
            object.__setattr__(self, "d_mlp", 4 * self.d_model)

    @property
    def d_head(self) -> int:
        return self.d_model // self.n_head


class Attention(nn.Module):
    """Tokens look back at one another and hand over values (Vaswani et al. 2017, section 3.2)."""

    def __init__(self, config: Config):
        super().__init__()
        self.n_head, self.d_head = config.n_head, config.d_head
        self.qkv = nn.Linear(config.d_model, 3 * config.d_model)  # W_Q, W_K and W_V of all heads, side by side
        self.out = nn.Linear(config.d_model, config.d_model)  # W_O: every head's way back into the stream

    def queries_keys_values(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        B, T, C = x.shape
        qkv = self.qkv(x).view(B, T, 3, self.n_head, self.d_head)  # (B, T, 3, H, D)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)  # three of (B, H, T, D)
        return q, k, v

    def scores(self, q: Tensor, k: Tensor) -> Tensor:
        return q @ k.transpose(-2, -1)  # (B, H, T, S)

    def scaled(self, scores: Tensor) -> Tensor:
        # Without it the variance of q·k grows with D, softmax saturates and its gradient vanishes.
        return scores / math.sqrt(self.d_head)

    def masked(self, scaled: Tensor) -> Tensor:
        return scaled.masked_fill(~look_back(scaled), -math.inf)

    def pattern(self, masked: Tensor) -> Tensor:
        return masked.softmax(dim=-1)

    def mix(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        """pattern @ v, as the four steps above give it, without ever holding the (T, S) pattern in memory."""
        T, S = q.shape[-2], k.shape[-2]
        if T == 1:  # one new token may look at everything before it
            return F.scaled_dot_product_attention(q, k, v)
        if T == S:
            return F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return F.scaled_dot_product_attention(q, k, v, attn_mask=look_back(q.new_empty(T, S)))  # (B, H, T, D)

    def join(self, z: Tensor) -> Tensor:
        B, H, T, D = z.shape
        return self.out(z.transpose(1, 2).reshape(B, T, H * D))  # (B, T, C)

    def delta(self, z: Tensor) -> Tensor:
        """What each head alone adds: its rows of W_O. Summed over heads, plus the bias, it is `join`. → (B, H, T, C)"""
        W_O = self.out.weight.T.view(self.n_head, self.d_head, -1)  # (H, D, C)
        return z @ W_O

    def forward(self, x: Tensor, layer: int = 0, tap: Tap = untouched, cache: "Cache | None" = None) -> Tensor:
        q, k, v = self.queries_keys_values(x)
        q, k, v = tap("q", layer, q), tap("k", layer, k), tap("v", layer, v)
        if cache is not None:
            k, v = cache.append(layer, k, v)
        return self.join(tap("z", layer, self.mix(q, k, v)))


def look_back(grid: Tensor) -> Tensor:
    """True where a token may look: at itself and at what came before it. grid: (…, T, S) → (T, S)"""
    T, S = grid.shape[-2:]
    return torch.ones(T, S, dtype=torch.bool, device=grid.device).tril(S - T)


class MLP(nn.Module):
    """Each neuron asks the token one question and, as far as the answer is yes, adds one vector to it."""

    def __init__(self, config: Config):
        super().__init__()
        self.up = nn.Linear(config.d_model, config.d_mlp)  # the questions
        self.down = nn.Linear(config.d_mlp, config.d_model)  # what each neuron adds

    def neurons(self, mlp_pre: Tensor) -> Tensor:
        return F.gelu(mlp_pre, approximate="tanh")  # GPT-2's GELU (Hendrycks & Gimpel 2016, section 2)

    def forward(self, x: Tensor, layer: int = 0, tap: Tap = untouched) -> Tensor:
        return self.down(tap("neurons", layer, self.neurons(self.up(x))))


class Block(nn.Module):
    """Attention, then MLP. Each reads a normalised copy of the stream and adds to the stream itself (pre-LN)."""

    def __init__(self, config: Config):
        super().__init__()
        self.ln_attn = nn.LayerNorm(config.d_model, eps=config.eps)
        self.attn = Attention(config)
        self.ln_mlp = nn.LayerNorm(config.d_model, eps=config.eps)
        self.mlp = MLP(config)

    def forward(self, x: Tensor, layer: int = 0, tap: Tap = untouched, cache: "Cache | None" = None) -> Tensor:
        x = tap("resid_pre", layer, x)
        x = x + tap("attn_out", layer, self.attn(self.ln_attn(x), layer, tap, cache))
        x = tap("resid_mid", layer, x)
        x = x + tap("mlp_out", layer, self.mlp(self.ln_mlp(x), layer, tap))
        return tap("resid_post", layer, x)


class GPT(nn.Module):
    """Token ids in; out, at every position, a score for every token: `gpt(ids)` (B, T) → (B, T, vocabulary)."""

    tokenizer: Any = None  # set by whoever loads or trains: text to ids and back
    token_counts: Tensor | None = None  # how often training saw each token, (vocabulary,)

    def __init__(self, config: Config):
        super().__init__()
        self.config = config
        self.embed = nn.Embedding(config.vocab_size, config.d_model)  # W_E, a row per token
        self.pos = nn.Embedding(config.n_ctx, config.d_model)  # learned, a row per position
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.n_layer))
        self.ln_final = nn.LayerNorm(config.d_model, eps=config.eps)
        self.unembed = nn.Linear(config.d_model, config.vocab_size, bias=False)  # W_U
        if config.tied:
            self.unembed.weight = self.embed.weight  # W_U is W_E again (Press & Wolf 2017)
        self.apply(self._init)

    def _init(self, module: nn.Module):
        # GPT-2's: normal with 0.02, and less on the way into the stream, where 2 · n_layer of them add up (2.3).
        if isinstance(module, (nn.Linear, nn.Embedding)):
            nn.init.normal_(module.weight, std=0.02)
        if isinstance(module, nn.Linear) and module.bias is not None:
            nn.init.zeros_(module.bias)
        if isinstance(module, Block):
            for way_in in (module.attn.out, module.mlp.down):
                nn.init.normal_(way_in.weight, std=0.02 / math.sqrt(2 * self.config.n_layer))

    def forward(self, ids: Tensor, tap: Tap = untouched, cache: "Cache | None" = None) -> Tensor:
        return self.unembed(self.final(ids, tap, cache))

    def final(self, ids: Tensor, tap: Tap = untouched, cache: "Cache | None" = None) -> Tensor:
        """Everything but the unembedding, (B, T) → (B, T, C): the last position alone is enough to choose a token."""
        start = 0 if cache is None else cache.length
        T = ids.shape[-1]
        if start + T > self.config.n_ctx:
            raise ValueError(f"this model reads {self.config.n_ctx} tokens at most, got {start + T}")
        positions = torch.arange(start, start + T, device=ids.device)
        x = tap("embed", 0, self.embed(ids)) + tap("pos", 0, self.pos(positions))  # (B, T, C)
        for layer, block in enumerate(self.blocks):
            x = block(x, layer, tap, cache)
        return tap("final", 0, self.ln_final(x))


class Cache:
    """Keys and values of the tokens already read, so that a new token costs one step (Pope et al. 2022, section 2.1).

    Valid because no token looks ahead: nothing that comes later changes an earlier key or value.
    """

    def __init__(self, config: Config, batch: int = 1):
        shape = (config.n_layer, 2, batch, config.n_head, config.n_ctx, config.d_head)
        self.kv, self.length, self.last = torch.empty(shape), 0, config.n_layer - 1

    def append(self, layer: int, k: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
        end = self.length + k.shape[-2]
        self.kv[layer, 0, :, :, self.length : end] = k
        self.kv[layer, 1, :, :, self.length : end] = v
        if layer == self.last:
            self.length = end
        return self.kv[layer, 0, :, :, :end], self.kv[layer, 1, :, :, :end]  # (B, H, S, D) each
