import itertools
import math
import warnings

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from models import SHAPES, random_gpt
from torch.testing import assert_close
from transformers import TopKLogitsWarper, TopPLogitsWarper

import gptviz as gv
from gptviz.model import Cache
from gptviz.sampling import _continue, distribution, draw, one_step

GOLDEN = torch.tensor([-0.8, -5.0, 0.5, 1.5, 3.4, -2.3, 2.5])  # the worked example of notebook 07
RANDOM = torch.randn(50, 1000, generator=torch.Generator().manual_seed(0)) * 4


@pytest.fixture(scope="module")
def gpt():
    return random_gpt()


# ── the distribution ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("temperature", "largest"), [(0, 1), (0.5, 0.840), (1, 0.614), (2, 0.407), (5, 0.249), (10, 0.194)]
)
def test_the_worked_example(temperature, largest):
    probs = distribution(GOLDEN, temperature)
    assert float(probs.max()) == pytest.approx(largest, abs=0.0005) and int(probs.argmax()) == 4


@pytest.mark.parametrize("temperature", [0.1, 1, 3])
def test_plain_softmax(temperature):
    assert_close(distribution(RANDOM, temperature), (RANDOM / temperature).softmax(-1))


@pytest.mark.parametrize(
    ("top_k", "top_p"), [(1, None), (40, None), (5000, None), (None, 0.9), (None, 1.0), (40, 0.7), (None, 1e-9)]
)
def test_cuts_are_those_of_transformers(top_k, top_p):
    expected = RANDOM / 1.5
    if top_k:
        expected = TopKLogitsWarper(top_k)(None, expected)
    if top_p:
        expected = TopPLogitsWarper(top_p)(None, expected)
    assert_close(distribution(RANDOM, 1.5, top_k, top_p), expected.softmax(-1))


def test_top_p_counts_over_the_whole_vocabulary():
    """A flat tail holds most of the mass: cut to 50 first, as a well-known tool does, 0.9 would keep 45 tokens."""
    flat = torch.zeros(1000)
    assert int((distribution(flat, top_p=0.9) > 0).sum()) in (900, 901)


@given(
    st.lists(st.floats(-50, 50, width=32), min_size=2, max_size=40),
    st.floats(0.05, 10),
    st.integers(1, 50),
    st.floats(0.01, 1),
)
@settings(max_examples=150, deadline=None)
def test_what_is_left_is_a_smallest_set_of_the_likeliest(logits, temperature, top_k, top_p):
    logits = torch.tensor(logits)
    full, cut = distribution(logits, temperature), distribution(logits, temperature, top_k, top_p)
    assert float(cut.sum()) == pytest.approx(1, abs=1e-5)
    kept = cut > 0
    n = int(kept.sum())
    assert 1 <= n <= top_k
    if (~kept & (full > 0)).any():
        assert logits[kept].min() >= logits[~kept].max()
    of_k = distribution(logits, temperature, top_k)
    held = float(of_k[kept].sum())
    assert held >= top_p - 1e-4
    if n > 1:
        assert held - float(of_k[kept].min()) < top_p + 1e-4
    assert_close(cut[kept], full[kept] / full[kept].sum(), atol=1e-5, rtol=1e-4)


def test_ties_go_to_the_smaller_id():
    tied = torch.tensor([1.0, 2.0, 2.0, 2.0])
    assert distribution(tied, temperature=0).tolist() == [0, 1, 0, 0]
    assert (distribution(tied, top_k=2) > 0).tolist() == [False, True, True, False]


def test_temperatures_near_zero_and_hard_zeros_stay_finite():
    assert distribution(GOLDEN * 1e3, 1e-6).tolist() == distribution(GOLDEN, 0).tolist()
    assert distribution(torch.tensor([0.0, -math.inf]), 2).tolist() == [1, 0]


def test_logits_are_not_written_into():
    before = GOLDEN.clone()
    distribution(GOLDEN, 0.7, 3, 0.5)
    assert torch.equal(GOLDEN, before)


WRONG = [
    ({"temperature": -1}, "temperature must be a number from 0 up, got -1"),
    ({"temperature": math.nan}, "temperature must be a number from 0 up, got nan"),
    ({"temperature": math.inf}, "temperature must be a number from 0 up, got inf"),
    ({"top_k": 0}, "top_k must be a whole number from 1 up, or None, got 0"),
    ({"top_k": 2.5}, "top_k must be a whole number from 1 up, or None, got 2.5"),
    ({"top_p": 0}, "top_p must be above 0 and at most 1, or None, got 0"),
    ({"top_p": 1.1}, "top_p must be above 0 and at most 1, or None, got 1.1"),
    ({"top_p": math.nan}, "top_p must be above 0 and at most 1, or None, got nan"),
]


@pytest.mark.parametrize(("settings_", "message"), WRONG)
def test_wrong_settings_are_one_clear_error_everywhere(gpt, settings_, message):
    """In stream too, at the call and not only once the first token is asked for."""
    calls = (
        lambda: distribution(GOLDEN, **settings_),
        lambda: gv.trace(gpt, "king").next_tokens(**settings_),
        lambda: gv.generate(gpt, "king", 3, **settings_),
        lambda: gv.stream(gpt, "king", 3, **settings_),
    )
    for call in calls:
        with pytest.raises(ValueError, match=message):
            call()


# ── generation ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_greedy_is_the_argmax_of_the_whole_text_each_time(gpt):
    """With the cache as without it."""
    ids = gpt.tokenizer.encode("The king")
    for _ in range(20):
        with torch.no_grad():
            ids.append(int(gpt(torch.tensor([ids]))[0, -1].argmax()))
    if gpt.tokenizer.end in ids:
        ids = ids[: ids.index(gpt.tokenizer.end)]
    assert gv.generate(gpt, "The king", 20, temperature=0) == gpt.tokenizer.decode(ids)


@pytest.mark.parametrize("settings_", [{}, {"temperature": 0.5, "top_k": 20}, {"temperature": 2, "top_p": 0.9}])
def test_one_seed_one_text(gpt, settings_):
    one, again, other = (gv.generate(gpt, "The king", 25, seed=seed, **settings_) for seed in (3, 3, 4))
    assert one == again != other
    assert one.startswith("The king")
    state = torch.get_rng_state()
    gv.generate(gpt, "The king", 5)
    assert torch.equal(state, torch.get_rng_state()), "the reader's own random numbers are left alone"


def test_stream_gives_what_generate_gives_one_token_at_a_time(gpt):
    for seed in range(10):
        pieces = list(gv.stream(gpt, "The king", 20, seed=seed))
        assert "The king" + "".join(pieces) == gv.generate(gpt, "The king", 20, seed=seed)
        assert len(pieces) <= 21  # one more only where the text stops within a character


def test_stream_runs_as_it_is_read_and_leaves_its_reader_alone(gpt):
    steps = gv.stream(gpt, "The king", 10**9, temperature=0)
    first = list(itertools.islice(steps, 3))
    assert len(first) == 3
    assert not torch.is_inference_mode_enabled() and torch.is_grad_enabled()


def test_sampled_tokens_follow_the_distribution(gpt):
    """400 draws of one token against the probabilities: chi-square far below what a wrong distribution gives."""
    ids = gpt.tokenizer.encode("The king")
    expected = distribution(gv.trace(gpt, ids).logits[-1], 3, 5)
    drawn = torch.tensor([next(_continue(gpt, ids, 1, 3, 5, None, seed)) for seed in range(400)])
    counts = drawn.bincount(minlength=gpt.config.vocab_size)
    assert counts[expected == 0].sum() == 0
    chi2 = ((counts - 400 * expected) ** 2 / (400 * expected))[expected > 0].sum()
    assert chi2 < 18.5, "4 degrees of freedom: p = 0.001"


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_the_flat_step_is_the_model(shape):
    """Token after token, through to the end of the context, on a cache that the model itself began."""
    gpt = random_gpt(*shape)
    ids = torch.randint(gpt.config.vocab_size, (1, gpt.config.n_ctx))
    cache = Cache(gpt.config)
    with torch.inference_mode():
        expected = gpt.final(ids)[0]
        gpt.final(ids[:, :5], cache=cache)
        step = one_step(gpt, cache)
        for position in range(5, gpt.config.n_ctx):
            assert_close(step(int(ids[0, position])), expected[position])
            assert cache.length == position + 1


def test_a_draw_never_gives_what_has_no_probability():
    random = torch.Generator().manual_seed(0)
    probs = torch.tensor([0, 0.5, 0, 0, 0.5, 0])
    assert {draw(probs, random) for _ in range(300)} == {1, 4}


def test_stops_at_end_of_text():
    gpt = random_gpt(tied=False)
    with torch.no_grad():  # a model that has only this to say
        gpt.ln_final.weight.zero_()
        gpt.ln_final.bias.fill_(1)
        gpt.unembed.weight.zero_()
        gpt.unembed.weight[gpt.tokenizer.end] = 1
    assert gv.generate(gpt, "The king", 10, temperature=0) == "The king"
    assert list(gv.stream(gpt, "The king", 10, temperature=0)) == []


def test_longer_than_the_context_is_cropped_and_said_once():
    gpt = random_gpt(n_ctx=8)
    for length in (11, 6):  # too long at once; grown too long on the way
        prompt = list(range(1, 1 + length))
        reference = list(prompt)
        for _ in range(6):
            with torch.no_grad():
                reference.append(int(gpt(torch.tensor([reference[-8:]]))[0, -1].argmax()))
        with pytest.warns(UserWarning, match="reads 8 tokens at most: only the last 8 are used") as said:
            text = gv.generate(gpt, prompt, 6, temperature=0)
        assert text == gpt.tokenizer.decode(reference)
        assert len(said) == 1


def test_within_the_context_nothing_is_said():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        gv.generate(random_gpt(n_ctx=8), [1, 2, 3], 5, temperature=0)


def test_none_new_is_the_prompt(gpt):
    assert gv.generate(gpt, "The king", 0) == "The king"


@pytest.mark.parametrize("count", [-1, 2.5])
def test_wrong_counts_and_prompts_are_errors(gpt, count):
    with pytest.raises(ValueError, match="max_new_tokens must be a whole number from 0 up"):
        gv.generate(gpt, "The king", count)
    with pytest.raises(ValueError, match="empty text"):
        gv.generate(gpt, "", 3)
    with pytest.raises(ValueError, match="empty text"):
        gv.stream(gpt, "", 3)
    with pytest.raises(ValueError, match="lone surrogates"):
        gv.generate(gpt, "\ud83d", 3)
