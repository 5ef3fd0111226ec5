"""Neurons: what fires them, and which of them to show."""

from collections.abc import Iterable
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import torch
from torch import Tensor

from gptviz import world
from gptviz.edits import check
from gptviz.model import GPT
from gptviz.probes.cases import of_the_world
from gptviz.probes.knockouts import knocked_out, probs_at, tries_at_once
from gptviz.sampling import Prompt, prompt_ids
from gptviz.tracing import Trace, shown


class Exciting(NamedTuple):
    """What fires each neuron most in a sample of texts: the k texts in which it fires most, and where in them."""

    texts: list[list[int]]  # token ids
    values: Tensor  # (layer, neuron, k): after GELU, the largest first
    text: Tensor  # (layer, neuron, k): which of `texts`
    position: Tensor  # (layer, neuron, k)


@torch.inference_mode()
def exciting(gpt: GPT, prompts: Iterable[Prompt], k: int = 8, batch: int = 25) -> Exciting:
    """Run texts, each cut at `n_ctx` tokens, and keep for every neuron the k that excite it most."""
    texts = [prompt_ids(gpt, prompt)[: gpt.config.n_ctx] for prompt in prompts]
    if not texts:
        raise ValueError("expected at least one text, got none")
    best: list[list[Tensor]] = [[] for _ in range(gpt.config.n_layer)]
    where: list[list[Tensor]] = [[] for _ in range(gpt.config.n_layer)]
    for start in range(0, len(texts), batch):
        part = [torch.tensor(ids) for ids in texts[start : start + batch]]
        padded = torch.nn.utils.rnn.pad_sequence(part, batch_first=True)  # (B, T), filled up where nobody looks
        beyond = torch.arange(padded.shape[1]) >= torch.tensor([len(ids) for ids in part])[:, None]

        def keep(name: str, layer: int, value: Tensor, beyond: Tensor = beyond) -> Tensor:
            if name == "neurons":
                value_there, position = value.masked_fill(beyond[..., None], -torch.inf).max(1)  # (B, neuron)
                best[layer].append(value_there)
                where[layer].append(position)
            return value

        gpt.final(padded, tap=keep)
    found = torch.stack([torch.cat(rows) for rows in best])  # (layer, text, neuron)
    places = torch.stack([torch.cat(rows) for rows in where])
    top = found.topk(min(k, len(texts)), dim=1)
    positions = places.gather(1, top.indices)
    return Exciting(texts, *(each.transpose(1, 2) for each in (top.values, top.indices, positions)))


_sampled: "WeakKeyDictionary[GPT, tuple[int, Exciting]]" = WeakKeyDictionary()


def world_sample(gpt: GPT, texts: int = 100, seed: int = 1_000_003) -> Exciting:
    """What fires each neuron most in documents that no training saw; measured once per GPT, and again if it changes."""
    version = sum(weight._version for weight in gpt.parameters())
    if gpt not in _sampled or _sampled[gpt][0] != version:
        _sampled[gpt] = version, exciting(gpt, [document.text for document in world.documents(seed, texts)])
    return _sampled[gpt][1]


class Context(NamedTuple):
    """One place where a neuron fires: the words before, the token at which it does, those after, and how strongly."""

    before: str
    token: str
    after: str
    value: float


def excited_by(traced: Trace, layer: int, neuron: int, k: int = 8) -> tuple[list[Context], bool]:
    """What excites a neuron most, best first, and whether that was measured on unseen texts of its world.

    Of a model that is not of the tiny world we have no corpus: then these are the k tokens of the trace's own text.
    """
    gpt = traced.gpt
    if of_the_world(gpt):
        found = world_sample(gpt)
        text, position = found.text[layer, neuron].tolist()[:k], found.position[layer, neuron].tolist()[:k]
        places = [(found.texts[t], p) for t, p in zip(text, position, strict=True)]
        return [
            _context(gpt, *at, v) for at, v in zip(places, found.values[layer, neuron].tolist(), strict=False)
        ], True
    top = traced.neurons[layer][:, neuron].sort(descending=True, stable=True)
    own = zip(top.indices.tolist()[:k], top.values.tolist(), strict=False)
    return [_context(gpt, traced.ids.tolist(), position, value) for position, value in own], False


def _context(gpt: GPT, ids: list[int], position: int, value: float) -> Context:
    before, after = ids[max(0, position - 8) : position], ids[position + 1 : position + 4]
    return Context("".join(shown(gpt, before)), shown(gpt, [ids[position]])[0], "".join(shown(gpt, after)), value)


def telling_neuron(traced: Trace, position: int = -1, tries: int | None = None) -> tuple[int, int]:
    """The neuron (layer, neuron) without which the prediction at a position moves most, of those that are tried.

    Tried are those that push the likeliest token up most by themselves: 24, or as many as take no time.
    """
    gpt, config = traced.gpt, traced.gpt.config
    position = check("position", position, len(traced))
    tries = min(24, tries_at_once(traced)) if tries is None else tries
    best = int(probs_at(traced, position).argmax())
    wanted = gpt.unembed.weight[best] * gpt.ln_final.weight
    pushes = []
    with torch.no_grad():
        for layer in range(config.n_layer):
            block: Any = gpt.blocks[layer]
            columns = block.mlp.down.weight  # (C, d_mlp)
            pushes.append(traced.neurons[layer][position] * (wanted @ (columns - columns.mean(0))))
    first = torch.stack(pushes).flatten().topk(min(tries, config.n_layer * config.d_mlp)).indices.tolist()
    tried = {at: f"L{at // config.d_mlp}N{at % config.d_mlp}" for at in first}
    if len(tried) > 1:
        moved = dict(knocked_out(traced, position, tried.values()))
        first.sort(key=lambda at: -moved[tried[at]])
    return divmod(first[0], config.d_mlp)


def chosen_neuron(traced: Trace, layer: int | None, neuron: int | None, position: int) -> tuple[int, int]:
    """The neuron that was asked for; of a layer alone, its most active one; of nothing, the most telling one."""
    if layer is None and neuron is None:
        return telling_neuron(traced, position)
    if layer is None:
        raise ValueError(f"a neuron is named by its layer and its number, got neuron {neuron} without a layer")
    layer = check("layer", layer, traced.gpt.config.n_layer)
    if neuron is None:
        return layer, int(traced.neurons[layer][position].argmax())
    return layer, check("neuron", neuron, traced.gpt.config.d_mlp)


def most_active(traced: Trace, layer: int, k: int = 24) -> list[int]:
    """The k neurons of a layer that fire most strongly somewhere in the text, the strongest first."""
    neurons = traced.neurons[layer]
    return neurons.abs().amax(0).sort(descending=True, stable=True).indices[:k].tolist()
