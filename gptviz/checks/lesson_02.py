"""Lesson 02, How does it know the order? Its claims and exercises."""

import math
from collections.abc import Callable, Iterator

import torch
from torch import Tensor
from torch.nn import functional as F

from ..checkpoint import load
from ..geometry import directions_needed, position_cosines, sinusoids
from ..model import GPT, Config
from ..probes.heads import previous_token, random_tokens
from ..probes.neurons import world_sample
from ..probes.order import looking_back, order_seen, place_error, surprise, unmasked
from ..tracing import Trace, trace
from . import NOTHING_YET, Measured, claim, task
from .cast import ANNA, CREATURE, KING, SARAH, STORY

GAVE, GIVEN = "One day the king gave Anna a hat", "One day Anna gave the king a hat"
TEXTS = (SARAH, ANNA, KING, CREATURE, STORY)
EXACT = 1e-4  # differences below it are rounding of float32


def apart(one: Tensor, other: Tensor) -> float:
    return float((one - other).abs().max())


def shuffled(traced: Trace, seed: int) -> Tensor:
    """The ids of a text, all but the last in another order."""
    order = torch.randperm(len(traced) - 1, generator=torch.Generator().manual_seed(seed))
    return torch.cat([traced.ids[order], traced.ids[-1:]])


def surprised(gpt: GPT, table: Tensor | None = None) -> float:
    """Mean surprise at held-out stories, in nats, with the rows of another table as position vectors."""
    stories = world_sample(gpt).texts[:12]
    own = gpt.pos.weight if table is None else table
    return surprise(trace(gpt, ids, patch={("pos",): own[: len(ids)]}) for ids in stories)


# ---- position vectors ----


@claim("02.1", "Two sentences of the same tokens have the same token vectors, only in another order.")
def _(gpt: GPT) -> Measured:
    one, other = trace(gpt, GAVE), trace(gpt, GIVEN)
    matched = [one.ids.tolist().index(i) for i in other.ids.tolist()]
    difference = apart(other.embed, one.embed[matched])
    return f"{len(one)} vectors, largest difference {difference:g}", difference == 0 and sorted(matched) != matched


@claim("02.2", "Loop, matrix and trace agree: a row at the start is the token's vector plus its place's.")
def _(gpt: GPT) -> Measured:
    traced, E, P = trace(gpt, GAVE), gpt.embed.weight, gpt.pos.weight
    loop = torch.stack([E[int(i)] + P[place] for place, i in enumerate(traced.ids)])
    matrix = E[traced.ids] + P[: len(traced)]
    worst = max(apart(loop, matrix), apart(matrix, traced.resid_pre[0]))
    return f"largest difference {worst:.1g}", worst < 1e-6


@claim("02.3", "The same token at two places starts as two rows, and only the two places' vectors differ in them.")
def _(gpt: GPT) -> Measured:
    traced = trace(gpt, STORY)
    here, there = (i for i, token in enumerate(traced.tokens) if token == " creature")
    row, place = traced.resid_pre[0][here] - traced.resid_pre[0][there], traced.pos[here] - traced.pos[there]
    words = f"the rows are {float(row.norm()):.2f} apart, without the places' part {float((row - place).norm()):.1g}"
    return words, float(row.norm()) > 0.01 and apart(row, place) < 1e-5


def own_nearest(gpt: GPT) -> Tensor:
    """Tokens training knows at every place of the table: is each one's sum still nearest to its own vector? → bool"""
    E, P = gpt.embed.weight.detach(), gpt.pos.weight.detach()
    ids = torch.tensor([random_tokens(gpt, len(P), seed) for seed in range(4)])
    cosines = F.normalize(E[ids] + P, dim=-1) @ F.normalize(E, dim=-1).T  # (4, n_ctx, vocabulary)
    return cosines.argmax(-1) == ids


@claim("02.4", "Adding a position does not hide the token: of all token vectors its own is still the nearest.")
def _(gpt: GPT) -> Measured:
    own = own_nearest(gpt)
    return f"for {float(own.float().mean()):.1%} of {own.numel()} tokens, at every place of the table", bool(
        own.float().mean() > 0.9
    )


@claim("02.5", "Training made neighbours alike: before it, their vectors had hardly anything in common.")
def _(gpt: GPT) -> Measured:
    before, after = (position_cosines(each.pos.weight) for each in (load("tiny@step=0"), gpt))
    half = len(after) // 2
    near, far, random = after.diagonal(1).mean(), after.diagonal(half).mean(), before.diagonal(1).abs().mean()
    words = f"cosine of neighbours ±{float(random):.2f} before, {float(near):.2f} after; {half} apart {float(far):.2f}"
    return words, bool(near > 0.5 and near > far + 0.2 and random < 0.2)


# ---- the formula ----


def by_loop(n: int, d: int) -> Tensor:
    """The formula, one number at a time."""
    table = torch.zeros(n, d)
    for position in range(n):
        for i in range(d // 2):  # a pair
            angle = position / 10_000 ** (2 * i / d)
            table[position, 2 * i], table[position, 2 * i + 1] = math.sin(angle), math.cos(angle)
    return table


def by_matrix(n: int, d: int) -> Tensor:
    """The formula, all angles at once: positions times rates."""
    rates = 10_000 ** (-2 * torch.arange(d // 2).double() / d)
    angles = torch.outer(torch.arange(n).double(), rates)  # (n, d / 2)
    return torch.stack([angles.sin(), angles.cos()], -1).flatten(1).float()


@claim("02.6", "Loop, matrix and package function give the same sinusoids.")
def _(gpt: GPT) -> Measured:
    n, d = gpt.pos.weight.shape
    worst = max(apart(by_loop(n, d), by_matrix(n, d)), apart(by_matrix(n, d), sinusoids(n, d)))
    return f"{n} × {d} numbers, largest difference {worst:.1g}", worst < 1e-5


@claim("02.7", "At position 0 the formula gives 0 and 1, over and over, and nothing else.")
def _(gpt: GPT) -> Measured:
    first = sinusoids(*gpt.pos.weight.shape)[0]
    zeros, ones = int((first[::2] == 0).sum()), int((first[1::2] == 1).sum())
    return f"{zeros} times 0, {ones} times 1, of {len(first)} numbers", zeros == ones == len(first) // 2


@claim("02.8", "In the formula, how alike two positions are depends on their distance alone.")
def _(gpt: GPT) -> Measured:
    spread = uneven(sinusoids(*gpt.pos.weight.shape))
    return f"cosines at one distance differ by {spread:.1g} at most", spread < EXACT


def uneven(table: Tensor) -> float:
    """How much the cosines of positions equally far apart differ: the largest range over the distances up to n / 2."""
    like = position_cosines(table)
    return max(float(like.diagonal(d).max() - like.diagonal(d).min()) for d in range(1, len(like) // 2))


# ---- without positions ----


@claim("02.9", "One head without positions or mask: shuffled tokens get the same outputs, shuffled in the same way.")
def _(gpt: GPT) -> Measured:
    worst, traced = 0.0, trace(gpt, CREATURE, without=["pos"])
    order = torch.randperm(len(traced), generator=torch.Generator().manual_seed(0))
    moved = trace(gpt, traced.ids[order], without=["pos"])
    for head in range(gpt.config.n_head):
        before, after = (t.scaled[0, head].softmax(-1) @ t.v[0, head] for t in (traced, moved))
        worst = max(worst, apart(after, before[order]))
    return f"largest difference {worst:.1g}, over {gpt.config.n_head} heads", worst < EXACT


@claim("02.10", "So does a whole stack, if no block has a mask: however deep, it cannot see the order.")
def _(gpt: GPT) -> Measured:
    free, ids = unmasked(gpt), trace(gpt, CREATURE).ids
    order = torch.randperm(len(ids), generator=torch.Generator().manual_seed(0))
    before, after = (trace(free, each, without=["pos"]).resid_post[-1] for each in (ids, ids[order]))
    worst = apart(after, before[order])
    return f"largest difference {worst:.1g} after {gpt.config.n_layer} blocks", worst < 1e-3


@claim("02.11", "One causal block without positions: the last token's row does not notice a shuffle before it.")
def _(gpt: GPT) -> Measured:
    worst = max(float(order_seen(gpt, text)[0]) for text in TEXTS)
    return f"largest difference {worst:.1g} over {len(TEXTS)} texts", worst < EXACT


@claim("02.12", "From the second block on it does notice: the mask itself lets the order through.")
def _(gpt: GPT) -> Measured:
    moved = torch.stack([order_seen(gpt, text) for text in TEXTS]).median(0).values
    later = ", ".join(f"{float(much):.2f}" for much in moved[1:])
    words = f"median of {len(TEXTS)} texts: {float(moved[0]):.1g} after block 0, then {later}"
    return words, bool((moved[1:] > 1_000 * moved[0]).all())


def random_gpts(n_layer: int, seeds: int = 3) -> Iterator[GPT]:
    """GPTs that nobody trained, of one size but for their depth."""
    for seed in range(seeds):
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            yield GPT(Config(n_layer, n_head=4, d_model=64, n_ctx=32, vocab_size=100)).eval()


@claim("02.13", "So it is in GPTs that nobody trained: nothing with one layer, something with two, three or four.")
def _(gpt: GPT) -> Measured:
    ids = torch.randperm(100, generator=torch.Generator().manual_seed(0))[:16]
    seen = {n: [float(order_seen(each, ids)[-1]) for each in random_gpts(n)] for n in (1, 2, 3, 4)}
    words = ", ".join(f"{min(each):.1g}" if n == 1 else f"{min(each):.3f}" for n, each in seen.items())
    return f"{words} with 1, 2, 3, 4 layers", max(seen[1]) < EXACT and all(min(seen[n]) > 1e-3 for n in (2, 3, 4))


# ---- what positions are for, and where they end ----


@claim("02.14", "The head that looks most at the token just before loses its aim without positions.")
def _(gpt: GPT) -> Measured:
    layer, head = divmod(int(previous_token(gpt).argmax()), gpt.config.n_head)
    aimed, lost = (float(looking_back(gpt, layer, head, parts)[1]) for parts in ((), ("pos",)))
    return f"L{layer}H{head}: {aimed:.1%} with them, {lost:.1%} without", aimed > 0.1 and lost < 0.6 * aimed


@claim(
    "02.15", "It needs its table: without it, or with its rows reversed, or with the formula, stories surprise it more."
)
def _(gpt: GPT) -> Measured:
    P = gpt.pos.weight.detach()
    own, none, backwards, formula = (surprised(gpt, table) for table in (P, 0 * P, P.flip(0), in_place_of(P)))
    words = f"{own:.2f} nats with it, {none:.2f} without, {backwards:.2f} reversed, {formula:.2f} with the formula"
    return words, min(none, backwards, formula) > own + 0.5


def in_place_of(P: Tensor) -> Tensor:
    """The formula, scaled to the mean length of the vectors that it replaces."""
    formula = sinusoids(*P.shape)
    return formula * P.norm(dim=-1).mean() / formula.norm(dim=-1).mean()


@claim("02.16", "The table ends: a text of one token more than it has rows is refused.")
def _(gpt: GPT) -> Measured:
    rows, whole = len(gpt.pos.weight), random_tokens(gpt, gpt.config.n_ctx, 0)
    try:
        trace(gpt, [*whole, whole[0]])
    except ValueError:
        return f"{len(trace(gpt, whole))} tokens are read, {rows + 1} are not", rows == gpt.config.n_ctx
    return f"{rows + 1} tokens were read", False


@claim(
    "02.17", "Cropping one token gives every other token another row of the table, and so another vector to start with."
)
def _(gpt: GPT) -> Measured:
    whole = trace(gpt, STORY)
    moved = (trace(gpt, whole.ids[1:]).resid_pre[0] - whole.resid_pre[0][1:]).norm(dim=-1)
    return f"each of {len(moved)} vectors moves, the least by {float(moved.min()):.2f}", bool((moved > 0.01).all())


# ---- what popular explanations get wrong ----


@claim("02.18", "Without positions it is no bag of words: the same words in another order get another prediction.")
def _(gpt: GPT) -> Measured:
    moved = []
    for text in (SARAH, ANNA, STORY):
        bare = trace(gpt, text, without=["pos"])
        mixed = (trace(gpt, shuffled(bare, seed), without=["pos"]) for seed in range(10))
        moved += [float((each.probs[-1] - bare.probs[-1]).abs().sum()) / 2 for each in mixed]
    mean = sum(moved) / len(moved)
    return f"{mean:.1%} of the probability goes elsewhere, the mean of {len(moved)} shuffles", mean > 0.02


@claim("02.19", "The learned table is not the formula: it varies along fewer directions, and not by distance alone.")
def _(gpt: GPT) -> Measured:
    learned, formula = gpt.pos.weight.detach(), sinusoids(*gpt.pos.weight.shape)
    few, many = directions_needed(learned), directions_needed(formula)
    words = f"{few} directions hold nine tenths, of the formula {many}; cosines at one distance differ by up to "
    return words + f"{uneven(learned):.2f} and {uneven(formula):.1g}", few < many / 2 and uneven(learned) > 0.1


@claim("02.20", "Before the last block, the place can still be read off a token's row, far better than by guessing.")
def _(gpt: GPT) -> Measured:
    errors, blind = place_error(gpt), min(64, gpt.config.n_ctx) / 4
    worst = float(errors[:-1].max())
    return f"{worst:.1f} tokens off at most, blind {blind:.1f}", worst < 0.6 * blind


@claim("02.21", "Without positions the rows know nothing of their place at first, and after one block a little.")
def _(gpt: GPT) -> Measured:
    errors, blind = place_error(gpt, ("pos",)), min(64, gpt.config.n_ctx) / 4
    words = f"{float(errors[0]):.1f} tokens off, then {float(errors[1]):.1f}; blind {blind:.1f}"
    return words, float(errors[0]) > 0.95 * blind > float(errors[1])


@claim("02.22", "But the vector itself has done its work: taken out again after the first block, it is hardly missed.")
def _(gpt: GPT) -> Measured:
    runs = [trace(gpt, ids) for ids in world_sample(gpt).texts[:12]]
    late = surprise(trace(gpt, r.ids, patch={("resid_post", 0): r.resid_post[0] - r.pos}) for r in runs)
    own, never = surprise(runs), surprised(gpt, 0 * gpt.pos.weight.detach())
    words = f"{late - own:+.2f} nats of surprise, against {never - own:+.2f} where it was never added"
    return words, never - own > 0.5 and late - own < 0.25 * (never - own)


# ---- exercises ----


@task("02.1")
def _(answer: int) -> str | None:
    config = load().config
    if answer == config.n_ctx * config.d_model:
        return None
    if answer == config.n_ctx:
        return "that is the number of rows; each of them is a vector of d_model numbers"
    if answer == config.d_model:
        return "that is the length of one row; there is a row for every position"
    if answer == config.vocab_size * config.d_model:
        return "that is the table of the tokens, W_E; asked is the one of the positions"
    return "rows times numbers in a row: gpt.pos.weight.shape says both"


@task("02.2")
def _(answer: tuple[int, str]) -> str | None:
    if not isinstance(answer, tuple | list) or len(answer) != 2:
        return 'two things, please: the pair and the function, such as (5, "sin")'
    pair, function = answer
    if pair == 37:
        return "37 is the number in the vector; i counts pairs of numbers, and a pair has two"
    if pair == 19:
        return "count from 0: numbers 0 and 1 are pair 0, numbers 2 and 3 are pair 1"
    if pair != 18:
        return "pair i has the numbers 2i and 2i + 1; which i gives 37?"
    if not isinstance(function, str) or function.strip().lower() not in ("cos", "cosine"):
        return "the pair is right; its even number is a sine, its odd number is the other one"
    return None


@task("02.3")
def _(answer: int) -> str | None:
    config = load().config
    turns = [2 * math.pi * 10_000 ** (2 * i / config.d_model) for i in range(config.d_model // 2)]
    right = next(i for i, turn in enumerate(turns) if turn > config.n_ctx)
    if answer == right:
        return None
    if answer == next(i for i, turn in enumerate(turns) if turn / (2 * math.pi) > config.n_ctx):
        return "a full turn is 2π radians, not one: at which i is 2π · 10000^(2i/d) longer than the context?"
    if answer in (2 * right, 2 * right + 1):
        return "that is a number in the vector; asked is i, which counts pairs"
    if not isinstance(answer, int) or not 0 <= answer < len(turns):
        return f"i is a whole number from 0 to {len(turns) - 1}"
    side = "already longer; is there a smaller one?" if answer > right else "not long enough"
    return f"pair {answer} takes {turns[answer]:,.1f} positions for a full turn: {side}"


def who_notices(gpt: GPT) -> tuple[list[int], list[int]]:
    """Without positions, tokens 1 and 2 of CREATURE swapped: the places whose rows stay, after block 0 and block 1."""
    bare = trace(gpt, CREATURE, without=["pos"])
    swapped = trace(gpt, bare.ids[[0, 2, 1, *range(3, len(bare))]], without=["pos"])
    moved = [(swapped.resid_post[layer] - bare.resid_post[layer]).abs().amax(-1) for layer in (0, 1)]
    first, second = ((each < EXACT).nonzero().flatten().tolist() for each in moved)
    return first, second


@task("02.4")
def _(answer: tuple[list[int], list[int]]) -> str | None:
    if not isinstance(answer, tuple | list) or len(answer) != 2:
        return "two lists of places, please: after block 0, and after block 1"
    first, second = (sorted(set(each)) for each in answer)
    right, later = who_notices(load())
    if first != right:
        if {1, 2} & set(first):
            return "after block 0: another token stands at places 1 and 2 now, so their rows are others"
        if 0 not in first:
            return "after block 0: place 0 sees nobody but itself, and nothing changed there"
        return "after block 0: place 3 looks at the same four vectors as before. Does their order enter the sum?"
    if second == later:
        return None
    if second == right:
        return (
            "block 0 is right. In block 1, place 3 looks at the rows of places 1 and 2: are these still the same two?"
        )
    if 0 not in second:
        return "block 0 is right. In block 1 there is still one place that sees nobody but itself"
    return "block 0 is right. In block 1, who looks at a row that block 0 has changed?"


@task("02.5")
def _(answer: Callable[[int, int], Tensor]) -> str | None:
    if not callable(answer):
        return "hand over the function itself, without calling it: exercise('02.5', my_positions)"
    got = answer(20, 12)
    if got is None:
        return NOTHING_YET
    got, right = torch.as_tensor(got).float(), sinusoids(20, 12)
    if got.shape == right.T.shape:
        return "a row for each position, please, and a column for each number: yours is the other way round"
    if got.shape != right.shape:
        return f"my_positions(20, 12) should have the shape (20, 12), got {tuple(got.shape)}"
    if torch.allclose(got, right, atol=1e-4):
        long = sinusoids(300, 64)
        ours = torch.as_tensor(answer(300, 64)).float()
        return None if ours.shape == long.shape and torch.allclose(ours, long, atol=1e-3) else "right for 20 × 12 only"
    if torch.allclose(got[:, :6], right[:, ::2], atol=1e-4):
        return "all sines and then all cosines: right numbers, but the formula takes them in turns"
    if not torch.allclose(got[0], right[0], atol=1e-4):
        return "position 0 should be 0, 1, 0, 1, …; do you count positions from 0, and begin with the sine?"
    angles = torch.arange(20)[:, None] / 10_000 ** (torch.arange(12) / 12)
    if torch.allclose(got[:, 3], angles[:, 3].cos(), atol=1e-4):
        return "your numbers 2i and 2i + 1 turn at different speeds: i counts pairs, and a pair shares one speed"
    if not torch.allclose(got[:, 0], right[:, 0], atol=1e-4):
        return "number 0 should be sin(position), in radians: for i = 0 the divisor is 1"
    return "numbers 0 and 1 are right; is the exponent of 10000 for pair i really 2i / d?"
