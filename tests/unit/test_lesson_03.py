"""Lesson 03: right answers pass, each typical mistake gets its own hint, and its measurements measure what they say."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from gptviz import checks
from gptviz.checks import lesson_03
from gptviz.probes.averaging import left_over, longest_chain, through_heads
from gptviz.tracing import trace
from tests.unit.models import TEXTS, random_gpt


def mean_of_past(x: Tensor) -> Tensor:
    """As the folded answer has it."""
    past = torch.ones(len(x), len(x)).tril()
    return past / past.sum(1, keepdim=True) @ x


def attention(q: Tensor, k: Tensor, v: Tensor, by: float = 0.5, fill: float = -math.inf, diagonal: int = 1) -> Tensor:
    """As the folded answer has it, with places where one goes wrong."""
    scores = q @ k.T / q.shape[-1] ** by
    ahead = torch.ones_like(scores).triu(diagonal) > 0
    return scores.masked_fill(ahead, fill).softmax(-1) @ v


def scores(q: Tensor, k: Tensor) -> Tensor:
    return q @ k.T / math.sqrt(q.shape[-1])


def triangle(q: Tensor) -> Tensor:
    return torch.ones(len(q), len(q)).tril()


RIGHT = {"03.1": [8, 5, 5, 4], "03.2": 0.6, "03.3": mean_of_past, "03.4": 4, "03.5": attention}


def test_every_exercise_has_its_right_answer() -> None:
    assert set(RIGHT) == {id for id in checks.EXERCISES if id.startswith("03")}
    for id, answer in RIGHT.items():
        result = checks.exercise(id, answer)
        assert result.passed, f"{result}"


WRONG = [
    ("03.1", [8, 10, 15, 16], "those are the sums"),
    ("03.1", [4, 4, 4, 4], "all four"),
    ("03.1", [8, 8, 5, 5], "itself out"),
    ("03.1", [4, 8 / 3, 3, 1], "mean of the future"),
    ("03.1", [8, 5, 5], "four means"),
    ("03.1", [8, 5, 6, 4], "token 2"),
    ("03.2", 1, "before softmax"),
    ("03.2", 0.4, "cut off"),
    ("03.2", 0.2, "one weight"),
    ("03.2", 7, "five equal weights"),
    ("03.3", 3, "function itself"),
    ("03.3", lambda x: None, "returns nothing"),
    ("03.3", lambda x: x.mean(0), "same shape"),
    ("03.3", lambda x: x.cumsum(0), "those are the sums"),
    ("03.3", lambda x: x.mean(0).expand(len(x), -1), "mean of all rows"),
    ("03.3", lambda x: mean_of_past(x.flip(0)).flip(0), "the future"),
    ("03.3", lambda x: torch.cat([x[:1], mean_of_past(x)[:-1]]), "itself out"),
    ("03.3", lambda x: mean_of_past(x) + x.mean(0), "looks ahead"),
    ("03.3", lambda x: 2 * mean_of_past(x), "row 1"),
    ("03.4", 16, "square root"),
    ("03.4", 2, "16 times as large"),
    ("03.4", 0.25, "other way round"),
    ("03.4", 1, "q · k itself"),
    ("03.4", 240, "sum of their variances"),
    ("03.5", 3, "function itself"),
    ("03.5", lambda q, k, v: None, "returns nothing"),
    ("03.5", lambda q, k, v: scores(q, k), "weights"),
    ("03.5", lambda q, k, v: q, "expected (5, 6)"),
    ("03.5", lambda q, k, v: attention(q, k, v, by=0), "missing"),
    ("03.5", lambda q, k, v: attention(q, k, v, by=1), "not by d_k"),
    ("03.5", lambda q, k, v: scores(q, k).softmax(-1) @ v, "no mask"),
    ("03.5", lambda q, k, v: attention(q, k, v, fill=0), "leak"),
    ("03.5", lambda q, k, v: attention(q, k, v, diagonal=0), "keep the diagonal"),
    ("03.5", lambda q, k, v: (scores(q, k).softmax(-1) * triangle(q)) @ v, "no longer sum to 1"),
    ("03.5", lambda q, k, v: attention(k, q, v), "swapped"),
    (
        "03.5",
        lambda q, k, v: scores(q, k).masked_fill(triangle(q).T == 0, -math.inf).softmax(-1) @ v,
        "shows the future",
    ),
    ("03.5", lambda q, k, v: scores(q, k).masked_fill(triangle(q) == 0, -math.inf).softmax(0) @ v, "dim=-1"),
    ("03.5", lambda q, k, v: attention(q, k, v) + 1, "step by step"),
]


@pytest.mark.parametrize(("id", "answer", "hint"), WRONG)
def test_each_typical_mistake_gets_its_hint(id: str, answer: object, hint: str) -> None:
    result = checks.exercise(id, answer)
    assert not result.passed and hint in result.number, f"{result}, expected a hint with {hint!r}"


@pytest.mark.parametrize("answer", ["a word", -1, 0.5, [], object(), len, float("nan"), [float("nan")] * 4, 10**400])
def test_no_answer_raises(answer: object) -> None:
    for id in RIGHT:
        result = checks.exercise(id, answer)
        assert not result.passed and result.number


# ---- measurements ----


def test_a_head_that_ignores_the_text_is_imitated_and_one_that_does_not_is_not() -> None:
    """Layer 0 of a random GPT, with the scores of its first head put out: it takes the mean of the past in any text."""
    gpt = random_gpt()
    with torch.no_grad():
        gpt.blocks[0].attn.qkv.weight[:8] = 0  # type: ignore[union-attr,index]
        gpt.blocks[0].attn.qkv.bias[:8] = 0  # type: ignore[union-attr,index]
    values, mixtures = through_heads(gpt, TEXTS[:2], 10)
    left = left_over(lesson_03.triangle(10), values, mixtures)
    assert float(left[0, 0]) < 1e-10 < 1e-3 < float(left[0, 1])


def test_through_heads_are_the_traces_own() -> None:
    gpt = random_gpt()
    values, mixtures = through_heads(gpt, [TEXTS[0], "The king", TEXTS[1]], 12)
    one = trace(gpt, gpt.tokenizer.encode(TEXTS[1])[:12])
    assert values.shape == (2, 2, 4, 12, 8)  # the text of two tokens is left out
    torch.testing.assert_close(values[1, 1, 2], one.v[1, 2])
    torch.testing.assert_close(mixtures[1, 1, 2], one.z[1, 2])


def test_the_longest_chain_is_counted() -> None:
    x = torch.ones(3, requires_grad=True)
    assert longest_chain(x + 1) == 2  # the leaf itself, and the sum
    assert longest_chain((x + 1) * (x * 2 * 2 * 2)) == 5  # the longer of two branches
    assert longest_chain(sum((x for _ in range(500)), torch.zeros(3))) > 400  # no recursion limit
    with pytest.raises(ValueError, match="requires a gradient"):
        longest_chain(torch.ones(3))


def test_what_only_training_brings_fails_before_it() -> None:
    import gptviz as gv

    failed = {check.id for check in checks.lesson("03", gv.load("tiny@step=0")) if not check.passed}
    assert {"03.8", "03.9", "03.16"} <= failed
