"""The model card: how a model was trained, what it was measured to do, and for which training seeds that holds."""

import json
import platform
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from gptviz.checkpoint import CARD
from gptviz.model import GPT
from gptviz.training.corpus import Corpus
from gptviz.training.loop import Progress, Settings, Team


def describe(gpt: GPT, settings: Settings, corpus: Corpus, progress: Progress, team: Team) -> dict[str, Any]:
    """Everything but what was measured, and the hashes, which `checkpoint.save` adds."""
    _, train_loss, validation_loss = progress.losses[-1]
    return {
        "corpus": corpus.facts,
        "settings": asdict(settings) | {"text": settings.text and Path(settings.text).name},
        "model": asdict(gpt.config) | {"parameters": sum(p.numel() for p in gpt.parameters())},
        "steps": progress.step,
        "tokens_seen": progress.step * settings.batch * corpus.n_ctx,
        "epochs": round(progress.step * settings.batch / len(corpus.train), 2),
        "train_loss": train_loss,
        "validation_loss": validation_loss,
        "losses": [dict(zip(("step", "train", "validation"), row, strict=True)) for row in progress.losses],
        "token_counts": "token_counts.safetensors",
        "seconds": round(progress.seconds, 1),
        "tokens_per_second": round(progress.step * settings.batch * corpus.n_ctx / progress.seconds),
        "threads": torch.get_num_threads(),
        "processes": team.size,
        "torch": torch.__version__,
        "machine": f"{platform.machine()}, {torch.backends.cpu.get_cpu_capability()}",
    }


def measure(card: dict[str, Any], gpt: GPT) -> dict[str, Any]:
    """The card with every claim about a model of the tiny world, measured now, also as the row of its training seed."""
    from gptviz.probes.claims import claims

    measured = [claim._asdict() | {"passed": claim.passed} for claim in claims(gpt)]
    row = {
        "steps": card["steps"],
        "validation_loss": card["validation_loss"],
        "passed": all(claim["passed"] for claim in measured),
        "claims": {claim["id"]: claim["value"] for claim in measured},
        "missed": [claim["id"] for claim in measured if not claim["passed"]],
    }
    return card | {"claims": measured, "seeds": card.get("seeds", {}) | {str(card["settings"]["seed"]): row}}


def add_seed(card: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """The card with the row of another seed, trained the same way in every other respect."""
    ours, theirs = ({**c["settings"], "seed": None} for c in (card, other))
    different = [f"--{name} {theirs[name]} instead of {ours[name]}" for name in ours if theirs[name] != ours[name]]
    if different:
        raise ValueError(f"the other seed must be trained with the same settings, got {', '.join(different)}")
    seeds = card.get("seeds", {}) | other["seeds"]
    return card | {"seeds": dict(sorted(seeds.items(), key=lambda item: int(item[0])))}


def read(folder: Path) -> dict[str, Any]:
    try:
        return json.loads((folder / CARD).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ValueError(f"expected a trained model with its {CARD} in {folder}, found none") from None


def write(card: dict[str, Any], folder: Path) -> None:
    (folder / CARD).write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def summary(card: dict[str, Any]) -> str:
    """The card in a few lines, for the terminal."""
    lines = [
        f"{card['model']['parameters']:,} parameters, {card['tokens_seen']:,} tokens, {card['seconds'] / 60:.1f} min",
        f"loss {card['train_loss']:.3f}, on held-out text {card['validation_loss']:.3f}",
    ]
    for claim in card.get("claims", []):
        sign = "≤" if claim["at_most"] else "≥"
        asked = "" if claim["threshold"] is None else f"(asked: {sign} {claim['threshold']:g})"
        lines.append(f"{'  ' if claim['passed'] else '✗ '}{claim['value']:8.3f}  {claim['sentence']} {asked}")
    return "\n".join(lines)
