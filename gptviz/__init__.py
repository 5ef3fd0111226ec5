"""See inside a GPT: load one, run a text through it, and read, draw or drag everything it computed, by name.

import gptviz as gv
trace = gv.trace(gv.load(), "a fluffy blue creature roamed the verdant forest")
trace.pattern[1, 2]  # (T, T)
"""

from importlib import import_module
from typing import Any

from .checkpoint import load
from .geometry import analogy, neighbors
from .sampling import generate, stream
from .tracing import trace

# What draws is imported when first used, so that `import gptviz` costs no plotting library (PEP 562): name → its room.
_LATER = {
    "attention": "widgets.attention",
    "checks": "",
    "delta": "widgets.delta",
    "embeddings": "widgets.embeddings",
    "figures": "",
    "heads": "widgets.heads",
    "knockout": "widgets.knockout",
    "neurons": "widgets.neurons",
    "next_token": "widgets.next_token",
    "pipeline": "widgets.pipeline",
    "positions": "widgets.positions",
    "probes": "",
    "residual": "widgets.residual",
}

__all__ = ["analogy", "generate", "load", "neighbors", "stream", "trace", *_LATER]


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"gptviz has no {name!r}; it has {', '.join(sorted(__all__))}")
    room = _LATER[name]
    value = getattr(import_module(f"gptviz.{room}"), name) if room else import_module(f"gptviz.{name}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
