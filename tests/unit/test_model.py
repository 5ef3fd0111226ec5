"""model.py alone: what makes it a causal language model, and its cache."""

import math

import pytest
import torch
from models import SHAPES, random_gpt
from torch.testing import assert_close

from gptviz.glossary import GLOSSARY
from gptviz.model import GPT, Cache, Config


@pytest.fixture(params=SHAPES, ids=str)
def gpt(request):
    return random_gpt(*request.param)


def ids_for(gpt, length=None, batch=2, seed=0):
    length = length or gpt.config.n_ctx
    return torch.randint(gpt.config.vocab_size, (batch, length), generator=torch.Generator().manual_seed(seed))


@torch.no_grad()
def test_no_position_sees_what_comes_later(gpt):
    ids = ids_for(gpt)
    changed = ids.clone()
    changed[:, 10:] = ids_for(gpt, seed=1)[:, 10:]
    before, after = gpt(ids), gpt(changed)
    assert_close(before[:, :10], after[:, :10])
    assert not torch.allclose(before[:, 10:], after[:, 10:])


@torch.no_grad()
def test_texts_of_a_batch_do_not_mix(gpt):
    ids = ids_for(gpt, 7)
    assert_close(gpt(ids), torch.cat([gpt(ids[:1]), gpt(ids[1:])]))


@torch.no_grad()
@pytest.mark.parametrize("pieces", [[32], [1] * 32, [5, 1, 1, 20, 5], [31, 1]], ids=str)
def test_cached_logits_equal_full_logits(gpt, pieces):
    ids = ids_for(gpt)
    cache = Cache(gpt.config, batch=2)
    assert_close(torch.cat([gpt(part, cache=cache) for part in ids.split(pieces, dim=1)], dim=1), gpt(ids))
    assert cache.length == 32


@torch.no_grad()
def test_mix_is_the_four_steps_one_by_one(gpt):
    attn = gpt.blocks[0].attn
    q, k, v = attn.queries_keys_values(torch.randn(2, 9, gpt.config.d_model))
    pattern = attn.pattern(attn.masked(attn.scaled(attn.scores(q, k))))
    assert_close(attn.mix(q, k, v), pattern @ v)
    assert_close(attn.delta(pattern @ v).sum(1) + attn.out.bias, attn.join(pattern @ v))


@torch.no_grad()
def test_taps_carry_glossary_names_and_may_replace(gpt):
    ids, seen = ids_for(gpt, 5), []

    def zero_final(name, layer, value):
        seen.append((name, layer))
        return torch.zeros_like(value) if name == "final" else value

    assert not gpt(ids, tap=zero_final).any()
    assert {name for name, _ in seen} <= GLOSSARY.keys()
    assert len(seen) == len(set(seen)) == 3 + 10 * gpt.config.n_layer


def test_tied_models_have_one_table():
    tied, untied = random_gpt(tied=True), random_gpt(tied=False)
    assert tied.unembed.weight is tied.embed.weight
    assert untied.unembed.weight is not untied.embed.weight
    difference = sum(p.numel() for p in untied.parameters()) - sum(p.numel() for p in tied.parameters())
    assert difference == tied.embed.weight.numel()


def test_a_new_model_guesses_evenly():
    """Fresh weights know nothing: the loss of any text is near ln(vocabulary)."""
    torch.manual_seed(0)
    gpt = GPT(Config(n_layer=4, n_head=4, d_model=64, n_ctx=32, vocab_size=1000))
    ids = ids_for(gpt)
    loss = torch.nn.functional.cross_entropy(gpt(ids)[:, :-1].flatten(0, 1), ids[:, 1:].flatten())
    assert abs(float(loss.detach()) - math.log(1000)) < 0.1


def test_wrong_sizes_and_long_texts_are_errors():
    with pytest.raises(ValueError, match="multiple of n_head, got 30 and 4"):
        Config(n_layer=1, n_head=4, d_model=30, n_ctx=8, vocab_size=10)
    with pytest.raises(ValueError, match="n_layer must be at least 1, got 0"):
        Config(n_layer=0, n_head=4, d_model=32, n_ctx=8, vocab_size=10)
    gpt = random_gpt(n_ctx=8)
    with pytest.raises(ValueError, match="8 tokens at most, got 9"):
        gpt(ids_for(gpt, 9))
    cache = Cache(gpt.config)
    gpt(ids_for(gpt, 8, batch=1), cache=cache)
    with pytest.raises(ValueError, match="8 tokens at most, got 9"):
        gpt(ids_for(gpt, 1, batch=1), cache=cache)
