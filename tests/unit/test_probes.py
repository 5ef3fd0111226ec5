"""Probes measure what they say: held against traces, hand-made cases and the bundled model's card."""

import json

import pytest
import torch

import gptviz as gv
from gptviz import world
from gptviz.checkpoint import CARD, _folder
from gptviz.probes import cases, claims, heads, knockouts, neurons
from gptviz.world.grammar import Case, span
from tests.unit.models import random_gpt


@pytest.fixture(scope="module")
def gpt():
    return gv.load()


@pytest.fixture(scope="module")
def card():
    return json.loads((_folder("tiny") / CARD).read_text(encoding="utf-8"))


def test_padding_changes_no_next_token(gpt):
    prompts = ["Once", "Once there was a king who", "The"]
    for prompt, row in zip(prompts, cases.next_token_probs(gpt, prompts), strict=True):
        torch.testing.assert_close(row, gv.trace(gpt, prompt).probs[-1], atol=1e-5, rtol=1e-4)


def test_a_case_is_answered_when_the_best_token_starts_a_right_word(gpt):
    prompt = "Once there"
    best = gv.trace(gpt, prompt).next_tokens(1)[0][0].strip()
    right, wrong = Case("", prompt, (best,), ("zebra",)), Case("", prompt, ("zebra",), (best,))
    assert cases.answered(gpt, [right, wrong]).tolist() == [True, False]
    assert cases.preferred(gpt, [right, wrong]).tolist() == [True, False]


def test_token_at_finds_the_token_that_ends_a_word(gpt):
    text = "A fluffy creature roamed the verdant forest. The creature was"
    traced = gv.trace(gpt, text)
    for word, nth in (("fluffy", 0), ("creature", 0), ("creature", 1), ("was", 0)):
        position = heads.token_at(traced, span(text, word, nth))
        assert word.endswith(traced.tokens[position].strip())
        assert "".join(traced.tokens[: position + 1]).endswith(word)
    with pytest.raises(ValueError, match="outside"):
        heads.token_at(traced, (500, 505))


def test_links_subtract_what_position_alone_gives(gpt):
    """Linking every token to the one before it leaves nothing beyond position."""
    text = "the king saw a dog and the queen saw a cat"
    traced = gv.trace(gpt, text)
    pattern = heads.patterns(traced)
    before = span(text, "a", 0), span(text, "dog")
    query, key = (heads.token_at(traced, place) for place in before[::-1])
    others = [t for t in range(query - key, len(traced.tokens)) if t != query]
    expected = pattern[..., query, key] - torch.stack([pattern[..., t, t - (query - key)] for t in others]).mean(0)
    torch.testing.assert_close(heads.links(gpt, [Case("", text, (), links=(before[::-1],))]), expected)


def test_scores_of_heads_are_weights(gpt):
    shape = (gpt.config.n_layer, gpt.config.n_head)
    for scores in (
        heads.previous_token(gpt, 2),
        heads.induction(gpt, 2),
        heads.first_token(gpt, ["Once there was"]),
    ):
        assert scores.shape == shape and ((scores >= 0) & (scores <= 1)).all()


def test_copying_is_learned(gpt):
    lists = [case for case in world.cases(0, 30) if case.claim == "copy"]
    assert heads.copying(gv.load("tiny@step=0"), lists).max() < 0.1 < 0.4 < heads.copying(gpt, lists).max()


def test_thresholds_cut_both_ways():
    at_least, at_most = claims.Claim("", "", 0.9, 0.95), claims.Claim("", "", 0.9, 0.95, at_most=True)
    assert not at_least.passed and at_most.passed and claims.Claim("", "", 0.9).passed


def test_every_claim_of_the_card_comes_out_the_same_when_measured_again(gpt, card):
    """What the card says was met is met, and what it says was missed is missed; another processor may round."""
    recorded = {claim["id"]: claim for claim in card["claims"]}
    measured = {claim.id: claim for claim in claims.claims(gpt)}
    assert measured.keys() == recorded.keys()
    for name, claim in measured.items():
        assert claim.value == pytest.approx(recorded[name]["value"], abs=0.01), name
        assert claim.passed == recorded[name]["passed"], claim


def test_the_card_hides_no_missed_threshold(card):
    thresholds = {claim["id"]: claim for claim in card["claims"] if claim["threshold"] is not None}
    assert len(thresholds) >= 15
    assert str(card["settings"]["seed"]) in card["seeds"]
    for seed, row in card["seeds"].items():
        again = [
            claims.Claim(name, "", row["claims"][name], claim["threshold"], claim["at_most"])
            for name, claim in thresholds.items()
        ]
        assert row["missed"] == [claim.id for claim in again if not claim.passed], seed
        assert row["passed"] == (not row["missed"])


def test_claims_are_measured_on_what_training_never_held():
    read = {document.text for document in world.documents(0, 2_000)}
    for case in world.cases(0, 20):
        answered = [f"{case.prompt} {word}" for word in case.right]
        assert not any(answer in text for answer in answered for text in read), case


# ---- neurons


def test_what_excites_a_neuron_is_the_largest_activation_of_each_text(gpt):
    # no two begin alike: there every neuron would say the same of both
    texts = ["The king saw a wolf.", "Once", "Anna counted slowly: three pencils.", "A queen"]
    found = neurons.exciting(gpt, texts, k=3, batch=2)  # padded, in two batches
    assert found.values.shape == (gpt.config.n_layer, gpt.config.d_mlp, 3)
    for layer, neuron in ((0, 3), (1, 77), (gpt.config.n_layer - 1, 500)):
        per_text = [gv.trace(gpt, text).neurons[layer][:, neuron] for text in texts]
        best = sorted(((float(row.max()), i, int(row.argmax())) for i, row in enumerate(per_text)), reverse=True)[:3]
        torch.testing.assert_close(found.values[layer, neuron], torch.tensor([v for v, *_ in best]), atol=1e-5, rtol=0)
        there = zip(found.text[layer, neuron].tolist(), found.position[layer, neuron].tolist(), strict=True)
        assert list(there) == [(text, position) for _, text, position in best]
    with pytest.raises(ValueError, match="at least one text"):
        neurons.exciting(gpt, [])


def test_the_sample_is_measured_once_and_again_when_the_model_changes():
    mine = gv.load()
    first = neurons.world_sample(mine, 3)
    assert neurons.world_sample(mine, 3) is first
    with torch.no_grad():
        mine.blocks[0].mlp.up.bias.add_(0.5)
    assert neurons.world_sample(mine, 3) is not first


def test_a_model_of_the_world_is_known_from_another(gpt):
    assert cases.of_the_world(gpt)
    assert not cases.of_the_world(random_gpt())
    other = random_gpt()
    other.token_counts = torch.full((other.config.vocab_size,), 10_000)  # trained, but on something else
    assert not cases.of_the_world(other)


# ---- knock-outs


def test_kl_divergence_in_bits():
    half, sure = torch.tensor([0.5, 0.5, 0.0]), torch.tensor([1.0, 0.0, 0.0])
    assert float(knockouts.kl_bits(half, half)) == 0
    assert float(knockouts.kl_bits(sure, half)) == pytest.approx(1)  # one bit for a coin that is not there
    assert float(knockouts.kl_bits(torch.tensor([0.75, 0.25]), torch.tensor([0.25, 0.75]))) == pytest.approx(
        0.75 * 1.5849625 - 0.25 * 1.5849625
    )


def test_each_part_is_switched_off_alone(gpt):
    traced = gv.trace(gpt, "Once there was an old king")
    tried = dict(knockouts.knocked_out(traced, 3))
    assert list(tried) == knockouts.parts(gpt)
    assert len(tried) == gpt.config.n_layer * (gpt.config.n_head + 1)
    for part in ("L0MLP", "L1H2"):
        after = gv.trace(gpt, traced.text, without=[part])
        assert tried[part] == pytest.approx(float(knockouts.kl_bits(traced.probs[3], after.probs[3])), rel=1e-4)
    edited = gv.trace(gpt, traced.text, without=["L1H2"])
    assert dict(knockouts.knocked_out(edited, 3, ["L1H2"])) == {"L1H2": pytest.approx(0, abs=1e-9)}


def test_what_is_run_again_is_the_whole_run(gpt):
    """From the first block that an edit touches, with the edits that were there before."""
    text = "Once there was an old king who ruled"
    other = gv.trace(gpt, "Once there was an old duke who ruled")
    plain = gv.trace(gpt, text)
    edited = gv.trace(gpt, text, without=["L1H0"], scale={"L2N5": 2.0}, patch={("mlp_out", 1, 3): other.mlp_out[1][3]})
    for edits in (
        {},
        {"without": ["pos"]},
        {"without": ["L0H1"]},
        {"without": ["L3MLP", "L2H1"]},
        {"scale": {"L2N5": 0.5, "L3N9": 3.0}},
        {"patch": {("resid_pre", 2, 5): other.resid_pre[2][5]}},
        {"patch": {("resid_post", 3, 6): other.resid_post[3][6]}},
        {"patch": {("embed", 5): other.embed[5]}, "without": ["L2MLP"]},
        {"patch": {("final", 6): other.final[6]}},
    ):
        for traced in (plain, edited):
            whole = traced.again(**edits).probs[6]
            torch.testing.assert_close(knockouts.probs_after(traced, 6, **edits), whole, atol=1e-7, rtol=1e-5)
