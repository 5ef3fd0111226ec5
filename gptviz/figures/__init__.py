"""Print: functions of a trace that return a matplotlib Figure, one picture per function."""

from .attention import attention, heads
from .averages import grids, mixing, saturation
from .delta import delta
from .distributions import compare, next_token, softmax, tally, temperatures
from .embeddings import embeddings, embeddings_3d
from .knockout import knockout
from .neurons import neurons
from .one_head import singular_values
from .order import clocks, looking_back, order, places, waves
from .pipeline import opened_head, pipeline
from .positions import positions
from .residual import residual
from .stream import adding_up, direct_and_lost, lens_norm, readings, swapped
from .texts import draws, every_position, parting, patches
from .theme import labels

__all__ = [
    "adding_up",
    "attention",
    "clocks",
    "compare",
    "delta",
    "direct_and_lost",
    "draws",
    "embeddings",
    "embeddings_3d",
    "every_position",
    "grids",
    "heads",
    "knockout",
    "labels",
    "lens_norm",
    "looking_back",
    "mixing",
    "neurons",
    "next_token",
    "opened_head",
    "order",
    "parting",
    "patches",
    "pipeline",
    "places",
    "positions",
    "readings",
    "residual",
    "saturation",
    "singular_values",
    "softmax",
    "swapped",
    "tally",
    "temperatures",
    "waves",
]
