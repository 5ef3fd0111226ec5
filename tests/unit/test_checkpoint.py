import json
import pickle
import shutil
from pathlib import Path

import pytest
import torch
from models import SHAPES, random_gpt
from safetensors.torch import load_file, save_file
from torch.testing import assert_close
from transformers import BertConfig, BertModel

import gptviz as gv
from gptviz import checkpoint

IDS = torch.arange(20)[None]


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """A whole checkpoint: counts, two snapshots, a card with hashes."""
    folder = tmp_path_factory.mktemp("whole") / "model"
    gpt = random_gpt()
    gpt.token_counts = torch.arange(gpt.config.vocab_size)
    for step in (0, 200):
        checkpoint.save_snapshot(random_gpt(seed=step), folder, step)
    checkpoint.save(gpt, folder, card={"seed": 0})
    return folder


@pytest.fixture
def folder(source, tmp_path):
    return shutil.copytree(source, tmp_path / "model")


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_saved_and_loaded_is_the_very_same(tmp_path, shape):
    gpt = random_gpt(*shape)
    checkpoint.save(gpt, tmp_path)
    loaded = gv.load(tmp_path)
    assert loaded.config == gpt.config and not loaded.training
    for (name, weight), (other, again) in zip(gpt.state_dict().items(), loaded.state_dict().items(), strict=True):
        assert name == other and torch.equal(weight, again)
    assert loaded.tokenizer.vocabulary() == gpt.tokenizer.vocabulary()
    assert loaded.token_counts is None
    assert gv.trace(loaded, "The king").next_tokens() == gv.trace(gpt, "The king").next_tokens()


def test_token_counts_and_hashes_come_along(folder):
    assert torch.equal(gv.load(folder).token_counts, torch.arange(330).int())
    card = json.loads((folder / "model_card.json").read_text())
    assert card["seed"] == 0
    assert card["hashes"] == checkpoint.hashes(folder)
    assert set(card["hashes"]) == {
        "config.json",
        "model.safetensors",
        "tokenizer.json",
        "token_counts.safetensors",
        "snapshots/step=000000/model.safetensors",
        "snapshots/step=000200/model.safetensors",
    }


def test_snapshots_are_float16_on_disk_and_float32_in_use(folder):
    assert checkpoint.snapshots(folder) == [0, 200]
    stored = load_file(folder / "snapshots" / "step=000200" / "model.safetensors")
    assert {weight.dtype for weight in stored.values()} == {torch.float16}
    loaded = gv.load(f"{folder}@step=200")
    assert_close(loaded.embed.weight, random_gpt(seed=200).embed.weight.half().float())
    assert loaded.tokenizer.end is not None


def test_float16_checkpoints_load_as_float32(tmp_path):
    checkpoint.save(random_gpt(), tmp_path, dtype=torch.float16)
    assert {p.dtype for p in gv.load(tmp_path).parameters()} == {torch.float32}


def test_saving_without_a_card_removes_the_old_one(folder):
    checkpoint.save(random_gpt(seed=1), folder)
    assert not (folder / "model_card.json").exists()
    gv.load(folder)


# ── each kind of damage is one clear error ───────────────────────────────────────────────────────────────────────────


def edit_config(folder, **changes):
    path = folder / "config.json"
    config = {**json.loads(path.read_text()), **changes}
    path.write_text(json.dumps({key: value for key, value in config.items() if value is not ...}))
    (folder / "model_card.json").unlink()


def edit_weights(folder, change):
    path = folder / "model.safetensors"
    weights = load_file(path)
    change(weights)
    save_file(weights, path)
    (folder / "model_card.json").unlink()


def cut_in_half(folder):
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip_one_bit(path):
    content = bytearray(path.read_bytes())
    content[-100] ^= 1
    path.write_bytes(content)


def truncated_without_card(folder):
    cut_in_half(folder)
    (folder / "model_card.json").unlink()


def only_a_pickle(folder):
    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_bytes(pickle.dumps({}))


def pickle_with_our_name(folder):
    (folder / "model.safetensors").write_bytes(pickle.dumps({"a": list(range(100))}))
    (folder / "model_card.json").unlink()


def a_bert(folder):
    shutil.rmtree(folder)
    config = BertConfig(hidden_size=8, num_hidden_layers=1, num_attention_heads=1, intermediate_size=8, vocab_size=9)
    BertModel(config).save_pretrained(folder)


DAMAGE = {
    "truncated": (truncated_without_card, ValueError, "model.safetensors is damaged or no safetensors file"),
    "truncated, with its card": (cut_in_half, ValueError, "damaged or was altered: its sha256"),
    "one bit flipped": (lambda f: flip_one_bit(f / "model.safetensors"), ValueError, "damaged or was altered"),
    "tokenizer altered": (lambda f: flip_one_bit(f / "tokenizer.json"), ValueError, "tokenizer.json is damaged or was"),
    "a pickle alone": (only_a_pickle, FileNotFoundError, "pytorch_model.bin is a pickle, which is never read"),
    "a pickle, renamed": (pickle_with_our_name, ValueError, "damaged or no safetensors file"),
    "another family": (a_bert, ValueError, "model_type 'gpt2'.*got model_type 'bert'"),
    "GPT-2's config, BERT's weights": (
        lambda f: edit_weights(f, lambda w: (w.clear(), w.update({"encoder.layer.0.output.bias": torch.zeros(3)}))),
        ValueError,
        r"missing transformer.h.0.* and \d+ more; not known transformer.encoder",
    ),
    "a weight missing": (
        lambda f: edit_weights(f, lambda w: w.pop("transformer.h.1.mlp.c_fc.bias")),
        ValueError,
        "missing transformer.h.1.mlp.c_fc.bias; not known nothing",
    ),
    "a weight of another shape": (
        lambda f: edit_weights(f, lambda w: w.update({"transformer.wpe.weight": torch.zeros(5, 32)})),
        ValueError,
        r"does not fit its config.json: transformer.wpe.weight \(5, 32\) instead of \(32, 32\)",
    ),
    "untied weights said to be tied": (
        lambda f: edit_weights(f, lambda w: w.update({"lm_head.weight": torch.zeros(330, 32)})),
        ValueError,
        "said to be tied, but its lm_head.weight differs",
    ),
    "tied weights said to be untied": (
        lambda f: edit_config(f, tie_word_embeddings=False),
        ValueError,
        "missing lm_head.weight",
    ),
    "config of other sizes": (lambda f: edit_config(f, n_embd=64), ValueError, "does not fit its config.json"),
    "config of another depth": (lambda f: edit_config(f, n_layer=3), ValueError, "missing transformer.h.2"),
    "config without a size": (lambda f: edit_config(f, n_head=...), ValueError, "whole numbers for .*'n_head': None"),
    "another activation": (
        lambda f: edit_config(f, activation_function="relu"),
        ValueError,
        "activation_function = 'gelu_new' as GPT-2 has, got 'relu'",
    ),
    "config of no JSON": (lambda f: (f / "config.json").write_text("{"), ValueError, "config.json is damaged"),
    "config of a list": (
        lambda f: (f / "config.json").write_text("[]"),
        ValueError,
        "must hold a JSON object, got list",
    ),
    "card of no JSON": (
        lambda f: (f / "model_card.json").write_bytes(b"\xff"),
        ValueError,
        "model_card.json is damaged",
    ),
    "no config": (
        lambda f: (f / "config.json").unlink(),
        FileNotFoundError,
        "expected config.json, model.safetensors and tokenizer.json in .* found",
    ),
    "no weights": (lambda f: (f / "model.safetensors").unlink(), FileNotFoundError, "expected model.safetensors in"),
    "no tokenizer": (lambda f: (f / "tokenizer.json").unlink(), FileNotFoundError, "tokenizer.json, or vocab.json"),
    "a larger vocabulary than the model's": (
        lambda f: (
            edit_config(f, vocab_size=300),
            edit_weights_keep(f, lambda w: w.update({"transformer.wte.weight": torch.zeros(300, 32)})),
        ),
        ValueError,
        "tokenizer in .* has 320 tokens, but the model only 300",
    ),
    "counts of another vocabulary": (
        lambda f: (
            save_file({"counts": torch.zeros(7)}, f / "token_counts.safetensors"),
            (f / "model_card.json").unlink(),
        ),
        ValueError,
        r"must hold 'counts' of shape \(330,\)",
    ),
}


def edit_weights_keep(folder, change):
    (folder / "model_card.json").touch()
    edit_weights(folder, change)


@pytest.mark.parametrize("kind", DAMAGE)
def test_damage_is_one_clear_error(folder, kind):
    damage, error, message = DAMAGE[kind]
    damage(folder)
    with pytest.raises(error, match=message) as raised:
        gv.load(folder)
    assert "\n" not in str(raised.value)


class Trap:
    """Unpickled, it makes a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def test_nothing_is_ever_unpickled(folder, tmp_path):
    trap = pickle.dumps(Trap(tmp_path / "sprung"))
    only_a_pickle(folder)
    (folder / "pytorch_model.bin").write_bytes(trap)
    for name in (folder, folder / "pytorch_model.bin"):
        with pytest.raises((ValueError, FileNotFoundError), match="pickle"):
            gv.load(name)
    shutil.copy(folder / "pytorch_model.bin", folder / "model.safetensors")
    (folder / "model_card.json").unlink()
    with pytest.raises(ValueError, match="no safetensors file"):
        gv.load(folder)
    assert not (tmp_path / "sprung").exists()
    pickle.loads(trap)
    assert (tmp_path / "sprung").exists(), "the trap works"


def test_an_altered_snapshot_is_noticed_and_the_others_still_load(folder):
    flip_one_bit(folder / "snapshots" / "step=000200" / "model.safetensors")
    with pytest.raises(ValueError, match="step=000200.*damaged or was altered"):
        gv.load(f"{folder}@step=200")
    gv.load(f"{folder}@step=0")
    gv.load(folder)


def test_unknown_snapshots_list_those_there_are(folder):
    with pytest.raises(ValueError, match="no snapshot of step 7; there are: 0, 200"):
        gv.load(f"{folder}@step=7")
    with pytest.raises(ValueError, match="written like 'tiny@step=200', got"):
        gv.load(f"{folder}@200")


@pytest.mark.parametrize("name", ["no/such/folder/here", "./nothing", "/nowhere"])
def test_a_folder_that_is_not_there(name):
    with pytest.raises(FileNotFoundError, match=f"there is no folder '{name}'"):
        gv.load(name)


def test_a_hub_id_offline_is_one_clear_error(monkeypatch):
    import huggingface_hub

    asked = []

    def offline(name, allow_patterns):
        asked.append((name, allow_patterns))
        raise huggingface_hub.errors.LocalEntryNotFoundError("no connection, and nothing in the cache\nmore")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", offline)
    with pytest.raises(FileNotFoundError, match="'tinny' is neither .* could not be fetched: no connection.*cache$"):
        gv.load("tinny")
    assert asked[0][0] == "tinny"
    assert not any(pattern.endswith((".bin", "*")) for pattern in asked[0][1]), "no pickle is even downloaded"


def test_a_hub_id_loads_what_the_hub_gives(folder, monkeypatch):
    import huggingface_hub

    monkeypatch.setattr(huggingface_hub, "snapshot_download", lambda name, allow_patterns: str(folder))
    assert torch.equal(gv.load("someone/gpt2-small")(IDS), gv.load(folder)(IDS))


def test_the_bundled_model_loads_by_itself():
    gpt = gv.load()
    assert gpt.tokenizer.end is not None and gpt.token_counts.shape == (gpt.config.vocab_size,)
    for step in checkpoint.snapshots():
        assert gv.load(f"tiny@step={step}").config == gpt.config
    with pytest.raises(ValueError, match=r"'tiny' has no snapshot of step 987654321; there are: \w+"):
        gv.load("tiny@step=987654321")
