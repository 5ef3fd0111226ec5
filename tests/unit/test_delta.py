"""ΔE: what is sent is what torch computes, the parts sum, and wrong questions are clear errors."""

import sys

import pytest
import torch
from models import random_gpt
from torch.testing import assert_close

from gptviz import figures
from gptviz.geometry import handed_over, nearest, read_off, telling_delta, update_gap, word_axes, word_plane
from gptviz.tracing import trace
from gptviz.widgets.delta import delta

room = sys.modules["gptviz.widgets.delta"]
TEXT = "The old king saw a blue bird"


@pytest.fixture(scope="module")
def traced():
    return trace(random_gpt(), TEXT)


@pytest.fixture
def widget(traced):
    return delta(traced, 1, 2, 4)


def ask(widget, **question):
    widget.send = lambda told: None
    widget._handle_custom_msg({**question, "number": 1}, [])


def check(card, traced, layer, head, position, words=()):
    """Every number of a card is the tensor it stands for."""
    gpt, plane = traced.gpt, word_plane(traced.gpt, words)
    stream, added = traced.resid_pre[layer][position], traced.delta[layer, head][position]
    given = (
        traced.pattern[layer, head][position, : position + 1, None] * handed_over(traced, layer, head)[: position + 1]
    )
    assert_close(torch.tensor(card["weights"]), traced.pattern[layer, head][position, : position + 1])
    assert_close(torch.tensor(card["lengths"]), given.norm(dim=-1))
    steps = torch.tensor(card["steps"], dtype=torch.float64)
    assert_close(steps, given.double() @ plane.directions.T, atol=1e-6, rtol=1e-5)
    start, end = torch.tensor(card["start"], dtype=torch.float64), torch.tensor(card["end"], dtype=torch.float64)
    assert_close(start, plane(stream))
    assert_close(start + steps.sum(0), end, atol=1e-5, rtol=1e-5)
    assert card["length"] == pytest.approx(float(added.norm()))
    assert card["share"] * card["length"] == pytest.approx(float((end - start).norm()), rel=1e-4)
    for (i, _, before, after), vectors in ((row, (stream, stream + added)) for row in card["lens"]):
        assert [before, after] == pytest.approx([float(read_off(gpt, v).softmax(-1)[i]) for v in vectors], abs=1e-6)
    without = traced.again(without=[f"L{layer}H{head}"])
    for i, _, before, after in card["runs"]:
        probs = [float(run.probs[position][i]) for run in (without, traced)]
        assert [before, after] == pytest.approx(probs, abs=1e-6)
    assert [list(map(tuple, side)) for side in card["near"]] == [nearest(gpt, v, 5) for v in (stream, stream + added)]


# ---- geometry


def test_what_is_handed_over_times_the_pattern_is_delta(traced):
    for layer, head in ((0, 0), (1, 3), (-1, -1)):
        mixed = traced.pattern[layer, head] @ handed_over(traced, layer, head)
        assert_close(mixed, traced.delta[layer, head], atol=1e-5, rtol=1e-4)


def test_all_heads_and_the_bias_are_what_attention_adds(traced):
    assert all(update_gap(traced, layer) < 1e-4 for layer in range(2))
    gpt = traced.gpt
    patched = trace(gpt, TEXT, patch={("attn_out", 0): torch.zeros(len(traced), 32)})
    assert update_gap(patched, 0) > 1e-2, "it would be noticed"


def test_the_telling_delta_changes_the_lens_most(traced):
    def bits(layer, head):
        stream = traced.resid_pre[layer][-1]
        was, then = (read_off(traced.gpt, x).log_softmax(-1) for x in (stream, stream + traced.delta[layer, head][-1]))
        return float((then.exp() * (then - was)).sum())

    assert telling_delta(traced) == max(((i, j) for i in range(2) for j in range(4)), key=lambda c: bits(*c))


def test_reading_off_the_last_stream_gives_the_logits(traced):
    assert_close(read_off(traced.gpt, traced.resid_post[-1]), traced.logits)


@pytest.mark.parametrize("words", [(), ("king", "day"), ("king", "day", "old")])
def test_a_plane_has_two_directions_at_right_angles(traced, words):
    plane = word_plane(traced.gpt, words)
    assert_close(plane.directions @ plane.directions.T, torch.eye(2, dtype=torch.float64))
    if words:
        vectors = torch.stack([traced.gpt.embed.weight[traced.gpt.tokenizer.encode(f" {w}")[0]] for w in words])
        apart = vectors[-1] - vectors[-2]
        assert float(plane.shown(apart.detach())) == pytest.approx(1), "what lies in the plane keeps its length"
    else:
        assert_close(plane.directions, word_axes(traced.gpt).directions[:2])


def test_a_gpt_without_a_tokenizer_has_a_plane():
    assert word_plane(random_gpt(tokenizer=False)).directions.shape == (2, 32)


@pytest.mark.parametrize("words", [["king"], ["king", "day", "old", "saw"], "king"])
def test_a_plane_needs_two_or_three_words(traced, words):
    with pytest.raises(ValueError, match="two or three words, got"):
        word_plane(traced.gpt, words)


# ---- what is sent


def test_every_card_is_what_torch_computes(widget, traced):
    assert set(widget.cards["cards"]) == {f"{i} {j} 4" for i in range(2) for j in range(4)}
    for key, card in widget.cards["cards"].items():
        check(card, traced, *map(int, key.split()))


def test_a_large_model_sends_one_head_and_runs_without_it_when_asked(traced, monkeypatch):
    monkeypatch.setattr(room, "HEADS_AT_ONCE", 0)
    widget = delta(traced, 1, 2, 4)
    assert list(widget.cards["cards"]) == ["1 2 4"]
    assert "runs" not in widget.cards["cards"]["1 2 4"]
    ask(widget, layer=0, head=3, position=5, run=True)
    check(widget.cards["cards"]["0 3 5"], traced, 0, 3, 5)
    assert widget.error == ""


def test_another_plane(widget, traced):
    ask(widget, words=["king", "day"])
    assert widget.cards["words"] == ["king", "day"]
    check(widget.cards["cards"]["0 1 4"], traced, 0, 1, 4, ["king", "day"])
    assert [name for name, *_ in widget.corners] == [" king", " day"]
    before = widget.cards
    ask(widget, words=["king", "森林森林"])
    assert "must be one token" in widget.error
    assert widget.cards == before
    ask(widget, words=[])
    assert (widget.error, widget.cards["words"]) == ("", [])


def test_another_text(widget, traced):
    ask(widget, text="The queen saw")
    assert widget.error == ""
    again = trace(traced.gpt, "The queen saw")
    assert (widget.position, widget.cards["run"], widget.run) == (len(again) - 1, 1, 1)
    check(widget.cards["cards"][f"1 2 {len(again) - 1}"], again, 1, 2, len(again) - 1)
    ask(widget, text="")
    assert widget.error
    assert widget.tokens == again.tokens


def test_the_head_that_tells_most_is_chosen_at_first(traced):
    widget = delta(traced)
    assert (widget.layer, widget.head) == telling_delta(traced)
    assert delta(traced, layer=1).layer == 1


@pytest.mark.parametrize(("name", "value"), [("layer", 2), ("head", 4), ("position", 99)])
def test_a_wrong_setting_is_one_clear_error(traced, name, value):
    with pytest.raises(ValueError, match=f"{name} must be .*, got {value}"):
        delta(traced, **{name: value})
    with pytest.raises(ValueError, match=f"{name} must be .*, got {value}"):
        setattr(delta(traced), name, value)


def test_edits_stay_when_a_further_head_is_left_out(traced):
    cut = trace(traced.gpt, TEXT, without=["L0H1"])
    check(delta(cut, 1, 2).cards["cards"][f"1 2 {len(cut) - 1}"], cut, 1, 2, len(cut) - 1)
    none = delta(cut, 0, 1).cards["cards"][f"0 1 {len(cut) - 1}"]
    assert (none["length"], none["share"]) == (0, 0)


def test_words_and_stills(widget, traced, tmp_path):
    words = widget.words()
    assert f"length {float(traced.delta[1, 2][4].norm()):.2f}" in words
    assert len(widget.still()) <= 60_000
    widget.save(tmp_path / "x.html")
    page = (tmp_path / "x.html").read_text(encoding="utf-8")
    assert all(f'"1 3 {position}"' in page for position in range(len(traced)))
    assert set(widget.cards["cards"]) == {f"{i} {j} 4" for i in range(2) for j in range(4)}


def test_a_gpt_without_a_tokenizer():
    widget = delta(trace(random_gpt(tokenizer=False), [3, 1, 4, 1]))
    assert widget.words()
    assert widget.figure().words


# ---- print


def test_the_figure_says_the_numbers(traced):
    fig = figures.delta(traced, 1, 2, 4, ["king", "day"])
    said = [text.get_text() for ax in fig.axes for text in ax.texts]
    length = float(traced.delta[1, 2][4].norm())
    assert f"{length:.2f}" in said
    share = float(word_plane(traced.gpt, ["king", "day"]).shown(traced.delta[1, 2][4]))
    assert any(words.startswith("shows ") and f"{100 * share:.1f} %" in words for words in said)


def test_the_figure_refuses_what_is_not_there(traced):
    with pytest.raises(ValueError, match="head must be 0..3 for this model, got 4"):
        figures.delta(traced, 1, 4)
