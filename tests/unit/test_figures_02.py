"""Pictures of order and position, and the probes behind them: what is drawn is what torch says."""

import sys

import pytest
import torch
from matplotlib.patches import Rectangle
from models import random_gpt
from torch.testing import assert_close

from gptviz import figures
from gptviz.geometry import directions_needed, principal_axes, sinusoids
from gptviz.probes.heads import random_tokens
from gptviz.probes.order import looking_back, order_seen, place_error, surprise, unmasked
from gptviz.tracing import trace

room = sys.modules["gptviz.figures.order"]


@pytest.fixture(scope="module")
def gpt():
    return random_gpt(n_layer=3)


def words_in(picture):
    return [text.get_text() for text in picture.axes[0].texts]


# ---- probes ----


def test_without_a_mask_everybody_looks_at_everybody(gpt):
    free, ids = unmasked(gpt), [1, 2, 3, 4, 5]
    pattern = trace(free, ids).pattern[0, 0]
    assert (pattern > 0).all() and (trace(gpt, ids).pattern[0, 0].triu(1) == 0).all()
    q, k, v = (getattr(trace(free, ids), name)[0] for name in "qkv")
    expected = (q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5).softmax(-1) @ v
    assert_close(trace(free, ids).z[0], expected)


def test_order_is_seen_where_it_can_be(gpt):
    ids = list(range(12))
    nothing, masked, usual = (
        order_seen(unmasked(gpt), ids),
        order_seen(gpt, ids),
        order_seen(gpt, ids, without=()),
    )
    assert (nothing < 1e-4).all()
    assert masked[0] < 1e-4 and (masked[1:] > 0.01).all()
    assert (usual > 0.01).all()


def test_order_seen_is_the_largest_difference():
    gpt, ids = random_gpt(n_layer=2), [5, 6, 7]  # two tokens have one other order
    one, other = (trace(gpt, each, without=["pos"]) for each in (ids, [6, 5, 7]))
    expected = [float((a[-1] - b[-1]).abs().max()) for a, b in zip(one.resid_post, other.resid_post, strict=True)]
    assert_close(order_seen(gpt, ids, shuffles=3), torch.tensor(expected))
    with pytest.raises(ValueError, match="at least 3 tokens, got 2"):
        order_seen(gpt, [5, 6])


def test_looking_back_averages_one_distance(gpt):
    weights = torch.stack([trace(gpt, random_tokens(gpt, 32, seed)).pattern[1, 2] for seed in range(8)]).mean(0)
    back = looking_back(gpt, 1, 2, furthest=6)
    assert back.shape == (7,)
    assert_close(back[2], torch.stack([weights[t, t - 2] for t in range(6, 32)]).mean())


def test_a_place_is_read_off_the_row_where_it_is_told(gpt):
    told, untold = place_error(gpt), place_error(gpt, ("pos",))
    assert told.shape == (gpt.config.n_layer + 1,)
    assert told[0] < 4 and abs(float(untold[0]) - 32 / 4) < 1


def test_surprise_is_the_mean_over_all_tokens(gpt):
    runs = [trace(gpt, ids) for ids in ([1, 2, 3], [4, 5, 6, 7, 8])]
    each = [-run.probs[i, run.ids[i + 1]].log() for run in runs for i in range(len(run) - 1)]
    assert surprise(runs) == pytest.approx(float(torch.stack(each).mean()), abs=1e-5)


def test_directions_needed():
    flat = torch.outer(torch.linspace(-1, 1, 9), torch.ones(5))
    assert directions_needed(flat) == 1
    assert directions_needed(torch.eye(6), 0.99) == 5
    assert directions_needed(sinusoids(64, 32)) > 3


# ---- pictures ----


def test_clocks_have_the_formulas_hands():
    picture = figures.clocks(32, pairs=(0, 3, 15), positions=(0, 5))
    table, hands = sinusoids(6, 32), [line for line in picture.axes[0].lines if len(line.get_xdata()) == 2]
    assert len(hands) == 6
    for i, (pair, position) in enumerate((pair, position) for pair in (0, 3, 15) for position in (0, 5)):
        (x0, x1), (y0, y1) = hands[i].get_data()
        radius = picture.axes[0].patches[i].radius
        assert (x1 - x0) / radius == pytest.approx(float(table[position, 2 * pair]), abs=1e-5)
        assert (y0 - y1) / radius == pytest.approx(float(table[position, 2 * pair + 1]), abs=1e-5)
    with pytest.raises(ValueError, match="0..15 for 32 numbers, got 16"):
        figures.clocks(32, pairs=(16,))


def test_order_draws_what_the_probe_measures(gpt):
    ids = list(range(10))
    picture, moved = figures.order(gpt, ids, shuffles=3), order_seen(gpt, ids, shuffles=3)
    words = words_in(picture)
    assert f"{float(moved[2]):.2f}" in words and sum(word.startswith("0 (rounding") for word in words) == 4
    bars = sorted(patch.get_width() for patch in picture.axes[0].patches if isinstance(patch, Rectangle))
    assert len(bars) == 9 and bars[3] <= 0.011 < bars[4]


def test_looking_back_draws_both(gpt):
    picture, back = figures.looking_back(gpt, 0, 1, furthest=4), looking_back(gpt, 0, 1, furthest=4)
    bars = [patch.get_height() for patch in picture.axes[0].patches if isinstance(patch, Rectangle)]
    assert len(bars) == 10
    lost = looking_back(gpt, 0, 1, ("pos",), furthest=4)
    drawn, expected = -torch.tensor(bars, dtype=torch.float32).view(5, 2), torch.stack([back, lost], 1)
    assert_close(drawn / drawn.max(), expected / expected.max(), atol=0.01, rtol=0)


def test_waves_are_the_principal_axes(gpt):
    picture = figures.waves(gpt)
    curves = [line.get_ydata() for line in picture.axes[0].lines if len(line.get_xdata()) == gpt.config.n_ctx]
    expected = principal_axes(gpt.pos.weight.detach(), 3)(gpt.pos.weight.detach())[:, 0]
    first = torch.tensor(curves[0])
    drawn = -(first - first.mean())
    assert torch.cosine_similarity(drawn, expected - expected.mean(), dim=0) > 0.999
    assert f"{directions_needed(gpt.pos.weight.detach())} directions hold nine tenths" in words_in(picture)


def test_waves_are_on_one_scale(gpt):
    """The mean square of a curve is its direction's share, for the learned table and the formula alike."""
    learned = gpt.pos.weight.detach()
    lines = [line for line in figures.waves(gpt).axes[0].lines if len(line.get_xdata()) == len(learned)]
    squares = torch.tensor([float(torch.as_tensor(line.get_ydata()).var(correction=0)) for line in lines])
    shares = torch.cat([principal_axes(table, 3).variance for table in (learned, sinusoids(*learned.shape))])
    assert_close(squares / squares[0], (shares / shares[0]).float(), rtol=1e-3, atol=0)


def test_places_draws_what_the_probe_measures(gpt):
    picture = figures.places(gpt)
    for error in (*place_error(gpt).tolist(), *place_error(gpt, ("pos",)).tolist()):
        assert f"{error:.1f}" in words_in(picture)
    assert "8.0" in picture.words


def test_every_picture_is_light_and_has_words(gpt):
    pictures = [
        figures.clocks(), figures.order(gpt, [1, 2, 3, 4], 2), figures.looking_back(gpt, 0, 0), figures.waves(gpt),
        figures.places(gpt),
    ]  # fmt: skip
    assert all(len(picture.words.split()) >= 10 and len(picture.data()) <= 60_000 for picture in pictures)
