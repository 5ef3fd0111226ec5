"""How one head of attention works: from queries and keys to weights that sum to 1, cell by cell."""

from typing import TYPE_CHECKING

from ..tracing import Trace
from .microscope import Microscope

if TYPE_CHECKING:
    from ..figures.theme import Picture


class Attention(Microscope):
    """One head: the grid of who looks at whom, at each of its four stages, and the numbers that any cell is made of."""

    name = "attention"

    def figure(self) -> "Picture":
        from .. import figures

        return figures.attention(self.trace, self.layer, self.head, self.query, self.key)


def attention(
    trace: Trace,
    layer: int | None = None,
    head: int | None = None,
    query: int | None = None,
    key: int | None = None,
    stage: str = "weight",
    language: str = "en",
) -> Attention:
    """The attention microscope: choose a layer, a head, a pair of tokens; step from q · k to the softmax's weight.

    layer, head: counted from 0, negative from the end; query, key: positions of the token that looks and of the one
    looked at. What is not given is where the largest weight between two tokens is. stage: "raw", "scaled", "masked" or
    "weight".
    """
    return Attention(trace, layer, head, query, key, language, stage=stage)
