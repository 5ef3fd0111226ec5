"""gv.knockout without a browser: every number is that of a run without the parts, or with the values put in."""

import pytest
import torch
from models import random_gpt

import gptviz as gv
from gptviz.probes.knockouts import kl_bits, parts, telling_head
from gptviz.widgets import knockout as module
from gptviz.widgets.explorer import STILL_BYTES

TEXT = "The old king saw a blue bird"
OTHER = "The old queen saw a red bird"


@pytest.fixture(scope="module")
def trace():
    return gv.trace(random_gpt(), TEXT)


@pytest.fixture
def widget(trace):
    return gv.knockout(trace)


def ask(widget, **question):
    """What the browser would send."""
    widget.send = lambda message: None
    widget._handle_custom_msg({**question, "number": 1}, [])


def change(widget, **question):
    now = {name: getattr(widget, name) for name in ("mode", "without", "position", "place")}
    ask(widget, **(now | question))


def same(effect, before, after):
    for token, _, p, q in effect["rows"]:
        assert p == pytest.approx(float(before[token]), rel=1e-5)
        assert q == pytest.approx(float(after[token]), rel=1e-4)
    assert effect["bits"] == pytest.approx(float(kl_bits(before, after)), rel=1e-3, abs=1e-7)
    best = {int(before.argmax()), int(after.argmax())}
    assert best <= {row[0] for row in effect["rows"]}


def test_the_strongest_head_is_off_at_first(trace, widget):
    assert widget.without == [telling_head(trace)]
    same(widget.effect, trace.probs[-1], gv.trace(trace.gpt, TEXT, without=widget.without).probs[-1])
    bits = widget.tried["parts"]["bits"]
    heads = [part for part in bits if "H" in part]
    assert max(heads, key=lambda part: bits[part]) == widget.without[0]


def test_of_a_large_model_the_head_that_pushes_most_is_off_at_first(trace, monkeypatch):
    monkeypatch.setattr(gv.probes.knockouts, "tries_at_once", lambda traced: 1)
    monkeypatch.setattr(module, "tries_at_once", lambda traced: 1)
    widget = gv.knockout(trace)
    shares = gv.geometry.contributions(trace, int(trace.logits[-1].argmax()))
    assert widget.without == [max((p for p in shares if "H" in p), key=lambda part: abs(shares[part]))]
    assert widget.tried["parts"]["bits"] == {}


@pytest.mark.parametrize("without", [[], ["L0H1"], ["L1MLP", "L0H2"], ["pos"], ["L1N7", "L0N100"]])
def test_what_is_off_is_off(trace, widget, without):
    change(widget, without=without, position=2, set=True)
    assert widget.error == ""
    assert widget.without == without
    same(widget.effect, trace.probs[2], gv.trace(trace.gpt, TEXT, without=without).probs[2])


def test_a_part_that_does_not_exist_is_one_clear_error(trace, widget):
    before = widget.without
    for part in ("L9H0", "L0H4", "L0N128", "head 3"):
        change(widget, without=[part], set=True)
        assert "must be" in widget.error or "expected a head" in widget.error
        assert widget.without == before
        with pytest.raises(ValueError, match="must be|expected a head"):
            gv.knockout(trace, [part])
        with pytest.raises(ValueError, match="must be|expected a head"):
            widget.without = [part]


def test_each_part_is_tried_in_turn_a_few_at_a_time(trace, widget, monkeypatch):
    monkeypatch.setattr(module, "TURN_S", 0)
    ask(widget, **{"try": "parts", "position": 1})
    assert len(widget.tried["parts"]["bits"]) == 1
    counted = [1]
    while len(widget.tried["parts"]["bits"]) < len(parts(trace.gpt)):
        ask(widget, **{"try": "parts", "position": 1})
        counted.append(len(widget.tried["parts"]["bits"]))
    assert counted == list(range(1, len(parts(trace.gpt)) + 1))  # progress, which may stop anywhere
    for part, bits in widget.tried["parts"]["bits"].items():
        after = gv.trace(trace.gpt, TEXT, without=[part]).probs[1]
        assert bits == pytest.approx(float(kl_bits(trace.probs[1], after)), rel=1e-3, abs=1e-7)
    ask(widget, **{"try": "parts", "position": 2})  # another position, from the start
    assert len(widget.tried["parts"]["bits"]) == 1


# ---- patches


@pytest.mark.parametrize(
    "place",
    [("resid_post", 0, 2), ("attn_out", 1, 6), ("mlp_out", 0, 3), ("z", 1, 2, 4), ("resid_post", 1), ("z", 0, 3)],
)
def test_a_patch_puts_in_what_the_other_text_has(trace, place):
    other = gv.trace(trace.gpt, OTHER)
    name, *numbers = place
    layer_head = numbers[: 2 if name == "z" else 1]
    value = getattr(other, name)[tuple(layer_head)]
    value = value[numbers[-1]] if len(numbers) > len(layer_head) else value
    widget = gv.knockout(trace, other=OTHER, place=place)
    same(widget.effect, trace.probs[-1], gv.trace(trace.gpt, TEXT, patch={place: value}).probs[-1])
    assert widget.effect["there"][1] == pytest.approx(float(other.probs[-1].max()), rel=1e-5)
    assert len(widget.still()) <= STILL_BYTES


def test_the_last_stream_of_another_text_makes_its_prediction(trace):
    widget = gv.knockout(trace, other=OTHER, place=("resid_post", 1))
    same(widget.effect, trace.probs[-1], gv.trace(trace.gpt, OTHER).probs[-1])


def test_a_place_is_chosen_where_the_texts_part(trace):
    ids = gv.trace(trace.gpt, OTHER).ids
    first = int((trace.ids != ids).nonzero()[0])
    widget = gv.knockout(trace, other=OTHER)
    assert (widget.mode, widget.place["name"], widget.place["position"]) == ("patch", "resid_post", first)


def test_each_place_is_tried(trace):
    widget = gv.knockout(trace, other=OTHER, place=("mlp_out", 0, 1))
    bits = widget.tried["patch"]["bits"]
    assert len(bits) == 2 * len(trace)
    other = gv.trace(trace.gpt, OTHER)
    after = gv.trace(trace.gpt, TEXT, patch={("mlp_out", 1, 4): other.mlp_out[1][4]}).probs[-1]
    assert bits["1 4"] == pytest.approx(float(kl_bits(trace.probs[-1], after)), rel=1e-3, abs=1e-7)
    assert bits["0 0"] == pytest.approx(0, abs=1e-7)  # both texts begin alike


def test_lengths_that_do_not_allow_it_are_one_clear_error(trace, widget):
    n = len(trace)
    ask(widget, other="The queen")
    assert (widget.error, widget.mode, len(widget.other_tokens)) == ("", "patch", 2)
    assert widget.place["position"] <= 1
    change(widget, place=widget.place | {"position": 4})
    assert widget.error == f"the texts have {n} and 2 tokens, so they share positions 0..1, got 4"
    change(widget, place=widget.place | {"position": -1})
    assert widget.error.endswith(f"of equally many tokens, got {n} and 2")
    with pytest.raises(ValueError, match=rf"got {n} and 2"):
        gv.knockout(trace, other="The queen", place=("resid_post", 0))
    ask(widget, other="")
    assert "second text" in widget.error
    ask(widget, other="king " * 99)
    assert "tokens at most" in widget.error
    with pytest.raises(ValueError, match="place must be"):
        gv.knockout(trace, other=OTHER, place=("logits", 0))


def test_another_text_keeps_the_parts(widget):
    without = widget.without
    ask(widget, text="The queen gave her a hat")
    again = gv.trace(widget.trace.gpt, "The queen gave her a hat")
    assert (widget.tokens, widget.without, widget.position) == (again.tokens, without, len(again) - 1)
    same(widget.effect, again.probs[-1], gv.trace(again.gpt, again.text, without=without).probs[-1])
    assert widget.effect["of"].startswith("1 parts")


def test_a_text_shorter_than_the_patch_keeps_the_place_inside(trace):
    widget = gv.knockout(trace, other=OTHER, place=("resid_post", 0, 6))
    ask(widget, text="The king")
    assert widget.error == ""
    assert widget.place["position"] < len(widget.tokens)


def test_edits_of_the_trace_stay(trace):
    edited = gv.trace(trace.gpt, TEXT, without=["L0H1"])
    widget = gv.knockout(edited, ["L1MLP"])
    same(widget.effect, edited.probs[-1], gv.trace(trace.gpt, TEXT, without=["L0H1", "L1MLP"]).probs[-1])
    assert widget.again == "trace.again("


def test_words_say_what_is_shown(trace):
    for given, said in (
        ({"without": ["L0H1", "pos"]}, "Without L0H1, pos it is"),
        ({"without": []}, "With nothing changed it is"),
        ({"other": OTHER, "place": ("z", 1, 2, 3)}, "With head 2 of block 1 at “"),
    ):
        widget = gv.knockout(trace, **given)
        assert said in widget.words()
        assert "\n" not in widget.words()
        assert f"{widget.effect['bits']:.2f} bits" in widget.words()


def test_a_gpt_without_a_tokenizer():
    widget = gv.knockout(gv.trace(random_gpt(tokenizer=False), [3, 1, 4]))
    assert torch.tensor([row[3] for row in widget.effect["rows"]]).isfinite().all()
