"""gv.neurons without a browser: what is sent is what the trace has, and what scaling does is what a run says."""

import pytest
import torch
from models import random_gpt
from torch.testing import assert_close

import gptviz as gv
from gptviz.geometry import promoted
from gptviz.probes.knockouts import kl_bits
from gptviz.probes.neurons import chosen_neuron, excited_by, most_active, telling_neuron
from gptviz.widgets import neurons as module
from gptviz.widgets.explorer import STILL_BYTES

TEXT = "The old king saw a blue bird"


@pytest.fixture(scope="module")
def trace():
    return gv.trace(random_gpt(), TEXT)


@pytest.fixture
def widget(trace):
    return gv.neurons(trace)


def ask(widget, **question):
    """What the browser would send."""
    widget.send = lambda message: None
    widget._handle_custom_msg({**question, "number": 1}, [])


def sent(widget, name):
    """(layer, token, column), as the browser reads it."""
    values = torch.frombuffer(bytearray(getattr(widget, name)), dtype=torch.float32)
    return values.view(widget.layers, len(widget.tokens), -1)


def test_activations_are_those_of_the_trace(trace, widget):
    for layer, columns in enumerate(widget.columns):
        assert len(columns) == module.COLUMNS
        assert_close(sent(widget, "pre")[layer], trace.mlp_pre[layer][:, columns], atol=0, rtol=0)
        assert_close(sent(widget, "post")[layer], trace.neurons[layer][:, columns], atol=0, rtol=0)
        strongest = trace.neurons[layer].abs().amax(0)
        assert set(most_active(trace, layer, 20)) <= set(columns)
        assert float(strongest[columns].max()) == float(strongest.max())


def test_the_neuron_shown_first_moves_the_prediction_most(trace, widget):
    layer, neuron = widget.layer, widget.neuron
    assert (layer, neuron) == telling_neuron(trace)
    bits = float(kl_bits(trace.probs[-1], gv.trace(trace.gpt, TEXT, without=[f"L{layer}N{neuron}"]).probs[-1]))
    assert widget.effect["bits"] == pytest.approx(bits, rel=1e-4)
    assert bits >= max(
        float(kl_bits(trace.probs[-1], gv.trace(trace.gpt, TEXT, without=[f"L{l}N{n}"]).probs[-1]))
        for l, n in ((0, 1), (1, 2))
    )
    assert chosen_neuron(trace, 1, None, 2) == (1, int(trace.neurons[1][2].argmax()))


@pytest.mark.parametrize("scale", [0.0, 0.35, 1.0, 3.0])
def test_the_effect_is_a_run_with_the_neuron_scaled(trace, widget, scale):
    ask(widget, layer=1, neuron=9, position=3, scale=scale)
    after = gv.trace(trace.gpt, TEXT, scale={"L1N9": scale}).probs[3]
    assert widget.error == ""
    assert len(widget.effect["rows"]) == module.ROWS
    for token, _, p, q in widget.effect["rows"]:
        assert p == pytest.approx(float(trace.probs[3, token]), rel=1e-5)
        assert q == pytest.approx(float(after[token]), rel=1e-4)
    assert widget.effect["bits"] == pytest.approx(float(kl_bits(trace.probs[3], after)), rel=1e-3, abs=1e-7)
    assert int(after.argmax()) in [row[0] for row in widget.effect["rows"]]


def test_a_card_has_the_question_and_the_answer(trace, widget):
    ask(widget, layer=0, neuron=100, position=0, scale=1.0)
    card, words = widget.cards["L0N100"], promoted(trace.gpt, 0, 100)
    assert [value for _, _, value in card["up"]] == pytest.approx(words.topk(module.WORDS).values.tolist())
    assert [token for token, _, _ in card["down"]] == words.topk(module.WORDS, largest=False).indices.tolist()
    values = trace.neurons[0][:, 100].sort(descending=True).values
    assert [place[3] for place in card["question"]] == pytest.approx(values[: module.PLACES].tolist())
    assert not card["sampled"]  # of a random model there is no corpus
    assert 100 in widget.columns[0]
    column = widget.columns[0].index(100)
    assert_close(sent(widget, "post")[0, :, column], trace.neurons[0][:, 100], atol=0, rtol=0)


def test_of_the_tiny_gpt_the_question_is_asked_of_a_sample_of_its_world():
    traced = gv.trace(gv.load(), "Once there was an old king")
    found, sampled = excited_by(traced, 1, 50, 5)
    assert sampled
    assert len(found) == 5
    assert [place.value for place in found] == sorted((place.value for place in found), reverse=True)
    place = found[0]
    ids = traced.gpt.tokenizer.encode(place.before + place.token)
    tail = gv.trace(traced.gpt, ids).tokens
    assert tail[-1] == place.token


def test_of_a_large_model_only_the_chosen_card_is_sent(trace, monkeypatch):
    monkeypatch.setattr(module, "SENT_AHEAD", 100)
    widget = gv.neurons(trace, layer=1, neuron=3)
    assert list(widget.cards) == ["L1N3"]
    ask(widget, layer=0, neuron=7, position=0, scale=2.0)
    assert set(widget.cards) == {"L1N3", "L0N7"}


def test_another_text_keeps_the_neuron(widget):
    ask(widget, layer=1, neuron=9, position=3, scale=0.5)
    widget.layer, widget.neuron, widget.scale = 1, 9, 0.5
    ask(widget, text="The queen saw a red hat")
    again = gv.trace(widget.trace.gpt, "The queen saw a red hat")
    assert (widget.tokens, widget.layer, widget.neuron, widget.position) == (again.tokens, 1, 9, len(again) - 1)
    assert widget.effect["of"] == f"1 1 9 {len(again) - 1} 0.5"
    assert_close(sent(widget, "post")[1], again.neurons[1][:, widget.columns[1]], atol=0, rtol=0)
    before = widget.tokens
    ask(widget, text="king " * 200)
    assert "tokens at most" in widget.error
    assert widget.tokens == before


def test_edits_of_the_trace_stay(trace):
    edited = gv.trace(trace.gpt, TEXT, without=["L0H1"], scale={"L1N9": 2.0})
    widget = gv.neurons(edited, layer=1, neuron=9, scale=0.5)
    whole = gv.trace(trace.gpt, TEXT, without=["L0H1"]).probs[-1]
    for token, _, _, q in widget.effect["rows"]:
        assert q == pytest.approx(float(whole[token]), rel=1e-4)
    assert widget.again == "trace.again("
    ask(widget, text="The queen")
    assert "knock-outs" in widget.error


def test_a_gpt_without_a_tokenizer():
    widget = gv.neurons(gv.trace(random_gpt(tokenizer=False), [3, 1, 4]))
    assert widget.tokens == ["⟨id 3⟩", "⟨id 1⟩", "⟨id 4⟩"]
    assert "⟨id" in widget.words()


@pytest.mark.parametrize(
    ("name", "value"), [("layer", 2), ("neuron", 128), ("position", 99), ("scale", -0.1), ("scale", 3.5)]
)
def test_a_wrong_setting_is_one_clear_error(trace, widget, name, value):
    with pytest.raises(ValueError, match=f"{name} must be .*, got {value}"):
        setattr(widget, name, value)
    with pytest.raises(ValueError, match=f"{name} must be .*, got {value}"):
        gv.neurons(trace, **{"layer": 0, name: value})
    ask(widget, **{"layer": 0, "neuron": 0, "position": 0, "scale": 1.0, name: value})
    assert f"{name} must be" in widget.error


def test_words_and_still_say_what_is_shown(trace):
    widget = gv.neurons(trace, layer=1, neuron=9, position=2, scale=2.0)
    words = widget.words()
    assert "Neuron 9 of layer 1" in words
    assert f"{float(trace.neurons[1][2, 9]):.2f}" in words
    assert "Times 2" in words
    assert "\n" not in words
    assert f"{widget.effect['bits']:.3f} bits" in words
    assert len(widget.still()) <= STILL_BYTES
