"""Lesson 04: right answers pass, each typical mistake gets its own hint, and what is measured is what is said."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

import gptviz as gv
from gptviz import checks
from gptviz.checks import lesson_04
from gptviz.geometry import handed_over, head_weights
from gptviz.model import GPT
from gptviz.probes.heads import adjectives_asked, links, told_and_asked
from gptviz.tracing import trace
from tests.unit.models import random_gpt

TEXT = "The king saw a blue bird."


@pytest.fixture(scope="module")
def gpt() -> GPT:
    return gv.load()


def own_head(X: Tensor, W_Q: Tensor, W_K: Tensor, W_V: Tensor) -> Tensor:
    """As the folded answer has it."""
    q, k, v = X @ W_Q.T, X @ W_K.T, X @ W_V.T
    scores = q @ k.T / math.sqrt(len(W_Q))
    ahead = torch.ones_like(scores).triu(1).bool()
    return scores.masked_fill(ahead, -math.inf).softmax(-1) @ v


def by_hand(i: int, j: int) -> float:
    """04.2, with the query and key written down here once more."""
    q, k = (1, 0, 2, -1), (2, 3, 1, 0)
    return sum(a * b for a, b in zip(q, k, strict=True)) / i**j


RIGHT = {"04.1": 36, "04.2": by_hand(4, 0.5), "04.3": 9, "04.4": 48, "04.5": own_head}


def test_every_exercise_has_its_right_answer() -> None:
    assert set(RIGHT) == {id for id in checks.EXERCISES if id.startswith("04")}
    for id, answer in RIGHT.items():
        result = checks.exercise(id, answer)
        assert result.passed, f"{result}"


def mistaken(**how: Any) -> Callable[..., Tensor]:
    return lambda X, W_Q, W_K, W_V: lesson_04.head_by_hand(X, W_Q, W_K, W_V, **how)


WRONG = [
    ("04.1", 64, "no token may look ahead"),
    ("04.1", 28, "itself too"),
    ("04.1", 8, "last row alone"),
    ("04.1", 99, "add them up"),
    ("04.2", 4, "divide it by √d_k"),
    ("04.2", 1, "square root"),
    ("04.2", 0.354, "not the width of the stream"),
    ("04.2", 0.436, "cosine"),
    ("04.2", 77, "number by number"),
    ("04.3", 8, "whom else"),
    ("04.3", 81, "history"),
    ("04.3", 45, "the new row"),
    ("04.3", 17, "not a new column"),
    ("04.3", 1, "how many keys"),
    ("04.3", 5, "one new row"),
    ("04.4", 96, "count both"),
    ("04.4", 1 / 48, "other way round"),
    ("04.4", 12_288**2, "now divide"),
    ("04.4", 2 * 12_288 * 128, "how many times"),
    ("04.4", 7, "divided by"),
    ("04.5", 3, "function itself"),
    ("04.5", lambda *given: None, "returns nothing"),
    ("04.5", mistaken(scale=1.0), "not divided by √d_k"),
    ("04.5", mistaken(mask="none"), "look ahead"),
    ("04.5", mistaken(mask="zero"), "must be −∞"),
    ("04.5", mistaken(mask="strict"), "keep the diagonal"),
    ("04.5", mistaken(swap=True), "Q · Kᵀ"),
    ("04.5", mistaken(dim=0), "along each row"),
    ("04.5", lambda X, W_Q, W_K, W_V: (X @ W_Q.T) @ (X @ W_K.T).T, "as large as the pattern"),
    ("04.5", lambda X, W_Q, W_K, W_V: X, "expected (6, 7)"),
    ("04.5", lambda X, W_Q, W_K, W_V: own_head(X, W_Q, W_K, W_V) + 1, "its own value"),
    ("04.5", lambda X, W_Q, W_K, W_V: own_head(X, W_Q, W_K, W_V).cummax(0).values, "row 1 should be"),
    ("04.5", lambda X: X, "TypeError"),
]


@pytest.mark.parametrize(("id", "answer", "hint"), WRONG)
def test_each_typical_mistake_gets_its_hint(id: str, answer: object, hint: str) -> None:
    result = checks.exercise(id, answer)
    assert not result.passed and hint in result.number, f"{result}, expected a hint with {hint!r}"


@pytest.mark.parametrize("answer", ["a word", -1, 0.5, [], object(), len, float("nan"), 10**400])
def test_no_answer_raises(answer: object) -> None:
    for id in RIGHT:
        result = checks.exercise(id, answer)
        assert not result.passed and result.number


def test_each_mistake_gives_another_result() -> None:
    """Else one of two hints could never be given."""
    dice = torch.Generator().manual_seed(0)
    X, W_Q, W_K, W_V = (torch.randn(*shape, generator=dice) for shape in ((6, 10), (4, 10), (4, 10), (7, 10)))
    results = [lesson_04.head_by_hand(X, W_Q, W_K, W_V, **how) for how in ({}, *(how for how, _ in lesson_04.MISTAKES))]
    for i, one in enumerate(results):
        assert all(not torch.allclose(one, other, atol=1e-4) for other in results[i + 1 :])


def test_sentences_about_training_fail_on_an_untrained_model() -> None:
    failed = {check.id for check in checks.lesson("04", gv.load("tiny@step=0")) if not check.passed}
    assert {"04.1", "04.7", "04.8", "04.11", "04.12"} <= failed


def test_weights_of_one_head_give_what_the_trace_has() -> None:
    gpt = random_gpt()
    traced = trace(gpt, TEXT)
    for layer in range(gpt.config.n_layer):
        for head in range(gpt.config.n_head):
            w, X = head_weights(gpt, layer, head), traced.attn_in[layer]
            torch.testing.assert_close(X @ w.W_Q.T + w.b_Q, traced.q[layer, head])
            torch.testing.assert_close(X @ w.W_K.T + w.b_K, traced.k[layer, head])
            v = X @ w.W_V_down.T + w.b_V
            torch.testing.assert_close(v, traced.v[layer, head])
            torch.testing.assert_close(v @ w.W_V_up.T, handed_over(traced, layer, head))
    with pytest.raises(ValueError, match="head must be"):
        head_weights(gpt, 0, gpt.config.n_head)


def test_texts_that_ask_for_adjectives_link_to_where_they_were_told() -> None:
    cases = adjectives_asked(10)
    assert len(cases) == 10
    for case in cases:
        assert case.prompt.endswith(" was") and len(case.links) == len(case.right) > 0
        for (start, end), (told_start, told_end) in case.links:
            assert case.prompt[start:end] == "was" and end == len(case.prompt)
            assert case.prompt[told_start:told_end] in case.right and told_end < start


def test_told_and_asked_are_means_over_heads_of_what_the_patterns_say(gpt: GPT) -> None:
    told, asked = told_and_asked(gpt, 4)
    assert told.shape == asked.shape == (gpt.config.n_layer, gpt.config.n_head)
    cases = adjectives_asked(4)
    torch.testing.assert_close(asked, links(gpt, cases))
    for case in cases:  # the noun, where it comes first, comes after the adjectives that introduce it
        noun = case.prompt.split()[-2]
        assert all(there[1] <= case.prompt.index(noun) for _, there in case.links)
