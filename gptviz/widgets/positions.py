"""Position vectors: what the model learned, beside the formula that needs no learning."""

from typing import TYPE_CHECKING, Any

import traitlets
from torch import Tensor
from traitlets import Bytes, Dict, Int

from ..edits import check
from ..geometry import position_cosines, sinusoids, telling_dimension
from ..model import GPT
from .explorer import Explorer, floats, state

if TYPE_CHECKING:
    from ..figures.theme import Picture

SENT = 2**20  # numbers: of a model with more, the first positions that fit


class Positions(Explorer):
    """Learned position vectors, `learned` (n, d_model), sent once; the formula and all cosines are computed in place.

    n: all positions, unless they would be more than 2²⁰ numbers. `dimension`, `position`: whose curves are shown.
    """

    name = "positions"
    learned = Bytes().tag(sync=True)
    n = Int().tag(sync=True)
    n_ctx = Int().tag(sync=True)
    width = Int().tag(sync=True)
    dimension = state(Int())
    position = state(Int())
    start = Dict().tag(sync=True)

    def __init__(self, gpt: GPT, dimension: int | None = None, position: int | None = None, language: str = "en"):
        self.gpt = gpt
        n_ctx, width = gpt.pos.weight.shape
        n = min(n_ctx, max(1, SENT // width))
        start = {
            "dimension": check("dimension", telling_dimension(gpt) if dimension is None else dimension, width),
            "position": check("position", n // 2 if position is None else position, n),
        }
        sizes = {"n": n, "n_ctx": n_ctx, "width": width, "learned": floats(gpt.pos.weight[:n])}
        super().__init__(language, start=start, **sizes, **start)

    @traitlets.validate("dimension", "position")
    def _index(self, proposal: dict) -> int:
        name = proposal["trait"].name
        return check(name, proposal["value"], self.width if name == "dimension" else self.n)

    def figure(self) -> "Picture":
        from .. import figures

        return figures.positions(self.gpt, self.dimension, self.position)

    def words(self) -> str:
        learned = self.gpt.pos.weight.detach()[: self.n]
        apart = min(8, self.n - 1)
        said: dict[str, Any] = {}
        for name, vectors in (("learned", learned), ("formula", sinusoids(self.n, self.width))):
            cosines = position_cosines(vectors)
            said[name] = _two(cosines.diagonal(apart).mean())
            said[f"{name}_here"] = _two(vectors[self.position, self.dimension])
        return self.strings["words"].format(
            n=f"{self.n_ctx:,}",
            width=f"{self.width:,}",
            apart=apart,
            dimension=self.dimension,
            position=self.position,
            **said,
        )


def positions(gpt: GPT, dimension: int | None = None, position: int | None = None, language: str = "en") -> Positions:
    """The explorer of position vectors: learned and sinusoidal side by side, and how alike positions are.

    dimension: 0..d_model - 1, whose curve over the positions is shown. position: whose cosines with all others are.
    """
    return Positions(gpt, dimension, position, language)


def _two(x: Tensor) -> str:
    """Two decimals; what rounds to nothing has no sign."""
    return f"{round(float(x), 2) + 0.0:.2f}"
