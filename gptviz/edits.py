"""What a trace may change on its way: parts switched off or scaled, and values put in.

Parts are named, counted from 0: `"L1H2"` a head, `"L1MLP"` a whole MLP, `"L2N37"` a neuron, `"pos"` the positions.
"""

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch import Tensor

from .glossary import GLOSSARY
from .model import Config

# What the model's tap calls carry, so what can be replaced. Everything else follows from these.
ATTENTION = ("resid_pre", "q", "k", "v", "z", "attn_out")
PATCHABLE = ("embed", "pos", *ATTENTION, "resid_mid", "neurons", "mlp_out", "resid_post", "final")

_PART = re.compile(r"L(\d+)(?:(MLP)|H(\d+)|N(\d+))|(pos)")
Index = tuple[Any, ...]


class Edits:
    """All changes of one trace; `tap` makes them, in the forward pass and whenever something is recomputed.

    without: parts whose contribution is 0 (a head's `z`, an MLP's `mlp_out`, a neuron after GELU, `pos`).
    scale: parts and the factor their contribution is multiplied with.
    patch: `("resid_post", 1)` → (T, d_model), `("z", 1, 2)` → (T, d_head), or with a position as last index → one row.
    A patch comes last: the value put in is the value that goes on. `factors`: part → factor, 0 for `without`.
    `patches`: the patch as it was given.
    """

    def __init__(
        self,
        config: Config,
        n_tokens: int,
        without: Iterable[str] = (),
        patch: Mapping[tuple, Tensor] | None = None,
        scale: Mapping[str, float] | None = None,
    ):
        self._config, self._n_tokens = config, n_tokens
        self.patches = dict(patch or {})
        self._at: dict[tuple[str, int], list[tuple[Index, float | Tensor]]] = {}
        without = (without,) if isinstance(without, str) else tuple(without)
        self.factors = dict.fromkeys(without, 0.0)
        for part, factor in (scale or {}).items():
            if part in self.factors:
                raise ValueError(f"{part} is in both without and scale; name it in one of them")
            if not math.isfinite(factor):
                raise ValueError(f"scale must be a finite number, got {factor} for {part}")
            self.factors[part] = float(factor)
        for part, factor in self.factors.items():
            self._scale(part, factor)
        for key, value in self.patches.items():
            self._patch(key, value)

    def __bool__(self) -> bool:
        return bool(self._at)

    def names(self) -> list[str]:
        """Each edit in a few characters: `"L1H2 × 0"`, `"z[1, 2]"`."""
        keys = [(key,) if isinstance(key, str) else key for key in self.patches]
        return [
            *(f"{part} × {factor:g}" for part, factor in self.factors.items()),
            *(f"{name}{list(index) if index else ''}" for name, *index in keys),
        ]

    def patched(self, name: str | None = None) -> bool:
        """Whether a value was put in for this name (or for any)."""
        return any(
            isinstance(change, Tensor)
            for (place, _), edits in self._at.items()
            for _, change in edits
            if name in (None, place)
        )

    def first_layer(self) -> int:
        """The first layer that is changed: -1 where it is what goes into the first, n_layer where it is `final`."""
        outside = {"embed": -1, "pos": -1, "final": self._config.n_layer}
        return min((outside.get(name, layer) for name, layer in self._at), default=self._config.n_layer)

    def tap(self, name: str, layer: int, value: Tensor) -> Tensor:
        """The value with its edits, on a copy; without any, the value itself."""
        edits = self._at.get((name, layer))
        if not edits:
            return value
        value = value.clone()
        for index, change in edits:
            value[index] = change if isinstance(change, Tensor) else value[index] * change
        return value

    def _scale(self, part: str, factor: float) -> None:
        config = self._config
        match = _PART.fullmatch(part) if isinstance(part, str) else None
        if not match:
            raise ValueError(
                f"expected a head 'L0H0'..'L{config.n_layer - 1}H{config.n_head - 1}', an MLP 'L0MLP', "
                f"a neuron 'L0N0'..'L{config.n_layer - 1}N{config.d_mlp - 1}' or 'pos', got {part!r}"
            )
        layer, mlp, head, neuron, pos = match.groups()
        if pos:
            self._add("pos", 0, (...,), factor)
            return
        layer = check("layer", int(layer), config.n_layer)
        if mlp:
            self._add("mlp_out", layer, (...,), factor)
        elif head:
            head = check("head", int(head), config.n_head)
            self._add("z", layer, (..., head, slice(None), slice(None)), factor)
        else:
            self._add("neurons", layer, (..., check("neuron", int(neuron), config.d_mlp)), factor)

    def _patch(self, key: tuple, value: Tensor) -> None:
        name, *index = (key,) if isinstance(key, str) else tuple(key)
        if name not in PATCHABLE:
            raise ValueError(f"patch can change {', '.join(PATCHABLE)}; got {name!r}")
        meaning = GLOSSARY[name]
        axes = (*meaning.indexes, "position")
        if not len(axes) - 1 <= len(index) <= len(axes):
            raise ValueError(
                f"a patch of {name} is written ({name!r}, {', '.join(axes)}), position optional; got {key!r}"
            )
        sizes = {"layer": self._config.n_layer, "head": self._config.n_head, "position": self._n_tokens}
        at = {axis: check(axis, i, sizes[axis]) for axis, i in zip(axes, index, strict=False)}
        rows = at.get("position", slice(None))
        width = getattr(self._config, meaning.shape[-1])
        expected = (width,) if "position" in at else (self._n_tokens, width)
        value = torch.as_tensor(value, dtype=torch.float32).detach()
        if tuple(value.shape) != expected:
            raise ValueError(f"a patch of {key!r} must have shape {expected}, got {tuple(value.shape)}")
        head = (at["head"],) if "head" in at else ()
        self._add(name, at.get("layer", 0), (..., *head, rows, slice(None)), value)

    def _add(self, name: str, layer: int, index: Index, change: float | Tensor) -> None:
        self._at.setdefault((name, layer), []).append((index, change))


def check(axis: str, i: int, size: int) -> int:
    """An index in 0..size-1, counted from the end when negative; else one clear error."""
    if not hasattr(i, "__index__") or not -size <= i < size:
        of = "text" if axis == "position" else "model"
        raise ValueError(f"{axis} must be 0..{size - 1} for this {of}, got {i!r}")
    return int(i) % size
