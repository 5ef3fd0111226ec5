"""Linear probes: the closed form is the least-squares one, nothing unseen leaks in, and what is there is found."""

from __future__ import annotations

import pytest
import torch
from models import random_gpt

import gptviz as gv
from gptviz.probes.linear import RIDGE, Question, accuracy, questions, read, readings, ridge, streams
from gptviz.world import adjectives, moods

N = 60


@pytest.fixture(scope="module")
def asked() -> dict[str, Question]:
    return {question.name: question for question in questions(N)}


def test_questions_are_the_same_every_time_and_no_text_twice(asked: dict[str, Question]) -> None:
    assert list(asked) == ["word", "phrase", "mood", "topic", "recall"]
    for again in questions(N):
        assert again == asked[again.name]
        assert len(again.prompts) == len(set(again.prompts)) == len(again.answers) == N


def test_answers_are_true(asked: dict[str, Question]) -> None:
    """The noun is where the prompt ends; its colour, and words of the mood and of no other, stand before."""
    for prompt, noun, color in zip(asked["word"].prompts, asked["word"].answers, asked["phrase"].answers, strict=True):
        assert prompt.lower().endswith(noun) and color in adjectives.COLORS and color in prompt.lower()
    assert asked["word"].prompts == asked["phrase"].prompts
    for prompt, color in zip(asked["recall"].prompts, asked["recall"].answers, strict=True):
        noun = prompt.split()[-1]
        before = prompt.lower().split(noun)[0].split()
        assert prompt.endswith(f". The {noun}") and color in before[-8:], prompt
    for prompt, mood in zip(asked["mood"].prompts, asked["mood"].answers, strict=True):
        words = set(prompt.lower().replace(".", " ").replace(",", " ").split())
        told = {name: sum(len(words & set(slot)) for slot in slots.values()) for name, slots in moods.MOODS.items()}
        assert prompt.endswith(".") and told[mood] == max(told.values()) > 0
    assert all(prompt.endswith(".") for prompt in asked["topic"].prompts)


def test_streams_are_those_of_a_trace() -> None:
    gpt = gv.load()
    prompts = ["A blue bird sang.", "The king gave Anna a hat because she", "A"]
    found = streams(gpt, prompts, batch=2)
    for i, prompt in enumerate(prompts):
        traced = gv.trace(gpt, prompt)
        rows = torch.stack([traced.resid_pre[0][-1], *(row[-1] for row in traced.resid_post)])
        torch.testing.assert_close(found[:, i], rows, atol=1e-4, rtol=1e-4)


def planted(strength: float, n: int = 200) -> tuple[torch.Tensor, torch.Tensor]:
    """Two stages of random vectors; in the second a class shifts them. Three classes in turn."""
    dice = torch.Generator().manual_seed(0)
    answers = torch.randint(3, (n,), generator=dice)
    vectors = torch.randn(2, n, 12, generator=dice)
    vectors[1] += strength * torch.randn(3, 12, generator=dice)[answers]
    return vectors, answers


def test_a_probe_finds_what_is_there_and_nothing_else() -> None:
    right = accuracy(*planted(3.0))
    assert right[1] > 0.95 and right[0] < 0.5
    shuffled = accuracy(*planted(3.0), shuffled=True)
    assert float(shuffled.max()) < 0.5


def test_more_numbers_than_texts_teach_nothing_about_unseen_ones() -> None:
    """200 numbers fit any 100 answers; on unseen texts the guesses stay guesses."""
    dice = torch.Generator().manual_seed(1)
    right = accuracy(torch.randn(1, 100, 200, generator=dice), torch.randint(2, (100,), generator=dice))
    assert 0.3 < float(right) < 0.7


def test_the_closed_form_minimises() -> None:
    """Where |XW − Y|² + λ|W|² is least, its gradient is zero; another W has more."""
    vectors, answers = planted(1.0)
    X, Y = vectors.double(), torch.nn.functional.one_hot(answers).double()
    W = ridge(X, Y)
    assert W.shape == (2, 12, 3)
    gradient = X.mT @ (X @ W - Y) + RIDGE * len(Y) * W
    assert float(gradient.abs().max()) < 1e-9

    def cost(W: torch.Tensor) -> float:
        return float(((X @ W - Y) ** 2).sum() + RIDGE * len(Y) * (W**2).sum())

    assert cost(W) < cost(W + 0.01) and cost(W) < cost(0.9 * W)


def test_reading_says_how_sure_it_is() -> None:
    vectors, answers = planted(3.0)
    gpt = random_gpt()
    asked = Question("x", "which?", ["a"] * len(answers), [str(int(a)) for a in answers])
    reading = read(gpt, asked, vectors)
    assert reading.n == 200 and reading.answers == 3 and 1 / 3 <= reading.commonest < 0.5
    p = float(reading.right[0])
    assert float(reading.error[0]) == pytest.approx(2 * (p * (1 - p) / 200) ** 0.5)
    assert reading.arrives == 1


def test_readings_are_measured_once_and_again_when_the_model_changes() -> None:
    gpt = gv.load()
    first = readings(gpt, N)
    assert readings(gpt, N) is first
    with torch.no_grad():
        gpt.blocks[0].mlp.down.bias.add_(0.1)  # type: ignore[union-attr, operator]
    assert readings(gpt, N) is not first
