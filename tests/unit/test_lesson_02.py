"""Exercises of lesson 02: the right answer is right, each typical mistake gets its hint, and nothing raises."""

import math

import pytest
import torch

import gptviz as gv
from gptviz import checks
from gptviz.checks.lesson_02 import by_loop, by_matrix, uneven, who_notices
from gptviz.geometry import sinusoids

checks._know("02")
EXERCISES = [id for id in checks.EXERCISES if id.startswith("02.")]


def slow_pair(turn: float = 2 * math.pi) -> int:
    config = gv.load().config
    return next(i for i in range(64) if turn * 10_000 ** (2 * i / config.d_model) > config.n_ctx)


def dimensions_for_pairs(n: int, d: int) -> torch.Tensor:
    angles = torch.arange(n)[:, None] / 10_000 ** (torch.arange(d) / d)
    return torch.where(torch.arange(d) % 2 == 0, angles.sin(), angles.cos())


def sines_first(n: int, d: int) -> torch.Tensor:
    table = sinusoids(n, d)
    return torch.cat([table[:, ::2], table[:, 1::2]], 1)


def from_one(n: int, d: int) -> torch.Tensor:
    return sinusoids(n + 1, d)[1:]


def in_degrees(n: int, d: int) -> torch.Tensor:
    angles = torch.arange(n)[:, None] / 10_000 ** (2 * (torch.arange(d) // 2) / d) * math.pi / 180
    return torch.where(torch.arange(d) % 2 == 0, angles.sin(), angles.cos())


def half_the_exponent(n: int, d: int) -> torch.Tensor:
    angles = torch.arange(n)[:, None] / 10_000 ** ((torch.arange(d) // 2) / d)
    return torch.where(torch.arange(d) % 2 == 0, angles.sin(), angles.cos())


RIGHT = [
    ("02.1", lambda: gv.load().pos.weight.numel()),
    ("02.2", lambda: (18, "cos")),
    ("02.2", lambda: [18, "Cosine"]),
    ("02.3", slow_pair),
    ("02.4", lambda: ([0, 3, 4, 5, 6, 7], [0])),
    ("02.5", lambda: by_loop),
    ("02.5", lambda: by_matrix),
]
WRONG = [
    ("02.1", lambda: gv.load().config.n_ctx, "number of rows"),
    ("02.1", lambda: gv.load().embed.weight.numel(), "W_E"),
    ("02.1", lambda: 7, "shape"),
    ("02.2", lambda: 18, "two things"),
    ("02.2", lambda: (37, "cos"), "i counts pairs"),
    ("02.2", lambda: (19, "sin"), "count from 0"),
    ("02.2", lambda: (18, "sin"), "the other one"),
    ("02.2", lambda: (3, "cos"), "which i gives 37"),
    ("02.3", lambda: slow_pair(1.0), "2π radians"),
    ("02.3", lambda: 2 * slow_pair(), "counts pairs"),
    ("02.3", lambda: slow_pair() - 1, "not long enough"),
    ("02.3", lambda: slow_pair() + 1, "a smaller one"),
    ("02.3", lambda: 64, "whole number from 0 to 63"),
    ("02.4", lambda: [0], "two lists"),
    ("02.4", lambda: ([0, 1, 3, 4, 5, 6, 7], [0]), "another token stands"),
    ("02.4", lambda: ([3, 4, 5, 6, 7], [0]), "nobody but itself"),
    ("02.4", lambda: ([0], [0]), "order enter the sum"),
    ("02.4", lambda: ([0, 3, 4, 5, 6, 7], [0, 3, 4, 5, 6, 7]), "same two"),
    ("02.4", lambda: ([0, 3, 4, 5, 6, 7], []), "one place"),
    ("02.4", lambda: ([0, 3, 4, 5, 6, 7], [0, 7]), "has changed"),
    ("02.5", lambda: 3, "function itself"),
    ("02.5", lambda: lambda n, d: None, "returns nothing"),
    ("02.5", lambda: lambda n, d: by_matrix(n, d).T, "other way round"),
    ("02.5", lambda: lambda n, d: by_matrix(n, d)[:-1], "shape (20, 12)"),
    ("02.5", lambda: sines_first, "in turns"),
    ("02.5", lambda: from_one, "count positions from 0"),
    ("02.5", lambda: dimensions_for_pairs, "i counts pairs"),
    ("02.5", lambda: in_degrees, "radians"),
    ("02.5", lambda: half_the_exponent, "2i / d"),
    ("02.5", lambda: lambda n, d: by_matrix(20, 12), "20 × 12 only"),
]


@pytest.mark.parametrize(("id", "answer"), RIGHT)
def test_right_answers(id, answer):
    result = checks.exercise(id, answer())
    assert result.passed, f"{result}"


def test_every_exercise_has_a_right_answer():
    assert {id for id, _ in RIGHT} == set(EXERCISES) == {id for id, *_ in WRONG}


@pytest.mark.parametrize(("id", "answer", "hint"), WRONG)
def test_a_typical_mistake_gets_its_hint(id, answer, hint):
    result = checks.exercise(id, answer())
    assert not result.passed and hint in result.number, f"{result}, expected a hint with {hint!r}"


@pytest.mark.parametrize("answer", ["a word", -1, 0.5, [], {}, object(), len, float("nan"), ("a", None), ([None], "b")])
@pytest.mark.parametrize("id", EXERCISES)
def test_nonsense_is_wrong_and_raises_nothing(id, answer):
    result = checks.exercise(id, answer)
    assert not result.passed and result.number


def test_who_notices_is_what_the_answer_says():
    assert who_notices(gv.load()) == ([0, 3, 4, 5, 6, 7], [0])


def test_uneven_cosines():
    assert uneven(sinusoids(40, 16)) < 1e-5
    assert uneven(torch.randn(40, 16, generator=torch.Generator().manual_seed(0))) > 0.3


def test_sentences_about_training_fail_on_an_untrained_model():
    failed = {check.id for check in checks.lesson("02", gv.load("tiny@step=0")) if not check.passed}
    assert {"02.5", "02.14", "02.15", "02.19", "02.21", "02.22"} <= failed
