"""A trace holds the numbers of the forward pass: identities on random models of several shapes and the bundled one."""

import math

import pytest
import torch
from models import SHAPES, random_gpt
from torch import nn
from torch.testing import assert_close

import gptviz as gv
from gptviz.edits import PATCHABLE
from gptviz.geometry import contributions
from gptviz.glossary import GLOSSARY

TEXT = "The king saw a red bird and 你 was"
MODELS = [*SHAPES, "tiny"]


@pytest.fixture(scope="module", params=MODELS, ids=str)
def gpt(request):
    return gv.load() if request.param == "tiny" else random_gpt(*request.param)


@pytest.fixture(scope="module")
def trace(gpt):
    return gv.trace(gpt, TEXT)


@pytest.fixture(scope="module")
def small():
    return random_gpt()


def every_layer_and_head(gpt):
    return [(layer, head) for layer in range(gpt.config.n_layer) for head in range(gpt.config.n_head)]


# ── identities ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_traced_logits_are_the_plain_forward(gpt, trace):
    with torch.no_grad():
        assert_close(trace.logits, gpt(trace.ids[None])[0])
    assert_close(trace.probs, trace.logits.softmax(-1))


def test_every_name_of_the_glossary_has_its_shape(gpt, trace):
    sizes = {axis: len(trace) for axis in ("token", "query", "key")}
    sizes |= {"layer": gpt.config.n_layer, "head": gpt.config.n_head, "vocabulary": gpt.config.vocab_size}
    for name, meaning in GLOSSARY.items():
        value = getattr(trace, name)
        tensor = value[:] if meaning.indexes else value
        axes = (*meaning.indexes, *meaning.shape)
        assert tensor.shape == tuple(sizes[a] if a in sizes else getattr(gpt.config, a) for a in axes), name
        assert tensor.dtype == torch.float32 and not tensor.requires_grad, name


def test_patterns_are_averages_over_the_past(gpt, trace):
    ahead = torch.ones(len(trace), len(trace)).triu(1).bool()
    for at in every_layer_and_head(gpt):
        pattern = trace.pattern[at]
        assert_close(pattern.sum(-1), torch.ones(len(trace)))
        assert (pattern[ahead] == 0).all() and (trace.masked[at][ahead] == -math.inf).all()
        assert_close(trace.scores[at], trace.q[at] @ trace.k[at].T)
        assert_close(trace.scaled[at], trace.scores[at] / math.sqrt(gpt.config.d_head))
        assert_close(trace.masked[at][~ahead], trace.scaled[at][~ahead])
        assert_close(trace.z[at], pattern @ trace.v[at])


def test_the_stream_is_a_sum(gpt, trace):
    assert_close(trace.resid_pre[0], trace.embed + trace.pos)
    for layer, block in enumerate(gpt.blocks):
        assert_close(trace.delta[layer].sum(0) + block.attn.out.bias, trace.attn_out[layer])
        assert_close(trace.resid_mid[layer], trace.resid_pre[layer] + trace.attn_out[layer])
        assert_close(trace.resid_post[layer], trace.resid_pre[layer] + trace.attn_out[layer] + trace.mlp_out[layer])
        if layer:
            assert_close(trace.resid_pre[layer], trace.resid_post[layer - 1])


def test_heads_and_neurons_read_the_normalised_stream(gpt, trace):
    width = gpt.config.d_model
    for layer, block in enumerate(gpt.blocks):
        for norm, read, stream in (
            (block.ln_attn, trace.attn_in, trace.resid_pre),
            (block.ln_mlp, trace.mlp_in, trace.resid_mid),
        ):
            expected = nn.functional.layer_norm(stream[layer], (width,), norm.weight, norm.bias, norm.eps)
            assert_close(read[layer], expected)
        assert_close(trace.neurons[layer], nn.functional.gelu(trace.mlp_pre[layer], approximate="tanh"))
        assert_close(trace.mlp_out[layer], block.mlp.down(trace.neurons[layer]))
    assert_close(trace.final, gpt.ln_final(trace.resid_post[-1]))


@pytest.mark.parametrize("position", [0, -1])
def test_contributions_sum_to_the_logit(gpt, trace, position):
    for token_id in (0, 5, gpt.config.vocab_size - 1):
        shares = contributions(trace, token_id, position)
        assert sum(shares.values()) == pytest.approx(float(trace.logits[position, token_id]), abs=1e-3)
        assert len(shares) == 3 + gpt.config.n_layer * (gpt.config.n_head + 1)


def test_what_is_computed_when_asked_is_what_the_forward_pass_computed(gpt):
    """Against taps that record everything as it happens."""
    seen = {}

    def record(name, layer, value):
        seen[name, layer] = value
        return value

    trace = gv.trace(gpt, TEXT)
    with torch.no_grad():
        gpt(trace.ids[None], tap=record)
    assert {name for name, _ in seen} == set(PATCHABLE)
    for (name, layer), value in seen.items():
        traced = getattr(trace, name)
        assert_close(traced[layer] if GLOSSARY[name].indexes else traced, value if name == "pos" else value[0])


# ── how it is read ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_tokens_ids_and_text(small):
    trace = gv.trace(small, TEXT)
    assert trace.text == TEXT and trace.ids.tolist() == small.tokenizer.encode(TEXT)
    assert len(trace) == len(trace.tokens) == len(trace.ids)
    assert "⟨e4⟩" in trace.tokens
    padded = gv.trace(small, [3, small.config.vocab_size - 1])
    assert padded.tokens[1] == f"⟨id {small.config.vocab_size - 1}⟩"
    bare = gv.trace(random_gpt(tokenizer=False), [3, 4])
    assert bare.tokens == ["⟨id 3⟩", "⟨id 4⟩"] and bare.next_tokens(1)[0][0].startswith("⟨id")


def test_ids_and_text_give_the_same_trace(small):
    ids = small.tokenizer.encode(TEXT)
    for same in (ids, tuple(ids), torch.tensor(ids)):
        assert torch.equal(gv.trace(small, same).logits, gv.trace(small, TEXT).logits)
        assert gv.trace(small, same).text == TEXT


def test_views_read_as_layer_and_head(small):
    trace = gv.trace(small, TEXT)
    assert torch.equal(trace.pattern[1][2], trace.pattern[1, 2])
    assert torch.equal(trace.pattern[:, 2][1], trace.pattern[1, 2])
    assert torch.equal(trace.pattern[-1, -1], trace.pattern[1, 3])
    assert torch.equal(torch.stack(list(trace.resid_post)), trace.resid_post[:])
    assert len(trace.pattern) == 2
    assert GLOSSARY["pattern"].sentence in repr(trace.pattern)
    assert set(GLOSSARY) <= set(dir(trace))


def test_what_was_read_is_remembered(small):
    trace = gv.trace(small, TEXT)
    assert trace.pattern[1, 2] is trace.pattern[1, 2]
    assert trace.logits is trace.logits


@pytest.mark.parametrize(
    ("read", "message"),
    [
        (lambda t: t.pattern[2, 0], "layer must be 0..1 for this model, got 2"),
        (lambda t: t.pattern[0, 4], "head must be 0..3 for this model, got 4"),
        (lambda t: t.neurons[-3], "layer must be 0..1 for this model, got -3"),
        (lambda t: t.neurons[1.0], "layer must be 0..1 for this model, got 1.0"),
        (lambda t: t.pattern[5:], "layer must be 0..1 for this model, got an empty slice"),
        (lambda t: t.neurons[0, 1], r"neurons is read as neurons\[layer\], got 2 indices"),
        (lambda t: t.next_tokens(k=0), "k must be at least 1, got 0"),
        (lambda t: t.next_tokens(position=99), r"position must be 0..\d+ for this text, got 99"),
        (lambda t: t.next_tokens(temperature=-1), "temperature must be a number from 0 up, got -1"),
    ],
)
def test_wrong_reading_is_one_clear_error(small, read, message):
    with pytest.raises(ValueError, match=message):
        read(gv.trace(small, TEXT))


def test_unknown_names_list_the_known(small):
    with pytest.raises(AttributeError, match="no 'patern'; it has .*pattern"):
        _ = gv.trace(small, TEXT).patern


@pytest.mark.parametrize(
    ("prompt", "message"),
    [
        ("", "at least one token, got an empty text"),
        ([], "at least one token, got an empty text"),
        ([330], r"token ids must be 0..329 for this model, got 330"),
        ([-1], r"token ids must be 0..329 for this model, got -1"),
        ([0.5], "text or a flat list of token ids"),
        ([[1, 2]], "text or a flat list of token ids"),
        ([1] * 33, "32 tokens at most, got 33"),
        ("a\ud800", "lone surrogates"),
    ],
)
def test_what_cannot_be_traced_is_one_clear_error(small, prompt, message):
    with pytest.raises(ValueError, match=message):
        gv.trace(small, prompt)


def test_a_text_needs_a_tokenizer():
    with pytest.raises(ValueError, match="no tokenizer: give token ids"):
        gv.trace(random_gpt(tokenizer=False), "a king")


def test_next_tokens_are_the_largest_probabilities(small):
    trace = gv.trace(small, TEXT)
    ten = trace.next_tokens()
    assert len(ten) == 10 and [p for _, p in ten] == pytest.approx(trace.probs[-1].topk(10).values.tolist())
    assert [token for token, _ in ten] == small.tokenizer.tokens(trace.probs[-1].topk(10).indices.tolist())
    assert len(trace.next_tokens(k=5, top_k=3)) == 3
    assert trace.next_tokens(temperature=0) == [(ten[0][0], 1.0)]
    assert trace.next_tokens(2, position=0)[0][1] == pytest.approx(float(trace.probs[0].max()))


def test_tokens_hardly_seen_in_training_are_marked(small):
    unknown = gv.trace(small, TEXT)
    assert unknown.times_seen is None and not any(unknown.rarely_seen) and unknown.note == ""
    gpt = random_gpt()
    gpt.token_counts = torch.full((gpt.config.vocab_size,), 20, dtype=torch.int32)
    gpt.token_counts[unknown.ids[3]] = 19
    trace = gv.trace(gpt, TEXT)
    assert trace.rarely_seen == [i == unknown.ids[3] for i in unknown.ids]
    assert repr(trace.tokens[3]) in trace.note and f"1 of {len(trace)}" in trace.note


def test_training_mode_and_gradients_change_nothing():
    gpt = random_gpt().train()
    trace = gv.trace(gpt, TEXT)
    assert torch.equal(trace.logits, gv.trace(random_gpt(), TEXT).logits)
    assert gpt.training and not trace.pattern[0, 0].requires_grad
    nn.Linear(gpt.config.d_model, 2)(trace.resid_post[0]).sum().backward()  # a trace can be learned from


# ── memory ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_memory_grows_with_layers_tokens_and_width():
    gpt = random_gpt(n_layer=3, n_head=8, d_model=16, n_ctx=256)

    def held(length):
        trace = gv.trace(gpt, list(range(length)))
        tensors = {t.untyped_storage().data_ptr(): t.untyped_storage().nbytes() for t in trace._known.values()}
        return sum(tensors.values())

    one_stream = 128 * 16 * 4  # bytes of one (T, d_model)
    assert held(128) == (2 * 3 + 1) * one_stream
    assert held(256) == 2 * held(128)


# ── edits ────────────────────────────────────────────────────────────────────────────────────────────────────────────

PARTS = {
    "L1H2": lambda t: t.delta[1, 2],
    "L0MLP": lambda t: t.mlp_out[0],
    "L1N37": lambda t: t.neurons[1][:, 37],
    "pos": lambda t: t.pos,
}


@pytest.mark.parametrize("part", PARTS)
def test_without_and_scale_act_on_their_part_alone(small, part):
    whole, gone, half, same = (
        gv.trace(small, TEXT),
        gv.trace(small, TEXT, without=[part]),
        gv.trace(small, TEXT, scale={part: 0.5}),
        gv.trace(small, TEXT, scale={part: 1}),
    )
    read = PARTS[part]
    assert read(whole).any() and not read(gone).any()
    assert_close(read(half), read(whole) / 2)
    assert_close(same.logits, whole.logits)
    assert not torch.allclose(gone.logits, whole.logits)
    for trace in (gone, half):  # the identities hold with edits too
        for layer in range(2):
            assert_close(trace.resid_post[layer], trace.resid_pre[layer] + trace.attn_out[layer] + trace.mlp_out[layer])
            others = [h for h in range(4) if part != f"L{layer}H{h}"]
            for h in others:
                assert_close(trace.z[layer, h], trace.pattern[layer, h] @ trace.v[layer, h])
        for token_id in (0, 7):
            shares = contributions(trace, token_id)
            assert sum(shares.values()) == pytest.approx(float(trace.logits[-1, token_id]), abs=1e-3)


def test_every_part_switched_off_leaves_the_embedding():
    gpt = random_gpt()
    heads = [f"L{layer}H{head}" for layer, head in every_layer_and_head(gpt)]
    trace = gv.trace(gpt, TEXT, without=[*heads, "L0MLP", "L1MLP", "pos"])
    biases = gpt.blocks[0].attn.out.bias + gpt.blocks[1].attn.out.bias
    assert_close(trace.resid_post[-1], trace.embed + biases.detach())


@pytest.mark.parametrize("name", PATCHABLE)
def test_a_patch_from_another_run_makes_it_that_run(small, name):
    """Put in everywhere what the other text had: from there on the run is the other's."""
    here, there = gv.trace(small, list(range(9))), gv.trace(small, list(range(20, 29)))
    axes = GLOSSARY[name].indexes
    layers = range(2) if "layer" in axes else [None]
    keys = [(name,) if l is None else (name, l) for l in layers]
    if "head" in axes:
        keys = [(*key, head) for key in keys for head in range(4)]
    patch = {key: getattr(there, name)[key[1:]] if axes else getattr(there, name) for key in keys}
    patched = gv.trace(small, here.ids, patch=patch)
    for key, value in patch.items():
        got = getattr(patched, name)
        assert_close(got[key[1:]] if axes else got, value)
    if name in ("embed", "resid_pre", "resid_mid", "resid_post", "final"):
        assert_close(patched.logits, there.logits)
    elif name == "pos":
        assert_close(patched.logits, here.logits)  # positions are the same in every text
    else:
        assert not torch.allclose(patched.logits, here.logits)
    if name != "final":  # which comes after all parts
        shares = contributions(patched, 3)
        assert sum(shares.values()) == pytest.approx(float(patched.logits[-1, 3]), abs=1e-3)


def test_a_patch_at_one_position_reaches_only_what_comes_later(small):
    here, there = gv.trace(small, list(range(9))), gv.trace(small, list(range(20, 29)))
    patched = gv.trace(small, here.ids, patch={("resid_post", 0, 4): there.resid_post[0][4]})
    assert_close(patched.resid_post[0][4], there.resid_post[0][4])
    assert torch.equal(patched.logits[:4], here.logits[:4])
    assert not torch.allclose(patched.logits[4:], here.logits[4:])
    last = gv.trace(small, here.ids, patch={("z", 1, 2, -1): there.z[1, 2][-1]})
    assert_close(last.z[1, 2][-1], there.z[1, 2][-1])
    assert torch.equal(last.z[1, 2][:-1], here.z[1, 2][:-1])


def test_an_edit_does_not_write_into_what_it_was_given(small):
    value = torch.zeros(9, 32)
    patched = gv.trace(small, list(range(9)), patch={("resid_post", 0): value}, without=["L1MLP"])
    assert not value.any() and patched.logits.any()
    assert_close(gv.trace(small, TEXT).logits, gv.trace(random_gpt(), TEXT).logits)


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        ({"without": ["L2H0"]}, "layer must be 0..1 for this model, got 2"),
        ({"without": ["L0H4"]}, "head must be 0..3 for this model, got 4"),
        ({"without": ["L0N128"]}, "neuron must be 0..127 for this model, got 128"),
        ({"without": ["H2L0"]}, "expected a head 'L0H0'..'L1H3', an MLP 'L0MLP', a neuron .* got 'H2L0'"),
        ({"without": [3]}, "expected a head .* got 3"),
        ({"without": ["L0H1"], "scale": {"L0H1": 2}}, "L0H1 is in both without and scale"),
        ({"scale": {"L0H1": math.nan}}, "scale must be a finite number, got nan for L0H1"),
        ({"patch": {("pattern", 0, 0): 0}}, "patch can change embed, pos, .*, final; got 'pattern'"),
        ({"patch": {("z", 0): torch.zeros(9, 8)}}, r"written \('z', layer, head, position\), position optional"),
        ({"patch": {("z", 0, 5): torch.zeros(9, 8)}}, "head must be 0..3 for this model, got 5"),
        ({"patch": {("z", 0, 1, 9): torch.zeros(8)}}, "position must be 0..8 for this text, got 9"),
        ({"patch": {("z", 0, 1): torch.zeros(8, 8)}}, r"must have shape \(9, 8\), got \(8, 8\)"),
        ({"patch": {("resid_post", 1, 3): torch.zeros(9, 32)}}, r"must have shape \(32,\), got \(9, 32\)"),
    ],
)
def test_a_wrong_edit_is_one_clear_error(small, edit, message):
    with pytest.raises(ValueError, match=message):
        gv.trace(small, list(range(9)), **edit)


def test_one_part_may_be_named_without_a_list(small):
    assert torch.equal(gv.trace(small, TEXT, without="L1H2").logits, gv.trace(small, TEXT, without=["L1H2"]).logits)


def test_again_adds_to_the_edits_of_a_trace(small):
    value = torch.randn(small.config.d_model)
    first = gv.trace(small, "The old king", without=["L0H1"], scale={"L1N3": 2.0}, patch={("resid_post", 0, 1): value})
    again = first.again(without="L1MLP", scale={"L1N3": 0.25, "L0H1": 3.0})
    whole = gv.trace(
        small,
        "The old king",
        without=["L0H1", "L1MLP"],
        scale={"L1N3": 0.5},
        patch={("resid_post", 0, 1): value},
    )
    assert_close(again.logits, whole.logits, atol=0, rtol=0)
    plain = gv.trace(small, "The old king")
    assert_close(plain.again().logits, plain.logits, atol=0, rtol=0)
    assert_close(plain.again(patch={("mlp_out", 1): plain.mlp_out[1]}).logits, plain.logits, atol=1e-5, rtol=0)
