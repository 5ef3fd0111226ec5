"""The pictures of lesson 06 show the tensors they say they show, in words that can be read."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
import torch
from matplotlib.patches import Rectangle
from torch.nn import functional as F

import gptviz as gv
from gptviz import figures
from gptviz.checks.lesson_06 import about
from gptviz.figures.facts import BENDS
from gptviz.figures.theme import Picture
from gptviz.model import GPT
from gptviz.probes.facts import PEOPLE, facts, names, neuron_worth, pushes, ranked_neurons
from tests.unit.test_figures import overlaps

FULL = "Michael Jordan"
COUNTS = [0, 3, 9]


@pytest.fixture(scope="module")
def gpt() -> GPT:
    return gv.load()


@pytest.fixture(scope="module")
def ranked(gpt: GPT) -> list[str]:
    return ranked_neurons(neuron_worth(*about(gpt)))


PICTURES: dict[str, Callable[[GPT], Picture]] = {
    "gate": lambda gpt: figures.gate(),
    "gate without a bend": lambda gpt: figures.gate(-3, "none"),
    "gate, GELU, far up": lambda gpt: figures.gate(1, "GELU"),
    "bends": lambda gpt: figures.bends(about(gpt)[0]),
    "fading": lambda gpt: figures.fading(gpt, FULL, [f"L0N{n}" for n in range(50)], COUNTS),
    "votes": lambda gpt: figures.votes(gpt, FULL),
}


@pytest.mark.parametrize("name", PICTURES)
def test_readable_in_words_and_the_same_every_time(name: str, gpt: GPT) -> None:
    fig = PICTURES[name](gpt)
    assert overlaps(fig) == [] and len(fig.words.split()) >= 8
    assert fig.data(dpi=50) == PICTURES[name](gpt).data(dpi=50)


@pytest.mark.parametrize(("bias", "bend"), [(-1.0, "ReLU"), (0.0, "GELU"), (-0.5, "none")])
def test_gate_gives_what_the_bend_gives(bias: float, bend: str) -> None:
    fig = figures.gate(bias, bend)
    gives = [float(x) for x in re.findall(r"give (\S+?)[,.](?:\s|$)", fig.words.replace("−", "-"))]
    sums = torch.tensor([0.0, 1.0, 1.0, 2.0]) + bias
    assert gives == pytest.approx(BENDS[bend](sums).tolist(), abs=6e-4)
    points = [line.get_xydata() for line in fig.axes[1].lines if len(line.get_xydata()) == 1]
    drawn = torch.tensor(np.concatenate(points)).float()
    torch.testing.assert_close(drawn, torch.stack([sums, BENDS[bend](sums)], 1), atol=1e-5, rtol=0)


def test_bends_are_those_of_torch() -> None:
    x = torch.linspace(-4, 4, 50)
    assert torch.equal(BENDS["ReLU"](x), x.clamp_min(0)) and torch.equal(BENDS["none"](x), x)
    torch.testing.assert_close(BENDS["GELU"](x), F.gelu(x, approximate="tanh"))
    with pytest.raises(ValueError, match="bend must be one of ReLU, GELU, none"):
        figures.gate(bend="tanh")


def test_bends_counts_every_neuron_once(gpt: GPT) -> None:
    traced = about(gpt)[0]
    below = figures.bends(traced).axes[1]
    heights = [patch.get_height() for patch in below.patches if isinstance(patch, Rectangle)]
    assert sum(heights) == len(traced) * gpt.config.n_layer * gpt.config.d_mlp


def test_fading_draws_the_probabilities(gpt: GPT, ranked: list[str]) -> None:
    ax = figures.fading(gpt, FULL, ranked, COUNTS).axes[0]
    control, others, mine = (line.get_ydata() for line in ax.lines if len(line.get_ydata()) == len(COUNTS))
    who = [person.full for person in PEOPLE].index(FULL)
    measured = torch.stack([facts(gpt, ranked[:n]) for n in COUNTS])
    torch.testing.assert_close(torch.tensor(np.asarray(mine)), measured[:, who])
    mean = (measured.sum(1) - measured[:, who]) / (len(PEOPLE) - 1)
    torch.testing.assert_close(torch.tensor(np.asarray(others)), mean)
    assert float(control[0]) == pytest.approx(float(mine[0]))


def test_votes_add_up(gpt: GPT) -> None:
    fig = figures.votes(gpt, FULL)
    found = names(gpt)
    neither, first, last = pushes(found, FULL)
    said = found.logits[found.at(FULL)]
    order = said.argsort(descending=True, stable=True)
    widths = torch.tensor([bar.get_width() for bar in fig.axes[0].get_children() if isinstance(bar, Rectangle)][:60])
    drawn = widths.view(5, -1)
    expected = torch.stack([neither, first, last, neither + first + last, said])[:, order]
    scale = 0.5 / expected.abs().max()
    shown = expected.abs() * scale > 0.01  # thinner ones are drawn that thin
    torch.testing.assert_close(drawn[shown], (expected * scale)[shown], atol=1e-4, rtol=1e-3)
