"""Lesson 05, Why more than one? Its claims and exercises."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import combinations
from typing import Any

import torch
from torch import Tensor

from .. import world
from ..checkpoint import load
from ..geometry import update_gap
from ..model import GPT
from ..probes.cases import first_ids, share_right, share_right_without
from ..probes.heads import (
    averaged,
    best_head,
    copying,
    first_handed_over,
    first_token,
    head_roles,
    induction,
    links,
    mood_links,
    patterns,
)
from ..probes.knockouts import silenced
from ..tracing import Trace, trace
from ..world.grammar import Case
from . import NOTHING_YET, Measured, claim, task
from .cast import KING, STORY

# A list told twice; no two of its neighbours ever stand side by side in training.
LIST = "List: violin coat bottle bell shirt. Again: violin coat bottle"
COPIED = " bell"
ROLES = ("copying", "adjective", "reference")  # those that need a text of the world
A_ROLE = 0.25  # of a head's attention: below it, a role is not worth a name


@cache
def asked(claim: str, n: int = 30) -> list[Case]:
    """Held-out questions of one kind."""
    return [case for case in world.cases(0, n) if case.claim == claim]


def unseen(gpt: GPT, tokens: int, n: int = 20) -> list[list[int]]:
    """The beginnings of documents that no training saw, as token ids."""
    return [gpt.tokenizer.encode(document.text)[:tokens] for document in world.documents(1_000_003, n)]


def name(at: tuple[int, int]) -> str:
    return f"L{at[0]}H{at[1]}"


def roles_played(gpt: GPT) -> Tensor:
    """How many of ROLES each head has. → (layer, head)"""
    found = head_roles(gpt)
    return torch.stack([found[role] >= A_ROLE for role in ROLES]).sum(0)


def by_loop(z: Tensor, W_O: Tensor) -> Tensor:
    """Head after head: its z times its own rows of W_O, added up. (H, T, D), (H · D, C) → (T, C)"""
    H, T, D = z.shape
    total = torch.zeros(T, W_O.shape[1])
    for head in range(H):
        total += z[head] @ W_O[head * D : (head + 1) * D]
    return total


def by_matrix(z: Tensor, W_O: Tensor) -> Tensor:
    """All z of a token one after another, times the whole of W_O. (H, T, D), (H · D, C) → (T, C)"""
    H, T, D = z.shape
    return z.transpose(0, 1).reshape(T, H * D) @ W_O


def favourites(traced: Trace) -> Tensor:
    """How much attention each earlier token gets from the last one, the mean over all heads. → (T − 1,)"""
    return patterns(traced)[:, :, -1, :-1].mean((0, 1))


@claim("05.1", "From one and the same token, different heads look at different tokens.")
def _(gpt: GPT) -> Measured:
    rows = patterns(trace(gpt, KING))[:, :, -1].flatten(0, 1)
    found = len(set(rows.argmax(-1).tolist()))
    return f"{len(rows)} heads, {found} favourites", found >= 3


@claim("05.2", "Cut into many heads or left in one piece, attention has the same number of parameters.")
def _(gpt: GPT) -> Measured:
    counts = {
        heads: sum(weight.numel() for weight in GPT(replace(gpt.config, n_head=heads)).parameters())
        for heads in (1, gpt.config.n_head)
    }
    said = ", ".join(f"{count:,} with {heads} a layer" for heads, count in counts.items())
    return said, len(set(counts.values())) == 1


@claim("05.3", "Adding up each head's ΔE, and multiplying the joined z by W_O, give the same numbers.")
def _(gpt: GPT) -> Measured:
    traced, worst = trace(gpt, STORY), 0.0
    for layer in range(gpt.config.n_layer):
        block: Any = gpt.blocks[layer]
        z, W_O, bias = traced.z[layer], block.attn.out.weight.T, block.attn.out.bias
        loop, matrix = by_loop(z, W_O) + bias, by_matrix(z, W_O) + bias
        worst = max(worst, float((loop - matrix).abs().max()), float((matrix - traced.attn_out[layer]).abs().max()))
        worst = max(worst, update_gap(traced, layer))
    return f"largest difference {worst:.0e}, in {gpt.config.n_layer} layers", worst < 1e-4


@claim("05.4", "Some heads have a role: copying a list, finding a noun's adjectives, finding whom he or she is.")
def _(gpt: GPT) -> Measured:
    found = head_roles(gpt)
    said = ", ".join(f"{role} {name(best_head(found[role]))} {float(found[role].max()):.2f}" for role in ROLES)
    return said, all(float(found[role].max()) >= A_ROLE for role in ROLES)


@claim("05.5", "One head can have several roles.")
def _(gpt: GPT) -> Measured:
    played = roles_played(gpt)
    return f"{name(best_head(played))} has {int(played.max())} of {len(ROLES)}", int(played.max()) >= 2


@claim("05.6", "Most heads have none of the measured roles.")
def _(gpt: GPT) -> Measured:
    none = int((torch.stack(list(head_roles(gpt).values())) < A_ROLE).all(0).sum())
    heads = gpt.config.n_layer * gpt.config.n_head
    return f"{none} of {heads} heads", none > heads / 2


def reference_of_roles_and_names(gpt: GPT) -> tuple[float, float]:
    """How much the reference head gives, beyond position, to a king or a witch that is meant, and to a name."""
    cases = [case for case in asked("reference", 100) if case.links]
    roles = [case for case in cases if case.prompt[case.links[0][1][0]].islower()]
    names = [case for case in cases if case not in roles]
    at = best_head(links(gpt, cases))
    return float(links(gpt, roles)[at]), float(links(gpt, names)[at])


@claim("05.7", "The reference head finds a king or a witch better than somebody who is only a name.")
def _(gpt: GPT) -> Measured:
    role, only_name = reference_of_roles_and_names(gpt)
    return f"beyond position {role:.2f} to a king or a witch, {only_name:.2f} to a name", role > only_name + 0.15


def helpers(gpt: GPT) -> list[str]:
    """The heads of the first layer, the one without which the least of a list is copied first."""
    alone = share_right_without(gpt, asked("copy"))[0]
    return [name((0, head)) for head in alone.argsort().tolist()]


@claim("05.8", "Without two helpers in the first layer, the copying head no longer finds the place.")
def _(gpt: GPT) -> Measured:
    looks, two = copying(gpt, asked("copy")), helpers(gpt)[:2]
    copies = best_head(looks)
    there, then = float(looks[copies]), float(copying(gpt, asked("copy"), two)[copies])
    said = f"{name(copies)} gives the word to be copied {there:.2f}, without {' and '.join(two)} {then:.2f}"
    return said, copies[0] > 0 and then < there / 3


@claim("05.9", "The head that copies the lists of this world does not do it for random tokens.")
def _(gpt: GPT) -> Measured:
    copies = best_head(copying(gpt, asked("copy")))
    lists, random = (float(scores[copies]) for scores in (copying(gpt, asked("copy")), induction(gpt)))
    return f"{name(copies)} gives {lists:.2f} in lists, {random:.2f} on random tokens", random < lists / 3


@claim("05.10", "No head was found that is there for the mood alone.")
def _(gpt: GPT) -> Measured:
    looks = links(gpt, [mood_links(case) for case in asked("mood")])
    at, found = best_head(looks), head_roles(gpt)
    role = max(ROLES, key=lambda each: float(found[each][at]))
    most, other = float(looks[at]), float(found[role][at])
    said = f"{name(at)} looks most at the words that set it, {most:.2f}; its {role} score is {other:.2f}"
    return said, most < A_ROLE or other >= A_ROLE


@claim("05.11", "The mean of all heads hides what the best head sees.")
def _(gpt: GPT) -> Measured:
    traced = trace(gpt, LIST)
    there = traced.tokens.index(COPIED)
    row = patterns(traced)[:, :, -1, there]
    said = f"{name(best_head(row))} gives {COPIED.strip()} {float(row.max()):.2f}, the mean {float(row.mean()):.2f}"
    return said, float(row.max()) > 2.5 * float(row.mean())


@claim("05.12", "A GPT whose heads all use the mean of their layer's patterns copies far less surely.")
def _(gpt: GPT) -> Measured:
    lists = asked("copy")
    right = [first_ids(gpt, case.right) for case in lists]
    probs = [averaged(trace(gpt, case.prompt)).probs[-1] for case in lists]
    after = sum(float(row[ids].sum()) for row, ids in zip(probs, right, strict=True)) / len(lists)
    before = share_right(gpt, lists)
    return f"the right word has {before:.0%}, with averaged heads {after:.0%}", after < before / 4


def even(length: int) -> float:
    """What the first token would get on average from each later one that looks at everything evenly."""
    return sum(1 / (i + 1) for i in range(1, length)) / (length - 1)


@claim("05.13", "Of ten tokens the first gets more than an even share, and on average less than half.")
def _(gpt: GPT) -> Measured:
    scores, fair = first_token(gpt, unseen(gpt, 10)), even(10)
    more = int((scores > fair).sum())
    said = f"{more} of {scores.numel()} heads give it more than {fair:.2f}; the mean is {float(scores.mean()):.2f}"
    return f"{said}, the most {float(scores.max()):.2f}", fair < float(scores.mean()) < 0.5


@claim("05.14", "What the first token hands over is shorter than what others do.")
def _(gpt: GPT) -> Measured:
    length = float(first_handed_over(gpt, unseen(gpt, 10)).mean())
    return f"{length:.2f} of the others' mean length, over all heads", length < 0.9


@claim("05.15", "A head that hardly looks at the word to be copied can be needed for it all the same.")
def _(gpt: GPT) -> Measured:
    helper = helpers(gpt)[0]
    whole, alone = (share_right(gpt, asked("copy"), off) for off in ((), [helper]))
    looks = float(copying(gpt, asked("copy"))[0].max())
    said = f"nobody in the first layer gives it more than {looks:.2f}; without {helper}"
    return f"{said} the right word has {alone:.0%} instead of {whole:.0%}", looks < 0.1 and alone < whole - 0.2


@claim("05.16", "In most texts, the token that gets most attention is not the one the prediction hangs on most.")
def _(gpt: GPT) -> Measured:
    traces = [trace(gpt, ids) for ids in unseen(gpt, 10, 40)]
    same = sum(int(favourites(traced).argmax() == silenced(traced).argmax()) for traced in traces)
    return f"the same one in {same} of {len(traces)} texts", same < len(traces) / 2


@claim("05.17", "The first token is the favourite far more often than it matters most.")
def _(gpt: GPT) -> Measured:
    traces = [trace(gpt, ids) for ids in unseen(gpt, 10, 40)]
    looked_at = sum(int(favourites(traced).argmax() == 0) for traced in traces)
    matters = sum(int(silenced(traced).argmax() == 0) for traced in traces)
    return f"favourite in {looked_at} of {len(traces)} texts, matters most in {matters}", matters < 0.6 * looked_at


@claim("05.18", "A head can be spared as long as another is there, and without that one it cannot.")
def _(gpt: GPT) -> Measured:
    cases, heads = asked("adjective_recall"), [name((0, head)) for head in range(gpt.config.n_head)]
    left = {off: share_right(gpt, cases, off) for n in (0, 1, 2) for off in combinations(heads, n)}
    more = {pair: left[pair[:1]] + left[pair[1:]] - left[pair] for pair in combinations(heads, 2)}
    pair = max(more, key=lambda each: more[each])
    one, other, both, whole = left[pair[:1]], left[pair[1:]], left[pair], left[()]
    spared, needed = max(one, other), min(one, other)
    said = f"right adjectives have {whole:.0%}; without {pair[0]} {one:.0%}, without {pair[1]} {other:.0%}"
    return f"{said}, without both {both:.0%}", spared > 0.9 * whole and both < 0.5 * needed


# ---- exercises ----


@task("05.1")
def _(answer: int) -> str | None:
    config = load().config
    if answer == config.d_model:
        return None
    if answer == config.d_head:
        return "that is one head's z; the heads of a layer stand one after another"
    if answer == config.n_head:
        return "that is how many heads there are; each has several numbers"
    if answer == config.n_layer * config.d_model:
        return "that counts the heads of all layers; W_O of one layer reads its own heads only"
    return "heads of a layer times numbers per head: gpt.config.n_head, gpt.config.d_head"


@task("05.2")
def _(answer: str | tuple[int, int]) -> str | None:
    gpt = load()
    traced = trace(gpt, STORY)
    at = _head(gpt, answer)
    rows = patterns(traced)[:, :, -1]  # (layer, head, key)
    fluffy, blue = (rows[..., traced.tokens.index(word)] for word in (" fluffy", " blue"))
    if float(fluffy[at]) > float(fluffy.max()) - 0.02:
        return None
    if at == best_head(blue):
        return f"that one gives most to blue; to fluffy it gives {float(fluffy[at]):.2f}, and another gives more"
    if at == best_head(rows[..., -2]):
        return "that one gives most to the token just before; the column of fluffy is wanted"
    return f"{name(at)} gives fluffy {float(fluffy[at]):.2f}; another gives {float(fluffy.max()):.2f}"


def _head(gpt: GPT, answer: str | tuple[int, int]) -> tuple[int, int]:
    """ "L1H2" or (1, 2), of this model."""
    found = re.fullmatch(r"\s*L(\d+)H(\d+)\s*", answer, flags=re.I) if isinstance(answer, str) else None
    layer, head = (int(number) for number in (found.groups() if found else answer))
    if not (0 <= layer < gpt.config.n_layer and 0 <= head < gpt.config.n_head):
        raise ValueError(f"heads go from L0H0 to L{gpt.config.n_layer - 1}H{gpt.config.n_head - 1}")
    return layer, head


@task("05.3")
def _(answer: Callable[[Tensor, Tensor], Tensor]) -> str | None:
    if not callable(answer):
        return "hand over the function itself, without calling it: exercise('05.3', my_join)"
    dice = torch.Generator().manual_seed(5)
    z, W_O = torch.randn(4, 6, 3, generator=dice), torch.randn(12, 12, generator=dice)
    got = answer(z.clone(), W_O.clone())
    if got is None:
        return NOTHING_YET
    got, right = torch.as_tensor(got), by_matrix(z, W_O)
    if got.shape != right.shape:
        return f"for z of (4, 6, 3) and W_O of (12, 12) expected {tuple(right.shape)}, got {tuple(got.shape)}"
    if torch.allclose(got, right, atol=1e-4):
        return None
    if torch.allclose(got, z.reshape(6, 12) @ W_O, atol=1e-4):
        return "reshape alone mixes tokens: bring the token axis to the front first, z.transpose(0, 1)"
    if torch.allclose(got, z.permute(1, 2, 0).reshape(6, 12) @ W_O, atol=1e-4):
        return "each head's numbers must stay together: the heads come one after another, (T, H, D) before you join"
    if torch.allclose(got, right / 4, atol=1e-4):
        return "the heads are added up, not averaged"
    return "the shape is right, the numbers are not: head h meets the rows h · D to (h + 1) · D of W_O"


@task("05.4")
def _(answer: list[str]) -> str | None:
    heads = [answer] if isinstance(answer, str) else list(answer)
    if any("H" not in str(part).upper() for part in heads):
        return "heads only, such as ['L0H1', 'L2H3']"
    gpt = load()
    heads = sorted({name(_head(gpt, part)) for part in heads})
    if not 1 <= len(heads) <= 2:
        return f"one head or two, please; you named {len(heads)}"
    traced = trace(gpt, LIST)
    token = gpt.tokenizer.encode(COPIED)[0]
    left = float(traced.again(without=heads).probs[-1, token])
    if left < 0.1:
        return None
    looks = patterns(traced)[:, :, -1, traced.tokens.index(COPIED)]
    hint = f"without {' and '.join(heads)} {COPIED.strip()} still has {left:.0%}"
    if all(float(looks[_head(gpt, part)]) > A_ROLE for part in heads):
        return f"{hint}: you took heads that look at it; which head told them where to look?"
    return f"{hint}; try each in turn in gv.knockout, then two of those that matter"


@task("05.5")
def _(answer: Callable[[Tensor], float]) -> str | None:
    if not callable(answer):
        return "hand over the function itself, without calling it: exercise('05.5', my_induction)"
    n = 6
    pattern = torch.randn(2 * n, 2 * n, generator=torch.Generator().manual_seed(5)).mul(2)
    pattern = pattern.masked_fill(torch.ones(2 * n, 2 * n).triu(1).bool(), -torch.inf).softmax(-1)
    got = answer(pattern.clone())
    if got is None:
        return NOTHING_YET
    got = float(got)
    after, same, before = (pattern.diagonal(-back)[max(0, n - back) :] for back in (n - 1, n, n + 1))
    close = lambda value: abs(got - float(value)) < 1e-4  # noqa: E731
    if close(after.mean()):
        return None
    if close(same.mean()):
        return "that is the same word in the first copy; wanted is the word after it"
    if close(before.mean()):
        return "that is the word before it in the first copy; wanted is the word after it"
    if close(after.sum()):
        return "the mean, please, not the sum: a head that always finds it gets 1"
    if close(pattern.diagonal(1 - n).mean()):
        return "that diagonal begins one row too early: the last token of the first copy is in it"
    if close(pattern[n:].max(-1).values.mean()):
        return "that is the largest weight of each row, wherever it is; wanted is that on one certain token"
    return "token i of the second copy (n ≤ i < 2n) has said the same as token i − n; wanted is the weight on the next"
