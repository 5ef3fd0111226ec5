"""The colours of every picture, and the Figure that all of them return.

Query, key and value keep their hues through figures, explorers and prose. Light background; every colour used for words
has a contrast of 4.5 : 1 on it, and the hues stay apart for the common kinds of colour blindness (both are tested).
"""

import io
import json
import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from PIL import Image

# The hues that pictures share with the explorers, on a light page.
HUES = {
    name: hue["light"] for name, hue in json.loads(Path(__file__).with_name("colors.json").read_text("utf-8")).items()
}
PAPER = HUES["paper"]
INK = HUES["ink"]  # words that matter
MUTED = HUES["muted"]  # words that explain
QUIET = HUES["quiet"]  # bars and lines that nobody is pointing at
FAINT = HUES["faint"]  # bands, masked cells
QUERY = HUES["query"]  # what a token looks for
KEY = HUES["key"]  # what it can be found by
VALUE = HUES["value"]  # what it hands over
ACCENT = HUES["accent"]  # the one thing being pointed at
ACCENT_PALE = HUES["accent-pale"]
SECOND, SECOND_INK = "#a78bdf", "#7c5cc4"  # what is like it, as a bar and as words
SLATE = "#7c86a0"  # dots and bars of the tokens not pointed at
BELOW, BELOW_PALE, ABOVE = HUES["below"], "#d2a06a", ACCENT  # negative and positive numbers

# White is 0, always: a vector's cells are read against it.
DIVERGING = LinearSegmentedColormap.from_list("gptviz", [BELOW, "#f0c894", "#ffffff", "#bba4ec", ABOVE])

RC: Any = {
    "font.family": ["DejaVu Sans"],
    "font.size": 9,
    "text.color": INK,
    "axes.edgecolor": QUIET,
    "axes.labelcolor": MUTED,
    "axes.titlecolor": INK,
    "axes.titlelocation": "left",
    "axes.titlesize": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelcolor": MUTED,
    "ytick.labelcolor": MUTED,
    "xtick.major.size": 3,
    "ytick.major.size": 0,
    "text.parse_math": False,  # a token may be "$x$"
    "svg.fonttype": "none",  # words stay words
    "svg.hashsalt": "gptviz",  # the same picture is the same file
    "pdf.fonttype": 42,
}
# No date and no version in a file: the same numbers give the same bytes.
METADATA: dict[str, dict[str, None]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}
DPI = 200  # drawn for sharp screens, shown at half of it
SHOWN_DPI = 100


class Picture(Figure):
    """A matplotlib Figure that shows itself in a notebook, says in `words` what it shows, and saves without a date."""

    words: str = ""

    def data(self, kind: str = "png", dpi: int = DPI) -> bytes:
        """The picture as "png", "svg" or "pdf" bytes."""
        if kind not in METADATA:
            raise ValueError(f"a picture is png, svg or pdf, got {kind!r}")
        out = io.BytesIO()
        with mpl.rc_context(RC):
            self.savefig(out, format=kind, dpi=dpi, metadata=METADATA[kind], facecolor=PAPER)
        return _lighter(out) if kind == "png" else out.getvalue()

    def save(self, path: str, dpi: int = DPI) -> None:
        """Write the picture; the ending says how: .png, .svg or .pdf."""
        data = self.data(str(path).rpartition(".")[2].lower(), dpi)
        with open(path, "wb") as file:
            file.write(data)

    def pixels(self) -> np.ndarray:
        """What one sees, as it is shown: (height, width, 3), 0 to 255."""
        return np.asarray(Image.open(io.BytesIO(self.data(dpi=SHOWN_DPI))).convert("RGB"))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict, dict]:
        size = {"width": round(self.get_figwidth() * SHOWN_DPI), "height": round(self.get_figheight() * SHOWN_DPI)}
        return {"image/png": self.data(), "text/plain": self.words or repr(self)}, {"image/png": size}


def _lighter(png: io.BytesIO) -> bytes:
    """The same pixels from a palette of 256 colours: a third of the size, and nothing the eye misses."""
    out = io.BytesIO()
    image = Image.open(png).convert("RGB").quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    image.save(out, "png", optimize=True)
    return out.getvalue()


def picture(width_in: float, height_in: float) -> Picture:
    """An empty picture in the house's colours."""
    with mpl.rc_context(RC):
        return Picture(figsize=(width_in, height_in), facecolor=PAPER)


def canvas(width_in: float, height_in: float) -> tuple[Picture, Axes]:
    """A picture and one set of axes over all of it, measured in inches from the top left corner."""
    fig = picture(width_in, height_in)
    ax = fig.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, width_in), ylim=(height_in, 0))
    ax.set_axis_off()
    return fig, ax


def bar(
    ax: Axes,
    x: float,
    y: float,
    width: float,
    color: str,
    height: float = 0.17,
    edge: str | None = None,
    zorder: float = 1,
) -> None:
    """A horizontal bar from x, to the left if its width is negative, centred on y. Inches; never too thin to see."""
    width = max(width, 0.01) if width >= 0 else min(width, -0.01)
    style: dict[str, Any] = {
        "facecolor": color,
        "edgecolor": edge,
        "linewidth": 0.6 if edge != "none" else 0,
        "zorder": zorder,
    }
    ax.add_artist(Rectangle((x, y - height / 2), width, height, **style))


def write(ax: Axes, x: float, y: float, words: str, **style: Any) -> Text:
    """Text at (x, y), a line's capitals centred on y whatever hangs below them; never read as a formula."""
    plain: dict[str, Any] = {"color": INK, "fontsize": 9, "parse_math": False}
    if "\n" in words or style.keys() & {"va", "rotation"}:
        plain["va"] = "center"
    else:
        y += 0.365 * style.get("fontsize", 9) / 72  # half a capital's height, in inches, down to the baseline
    return ax.text(x, y, words, **(plain | style))


@cache
def glyphs() -> frozenset[int]:
    """The characters our font can draw."""
    font = font_manager.get_font(font_manager.findfont("DejaVu Sans"))
    return frozenset(font.get_charmap())


SIGNS = {"\n": "↵", "\r": "␍", "\t": "⇥"}  # the same signs as in the explorers


def printable(token: str, longest: int = 16) -> str:
    """A token as a picture can show it: spaces at its ends as ␣, line breaks as ↵, what the font lacks as a code."""
    start = len(token) - len(token.lstrip(" "))
    end = len(token) - start - len(token.strip(" "))
    token = "␣" * start + token.strip(" ") + "␣" * end
    drawn = (SIGNS.get(c, c) for c in token)
    token = "".join(c if ord(c) in glyphs() and unicodedata.category(c)[0] != "C" else f"U+{ord(c):04X}" for c in drawn)
    return token if len(token) <= longest else token[: longest - 1] + "…"


def labels(tokens: Sequence[str], longest: int = 16) -> list[str]:
    return [printable(token, longest) for token in tokens]
