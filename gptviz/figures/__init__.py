"""Print: functions of a trace that return a matplotlib Figure, one picture per function."""

from .distributions import next_token
from .pipeline import opened_head, pipeline

__all__ = ["next_token", "opened_head", "pipeline"]
