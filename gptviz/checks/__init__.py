"""What the lessons say about the model, each sentence with the number behind it; exercises with hints; the environment.

    gv.checks.lesson("00", gpt)          every claim of lesson 00, measured on this model
    gv.checks.exercise("07.2", answer)   right, or a hint
    gv.checks.environment()              one line: all is well, or what is wrong and what to do

Prose in a notebook carries a claim's id as `[00.3]`; tests hold that each has its check, each check its sentence, and
that all pass on the bundled model. Nothing that a reader answers raises: what goes wrong becomes a ✗ with the reason.
"""

import importlib
import platform
import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass

import torch

from ..checkpoint import load
from ..model import GPT

Measured = tuple[str, bool]  # the number, with its unit, and whether the sentence holds
CLAIMS: dict[str, tuple[str, Callable[[GPT], Measured]]] = {}
EXERCISES: dict[str, Callable[..., str | None]] = {}
NOTHING_YET = "your function returns nothing yet"


@dataclass(frozen=True)
class Check:
    """One sentence and the number behind it. It shows itself as `✓ sentence — number`."""

    id: str
    sentence: str
    number: str
    passed: bool
    answered: bool = True

    def __str__(self) -> str:
        sign = "✓" if self.passed else "✗" if self.answered else "○"
        return f"{sign} [{self.id}] {self.sentence} — {self.number}"

    def __repr__(self) -> str:
        return wrapped(str(self))


class Report(list[Check]):
    """The checks of one lesson: a line for each sentence, and one for its number."""

    @property
    def passed(self) -> bool:
        return all(check.passed for check in self)

    def __repr__(self) -> str:
        lines = []
        for check in self:
            sentence, _, number = str(check).partition(" — ")
            lines += [wrapped(sentence), wrapped(f"— {number}", indent=6)]
        return "\n".join(lines)


def wrapped(line: str, indent: int = 0) -> str:
    """As wide as a page of 800 px: JupyterLab breaks a longer line inside a word."""
    return textwrap.fill(line, 76, initial_indent=" " * indent, subsequent_indent=" " * 8)


def claim(id: str, sentence: str) -> Callable[[Callable[[GPT], Measured]], Callable[[GPT], Measured]]:
    """Registers a function of a GPT that measures one sentence of a lesson."""

    def register(measure: Callable[[GPT], Measured]) -> Callable[[GPT], Measured]:
        if id in CLAIMS:
            raise ValueError(f"claim {id} exists already: {CLAIMS[id][0]}")
        CLAIMS[id] = sentence, measure
        return measure

    return register


def task(id: str) -> Callable[[Callable[..., str | None]], Callable[..., str | None]]:
    """Registers an exercise: a function of the answer that returns None when it is right, else a hint."""

    def register(judge: Callable[..., str | None]) -> Callable[..., str | None]:
        if id in EXERCISES:
            raise ValueError(f"exercise {id} exists already")
        EXERCISES[id] = judge
        return judge

    return register


def lesson(name: str, gpt: GPT | None = None) -> Report:
    """Every claim of a lesson, measured on `gpt` (the bundled one if none is given)."""
    _know(name)
    gpt = gpt or load()
    own = {id: entry for id, entry in CLAIMS.items() if id.startswith(f"{name}.")}
    return Report(_measure(id, sentence, measure, gpt) for id, (sentence, measure) in own.items())


def exercise(id: str, answer: object) -> Check:
    """Is this the answer? If not, a hint. It answers to any value, also to one of the wrong type."""
    _know(id.partition(".")[0])
    if id not in EXERCISES:
        return Check(id, "There is no such exercise", f"there are {', '.join(EXERCISES)}", False)
    if answer is None or answer is ...:
        return Check(id, "Put your answer in place of the dots", "then run this cell again", False, answered=False)
    try:
        hint = EXERCISES[id](answer)
    except Exception as problem:  # an answer of the wrong type, or a function of the reader's that fails
        hint = f"that raised {type(problem).__name__}: {problem}"
    if hint is None:
        return Check(id, "Right", "well done", True)
    return Check(id, "Not yet", hint, False, answered=hint != NOTHING_YET)


def environment() -> Check:
    """Is everything in place? One line: the versions, or what is missing and what to do."""
    problem = _problem()
    if problem:
        return Check("environment", "Something is missing", problem, False)
    parameters = sum(p.numel() for p in load().parameters())
    versions = f"Python {platform.python_version()}, torch {torch.__version__.partition('+')[0]}"
    return Check("environment", "Everything is in place", f"{versions}, a GPT of {parameters:,} parameters", True)


def _problem() -> str | None:
    for module in ("tokenizers", "safetensors", "matplotlib", "ipywidgets", "anywidget"):
        try:
            importlib.import_module(module)
        except ImportError as error:
            return f"{error}; run `make lab`, or `pip install -r requirements.txt` in this environment"
    try:
        with torch.no_grad():
            gpt = load()
            finite = gpt(torch.tensor([[0, 1]])).isfinite().all()
    except Exception as error:
        return f"the bundled GPT does not load ({error}); get `assets/` again from the project's repository"
    return None if finite else "the bundled GPT gives numbers that are not finite; get `assets/` again"


def _measure(id: str, sentence: str, measure: Callable[[GPT], Measured], gpt: GPT) -> Check:
    try:
        with torch.no_grad():
            number, holds = measure(gpt)
    except Exception as problem:
        number, holds = f"could not be measured: {type(problem).__name__}: {problem}", False
    return Check(id, sentence, number, bool(holds))


def _know(name: str) -> None:
    """Load the checks of one lesson."""
    if not re.fullmatch(r"\d\d", name):
        raise ValueError(f"a lesson is named by its two digits, such as '00', got {name!r}")
    module = f"{__name__}.lesson_{name}"
    try:
        importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        raise ValueError(f"lesson {name} has no checks yet") from None
