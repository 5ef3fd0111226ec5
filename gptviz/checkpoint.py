"""Load and save a GPT. A checkpoint is a folder in Hugging Face's GPT-2 layout, which `transformers` reads too:

config.json                  the sizes
model.safetensors            the weights; nothing is ever unpickled, because unpickling runs code
tokenizer.json               or vocab.json and merges.txt
token_counts.safetensors     ours, optional: "counts" (vocabulary,), how often training saw each token
model_card.json              ours, optional: what was measured, and "hashes", the sha256 of every other file
snapshots/step=000200/       ours, optional: earlier weights, float16, everything else is the folder's
"""

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from .model import GPT, Config
from .tokenizer import Tokenizer

WEIGHTS, CONFIG, CARD, COUNTS = "model.safetensors", "config.json", "model_card.json", "token_counts.safetensors"

# Our names of the weights, and GPT-2's, whose matrices in the blocks are stored (in, out); ours (out, in).
_RENAMED = [
    ("embed.", "wte."),
    ("pos.", "wpe."),
    ("blocks.", "h."),
    ("ln_attn.", "ln_1."),
    ("attn.qkv.", "attn.c_attn."),
    ("attn.out.", "attn.c_proj."),
    ("ln_mlp.", "ln_2."),
    ("mlp.up.", "mlp.c_fc."),
    ("mlp.down.", "mlp.c_proj."),
    ("ln_final.", "ln_f."),
]
_TURNED = re.compile(r"\.c_(attn|fc|proj)\.weight$")
_NOT_WEIGHTS = re.compile(r"\.attn\.(bias|masked_bias)$")  # masks that old GPT-2 files store

# What a config.json of GPT-2 may leave out, and what it must then be; other values would need other code than model.py.
_FIXED = {
    "scale_attn_weights": (True,),
    "scale_attn_by_inverse_layer_idx": (False,),
    "add_cross_attention": (False,),
    "activation_function": ("gelu_new", "gelu_pytorch_tanh"),
}
_DOWNLOADED = [CONFIG, WEIGHTS, "tokenizer.json", "vocab.json", "merges.txt", COUNTS, CARD]


def load(name: str | Path = "tiny") -> GPT:
    """A GPT with its tokenizer, ready to use, in float32.

    name: "tiny", the bundled one; "tiny@step=200", a snapshot of its training; a folder; or a hub id such as "gpt2",
    the only one that may use the network. `gpt.token_counts` is (vocabulary,) int32, or None where nobody counted.
    """
    name, step = _name_and_step(str(name))
    folder = _folder(name)
    weights = _snapshot(folder, name, step) if step is not None else folder / WEIGHTS
    config = _config(folder)
    _check_hashes(folder, weights)
    gpt = GPT(config)
    _fill(gpt, weights)
    gpt.tokenizer = Tokenizer.load(folder)
    if len(gpt.tokenizer) > config.vocab_size:
        raise ValueError(
            f"the tokenizer in {folder} has {len(gpt.tokenizer)} tokens, but the model only {config.vocab_size}"
        )
    if (folder / COUNTS).is_file():
        gpt.token_counts = _tensors(folder / COUNTS).get("counts")
        if gpt.token_counts is None or gpt.token_counts.shape != (config.vocab_size,):
            raise ValueError(f"{folder / COUNTS} must hold 'counts' of shape ({config.vocab_size},)")
    return gpt.eval()


def save(
    gpt: GPT, folder: str | Path, dtype: torch.dtype = torch.float32, card: Mapping[str, Any] | None = None
) -> None:
    """Write weights, sizes, tokenizer and token counts (those the GPT has) into the folder, then the card with the
    hashes of all that is there, snapshots included. Without a card, an old one is removed: its hashes would lie."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CONFIG).write_text(json.dumps(_their_config(gpt, dtype), indent=2) + "\n", encoding="utf-8")
    _save_weights(gpt, folder / WEIGHTS, dtype)
    if gpt.tokenizer is not None:
        gpt.tokenizer.save(folder)
    if gpt.token_counts is not None:
        save_file({"counts": gpt.token_counts.to(torch.int32).contiguous()}, folder / COUNTS)
    (folder / CARD).unlink(missing_ok=True)
    if card is not None:
        text = json.dumps({**card, "hashes": hashes(folder)}, indent=2, ensure_ascii=False)
        (folder / CARD).write_text(text + "\n", encoding="utf-8")


def save_snapshot(gpt: GPT, folder: str | Path, step: int) -> None:
    """Write the weights of one training step, in float16, to be loaded as "folder@step=…"."""
    path = Path(folder) / "snapshots" / f"step={step:06d}" / WEIGHTS
    path.parent.mkdir(parents=True, exist_ok=True)
    _save_weights(gpt, path, torch.float16)


def snapshots(name: str | Path = "tiny") -> list[int]:
    """The training steps of which there are snapshots, in order."""
    found = _folder(str(name)).glob(f"snapshots/step=*/{WEIGHTS}")
    return sorted(int(path.parent.name.removeprefix("step=")) for path in found)


def hashes(folder: str | Path) -> dict[str, str]:
    """The sha256 of every .json and .safetensors file of a checkpoint but the card, by its path in the folder."""
    folder = Path(folder)
    files = sorted(path for kind in ("*.json", "*.safetensors") for path in folder.rglob(kind) if path.name != CARD)
    return {path.relative_to(folder).as_posix(): _sha256(path) for path in files}


def _name_and_step(name: str) -> tuple[str, int | None]:
    before, at, after = name.partition("@")
    if not at or Path(name).is_dir():
        return name, None
    if not re.fullmatch(r"step=\d+", after):
        raise ValueError(f"a snapshot is written like 'tiny@step=200', got {name!r}")
    return before, int(after.removeprefix("step="))


def _folder(name: str) -> Path:
    if name == "tiny":
        here = Path(__file__).resolve().parent
        places = (
            here.parent / "assets" / "tiny",
            here / "assets" / "tiny",
        )  # a clone of the project; an installed wheel
        found = next((place for place in places if place.is_dir()), None)
        if found is None:
            raise FileNotFoundError(f"the bundled GPT is missing: expected the folder {places[0]}")
        return found
    path = Path(name).expanduser()
    if path.is_dir():
        return path
    if path.exists():
        raise ValueError(
            f"expected a folder with {CONFIG} and {WEIGHTS}, got the file {name!r}; pickles are never read"
        )
    if re.fullmatch(r"[\w-][\w.-]*(/[\w-][\w.-]*)?", name):
        return _from_hub(name)
    raise FileNotFoundError(f"there is no folder {name!r}")


def _from_hub(name: str) -> Path:
    import huggingface_hub  # only here: the network is used when a hub id is asked for, never before

    try:
        return Path(huggingface_hub.snapshot_download(name, allow_patterns=_DOWNLOADED))
    except Exception as error:  # offline, no such model, no right to it: the library has an exception for each
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise FileNotFoundError(
            f"{name!r} is neither 'tiny' nor a folder here, and as a hub id it could not be fetched: {reason}"
        ) from error


def _snapshot(folder: Path, name: str, step: int) -> Path:
    there = snapshots(folder)
    if step not in there:
        steps = ", ".join(map(str, there)) or "none"
        raise ValueError(f"{name!r} has no snapshot of step {step}; there are: {steps}")
    return next(path for path in folder.glob(f"snapshots/step=*/{WEIGHTS}") if int(path.parent.name[5:]) == step)


def _config(folder: Path) -> Config:
    path = folder / CONFIG
    if not path.is_file():
        raise FileNotFoundError(
            f"expected {CONFIG}, {WEIGHTS} and tokenizer.json in {folder}, found {_listing(folder)}"
        )
    theirs = _json(path)
    kind = theirs.get("model_type")
    if kind != "gpt2":
        raise ValueError(f"{path} must describe a GPT-2 (model_type 'gpt2'), got model_type {kind!r}")
    for key, possible in _FIXED.items():
        if theirs.get(key, possible[0]) not in possible:
            raise ValueError(f"{path} must have {key} = {possible[0]!r} as GPT-2 has, got {theirs[key]!r}")
    sizes: dict[str, Any] = {
        "n_layer": theirs.get("n_layer"),
        "n_head": theirs.get("n_head"),
        "d_model": theirs.get("n_embd"),
        "n_ctx": theirs.get("n_positions", theirs.get("n_ctx")),
        "vocab_size": theirs.get("vocab_size"),
    }
    wrong = {size: value for size, value in sizes.items() if not isinstance(value, int)}
    if wrong:
        raise ValueError(f"{path} must give whole numbers for {', '.join(sizes)}; got {wrong}")
    return Config(
        **sizes,
        d_mlp=theirs.get("n_inner") or 0,
        tied=theirs.get("tie_word_embeddings", True),
        eps=theirs.get("layer_norm_epsilon", 1e-5),
    )


def _their_config(gpt: GPT, dtype: torch.dtype) -> dict[str, Any]:
    ours, end = gpt.config, gpt.tokenizer.end if gpt.tokenizer else None
    return {
        "architectures": ["GPT2LMHeadModel"],
        "model_type": "gpt2",
        "n_layer": ours.n_layer,
        "n_head": ours.n_head,
        "n_embd": ours.d_model,
        "n_inner": ours.d_mlp,
        "n_positions": ours.n_ctx,
        "vocab_size": ours.vocab_size,
        "tie_word_embeddings": ours.tied,
        "layer_norm_epsilon": ours.eps,
        "activation_function": "gelu_new",
        "attn_pdrop": 0.0,
        "embd_pdrop": 0.0,
        "resid_pdrop": 0.0,
        "bos_token_id": end,
        "eos_token_id": end,
        "dtype": str(dtype).removeprefix("torch."),
    }


def _their_name(ours: str) -> str:
    if ours == "unembed.weight":
        return "lm_head.weight"
    for mine, theirs in _RENAMED:
        ours = ours.replace(mine, theirs)
    return "transformer." + ours


def _parameters(gpt: GPT) -> dict[str, Tensor]:
    """Every weight once, by GPT-2's name, in our orientation."""
    return {
        _their_name(name): weight
        for name, weight in gpt.state_dict().items()
        if not (gpt.config.tied and name == "unembed.weight")
    }


def _save_weights(gpt: GPT, path: Path, dtype: torch.dtype) -> None:
    theirs = {
        name: (weight.T if _TURNED.search(name) else weight).to(dtype).contiguous()
        for name, weight in _parameters(gpt).items()
    }
    save_file(theirs, path, metadata={"format": "pt"})


def _fill(gpt: GPT, path: Path) -> None:
    """Copy the weights of a file into the GPT, every one and no other, each of the right shape."""
    if not path.is_file():
        pickled = [
            file.name for file in path.parent.glob("*") if file.suffix in (".bin", ".pt", ".pth", ".pkl", ".ckpt")
        ]
        why = (
            f"; {', '.join(pickled)} is a pickle, which is never read, because unpickling runs code" if pickled else ""
        )
        raise FileNotFoundError(f"expected {WEIGHTS} in {path.parent}, found {_listing(path.parent)}{why}")
    stored = {}
    for name, weight in _tensors(path).items():
        name = name if name.startswith(("transformer.", "lm_head.")) else "transformer." + name  # the first GPT-2 files
        if not _NOT_WEIGHTS.search(name):
            stored[name] = weight.T if _TURNED.search(name) and weight.ndim == 2 else weight
    if gpt.config.tied and "lm_head.weight" in stored:  # the same table again, as some files have it
        again = stored.pop("lm_head.weight")
        if not torch.equal(again, stored.get("transformer.wte.weight", again)):
            raise ValueError(f"{path} is said to be tied, but its lm_head.weight differs from its wte.weight")
    expected = _parameters(gpt)
    missing, foreign = sorted(expected.keys() - stored.keys()), sorted(stored.keys() - expected.keys())
    if missing or foreign:
        raise ValueError(
            f"{path} does not hold the GPT-2 that its {CONFIG} describes: "
            f"missing {_some(missing)}; not known {_some(foreign)}"
        )
    shapes = [
        f"{name} {tuple(stored[name].shape)} instead of {tuple(weight.shape)}"
        for name, weight in expected.items()
        if stored[name].shape != weight.shape
    ]
    if shapes:
        raise ValueError(f"{path} does not fit its {CONFIG}: {_some(shapes)}")
    with torch.no_grad():
        for name, weight in expected.items():
            weight.copy_(stored[name])


def _check_hashes(folder: Path, weights: Path) -> None:
    """Only the files about to be read: the other snapshots may be large."""
    if not (folder / CARD).is_file():
        return
    recorded = _json(folder / CARD).get("hashes", {})
    for file in (weights, *(folder / name for name in (CONFIG, "tokenizer.json", "vocab.json", "merges.txt", COUNTS))):
        name = file.relative_to(folder).as_posix()
        if name in recorded and file.is_file() and _sha256(file) != recorded[name]:
            raise ValueError(f"{file} is damaged or was altered: its sha256 is not the one in {CARD}")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _tensors(path: Path) -> dict[str, Tensor]:
    try:
        return load_file(path)
    except (SafetensorError, OSError) as error:
        raise ValueError(f"{path} is damaged or no safetensors file: {error}") from error


def _json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:  # no JSON, or no text at all
        raise ValueError(f"{path} is damaged: {error}") from error
    if not isinstance(content, dict):
        raise ValueError(f"{path} must hold a JSON object, got {type(content).__name__}")
    return content


def _listing(folder: Path) -> str:
    return _some(sorted(path.name for path in folder.iterdir()))


def _some(items: list[str], at_most: int = 3) -> str:
    more = f" and {len(items) - at_most} more" if len(items) > at_most else ""
    return (", ".join(items[:at_most]) or "nothing") + more
