"""Every head of every layer side by side, with what it was measured to do; one of them under the microscope."""

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from traitlets import Bytes, List, Unicode

from ..probes.heads import head_roles, layer_patterns
from ..tracing import Trace
from .explorer import floats
from .microscope import Microscope

if TYPE_CHECKING:
    from ..figures.theme import Picture

LEAST = 0.25  # of a head's attention: below it, a role is not worth a name
SAID = 5  # heads with a role


class Heads(Microscope):
    """All heads as small patterns, labelled with their measured roles; the chosen one in the microscope beside them.

    `weights`: each head's lower triangle, row by row, in 255ths: they are only looked at. `roles`: names of what was
    measured, after the first picture; `scores`: float32, (roles, layers, heads).
    """

    name = "heads"
    most_tokens = 256
    weights = Bytes().tag(sync=True)
    roles = List(Unicode()).tag(sync=True)
    scores = Bytes().tag(sync=True)
    _measured: dict[str, Tensor] | None = None

    def traced(self, trace: Trace) -> dict[str, Any]:
        return super().traced(trace) | {"weights": _small(trace)}

    def answer(self, question: dict[str, Any]) -> None:
        """Besides another text and another layer: what the heads do."""
        if "roles" not in question:
            return super().answer(question)
        self.measure()

    def measure(self) -> dict[str, Tensor]:
        """The roles of all heads, measured once: role → (layer, head)."""
        if self._measured is None:
            self._measured = head_roles(self.trace.gpt)
            with self.hold_sync():
                self.scores = floats(torch.stack(list(self._measured.values())))
                self.roles = list(self._measured)
        return self._measured

    def figure(self) -> "Picture":
        from .. import figures

        return figures.heads(self.trace, self.measure())

    def _content(self, **instead: Any) -> dict[str, Any]:
        self.measure()  # without a kernel, nobody could
        return super()._content(**instead)

    def words(self) -> str:
        t, found = self.strings, []
        for name, table in (self._measured or {}).items():
            score, at = table.max(), divmod(int(table.argmax()), self.n_head)
            if score >= LEAST:
                found.append(
                    t["words_role"].format(layer=at[0], head=at[1], role=t[f"role_{name}"], score=f"{score:.2f}")
                )
        said = ", ".join(found[:SAID]) or t["words_none" if self._measured else "words_later"]
        return (
            t["words_heads"].format(heads=self.n_layer * self.n_head, layers=self.n_layer, roles=said) + super().words()
        )


def heads(
    trace: Trace, layer: int | None = None, head: int | None = None, query: int | None = None, key: int | None = None,
    language: str = "en",
) -> Heads:  # fmt: skip
    """All heads at once, each with its measured role; click one to see how it works.

    layer, head, query, key: what is under the microscope at first; what is not given is where the largest weight is.
    """
    return Heads(trace, layer, head, query, key, language)


def _small(trace: Trace) -> bytes:
    """All patterns in 255ths, (layer, head, lower triangle)."""
    T = len(trace)
    rows, columns = torch.tril_indices(T, T)
    layers = [layer_patterns(trace, layer)[:, rows, columns] for layer in range(trace.gpt.config.n_layer)]
    return (255 * torch.stack(layers)).round().to(torch.uint8).numpy().tobytes()
