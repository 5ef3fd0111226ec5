"""Training throughput beside nanoGPT's loop: the same shape, batch and threads, in turns.

The other loop is written after nanoGPT's train.py and model.py (Karpathy 2022) as one would run it on a CPU: no
dropout, biases as in GPT-2, flash attention, fused AdamW, gradient clipping, its own random batches, float32.
"""

import argparse
import math
import statistics
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from gptviz.model import GPT, Config
from gptviz.training.corpus import Rows
from gptviz.training.loop import THREADS, Loss, Settings, descend, optimizers


class NanoBlock(nn.Module):
    def __init__(self, n_head: int, n_embd: int):
        super().__init__()
        self.n_head, self.n_embd = n_head, n_embd
        self.ln_1, self.ln_2 = nn.LayerNorm(n_embd), nn.LayerNorm(n_embd)
        self.c_attn, self.attn_proj = nn.Linear(n_embd, 3 * n_embd), nn.Linear(n_embd, n_embd)
        self.c_fc, self.mlp_proj, self.gelu = nn.Linear(n_embd, 4 * n_embd), nn.Linear(4 * n_embd, n_embd), nn.GELU()

    def attention(self, x):
        B, T, C = x.size()
        q, k, v = self.c_attn(x).split(self.n_embd, dim=2)
        q, k, v = (part.view(B, T, self.n_head, C // self.n_head).transpose(1, 2) for part in (q, k, v))
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=None, dropout_p=0, is_causal=True)
        return self.attn_proj(y.transpose(1, 2).contiguous().view(B, T, C))

    def forward(self, x):
        x = x + self.attention(self.ln_1(x))
        return x + self.mlp_proj(self.gelu(self.c_fc(self.ln_2(x))))


class NanoGPT(nn.Module):
    def __init__(self, config: Config):
        super().__init__()
        self.wte = nn.Embedding(config.vocab_size, config.d_model)
        self.wpe = nn.Embedding(config.n_ctx, config.d_model)
        self.h = nn.ModuleList(NanoBlock(config.n_head, config.d_model) for _ in range(config.n_layer))
        self.ln_f = nn.LayerNorm(config.d_model)
        self.lm_head = nn.Linear(config.d_model, config.vocab_size, bias=False)
        self.wte.weight = self.lm_head.weight
        for name, parameter in self.named_parameters():
            if parameter.dim() >= 2:
                residual = name.endswith("proj.weight")
                nn.init.normal_(parameter, std=0.02 / math.sqrt(2 * config.n_layer) if residual else 0.02)

    def forward(self, idx, targets):
        x = self.wte(idx) + self.wpe(torch.arange(0, idx.size(1), dtype=torch.long))
        for block in self.h:
            x = block(x)
        logits = self.lm_head(self.ln_f(x))
        return logits, F.cross_entropy(logits.view(-1, logits.size(-1)), targets.view(-1), ignore_index=-1)


class Nano:
    """nanoGPT's loop, a step at a time."""

    def __init__(self, config: Config, settings: Settings, data: np.ndarray):
        self.model, self.data, self.settings = NanoGPT(config), data, settings
        parameters = list(self.model.parameters())
        groups = [
            {"params": [p for p in parameters if p.dim() >= 2], "weight_decay": 0.1},
            {"params": [p for p in parameters if p.dim() < 2], "weight_decay": 0.0},
        ]
        self.optimizer = torch.optim.AdamW(groups, lr=settings.lr, betas=(0.9, 0.99), fused=True)
        self.X, self.Y = self.get_batch()

    def get_batch(self):
        block_size = self.settings.context
        ix = torch.randint(len(self.data) - block_size, (self.settings.batch,))
        x = torch.stack([torch.from_numpy(self.data[i : i + block_size].astype(np.int64)) for i in ix])
        y = torch.stack([torch.from_numpy(self.data[i + 1 : i + 1 + block_size].astype(np.int64)) for i in ix])
        return x, y

    def step(self, number: int) -> float:
        for group in self.optimizer.param_groups:
            group["lr"] = self.settings.lr * self.settings.rate_at(number)
        _, loss = self.model(self.X, self.Y)
        self.X, self.Y = self.get_batch()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        return loss.item()


class Ours:
    """The loop of gptviz.training, a step at a time."""

    def __init__(self, config: Config, settings: Settings, data: np.ndarray):
        self.loss, self.settings = Loss(GPT(config)), settings
        self.rows = Rows(torch.from_numpy(data.astype(np.int32)), settings.context + 1, 0, shifted=False)
        self.optimizers = optimizers(self.loss.gpt, settings.lr)

    def step(self, number: int) -> float:
        rows = self.rows.batch(number * self.settings.batch, self.settings.batch)
        return descend(self.loss, self.optimizers, rows, self.settings.rate_at(number))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=8, help="turns that each loop gets")
    parser.add_argument("--steps", type=int, default=6, help="steps per turn")
    args = parser.parse_args()
    torch.set_num_threads(THREADS)
    torch.manual_seed(0)
    settings = Settings(steps=10_000)
    config = Config(settings.layers, settings.heads, settings.width, settings.context, vocab_size=3_400)
    data = np.random.default_rng(0).integers(0, config.vocab_size, 1_000_000, dtype=np.uint16)
    nano, ours = Nano(config, settings, data), Ours(config, settings, data)
    size = lambda model: sum(p.numel() for p in model.parameters())  # noqa: E731
    assert size(nano.model) == size(ours.loss)
    seconds: dict[str, list[float]] = {"nanoGPT": [], "gptviz": []}
    for turn in range(args.rounds + 1):
        for name, loop in (("nanoGPT", nano), ("gptviz", ours)) if turn % 2 else (("gptviz", ours), ("nanoGPT", nano)):
            began = time.perf_counter()
            for i in range(args.steps):
                loop.step(turn * args.steps + i)
            if turn:  # the first turn warms up
                seconds[name].append((time.perf_counter() - began) / args.steps)
    for name, took in seconds.items():
        speed = settings.batch * settings.context / statistics.median(took)
        print(f"{name:8} {1000 * statistics.median(took):7.0f} ms a step {speed:10,.0f} tokens/s")
    ratio = statistics.median(n / o for n, o in zip(seconds["nanoGPT"], seconds["gptviz"], strict=True))
    print(f"training: {ratio:.2f} × nanoGPT's tokens per second (at least 1), {THREADS} threads, float32")


if __name__ == "__main__":
    main()
