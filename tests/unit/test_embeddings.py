"""The map of the words: what is drawn is where the vectors are, and what is listed is how they point."""

import pytest
import torch
from matplotlib.collections import PathCollection
from matplotlib.patches import FancyArrowPatch, Rectangle
from models import random_gpt
from test_figures import overlaps

from gptviz import figures
from gptviz.figures import theme
from gptviz.figures.embeddings import MAP, ROWS, map_axes, pretty
from gptviz.geometry import analogy, find, word_axes, word_id, word_ids, word_vector

EXPRESSION = "king - old + day"


@pytest.fixture(scope="module")
def gpt():
    return random_gpt()


def dots(fig):
    """The middle of every dot of the map, in inches."""
    found = [c for c in fig.axes[0].collections if isinstance(c, PathCollection)]
    return torch.cat([torch.tensor(c.get_offsets().tolist()) for c in found])


def distances(points):
    far = torch.cdist(points.double(), points.double())
    return far[torch.triu_indices(*far.shape, 1).unbind()]


@pytest.mark.parametrize("through", [None, (), ("king", "queen")])
def test_every_dot_is_where_its_vector_is(gpt, through):
    """All words are dots, and distances on the page are those along the axes, all on one scale."""
    fig = figures.embeddings(gpt, EXPRESSION, through=through, zoom=1)
    axes, weight = map_axes(gpt, find(gpt, EXPRESSION), through), gpt.embed.weight.detach()
    own = [word_id(gpt, word) for word in ("king", "old", "day")]
    own.append(find(gpt, EXPRESSION).best)
    others = [i for i in word_ids(gpt) if i not in own]
    expected = axes(weight[[*others, *own]])[:, :2]
    expected = torch.cat([expected, axes(word_vector(gpt, EXPRESSION))[None, :2]])
    drawn = dots(fig)
    assert len(drawn) == len(expected)
    ratio = distances(drawn) / distances(expected).clamp_min(1e-9)
    assert float(ratio.min()) == pytest.approx(float(ratio.max()), rel=1e-3)
    left, top, width, height = MAP
    assert ((drawn[:, 0] > left) & (drawn[:, 0] < left + width)).all()
    assert ((drawn[:, 1] > top) & (drawn[:, 1] < top + height)).all()


def test_the_list_has_the_cosines_and_says_what_was_an_input(gpt):
    fig = figures.embeddings(gpt, EXPRESSION)
    bars = [p for p in fig.axes[0].patches + fig.axes[0].artists if isinstance(p, Rectangle)][1:]
    listed = analogy(gpt, EXPRESSION, k=ROWS + 2, keep_inputs=True)
    wanted = torch.tensor([max(0.0, cosine) for _, cosine in listed])
    widths = torch.tensor([bar.get_width() for bar in bars])
    torch.testing.assert_close(widths / widths.max(), wanted / wanted.max(), atol=1e-5, rtol=1e-4)
    said = [text.get_text() for text in fig.axes[0].texts]
    inputs = {token for token, _ in listed if token.strip() in ("king", "old", "day")}
    assert said.count("input") == len(inputs) > 0
    best = analogy(gpt, EXPRESSION, k=1)[0]
    assert any(f"inputs left out: {best[0].strip()}   cosine {best[1]:.2f}" in text for text in said)


def test_the_two_steps_and_their_cosine(gpt):
    fig = figures.embeddings(gpt, EXPRESSION)
    best = analogy(gpt, EXPRESSION, k=1)[0][0].strip()
    one, other = word_vector(gpt, "day - old"), word_vector(gpt, f"{best} - king")
    cosine = f"{float(torch.cosine_similarity(one, other, dim=0)):.2f}".replace("-", "−")
    assert any(text.get_text().endswith(f"= {cosine}") for text in fig.axes[0].texts)
    assert len([p for p in fig.axes[0].get_children() if isinstance(p, FancyArrowPatch)]) == 3
    assert pretty("king-old+day") == "king − old + day"


@pytest.mark.parametrize("expression", ["king", "king - queen", "king + queen", "king - king + queen", "a - b + c - d"])
@pytest.mark.parametrize("zoom", [None, 1, 6])
def test_any_sum_of_words_is_drawn_without_overlaps(gpt, expression, zoom):
    fig = figures.embeddings(gpt, expression, zoom=zoom)
    assert overlaps(fig) == []
    assert pretty(expression) in fig.words


def test_an_unknown_word_is_one_clear_error(gpt):
    with pytest.raises(ValueError, match="'qzx' must be one token of this model"):
        figures.embeddings(gpt, "king - qzx + day")
    with pytest.raises(ValueError, match="2 to 4 words, got 5"):
        figures.embeddings(gpt, EXPRESSION, through=("king", "queen", "old", "day", "the"))


def test_in_three_dimensions_every_step_has_its_true_length(gpt):
    """Through the three words and the answer, so that nothing is lost."""
    fig = figures.embeddings_3d(gpt, EXPRESSION)
    found = find(gpt, EXPRESSION)
    words, own, *lines = fig.data
    assert len(words.x) == len(word_ids(gpt))
    b, c, a, d = (gpt.embed.weight.detach()[i] for i in found.corners)
    for line, (start, end) in zip(lines, ((b, c), (a, found.vector), (a, d)), strict=True):
        drawn = torch.tensor([line.x, line.y, line.z]).double()
        assert float((drawn[:, 1] - drawn[:, 0]).norm()) == pytest.approx(float((end - start).norm()), rel=1e-5)
    axes = word_axes(gpt)
    principal = figures.embeddings_3d(gpt, EXPRESSION, through=()).data[0]
    expected = axes(gpt.embed.weight.detach()[word_ids(gpt)])
    torch.testing.assert_close(torch.tensor([principal.x, principal.y, principal.z]).double().T, expected)
    assert theme.ACCENT in own.marker.color
