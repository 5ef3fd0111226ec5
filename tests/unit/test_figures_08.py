"""The pictures of lesson 08 draw the tensors they claim to draw."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from matplotlib.patches import Rectangle
from models import random_gpt

import gptviz as gv
from gptviz import figures
from gptviz.figures.distributions import number, percent
from gptviz.geometry import contributions, summands
from gptviz.model import GPT
from gptviz.probes.knockouts import kl_bits, lost, patched_places
from gptviz.probes.linear import Reading

TEXT, OTHER = "The king gave the queen a hat", "The king saw the queen a hat"


@pytest.fixture(scope="module")
def gpt() -> GPT:
    return random_gpt()


def words(figure: figures.theme.Picture) -> list[str]:
    return [text.get_text() for ax in figure.axes for text in ax.texts]


def test_adding_up_draws_each_part_and_their_sum(gpt: GPT) -> None:
    trace = gv.trace(gpt, TEXT)
    figure = figures.adding_up(trace, 2)
    strips = [np.asarray(image.get_array())[0] for image in figure.axes[0].images]
    parts = summands(trace, [2])
    for strip, row in zip(strips, [*(row[0] for row in parts.values()), trace.resid_post[-1][2]], strict=True):
        np.testing.assert_allclose(strip, row.numpy(), atol=1e-6)
    np.testing.assert_allclose(np.sum(strips[:-1], 0), strips[-1], atol=1e-4)
    assert set(parts) <= set(words(figure)) and number(float(trace.resid_post[-1][2].norm())) in words(figure)


def test_adding_up_sums_the_heads_of_a_large_model() -> None:
    figure = figures.adding_up(gv.trace(random_gpt(n_layer=5, n_head=8, d_model=32), TEXT))
    assert "L3 heads" in words(figure) and "L3H0" not in words(figure)


def test_lens_norm_draws_both_distances(gpt: GPT) -> None:
    trace = gv.trace(gpt, TEXT)
    figure = figures.lens_norm(trace)
    rows = [trace.resid_pre[0], *trace.resid_post]
    with torch.no_grad():
        for row in rows:
            for logits in (gpt.unembed(gpt.ln_final(row)), gpt.unembed(row)):
                bits = number(float(kl_bits(trace.probs, logits.softmax(-1)).mean()))
                assert any(said.startswith(bits) for said in words(figure)), bits
    assert "0.00 with the norm" in words(figure)


def test_direct_and_lost_draws_both_measures(gpt: GPT) -> None:
    trace = gv.trace(gpt, TEXT)
    best = int(trace.logits[-1].argmax())
    said = words(figures.direct_and_lost(trace, best))
    direct, gone = contributions(trace, best), lost(trace, best)
    shown = said[said.index("what goes if it is switched off") + 1 :]
    assert shown == [number(value) for value in gone.values()]
    assert all(number(direct[part]) in said for part in gone)
    for part, value in gone.items():
        without = gv.trace(gpt, TEXT, without=[part])
        assert value == pytest.approx(float(trace.logits[-1, best] - without.logits[-1, best]), abs=1e-4)


def test_swapped_draws_each_place(gpt: GPT) -> None:
    trace, other = gv.trace(gpt, TEXT), gv.trace(gpt, OTHER)
    columns = min(len(trace), len(other)) - 2
    token = int(other.logits[-1].argmax())
    figure = figures.swapped(trace, other, token, columns)
    probs = patched_places(trace, other, columns)
    said = words(figure)
    assert all(percent(p) in said for p in probs[..., token].flatten().tolist())
    cells = [patch for patch in figure.axes[0].patches if isinstance(patch, Rectangle)]
    assert len(cells) == probs.shape[0] * columns
    for layer, back in ((0, 1), (1, 3)):
        patch = {("resid_post", layer, -back): other.resid_post[layer][-back]}
        by_hand = gv.trace(gpt, TEXT, patch=patch).probs[-1]
        torch.testing.assert_close(probs[layer, columns - back], by_hand, atol=1e-5, rtol=1e-4)
    with pytest.raises(ValueError, match="columns must be 1"):
        patched_places(trace, other, 99)


def reading(name: str, *right: float) -> Reading:
    stages = torch.tensor(right)
    return Reading(name, "which?", stages, torch.full_like(stages, 0.3), 0.35, 3, 400)


def test_readings_draws_what_was_read() -> None:
    found, before = [reading("word", 1.0, 0.9, 0.8), reading("mood", 0.4, 0.9, 1.0)], [reading("word", 1.0, 1.0, 1.0)]
    figure = figures.readings(found, [*before, reading("mood", 0.4, 0.5, 0.6)])
    panels = figure.axes[1:]
    for panel, each, other in zip(panels, found, (1.0, 0.6), strict=True):
        lines = [np.asarray(line.get_ydata(), dtype=float) for line in panel.lines]
        for drawn in (100 * each.right, 100 * each.shuffled, torch.full((2,), 35.0)):
            assert any(len(line) == len(drawn) and np.allclose(line, drawn.numpy(), atol=1e-4) for line in lines)
        assert any(len(line) == 3 and abs(line[-1] - 100 * other) < 1e-4 for line in lines)
        [bars] = panel.collections
        ends = [segment[:, 1] for segment in bars.get_segments()]  # type: ignore[attr-defined]
        np.testing.assert_allclose([b - a for a, b in ends], (200 * each.error).numpy(), atol=1e-3)
    assert "mood" in words(figure) and "untrained" in words(figure)
    assert "untrained" not in words(figures.readings(found))
    with pytest.raises(ValueError, match="at least one"):
        figures.readings([])
