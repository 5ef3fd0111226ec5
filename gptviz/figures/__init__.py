"""Print: functions of a trace that return a matplotlib Figure, one picture per function."""

from .distributions import next_token

__all__ = ["next_token"]
