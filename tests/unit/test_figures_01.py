"""The pictures of lesson 01 show the tensors they say they show; merges are replayed exactly."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.patches import Arc, FancyArrowPatch, Rectangle

import gptviz as gv
from gptviz import figures
from gptviz.figures import theme
from gptviz.figures.tokens import kinds_of
from gptviz.figures.turning import Turning, camera, view
from gptviz.figures.vectors import division, mean_cosine, spread
from gptviz.geometry import find, word_axes, word_ids, word_vector
from gptviz.model import GPT
from gptviz.probes.claims import analogies, missed, word_pairs
from tests.unit.models import random_gpt, small_tokenizer

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
TOKENIZER = small_tokenizer()


@pytest.fixture(scope="module")
def gpt() -> GPT:
    return random_gpt()


@pytest.fixture(scope="module")
def tiny() -> GPT:
    return gv.load()


def words_in(fig: theme.Picture) -> list[str]:
    return [text.get_text() for ax in fig.axes for text in ax.texts]


def bars_in(fig: theme.Picture) -> list[Rectangle]:
    return [patch for ax in fig.axes for patch in ax.patches if isinstance(patch, Rectangle)]


def all_pictures(gpt: GPT) -> dict[str, theme.Picture]:
    pairs = [("king", "queen"), ("old", "day"), ("saw", "gave"), ("happy", "the")]
    return {
        "merges": figures.merges(gpt, " creatures"),
        "tokens": figures.tokens(gpt, "The king's 狐 🦊 saw $x$\n" * 3),
        "columns": figures.columns(gpt, "the king and the queen"),
        "dots": figures.dots(gpt, "king", ["queen", "old", "happy"]),
        "alike": figures.alike({"one": gpt, "other": random_gpt(seed=1)}, "king"),
        "along": figures.along(gpt, "queen - king", ["old", "day", "happy"]),
        "islands": figures.islands(gpt, {"people": ["king", "queen"], "doing": ["saw", "gave"]}),
        "steps": figures.steps(gpt, pairs),
        "turns": figures.embeddings_3d(gpt, "king - old + day")._still,
    }


def test_each_says_in_words_what_it_shows_and_is_light(gpt: GPT) -> None:
    for name, fig in all_pictures(gpt).items():
        assert len(fig.words.split()) >= 5, name
        assert len(fig.data()) <= 60_000 and fig.data() == fig.data(), name


def test_no_words_leave_the_page(gpt: GPT) -> None:
    for name, fig in all_pictures(gpt).items():
        fig.draw_without_rendering()
        page = fig.bbox
        for text in [text for ax in fig.axes for text in ax.texts if text.get_text()]:
            box = text.get_window_extent()
            assert page.x0 <= box.x0 and box.x1 <= page.x1, f"{name}: {text.get_text()!r}"
            assert page.y0 <= box.y0 and box.y1 <= page.y1, f"{name}: {text.get_text()!r}"


# ---- merges ----


@given(ANY_TEXT)
@settings(max_examples=200, deadline=None)
def test_merges_replayed_end_in_the_tokenizers_own_tokens(text: str) -> None:
    assert TOKENIZER.build(text)[-1][1] == TOKENIZER.tokens(TOKENIZER.encode(text))


def test_merges_of_the_bundled_tokenizer_are_replayed_exactly(tiny: GPT) -> None:
    for text in ("Sarah's unbelievable fox 狐狸 🦊, naïve", "   spaces\n\n and\ttabs ", "<|endoftext|>", "aaaaaaa", ""):
        assert tiny.tokenizer.build(text)[-1][1] == tiny.tokenizer.tokens(tiny.tokenizer.encode(text))


def test_each_step_glues_one_pair_by_a_merge_of_its_rank() -> None:
    merges, steps = TOKENIZER.merges(), TOKENIZER.build(" the creatures")
    ranks = [rank for rank, _ in steps[1:]]
    assert steps[0] == (None, list(" the creatures")) and ranks
    for (_, before), (rank, after) in zip(steps, steps[1:], strict=False):
        assert rank is not None
        i = next(i for i, (one, other) in enumerate(zip(before, after, strict=False)) if one != other)
        assert (before[i], before[i + 1]) == merges[rank]
        assert after == [*before[:i], before[i] + before[i + 1], *before[i + 2 :]]


def test_merges_are_those_of_a_file_of_the_older_kind(tmp_path) -> None:
    """GPT-2's merges.txt, whose pairs are written with a space between them."""
    TOKENIZER.save(tmp_path)
    path = tmp_path / "tokenizer.json"
    stored = json.loads(path.read_text())
    stored["model"]["merges"] = [" ".join(pair) for pair in stored["model"]["merges"]]
    path.write_text(json.dumps(stored))
    assert type(TOKENIZER).load(tmp_path).merges() == TOKENIZER.merges()


def test_the_picture_of_merges_has_a_row_for_each_step(gpt: GPT) -> None:
    fig, steps = figures.merges(gpt, " creatures"), gpt.tokenizer.build(" creatures")
    assert len(bars_in(fig)) == sum(len(pieces) for _, pieces in steps)
    ranks = [f"{rank:,}" for rank, _ in steps[1:]]
    shown = iter(words_in(fig))
    assert all(rank in shown for rank in ranks), "in the order of the steps"
    assert [w for w in words_in(fig) if w.isdigit()][-len(steps[-1][1]) :] == [
        str(i) for i in gpt.tokenizer.encode(" creatures")
    ]
    with pytest.raises(ValueError, match="1 to 32 bytes"):
        figures.merges(gpt, "")


def test_kinds_of_tokens() -> None:
    tokens = [" king", " un", "b", "le", "'", "s", " ", "⟨e7⟩", "⟨8b⟩", ".", " n", "⟨c3⟩", "⟨af⟩", "ve", "A"]
    kinds = ["word", "piece", "piece", "piece", "sign", "piece", "sign", "byte", "byte", "sign"]
    assert kinds_of(tokens) == [*kinds, "piece", "byte", "byte", "piece", "piece"]
    assert kinds_of([" fluffy", " creature", "."]) == ["word", "word", "sign"]


def test_the_strip_shows_every_token_with_its_number_and_marks_the_rare_ones(tiny: GPT) -> None:
    text = "The king 狐 lies still."
    counts: Any = tiny.token_counts
    fig, ids = figures.tokens(tiny, text), tiny.tokenizer.encode(text)
    drawn = words_in(fig)
    assert [drawn[2 * i] for i in range(len(ids))] == theme.labels(tiny.tokenizer.tokens(ids), 20)
    assert [drawn[2 * i + 1] for i in range(len(ids))] == [str(i) for i in ids]
    dashed = [line for line in fig.axes[0].lines if line.get_linestyle() == "--" and np.size(line.get_xdata()) == 5]
    assert len(dashed) == sum(int(counts[i]) < 20 for i in ids) > 0
    with pytest.raises(ValueError, match="at least one character"):
        figures.tokens(tiny, "")


# ---- vectors ----


def test_columns_are_those_of_the_table(gpt: GPT) -> None:
    ids = gpt.tokenizer.encode("the king and the queen")
    fig = figures.columns(gpt, "the king and the queen")
    weight = gpt.embed.weight.detach()
    limit = float(weight.abs().quantile(0.99))
    images: list[Any] = [image.get_array() for image in fig.axes[0].images]
    assert len(images) == len(ids)
    for image, token in zip(images, ids, strict=True):
        expected = theme.DIVERGING(weight[token, :, None].numpy() / limit / 2 + 0.5)
        np.testing.assert_allclose(image, expected)
    with pytest.raises(ValueError, match="1 to 16 tokens"):
        figures.columns(gpt, "king " * 40)


def test_dot_products_are_angles_and_sums(gpt: GPT) -> None:
    others = ["queen", "old", "happy"]
    fig: Any = figures.dots(gpt, "king", others)
    one = word_vector(gpt, "king").double()
    arcs = [patch for patch in fig.axes[0].patches if isinstance(patch, Arc)]
    arrows = [patch for patch in fig.axes[0].artists if isinstance(patch, FancyArrowPatch)]
    arrows = arrows or [patch for patch in fig.axes[0].patches if isinstance(patch, FancyArrowPatch)]
    drawn = [each for each in fig.axes[0].collections if isinstance(each, LineCollection)]
    assert len(drawn) == len(arcs) == len(others) and len(arrows) == 2 * len(others)
    rows = [word_vector(gpt, other).double() for other in others]
    most = max(float((one * row).abs().max()) for row in rows)
    for row, arc, lines, (first, second) in zip(
        rows, arcs, drawn, zip(arrows[::2], arrows[1::2], strict=True), strict=True
    ):
        cosine = float(torch.cosine_similarity(one, row, dim=0))
        assert -arc.theta1 == pytest.approx(math.degrees(math.acos(cosine)), abs=1e-4)
        lengths = [math.dist(*ends(arrow)) for arrow in (first, second)]
        assert lengths[1] / lengths[0] == pytest.approx(float(row.norm() / one.norm()), rel=1e-6)
        heights = [start[1] - end[1] for start, end in lines.get_segments()]
        np.testing.assert_allclose(heights, (one * row).numpy() * 0.4 / most, atol=1e-9)


def test_likeness_counts_every_token_but_the_word(gpt: GPT) -> None:
    fig = figures.alike({"one": gpt}, "king", k=4)
    found = find(gpt, "king")
    rest = [i for i in range(gpt.config.vocab_size) if i not in found.inputs]
    counts = np.histogram(found.cosine[rest].numpy(), np.linspace(-1, 1, 81))[0]
    hill = [bar for bar in bars_in(fig) if bar.get_facecolor()[:3] == pytest.approx(rgb(theme.SECOND))]
    heights = [bar.get_height() for bar in hill]
    np.testing.assert_allclose(heights, counts[counts > 0] / counts.max() * 1.05)
    near = [f"{cosine:.2f}" for _, cosine in gv.neighbors(gpt, "king", 4)]
    assert [word for word in words_in(fig) if word in near][-4:] == near


def ends(arrow: Any) -> tuple[tuple[float, float], tuple[float, float]]:
    """Where an arrow starts and ends, before it is shortened for its head."""
    return arrow._posA_posB


def rgb(color: str) -> tuple[float, float, float]:
    from matplotlib.colors import to_rgb

    return to_rgb(color)


def test_bars_along_a_direction_are_dot_products(gpt: GPT) -> None:
    words = ["old", "gave", "happy", "day"]
    bars = bars_in(figures.along(gpt, "queen - king", words))
    towards = word_vector(gpt, "queen - king")
    values = torch.tensor([float(word_vector(gpt, word) @ towards) for word in words])
    widths = torch.tensor([bar.get_width() for bar in bars])
    torch.testing.assert_close(widths / widths.abs().max(), values / values.abs().max(), rtol=1e-4, atol=1e-4)


def test_a_part_of_the_bars_has_the_scale_of_all(gpt: GPT) -> None:
    words = ["old", "gave", "happy", "day"]
    every, part = (figures.along(gpt, "queen - king", w, scaled_to=words) for w in (words, words[:2]))
    for one, other in zip(bars_in(part), bars_in(every)[:2], strict=True):
        assert (one.get_x(), one.get_width()) == (other.get_x(), other.get_width())
    assert [bar.get_width() for bar in bars_in(every)] == [
        bar.get_width() for bar in bars_in(figures.along(gpt, "queen - king", words))
    ]


def test_a_division_comes_out_by_hand() -> None:
    dice = torch.Generator().manual_seed(0)
    for one, other in torch.randn(300, 2, 16, dtype=torch.float64, generator=dice):
        dot, lengths = float(one @ other), (float(one.norm()), float(other.norm()))
        said = division(dot, *lengths)
        top, first, second, cosine = (float(x) for x in re.findall(r"-?\d+\.\d+", said.replace("−", "-")))
        assert round(top / (first * second), 2) == cosine == round(dot / (lengths[0] * lengths[1]), 2), said
    assert division(0.0, 0.0, 1.0).endswith("= 0.00"), "a vector of zeros is no error"


def test_islands_lie_at_the_principal_axes(gpt: GPT) -> None:
    groups = {"people": ["king", "queen"], "doing": ["saw", "gave"]}
    fig, axes = figures.islands(gpt, groups), word_axes(gpt, n=2)
    clouds = [c for c in fig.axes[0].collections if isinstance(c, PathCollection)]
    assert len(np.asarray(clouds[0].get_offsets())) == len(word_ids(gpt))
    drawn = np.concatenate([clouds[1].get_offsets(), clouds[3].get_offsets()])
    vectors = torch.stack([word_vector(gpt, word) for words in groups.values() for word in words])
    points = axes(vectors).numpy() * [1, -1]
    ratio = np.linalg.norm(drawn - drawn[0], axis=1)[1:] / np.linalg.norm(points - points[0], axis=1)[1:]
    np.testing.assert_allclose(ratio, ratio[0], rtol=1e-6)
    with pytest.raises(ValueError, match="groups must be 1 to 5"):
        figures.islands(gpt, {})


def test_steps_say_their_cosine_and_how_much_the_plane_keeps(gpt: GPT) -> None:
    pairs = [("king", "queen"), ("old", "day"), ("saw", "gave"), ("happy", "the")]
    fig: Any = figures.steps(gpt, pairs)
    steps = torch.stack([word_vector(gpt, b) - word_vector(gpt, a) for a, b in pairs])
    cosines = [float(torch.cosine_similarity(a, b, dim=0)) for i, a in enumerate(steps) for b in steps[:i]]
    assert mean_cosine(steps) == pytest.approx(sum(cosines) / len(cosines), abs=1e-5)
    assert f"two of them is {sum(cosines) / len(cosines):.2f}".replace("-", "−") in fig.words
    arrows = [a for a in (*fig.axes[0].artists, *fig.axes[0].patches) if isinstance(a, FancyArrowPatch)]
    mean = steps.mean(0) / steps.mean(0).norm()
    across = [end[0] - start[0] for start, end in map(ends, arrows)]
    ratio = np.array(across) / (steps @ mean).numpy()
    np.testing.assert_allclose(ratio, ratio[0], rtol=1e-4)
    with pytest.raises(ValueError, match="three or more"):
        figures.steps(gpt, pairs[:2])


def test_labels_are_spread_in_order_and_within_bounds() -> None:
    places = spread([0.1, 0.0, 0.05, 3.0], 0.5, 0.0, 3.0)
    order = sorted(range(4), key=lambda i: places[i])
    assert order == [1, 2, 0, 3] and min(places) >= 0 and max(places) <= 3
    ranked = sorted(places)
    assert all(b - a > 0.5 - 1e-9 for a, b in zip(ranked, ranked[1:], strict=False))


# ---- the map in space ----


def test_a_turn_keeps_lengths_across_the_view() -> None:
    points = torch.randn(20, 3, generator=torch.Generator().manual_seed(0))
    sides = torch.cat([view(points, 0), view(points, 90)], dim=1)
    assert view(torch.zeros(1, 3), 40).abs().max() == 0
    torch.testing.assert_close(sides[:, 0] ** 2 + sides[:, 2] ** 2, (points[:, 0] ** 2 + points[:, 2] ** 2).double())


def test_plotly_looks_from_where_the_picture_does() -> None:
    looks = camera(40)
    towards, up = torch.tensor([list(looks[key].values()) for key in ("eye", "up")]).double()
    right = torch.linalg.cross(up, towards)
    right = right / right.norm()
    points = torch.randn(5, 3, generator=torch.Generator().manual_seed(0)).double()
    seen = torch.stack([points @ right, points @ torch.linalg.cross(towards, right)], dim=-1)
    torch.testing.assert_close(view(points, 40), seen, atol=1e-6, rtol=0)


def test_a_ring_with_a_name_is_where_the_dashed_step_ends(gpt: GPT) -> None:
    """In the figure to turn, and in each of the three pictures of it."""
    fig = figures.embeddings_3d(gpt, "king - old + day")
    _, own, _, dashed, _ = fig.data
    assert own.text[-1] == "king − old + day" and own.marker.symbol[-1] == "circle-open"
    assert dashed.line.dash == "longdash"
    np.testing.assert_allclose(*([line.x[-1], line.y[-1], line.z[-1]] for line in (own, dashed)), atol=1e-9)
    assert words_in(fig._still).count("king − old + day") == 3
    lines = [line.get_xydata()[-1] for line in fig._still.axes[0].lines if line.get_linestyle() == "--"]
    rings = [c.get_offsets()[0] for c in fig._still.axes[0].collections if not len(c.get_facecolors())]
    np.testing.assert_allclose(rings, lines)


def test_a_notebook_keeps_points_or_a_picture_but_no_javascript(gpt: GPT, monkeypatch: pytest.MonkeyPatch) -> None:
    fig = figures.embeddings_3d(gpt, "king - old + day")
    assert isinstance(fig, Turning)
    live, _ = fig._repr_mimebundle_()
    assert set(live) == {"text/plain", "application/vnd.plotly.v1+json"}
    points = json.loads(json.dumps(live["application/vnd.plotly.v1+json"]))["data"]
    assert [len(each["z"]) for each in points] == [len(each.z) for each in fig.data], "plain JSON, no arrays"
    assert "_repr_html_" in vars(Turning), "plotly's own would hold its JavaScript"
    monkeypatch.setenv("GPTVIZ_STILLS", "1")
    still, _ = fig._repr_mimebundle_()
    assert set(still) == {"image/png", "text/plain"} and still["image/png"] == fig._still.data()


# ---- analogies, one by one ----


def test_missed_analogies_are_those_that_end_elsewhere(gpt: GPT) -> None:
    pairs = [("king", "queen"), ("old", "day"), ("saw", "gave")]
    failures = {expression: (wanted, got) for expression, wanted, got in missed(gpt, pairs)}
    for (a, b), (c, d) in [(p, q) for p in pairs for q in pairs if p != q]:
        first = gv.analogy(gpt, f"{b} - {a} + {c}", 1)[0][0].strip()
        assert failures.get(f"{b} - {a} + {c}", (d, d)) == (d, first)
    assert analogies(gpt, pairs) == pytest.approx(1 - len(failures) / 6)


def test_word_pairs_are_the_worlds() -> None:
    assert ("king", "queen") in word_pairs("gender") and ("France", "Paris") in word_pairs("capital")
    with pytest.raises(ValueError, match="kind must be gender, capital"):
        word_pairs("people")
