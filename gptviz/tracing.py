"""Trace: one text through the GPT, and everything computed on the way, by its glossary name.

A forward pass keeps the residual stream; a head or a neuron is computed from it when first asked for, then remembered.
So a trace costs what a forward pass costs, and memory grows with layers × tokens × width, not with heads × tokens².
What is computed later uses the same functions of model.py as the forward pass, so that the two cannot drift apart.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import torch
from torch import Tensor

from .edits import Edits, check
from .glossary import GLOSSARY
from .model import GPT
from .sampling import Prompt, distribution, prompt_ids

KEPT = ("resid_pre", "resid_mid", "resid_post")  # by the forward pass: the stream before, in and after each block
SQUARE = ("scores", "scaled", "masked", "pattern")  # tokens² each, so computed for the one head that is asked for
RARELY = 20  # a token that training saw fewer times than this was not learned


def trace(
    gpt: GPT,
    text_or_token_ids: Prompt,
    without: Iterable[str] = (),
    patch: Mapping[tuple, Tensor] | None = None,
    scale: Mapping[str, float] | None = None,
) -> "Trace":
    """Run one text (or its token ids; nothing is added) through the GPT and keep hold of what happens.

    without, patch, scale: see `edits.Edits`. A text of no token, or of more than `n_ctx`, is an error.
    """
    return Trace(gpt, text_or_token_ids, without, patch, scale)


class Trace:
    """Every name of the glossary is an attribute: `trace.embed` (T, d_model), `trace.neurons[2]` (T, d_mlp),
    `trace.pattern[1, 2]` (T, T). float32 and without gradient; one text, so no batch axis. Read, don't write into them.

    `gpt`, `text`, `ids` (T,), `tokens`: what was run. `edits`: what was changed.
    """

    def __init__(
        self,
        gpt: GPT,
        prompt: Prompt,
        without: Iterable[str] = (),
        patch: Mapping[tuple, Tensor] | None = None,
        scale: Mapping[str, float] | None = None,
    ):
        ids = prompt_ids(gpt, prompt)
        if len(ids) > gpt.config.n_ctx:
            raise ValueError(f"this model reads {gpt.config.n_ctx} tokens at most, got {len(ids)}")
        self.gpt, self.ids = gpt, torch.tensor(ids)
        self.edits = Edits(gpt.config, len(ids), without, patch, scale)
        self.tokens = shown(gpt, ids)
        if isinstance(prompt, str):
            self.text = prompt
        else:
            self.text = "".join(self.tokens) if gpt.tokenizer is None else gpt.tokenizer.decode(ids)
        self._known: dict[tuple, Tensor] = {}
        # One piece of memory for the whole stream: pieces kept one by one would leave holes that stay with the process.
        self._stream = torch.empty(2 * gpt.config.n_layer + 1, len(ids), gpt.config.d_model)
        with torch.no_grad():
            gpt.final(self.ids[None], tap=self._tap)

    def _tap(self, name: str, layer: int, value: Tensor) -> Tensor:
        edited = self.edits.tap(name, layer, value)
        if name == "resid_pre" and layer:  # what left the block before, unless it was edited on the way
            same = edited is value
            self._known[name, layer] = self._known["resid_post", layer - 1] if same else edited[0]
        elif name in KEPT:
            kept = self._stream[2 * layer + KEPT.index(name)].copy_(edited[0])  # (T, C)
            self._known[name, layer] = kept
            return kept[None]
        return edited

    def __len__(self) -> int:
        return len(self.ids)

    def __repr__(self) -> str:
        return f"<Trace of {self.tokens}>"

    def __dir__(self) -> Iterable[str]:
        return [*super().__dir__(), *(name for name in GLOSSARY)]

    def __getattr__(self, name: str) -> Any:
        if name not in GLOSSARY:
            raise AttributeError(f"a trace has no {name!r}; it has {', '.join(GLOSSARY)}")
        return View(self, name) if GLOSSARY[name].indexes else self._read(name)

    def _read(self, name: str, layer: int = 0, head: int = 0) -> Tensor:
        """One tensor, without layer and head axes: known already, or computed now and remembered."""
        key = (name, layer, head) if name in SQUARE else (name, layer)
        if key not in self._known:
            with torch.no_grad():
                self._known[key] = self._compute(name, layer, head)
        whole_layer = "head" in GLOSSARY[name].indexes and name not in SQUARE
        return self._known[key][head] if whole_layer else self._known[key]

    def _compute(self, name: str, layer: int, head: int) -> Tensor:
        """What `Block.forward` computes on its way, from the residual stream that it left behind. Edits apply again."""
        gpt, tap, known = self.gpt, self.edits.tap, self._known
        block: Any = gpt.blocks[layer]
        attn, mlp = block.attn, block.mlp
        match name:
            case "embed":
                return tap("embed", 0, gpt.embed(self.ids)[None])[0]  # (T, C)
            case "pos":
                return tap("pos", 0, gpt.pos.weight[: len(self)].detach())  # (T, C)
            case "attn_in":
                return block.ln_attn(self.resid_pre[layer])  # (T, C)
            case "q" | "k" | "v":
                qkv = attn.queries_keys_values(self.attn_in[layer][None])  # three of (1, H, T, D)
                known.update(
                    {(each, layer): tap(each, layer, value)[0] for each, value in zip("qkv", qkv, strict=True)}
                )
                return known[name, layer]  # (H, T, D)
            case "scores":
                return attn.scores(self.q[layer, head], self.k[layer, head])  # (T, T), as the next three
            case "scaled":
                return attn.scaled(self._compute("scores", layer, head))
            case "masked":
                return attn.masked(self._compute("scaled", layer, head))
            case "pattern":
                return attn.pattern(self._compute("masked", layer, head))
            case "z":
                q, k, v = self.q[layer][None], self.k[layer][None], self.v[layer][None]
                return tap("z", layer, attn.mix(q, k, v))[0]  # (H, T, D)
            case "delta":
                return attn.delta(self.z[layer][None])[0]  # (H, T, C)
            case "attn_out":
                return tap("attn_out", layer, attn.join(self.z[layer][None]))[0]  # (T, C)
            case "mlp_in":
                return block.ln_mlp(self.resid_mid[layer])  # (T, C)
            case "mlp_pre":
                return mlp.up(self.mlp_in[layer])  # (T, d_mlp)
            case "neurons":
                return tap("neurons", layer, mlp.neurons(self.mlp_pre[layer]))  # (T, d_mlp)
            case "mlp_out":
                return tap("mlp_out", layer, mlp.down(self.neurons[layer]))  # (T, C)
            case "final":
                return tap("final", 0, gpt.ln_final(self.resid_post[-1])[None])[0]  # (T, C)
            case "logits":
                return gpt.unembed(self.final)  # (T, vocabulary)
            case "probs":
                return distribution(self.logits)  # (T, vocabulary)
        raise NotImplementedError(f"the glossary has {name!r}, but a trace cannot compute it")

    def next_tokens(
        self,
        k: int = 10,
        temperature: float = 1.0,
        top_k: int | None = None,
        top_p: float | None = None,
        position: int = -1,
    ) -> list[tuple[str, float]]:
        """The k most likely tokens to follow a position (the last), with their probabilities, best first.

        temperature, top_k, top_p: as in `sampling.distribution`; tokens they rule out are left out.
        """
        if k < 1:
            raise ValueError(f"k must be at least 1, got {k}")
        position = check("position", position, len(self))
        with torch.no_grad():
            logits = self.gpt.unembed(self.final[position])  # (vocabulary,)
        probs = distribution(logits, temperature, top_k, top_p)
        best = logits.argsort(stable=True, descending=True)[:k]
        best = best[probs[best] > 0]
        return list(zip(shown(self.gpt, best.tolist()), probs[best].tolist(), strict=True))

    def again(
        self,
        without: Iterable[str] = (),
        patch: Mapping[tuple, Tensor] | None = None,
        scale: Mapping[str, float] | None = None,
    ) -> "Trace":
        """The same text once more, with further edits on top of those of this trace; factors multiply."""
        patch, scale = self.edited(without, patch, scale)
        return Trace(self.gpt, self.ids, patch=patch, scale=scale)

    def edited(
        self, without: Iterable[str], patch: Mapping[tuple, Tensor] | None, scale: Mapping[str, float] | None
    ) -> tuple[dict[tuple, Tensor], dict[str, float]]:
        """The patch and the factors of this trace together with further ones."""
        factors = dict(self.edits.factors)
        without = (without,) if isinstance(without, str) else without
        for part, factor in [*dict.fromkeys(without, 0.0).items(), *(scale or {}).items()]:
            factors[part] = factors.get(part, 1.0) * factor
        return {**self.edits.patches, **(patch or {})}, factors

    @property
    def times_seen(self) -> list[int] | None:
        """How often training saw each of these tokens, or None for a model that nobody counted for."""
        return None if self.gpt.token_counts is None else self.gpt.token_counts[self.ids].tolist()

    @property
    def rarely_seen(self) -> list[bool]:
        """True for each token that training saw fewer than RARELY times; all False where nobody counted."""
        seen = self.times_seen
        return [False] * len(self) if seen is None else [times < RARELY for times in seen]

    @property
    def note(self) -> str:
        """One sentence for the reader where this text is beyond what the model learned, else ""."""
        rare = [token for token, is_rare in zip(self.tokens, self.rarely_seen, strict=True) if is_rare]
        if not rare:
            return ""
        named = ", ".join(repr(token) for token in dict.fromkeys(rare))
        return (
            f"{len(rare)} of {len(self)} tokens were never or hardly seen in training ({named}): "
            "what the model makes of them is a guess."
        )


class View:
    """One name of a trace at every layer (and head): `view[1, 2]`, `view[1]`, `view[:, 2]`, `for layer in view`."""

    def __init__(self, trace: Trace, name: str):
        self._trace, self._name = trace, name
        config = trace.gpt.config
        self._sizes = {axis: {"layer": config.n_layer, "head": config.n_head}[axis] for axis in GLOSSARY[name].indexes}

    def __len__(self) -> int:
        return self._sizes["layer"]

    def __iter__(self) -> Iterator[Tensor]:
        return (self[layer] for layer in range(len(self)))

    def __getitem__(self, index: Any) -> Tensor:
        """Numbers choose (negative ones from the end), slices and axes left out are stacked: [1] → (head, …)."""
        given = index if isinstance(index, tuple) else (index,)
        if len(given) > len(self._sizes):
            axes = ", ".join(self._sizes)
            raise ValueError(f"{self._name} is read as {self._name}[{axes}], got {len(given)} indices")
        return self._pick((*given, slice(None), slice(None))[: len(self._sizes)], ())

    def _pick(self, index: tuple, chosen: tuple[int, ...]) -> Tensor:
        if len(chosen) == len(index):
            return self._trace._read(self._name, *chosen)
        (axis, size), i = list(self._sizes.items())[len(chosen)], index[len(chosen)]
        if not isinstance(i, slice):
            return self._pick(index, (*chosen, check(axis, i, size)))
        several = range(size)[i]
        if not several:
            raise ValueError(f"{axis} must be 0..{size - 1} for this model, got an empty slice")
        return torch.stack([self._pick(index, (*chosen, each)) for each in several])

    def __repr__(self) -> str:
        meaning = GLOSSARY[self._name]
        axes = ", ".join(f"{axis} 0..{size - 1}" for axis, size in self._sizes.items())
        return f"<{self._name}[{axes}] → ({', '.join(meaning.shape)}): {meaning.sentence}>"


def shown(gpt: GPT, ids: list[int]) -> list[str]:
    """Each id as a str one can see, also for a GPT without a tokenizer."""
    return [f"⟨id {i}⟩" for i in ids] if gpt.tokenizer is None else gpt.tokenizer.tokens(ids)
