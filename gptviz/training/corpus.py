"""What the model reads in training: the tiny world's documents, or a text of the reader's own, as rows of token ids."""

import hashlib
import math
from array import array
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from gptviz.tokenizer import Tokenizer, train

VALIDATION_SEED = 1_000_003  # documents that no training seed writes
VALIDATION_ROWS = 128
TOKENIZER_DOCUMENTS = 20_000  # enough for every word of the world
SHORTEST_CONTEXT = 8


class Rows:
    """Equally long rows of one stream of tokens, in epochs: each epoch reads every row once, in an order of its own.

    The order follows from the seed and the number of the epoch alone, so that a run can go on from any row.
    stream: (L,) token ids; length: tokens per row, n_ctx + 1, because a row holds its own targets.
    shifted: every epoch cuts the stream elsewhere, and rows share their end token: for running text. Else the stream is
    rows one after another, each from the start of a document.
    """

    def __init__(self, stream: Tensor, length: int, seed: int, shifted: bool):
        self.stream, self.length, self.seed = stream, length, seed
        self.stride = length - 1 if shifted else length
        rows = (len(stream) - length) // self.stride + 1
        self.n = max(1, rows - 1) if shifted else rows
        slack = len(stream) - ((self.n - 1) * self.stride + length)  # what n rows leave over
        self.shifts = min(slack, self.stride - 1) + 1 if shifted else 1
        self._epoch, self._starts = -1, torch.empty(0, dtype=torch.long)

    def __len__(self) -> int:
        return self.n

    def starts(self, epoch: int) -> Tensor:
        """Where the rows of an epoch begin in the stream, in the order in which they are read."""
        if epoch != self._epoch:
            rng = torch.Generator().manual_seed(self.seed * 1_000_003 + epoch)
            shift = torch.randint(self.shifts, (1,), generator=rng)
            self._epoch, self._starts = epoch, shift + self.stride * torch.randperm(self.n, generator=rng)
        return self._starts

    def batch(self, first: int, n: int) -> Tensor:
        """n rows from the `first` on, counted over all epochs. → (n, length)"""
        starts = [self.starts(i // self.n)[i % self.n] for i in range(first, first + n)]
        return self.stream[torch.stack(starts)[:, None] + torch.arange(self.length)].long()


class Corpus(NamedTuple):
    tokenizer: Tokenizer
    train: Rows
    validation: Rows
    facts: dict  # what the model card says about it

    @property
    def n_ctx(self) -> int:
        return self.train.length - 1


def world_texts(seed: int) -> Iterator[str]:
    """The documents of the tiny world, as many as are asked for."""
    from gptviz.world import documents

    return (document.text for document in documents(seed, 1_000_000_000))


def from_world(seed: int, vocab_size: int, n_ctx: int, rows: int) -> Corpus:
    """Fresh rows for a whole training: no document is read twice."""
    tokenizer = train(islice(world_texts(seed), TOKENIZER_DOCUMENTS), vocab_size)
    stream, documents = pack(world_texts(seed), tokenizer, n_ctx + 1, rows)
    validation, _ = pack(world_texts(VALIDATION_SEED), tokenizer, n_ctx + 1, VALIDATION_ROWS)
    facts = {
        "text": "the tiny world",
        "seed": seed,
        "documents": documents,
        "validation_seed": VALIDATION_SEED,
        "sha256": sha256(stream),
    }
    return Corpus(tokenizer, Rows(stream, n_ctx + 1, seed, False), Rows(validation, n_ctx + 1, 0, False), facts)


def pack(texts: Iterable[str], tokenizer: Tokenizer, length: int, rows: int) -> tuple[Tensor, int]:
    """Rows that start where a document starts, as a prompt does, with end-of-text after each document, cut at `length`.

    → the rows one after another (rows · length,), and how many documents they took.
    """
    stream, start, taken, end = array("i"), 0, 0, tokenizer.end
    assert end is not None  # `train` puts it into every vocabulary
    for ids in encoded(texts, tokenizer):
        taken += 1
        stream.extend(ids)
        stream.append(end)
        if len(stream) >= start + length:
            start += length
            del stream[start:]
            if start == rows * length:
                return torch.frombuffer(stream, dtype=torch.int32), taken
    raise ValueError(f"expected documents for {rows} rows of {length} tokens, got only {taken} documents")


def encoded(texts: Iterable[str], tokenizer: Tokenizer, at_once: int = 2_000) -> Iterator[list[int]]:
    """The ids of each text; many at once, because the tokenizer then uses every core."""
    texts = iter(texts)
    while some := list(islice(texts, at_once)):
        yield from tokenizer.encode_batch(some)


def from_text(path: Path, seed: int, vocab_size: int | None, n_ctx: int) -> Corpus:
    """The reader's own UTF-8 text. Its last 10 % is held out, from the tokenizer too."""
    text = read(path)
    cut = len(text) * 9 // 10
    size = len(text.encode())
    vocab_size = vocab_size or min(5_000, 260 + 3 * math.isqrt(size))  # 10 KB: 560, 1 MB: 3,260
    tokenizer = train([text[:cut]], vocab_size)
    streams = [torch.tensor(tokenizer.encode(part), dtype=torch.int32) for part in (text[:cut], text[cut:])]
    n_ctx = min(n_ctx, *(len(stream) - 1 for stream in streams))
    if n_ctx < SHORTEST_CONTEXT:
        raise ValueError(
            f"the last 10 % of {path} must hold at least {SHORTEST_CONTEXT + 1} tokens to measure the loss on, "
            f"got {len(streams[1])}: train on a longer text"
        )
    facts = {"text": path.name, "bytes": size, "held_out": "the last 10 %", "sha256": sha256(streams[0])}
    held_out = Rows(streams[1], n_ctx + 1, 0, False)
    return Corpus(tokenizer, Rows(streams[0], n_ctx + 1, seed, True), held_out, facts)


def read(path: Path) -> str:
    """A text file's text, Windows line ends turned into plain ones."""
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise ValueError(f"cannot read the text {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{path} must be UTF-8 text, got byte 0x{error.object[error.start]:02x} at {error.start}"
        ) from error
    if not text.strip():
        raise ValueError(f"{path} must hold a text to train on, got an empty file")
    return text


def sha256(stream: Tensor) -> str:
    return hashlib.sha256(stream.numpy().tobytes()).hexdigest()
