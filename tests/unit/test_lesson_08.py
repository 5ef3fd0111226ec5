"""Lesson 08: the parts of the stream sum up, and each exercise knows right answers and typical mistakes."""

from __future__ import annotations

from itertools import permutations

import pytest
import torch
from models import SHAPES, random_gpt

import gptviz as gv
from gptviz import checks, world
from gptviz.checks.cast import EIFFEL, MINIATURE, SARAH
from gptviz.geometry import attribution, contributions, summands, word_id
from gptviz.model import GPT
from gptviz.probes.cases import first_ids
from gptviz.probes.knockouts import swapped_senses

checks._know("08")


@pytest.fixture(scope="module")
def gpt() -> GPT:
    return gv.load()


@pytest.mark.parametrize("shape", SHAPES)
def test_summands_sum_to_the_stream_whatever_is_edited(shape: tuple) -> None:
    gpt = random_gpt(*shape)
    other = gv.trace(gpt, [5, 6, 7, 8])
    for edits in (
        {},
        {"without": ["L0MLP"]},
        {"scale": {"L0H0": 0.5}},
        {"patch": {("resid_post", 0, 1): other.embed[1]}},
    ):
        traced = gv.trace(gpt, [1, 2, 3, 4], **edits)  # type: ignore[arg-type]
        parts = summands(traced, range(4))
        total = torch.stack(list(parts.values())).sum(0)
        torch.testing.assert_close(total, traced.resid_post[-1], atol=1e-4, rtol=1e-4)
        assert ("patch" in parts) == ("patch" in edits)
        names, shares = attribution(traced, [9], [-1])
        assert names == list(parts) and float(shares.sum()) == pytest.approx(float(traced.logits[-1, 9]), abs=1e-3)


def test_a_later_patch_covers_what_came_before(gpt: GPT) -> None:
    """The stream after a patched block is as if nothing had come before: that is what a patch means."""
    one, other = gv.trace(gpt, EIFFEL), gv.trace(gpt, MINIATURE)
    last = gpt.config.n_layer - 1
    traced = gv.trace(gpt, EIFFEL, patch={("resid_post", last, -1): other.resid_post[last][-1]})
    torch.testing.assert_close(traced.probs[-1], other.probs[-1], atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(traced.resid_post[0], one.resid_post[0])


def test_both_towers_stand_at_the_same_place(gpt: GPT) -> None:
    """The explorer of section 6 puts a row in at the place where it was: the texts must be equally long."""
    assert gv.trace(gpt, EIFFEL).tokens.index(" tower") == gv.trace(gpt, MINIATURE).tokens.index(" tower")


def test_senses_are_swapped_where_it_says(gpt: GPT) -> None:
    """The tower's two shares, once more by whole runs with a patch, in both directions."""
    senses = world.ground_truth()["senses"]["tower"].values()
    assert set(swapped_senses(gpt)) == set(world.ground_truth()["senses"])
    runs = [gv.trace(gpt, f"If you say {cue} tower, I think of") for cue in ("Eiffel", "miniature")]
    blocks = {" Eiffel": [0], " tower": range(gpt.config.n_layer)}  # the word's own row: whichever gives most
    for place, share in zip(blocks, swapped_senses(gpt)["tower"], strict=True):
        back = runs[0].tokens.index(place) - len(runs[0])
        shares = []
        for here, there, (own, other) in zip(runs, runs[::-1], permutations(senses, 2), strict=True):
            theirs, both = (first_ids(gpt, words) for words in (other.topics, own.topics + other.topics))
            patches = [{("resid_post", block, back): there.resid_post[block][back]} for block in blocks[place]]
            patched = [gv.trace(gpt, here.text, patch=patch).probs[-1] for patch in patches]
            shares.append(max(float(probs[theirs].sum() / probs[both].sum()) for probs in patched))
        assert share == pytest.approx(sum(shares) / 2, abs=1e-4)


# ---- exercises ----


def my_norm(x: torch.Tensor, gain: torch.Tensor | int, bias: torch.Tensor | int, eps: float) -> torch.Tensor:
    variance = x.var(-1, correction=0, keepdim=True)
    return (x - x.mean(-1, keepdim=True)) / (variance + eps).sqrt() * gain + bias


def my_lens(gpt: GPT, rows: torch.Tensor) -> torch.Tensor:
    return gpt.unembed(gpt.ln_final(rows))


def over(gpt: GPT) -> dict[str, float]:
    traced = gv.trace(gpt, SARAH)
    tired, guilty = (contributions(traced, word_id(gpt, word)) for word in ("tired", "guilty"))
    return {part: tired[part] - guilty[part] for part in tired}


def heads(gpt: GPT) -> list[str]:
    return sorted((part for part in over(gpt) if "H" in part), key=lambda part: over(gpt)[part])


def cue(gpt: GPT) -> int:
    return gv.trace(gpt, EIFFEL).tokens.index(" Eiffel")


def test_right_answers(gpt: GPT) -> None:
    answers = {"08.1": 1, "08.2": heads(gpt)[-1], "08.3": my_norm, "08.4": my_lens, "08.5": (0, cue(gpt))}
    assert set(answers) == {id for id in checks.EXERCISES if id.startswith("08")}
    for id, answer in answers.items():
        assert checks.exercise(id, answer).passed, checks.exercise(id, answer)
    back = cue(gpt) - len(gv.trace(gpt, EIFFEL + ". It is made of"))
    assert checks.exercise("08.5", (0, back)).passed


def test_wrong_answers_get_a_hint_of_their_own(gpt: GPT) -> None:
    last = gpt.config.n_layer - 1
    wrong = [
        ("08.1", 2, "what stands between"),
        ("08.1", 0.5, "what stands between"),
        ("08.1", 3, "try it"),
        ("08.2", "the last head", "'L1H2'"),
        ("08.2", "L3MLP", "no head"),
        ("08.2", "biases", "no head"),
        ("08.3", 1.0, "function itself"),
        ("08.3", lambda x, gain, bias, eps: None, "returns nothing"),
        ("08.3", lambda x, gain, bias, eps: x.mean(), "of shape"),
        ("08.3", lambda x, gain, bias, eps: my_norm(x, 1, 0, eps), "right so far"),
        ("08.3", lambda x, gain, bias, eps: my_norm(x, gain, 0, eps), "bias is missing"),
        ("08.3", lambda x, gain, bias, eps: my_norm(x, gain, bias, 0), "eps is missing"),
        ("08.3", lambda x, g, b, e: (x - x.mean(-1, True)) / (x.var(-1, keepdim=True) + e).sqrt() * g + b, "n − 1"),
        (
            "08.3",
            lambda x, g, b, e: x / (x.var(-1, correction=0, keepdim=True) + e).sqrt() * g + b,
            "subtract the mean",
        ),
        ("08.3", lambda x, g, b, e: my_norm(x.T, 1, 0, e).T * g + b, "over the tokens"),
        ("08.3", lambda x, g, b, e: my_norm(x.flatten(), 1, 0, e).view(x.shape) * g + b, "the last axis"),
        ("08.3", lambda x, gain, bias, eps: x, "each row by itself"),
        ("08.4", "lens", "function itself"),
        ("08.4", lambda gpt, rows: None, "returns nothing"),
        ("08.4", lambda gpt, rows: gpt.unembed(rows), "forgot the last LayerNorm"),
        ("08.4", lambda gpt, rows: my_lens(gpt, rows).softmax(-1), "probabilities"),
        ("08.4", lambda gpt, rows: my_lens(gpt, rows)[-1], "one row per token"),
        ("08.4", lambda gpt, rows: 2 * my_lens(gpt, rows), "nothing else"),
        ("08.5", (0, -1), "no wonder"),
        ("08.5", (0, cue(gpt) + 1), "which word tells"),
        ("08.5", (last, cue(gpt)), "an earlier block"),
        ("08.5", (0, cue(gpt) + 2), "Where do the two texts differ"),
        ("08.5", (9, 1), "(layer, position)"),
    ]
    for id, answer, hint in wrong:
        result = checks.exercise(id, answer)
        assert not result.passed and hint in result.number, f"{result}, expected a hint with {hint!r}"
    tired = contributions(gv.trace(gpt, SARAH), word_id(gpt, "tired"))
    loudest = max(heads(gpt), key=lambda part: tired[part])
    for head in {loudest, *heads(gpt)} - {heads(gpt)[-1]}:
        hint = "the other way" if over(gpt)[head] < 0 else "as well" if head == loudest else "adds more"
        assert hint in checks.exercise("08.2", head).number


@pytest.mark.parametrize("answer", ["a word", -1, 0.5, [], (1, 2, 3), object(), len, float("nan")])
def test_no_answer_raises(answer: object) -> None:
    for id in ("08.1", "08.2", "08.3", "08.4", "08.5"):
        result = checks.exercise(id, answer)
        assert not result.passed and result.number, f"{result}"
