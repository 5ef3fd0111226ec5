"""The map of the words: what is drawn is where the vectors are, and what is listed is how they point."""

import sys

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
from gptviz.widgets.embeddings import embeddings
from gptviz.widgets.explorer import visible

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


# ---- the explorer, without a browser


@pytest.fixture
def widget(gpt):
    return embeddings(gpt, EXPRESSION)


def numbers(data, columns):
    return torch.frombuffer(bytearray(data), dtype=torch.float32).view(-1, columns)


def ask(widget, **question):
    told = []
    widget.send = told.append
    widget._handle_custom_msg({**question, "number": 3}, [])
    assert told == [{"answered": 3}]


def test_the_vectors_are_sent_as_they_are(gpt, widget):
    torch.testing.assert_close(numbers(widget.vectors, 32), gpt.embed.weight.detach(), atol=0, rtol=0)
    axes = word_axes(gpt)
    torch.testing.assert_close(numbers(widget.principal, 3)[:-1], axes(gpt.embed.weight.detach()).float())
    torch.testing.assert_close(numbers(widget.principal, 3)[-1], axes(torch.zeros(32)).float())
    assert widget.variance == axes.variance.tolist()
    assert widget.word_ids == word_ids(gpt)


def test_what_a_word_may_be_is_what_the_tokenizer_makes_of_it(gpt, widget):
    for id in range(gpt.config.vocab_size):
        text = widget.vocabulary[id]
        assert (id in widget.typed) == (bool(text.strip()) and gpt.tokenizer.encode(text) == [id])


def test_tries_are_measured_not_assumed(gpt, monkeypatch):
    """The same list, on a model where it is not so, says that it is not so."""
    module = sys.modules[embeddings.__module__]
    monkeypatch.setattr(module, "TRIES", [("king - old + day", "queen"), ("king - day + the", "old"), ("xqz - a", "b")])
    for expression, expected, rank, first in module.tried(gpt):
        found = [token for token, _ in analogy(gpt, expression, k=gpt.config.vocab_size)]
        assert found.index(f" {expected}") + 1 == rank
        assert visible(found[0]).removeprefix("␣") == first
    assert len(module.tried(gpt)) == 2
    assert embeddings(gpt).expression


def test_a_large_vocabulary_is_answered_by_the_kernel(gpt, monkeypatch):
    monkeypatch.setattr(sys.modules[embeddings.__module__], "SENT_AHEAD", 100)
    widget = embeddings(gpt, EXPRESSION)
    assert widget.vectors == b""
    for expression, through in ((EXPRESSION, ""), ("king", ""), ("king + old", ""), ("queen - king", "old day the")):
        ask(widget, expression=expression, through=through, token=7)
        found, told = find(gpt, expression), widget.found
        assert (told["expression"], told["best"], told["terms"]) == (expression, found.best, found.terms)
        rows = {i: numbers for i, *numbers in told["closest"]}
        assert {7, *found.order[:40].tolist()} <= rows.keys()
        for i, (rank, cosine, length) in rows.items():
            assert int(found.order[rank]) == i
            assert cosine == pytest.approx(float(found.cosine[i]), abs=1e-6)
            assert length == pytest.approx(float(gpt.embed.weight[i].detach().norm()), rel=1e-5)
        if through:
            axes = word_axes(gpt, through.split())
            expected = axes(gpt.embed.weight.detach()).float()
            torch.testing.assert_close(numbers(widget.placed, 3)[:-1, : expected.shape[1]], expected)
    before = widget.found
    ask(widget, expression="king - xqz", through="", token=-1)
    assert "'xqz' must be one token" in widget.error
    assert widget.found == before
    ask(widget, expression="king", through="king king", token=-1)
    assert "do not lie on one line" in widget.error


def test_words_of_the_explorer_say_what_is_nearest(gpt, widget):
    best, cosine = analogy(gpt, EXPRESSION, k=1)[0]
    assert f"“{best.strip()}” ({cosine:.2f})" in widget.words()
    assert "\n" not in widget.words() and widget.words().endswith(".")
    assert len(widget.still()) <= 60_000


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"expression": "king - xqz"}, "'xqz' must be one token"),
        ({"axes": "best"}, "axes must be one of words, principal, got 'best'"),
        ({"dimensions": 4}, "dimensions must be 2 or 3, got 4"),
        ({"through": ["king"]}, "2 to 4 words, got 1"),
    ],
)
def test_a_wrong_setting_is_one_clear_error(gpt, setting, message):
    with pytest.raises(ValueError, match=message):
        embeddings(gpt, **setting)
    with pytest.raises(ValueError, match="no tokenizer"):
        embeddings(random_gpt(tokenizer=False))
