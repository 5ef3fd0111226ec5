"""The same folder, read by `transformers` and by us: the same numbers."""

import pytest
import torch
from models import TEXTS, small_tokenizer
from tokenizers import ByteLevelBPETokenizer
from torch.testing import assert_close
from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

import gptviz as gv
from gptviz import checkpoint
from gptviz.model import Cache

EXACT = {"atol": 1e-4, "rtol": 0}
LENGTHS = [1, 2, 17, 48]


def their_model(tied: bool, **config) -> GPT2LMHeadModel:
    """Random, with weights large enough that patterns are far from even."""
    torch.manual_seed(0)
    sizes = {"n_layer": 3, "n_head": 4, "n_embd": 32, "n_positions": 48, "vocab_size": 330, "initializer_range": 0.2}
    model = GPT2LMHeadModel(GPT2Config(**{**sizes, "tie_word_embeddings": tied, **config}))
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if name.endswith("bias"):
                weight.normal_(std=0.1)
    return model.eval()


@pytest.fixture(scope="module", params=[True, False], ids=["tied", "untied"])
def pair(request, tmp_path_factory):
    """One folder as `save_pretrained` writes it, tokenizer.json beside it; what transformers and what we make of it."""
    folder = tmp_path_factory.mktemp("hf")
    their_model(request.param).save_pretrained(folder)
    PreTrainedTokenizerFast(tokenizer_object=small_tokenizer()._backend).save_pretrained(folder)
    return GPT2LMHeadModel.from_pretrained(folder, attn_implementation="eager"), gv.load(folder)


def some_ids(length, seed=0):
    return torch.randint(330, (length,), generator=torch.Generator().manual_seed(seed))


@torch.no_grad()
@pytest.mark.parametrize("length", LENGTHS)
def test_logits_hidden_states_and_patterns(pair, length):
    theirs, ours = pair
    ids = some_ids(length)
    expected = theirs(ids[None], output_hidden_states=True, output_attentions=True)
    trace = gv.trace(ours, ids)
    assert_close(ours(ids[None]), expected.logits, **EXACT)
    assert_close(trace.logits, expected.logits[0], **EXACT)
    for layer in range(3):
        assert_close(trace.resid_pre[layer], expected.hidden_states[layer][0], **EXACT)
        assert_close(trace.pattern[layer], expected.attentions[layer][0], **EXACT)
    assert_close(trace.final, expected.hidden_states[-1][0], **EXACT)  # theirs is after the last LayerNorm
    if length == 48:
        assert trace.pattern[0].max() > 0.9, "patterns must be uneven, or parity would say little"


@torch.no_grad()
def test_cached_logits_equal_theirs(pair):
    theirs, ours = pair
    ids = some_ids(48)[None]
    cache = Cache(ours.config)
    step_by_step = torch.cat([ours(ids[:, i : i + 1], cache=cache) for i in range(48)], dim=1)
    assert_close(step_by_step, theirs(ids).logits, **EXACT)


def test_config_is_theirs(pair):
    theirs, ours = pair
    assert ours.config.tied == theirs.config.tie_word_embeddings == (ours.unembed.weight is ours.embed.weight)
    assert ours.config.n_ctx == 48 and ours.config.d_head == 8 and ours.config.d_mlp == 128


def test_greedy_generation_is_theirs(pair):
    theirs, ours = pair
    ids = ours.tokenizer.encode("The king saw")
    expected = theirs.generate(torch.tensor([ids]), max_new_tokens=20, do_sample=False, eos_token_id=0, pad_token_id=0)
    expected = [i for i in expected[0].tolist() if i != ours.tokenizer.end]
    assert gv.generate(ours, ids, max_new_tokens=20, temperature=0) == ours.tokenizer.decode(expected)


@torch.no_grad()
@pytest.mark.parametrize("tied", [True, False])
def test_transformers_reads_what_we_save(pair, tmp_path, tied):
    _, ours = pair
    checkpoint.save(ours, tmp_path)
    theirs = GPT2LMHeadModel.from_pretrained(tmp_path).eval()
    ids = some_ids(20)[None]
    assert_close(theirs(ids).logits, ours(ids), **EXACT)
    loaded = PreTrainedTokenizerFast(tokenizer_file=str(tmp_path / "tokenizer.json"))
    assert loaded.encode(TEXTS[0]) == ours.tokenizer.encode(TEXTS[0])


@torch.no_grad()
def test_other_sizes_of_gpt2(tmp_path):
    """An MLP of another width, another epsilon, the untouched body (`GPT2Model`) whose names lack the prefix."""
    theirs = their_model(True, n_inner=50, layer_norm_epsilon=1e-3)
    theirs.transformer.save_pretrained(tmp_path)
    small_tokenizer().save(tmp_path)
    ours = gv.load(tmp_path)
    assert ours.config.d_mlp == 50 and ours.config.eps == 1e-3
    ids = some_ids(20)[None]
    assert_close(ours(ids), theirs(ids).logits, **EXACT)


def test_older_pair_of_tokenizer_files(tmp_path):
    """vocab.json and merges.txt, as GPT-2 was published, end-of-text among the tokens."""
    theirs = ByteLevelBPETokenizer()
    theirs.train_from_iterator(TEXTS, vocab_size=330, special_tokens=["<|endoftext|>"], show_progress=False)
    their_model(True).save_pretrained(tmp_path)
    theirs.save_model(str(tmp_path))
    assert {"vocab.json", "merges.txt"} <= {file.name for file in tmp_path.iterdir()}
    ours = gv.load(tmp_path)
    for text in (*TEXTS[:2], "你好 👩🏽‍🚀\x00\r\n  x", "a king", " a king"):
        assert ours.tokenizer.encode(text) == theirs.encode(text).ids
        assert ours.tokenizer.decode(ours.tokenizer.encode(text)) == text
    assert ours.tokenizer.end == theirs.token_to_id("<|endoftext|>")
    assert ours.tokenizer.end not in ours.tokenizer.encode("<|endoftext|>")
    assert len(gv.trace(ours, TEXTS[0]).tokens) == len(theirs.encode(TEXTS[0]).ids)
