"""One neuron with two inputs: which bias, and which bend, make it fire for both together only. A toy, not a model."""

from typing import TYPE_CHECKING

import traitlets
from traitlets import Dict, Float

from .explorer import Explorer, one_of, state

if TYPE_CHECKING:
    from ..figures.theme import Picture

LEAST, MOST = -3.0, 1.0  # of the bias


class Gate(Explorer):
    """bend(first + last + bias) for the four cases of two inputs, each 0 or 1; the browser computes them all."""

    name = "gate"
    bias = state(Float(-1.0))
    bend = one_of("ReLU", "GELU", "none")
    start = Dict().tag(sync=True)

    def __init__(self, bias: float = -1.0, bend: str = "ReLU", language: str = "en"):
        start = {"bias": float(bias), "bend": bend}
        super().__init__(language, start=start, **start)

    @traitlets.validate("bias")
    def _check_bias(self, proposal: dict) -> float:
        if not LEAST <= proposal["value"] <= MOST:
            raise ValueError(f"bias must be {LEAST:g}..{MOST:g}, got {proposal['value']}")
        return proposal["value"]

    def figure(self) -> "Picture":
        from .. import figures

        return figures.gate(self.bias, self.bend)

    def words(self) -> str:
        return self.figure().words


def gate(bias: float = -1.0, bend: str = "ReLU", language: str = "en") -> Gate:
    """The explorer of the AND gate. bias: -3..1. bend: "ReLU", "GELU" or "none"."""
    return Gate(bias, bend, language)
