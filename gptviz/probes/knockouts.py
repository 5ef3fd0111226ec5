"""Knock-outs and patches: what a prediction owes to each part, and to each place."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import permutations

import torch
from torch import Tensor

from gptviz import world
from gptviz.edits import Edits, check
from gptviz.geometry import contributions
from gptviz.model import GPT
from gptviz.probes.cases import first_ids
from gptviz.probes.heads import token_at
from gptviz.sampling import distribution
from gptviz.tracing import Trace, trace


def kl_bits(before: Tensor, after: Tensor) -> Tensor:
    """Σ p log₂(p ÷ q), in bits: what believing q costs per token where p is true. (…, V), (…, V) → (…)

    0 only where the two distributions are the same. Kullback & Leibler 1951.
    """
    p, q = (each.double() / each.double().sum(-1, keepdim=True) for each in (before, after))  # 1, but for rounding
    tiny = torch.finfo(torch.float64).tiny
    terms = p * (p.clamp_min(tiny).log2() - q.clamp_min(tiny).log2())  # where p is 0, nothing is lost
    return terms.sum(-1).clamp_min(0)


def parts(gpt: GPT) -> list[str]:
    """Every head and MLP, in the order in which they work: "L0H0", …, "L0MLP", "L1H0", …"""
    config = gpt.config
    return [f"L{l}{part}" for l in range(config.n_layer) for part in (*(f"H{h}" for h in range(config.n_head)), "MLP")]


def probs_at(traced: Trace, position: int) -> Tensor:
    """The distribution after one position, (vocabulary,), without computing those after all others."""
    with torch.no_grad():
        return distribution(traced.gpt.unembed(traced.final[position]))


def probs_after(
    traced: Trace,
    position: int,
    without: Iterable[str] = (),
    patch: Mapping[tuple, Tensor] | None = None,
    scale: Mapping[str, float] | None = None,
) -> Tensor:
    """The distribution at a position when the text is run again with further edits (see `Trace.again`). (vocabulary,)

    Run again is only what they can change: from the stream that enters the first block they touch.
    """
    gpt, T = traced.gpt, len(traced)
    first = Edits(gpt.config, T, without, patch, scale).first_layer()
    patches, factors = traced.edited(without, patch, scale)
    if first < 0:
        return probs_at(traced.again(without, patch, scale), position)
    tap = Edits(gpt.config, T, patch=patches, scale=factors).tap
    with torch.no_grad():
        x = traced.resid_post[-1][None] if first == gpt.config.n_layer else traced.resid_pre[first][None]  # (1, T, C)
        for layer in range(first, gpt.config.n_layer):
            x = gpt.blocks[layer](x, layer, tap)
        return distribution(gpt.unembed(tap("final", 0, gpt.ln_final(x))[0, position]))


def knocked_out(traced: Trace, position: int = -1, names: Iterable[str] | None = None) -> Iterator[tuple[str, float]]:
    """Each part switched off alone, all else as in the trace: how far the next-token distribution at a position moves.

    names: parts, all heads and MLPs unless given. Yields (part, KL divergence in bits) one by one, as they are run.
    """
    position = check("position", position, len(traced))
    before = probs_at(traced, position)
    for part in parts(traced.gpt) if names is None else names:
        yield part, float(kl_bits(before, probs_after(traced, position, without=[part])))


def lost(traced: Trace, token_id: int, position: int = -1) -> dict[str, float]:
    """How much of one logit goes with each head and MLP: the logit as it is, minus the logit without that part.

    Unlike `geometry.contributions`, it counts what later parts make of this one's output too, and the last LayerNorm's
    new scale.
    """
    position = check("position", position, len(traced))
    logit = float(traced.logits[position, check("token_id", token_id, traced.gpt.config.vocab_size)])
    without = {part: traced.again(without=[part]) for part in parts(traced.gpt)}
    return {part: logit - float(changed.logits[position, token_id]) for part, changed in without.items()}


def patched_places(traced: Trace, other: Trace, columns: int) -> Tensor:
    """The last distribution when one row of the stream, after one block, is that of another text with the same ending.

    Rows are counted from the end, so the texts may differ in length. columns: how many of the last tokens are tried.
    → (n_layer, columns, vocabulary), the earliest token first
    """
    if not 1 <= columns <= min(len(traced), len(other)):
        raise ValueError(f"columns must be 1..{min(len(traced), len(other))} for these texts, got {columns}")
    return torch.stack(
        [
            torch.stack(
                [
                    probs_after(
                        traced, len(traced) - 1, patch={("resid_post", layer, -back): other.resid_post[layer][-back]}
                    )
                    for back in range(columns, 0, -1)
                ]
            )
            for layer in range(traced.gpt.config.n_layer)
        ]
    )


def silenced(traced: Trace, position: int = -1) -> Tensor:
    """How far a prediction moves when one earlier token hands over nothing: its values are 0 in every head.

    → (position,): for each token before, the KL divergence in bits.
    """
    config, position = traced.gpt.config, check("position", position, len(traced))
    before, nothing = probs_at(traced, position), torch.zeros(config.d_head)
    heads = [(layer, head) for layer in range(config.n_layer) for head in range(config.n_head)]
    moved = []
    for token in range(position):
        patch = {("v", *head, token): nothing for head in heads}
        moved.append(kl_bits(before, probs_after(traced, position, patch=patch)))
    return torch.stack(moved).float()


def swapped_senses(gpt: GPT) -> dict[str, tuple[float, float]]:
    """Where the sense of a word of the tiny world is read: word → the share of the other sense's topics after a swap.

    "If you say Eiffel tower, I think of" gets one row, after block 0, from the same text with the other sense's cue:
    the row of the cue (the first share); or the row of the word itself, after whichever block gives the other sense
    most (the second). Mean over both directions. Of the cues one is taken whose last word is a single token.
    """
    found = {}
    for word, senses in world.ground_truth()["senses"].items():
        shares = []
        for one, two in permutations(senses.values(), 2):
            here, there = (trace(gpt, f"If you say {_whole(gpt, s.cues)} {word}, I think of") for s in (one, two))
            back = len(here) - token_at(here, (0, here.text.index(f" {word},") + len(word) + 1))
            own, other = first_ids(gpt, one.topics), first_ids(gpt, two.topics)
            for places, layers in ((back + 1, [0]), (back, range(gpt.config.n_layer))):
                most = 0.0
                for layer in layers:
                    patch = {("resid_post", layer, -places): there.resid_post[layer][-places]}
                    probs = probs_after(here, len(here) - 1, patch=patch)
                    most = max(most, float(probs[other].sum() / probs[[*own, *other]].sum()))
                shares.append(most)
        found[word] = sum(shares[::2]) / 2, sum(shares[1::2]) / 2
    return found


def _whole(gpt: GPT, cues: Sequence[str]) -> str:
    """The first cue whose last word is one token; the first of all where none is."""
    return next((cue for cue in cues if len(gpt.tokenizer.encode(f" {cue.split()[-1]}")) == 1), cues[0])


def tries_at_once(traced: Trace) -> int:
    """How many runs of this text take well under half a second: all parts of the tiny GPT, one run of a large one."""
    return max(1, 4 * 10**9 // (len(traced) * sum(weight.numel() for weight in traced.gpt.parameters())))


def telling_head(traced: Trace, position: int = -1) -> str:
    """The head without which the prediction at a position moves most; of a large model, which would take long, the one
    that by itself pushes the likeliest token most, up or down."""
    heads = [part for part in parts(traced.gpt) if "H" in part]
    if len(heads) <= tries_at_once(traced):
        moved = dict(knocked_out(traced, position, heads))
    else:
        best = int(probs_at(traced, position).argmax())
        moved = {part: abs(share) for part, share in contributions(traced, best, position).items() if part in heads}
    return max(heads, key=lambda head: moved[head])


def either(before: Tensor, after: Tensor, k: int = 10) -> list[int]:
    """The k tokens that are likely before or after a change, in the order of before. (V,), (V,) → ids"""
    ids = torch.maximum(before, after).sort(descending=True, stable=True).indices[:k]
    return sorted(ids.tolist(), key=lambda token: -float(before[token]))
