"""Lesson 06, Where does it keep what it knows? Its claims and exercises."""

import copy
import math
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from .. import world
from ..checkpoint import load
from ..model import GPT
from ..probes.cases import first_ids
from ..probes.facts import (
    ABOUT,
    PEOPLE,
    added_up,
    facts,
    gates,
    names,
    neuron_worth,
    pushes,
    ranked_neurons,
    straightened,
    truth_table,
)
from ..tracing import Trace, trace
from . import NOTHING_YET, Measured, claim, task
from .cast import CREATURE

FULL = "Michael Jordan"
SPORT = "basketball"
CASES = ((0, 0), (1, 0), (0, 1), (1, 1))  # first name there, last name there


def about(gpt: GPT, full: str = FULL) -> tuple[Trace, int]:
    """Somebody, asked for the sport; and the token that is right."""
    sport = next(person.sport for person in PEOPLE if person.full == full)
    return trace(gpt, ABOUT.format(full)), first_ids(gpt, [sport])[0]


def needed(gpt: GPT) -> int:
    """The layer of the MLP without which the least is known about the people."""
    layers = range(gpt.config.n_layer)
    return min(layers, key=lambda layer: float(facts(gpt, [f"L{layer}MLP"]).mean()))


def mlp_by_loop(mlp: Any, x: Tensor) -> Tensor:
    """What an MLP makes of one vector, one neuron at a time. (C,) → (C,)"""
    out = mlp.down.bias.clone()
    for n in range(len(mlp.up.weight)):
        fires = F.gelu(mlp.up.weight[n] @ x + mlp.up.bias[n], approximate="tanh")
        out += fires * mlp.down.weight[:, n]
    return out


def losses(gpt: GPT, texts: int = 20) -> float:
    """Mean surprise, in nats per token, at documents that no training saw."""
    total, count = 0.0, 0
    for document in world.documents(2_000_003, texts):
        ids = torch.tensor(gpt.tokenizer.encode(document.text)[: gpt.config.n_ctx])
        total += float(F.cross_entropy(gpt(ids[None])[0, :-1], ids[1:], reduction="sum"))
        count += len(ids) - 1
    return total / count


def explained(table: Tensor) -> float:
    """The share of a table's variance that rows and columns give by adding. (rows, columns, …) → 0 to 1"""
    beyond, around = table - added_up(table), table - table.mean((0, 1))
    return 1 - float((beyond**2).sum() / (around**2).sum())


@claim("06.1", "Neuron by neuron, as matrix products and in the trace: the MLP gives the same vector.")
def _(gpt: GPT) -> Measured:
    traced, worst = trace(gpt, CREATURE), 0.0
    for layer in range(gpt.config.n_layer):
        mlp: Any = gpt.blocks[layer].mlp
        x, out = traced.mlp_in[layer][-1], traced.mlp_out[layer][-1]
        fires = F.gelu(mlp.up.weight @ x + mlp.up.bias, approximate="tanh")
        matrix = mlp.down.weight @ fires + mlp.down.bias
        worst = max(worst, *(float((each - out).abs().max()) for each in (mlp_by_loop(mlp, x), matrix)))
    return f"largest difference {worst:.0e}", worst < 1e-4


@claim("06.2", "Change one token's vector, and the MLP's output moves at that token only.")
def _(gpt: GPT) -> Measured:
    x, moved = trace(gpt, CREATURE).mlp_in[0].clone(), []
    mlp: Any = gpt.blocks[0].mlp
    before = mlp(x)
    for position in range(len(x)):
        changed = x.clone()
        changed[position] += 1.0
        moved.append((mlp(changed) - before).abs().amax(-1))
    table = torch.stack(moved)
    here, others = table.diagonal().min(), (table - table.diag().diag()).max()
    return f"others by {float(others):.0e}, the token itself by {float(here):.1f}", float(others) < 1e-5 < float(here)


@claim("06.3", "With its weights given, attention only mixes: values twice as large, twice as much; an MLP does not.")
def _(gpt: GPT) -> Measured:
    traced, worst, bent = trace(gpt, CREATURE), 0.0, []
    for layer in range(gpt.config.n_layer):
        block: Any = gpt.blocks[layer]
        mixed = traced.pattern[layer, 0] @ (2 * traced.v[layer, 0])
        worst = max(worst, float((mixed - 2 * traced.z[layer, 0]).abs().max()))
        x = traced.mlp_in[layer]
        off = block.mlp(2 * x) - block.mlp(0 * x) - 2 * (block.mlp(x) - block.mlp(0 * x))
        bent.append(float(off.norm() / (block.mlp(2 * x) - block.mlp(0 * x)).norm()))
    return f"attention {worst:.0e} off, the MLPs at least {min(bent):.0%} of their output", worst < 1e-4 < min(bent)


def gate(bias: float, bend: Callable[[Tensor], Tensor] = torch.relu) -> list[float]:
    """What the toy neuron gives for neither name, the first, the last, both."""
    return [float(bend(torch.tensor(first + last + bias))) for first, last in CASES]


def gelu(x: Tensor) -> Tensor:
    return F.gelu(x, approximate="tanh")


def said(values: Sequence[float]) -> str:
    return ", ".join(f"{value:.3f}".replace("-", "−") for value in values) + " for neither, first, last, both"


@claim("06.4", "With ReLU and bias −1 the gate is exact.")
def _(gpt: GPT) -> Measured:
    return said(gate(-1.0)), gate(-1.0) == [0, 0, 0, 1]


@claim("06.5", "Without the bias one name alone fires it.")
def _(gpt: GPT) -> Measured:
    return said(gate(0.0)), gate(0.0)[1] == gate(0.0)[2] == 1


@claim("06.6", "With GELU it is nearly so.")
def _(gpt: GPT) -> Measured:
    neither, first, last, both = gate(-1.0, gelu)
    holds = first == last == 0 and abs(both - 0.841) < 5e-4 and -0.2 < neither < 0
    return said([neither, first, last, both]), holds


@claim("06.7", "Without a bend no bias makes an AND: the second name always adds what the first added.")
def _(gpt: GPT) -> Measured:
    tables = [gate(bias, lambda x: x) for bias in (-2.0, -1.0, -0.5, 0.0, 1.0)]
    gaps = [(both - last) - (first - neither) for neither, first, last, both in tables]
    return f"difference {max(map(abs, gaps)):g} at {len(gaps)} biases", max(map(abs, gaps)) == 0


@claim("06.8", "GELU and ReLU differ by 0.17 at most, and beyond −3 and 3 hardly at all.")
def _(gpt: GPT) -> Measured:
    x = torch.linspace(-6, 6, 1201)
    gap = (gelu(x) - torch.relu(x)).abs()
    far = float(gap[x.abs() >= 3].max())
    return f"by at most {float(gap.max()):.2f}, and {far:.3f} beyond −3 and 3", far < 0.01 < float(gap.max()) < 0.175


@claim("06.9", "Most neurons of the tiny GPT are below zero before the bend.")
def _(gpt: GPT) -> Measured:
    below = torch.cat([layer.flatten() for layer in about(gpt)[0].mlp_pre]) < 0
    return f"{float(below.float().mean()):.0%} of {len(below):,}", float(below.float().mean()) > 0.5


@claim("06.10", "It cannot change its bend after training: with ReLU put in, it reads worse.")
def _(gpt: GPT) -> Measured:
    before = losses(gpt)
    with torch.no_grad():
        after = losses(with_relu(gpt))
    return f"loss {before:.2f} before, {after:.2f} with ReLU", after > before + 0.1


def with_relu(gpt: GPT) -> GPT:
    """The same weights with ReLU for GELU."""
    other = copy.deepcopy(gpt)
    for block in other.blocks:
        block.mlp.neurons = torch.relu  # type: ignore[union-attr]
    return other


@claim("06.11", "It knows: Michael Jordan loves basketball, and the sports of the others too.")
def _(gpt: GPT) -> Measured:
    known = facts(gpt)
    mine = float(known[[person.full for person in PEOPLE].index(FULL)])
    number = f"basketball {mine:.1%}; over one half for {int((known > 0.5).sum())} of {len(known)} people"
    return number, mine > 0.9 and float((known > 0.5).float().mean()) > 0.95


@claim("06.12", "Without the MLP that is needed most, no sport is known, but nothing else either.")
def _(gpt: GPT) -> Measured:
    layer = needed(gpt)
    known, before = facts(gpt, [f"L{layer}MLP"]), losses(gpt)
    broken = without_mlp(gpt, layer)
    after = losses(broken)
    number = f"L{layer}MLP off: {int((known > 0.5).sum())} of {len(known)} sports; loss {before:.2f} → {after:.2f}"
    return number, float(known.max()) < 0.5 and after > math.log(gpt.config.vocab_size)  # worse than a blind guess


def without_mlp(gpt: GPT, layer: int) -> GPT:
    """A copy without one MLP."""
    other = copy.deepcopy(gpt)
    mlp: Any = other.blocks[layer].mlp
    mlp.down.weight.zero_()
    mlp.down.bias.zero_()
    return other


@claim("06.13", "No single neuron holds the fact: whichever is switched off, basketball stays far ahead.")
def _(gpt: GPT) -> Measured:
    traced, right = about(gpt)
    worth = neuron_worth(traced, right)
    worst = float(traced.probs[-1, right]) * 2 ** -float(worth.max())
    return f"{float(traced.probs[-1, right]):.1%}, and {worst:.1%} without {ranked_neurons(worth)[0]}", worst > 0.9


def until_lost(gpt: GPT, most: int = 512) -> tuple[int, float]:
    """How many neurons must go, the most telling first, until the fact is under one half; as many at random."""
    traced, right = about(gpt)
    ranked = ranked_neurons(neuron_worth(traced, right))
    left = lambda off: float(trace(gpt, traced.text, without=off).probs[-1, right])  # noqa: E731
    count = next(n for n in range(1, most) if left(ranked[:n]) < 0.5)
    order = torch.randperm(len(ranked), generator=torch.Generator().manual_seed(0))[:count].tolist()
    return count, left([ranked[i] for i in order])


@claim("06.14", "Several must go, the most telling first, until the fact is lost; as many at random do nothing.")
def _(gpt: GPT) -> Measured:
    count, by_chance = until_lost(gpt)
    number = f"{count} of {gpt.config.n_layer * gpt.config.d_mlp:,} neurons; at random {by_chance:.1%} is left"
    return number, count >= 4 and by_chance > 0.9


@claim("06.15", "By then most others' sports are still known; with many more off they fade too, and not by chance.")
def _(gpt: GPT) -> Measured:
    count, far = until_lost(gpt)[0], gpt.config.n_layer * gpt.config.d_mlp // 8
    ranked = ranked_neurons(neuron_worth(*about(gpt)))
    who = [person.full for person in PEOPLE].index(FULL)
    others = torch.arange(len(PEOPLE)) != who
    order = torch.randperm(len(ranked), generator=torch.Generator().manual_seed(0))[:far].tolist()
    then, later, by_chance = (
        float((facts(gpt, off)[others] > 0.5).float().mean())
        for off in (ranked[:count], ranked[:far], [ranked[i] for i in order])
    )
    number = f"{then:.0%} known without {count}, {later:.0%} without {far}; without {far} at random {by_chance:.0%}"
    return number, then > 0.75 and later < 0.5 and by_chance > 0.9


@claim(
    "06.16", "From outside it looks like an AND, a leaky one: both names are nearly certain, either alone far from it."
)
def _(gpt: GPT) -> Measured:
    found = names(gpt)
    table = truth_table(found.probs[..., found.sports.index(SPORT)], *found.at(FULL))
    both, first, last, neither = (float(table[i]) for i in ((1, 1), (1, 0), (0, 1), (0, 0)))
    number = f"both {both:.1%}, Michael {first:.1%}, Jordan {last:.1%}, neither {neither:.1%}"
    return number, both > 0.95 and 0.05 < max(first, last) < 0.75 > neither


@claim("06.17", "Switch off every neuron that looks like an AND gate for a name, and the sport is still known.")
def _(gpt: GPT) -> Measured:
    found, known, count = names(gpt), 0, 0
    for person in PEOPLE:
        off, (traced, right) = gates(found, person.full), about(gpt, person.full)
        known += float(traced.again(without=off).probs[-1, right]) > 0.5
        count += len(off)
    return f"{known} of {len(PEOPLE)} known, {count / len(PEOPLE):.1f} neurons off for each", known > 0.9 * len(PEOPLE)


@claim("06.18", "Before the bend a neuron's answer to a full name is nearly the sum of its answers to the two names.")
def _(gpt: GPT) -> Measured:
    layer = needed(gpt)
    share = explained(names(gpt).asked[:, :, layer])
    return f"{share:.1%} of the variance in layer {layer} is a first name's share plus a last name's", share > 0.9


@claim("06.19", "What the two halves of a name push with other partners, added up, is enough for most people's sports.")
def _(gpt: GPT) -> Measured:
    found = names(gpt)
    first = [found.sports[int(torch.stack(pushes(found, person.full)).sum(0).argmax())] for person in PEOPLE]
    right = sum(sport == person.sport for sport, person in zip(first, PEOPLE, strict=True))
    return f"{right} of {len(PEOPLE)}", right > 0.8 * len(PEOPLE)


@claim("06.20", "Made straight, the MLP that is needed most still lets most sports through.")
def _(gpt: GPT) -> Measured:
    layer = needed(gpt)
    known = int((facts(straightened(gpt, [layer], texts=60)) > 0.5).sum())
    return f"{known} of {len(PEOPLE)} with MLP {layer} straight", known > 0.6 * len(PEOPLE)


@claim(
    "06.21", "With all MLPs straight the model reads far worse: the bend earns its keep, if not as a gate for names."
)
def _(gpt: GPT) -> Measured:
    before, after = losses(gpt), losses(straightened(gpt, texts=60))
    return f"loss {before:.2f}, and {after:.2f} with every MLP straight", after > before + 1


@claim("06.22", "Of the tiny GPT's parameters about twice as many lie in its MLPs as in its attention.")
def _(gpt: GPT) -> Measured:
    mlps, attention = (
        sum(p.numel() for block in gpt.blocks for p in getattr(block, part).parameters()) for part in ("mlp", "attn")
    )
    total = sum(p.numel() for p in gpt.parameters())
    return (
        f"{mlps / total:.0%} in MLPs, {attention / total:.0%} in attention, of {total:,}",
        1.9 * attention < mlps < 2.1 * attention,
    )


@claim("06.23", "Of GPT-3's weights two thirds lie in MLPs.")
def _(gpt: GPT) -> Measured:
    d, layers, vocabulary = 12288, 96, 50257  # Brown et al. 2020, table 2.1
    mlps, total = layers * 2 * d * 4 * d, layers * (2 * d * 4 * d + 4 * d * d) + 2 * vocabulary * d
    return f"{mlps:,} of {total:,}: {mlps / total:.0%}", round(100 * mlps / total) == 66 and total == 175_181_291_520


@claim(
    "06.24", "Most neurons that this fact owes most to fire as strongly in stories without either name or basketball."
)
def _(gpt: GPT) -> Measured:
    traced, right = about(gpt)
    texts = [document.text for document in world.documents(2_000_003, 60)]
    texts = [text for text in texts if not any(word in text for word in (*FULL.split(), SPORT))]
    others = [trace(gpt, gpt.tokenizer.encode(text)[: gpt.config.n_ctx]) for text in texts]
    best, elsewhere = neuron_worth(traced, right).flatten().topk(10).indices.tolist(), 0
    for layer, neuron in (divmod(i, gpt.config.d_mlp) for i in best):
        here = traced.neurons[layer][:, neuron].max()
        elsewhere += any(bool(other.neurons[layer][:, neuron].max() >= here) for other in others)
    return f"{elsewhere} of {len(best)}, in {len(others)} stories", elsewhere >= 6


@claim("06.25", "Without the bend, up and down are one matrix.")
def _(gpt: GPT) -> Measured:
    x, worst = trace(gpt, CREATURE).mlp_in[0], 0.0
    for block in gpt.blocks:
        mlp: Any = block.mlp
        one = mlp.down.weight @ mlp.up.weight  # (C, C)
        bias = mlp.down.weight @ mlp.up.bias + mlp.down.bias
        worst = max(worst, float((mlp.down(mlp.up(x)) - (x @ one.T + bias)).abs().max()))
    return f"{tuple(one.shape)}, largest difference {worst:.0e}", worst < 1e-3


# ---- exercises ----


@task("06.1")
def _(answer: float) -> str | None:
    fires = [float(torch.relu(torch.tensor(n + float(answer)))) for n in range(4)]  # by how many names are there
    if fires == [0, 0, 0, 1]:
        return None
    if fires[2] > 0:
        return f"two of the three names already fire it, with {fires[2]:g}"
    if fires[3] == 0:
        return "now even all three names give 0: that is too far down"
    return f"all three give {fires[3]:g}, and should give 1"


@task("06.2")
def _(answer: int) -> str | None:
    config = load().config
    matrix = config.d_model * config.d_mlp
    right = 2 * matrix + config.d_mlp + config.d_model
    hints = {
        matrix: "that is one of the two matrices",
        2 * matrix: "those are the two matrices; up and down have a bias each, too",
        2 * matrix + config.d_mlp: "the bias of down is missing",
        2 * matrix + config.d_model: "the bias of up is missing",
        2 * matrix + 2 * config.d_mlp: "the bias of down is as long as what comes out of it",
        right * config.n_layer: "those are the MLPs of all layers; asked is one",
    }
    if answer == right:
        return None
    return hints.get(answer, "two matrices, d_model × d_mlp numbers each, and two biases: gpt.config has the sizes")


@task("06.3")
def _(answer: Callable[[Tensor, Any], Tensor]) -> str | None:
    if not callable(answer):
        return "hand over the function itself, without calling it: exercise('06.3', my_mlp)"
    gpt = load()
    mlp: Any = gpt.blocks[0].mlp
    x = trace(gpt, CREATURE).mlp_in[0]
    with torch.no_grad():
        got, right = answer(x, mlp), mlp(x)
        if got is None:
            return NOTHING_YET
        got = torch.as_tensor(got)
        if got.shape != right.shape:
            return (
                f"for x of shape {tuple(x.shape)} the result must be {tuple(right.shape)}, yours is {tuple(got.shape)}"
            )
        pre, down = mlp.up(x), mlp.down.weight.T
        hints = (
            (mlp.down(pre), "the bend between up and down is missing"),
            (mlp.down(torch.relu(pre)), "that is with ReLU; this GPT has GELU, F.gelu(…, approximate='tanh')"),
            (mlp.down(F.gelu(pre)), "very close: GPT-2 has the tanh form of GELU, F.gelu(…, approximate='tanh')"),
            (gelu(pre) @ down, "the bias of down is missing"),
            (mlp.down(gelu(x @ mlp.up.weight.T)), "the bias of up is missing"),
            (gelu(x @ mlp.up.weight.T) @ down, "both biases are missing"),
        )
        if torch.allclose(got, right, atol=1e-5):
            return None
        for wrong, hint in hints:
            if torch.allclose(got, wrong, atol=1e-5):
                return hint
    return f"it differs by up to {float((got - right).abs().max()):.2g}: up, GELU, down, each with its bias"


@task("06.4")
def _(answer: Sequence[float]) -> str | None:
    if len(answer) != 4:
        return "four numbers, please: the two biases, then what each neuron adds"
    b1, b2, out1, out2 = (float(each) for each in answer)
    got = [max(0.0, a + b + b1) * out1 + max(0.0, a + b + b2) * out2 for a, b in CASES]
    if all(abs(value - wanted) < 1e-6 for value, wanted in zip(got, (0, 1, 1, 0), strict=True)):
        return None
    table = ", ".join(f"{value:g}" for value in got)
    if got == [0, 0, 0, 1]:
        return "that is AND again; now one name alone should give 1, and both 0"
    if got[1:3] == [1, 1] and got[0] == 0:
        return (
            f"one name gives 1, good; both give {got[3]:g}. Which neuron fires for both only, and can take that away?"
        )
    return f"yours gives {table} for neither, first, last, both; wanted is 0, 1, 1, 0"


@task("06.5")
def _(answer: str) -> str | None:
    gpt = load()
    traced, right = about(gpt, "Serena Williams")
    worth = neuron_worth(traced, right)
    best = ranked_neurons(worth)[0]
    if answer == best:
        return None
    if answer == ranked_neurons(neuron_worth(*about(gpt)))[0]:
        return "that one is worth most to Michael Jordan's basketball; asked is Serena Williams's tennis"
    if answer == ranked_neurons(-worth)[0]:
        return "without that one tennis is likelier: you sorted the other way round"
    left = float(trace(gpt, traced.text, without=[answer]).probs[-1, right])  # an unknown name is explained there
    whole = float(traced.probs[-1, right])
    return f"without {answer} tennis has {left:.3%} instead of {whole:.3%}; there is a neuron that takes more"
