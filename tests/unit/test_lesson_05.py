"""Exercises of lesson 05 know their answers and the typical mistakes; what its probes of many heads measure."""

from __future__ import annotations

from itertools import combinations

import pytest
import torch

import gptviz as gv
from gptviz import checks, world
from gptviz.checks import lesson_05
from gptviz.checks.cast import STORY
from gptviz.checks.lesson_05 import COPIED, LIST, by_loop, by_matrix, name
from gptviz.model import GPT
from gptviz.probes.cases import first_ids, share_right, share_right_without
from gptviz.probes.heads import averaged, best_head, first_handed_over, mood_links, patterns
from gptviz.probes.knockouts import kl_bits, parts, silenced
from gptviz.world.grammar import Case, held_out
from tests.unit.models import random_gpt

IDS = [f"05.{i}" for i in range(1, 6)]


@pytest.fixture(scope="module")
def gpt() -> GPT:
    return gv.load()


def copied_without(gpt: GPT, heads: tuple[str, ...]) -> float:
    token = gpt.tokenizer.encode(COPIED)[0]
    return float(gv.trace(gpt, LIST, without=heads).probs[-1, token])


def looks_at(gpt: GPT, word: str) -> torch.Tensor:
    traced = gv.trace(gpt, STORY)
    last = len(traced) - 1 - traced.tokens[::-1].index(word)
    return patterns(traced)[:, :, -1, last]


def forgetful(gpt: GPT, forgets: bool) -> tuple[str, ...]:
    heads = [part for part in parts(gpt) if "H" in part]
    return next(pair for pair in combinations(heads, 2) if (copied_without(gpt, pair) < 0.1) is forgets)


def my_induction(pattern: torch.Tensor) -> torch.Tensor:
    return pattern.diagonal(1 - len(pattern) // 2)[1:].mean()


def back(pattern: torch.Tensor, further: int) -> torch.Tensor:
    n = len(pattern) // 2
    return pattern.diagonal(-(n + further))


def test_right_answers(gpt: GPT) -> None:
    best = best_head(looks_at(gpt, " fluffy"))
    right: dict[str, list] = {
        "05.1": [gpt.config.n_head * gpt.config.d_head],
        "05.2": [name(best), best, name(best).lower()],
        "05.3": [by_loop, by_matrix],
        "05.4": [list(forgetful(gpt, True))],
        "05.5": [my_induction],
    }
    assert list(right) == IDS == [id for id in checks.EXERCISES if id.startswith("05")]
    for id, answers in right.items():
        for answer in answers:
            result = checks.exercise(id, answer)
            assert result.passed, f"{result}"


def test_wrong_answers_get_a_hint_of_their_own(gpt: GPT) -> None:
    config = gpt.config
    looks = {word: looks_at(gpt, word) for word in (" fluffy", " blue", " creature")}
    least = name(best_head(-looks[" fluffy"]))
    wrong = [
        ("05.1", config.d_head, "one head's z"),
        ("05.1", config.n_head, "how many heads"),
        ("05.1", config.n_layer * config.d_model, "all layers"),
        ("05.1", 7, "numbers per head"),
        ("05.2", least, "another gives"),
        ("05.2", "L99H0", "heads go from L0H0"),
        ("05.3", by_matrix(torch.ones(2, 3, 4), torch.ones(8, 8)), "function itself"),
        ("05.3", lambda z, W_O: None, "returns nothing"),
        ("05.3", lambda z, W_O: z.sum(0), "expected (6, 12)"),
        ("05.3", lambda z, W_O: z.reshape(z.shape[1], -1) @ W_O, "mixes tokens"),
        ("05.3", lambda z, W_O: z.permute(1, 2, 0).reshape(z.shape[1], -1) @ W_O, "stay together"),
        ("05.3", lambda z, W_O: by_matrix(z, W_O) / len(z), "not averaged"),
        ("05.3", lambda z, W_O: by_matrix(z, W_O) + 1, "the numbers are not"),
        ("05.4", ["L0MLP"], "heads only"),
        ("05.4", ["L0H0", "L0H1", "L0H2"], "one head or two"),
        ("05.4", ["L0H99"], "heads go from L0H0"),
        ("05.4", list(forgetful(gpt, False)), "still has"),
        ("05.5", 0.5, "function itself"),
        ("05.5", lambda pattern: None, "returns nothing"),
        ("05.5", lambda pattern: back(pattern, 0).mean(), "same word"),
        ("05.5", lambda pattern: back(pattern, 1).mean(), "word before it"),
        ("05.5", lambda pattern: back(pattern, -1)[1:].sum(), "not the sum"),
        ("05.5", lambda pattern: back(pattern, -1).mean(), "one row too early"),
        ("05.5", lambda pattern: pattern[len(pattern) // 2 :].max(-1).values.mean(), "largest weight"),
        ("05.5", lambda pattern: 0.0, "wanted is the weight on the next"),
    ]
    enough = looks[" fluffy"] > looks[" fluffy"].max() - 0.02
    at_blue, at_last = (best_head(looks[word]) for word in (" blue", " creature"))
    if not enough[at_blue]:
        wrong.append(("05.2", name(at_blue), "most to blue"))
    if not enough[at_last] and at_last != at_blue:
        wrong.append(("05.2", name(at_last), "just before"))
    for id, answer, hint in wrong:
        result = checks.exercise(id, answer)
        assert not result.passed and hint in result.number, f"{result}, expected a hint with {hint!r}"


def test_heads_that_look_at_the_word_are_told_apart(gpt: GPT, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever switches off heads that look at the word, in vain, is asked who told them where."""
    traced = gv.trace(gpt, LIST)
    looks = patterns(traced)[:, :, -1, traced.tokens.index(COPIED)]
    monkeypatch.setattr(lesson_05, "A_ROLE", 0.0)
    quiet = forgetful(gpt, False)
    assert all(looks[lesson_05._head(gpt, head)] > 0 for head in quiet)
    assert "told them where" in checks.exercise("05.4", list(quiet)).number


@pytest.mark.parametrize("answer", ["a word", -1, 0.5, [], {}, object(), len, float("nan"), (0,), [None, None]])
@pytest.mark.parametrize("id", IDS)
def test_nonsense_gets_a_no_and_never_raises(id: str, answer: object) -> None:
    result = checks.exercise(id, answer)
    assert not result.passed and result.number


def test_training_is_needed_for_what_heads_do() -> None:
    failed = {check.id for check in checks.lesson("05", gv.load("tiny@step=0")) if not check.passed}
    assert {"05.4", "05.5", "05.7", "05.8", "05.9", "05.11", "05.12", "05.15", "05.18"} <= failed


def test_the_neighbours_of_the_list_are_held_out() -> None:
    words = LIST.partition(". ")[0].removeprefix("List: ").split()
    assert all(held_out(one, other) for one, other in zip(words, words[1:], strict=False))
    assert LIST.endswith(" ".join(words[: words.index(COPIED.strip())]))


# ---- the probes behind the lesson ----


def test_averaged_heads_share_one_pattern_and_keep_their_values() -> None:
    gpt = random_gpt()
    plain = gv.trace(gpt, "the king saw a dog")
    mean = averaged(plain)
    expected = plain.pattern[0].mean(0) @ plain.v[0, 1]  # in the first layer, values are as they were
    torch.testing.assert_close(mean.z[0, 1], expected)
    last = gpt.config.n_layer - 1
    torch.testing.assert_close(mean.z[last, 0], mean.pattern[last].mean(0) @ mean.v[last, 0])
    assert not torch.allclose(mean.probs[-1], plain.probs[-1])


def test_averaging_equal_heads_changes_nothing() -> None:
    gpt = random_gpt()
    plain = gv.trace(gpt, [5])  # one token can only look at itself, in every head
    torch.testing.assert_close(averaged(plain).probs, plain.probs)


def test_share_right_is_the_probability_of_the_right_words(gpt: GPT) -> None:
    case = Case("", "Once there", ("was", "were"))
    ids = first_ids(gpt, case.right)
    for off in ((), ("L0H0",)):
        expected = float(gv.trace(gpt, case.prompt, without=off).probs[-1][ids].sum())
        assert abs(share_right(gpt, [case], off) - expected) < 1e-4
    table = share_right_without(gpt, [case])
    assert table.shape == (gpt.config.n_layer, gpt.config.n_head)
    assert abs(float(table[0, 0]) - share_right(gpt, [case], ["L0H0"])) < 1e-6


def test_mood_links_go_to_the_words_of_the_mood() -> None:
    case = next(case for case in world.cases(0, 3) if case.claim == "mood")
    linked = mood_links(case)
    words = {case.prompt[start:end].lower() for _, (start, end) in linked.links}
    mood = next(
        m for m in world.ground_truth()["moods"].values() if set(case.right) <= {w for s in m.values() for w in s}
    )
    assert words and words <= {word for slot in mood.values() for word in slot}
    assert {query for query, _ in linked.links} == {(len(case.prompt) - 1, len(case.prompt))}


def test_silenced_tokens_are_not_heard() -> None:
    """Of two tokens, the second predicts as if the first handed over nothing; the bits are those of that run."""
    gpt = random_gpt()
    traced = gv.trace(gpt, "the king saw")
    moved = silenced(traced)
    assert moved.shape == (len(traced) - 1,)
    heads = [(layer, head) for layer in range(gpt.config.n_layer) for head in range(gpt.config.n_head)]
    quiet = traced.again(patch={("v", *head, 0): torch.zeros(gpt.config.d_head) for head in heads})
    torch.testing.assert_close(moved[0], kl_bits(traced.probs[-1], quiet.probs[-1]).float(), atol=1e-5, rtol=1e-3)


def test_first_handed_over_is_one_where_all_are_alike() -> None:
    gpt = random_gpt()
    with torch.no_grad():
        gpt.pos.weight.zero_()  # the same token everywhere, so the same value everywhere
    same = first_handed_over(gpt, [[5, 5, 5, 5]])
    torch.testing.assert_close(same, torch.ones_like(same), atol=1e-4, rtol=1e-4)


def test_best_head_is_the_largest() -> None:
    table = torch.zeros(3, 5)
    table[2, 1] = 1
    assert best_head(table) == (2, 1)
