"""Print: functions of a trace that return a matplotlib Figure, one picture per function."""

from .distributions import compare, next_token, softmax, tally, temperatures
from .pipeline import opened_head, pipeline
from .texts import draws, every_position, parting, patches
from .theme import labels

__all__ = [
    "compare",
    "draws",
    "every_position",
    "labels",
    "next_token",
    "opened_head",
    "parting",
    "patches",
    "pipeline",
    "softmax",
    "tally",
    "temperatures",
]
