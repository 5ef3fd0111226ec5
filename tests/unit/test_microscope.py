"""gv.attention and gv.heads without a browser: what is sent, said and drawn; JavaScript computes what torch does."""

import json
import math
import subprocess
import sys

import numpy as np
import pytest
import torch
from matplotlib.collections import PathCollection
from models import random_gpt
from torch.testing import assert_close

import gptviz as gv
from gptviz import figures
from gptviz.figures.attention import heads as heads_figure
from gptviz.figures.distributions import number, percent
from gptviz.probes import heads as heads_probes
from gptviz.tracing import trace
from gptviz.widgets.attention import Attention, attention
from gptviz.widgets.explorer import HERE
from gptviz.widgets.heads import Heads, heads
from tools import node

Microscope = sys.modules["gptviz.widgets.microscope"]
TEXT = "The old king saw\na blue bird"
BOTH = pytest.mark.parametrize("explore", [attention, heads])


@pytest.fixture(scope="module")
def gpt():
    return random_gpt()


@pytest.fixture
def traced(gpt):
    return trace(gpt, TEXT)


def sent(widget):
    """(layers, 3, head, T, d_head)"""
    T = len(widget.tokens)
    return torch.frombuffer(bytearray(widget.qkv), dtype=torch.float32).view(-1, 3, widget.n_head, T, widget.d_head)


def ask(widget, **question):
    """What the browser would send; returns what it would be told."""
    told = []
    widget.send = told.append
    widget._handle_custom_msg({**question, "number": 7}, [])
    return told


# ---- numbers


def test_javascript_computes_what_torch_does():
    asked, expected = [], []
    for seed, size in enumerate([(1, 1, 16), (2, 4, 32), (3, 2, 24)]):
        for text in ("The", TEXT, TEXT * 2):
            traced = trace(random_gpt(*size, seed=seed), text)
            for at in {(0, 0), (size[0] - 1, size[1] - 1)}:
                asked.append({n: getattr(traced, n)[at].flatten().tolist() for n in "qkv"} | {"tokens": len(traced)})
                weight = traced.pattern[at]
                left = weight / (1 - weight[:, :1])
                left[:, 0], left[0] = math.nan, math.nan
                wanted = {"raw": traced.scores[at], "scaled": traced.scaled[at], "masked": traced.masked[at]}
                expected.append(wanted | {"weight": weight, "left": left, "z": traced.z[at]})
    run = subprocess.run(
        [node.get() / "node", HERE / "js" / "test" / "golden_attention.mjs"],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
    )
    answers = json.loads(run.stdout)
    assert len(answers) == len(expected) == 15
    for answer, wanted in zip(answers, expected, strict=True):
        for name, tensor in wanted.items():
            got = torch.tensor([float(x.replace("Infinity", "inf")) for x in answer[name]]).view_as(tensor)
            assert_close(got, tensor, atol=1e-4 if name in ("raw", "z") else 1e-5, rtol=1e-4, equal_nan=True, msg=name)


@BOTH
def test_queries_keys_and_values_are_sent_once_as_they_are(explore, traced):
    widget = explore(traced)
    assert widget.first == 0
    for which, name in enumerate("qkv"):
        assert_close(sent(widget)[:, which], getattr(traced, name)[:], atol=0, rtol=0)


@BOTH
def test_a_large_model_is_sent_one_layer_at_a_time(explore, traced, monkeypatch):
    monkeypatch.setattr(Microscope, "SENT_AHEAD", 3 * len(traced) * traced.gpt.config.d_model)
    widget = explore(traced, layer=0)
    assert_close(sent(widget)[:, 0], traced.q[:1], atol=0, rtol=0)
    assert ask(widget, layer=1) == [{"answered": 7}]
    assert widget.first == 1
    assert_close(sent(widget)[:, 2], traced.v[1:], atol=0, rtol=0)
    ask(widget, layer=2)
    assert widget.error == "layer must be 0..1 for this model, got 2"


def test_what_is_shown_first_is_where_the_largest_weight_on_an_earlier_token_is(traced):
    widget = attention(traced)
    weights = heads_probes.patterns(traced)
    earlier = weights.tril(-1)
    earlier[..., 0] = 0
    assert float(weights[widget.layer, widget.head, widget.query, widget.key]) == float(earlier.max())
    given = attention(traced, layer=-1, head=0, query=3)
    assert (given.layer, given.head, given.query) == (1, 0, 3)
    assert given.key == 1 + int(traced.pattern[1, 0][3, 1:3].argmax())


@pytest.mark.parametrize(("text", "pair"), [("The", (0, 0)), ("The old", (1, 0))])
def test_a_text_of_one_or_two_tokens(gpt, text, pair):
    short = trace(gpt, gpt.tokenizer.encode(text)[: sum(pair) + 1])
    widget = attention(short)
    assert (widget.query, widget.key) == pair
    assert heads(short).words()
    assert figures.attention(short).words


def test_edits_of_the_trace_are_in_what_is_sent(gpt):
    cut = trace(gpt, TEXT, without=["L0MLP"])
    assert_close(sent(attention(cut))[:, 0], cut.q[:], atol=0, rtol=0)
    assert not torch.allclose(cut.q[1], trace(gpt, TEXT).q[1], atol=1e-3)


# ---- all heads


def test_small_patterns_are_the_weights_in_255ths(traced):
    T, patterns = len(traced), heads_probes.patterns(traced)
    small = np.frombuffer(heads(traced).weights, dtype=np.uint8).reshape(*patterns.shape[:2], -1)
    rows, columns = torch.tril_indices(T, T)
    assert np.abs(small / 255 - patterns[..., rows, columns].numpy()).max() <= 0.5 / 255 + 1e-6


def test_roles_are_measured_when_the_browser_asks(gpt, traced):
    widget = heads(traced)
    assert widget.roles == [] and "not yet" in widget.words()
    assert ask(widget, roles=True) == [{"answered": 7}]
    assert widget.roles == ["previous", "first", "induction"]  # of a model that never saw the tiny world
    scores = torch.frombuffer(bytearray(widget.scores), dtype=torch.float32).view(3, 2, 4)
    assert_close(scores[0], heads_probes.previous_token(gpt))
    assert_close(scores[2], heads_probes.induction(gpt))


def test_a_head_that_looks_back_by_one_is_found():
    """Positions alone decide, and every query is the key of the position before it."""
    gpt = random_gpt(1, 1, 16, n_ctx=16)
    with torch.no_grad():
        gpt.embed.weight.mul_(1e-3)
        gpt.pos.weight.copy_(torch.eye(16) * 10)
        gpt.blocks[0].ln_attn.weight.fill_(1)
        gpt.blocks[0].ln_attn.bias.zero_()
        attn = gpt.blocks[0].attn.qkv
        attn.bias.zero_()
        attn.weight[:16] = torch.eye(16).roll(-1, 0) * 10  # query of position t = key of t - 1
        attn.weight[16:32] = torch.eye(16) * 10
    roles = heads_probes.head_roles(gpt)
    assert float(roles["previous"]) > 0.95 > 0.3 > float(roles["induction"])


def test_the_bundled_model_is_asked_about_its_world():
    roles = heads_probes.head_roles(gv.load(), cases=4)
    assert list(roles) == ["previous", "first", "induction", "copying", "adjective", "reference"]
    assert float(roles["copying"].max()) > 0.3


# ---- a text of the reader's own


@BOTH
def test_another_text_keeps_the_head_and_shows_its_strongest_pair(gpt, traced, explore):
    widget = explore(traced, layer=1, head=2)
    assert ask(widget, text="The queen gave a hat and a bird") == [{"answered": 7}]
    again = trace(gpt, "The queen gave a hat and a bird")
    assert (widget.tokens, widget.layer, widget.head, widget.run) == (again.tokens, 1, 2, 1)
    assert (widget.query, widget.key) == heads_probes.telling_pair(again, 1, 2)
    assert_close(sent(widget)[:, 1], again.k[:], atol=0, rtol=0)
    assert widget.start["query"] == widget.query
    ask(widget, text="The")
    assert (widget.query, widget.key) == (0, 0) or len(widget.tokens) > 1
    ask(widget, text="")
    assert "at least one token" in widget.error


@BOTH
def test_a_text_too_long_to_draw_is_one_clear_error(gpt, traced, explore, monkeypatch):
    widget = explore(traced)
    monkeypatch.setattr(Attention if explore is attention else Heads, "most_tokens", 4)
    with pytest.raises(ValueError, match=rf"gv\.{widget.name} draws texts of at most 4 tokens, got {len(traced)}"):
        explore(traced)
    ask(widget, text=TEXT)
    assert "at most 4 tokens" in widget.error and widget.run == 0


# ---- settings


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("layer", 2, r"layer must be 0\.\.1 for this model, got 2"),
        ("head", -5, r"head must be 0\.\.3 for this model, got -5"),
        ("query", 99, r"position must be 0\.\.\d+ for this text, got 99"),
        ("key", -99, r"position must be 0\.\.\d+ for this text, got -99"),
        ("stage", "soft", "stage must be one of raw, scaled, masked, weight, got 'soft'"),
    ],
)
def test_a_wrong_setting_is_one_clear_error(traced, name, value, said):
    with pytest.raises(ValueError, match=said):
        attention(traced, **{name: value})
    with pytest.raises(ValueError, match=said):
        setattr(attention(traced), name, value)


@BOTH
def test_what_the_browser_sets_is_not_sent_back_to_it(traced, explore):
    widget = explore(traced)
    echoed = {name for name in widget.keys if widget.trait_metadata(name, "echo_update", True)}
    assert not echoed & set(widget.start)


# ---- words and pictures


def test_words_say_what_is_shown(traced):
    widget = attention(traced, 1, 2, 5, 3)
    weight, score = float(traced.pattern[1, 2][5, 3]), float(traced.scores[1, 2][5, 3])
    assert f"weight of {100 * weight:.1f} %" in widget.words() or "< 0.1 %" in widget.words()
    assert f"= {score:.2f}," in widget.words()
    assert "\n" not in widget.words()
    assert "head 2 of layer 1" in widget.words()


@BOTH
def test_saved_page_needs_nothing_else(traced, explore, tmp_path):
    widget = explore(traced)
    widget.save(tmp_path / "x.html")
    page = (tmp_path / "x.html").read_text(encoding="utf-8")
    assert page.count("</script>") == 2 and "<img" not in page and "<link" not in page
    state = json.loads(page.split('id="content">')[1].split("</script>")[0])["state"]
    assert state["kernel"] is False
    assert state["roles"] if explore is heads else state["stage"] == "weight"
    assert len(widget.still()) <= 60_000
    assert widget.still() == widget.still()


def test_dots_of_the_picture_have_the_area_of_their_weight(traced):
    [ax] = figures.attention(traced, 1, 3).axes
    _, dots = (c for c in ax.collections if isinstance(c, PathCollection))
    weights = traced.pattern[1, 3][np.tril_indices(len(traced))]
    areas = torch.tensor(dots.get_sizes(), dtype=torch.float32)
    assert_close(areas / areas.max(), weights / weights.max(), atol=1e-6, rtol=1e-5)


def test_the_picture_has_the_numbers_of_the_row(traced):
    [ax] = figures.attention(traced, 0, 1, query=5, key=2).axes
    words = [text.get_text() for text in ax.texts]
    for j in range(6):
        assert number(float(traced.scores[0, 1][5, j])) in words
        assert number(float(traced.scaled[0, 1][5, j])) in words
        assert percent(float(traced.pattern[0, 1][5, j])) in words
    assert words.count("−∞") == len(traced) - 6
    assert "Σ 100 %" in words


def test_of_a_long_text_the_picture_draws_what_gets_most(gpt):
    long = trace(random_gpt(n_ctx=256), TEXT * 8)
    fig = figures.attention(long)
    assert any(f"24 of {len(long)} tokens" in text.get_text() for text in fig.axes[0].texts)


def test_the_picture_of_all_heads_names_roles_and_scores(traced):
    roles = {"previous": torch.zeros(2, 4), "induction": torch.zeros(2, 4)}
    roles["induction"][1, 2] = 0.8
    fig = heads_figure(traced, roles)
    words = [text.get_text() for text in fig.axes[0].texts]
    assert words.count("induction 0.80") == 1 and words.count("–") == 7
    assert "L1H2 induction (0.80)" in fig.words
