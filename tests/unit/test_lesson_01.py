"""Exercises of lesson 01: right answers are right, each typical mistake gets its hint, nothing raises."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional as F

import gptviz as gv
from gptviz import checks
from gptviz.checks.lesson_01 import SUMS, best
from gptviz.geometry import word_id, word_ids
from gptviz.model import GPT

checks._know("01")
EXERCISES = ("01.1", "01.2", "01.3", "01.4", "01.5")


@pytest.fixture(scope="module")
def gpt() -> GPT:
    return gv.load()


def own_analogy(table: torch.Tensor, a: int, b: int, c: int) -> int:
    return best(F.cosine_similarity(table, (table[a] - table[b] + table[c])[None], dim=1), [a, b, c])


def by_dot_product(table: torch.Tensor, a: int, b: int, c: int) -> int:
    return best(table @ (table[a] - table[b] + table[c]), [a, b, c])


def inputs_kept(table: torch.Tensor, a: int, b: int, c: int) -> int:
    return int(F.cosine_similarity(table, (table[a] - table[b] + table[c])[None], dim=1).argmax())


def signs_mixed(table: torch.Tensor, a: int, b: int, c: int) -> int:
    return own_analogy(table, a, c, b)


def apart(gpt: GPT, low: float, high: float) -> tuple[str, str]:
    """Two words whose cosine lies between these."""
    ids = word_ids(gpt)[:400]
    directions = F.normalize(gpt.embed.weight.detach()[ids], dim=1)
    cosines = directions @ directions.T
    names = [token.strip() for token in gpt.tokenizer.tokens(ids)]
    long = torch.tensor([len(name) > 2 for name in names])
    fits = (cosines > low) & (cosines < high) & long[:, None] & long
    one, other = fits.nonzero()[0].tolist()
    return names[one], names[other]


def test_right_answers(gpt: GPT) -> None:
    answers = {
        "01.1": "at",
        "01.2": "老国王好",
        "01.3": 617_558_016,
        "01.4": apart(gpt, -1, -0.25),
        "01.5": own_analogy,
    }
    assert tuple(answers) == EXERCISES
    for id, answer in answers.items():
        result = checks.exercise(id, answer)
        assert result.passed, f"{result}"
    assert checks.exercise("01.2", "🦊🐻🐢🦉").passed


def test_wrong_answers_get_a_hint_of_their_own(gpt: GPT) -> None:
    wrong = [
        ("01.1", "th", "2 times; another"),
        ("01.1", "xy", "does not stand"),
        ("01.1", "the", "two letters"),
        ("01.1", 3, "a text of two letters"),
        ("01.2", "foxes", "5 characters"),
        ("01.2", "abcd", "never give more than four"),
        ("01.2", "äöüß", "more bytes"),
        ("01.2", 12, "quotation marks"),
        ("01.3", 50_257 + 12_288, "the sum"),
        ("01.3", 12_288**2, "the other the width"),
        ("01.3", 617_000_000, "exact number"),
        ("01.3", 175_000_000_000, "how many numbers"),
        ("01.4", "king", "two words"),
        ("01.4", ("a", "king"), "three letters"),
        ("01.4", ("king", "qzx"), "must be one token"),
        ("01.4", apart(gpt, -0.15, -0.05), "not yet −0.2"),
        ("01.4", ("king", "queen"), "other places"),
        ("01.5", 5, "function itself"),
        ("01.5", lambda *_: None, "returns nothing"),
        ("01.5", lambda table, a, b, c: len(table), "the number of a token"),
        ("01.5", inputs_kept, "leave the three inputs out"),
        ("01.5", by_dot_product, "divide by the lengths"),
        ("01.5", signs_mixed, "mind the signs"),
        ("01.5", lambda table, a, b, c: word_id(gpt, "river"), "expected 'queen'"),
    ]
    for id, answer, hint in wrong:
        result = checks.exercise(id, answer)
        assert not result.passed and hint in result.number, f"{result}, expected a hint with {hint!r}"


def test_the_sums_tell_each_mistake_from_the_right_way(gpt: GPT) -> None:
    """A function with a mistake may be right on some sums, but not on all of them."""
    table = gpt.embed.weight.detach()
    ids = [[word_id(gpt, word) for word in each] for each in SUMS]
    right = [own_analogy(table, *each) for each in ids]
    for mistake in (by_dot_product, inputs_kept, signs_mixed):
        assert [mistake(table, *each) for each in ids] != right


@pytest.mark.parametrize("answer", ["a word", -1, 0.5, [], (), (1, 2), object(), len, float("nan"), {}])
def test_no_answer_raises(answer: object) -> None:
    for id in EXERCISES:
        result = checks.exercise(id, answer)
        assert not result.passed and result.number


def test_sentences_about_training_fail_on_an_untrained_model() -> None:
    failed = {check.id for check in checks.lesson("01", gv.load("tiny@step=0")) if not check.passed}
    trained = {10, 11, 12, 13, 14, 15, 18, 19, 20}
    assert {f"01.{number}" for number in trained} <= failed
