"""Print: functions of a trace that return a matplotlib Figure, one picture per function."""

from .distributions import compare, next_token, softmax, tally, temperatures
from .embeddings import embeddings, embeddings_3d
from .pipeline import opened_head, pipeline
from .residual import residual
from .texts import draws, every_position, parting, patches
from .theme import labels

__all__ = [
    "compare",
    "draws",
    "embeddings",
    "embeddings_3d",
    "every_position",
    "labels",
    "next_token",
    "opened_head",
    "parting",
    "patches",
    "pipeline",
    "residual",
    "softmax",
    "tally",
    "temperatures",
]
