"""Lesson 07, How does it choose? Its claims and exercises."""

import math
from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor
from torch.nn import functional as F

from ..model import GPT
from ..sampling import distribution
from ..tracing import trace
from . import NOTHING_YET, Measured, claim, task
from .cast import SARAH, STORY, bits, share

WORKED = (-0.8, -5.0, 0.5, 1.5, 3.4, -2.3, 2.5)  # the worked example's logits
# What a tower can be in the tiny world.
OF_A_TOWER = (
    *("a tiny", "a huge", "a tall", "a little", "a giant", "a rusty", "a shiny", "a dusty", "a crooked", "a heavy"),
    *("a smooth", "a broken", "a fragile", "an old", "a blue", "a red", "a green", "a yellow", "a white", "a black"),
    *("a brown", "a golden", "a silver", "a purple", "a grey", "a pink"),
)
TEMPERATURES = (0.25, 0.5, 1.0, 2.0, 5.0, 10.0)


def by_loop(logits: Tensor, temperature: float = 1.0) -> Tensor:
    """Softmax of one row, one number at a time."""
    total = sum(math.exp(float(x) / temperature) for x in logits)
    return torch.tensor([math.exp(float(x) / temperature) / total for x in logits])


@claim("07.1", "Loop, matrix and package function give the same probabilities.")
def _(gpt: GPT) -> Measured:
    worst = 0.0
    for logits in (torch.tensor(WORKED), trace(gpt, SARAH).logits[-1]):
        exps = (logits / 2).exp()
        loop, matrix, package = by_loop(logits, 2), exps / exps.sum(), distribution(logits, 2)
        worst = max(worst, float((loop - matrix).abs().max()), float((matrix - package).abs().max()))
    return f"largest difference {worst:.0e}", worst < 1e-6


@claim("07.2", "In the worked example the largest share falls as the temperature rises.")
def _(gpt: GPT) -> Measured:
    shares = [float(distribution(torch.tensor(WORKED), t).max()) for t in (0.5, 1, 2, 5, 10)]
    known = (0.840, 0.614, 0.407, 0.249, 0.194)  # to three digits, as in any table of this example
    holds = shares == sorted(shares, reverse=True) and all(
        abs(a - b) < 5e-4 for a, b in zip(shares, known, strict=True)
    )
    return ", ".join(f"{s:.3f}" for s in shares) + " at T = 0.5, 1, 2, 5, 10", holds


@claim("07.3", "Temperature never changes who is ahead of whom.")
def _(gpt: GPT) -> Measured:
    logits = trace(gpt, SARAH).logits[-1].double()
    order = logits.argsort(descending=True, stable=True)
    falling = [bool((distribution(logits, t)[order].diff() <= 0).all()) for t in TEMPERATURES]
    return f"same order at {sum(falling)} of {len(falling)} temperatures", all(falling)


@claim("07.4", "Temperature 0 is argmax, and a temperature close to 0 is close to it.")
def _(gpt: GPT) -> Measured:
    logits = trace(gpt, SARAH).logits[-1]
    at_zero, near = distribution(logits, 0.0), distribution(logits, 0.001)
    best = int(logits.argmax())
    return f"the largest logit has {float(at_zero[best]):.1%} at 0, {float(near[best]):.1%} at 0.001", (
        float(at_zero[best]) == 1 and float(near[best]) > 0.9
    )


@claim("07.5", "A higher temperature makes every choice more open: entropy rises at every position.")
def _(gpt: GPT) -> Measured:
    rows = trace(gpt, STORY).logits
    means = [bits(distribution(rows, t)) for t in TEMPERATURES]
    rising = all(bool((b > a).all()) for a, b in zip(means, means[1:], strict=False))
    return f"mean {float(means[0].mean()):.2f} bits at {TEMPERATURES[0]}, {float(means[-1].mean()):.2f} at 10", rising


@claim("07.6", "Top-p keeps as many tokens as it needs: few where the model is sure, many where it is not.")
def _(gpt: GPT) -> Measured:
    kept = (distribution(trace(gpt, STORY).logits, top_p=0.9) > 0).sum(-1)
    return f"between {int(kept.min())} and {int(kept.max())} tokens in one text", int(kept.max()) > 3 * int(kept.min())


@claim("07.7", "Top-p must count the whole vocabulary; computed over the top 50 it cuts off tokens that belong in.")
def _(gpt: GPT) -> Measured:
    logits = trace(gpt, SARAH).logits[-1]
    whole = int((distribution(logits, 5.0, top_p=0.9) > 0).sum())
    of_fifty = int((distribution(logits, 5.0, top_k=50, top_p=0.9) > 0).sum())
    top = float(distribution(logits, 5.0).topk(50).values.sum())
    words = f"at T = 5, p = 0.9: {whole:,} tokens, against {of_fifty} of the top 50, which hold {top:.0%}"
    return words, whole > of_fifty and top < 0.5


@claim("07.8", "Many draws follow the predicted probabilities.")
def _(gpt: GPT) -> Measured:
    probs, worst = distribution(trace(gpt, SARAH).logits[-1]), []
    likely = probs.topk(5).indices
    for seed, n in enumerate((2_000, 10_000)):  # the draws of the lesson's picture, and more
        draws = probs.multinomial(n, replacement=True, generator=torch.Generator().manual_seed(seed))
        off = (draws.bincount(minlength=len(probs)) / n - probs).abs() / (probs * (1 - probs) / n).sqrt()
        worst.append(float(off[likely].max()))
    words = f"of the 5 likeliest tokens the farthest off is {worst[0]:.1f} standard deviations"
    return f"{words} in the 2,000 draws above, {worst[1]:.1f} in 10,000 others", max(worst) < 4


@claim(
    "07.9", "The unembedding reads one position: change one vector, and the other positions' logits stay as they are."
)
def _(gpt: GPT) -> Measured:
    final = trace(gpt, STORY).final.clone()
    before = gpt.unembed(final)
    final[3] += 1.0
    moved = (gpt.unembed(final) - before).abs().amax(-1)
    others = torch.cat([moved[:3], moved[4:]]).max()
    return f"others move by {float(others):.1g}, the changed one by {float(moved[3]):.1f}", float(
        others
    ) < 1e-5 < float(moved[3])


@claim("07.10", "Every position predicts, and each as if the text ended there.")
def _(gpt: GPT) -> Measured:
    whole = trace(gpt, STORY)
    cut = [trace(gpt, whole.ids[: i + 1]).logits[-1] for i in range(len(whole))]
    worst = float((torch.stack(cut) - whole.logits).abs().max())
    return f"{len(whole)} predictions from one text, largest difference {worst:.0e}", worst < 1e-3


@claim("07.11", "The training loss is the mean surprise of these predictions.")
def _(gpt: GPT) -> Measured:
    traced = trace(gpt, STORY)
    surprise = -traced.probs[:-1].gather(1, traced.ids[1:, None]).log().mean()
    loss = F.cross_entropy(traced.logits[:-1], traced.ids[1:])
    return f"{float(surprise):.4f} and {float(loss):.4f} nats", abs(float(surprise - loss)) < 1e-4


@claim("07.12", "W_U is W_E transposed here: one table reads tokens and writes them.")
def _(gpt: GPT) -> Measured:
    same = gpt.unembed.weight is gpt.embed.weight
    return f"{gpt.embed.weight.numel():,} numbers, stored {'once' if same else 'twice'}", same and gpt.config.tied


@claim("07.13", "It need not be: an untied GPT computes just as well, with one more table of its own.")
def _(gpt: GPT) -> Measured:
    untied = GPT(replace(gpt.config, tied=False))
    state = gpt.state_dict()
    untied.load_state_dict(state | {"unembed.weight": state["embed.weight"].clone()})
    ids = trace(gpt, SARAH).ids[None]
    worst = float((untied(ids) - gpt(ids)).abs().max())
    more = sum(p.numel() for p in untied.parameters()) - sum(p.numel() for p in gpt.parameters())
    return (
        f"largest difference of a logit {worst:.1g}, {more:,} parameters more",
        worst < 1e-4 and more == gpt.embed.weight.numel(),
    )


@claim("07.14", "What is cropped is forgotten: the model recalls how the creature looked only while it can read that.")
def _(gpt: GPT) -> Measured:
    whole = trace(gpt, STORY)
    cropped = trace(gpt, whole.ids[len(gpt.tokenizer.encode(STORY.partition(".")[0] + ".")) :])
    kept, lost = (share(t, (" fluffy", " blue")) for t in (whole, cropped))
    return f"fluffy or blue: {kept:.1%} with the sentence, {lost:.1%} without", kept > max(0.5, 5 * lost)


@claim("07.15", "Softmax does not take the top few: close logits get close shares.")
def _(gpt: GPT) -> Measured:
    probs = distribution(torch.tensor([0.1, 0.2, 0.3]))
    return ", ".join(f"{float(p):.2f}" for p in probs), bool((probs > 0.29).all())


@claim("07.16", "Without that sentence the model gives the creature the tower's adjective, which it can still read.")
def _(gpt: GPT) -> Measured:
    rest = STORY.partition(".")[2]
    cropped = [trace(gpt, rest.replace("a wooden", word)) for word in OF_A_TOWER]
    best = [f" {word.split()[1]}" == t.next_tokens(1)[0][0] for word, t in zip(OF_A_TOWER, cropped, strict=True)]
    p = share(trace(gpt, rest), (" wooden",))
    words = f"wooden: {p:.1%}; with another adjective, that one leads in {sum(best)} of {len(best)} texts"
    return words, p > 0.5 and sum(best) > 0.8 * len(best)


# ---- exercises ----


@task("07.1")
def _(answer: float) -> str | None:
    probs = distribution(torch.tensor(WORKED).double())
    right = float(probs[WORKED.index(2.5)])
    if abs(answer - right) < 0.006:
        return None
    if abs(answer - float(probs.max())) < 0.006:
        return "that is the share of 3.4, the largest; asked is the one of 2.5"
    if abs(answer - math.exp(2.5)) < 0.1:
        return "that is exp(2.5); divide it by the sum of all seven exponentials"
    return "exp(2.5), divided by the sum of exp(…) over all seven logits"


@task("07.2")
def _(answer: float) -> str | None:
    if not answer > 0:
        return "a temperature above 0, please"
    share = float(distribution(torch.tensor(WORKED).double(), float(answer)).max())
    if abs(share - 0.5) < 0.005:
        return None
    return f"at T = {answer:g} the largest has {share:.1%}: go {'up' if share > 0.5 else 'down'}"


@task("07.3")
def _(answer: int) -> str | None:
    right = int((distribution(torch.tensor(WORKED).double(), top_p=0.9) > 0).sum())
    if answer == right:
        return None
    if answer == right - 1:
        return "those hold less than 90 %; the token that reaches the 90 % is kept too"
    return "sort the shares, largest first, and add them up until they reach 0.9. How many did you need?"


@task("07.4")
def _(answer: Callable[[Tensor, float], Tensor]) -> str | None:
    if not callable(answer):
        return "hand over the function itself, without calling it: exercise('07.4', my_softmax)"
    if answer(torch.tensor(WORKED), 1.0) is None:
        return NOTHING_YET
    for temperature in (1.0, 0.5, 3.0):
        logits = torch.randn(50, generator=torch.Generator().manual_seed(7)) * 4
        got, right = torch.as_tensor(answer(logits, temperature)), distribution(logits, temperature)
        if got.shape != right.shape:
            return f"expected {tuple(right.shape)} probabilities, got {tuple(got.shape)}"
        if not torch.allclose(got.float(), right, atol=1e-5):
            if torch.allclose(got.float(), distribution(logits), atol=1e-5):
                return "the temperature has no effect yet: divide the logits by it before exp"
            return (
                f"at T = {temperature:g} your probabilities sum to {float(got.sum()):.3f} and the largest is "
                f"{float(got.max()):.3f}; it should be {float(right.max()):.3f}"
            )
    large = torch.tensor([1000.0, 999.0, 0.0])
    if not torch.allclose(torch.as_tensor(answer(large, 1.0)).float(), distribution(large), atol=1e-5):
        return "right for small logits, but exp(1000) overflows: take the largest logit off all of them first"
    return None


@task("07.5")
def _(answer: Callable[[Tensor, float], Tensor]) -> str | None:
    if not callable(answer):
        return "hand over the function itself, without calling it: exercise('07.5', my_top_p)"
    if answer(torch.tensor([0.4, 0.6]), 0.5) is None:
        return NOTHING_YET
    sharp = torch.tensor([0.05, 0.5, 0.05, 0.3, 0.1])
    got = torch.as_tensor(answer(sharp.clone(), 0.7))
    right = torch.tensor([0, 0.625, 0, 0.375, 0])
    if not torch.allclose(got.float().sum(), torch.tensor(1.0), atol=1e-4):
        return f"what is left must be rescaled to 1; yours sums to {float(got.sum()):.3f}"
    if not torch.allclose(got.float(), right, atol=1e-4):
        return "for 0.05, 0.5, 0.05, 0.3, 0.1 and p = 0.7 two tokens are kept, 0.5 and 0.3, each at its own place"
    flat = torch.full((1000,), 0.001) * torch.linspace(1.01, 0.99, 1000)
    flat = flat / flat.sum()
    kept = int((torch.as_tensor(answer(flat.clone(), 0.9)) > 0).sum())
    expected = int((distribution(flat.log(), top_p=0.9) > 0).sum())
    return (
        None
        if abs(kept - expected) <= 1
        else f"of a nearly flat 1,000 tokens, p = 0.9 needs {expected}; yours kept {kept}"
    )
