"""Print: functions of a trace that return a matplotlib Figure, one picture per function."""

from .attention import attention, heads
from .averages import grids, mixing, saturation
from .delta import delta
from .distributions import compare, next_token, softmax, tally, temperatures
from .embeddings import embeddings, embeddings_3d
from .facts import bends, fading, gate, votes
from .knockout import knockout
from .many_heads import head_tables, joined, looks
from .neurons import neurons
from .one_head import singular_values
from .order import clocks, looking_back, order, places, waves
from .pipeline import opened_head, pipeline
from .positions import positions
from .residual import residual
from .stream import adding_up, direct_and_lost, lens_norm, readings, swapped
from .texts import draws, every_position, parting, patches
from .theme import labels
from .tokens import merges, tokens
from .vectors import alike, along, columns, dots, islands, steps

__all__ = [
    "adding_up",
    "alike",
    "along",
    "attention",
    "bends",
    "clocks",
    "columns",
    "compare",
    "delta",
    "direct_and_lost",
    "dots",
    "draws",
    "embeddings",
    "embeddings_3d",
    "every_position",
    "fading",
    "gate",
    "grids",
    "head_tables",
    "heads",
    "islands",
    "joined",
    "knockout",
    "labels",
    "lens_norm",
    "looking_back",
    "looks",
    "merges",
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
    "steps",
    "swapped",
    "tally",
    "temperatures",
    "tokens",
    "votes",
    "waves",
]
