"""Print: functions of a trace that return a matplotlib Figure, one picture per function."""

from .distributions import compare, next_token, softmax, tally, temperatures
from .pipeline import opened_head, pipeline
from .texts import draws, every_position, parting

__all__ = [
    "compare",
    "draws",
    "every_position",
    "next_token",
    "opened_head",
    "parting",
    "pipeline",
    "softmax",
    "tally",
    "temperatures",
]
