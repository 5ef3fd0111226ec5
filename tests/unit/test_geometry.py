import pytest
import torch
from models import random_gpt
from torch.testing import assert_close

import gptviz as gv
from gptviz.geometry import (
    attribution,
    contributions,
    lens,
    principal_axes,
    promoted,
    settled,
    word_axes,
    word_id,
    word_ids,
    word_vector,
)


@pytest.fixture(scope="module")
def gpt():
    """One parallelogram is put in: king − old + day lies nearest to queen."""
    gpt = random_gpt()
    with torch.no_grad():
        old, day, king = (gpt.embed.weight[word_id(gpt, word)] for word in (" old", " day", " king"))
        gpt.embed.weight[word_id(gpt, " queen")] = king - old + day + 0.05 * torch.ones(32)
    return gpt


def test_neighbors_are_the_largest_cosines(gpt):
    found = gv.neighbors(gpt, "king", k=7)
    vectors = torch.nn.functional.normalize(gpt.embed.weight.detach(), dim=-1)
    cosine = vectors @ vectors[word_id(gpt, "king")]
    cosine[word_id(gpt, "king")] = -2
    assert [c for _, c in found] == pytest.approx(cosine.topk(7).values.tolist(), abs=1e-5)
    padded = [*gpt.tokenizer.vocabulary(), *(f"⟨id {i}⟩" for i in range(len(gpt.tokenizer), gpt.config.vocab_size))]
    assert [t for t, _ in found] == [padded[i] for i in cosine.topk(7).indices]


def test_analogies_complete_the_parallelogram(gpt):
    assert gv.analogy(gpt, "king - old + day", k=1)[0][0] == " queen"
    assert gv.analogy(gpt, "king-old+day", k=1) == gv.analogy(gpt, " - old + day + king ", k=1)


def test_input_words_are_left_out_unless_kept(gpt):
    inputs = {"king", "old", "day"}  # with and without the space
    everything = gpt.config.vocab_size
    left_out = gv.analogy(gpt, "king - old + day", k=everything)
    kept = gv.analogy(gpt, "king - old + day", k=everything, keep_inputs=True)
    assert {t for t, _ in kept} - {t for t, _ in left_out} == inputs | {f" {word}" for word in inputs}
    assert len(kept) == everything
    assert gv.neighbors(gpt, "king", k=1, keep_inputs=True)[0] == (" king", pytest.approx(1, abs=1e-5))


def test_words_are_found_with_their_leading_space(gpt):
    assert gpt.tokenizer.encode("king") != gpt.tokenizer.encode(" king")
    assert word_id(gpt, "king") == word_id(gpt, " king") == gpt.tokenizer.encode(" king")[0]
    assert word_id(gpt, "!") == gpt.tokenizer.encode("!")[0], "one token only without a space"


def test_directions_are_sums_of_rows(gpt):
    row = gpt.embed.weight.detach()
    assert_close(word_vector(gpt, "king"), row[word_id(gpt, "king")])
    assert_close(word_vector(gpt, "queen - king"), row[word_id(gpt, "queen")] - row[word_id(gpt, "king")])
    assert not word_vector(gpt, "king").requires_grad


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("kingly", r"'kingly' must be one token of this model, got \d: .*'l'.*near it are .*king"),
        ("xqzzw - king", "'xqzzw' must be one token"),
        ("red bird", "'red bird' must be one token of this model, got [2-9]"),
        ("", "expected a word or an expression"),
        ("  ", "expected a word or an expression"),
        ("king -", r"a word after every \+ and -, got 'king -'"),
        ("king - + queen", r"a word after every \+ and -"),
        (7, "expected a word or an expression"),
    ],
)
def test_what_is_no_word_is_one_clear_error(gpt, expression, message):
    with pytest.raises(ValueError, match=message):
        gv.analogy(gpt, expression)


def test_wrong_counts_and_tokens_are_errors(gpt):
    with pytest.raises(ValueError, match="k must be at least 1, got 0"):
        gv.neighbors(gpt, "king", k=0)
    with pytest.raises(ValueError, match="no tokenizer"):
        gv.neighbors(random_gpt(tokenizer=False), "king")
    trace = gv.trace(gpt, "king")
    with pytest.raises(ValueError, match="token_id must be 0..329 for this model, got 330"):
        contributions(trace, 330)
    patched = gv.trace(gpt, "king", patch={("final", 0): torch.ones(32)})
    with pytest.raises(ValueError, match="final was patched"):
        contributions(patched, 3)


def test_a_token_no_part_writes_has_no_contribution():
    """Untied, with the unembedding row of one token zero: every share of its logit is zero."""
    gpt = random_gpt(tied=False)
    with torch.no_grad():
        gpt.unembed.weight[3] = 0
    assert set(contributions(gv.trace(gpt, "The king"), 3).values()) == {0.0}


# ---- axes to draw along


def test_principal_axes_are_those_of_the_svd():
    """The largest singular directions of the centred vectors; what is left out is what the others hold."""
    vectors = torch.randn(60, 12, generator=torch.Generator().manual_seed(1)) * torch.linspace(0.2, 3, 12)
    axes = principal_axes(vectors, 3)
    centred = vectors.double() - vectors.double().mean(0)
    _, lengths, directions = torch.linalg.svd(centred)
    assert_close((axes.directions @ directions[:3].T).abs(), torch.eye(3).double(), atol=1e-5, rtol=0)
    assert_close(axes.variance, lengths[:3] ** 2 / (lengths**2).sum(), atol=1e-6, rtol=1e-5)
    assert_close(axes(vectors).mean(0), torch.zeros(3).double(), atol=1e-5, rtol=0)
    assert_close(axes(vectors).pow(2).sum() / centred.pow(2).sum(), axes.variance.sum(), atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("words", [["king", "queen"], ["man", "king", "woman"], ["old", "day", "king", "queen"]])
def test_between_the_words_of_the_axes_every_distance_is_true(gpt, words):
    if words[0] == "man":
        words = ["the", "king", "day"]
    axes = word_axes(gpt, words)
    vectors = torch.stack([word_vector(gpt, word) for word in words]).double()
    if len(words) == 2:
        vectors = torch.cat([torch.zeros_like(vectors[:1]), vectors])
    assert_close(torch.cdist(axes(vectors), axes(vectors)), torch.cdist(vectors, vectors), atol=1e-6, rtol=1e-6)
    assert_close(axes.directions @ axes.directions.T, torch.eye(len(axes.directions)).double(), atol=1e-12, rtol=0)
    drawn = axes(vectors)
    assert_close(drawn[0], torch.zeros_like(drawn[0]), atol=1e-9, rtol=0)
    assert float(drawn[1, 0]) > 0 and drawn[1, 1:].abs().max() < 1e-9


def test_an_analogy_is_a_true_parallelogram_in_the_plane_of_its_words(gpt):
    axes = word_axes(gpt, ["old", "day", "king"])
    old, day, king, sum_ = (axes(word_vector(gpt, w)) for w in ("old", "day", "king", "king - old + day"))
    assert_close(day - old, sum_ - king, atol=1e-6, rtol=0)
    step = word_vector(gpt, "day - old")
    assert float(axes.shown(step)) == pytest.approx(1, abs=1e-6)
    assert float((day - old).norm()) == pytest.approx(float(step.norm()), rel=1e-5)


def test_the_share_of_an_arrow_that_is_drawn(gpt):
    axes = word_axes(gpt)
    arrow = word_vector(gpt, "queen - king").double()
    by_hand = sum(float(arrow @ direction) ** 2 for direction in axes.directions) ** 0.5 / float(arrow.norm())
    assert float(axes.shown(arrow)) == pytest.approx(by_hand) and by_hand < 1
    assert axes.shown(torch.stack([arrow, 2 * arrow])).tolist() == pytest.approx([by_hand, by_hand])


def test_words_are_whole_words_that_training_saw(gpt):
    ids = word_ids(gpt)
    tokens = gpt.tokenizer.tokens(ids)
    assert " king" in tokens and all(token[0] == " " and token[1:].isalpha() for token in tokens)
    counted = random_gpt()
    counted.token_counts = torch.zeros(330, dtype=torch.int32)
    king, queen = word_id(gpt, "king"), word_id(gpt, "queen")
    counted.token_counts[king], counted.token_counts[queen] = 500, 900
    assert word_ids(counted) == [queen, king]


def test_wrong_axes_are_one_clear_error(gpt):
    with pytest.raises(ValueError, match="2 to 4 words, got 1"):
        word_axes(gpt, ["king"])
    with pytest.raises(ValueError, match="do not lie on one line"):
        word_axes(gpt, ["king", "queen", "king"])
    with pytest.raises(ValueError, match=r"5 vectors of width 3 have 1\.\.3 axes, got n=4"):
        principal_axes(torch.randn(5, 3), 4)
    with pytest.raises(ValueError, match="no tokenizer"):
        word_ids(random_gpt(tokenizer=False))


@pytest.mark.parametrize("tied", [True, False])
def test_what_neurons_promote_sums_to_what_their_mlp_added(tied):
    """Times the activation, over the deviation of the last stream, a neuron's word is its share of the logit."""
    traced = gv.trace(random_gpt(tied=tied), "The old king")
    last = traced.resid_post[-1][-1]
    deviation = (last.var(correction=0) + traced.gpt.config.eps).sqrt()
    for layer, token in ((0, 40), (1, 300)):
        shares = traced.neurons[layer][-1] * promoted(traced.gpt, layer)[token] / deviation
        assert float(shares.sum()) == pytest.approx(contributions(traced, token)[f"L{layer}MLP"], abs=1e-4)
        assert_close(promoted(traced.gpt, layer, 5), promoted(traced.gpt, layer)[:, 5])
    with pytest.raises(ValueError, match=r"neuron must be 0\.\.127 for this model, got 128"):
        promoted(traced.gpt, 0, 128)


# ---- reading off the stream


@pytest.fixture(scope="module")
def read(gpt):
    return gv.trace(gpt, "The king saw a blue bird")


def test_the_lens_reads_every_stage_as_the_model_reads_its_last(gpt, read):
    logits = lens(read)
    assert logits.shape == (gpt.config.n_layer + 1, len(read), gpt.config.vocab_size)
    assert_close(logits[-1], read.logits)
    for layer in range(gpt.config.n_layer):
        assert_close(logits[layer], gpt.unembed(gpt.ln_final(read.resid_pre[layer])).detach())
    assert_close(lens(read, [-1, 2]), logits[:, [-1, 2]])
    with pytest.raises(ValueError, match="position must be 0"):
        lens(read, [99])


def test_the_lens_shows_edits(gpt):
    patched = gv.trace(gpt, "The king", patch={("final", 0): torch.ones(32)})
    assert_close(lens(patched)[-1], patched.logits)


def test_attribution_is_contributions_of_several(gpt, read):
    names, shares = attribution(read, [3, 7, 200], [0, 2, -1])
    assert shares.shape == (3, len(names), 3)
    for w, token in enumerate([3, 7, 200]):
        for p, position in enumerate([0, 2, -1]):
            assert dict(zip(names, shares[w, :, p].tolist(), strict=True)) == pytest.approx(
                contributions(read, token, position), abs=1e-5
            )
            assert float(shares[w, :, p].sum()) == pytest.approx(float(read.logits[position, token]), abs=1e-3)


@pytest.mark.parametrize(("best", "since"), [([3, 1, 3, 3], 2), ([3, 3], 0), ([3, 1], 2), ([1, 3], 1)])
def test_when_a_token_became_the_likeliest_for_good(best, since):
    assert settled(torch.nn.functional.one_hot(torch.tensor(best), 5).float(), 3) == since
