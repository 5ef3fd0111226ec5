"""The training loop: batches in, a little downhill each step, over and over; interrupted and resumed without a trace.

Nothing random happens after the first weights are drawn (no dropout, and the order of rows follows from the seed), so
weights, the optimizers' averages and the step are the whole state of a run.
"""

import json
import math
import os
import signal
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
import torch.distributed as dist
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.parallel import DistributedDataParallel
from tqdm import tqdm

from gptviz import checkpoint
from gptviz.model import GPT, Config
from gptviz.training.corpus import Corpus, Rows, from_text, from_world

THREADS = 2  # another number adds the same floats in another order: other weights, by and by
BETAS, WEIGHT_DECAY, CLIP = (0.9, 0.98), 0.1, 1.0
MOMENTUM = 0.95  # of Muon
MUON_TIMES = 7  # its updates are orthogonal matrices, and stand a higher learning rate than AdamW's


@dataclass(frozen=True)
class Settings:
    """All that a run depends on. text None: the tiny world. vocab None: suited to the text."""

    steps: int = 7_500
    batch: int = 24  # rows per step, over all processes
    lr: float = 3e-3  # AdamW's, at its highest
    seed: int = 0
    vocab: int | None = None
    layers: int = 4
    heads: int = 4
    width: int = 128
    context: int = 128
    text: str | None = None

    def __post_init__(self):
        for name in ("steps", "batch", "layers", "heads", "width", "context"):
            if getattr(self, name) < 1:
                raise ValueError(f"--{name} must be at least 1, got {getattr(self, name)}")
        if not 0 < self.lr < math.inf:
            raise ValueError(f"--lr must be above 0, got {self.lr}")
        if not 0 <= self.seed < 2**31:
            raise ValueError(f"--seed must be 0 to 2^31 - 1, got {self.seed}")
        if self.vocab is not None and self.vocab < 257:
            raise ValueError(f"--vocab must be at least 257 (256 bytes and end-of-text), got {self.vocab}")
        if self.width % self.heads:
            raise ValueError(f"--width must be a multiple of --heads, got {self.width} and {self.heads}")

    @property
    def warmup(self) -> int:
        return min(100, self.steps // 10)

    def rate_at(self, step: int) -> float:
        """The share of the highest learning rate: up in a straight line, so that the optimizers' averages settle; then
        down to nothing (Bergsma et al. 2025)."""
        if step < self.warmup:
            return (step + 1) / self.warmup
        return (self.steps - step) / (self.steps - self.warmup)

    @property
    def evaluate_every(self) -> int:
        return max(1, min(250, self.steps // 10))

    def snapshots(self) -> set[int]:
        """0, 25, 50, 100, 200 … and the last: early steps change most."""
        return {0, self.steps} | {25 * 2**i for i in range(20) if 25 * 2**i < self.steps}


@dataclass
class Progress:
    """How far a run has come, and its losses so far: (step, loss on training rows, loss on held-out rows)."""

    step: int = 0
    losses: list[tuple[int, float, float]] = field(default_factory=list)
    seconds: float = 0.0


class Team:
    """The processes that share a batch: one, or as many as `torchrun` started (data-parallel, gloo)."""

    def __init__(self):
        self.size, self.rank = int(os.environ.get("WORLD_SIZE", 1)), int(os.environ.get("RANK", 0))
        torch.set_num_threads(max(1, THREADS // self.size))
        if self.size > 1 and not dist.is_initialized():
            dist.init_process_group("gloo")

    def mean(self, *values: float) -> list[float]:
        """The mean of each value over all processes."""
        if self.size == 1:
            return list(values)
        total = torch.tensor(values, dtype=torch.float64)
        dist.all_reduce(total)
        return (total / self.size).tolist()


def corpus_for(settings: Settings) -> Corpus:
    if settings.text is not None:
        return from_text(Path(settings.text), settings.seed, settings.vocab, settings.context)
    return from_world(settings.seed, settings.vocab or 3_400, settings.context, settings.steps * settings.batch)


def new_gpt(settings: Settings, corpus: Corpus) -> GPT:
    torch.manual_seed(settings.seed)
    gpt = GPT(Config(settings.layers, settings.heads, settings.width, corpus.n_ctx, len(corpus.tokenizer)))
    gpt.tokenizer = corpus.tokenizer
    return gpt


class Muon(torch.optim.Optimizer):
    """Momentum whose every update is made orthogonal before it is taken (Jordan et al. 2024).

    As torch.optim.Muon does, but in float32: bfloat16, which it computes in, takes 20 × as long on a processor without
    instructions for it, and an update then took longer than all the rest of a step.
    """

    def __init__(self, matrices: list[nn.Parameter], lr: float, weight_decay: float):
        super().__init__(matrices, {"lr": lr, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self) -> None:  # type: ignore[override]  # no closure
        for group in self.param_groups:
            alike = defaultdict(list)  # by shape: one large multiplication is faster than many small ones
            for matrix in group["params"]:
                alike[matrix.shape].append(matrix)
            for (rows, columns), matrices in alike.items():
                updates = orthogonal(torch.stack([self.ahead(matrix, matrix.grad) for matrix in matrices]))
                for matrix, update in zip(matrices, updates, strict=True):
                    matrix.mul_(1 - group["lr"] * group["weight_decay"])
                    matrix.sub_(update, alpha=group["lr"] * math.sqrt(max(1, rows / columns)))

    def ahead(self, matrix: nn.Parameter, gradient: Tensor) -> Tensor:
        """The mean of its gradients so far, with a little more of this last one (Nesterov's momentum)."""
        state = self.state[matrix]
        if not state:
            state["momentum_buffer"] = torch.zeros_like(matrix)
        mean = state["momentum_buffer"]
        mean.lerp_(gradient, 1 - MOMENTUM)
        return gradient.lerp(mean, MOMENTUM)


def orthogonal(matrices: Tensor) -> Tensor:
    """Roughly the nearest orthogonal matrix to each of (…, rows, columns): all singular values become 0.7 to 1.2, in
    five Newton–Schulz steps with the coefficients of Jordan et al. (2024)."""
    if matrices.shape[-2] > matrices.shape[-1]:
        return orthogonal(matrices.mT).mT
    X = matrices / matrices.norm(dim=(-2, -1), keepdim=True).clamp(min=1e-7)
    for _ in range(5):
        A = X @ X.mT
        X = 3.4445 * X + (-4.7750 * A + 2.0315 * A @ A) @ X
    return X


def optimizers(gpt: GPT, lr: float) -> list[torch.optim.Optimizer]:
    """Muon for the matrices of the blocks, AdamW for the token and position tables, the biases and the LayerNorms.

    Muon (Jordan et al. 2024) makes every direction of an update equally large, so that what a matrix does rarely is
    learned too. Each group keeps its highest learning rate as "peak".
    """
    matrices = [p for p in gpt.blocks.parameters() if p.ndim == 2]
    others = [p for p in gpt.parameters() if not any(p is matrix for matrix in matrices)]
    muon = Muon(matrices, lr=MUON_TIMES * lr, weight_decay=WEIGHT_DECAY)
    adamw = torch.optim.AdamW(others, lr=lr, betas=BETAS, weight_decay=0.0, fused=True)
    for group in muon.param_groups + adamw.param_groups:
        group["peak"] = group["lr"]
    return [muon, adamw]


class Loss(nn.Module):
    """Mean surprise at the next token, in nats, at every position of rows (B, T + 1).

    It is `F.cross_entropy(gpt(rows[:, :-1]).flatten(0, 1), rows[:, 1:].flatten())`, but in pieces of 512 positions:
    the logits of a whole batch, 24 · 128 · 3,200 numbers, do not fit into a processor's cache.
    """

    def __init__(self, gpt: GPT):
        super().__init__()
        self.gpt, self.options = gpt, nn.LinearCrossEntropyOptions(batch_chunk_size=512)

    def forward(self, rows: Tensor) -> Tensor:
        final = self.gpt.final(rows[:, :-1]).flatten(0, 1)  # (B · T, C)
        W_U = self.gpt.unembed.weight
        return F.linear_cross_entropy(final, W_U, rows[:, 1:].flatten(), options=self.options)


def descend(loss_of: nn.Module, optimizers: list[torch.optim.Optimizer], rows: Tensor, rate: float) -> float:
    """One step downhill on some rows, at `rate` times the highest learning rates. → the loss before it"""
    loss = loss_of(rows)
    loss_of.zero_grad()
    loss.backward()  # DDP averages the gradients of all processes here
    nn.utils.clip_grad_norm_(loss_of.parameters(), CLIP)
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["lr"] = rate * group["peak"]
        optimizer.step()
    return loss.item()


@torch.inference_mode()
def mean_loss(gpt: GPT, rows: Rows, at_most: int = 128, at_once: int = 32) -> float:
    n = min(len(rows), at_most)
    parts = [rows.batch(i, min(at_once, n - i)) for i in range(0, n, at_once)]
    loss_of = Loss(gpt)
    return sum(loss_of(part).item() * len(part) for part in parts) / n


def train(
    settings: Settings, corpus: Corpus, folder: Path, team: Team, resume: bool = False, stop_at: int | None = None
) -> tuple[GPT, Progress]:
    """Train until the last step, or until Ctrl-C (or `stop_at`, a step), and keep the state in `folder`.

    → the GPT and how far it has come; it is finished when `progress.step == settings.steps`.
    """
    gpt, progress = new_gpt(settings, corpus), Progress()
    walkers = optimizers(gpt, settings.lr)
    if resume:
        progress = load_state(folder, gpt, walkers, corpus)
    elif team.rank == 0:
        look(settings, corpus, folder, gpt, progress)
    loss_of = DistributedDataParallel(Loss(gpt)) if team.size > 1 else Loss(gpt)
    share = settings.batch // team.size  # rows per process
    first, began, before = progress.step, time.perf_counter(), progress.seconds
    bar = tqdm(total=settings.steps, initial=first, desc="training", unit="step", disable=team.rank > 0)
    with bar, interruptible() as interrupted:
        while progress.step < settings.steps:
            rows = corpus.train.batch(progress.step * settings.batch + team.rank * share, share)
            loss = descend(loss_of, walkers, rows, settings.rate_at(progress.step))
            progress.step += 1
            progress.seconds = before + time.perf_counter() - began
            # Every process gets the same means, so all stop at the same step.
            mean, stop = team.mean(loss, float(interrupted() or progress.step == stop_at))
            if not math.isfinite(mean):
                raise ValueError(f"the loss is {mean} at step {progress.step}: choose an --lr lower than {settings.lr}")
            speed = (progress.step - first) * settings.batch * corpus.n_ctx / (progress.seconds - before)
            bar.set_postfix_str(f"loss {mean:.3f}, {speed:,.0f} tokens/s", refresh=False)
            bar.update()
            if team.rank == 0:
                looked = look(settings, corpus, folder, gpt, progress)
                if stop or looked:
                    save_state(folder, gpt, walkers, settings, progress, corpus)
            if stop:
                break
    return gpt, progress


def look(settings: Settings, corpus: Corpus, folder: Path, gpt: GPT, progress: Progress) -> bool:
    """Keep a snapshot where one is due, and measure both losses where that is due; True if it was."""
    step = progress.step
    if step in settings.snapshots():
        checkpoint.save_snapshot(gpt, folder, step)
    due = step % settings.evaluate_every == 0 or step == settings.steps
    if due:
        losses = mean_loss(gpt, corpus.train), mean_loss(gpt, corpus.validation)
        progress.losses.append((step, *losses))
        tqdm.write(f"step {step:,}: loss {losses[0]:.3f}, on held-out text {losses[1]:.3f}")
    return due


@contextmanager
def interruptible() -> Iterator:
    """While it lasts, Ctrl-C (and SIGTERM) is only noted, to stop after the step; a second one stops at once."""
    caught: list[int] = []

    def note(number: int, _):
        if caught:
            raise KeyboardInterrupt
        caught.append(number)

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(caught)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


# ── the state of an unfinished run: one safetensors file, its JSON in the header, so that the two cannot part ────────


def state_file(folder: Path) -> Path:
    return folder / "state.safetensors"


def save_state(
    folder: Path,
    gpt: GPT,
    optimizers: list[torch.optim.Optimizer],
    settings: Settings,
    progress: Progress,
    corpus: Corpus,
) -> None:
    tensors = {f"gpt.{name}": p.detach() for name, p in gpt.named_parameters()}
    for o, optimizer in enumerate(optimizers):
        for i, state in optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer.{o}.{i}.{name}": value for name, value in state.items()}
    header = {"settings": asdict(settings), "progress": asdict(progress), "corpus": corpus.facts["sha256"]}
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = state_file(folder).with_suffix(".part")
    save_file(tensors, unfinished, metadata={"run": json.dumps(header)})
    os.replace(unfinished, state_file(folder))  # all or nothing, whenever the machine stops


def header_of(folder: Path) -> dict:
    try:
        with safe_open(state_file(folder), "pt") as file:
            return json.loads(file.metadata()["run"])
    except FileNotFoundError:
        raise ValueError(f"there is no unfinished run to resume in {folder}") from None
    except Exception as error:  # the library raises bare exceptions
        raise ValueError(f"{state_file(folder)} is damaged: {error}") from error


def load_state(folder: Path, gpt: GPT, optimizers: list[torch.optim.Optimizer], corpus: Corpus) -> Progress:
    header = header_of(folder)
    if header["corpus"] != corpus.facts["sha256"]:
        raise ValueError(f"the text has changed since the run in {folder} was interrupted: start a new run")
    saved: list[dict[int, dict[str, Tensor]]] = [{} for _ in optimizers]
    with safe_open(state_file(folder), "pt") as file, torch.no_grad():
        for name, parameter in gpt.named_parameters():
            parameter.copy_(file.get_tensor(f"gpt.{name}"))
        for key in file.keys():  # noqa: SIM118 (safe_open is no dict)
            if key.startswith("optimizer."):
                _, o, i, name = key.split(".")
                saved[int(o)].setdefault(int(i), {})[name] = file.get_tensor(key)
    for optimizer, state in zip(optimizers, saved, strict=True):
        optimizer.load_state_dict({**optimizer.state_dict(), "state": state})
    losses = [tuple(entry) for entry in header["progress"].pop("losses")]
    return Progress(**header["progress"], losses=losses)


def token_counts(rows: Rows, n: int, vocab_size: int) -> Tensor:
    """How often training read each token in its first n rows. → (vocab_size,) int32"""
    counts = torch.zeros(vocab_size, dtype=torch.long)
    for first in range(0, n, 1_000):
        counts += rows.batch(first, min(1_000, n - first))[:, :-1].flatten().bincount(minlength=vocab_size)
    return counts.to(torch.int32)
