"""Every sentence of a lesson on what the model does has its check, every check its sentence, and all of them hold."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
import torch

import gptviz as gv
from gptviz import checks
from gptviz.checks.cast import SARAH
from gptviz.checks.lesson_07 import WORKED
from gptviz.model import GPT
from gptviz.sampling import distribution

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))
LESSONS = [path.name[:2] for path in NOTEBOOKS]
for name in LESSONS:
    checks._know(name)
every_lesson = pytest.mark.parametrize("path", NOTEBOOKS, ids=LESSONS)


@pytest.fixture(scope="module")
def gpt() -> GPT:
    return gv.load()


def marks(path: Path) -> set[str]:
    """The ids that the prose of a notebook carries, as in `[00.3]`."""
    cells = nbformat.read(path, as_version=4).cells
    prose = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    return set(re.findall(r"\[(\d\d\.\d+)\](?!\()", prose))


def unmatched(prose: set[str], claims: set[str]) -> set[str]:
    return prose ^ claims


@every_lesson
def test_each_marked_sentence_has_its_check_and_each_check_its_sentence(path: Path) -> None:
    claims = {id for id in checks.CLAIMS if id.startswith(path.name[:2])}
    assert claims and unmatched(marks(path), claims) == set()


def test_a_missing_check_or_sentence_would_be_noticed() -> None:
    claims = {id for id in checks.CLAIMS if id.startswith("00")}
    assert unmatched(claims | {"00.99"}, claims) == {"00.99"}
    assert unmatched(claims - {"00.1"}, claims) == {"00.1"}


@every_lesson
def test_each_exercise_has_its_check(path: Path) -> None:
    """In the notebook unanswered, with a heading and a folded answer of its own."""
    cells = nbformat.read(path, as_version=4).cells
    source = "\n".join(cell.source for cell in cells)
    asked = re.findall(r'gv\.checks\.exercise\("([\d.]+)", ', source)
    assert asked == [id for id in checks.EXERCISES if id.startswith(path.name[:2])] and 3 <= len(asked) <= 5
    assert re.findall(r"^### ([\d.]+) .+ · \d+ minutes · (?:easy|medium|harder)$", source, flags=re.M) == asked
    assert source.count("<details><summary>Answer</summary>") == len(asked)
    shown = [cell.outputs[-1].data["text/plain"] for cell in cells if "gv.checks.exercise(" in cell.source]
    assert [line[:1] for line in shown] == ["○"] * len(asked)


@pytest.mark.parametrize("name", LESSONS)
def test_every_sentence_holds_on_the_bundled_model(name: str, gpt: GPT) -> None:
    report = checks.lesson(name, gpt)
    assert report.passed, f"\n{report}"
    assert all(re.search(r"\d", check.number) for check in report), "each sentence has a number behind it"


def test_sentences_about_training_fail_on_an_untrained_model() -> None:
    """A check that any model passes says nothing about training."""
    failed = {check.id for name in LESSONS for check in checks.lesson(name, gv.load("tiny@step=0")) if not check.passed}
    assert {"00.6", "00.7", "00.8", "00.13", "07.6", "07.14"} <= failed


def test_a_check_that_cannot_be_measured_fails_with_the_reason() -> None:
    def broken(gpt: GPT) -> checks.Measured:
        raise RuntimeError("no such head")

    check = checks._measure("99.1", "It works.", broken, None)  # type: ignore[arg-type]
    assert not check.passed and str(check) == "✗ [99.1] It works. — could not be measured: RuntimeError: no such head"


def test_an_id_is_used_once() -> None:
    with pytest.raises(ValueError, match="exists already"):
        checks.claim("00.1", "again")(lambda gpt: ("1", True))
    with pytest.raises(ValueError, match="exists already"):
        checks.task("00.1")(lambda answer: None)


def test_unknown_lessons_and_exercises_are_one_clear_sentence() -> None:
    with pytest.raises(ValueError, match="lesson 77 has no checks yet"):
        checks.lesson("77")
    with pytest.raises(ValueError, match="two digits"):
        checks.lesson("7")
    assert not checks.exercise("00.77", 1).passed


# ---- exercises: the right answer is right, each wrong one gets its hint ----


def own_softmax(logits: torch.Tensor, temperature: float) -> torch.Tensor:
    x = (logits - logits.max()) / temperature
    return x.exp() / x.exp().sum()


def own_top_p(probs: torch.Tensor, p: float) -> torch.Tensor:
    ranked, order = probs.sort(descending=True)
    ranked[ranked.cumsum(0) - ranked >= p] = 0
    kept = torch.zeros_like(probs)
    kept[order] = ranked
    return kept / kept.sum()


def top_p_of_fifty(probs: torch.Tensor, p: float) -> torch.Tensor:
    ranked, order = probs.sort(descending=True)
    ranked[50:] = 0
    kept = torch.zeros_like(probs)
    kept[order] = own_top_p(ranked / ranked.sum(), p)
    return kept / kept.sum()


def half() -> float:
    """The temperature at which the largest share of the worked example is one half, by halving."""
    low, high = 1.0, 2.0
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if distribution(torch.tensor(WORKED), middle).max() > 0.5 else (low, middle)
    return low


def other_seed(gpt: GPT, winner: bool) -> int:
    best = SARAH + gv.trace(gpt, SARAH).next_tokens(1)[0][0]
    return next(seed for seed in range(200) if (gv.generate(gpt, SARAH, 1, seed=seed) == best) is winner)


def test_right_answers(gpt: GPT) -> None:
    probs = gv.trace(gpt, SARAH).probs[-1]
    answers = {
        "00.1": len(gpt.tokenizer.encode("an unbelievably fluffy creature")),
        "00.2": "Once there",
        "00.3": other_seed(gpt, winner=False),
        "00.4": SARAH.replace("lies", "runs"),
        "00.5": float(-(probs * probs.log2()).sum()),
        "07.1": 0.25,
        "07.2": half(),
        "07.3": 3,
        "07.4": own_softmax,
        "07.5": own_top_p,
    }
    assert set(answers) == {
        id for id in checks.EXERCISES if id[:2] in ("00", "07")
    }  # the other lessons have a file each
    for id, answer in answers.items():
        result = checks.exercise(id, answer)
        assert result.passed, f"{result}"


def test_wrong_answers_get_a_hint_of_their_own(gpt: GPT) -> None:
    bits = float(torch.special.entr(gv.trace(gpt, SARAH).probs[-1]).sum())
    wrong = [
        ("00.1", 4, "rare word"),
        ("00.1", 99, "encode"),
        ("00.2", "The", "fixed phrase"),
        ("00.3", other_seed(gpt, winner=True), "other dice"),
        ("00.4", SARAH, "0 tokens differ"),
        ("00.4", SARAH.replace("Sarah", "Anna"), "still share"),
        ("00.5", bits, "nats"),
        ("00.5", 99.0, "too large"),
        ("07.1", 0.614, "the largest"),
        ("07.1", 12.18, "divide it"),
        ("07.2", 1.0, "go up"),
        ("07.2", 5.0, "go down"),
        ("07.2", 0.0, "above 0"),
        ("07.3", 2, "reaches the 90 %"),
        ("07.3", 6, "add them up"),
        ("07.4", 0.5, "function itself"),
        ("07.4", lambda logits, temperature: None, "returns nothing"),
        ("07.4", lambda logits, temperature: logits.softmax(-1), "no effect"),
        ("07.4", lambda logits, temperature: (logits / temperature).exp(), "sum to"),
        ("07.4", lambda logits, T: (logits / T).exp() / (logits / T).exp().sum(), "overflows"),
        ("07.5", top_p_of_fifty, "yours kept"),
        ("07.5", lambda probs, p: probs * (probs >= 0.3), "rescaled"),
        ("07.5", lambda probs, p: probs, "two tokens are kept"),
    ]
    for id, answer, hint in wrong:
        result = checks.exercise(id, answer)
        assert not result.passed and hint in result.number, f"{result}, expected a hint with {hint!r}"


@pytest.mark.parametrize("answer", ["a word", -1, 0.5, [], object(), len, float("nan")])
def test_no_answer_raises(answer: object) -> None:
    for id in checks.EXERCISES:
        result = checks.exercise(id, answer)
        assert result.passed or result.number


@pytest.mark.parametrize("answer", [..., None])
def test_no_answer_yet(answer: object) -> None:
    assert all(str(checks.exercise(id, answer)).startswith("○") for id in checks.EXERCISES)


# ---- the environment ----


def test_environment_is_fine() -> None:
    result = checks.environment()
    assert result.passed and torch.__version__.partition("+")[0] in result.number and "\n" not in str(result)


def test_environment_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(*_: object) -> GPT:
        raise ValueError("model.safetensors is truncated")

    monkeypatch.setattr(checks, "load", damaged)
    result = checks.environment()
    assert not result.passed and "truncated" in result.number and "assets" in result.number
    monkeypatch.setitem(__import__("sys").modules, "anywidget", None)
    assert "make lab" in checks.environment().number
