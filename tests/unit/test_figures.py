"""Pictures show the tensors they say they show, to scale, readable, and the same bytes every time."""

from __future__ import annotations

import itertools
import re
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from gptviz import figures
from gptviz.figures import theme
from gptviz.figures.course_map import STOPS, course_map
from gptviz.figures.distributions import entropy_bits, number, percent
from gptviz.figures.theme import Picture
from gptviz.geometry import contributions
from gptviz.probes.knockouts import either, kl_bits, knocked_out, telling_head
from gptviz.probes.neurons import most_active
from gptviz.sampling import distribution
from gptviz.tracing import Trace, trace
from tests.unit.models import random_gpt

ROOT = Path(__file__).resolve().parents[2]
TEXT = "The king saw a blue bird."
LOGITS = (-0.8, -5.0, 0.5, 1.5, 3.4, -2.3, 2.5)


@pytest.fixture(scope="module")
def traced() -> Trace:
    return trace(random_gpt(), TEXT)


def draws_of(t: Trace) -> torch.Tensor:
    return distribution(t.logits[-1]).multinomial(500, replacement=True, generator=torch.Generator().manual_seed(0))


PICTURES: dict[str, Callable[[Trace], Picture]] = {
    "attention": figures.attention,
    "heads": figures.heads,
    "next_token": figures.next_token,
    "pipeline": figures.pipeline,
    "opened_head": lambda t: figures.opened_head(t, 1, 2),
    "softmax": lambda t: figures.softmax(LOGITS, "ABCDEFG", 2.0),
    "temperatures": lambda t: figures.temperatures(LOGITS, "ABCDEFG"),
    "tally": lambda t: figures.tally(t, draws_of(t)),
    "compare": lambda t: figures.compare({"one": t, "other": trace(t.gpt, "One day the king")}),
    "delta": figures.delta,
    "embeddings": lambda t: figures.embeddings(t.gpt, "king - old + day"),
    "every_position": figures.every_position,
    "knockout": figures.knockout,
    "neurons": figures.neurons,
    "positions": lambda t: figures.positions(t.gpt),
    "residual": figures.residual,
    "draws": lambda t: figures.draws(t, start=3),
    "parting": lambda t: figures.parting(t, trace(t.gpt, "The queen saw a blue bird."), 3),
    "patches": lambda t: figures.patches(figures.next_token(t), 100),
}
every_picture = pytest.mark.parametrize("name", PICTURES)


def words_in(fig: Picture) -> list[str]:
    return [text.get_text() for ax in fig.axes for text in ax.texts]


def bars_in(fig: Picture) -> list[Rectangle]:
    return [patch for ax in fig.axes for patch in ax.patches if isinstance(patch, Rectangle)]


def test_every_figure_is_tested() -> None:
    """Those of all lessons here, and those of one lesson in the lesson's own file."""
    tests = "".join(path.read_text() for path in Path(__file__).parent.glob("test_figures_*.py"))
    own = {name for name in figures.__all__ if re.search(rf"figures\.{name}\b", tests)}
    assert set(PICTURES) | own | {"labels", "embeddings_3d"} == set(figures.__all__)


@every_picture
def test_says_in_words_what_it_shows(name: str, traced: Trace) -> None:
    fig = PICTURES[name](traced)
    data, metadata = fig._repr_mimebundle_()
    assert data["image/png"].startswith(b"\x89PNG") and data["text/plain"] == fig.words
    assert len(fig.words.split()) >= 8
    assert metadata["image/png"]["width"] == round(100 * fig.get_figwidth()) <= 1280


@every_picture
def test_same_bytes_every_time(name: str, traced: Trace) -> None:
    for kind in ("png", "svg", "pdf"):
        one, other = (PICTURES[name](traced).data(kind, dpi=50) for _ in range(2))
        assert one == other, kind


@every_picture
def test_no_words_overlap_or_leave_the_picture(name: str, traced: Trace) -> None:
    assert overlaps(PICTURES[name](traced)) == []


@pytest.mark.parametrize("shape", [(1, 1, 16), (6, 8, 64), (12, 12, 48)])
@pytest.mark.parametrize("text", ["The", TEXT * 5])
def test_pipeline_holds_for_other_models_and_texts(shape: tuple[int, int, int], text: str) -> None:
    gpt = random_gpt(*shape, n_ctx=256)
    assert overlaps(figures.pipeline(trace(gpt, text))) == []


def overlaps(fig: Picture) -> list[str]:
    """Pairs of words on one another by more than a pixel, and words beyond the edge."""
    fig.draw_without_rendering()
    texts = [text for ax in fig.axes for text in ax.texts if text.get_text().strip()]
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts]
    found = [f"{words!r} beyond the edge" for words, b in boxes if b.x0 < 0 or b.x1 > fig.bbox.x1 or b.y0 < 0]
    for (one, a), (other, b) in itertools.combinations(boxes, 2):
        if min(a.x1, b.x1) - max(a.x0, b.x0) > 1 and min(a.y1, b.y1) - max(a.y0, b.y0) > 3:
            found.append(f"{one!r} on {other!r}")
    return found


def test_overlaps_would_be_noticed() -> None:
    fig, ax = theme.canvas(4, 2)
    theme.write(ax, 1, 1, "one word")
    theme.write(ax, 1.1, 1, "another")
    theme.write(ax, 3.9, 1.5, "too far to the right")
    assert len(overlaps(fig)) == 2


def test_next_token_bars_are_the_distribution(traced: Trace) -> None:
    """Every bar is as wide as its probability, all on one scale, the others in one."""
    fig = figures.next_token(traced, position=2, temperature=2.0, bars=5)
    probs = distribution(traced.logits[2], 2.0).sort(descending=True).values
    expected = torch.cat([probs[:5], probs[5:].sum()[None]])
    widths = torch.tensor([bar.get_width() for bar in bars_in(fig)])
    torch.testing.assert_close(widths / widths.sum(), expected, atol=1e-5, rtol=1e-4)
    assert [w for w in words_in(fig) if w.endswith("%")] == [percent(float(p)) for p in expected]


def test_what_is_cut_off_is_hollow_with_the_share_it_had(traced: Trace) -> None:
    fig = figures.next_token(traced, top_k=3, bars=6)
    whole = distribution(traced.logits[-1]).sort(descending=True).values
    assert [w for w in words_in(fig) if "cut off" in w] == [f"cut off (was {percent(float(p))})" for p in whole[3:6]]
    assert [bar.get_linewidth() > 0 for bar in bars_in(fig)[:6]] == [False] * 3 + [True] * 3
    assert any(f"3 of {traced.gpt.config.vocab_size}" in w for w in words_in(fig))


def test_dots_have_the_area_of_their_weight(traced: Trace) -> None:
    fig = figures.opened_head(traced, 1, 3)
    _, dots = (c for c in fig.axes[0].collections if isinstance(c, PathCollection))
    weights = traced.pattern[1, 3][np.tril_indices(len(traced))]
    areas = torch.tensor(dots.get_sizes(), dtype=torch.float32)
    torch.testing.assert_close(areas / areas.max(), weights / weights.max(), atol=1e-6, rtol=1e-5)


def test_pipeline_opens_the_head_that_adds_most(traced: Trace) -> None:
    size = {(l, h): float(traced.delta[l, h][-1].norm()) for l in range(2) for h in range(4)}
    layer, head = max(size, key=lambda key: size[key])
    assert f"block {layer}\nhead {head}" in words_in(figures.pipeline(traced))


def test_pipeline_names_every_token_and_says_what_it_leaves_out(traced: Trace) -> None:
    shown = words_in(figures.pipeline(traced))
    assert set(figures.labels(traced.tokens)) <= set(shown)
    deep = trace(random_gpt(9, 6, 24), TEXT)
    shown = words_in(figures.pipeline(deep, layer=5, head=5))
    assert "5 more blocks" in shown and "block 5" in shown and "attention heads of 6" in shown


def test_what_is_added_sums_to_the_logit_and_the_lens_ends_in_the_model(traced: Trace) -> None:
    """Each bar begins where the one before it ended; the last cell of the lens is what the model predicts."""
    token = int(traced.logits[2].topk(3).indices[2])
    fig = figures.residual(traced, token, position=2)
    *parts, total = (patch for patch in bars_in(fig) if patch.get_height() < 0.2)
    shares = list(contributions(traced, token, position=2).values())
    scale = total.get_width() / float(traced.logits[2, token])
    assert [bar.get_width() / scale for bar in parts] == pytest.approx(shares, abs=0.011 / abs(scale))
    shown = words_in(fig)
    assert f"{number(float(traced.logits[2, token]))}" in shown
    for column in range(3):
        assert percent(float(traced.probs[column].max())) in shown
        assert f"{int((traced.logits[column] > traced.logits[column, token]).sum()) + 1:,}" in shown


def test_residual_sums_up_what_it_leaves_out() -> None:
    deep = trace(random_gpt(15, 6, 24), TEXT)
    shown = words_in(figures.residual(deep))
    assert "after block 14" in shown and any("13 of 16 stages" in words for words in shown)
    [others] = [words for words in shown if words.endswith("others")]
    names = contributions(deep, int(deep.logits[-1].argmax()))
    assert others == f"{len(names) - 22} others"


def test_drawn_tokens_lie_where_the_likelier_ones_end(traced: Trace) -> None:
    """The violet piece starts at the share of all likelier tokens and is as wide as its probability."""
    fig = figures.draws(traced, start=4)
    left, whole = 2.0, 5.3
    pieces = [bar for bar in bars_in(fig) if bar.get_facecolor()[:3] == to_rgb(theme.ACCENT)]
    assert len(pieces) == len(traced) - 4
    for position, piece in enumerate(pieces, 4):
        probs = traced.probs[position - 1]
        before = float(probs[probs > probs[traced.ids[position]]].sum())
        assert abs((piece.get_x() - left) / whole - before) < 1e-3


def test_parting_is_zero_in_the_first_block_only(traced: Trace) -> None:
    other = trace(traced.gpt, "The queen saw a blue bird.")
    assert len(other) == len(traced) and traced.tokens[3] == other.tokens[3]
    numbers = [
        w.split()[1] for w in words_in(figures.parting(traced, other, 3)) if w.startswith(("query", "key", "val"))
    ]
    assert numbers[:3] == ["0.000"] * 3 and all(float(n) > 0.001 for n in numbers[3:])


def test_tally_counts_every_draw(traced: Trace) -> None:
    [ax] = figures.tally(traced, draws_of(traced)).axes
    counts = [int(t.get_text()) for t in ax.texts if t.get_position()[0] == 8.1 and t.get_text().isdigit()]
    assert sum(counts) == 500


def test_patches_keep_the_whole_picture(traced: Trace) -> None:
    """Also what does not fill a square."""
    picture = figures.next_token(traced)
    height, width, _ = picture.pixels().shape
    rows, columns = height // 100 + 1, width // 100 + 1
    assert height % 100 and width % 100
    fig = figures.patches(picture, 100)
    squares = np.stack([np.asarray(image.get_array()) for image in fig.axes[0].images])
    assert squares.shape == (rows * columns, 100, 100, 3) and fig.words.startswith(f"{rows} × {columns} = ")
    whole = squares.reshape(rows, columns, 100, 100, 3).swapaxes(1, 2).reshape(100 * rows, 100 * columns, 3)
    np.testing.assert_array_equal(whole[:height, :width], picture.pixels())


def test_neurons_cells_are_the_activations(traced: Trace) -> None:
    """Tokens × the most active neurons: white is 0, the largest activation is full colour, the chosen ones named."""
    fig = figures.neurons(traced, layer=1, neuron=7, columns=6)
    numbers = most_active(traced, 1, 6)
    numbers = numbers if 7 in numbers else [*numbers[:-1], 7]
    values = traced.neurons[1][:, numbers]
    assert [w for w in words_in(fig) if w.isdigit()][:6] == [str(n) for n in numbers]
    cells = [bar for bar in bars_in(fig) if bar.get_linewidth() == 0.3]
    expected = theme.DIVERGING(0.5 + 0.5 * (values / values.abs().max()).flatten().numpy())
    np.testing.assert_allclose([cell.get_facecolor() for cell in cells], expected, atol=1e-6)


def test_neurons_show_the_prediction_with_the_neuron_scaled(traced: Trace) -> None:
    fig = figures.neurons(traced, layer=0, neuron=5, scale=3.0)
    before, after = traced.probs[-1], trace(traced.gpt, TEXT, scale={"L0N5": 3.0}).probs[-1]
    ids = either(before, after, 8)
    shares = [w for w in words_in(fig) if w.endswith("%")]
    assert shares == [percent(float(p)) for p in torch.cat([before[ids], after[ids]])]
    assert f"KL divergence {float(kl_bits(before, after)):.3f} bits" in words_in(fig)
    with pytest.raises(ValueError, match=r"neuron must be 0\.\.127 for this model, got 128"):
        figures.neurons(traced, layer=0, neuron=128)
    with pytest.raises(ValueError, match="got neuron 3 without a layer"):
        figures.neurons(traced, neuron=3)


def test_knockout_shows_both_distributions_and_what_each_part_is_worth(traced: Trace) -> None:
    without = ["L0H1", "L1MLP"]
    fig = figures.knockout(traced, without)
    before, after = traced.probs[-1], trace(traced.gpt, TEXT, without=without).probs[-1]
    shares = sorted(w for w in words_in(fig) if w.endswith("%"))
    ids = either(before, after, 10)
    both = [*before[ids], *after[ids], 1 - before[ids].sum(), 1 - after[ids].sum()]
    assert shares == sorted(percent(float(p)) for p in both)
    assert f"KL(before ‖ after) = {float(kl_bits(before, after)):.2f} bits" in words_in(fig)
    tried = dict(knocked_out(traced))
    best = max(tried, key=lambda part: tried[part])
    assert best in words_in(fig) and f"{tried[best]:.2f}" in words_in(fig)
    assert figures.knockout(traced).words == figures.knockout(traced, [telling_head(traced)]).words
    other = trace(traced.gpt, "One day the king")
    patched = figures.knockout(traced, patch={("resid_post", 0, 3): other.resid_post[0][3]})
    assert any("with a patch: resid_post[0, 3]" in words for words in words_in(patched))


@pytest.mark.parametrize("shape", [(1, 1, 16), (6, 8, 64), (12, 12, 48)])
@pytest.mark.parametrize("name", ["neurons", "knockout"])
def test_figures_of_parts_hold_for_other_models_and_texts(name: str, shape: tuple[int, int, int]) -> None:
    gpt = random_gpt(*shape, n_ctx=256)
    for text in ("The", TEXT * 5):
        assert overlaps(getattr(figures, name)(trace(gpt, text))) == []


def test_entropy_of_known_distributions() -> None:
    assert entropy_bits(torch.tensor([1.0, 0.0])) == 0
    assert entropy_bits(torch.full((8,), 1 / 8)) == pytest.approx(3)


def test_errors_say_what_was_expected(traced: Trace) -> None:
    with pytest.raises(ValueError, match=r"position must be -\d+\.\.\d+ for this text, got 99"):
        figures.next_token(traced, position=99)
    with pytest.raises(ValueError, match=r"head must be 0\.\.3 for this model, got 4"):
        figures.pipeline(traced, layer=0, head=4)
    with pytest.raises(ValueError, match="same token"):
        figures.parting(traced, trace(traced.gpt, "One day"), 1)
    with pytest.raises(ValueError, match="at least one draw"):
        figures.tally(traced, torch.tensor([], dtype=torch.long))
    with pytest.raises(ValueError, match="png, svg or pdf"):
        figures.next_token(traced).data("gif")


@pytest.mark.parametrize("text", ["$x$ and $", "狐狸 🦊", "a\n\tb", "\x00 \u202e", "  "])
def test_any_text_is_shown_as_text(text: str) -> None:
    """No formula is read into a token, and none is lost to a missing glyph."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        t = trace(random_gpt(n_ctx=64), text)
        for make in (figures.next_token, figures.pipeline, figures.every_position):
            make(t).data("png", dpi=40)
    assert theme.printable(" a\n") == "␣a↵" and theme.printable("狐") == "U+72D0" and theme.printable("  ") == "␣␣"


def test_words_stay_words_in_svg(traced: Trace) -> None:
    svg = figures.pipeline(traced).data("svg").decode()
    assert all(f">{token}<" in svg for token in figures.labels(traced.tokens)) and "dc:date" not in svg


def test_still_is_light(traced: Trace) -> None:
    assert len(figures.next_token(traced).data()) <= 60_000


# ---- colours ----


def luminance(color: str) -> float:
    """Relative luminance, WCAG 2.1."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(color)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("name", ["INK", "MUTED", "QUERY", "KEY", "VALUE", "ACCENT", "SECOND_INK"])
def test_colours_of_words_can_be_read(name: str) -> None:
    assert (luminance(theme.PAPER) + 0.05) / (luminance(getattr(theme, name)) + 0.05) >= 4.5


# Machado, Oliveira & Fernandes 2009, severity 1.0, on linear RGB.
BLINDNESS = {
    "none": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def lab(color: str, seen: np.ndarray) -> np.ndarray:
    """CIE L*a*b* (D65) of a colour as someone with this sight sees it."""
    linear = np.array([c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(color)])
    linear = np.clip(np.array(seen) @ linear, 0, 1)
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ linear
    f = np.cbrt(xyz / [0.9505, 1.0, 1.089])
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("sight", BLINDNESS)
def test_roles_stay_apart(sight: str) -> None:
    """Query, key and value, and the two sides of zero, differ by far more than the eye needs (about 2)."""
    seen = np.array(BLINDNESS[sight])
    pairs = [*itertools.combinations((theme.QUERY, theme.KEY, theme.VALUE), 2), (theme.BELOW, theme.ABOVE)]
    assert min(float(np.linalg.norm(lab(a, seen) - lab(b, seen))) for a, b in pairs) > 20


def test_zero_is_white() -> None:
    assert theme.DIVERGING(0.5)[:3] == pytest.approx((1, 1, 1), abs=0.01)


# ---- the map of the course ----


@pytest.mark.parametrize("lesson", ["00", *STOPS])
def test_map_is_up_to_date(lesson: str) -> None:
    svg = course_map(lesson)
    assert svg.count("you are here") == 1
    path = ROOT / "notebooks" / "map" / f"{lesson}.svg"
    assert path.read_text(encoding="utf-8") == svg, "run `python -m gptviz.figures.course_map notebooks/map`"
