"""What a GPT says next after many prompts at once, and how often that is right, on held-out cases of the tiny world."""

import re
from collections.abc import Iterable
from weakref import WeakKeyDictionary

import torch
from torch import Tensor

from gptviz import world
from gptviz.edits import Edits
from gptviz.model import GPT
from gptviz.tracing import RARELY
from gptviz.world.grammar import Case

_of_the_world: "WeakKeyDictionary[GPT, bool]" = WeakKeyDictionary()


def of_the_world(gpt: GPT, sample: int = 20) -> bool:
    """Whether a GPT was trained on the tiny world: most of its words are single tokens that training saw."""
    if gpt.token_counts is None or gpt.tokenizer is None:
        return False
    if gpt in _of_the_world:
        return _of_the_world[gpt]
    words = {word for document in world.documents(0, sample) for word in re.findall(r" [^\W\d_]+", document.text)}
    encoded = [gpt.tokenizer.encode(word) for word in words]
    known = [len(ids) == 1 and int(gpt.token_counts[ids[0]]) >= RARELY for ids in encoded]
    _of_the_world[gpt] = sum(known) >= 0.9 * len(known)
    return _of_the_world[gpt]


@torch.inference_mode()
def next_token_probs(gpt: GPT, prompts: list[str], batch: int = 64, without: Iterable[str] = ()) -> Tensor:
    """Probabilities of the token after each prompt, (prompts, vocabulary). Padding comes after, where nobody looks.

    without: parts that are switched off, as in `trace`.
    """
    tap = Edits(gpt.config, gpt.config.n_ctx, without).tap
    encoded = [torch.tensor(gpt.tokenizer.encode(prompt)) for prompt in prompts]
    rows = []
    for start in range(0, len(encoded), batch):
        part = encoded[start : start + batch]
        final = gpt.final(torch.nn.utils.rnn.pad_sequence(part, batch_first=True), tap=tap)  # (batch, T, C)
        last = final[torch.arange(len(part)), [len(ids) - 1 for ids in part]]
        rows.append(gpt.unembed(last).softmax(-1))
    return torch.cat(rows)


def first_ids(gpt: GPT, words: Iterable[str]) -> list[int]:
    """The first token of each word as it stands inside a sentence, after a space; punctuation follows without one."""
    return [gpt.tokenizer.encode(f" {word}" if word[0].isalnum() else word)[0] for word in words]


def answered(gpt: GPT, cases: list[Case]) -> Tensor:
    """True where the most probable token starts a right word. → (cases,)"""
    best = next_token_probs(gpt, [case.prompt for case in cases]).argmax(-1).tolist()
    return torch.tensor([token in first_ids(gpt, case.right) for token, case in zip(best, cases, strict=True)])


def preferred(gpt: GPT, cases: list[Case]) -> Tensor:
    """True where the right words together are more probable than the wrong ones. → (cases,)"""
    probs = next_token_probs(gpt, [case.prompt for case in cases])
    better = []
    for row, case in zip(probs, cases, strict=True):
        right, wrong = set(first_ids(gpt, case.right)), set(first_ids(gpt, case.wrong))
        better.append(bool(row[sorted(right - wrong)].sum() > row[sorted(wrong - right)].sum()))
    return torch.tensor(better)


def share_right(gpt: GPT, cases: list[Case], without: Iterable[str] = ()) -> float:
    """The probability of the right words, together, after the prompt of each case; its mean. without: as in `trace`."""
    probs = next_token_probs(gpt, [case.prompt for case in cases], without=without)
    each = [row[sorted(set(first_ids(gpt, case.right)))].sum() for row, case in zip(probs, cases, strict=True)]
    return float(torch.stack(each).mean())


def share_right_without(gpt: GPT, cases: list[Case]) -> Tensor:
    """`share_right` with each head switched off alone. → (layer, head)"""
    heads = [[f"L{l}H{h}" for h in range(gpt.config.n_head)] for l in range(gpt.config.n_layer)]
    return torch.tensor([[share_right(gpt, cases, [head]) for head in row] for row in heads])
