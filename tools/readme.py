"""Keep the README true: `python -m tools.readme` rewrites its table of measures from the bundled model's card.

With `--picture` it also takes the picture again: the next-token explorer, in a real JupyterLab, on the bundled model.
"""

from __future__ import annotations

import io
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from tools.lab import ROOT

README = ROOT / "README.md"
CARD = ROOT / "assets" / "tiny" / "model_card.json"
PICTURE = ROOT / "assets" / "pictures" / "next_token.png"
PICTURE_BYTES = 200_000
BEGIN, END = "<!-- measured: begin (written by `make readme`) -->", "<!-- measured: end -->"
CELLS = [
    "import gptviz as gv",
    'gpt = gv.load()\ntrace = gv.trace(gpt, "Sarah lies still on the bed, feeling")\ngv.next_token(trace)',
]


def number(value: float) -> str:
    """At most three decimals, none where they are zero."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


def table(card: dict[str, Any]) -> str:
    """The card's facts in one sentence and its claims as a table, with the range over all training seeds."""
    seeds: dict[str, Any] = card["seeds"]
    model, minutes = card["model"], card["seconds"] / 60
    lines = [
        f"{model['parameters']:,} parameters in {model['n_layer']} layers of {model['n_head']} heads, trained for "
        f"{card['steps']:,} steps: {card['tokens_seen']:,} tokens, {minutes:.0f} minutes on {card['threads']} cores. "
        f"Loss {card['train_loss']:.3f} nats a token, on held-out documents {card['validation_loss']:.3f}.",
        "",
        f"| on combinations held out of training | measured | asked | training seeds {', '.join(seeds)} |",
        "|---|---|---|---|",
    ]
    for claim in card["claims"]:
        values = [seed["claims"][claim["id"]] for seed in seeds.values() if claim["id"] in seed["claims"]]
        spread = " to ".join(dict.fromkeys(map(number, (min(values), max(values))))) if values else ""
        sign = "≤" if claim["at_most"] else "≥"
        asked = "reported" if claim["threshold"] is None else f"{sign} {number(claim['threshold'])}"
        asked += "" if claim["passed"] else " (missed)"
        sentence = claim["sentence"].replace("|", "\\|")
        lines.append(f"| {sentence} | {number(claim['value'])} | {asked} | {spread} |")
    return "\n".join(lines)


def with_table(readme: str, card: dict[str, Any]) -> str:
    """The README with the card's table between its two marks."""
    before, rest = readme.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n{table(card)}\n{END}{after}"


def take_picture() -> None:
    """Photograph the explorer in JupyterLab's light theme, and save it small."""
    from PIL import Image

    from tools.live import Lab, Server, chromium, watched

    with (
        tempfile.TemporaryDirectory(prefix="gptviz-") as folder,
        Server(Path(folder), notebooks=None) as server,
        chromium() as browser,
        watched(browser, device_scale_factor=2) as page,
    ):
        lab = Lab(page, server)
        lab.write("picture.ipynb", CELLS)
        lab.open("picture.ipynb")
        lab.run_all()
        explorer = lab.show(".gptviz[data-explorer=next_token][data-value]")
        page.wait_for_timeout(1000)
        image = Image.open(io.BytesIO(explorer.screenshot())).convert("RGB").quantize(256, dither=Image.Dither.NONE)
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    image.save(PICTURE, optimize=True)
    size = PICTURE.stat().st_size
    assert size <= PICTURE_BYTES, f"{PICTURE} must be {PICTURE_BYTES} bytes at most, got {size}"
    print(f"{PICTURE.relative_to(ROOT)}: {image.width} × {image.height}, {size / 1000:.0f} kB")


if __name__ == "__main__":
    if not CARD.exists():
        sys.exit(f"no model card at {CARD.relative_to(ROOT)}: train first, with make train")
    card = json.loads(CARD.read_text(encoding="utf-8"))
    README.write_text(with_table(README.read_text(encoding="utf-8"), card), encoding="utf-8")
    print(f"README.md: {len(card['claims'])} claims")
    if "--picture" in sys.argv:
        take_picture()
