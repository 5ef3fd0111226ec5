"""The pipeline explorer without a browser: every array that is sent is a tensor of the trace."""

import pytest
import torch
from models import random_gpt
from torch.testing import assert_close

import gptviz as gv
from gptviz.geometry import promoted
from gptviz.tracing import shown
from gptviz.widgets.pipeline import BEST, FIRED, NEURONS, ROWS, pipeline

TEXT = "The king saw a blue"


@pytest.fixture(scope="module")
def gpt():
    return random_gpt()


@pytest.fixture(scope="module")
def trace(gpt):
    return gv.trace(gpt, TEXT)


@pytest.fixture
def widget(trace):
    return pipeline(trace)


def ask(widget, **question):
    told = []
    widget.send = told.append
    widget._handle_custom_msg({**question, "number": 7}, [])
    assert told == [{"answered": 7}]


def take(data, *shapes):
    """The arrays of these shapes, one after the other, as often as there are bytes for."""
    numbers = torch.frombuffer(bytearray(data), dtype=torch.float32)
    sizes = [torch.Size(shape).numel() for shape in shapes]
    rows = numbers.view(-1, sum(sizes))
    return [[part.view(*shape) for part, shape in zip(row.split(sizes), shapes, strict=True)] for row in rows]


def check(widget):
    """Everything sent is what the trace says."""
    trace, config = widget.trace, widget.trace.gpt.config
    C, D, M, V = config.d_model, config.d_head, config.d_mlp, config.vocab_size
    rows = slice(widget.first, None)
    R = len(trace) - widget.first
    assert min(ROWS, len(trace)) == R
    for name in ("embed", "pos", "final"):
        assert_close(take(getattr(widget, name), (R, C))[0][0], getattr(trace, name)[rows])
    assert_close(take(widget.stream, (R, C))[0][0], trace.resid_pre[0][rows])
    after, fired = take(widget.after, (R, C)), take(widget.fired, (R, min(FIRED, M)))
    patterns = iter(take(widget.patterns, (R, R)))
    for i, (layer, heads) in enumerate(zip(widget.blocks, widget.heads, strict=True)):
        assert_close(after[i][0], trace.resid_post[layer][rows])
        assert_close(fired[i][0].max(-1).values, trace.neurons[layer][rows].max(-1).values)
        for head in heads:
            assert_close(next(patterns)[0], trace.pattern[layer, head][rows, rows])
    assert next(patterns, None) is None
    heads = take(widget.head_arrays, *[(R, D)] * 4, (R, R), (R,), (R, C))
    for (layer, head), (*vectors, pattern, earlier, delta) in zip(widget.heads_sent, heads, strict=True):
        for name, vector in zip("qkvz", vectors, strict=True):
            assert_close(vector, getattr(trace, name)[layer, head][rows])
        assert_close(pattern, trace.pattern[layer, head][rows, rows])
        assert_close(pattern.sum(-1) + earlier, torch.ones(R))
        assert_close(delta, trace.delta[layer, head][rows])
    layers = take(widget.layer_arrays, (R, C), (R, M))
    for layer, (attn_in, neurons) in zip(widget.layers_sent, layers, strict=True):
        assert_close(attn_in, trace.attn_in[layer][rows])
        assert_close(neurons, trace.neurons[layer][rows])
    best = min(BEST, V)
    for position, (logits, unembedding) in zip(widget.rows_sent, take(widget.row_arrays, (V,), (best, C)), strict=True):
        assert_close(logits, trace.logits[position])
        assert_close(unembedding @ trace.final[position], trace.logits[position].sort(descending=True).values[:best])
    return R


def test_everything_of_a_small_model_is_sent_at_once(widget, trace):
    check(widget)
    assert widget.heads_sent == [[layer, head] for layer in range(2) for head in range(4)]
    assert widget.rows_sent == list(range(len(trace))) and len(widget.vocabulary) == trace.gpt.config.vocab_size
    size = {(l, h): float(trace.delta[l, h][-1].norm()) for l in range(2) for h in range(4)}
    assert (widget.layer, widget.head) == max(size, key=lambda key: size[key])


def test_of_a_long_text_the_last_tokens(gpt):
    widget = pipeline(gv.trace(gpt, TEXT + ". " + TEXT))
    assert widget.first > 0
    check(widget)


def test_of_a_large_model_what_is_asked_for():
    gpt = random_gpt(9, 6, 48, n_ctx=64)
    widget = pipeline(gv.trace(gpt, TEXT), layer=4, head=5)
    check(widget)
    assert widget.heads_sent == [[4, 5]] and widget.layers_sent == [4] and len(widget.rows_sent) == 1
    assert widget.blocks == [0, 1, 4, 8] and 5 in widget.heads[2]
    ask(widget, layer=7, head=0, position=2)
    assert widget.error == "" and widget.heads_sent == [[7, 0]] and widget.rows_sent == [2] and 7 in widget.blocks
    check(widget)
    ids = gpt.unembed(widget.trace.final[2]).topk(BEST).indices.tolist()
    assert [widget.vocabulary[str(i)] for i in ids] == shown(gpt, ids)
    ask(widget, layer=9, head=0, position=2)
    assert "layer must be 0..8" in widget.error


def test_append_reads_everything_again(widget, trace, gpt):
    ids = trace.ids.tolist()
    ask(widget, append=77)
    assert widget.error == "" and widget.run == 1 and widget.ids == [*ids, 77]
    assert widget.position == len(ids) and widget.rows_sent[-1] == len(ids)
    assert_close(widget.trace.logits, gv.trace(gpt, [*ids, 77]).logits)
    check(widget)


def test_a_full_text_is_said(gpt):
    widget = pipeline(gv.trace(gpt, [5] * gpt.config.n_ctx))
    ask(widget, append=3)
    assert f"{gpt.config.n_ctx} tokens at most" in widget.error and widget.run == 0
    ask(pipeline(gv.trace(gpt, TEXT, without=["L0H0"])), append=3)


def test_edits_are_in_what_is_sent(gpt):
    widget = pipeline(gv.trace(gpt, TEXT, without=["L0H1"]))
    check(widget)
    ask(widget, append=3)
    assert "knock-outs" in widget.error


def test_neurons_promote_what_geometry_says(widget, trace, gpt):
    for layer in range(2):
        for n in trace.neurons[layer][-1].topk(NEURONS).indices.tolist():
            ids = promoted(gpt, layer, n).topk(3).indices.tolist()
            assert widget.promotes[f"L{layer}N{n}"] == shown(gpt, ids)


def test_neighbours_are_the_largest_cosines(widget, trace, gpt):
    for i, found in enumerate(widget.near):
        cosine = torch.cosine_similarity(gpt.embed.weight, gpt.embed.weight[trace.ids[i]], dim=-1)
        cosine[trace.ids[i]] = -2
        assert [c for _, c in found] == pytest.approx(cosine.topk(3).values.tolist(), abs=1e-5)


def test_words_and_picture(widget, trace):
    (best, p), words = trace.next_tokens(1)[0], widget.words()
    assert f"{100 * p:.1f} %" in words and best.strip() in words
    weight = float(trace.pattern[widget.layer, widget.head][-1].max())
    assert f"{100 * weight:.1f} %" in words
    assert len(widget.still()) <= 60_000


@pytest.mark.parametrize(
    ("given", "message"),
    [({"layer": 9, "head": 0}, "layer must be 0..1 for this model, got 9"), ({"layer": 0, "head": 4}, "head must be")]
    + [({"layer": 0}, "head must be 0..3 for this model, got None")],
)
def test_a_wrong_setting_is_one_clear_error(trace, widget, given, message):
    with pytest.raises(ValueError, match=message):
        pipeline(trace, **given)


@pytest.mark.parametrize(("name", "value"), [("temperature", -1), ("layer", 2), ("head", 4), ("opened", "attn")])
def test_a_wrong_trait_is_one_clear_error(widget, name, value):
    with pytest.raises(ValueError, match=f"{name} must be"):
        setattr(widget, name, value)


def test_a_gpt_of_one_block_and_one_head():
    check(pipeline(gv.trace(random_gpt(1, 1, 16), "The")))
    check(pipeline(gv.trace(random_gpt(tokenizer=False), [3, 1, 4])))
