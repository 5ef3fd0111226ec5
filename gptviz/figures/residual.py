"""The residual stream read off early (logit lens), and one logit as the sum of what each part added to it."""

import torch
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle
from torch import Tensor

from ..edits import check
from ..geometry import attribution, lens, settled
from ..tracing import Trace, shown
from . import theme
from .distributions import at, number, percent
from .theme import ACCENT, BELOW_PALE, FAINT, INK, MUTED, PAPER, QUIET, SECOND, Picture, bar

WIDTH = 12.8  # inches
STAGE_X, CELLS_X, CELLS_W, CELL = 1.25, 1.35, 6.75, 0.42
PART_X, BARS_X, BARS_W, STEP = 9.35, 9.45, 2.6, 0.215
LINE = 0.26  # of the table of ranks
MOST_COLUMNS, MOST_STAGES, MOST_PARTS = 12, 13, 23
SHADES = LinearSegmentedColormap.from_list("lens", ["#ffffff", "#d9cdf5", SECOND, ACCENT])


def residual(trace: Trace, token_id: int | None = None, position: int = -1) -> Picture:
    """Left: what each token's row would predict if the model stopped early. Right: what each part added to one logit.

    token_id: of the logit at the right; without it, the likeliest after `position`. The last 12 tokens up to there are
    drawn, of a deep model 13 stages, of many parts the largest; what is left out is said and summed.
    """
    position = at(trace, position)
    columns = list(range(max(0, position + 1 - MOST_COLUMNS), position + 1))
    logits = lens(trace, columns)  # (stages, columns, vocabulary)
    token_id = int(logits[-1, -1].argmax()) if token_id is None else check("token_id", token_id, logits.shape[-1])
    S = len(logits)
    stages = list(range(S))
    if S > MOST_STAGES:
        stages = sorted({round(i * (S - 1) / (MOST_STAGES - 1)) for i in range(MOST_STAGES)})
    names, shares = attribution(trace, [token_id], [position])
    parts = largest(names, shares[0, :, 0])
    [name] = shown(trace.gpt, [token_id])
    fig, ax = theme.canvas(WIDTH, 0.35 + max(1.45 + (CELL + LINE) * len(stages), 0.8 + STEP * (len(parts) + 1)))
    _lens(ax, trace, logits[stages], stages, columns)
    _ranks(ax, trace, logits[stages], stages, columns, token_id, theme.printable(name, 14))
    logit, after = float(logits[-1, -1, token_id]), theme.printable(trace.tokens[position], 14)
    _sum(ax, parts, theme.printable(name, 14), after, logit)
    first = settled(logits[:, -1], token_id)
    early = "is the likeliest only in the end" if first == S - 1 else f"is the likeliest from {stage_name(first)} on"
    early = early if first < S else "is not the likeliest"
    pushed = ", ".join(f"{part} {signed(share)}" for part, share in strongest(names, shares[0, :, 0])[:3])
    fig.words = (
        f"After {trace.tokens[position]!r}, {name!r} has {percent(float(logits[-1, -1].softmax(-1)[token_id]))} and "
        f"{early}. Its logit, {number(logit)}, is a sum; the parts that added or took most: {pushed}."
    )
    return fig


def strongest(names: list[str], shares: Tensor) -> list[tuple[str, float]]:
    """Parts and what they added, the largest first, whatever the sign."""
    return sorted(zip(names, shares.tolist(), strict=True), key=lambda part: -abs(part[1]))


def largest(names: list[str], shares: Tensor, most: int = MOST_PARTS) -> list[tuple[str, float]]:
    """The parts in the machine's order; of more than `most` the largest, and the sum of all others as one more."""
    if len(names) <= most:
        return list(zip(names, shares.tolist(), strict=True))
    kept = set(shares.abs().argsort(descending=True, stable=True)[: most - 1].tolist())
    parts = [(name, share) for i, (name, share) in enumerate(zip(names, shares.tolist(), strict=True)) if i in kept]
    others = float(shares.sum()) - sum(share for _, share in parts)
    return [*parts, (f"{len(names) - len(kept)} others", others)]


def stage_name(stage: int) -> str:
    return "before block 0" if stage == 0 else f"after block {stage - 1}"


def signed(x: float) -> str:
    """A number that says which way it pushes: "+1.20", "−0.35"."""
    return ("−" if x < 0 else "+") + number(abs(x))


def _lens(ax: Axes, trace: Trace, logits: Tensor, stages: list[int], columns: list[int]) -> None:
    best = logits.softmax(-1).max(-1)  # (stages, columns)
    width = _cell_width(columns)
    theme.write(ax, CELLS_X, 0.26, "What would it predict if it stopped here?", weight="bold", fontsize=10)
    all_stages = trace.gpt.config.n_layer + 1
    skipped = "" if len(stages) == all_stages else f", {len(stages)} of {all_stages} stages"
    earlier = f", {columns[0]} earlier tokens not drawn" if columns[0] else ""
    note = f"logit lens: last LayerNorm, then W_U; likeliest token and its probability{skipped}{earlier}"
    theme.write(ax, CELLS_X, 0.48, note, color=MUTED, fontsize=7.5)
    fits = max(3, int(width / 0.073))
    for c, column in enumerate(columns):
        last = c == len(columns) - 1
        style: dict = {"weight": "bold", "color": ACCENT} if last else {}
        name = theme.printable(trace.tokens[column], fits)
        theme.write(ax, CELLS_X + (c + 0.5) * width, 0.76, name, ha="center", fontsize=8, **style)
    for r, stage in enumerate(stages):
        y = 0.92 + r * CELL
        theme.write(ax, STAGE_X, y + CELL / 2, stage_name(stage), ha="right", fontsize=8)
        names = shown(trace.gpt, best.indices[r].tolist())
        for c, (name, p) in enumerate(zip(names, best.values[r].tolist(), strict=True)):
            x = CELLS_X + c * width
            face = SHADES(p)
            ax.add_patch(Rectangle((x + 0.01, y + 0.01), width - 0.02, CELL - 0.02, fc=face, ec=FAINT, lw=0.8))
            ink = PAPER if p > 0.72 else INK
            theme.write(ax, x + width / 2, y + 0.135, theme.printable(name, fits), ha="center", fontsize=8, color=ink)
            theme.write(ax, x + width / 2, y + 0.3, percent(p), ha="center", fontsize=7, color=ink)


def _ranks(
    ax: Axes, trace: Trace, logits: Tensor, stages: list[int], columns: list[int], token_id: int, name: str
) -> None:
    """Below: how many tokens are likelier than the chosen one, plus one; darker where its probability is larger."""
    top, width = 0.92 + CELL * len(stages) + 0.3, _cell_width(columns)
    ranks = (logits > logits[..., token_id : token_id + 1]).sum(-1) + 1  # (stages, columns)
    probs = logits.softmax(-1)[..., token_id]
    theme.write(ax, CELLS_X, top, f"Where is {name}?", weight="bold", fontsize=10)
    theme.write(
        ax,
        CELLS_X + 0.1 * len(name) + 1.2,
        top,
        f"its rank among {logits.shape[-1]:,} tokens",
        color=MUTED,
        fontsize=7.5,
    )
    for r, stage in enumerate(stages):
        y = top + 0.17 + r * LINE
        theme.write(ax, STAGE_X, y + LINE / 2, stage_name(stage), ha="right", fontsize=8)
        for c in range(len(columns)):
            x, p = CELLS_X + c * width, float(probs[r, c])
            ax.add_patch(Rectangle((x + 0.01, y + 0.01), width - 0.02, LINE - 0.02, fc=SHADES(p), ec=FAINT, lw=0.8))
            ink = PAPER if p > 0.72 else INK
            theme.write(ax, x + width / 2, y + LINE / 2, f"{int(ranks[r, c]):,}", ha="center", fontsize=8, color=ink)


def _cell_width(columns: list[int]) -> float:
    return min(CELLS_W / len(columns), 1.25)


def _sum(ax: Axes, parts: list[tuple[str, float]], token: str, after: str, logit: float) -> None:
    """A bar for each part that begins where the one above it ended; the last one is all of them together."""
    ends = torch.tensor([0.0, *(share for _, share in parts)], dtype=torch.float64).cumsum(0).tolist()
    low, high = min(ends), max(ends)
    scale = BARS_W / ((high - low) or 1)
    theme.write(ax, PART_X - 0.65, 0.26, f"What added up to the logit of {token}", weight="bold", fontsize=10)
    note = f"after {after}; scale of the last LayerNorm held fixed"
    theme.write(ax, PART_X - 0.65, 0.48, note, color=MUTED, fontsize=7.5)
    zero = BARS_X - low * scale
    ax.plot([zero, zero], [0.7, 0.92 + STEP * (len(parts) + 0.9)], color=QUIET, lw=0.8, zorder=0)
    for i, (name, share) in enumerate(parts):
        y = 0.92 + (i + 0.3) * STEP
        theme.write(ax, PART_X, y, name, ha="right", fontsize=7.5)
        x = BARS_X + (ends[i] - low) * scale
        bar(ax, x, y, share * scale, SECOND if share >= 0 else BELOW_PALE, height=0.14)
        ax.plot([BARS_X + (ends[i + 1] - low) * scale] * 2, [y - 0.07, y + STEP + 0.07], color=QUIET, lw=0.6, zorder=0)
        theme.write(ax, WIDTH - 0.15, y, signed(share), ha="right", fontsize=7.5, color=MUTED)
    y = 0.92 + (len(parts) + 0.3) * STEP
    theme.write(ax, PART_X, y, "logit", ha="right", fontsize=8, weight="bold", color=ACCENT)
    bar(ax, zero, y, ends[-1] * scale, ACCENT, height=0.15)
    theme.write(ax, WIDTH - 0.15, y, number(logit), ha="right", fontsize=8, weight="bold", color=ACCENT)
