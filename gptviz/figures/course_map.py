"""The map of the course: the machine, each part with the lesson that opens it, and "you are here".

Drawn once, as SVG, for pictures beside the notebooks: `python -m gptviz.figures.course_map notebooks/map` writes them.
"""

import sys
from pathlib import Path

from .theme import ACCENT, ACCENT_PALE, FAINT, INK, MUTED, PAPER, QUIET

# lesson: (x, y, width, height, title, note)
STOPS = {
    "01": (110, 58, 122, 62, "tokens,", "embeddings"),
    "02": (258, 58, 104, 62, "positions", "which order?"),
    "03": (408, 58, 108, 62, "averages", "why listen?"),
    "04": (528, 58, 100, 62, "one head", "who listens?"),
    "05": (640, 58, 108, 62, "many heads", "why several?"),
    "06": (760, 58, 96, 62, "MLP", "facts"),
    "07": (908, 58, 122, 62, "next token", "how to choose?"),
    "08": (110, 140, 920, 30, "the residual stream", "everything is added up here"),
}
FONT = "font-family='system-ui, -apple-system, Segoe UI, Roboto, DejaVu Sans, sans-serif'"


def course_map(lesson: str) -> str:
    """The map with one lesson marked, as an SVG document. "00" is the whole machine."""
    if lesson != "00" and lesson not in STOPS:
        raise ValueError(f"the map shows the lessons 00, {', '.join(STOPS)}; got {lesson!r}")
    whole = lesson == "00"
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1140 226' width='1140' height='226' {FONT} role='img'>",
        f"<title>Map of the course; you are at lesson {lesson}</title>",
        f"<rect x='1' y='1' width='1138' height='224' rx='12' fill='{PAPER}' stroke='{ACCENT if whole else QUIET}' "
        f"stroke-width='{2.5 if whole else 1}'/>",
        _text(20, 27, "00  the whole machine", ACCENT if whole else MUTED, bold=whole),
    ]
    if whole:
        parts.append(_text(1120, 27, "you are here", ACCENT, bold=True, anchor="end"))
    parts += [
        f"<rect x='394' y='40' width='476' height='140' rx='10' fill='none' stroke='{QUIET}' stroke-dasharray='4 4'/>",
        _text(864, 194, "× N blocks", MUTED, anchor="end"),
        _text(58, 94, "text", INK, bold=True, anchor="middle"),
        _arrow(80, 89, 106, 89),
        _arrow(236, 89, 254, 89),
        _arrow(366, 89, 404, 89),
        _arrow(860, 89, 904, 89),
        _arrow(1034, 89, 1058, 89),
        _text(1086, 94, "token", INK, bold=True, anchor="middle"),
        f"<path d='M1086 104 V204 H58 V108' fill='none' stroke='{QUIET}' stroke-width='1.5'/>",
        f"<path d='M53 113 L58 104 L63 113' fill='none' stroke='{QUIET}' stroke-width='1.5'/>",
        _text(570, 219, "append it, and again", MUTED, anchor="middle"),
    ]
    for name, (x, y, w, h, title, note) in STOPS.items():
        here = name == lesson
        fill, edge, ink = (ACCENT, ACCENT, PAPER) if here else (ACCENT_PALE if whole else FAINT, "none", INK)
        parts.append(f"<rect x='{x}' y='{y}' width='{w}' height='{h}' rx='8' fill='{fill}' stroke='{edge}'/>")
        small = PAPER if here else MUTED
        if h < 40:  # the stream: one line
            parts.append(_text(x + 12, y + 20, f"{name}  {title}", ink, bold=True))
            parts.append(_text(x + w - 12, y + 20, note, small, anchor="end"))
        else:
            parts.append(_text(x + 10, y + 19, name, small))
            parts.append(_text(x + 10, y + 37, title, ink, bold=True))
            parts.append(_text(x + 10, y + 53, note, ink if title.endswith(",") else small, bold=title.endswith(",")))
        if here:
            at = (x + w / 2, y - 6) if h >= 40 else (x + w / 2, y + 20)
            parts.append(_text(*at, "you are here", ACCENT if h >= 40 else PAPER, bold=True, anchor="middle"))
    return "\n".join([*parts, "</svg>", ""])


def _text(x: float, y: float, words: str, color: str, bold: bool = False, anchor: str = "start") -> str:
    weight = " font-weight='600'" if bold else ""
    return f"<text x='{x:g}' y='{y:g}' fill='{color}' font-size='13' text-anchor='{anchor}'{weight}>{words}</text>"


def _arrow(x0: float, y0: float, x1: float, y1: float) -> str:
    head = f"M{x1 - 6} {y1 - 4} L{x1} {y1} L{x1 - 6} {y1 + 4}"
    return f"<path d='M{x0} {y0} L{x1} {y1} {head}' fill='none' stroke='{QUIET}' stroke-width='1.5'/>"


if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "notebooks/map")
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("00", *STOPS):
        (folder / f"{name}.svg").write_text(course_map(name), encoding="utf-8")
