"""Facts about people: which neurons they need, how names add up, what a straight MLP would know."""

import copy
from collections.abc import Iterable
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from gptviz import world
from gptviz.edits import check
from gptviz.geometry import promoted
from gptviz.model import GPT, Tap, untouched
from gptviz.probes.cases import first_ids, next_token_probs
from gptviz.tracing import Trace, shown
from gptviz.world.people import PEOPLE, SPORTS

ABOUT = "Let me tell you about {0}. {0} loves"  # what follows is the person's sport


def facts(gpt: GPT, without: Iterable[str] = ()) -> Tensor:
    """The probability of the right sport after `ABOUT`, for everybody in `world.people.PEOPLE`. → (people,)"""
    prompts = [ABOUT.format(person.full) for person in PEOPLE]
    right = first_ids(gpt, [person.sport for person in PEOPLE])
    return next_token_probs(gpt, prompts, without=without)[range(len(prompts)), right]


@torch.no_grad()
def neuron_worth(traced: Trace, token_id: int, position: int = -1, batch: int = 256) -> Tensor:
    """What each neuron alone is worth to one next token: how many bits its log₂-probability falls with it switched off.

    Below 0 where the token is likelier without the neuron. Every neuron is tried, each in a run of its own, at all
    positions of the text. → (layer, neuron)
    """
    gpt, config = traced.gpt, traced.gpt.config
    if traced.edits:
        raise ValueError("the trace must be of the model as it is, without edits")
    position = check("position", position, len(traced))
    before = traced.logits[position].log_softmax(-1)[token_id]
    fallen = torch.empty(config.n_layer, config.d_mlp)
    for layer, (fired, after) in enumerate(zip(traced.neurons, traced.resid_post, strict=True)):
        block: Any = gpt.blocks[layer]
        for some in torch.arange(config.d_mlp).split(batch):
            x = after - fired.T[some, :, None] * block.mlp.down.weight.T[some, None]  # (batch, T, C)
            for later in range(layer + 1, config.n_layer):
                x = gpt.blocks[later](x, later)
            log_probs = gpt.unembed(gpt.ln_final(x[:, position])).log_softmax(-1)[:, token_id]
            fallen[layer, some] = (before - log_probs) / torch.log(torch.tensor(2.0))
    return fallen


def ranked_neurons(worth: Tensor) -> list[str]:
    """The names of all neurons, as in "L2N37", the one that is worth most first. worth: (layer, neuron)"""
    order = worth.flatten().argsort(descending=True, stable=True).tolist()
    return [f"L{i // worth.shape[1]}N{i % worth.shape[1]}" for i in order]


class Names(NamedTuple):
    """What a GPT makes of every first name with every last name, whether there is such a person or not."""

    firsts: list[str]
    lasts: list[str]
    sports: list[str]
    probs: Tensor  # (first, last, sport): what follows `ABOUT`
    logits: Tensor  # (first, last, sport): each minus the mean over the sports
    asked: Tensor  # (first, last, layer, neuron): at the last token, before GELU
    fired: Tensor  # (first, last, layer, neuron): after GELU

    def at(self, full: str) -> tuple[int, int]:
        """Row and column of a name."""
        first, last = full.split()
        return self.firsts.index(first), self.lasts.index(last)


@torch.no_grad()
def names(gpt: GPT) -> Names:
    """Every first name of the people with every last name, asked for the sport."""
    firsts, lasts = (sorted({getattr(person, part) for person in PEOPLE}) for part in ("first", "last"))
    sports, shape = list(SPORTS), (len(firsts), len(lasts), -1)
    encoded = [torch.tensor(gpt.tokenizer.encode(ABOUT.format(f"{f} {l}"))) for f in firsts for l in lasts]
    end = (torch.arange(len(encoded)), torch.tensor([len(ids) - 1 for ids in encoded]))
    asked: list[Tensor] = []
    fired: list[Tensor] = []

    def keep(name: str, layer: int, value: Tensor) -> Tensor:
        block: Any = gpt.blocks[layer]
        if name == "resid_mid":
            asked.append(block.mlp.up(block.ln_mlp(value[end])))
        if name == "neurons":
            fired.append(value[end])
        return value

    final = gpt.final(torch.nn.utils.rnn.pad_sequence(encoded, batch_first=True), keep)  # (names, T, C)
    logits, ids = gpt.unembed(final[end]), first_ids(gpt, sports)
    both = (torch.stack(each, 1).view(*shape[:2], gpt.config.n_layer, -1) for each in (asked, fired))
    among = logits[:, ids] - logits[:, ids].mean(-1, keepdim=True)
    return Names(firsts, lasts, sports, logits.softmax(-1)[:, ids].view(shape), among.view(shape), *both)


def added_up(table: Tensor) -> Tensor:
    """The table that comes closest to this one if a row and a column may only add: (rows, columns, …) → the same."""
    return table.mean(1, keepdim=True) + table.mean(0, keepdim=True) - table.mean((0, 1))


def truth_table(table: Tensor, row: int, column: int) -> Tensor:
    """A table as four cells, [this row?, this column?]: means over all the others. (rows, columns, …) → (2, 2, …)"""
    rows, columns = (torch.arange(n) != i for n, i in zip(table.shape[:2], (row, column), strict=True))
    cells = [[table[some][:, others].mean((0, 1)) for others in (columns, ~columns)] for some in (rows, ~rows)]
    return torch.stack([torch.stack(each) for each in cells])


def pushes(found: Names, full: str) -> tuple[Tensor, Tensor, Tensor]:
    """What other names say of every sport, and how much more a full name's two parts push it, each with other names.

    → neither, first − neither, last − neither: (sport,) each. The full name itself is in none of them.
    """
    table = truth_table(found.logits, *found.at(full))  # (2, 2, sport)
    return table[0, 0], table[1, 0] - table[0, 0], table[0, 1] - table[0, 0]


def gates(found: Names, full: str) -> list[str]:
    """The neurons that come closest to an AND of a full name: they fire for it, with more than 1/2, and more than twice
    as strongly as, on average, for the first name with other last names, for the last with other first ones, for none.
    """
    table = truth_table(found.fired, *found.at(full))  # (2, 2, layer, neuron)
    fires = (table[1, 1] > 0.5) & (table[1, 1] > 2 * torch.stack([table[0, 0], table[0, 1], table[1, 0]]).amax(0))
    return [f"L{layer}N{neuron}" for layer, neuron in fires.nonzero().tolist()]


def says(gpt: GPT, part: str, k: int = 5) -> list[str]:
    """The k tokens that the column of a neuron, named as in "L2N37", pushes up most."""
    layer, neuron = (int(number) for number in part[1:].split("N"))
    return shown(gpt, promoted(gpt, layer, neuron).topk(k).indices.tolist())


class Straight(nn.Linear):
    """In place of an MLP: one matrix and a bias, no bend. (…, C) → (…, C)"""

    def forward(self, x: Tensor, layer: int = 0, tap: Tap = untouched) -> Tensor:
        return tap("mlp_out", layer, super().forward(x))


@torch.no_grad()
def straightened(gpt: GPT, layers: Iterable[int] | None = None, texts: int = 100, seed: int = 1_000_003) -> GPT:
    """A copy of a GPT in which the MLPs of some layers (all, unless given) are straight.

    Each becomes the matrix and bias that come closest to it, by least squares, on documents that no training saw.
    """
    layers = range(gpt.config.n_layer) if layers is None else [check("layer", l, gpt.config.n_layer) for l in layers]
    read: dict[int, list[Tensor]] = {layer: [] for layer in layers}
    for document in world.documents(seed, texts):

        def keep(name: str, layer: int, value: Tensor) -> Tensor:
            if name == "resid_mid" and layer in read:
                block: Any = gpt.blocks[layer]
                read[layer].append(block.ln_mlp(value)[0])  # (T, C)
            return value

        gpt.final(torch.tensor([gpt.tokenizer.encode(document.text)[: gpt.config.n_ctx]]), tap=keep)
    straight = copy.deepcopy(gpt)
    for layer in layers:
        bent: Any = gpt.blocks[layer]
        x = torch.cat(read[layer])
        fit = torch.linalg.lstsq(F.pad(x, (0, 1), value=1.0), bent.mlp(x)).solution  # (C + 1, C)
        line = Straight(gpt.config.d_model, gpt.config.d_model)
        line.weight.copy_(fit[:-1].T)
        line.bias.copy_(fit[-1])
        straight.blocks[layer].register_module("mlp", line)
    return straight
