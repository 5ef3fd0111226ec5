import pytest
import torch
from models import random_gpt
from torch.testing import assert_close

import gptviz as gv
from gptviz.geometry import contributions, word_id, word_vector


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
