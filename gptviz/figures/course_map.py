"""The map of the course: the machine, each part with the lesson that opens it, and "you are here".

Drawn once, as SVG, for pictures beside the notebooks: `python -m gptviz.figures.course_map notebooks/map` writes them.
"""

import sys
from pathlib import Path

from .theme import ACCENT, ACCENT_PALE, FAINT, INK, MUTED, PAPER, QUIET

# lesson: (x, y, width, height, title, note), a line of the picture for each line of the words
STOPS = {
    "01": (65, 58, 101, 98, "tokens,\nembeddings", ""),
    "02": (181, 58, 85, 98, "positions", "which\norder?"),
    "03": (292, 58, 82, 98, "averages", "why\nlisten?"),
    "04": (381, 58, 82, 98, "one head", "who\nlistens?"),
    "05": (470, 58, 82, 98, "many\nheads", "why\nseveral?"),
    "06": (559, 58, 72, 98, "MLP", "facts"),
    "07": (664, 58, 80, 98, "next\ntoken", "how to\nchoose?"),
    "08": (65, 176, 679, 30, "the residual stream", "everything is added up here"),
}
WIDE, HIGH = 820, 260  # so that 13 units of a word are still 10 pixels in a narrow notebook
FONT = "font-family='system-ui, -apple-system, Segoe UI, Roboto, DejaVu Sans, sans-serif'"


def course_map(lesson: str) -> str:
    """The map with one lesson marked, as an SVG document. "00" is the whole machine."""
    if lesson != "00" and lesson not in STOPS:
        raise ValueError(f"the map shows the lessons 00, {', '.join(STOPS)}; got {lesson!r}")
    whole = lesson == "00"
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDE} {HIGH}' width='{WIDE}' height='{HIGH}' {FONT} "
        "role='img'>",
        f"<title>Map of the course; you are at lesson {lesson}</title>",
        f"<rect x='1' y='1' width='{WIDE - 2}' height='{HIGH - 2}' rx='12' fill='{PAPER}' "
        f"stroke='{ACCENT if whole else QUIET}' stroke-width='{2.5 if whole else 1}'/>",
        _text(20, 27, "00  the whole machine", ACCENT if whole else MUTED, bold=whole),
    ]
    if whole:
        parts.append(_text(800, 27, "you are here", ACCENT, bold=True, anchor="end"))
    parts += [
        f"<rect x='280' y='40' width='364' height='176' rx='10' fill='none' stroke='{QUIET}' stroke-dasharray='4 4'/>",
        _text(644, 230, "× N blocks", MUTED, anchor="end"),
        _text(34, 112, "text", INK, bold=True, anchor="middle"),
        _arrow(51, 107, 62, 107),
        _arrow(168, 107, 178, 107),
        _arrow(268, 107, 289, 107),
        _arrow(634, 107, 661, 107),
        _arrow(746, 107, 760, 107),
        _text(786, 112, "token", INK, bold=True, anchor="middle"),
        f"<path d='M786 122 V236 H34 V126' fill='none' stroke='{QUIET}' stroke-width='1.5'/>",
        f"<path d='M29 131 L34 126 L39 131' fill='none' stroke='{QUIET}' stroke-width='1.5'/>",
        _text(410, 252, "append it, and again", MUTED, anchor="middle"),
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
            parts.append(_text(x + 8, y + 19, name, small))
            down = y + 19
            for words, color, bold in [(title, ink, True), (note, small, False)]:
                for line in words.splitlines():
                    down += 17
                    parts.append(_text(x + 8, down, line, color, bold))
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
