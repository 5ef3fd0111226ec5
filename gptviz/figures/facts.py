"""The MLP as a gate, its bend, and how a fact hangs on neurons and on names."""

from collections.abc import Callable, Sequence

import matplotlib as mpl
import torch
from matplotlib.axes import Axes
from torch import Tensor
from torch.nn import functional as F

from ..model import GPT
from ..probes.facts import PEOPLE, facts, names, pushes
from ..tracing import Trace
from . import theme
from .distributions import number, percent
from .theme import ACCENT, BELOW_PALE, FAINT, INK, MUTED, QUIET, SECOND, SLATE, Picture, bar

BENDS: dict[str, Callable[[Tensor], Tensor]] = {
    "ReLU": torch.relu,
    "GELU": lambda x: F.gelu(x, approximate="tanh"),
    "none": lambda x: x,
}
CASES = ((0, 0), (1, 0), (0, 1), (1, 1))  # first name there, last name there
LOW, HIGH = -3.0, 3.0


def gate(bias: float = -1.0, bend: str = "ReLU") -> Picture:
    """One neuron as an AND gate: its truth table, and where the four cases fall on its bend. bend: a key of BENDS."""
    if bend not in BENDS:
        raise ValueError(f"bend must be one of {', '.join(BENDS)}, got {bend!r}")
    sums = torch.tensor([float(a + b) for a, b in CASES]) + bias
    fired = BENDS[bend](sums)
    fig, ax = theme.canvas(8.6, 2.62)
    theme.write(ax, 0.25, 0.28, f"first name + last name + bias,  bias = {number(bias)}", weight="bold")
    heads = [(0.55, "first"), (1.1, "last"), (1.75, "sum"), (3.2, bend if bend != "none" else "no bend"), (4.65, "AND")]
    for x, head in heads:
        theme.write(ax, x, 0.65, head, ha="center", color=MUTED, fontsize=8.5)
    for row, ((a, b), before, after) in enumerate(zip(CASES, sums.tolist(), fired.tolist(), strict=True)):
        y, wanted = 1.0 + 0.36 * row, float(a and b)
        right = abs(after - wanted) < 1e-6
        for x, there in ((0.55, a), (1.1, b)):
            ax.plot([x], [y], "o", ms=9, color=SLATE if there else FAINT, mec=SLATE, mew=0.8)
        theme.write(ax, 1.95, y, number(before), ha="right", color=MUTED)
        bar(ax, 3.0, y, 0.3 * after, (ACCENT if wanted else SECOND) if after > 0 else BELOW_PALE, height=0.2)
        theme.write(ax, 3.07 + max(0.0, 0.3 * after), y, number(after, 3), fontsize=8.5, weight="bold")
        theme.write(ax, 4.65, y, f"{wanted:.0f}  {'✓' if right else '✗'}", ha="center", color=ACCENT if right else INK)
    _curve(fig, bend, sums, fired)
    said = ", ".join(f"{a} and {b} give {number(v, 3)}" for (a, b), v in zip(CASES, fired.tolist(), strict=True))
    kind = {"ReLU": "with ReLU", "GELU": "with GELU", "none": "without a bend"}[bend]
    fig.words = f"A neuron with bias {number(bias)} {kind}: {said}. An AND gives 0, 0, 0, 1."
    return fig


def _curve(fig: Picture, bend: str, sums: Tensor, fired: Tensor) -> None:
    ax = _axes(fig, (0.6, 0.16, 0.37, 0.76))
    ax.set(xlim=(LOW, HIGH), ylim=(LOW - 0.3, HIGH + 0.3), yticks=range(-3, 4, 1))
    x = torch.linspace(LOW, HIGH, 301)
    ax.axhline(0, color=QUIET, lw=0.8)
    ax.axvline(0, color=QUIET, lw=0.8)
    ax.plot(x, BENDS[bend](x), color=SLATE, lw=1.6)
    for (a, b), at_x, at_y in zip(CASES, sums.tolist(), fired.tolist(), strict=True):
        ax.plot([at_x], [at_y], "o", ms=7, color=ACCENT if a and b else SECOND, zorder=3, clip_on=False)
    low = float(fired[0]) < -2  # no room below
    for i, words, right, above in (
        (0, "neither", 0.2 if low else 0.0, 0.0 if low else -0.65),
        (1, "one name", 0.0, -0.65),
        (3, "both", -0.15, 0.38),
    ):
        ha = "left" if right > 0 else "right" if right < 0 else "center"
        place = (float(sums[i]) + right, float(fired[i]) + above)
        ax.text(*place, words, ha=ha, va="center", fontsize=8, color=ACCENT if words == "both" else MUTED)
    ax.set_xlabel("first + last + bias", fontsize=8)
    ax.tick_params(labelsize=8)


def _axes(fig: Picture, place: tuple[float, float, float, float]) -> Axes:
    with mpl.rc_context(theme.RC):
        return fig.add_axes(place)


def bends(trace: Trace) -> Picture:
    """ReLU and GELU, and below them where the neurons of a trace stand before the bend, all layers and tokens."""
    pre = torch.cat([layer.flatten() for layer in trace.mlp_pre])
    fig = theme.picture(8.4, 3.2)
    ax, below = _axes(fig, (0.08, 0.42, 0.9, 0.54)), _axes(fig, (0.08, 0.16, 0.9, 0.2))
    x = torch.linspace(LOW, HIGH, 301)
    for name, color, dashes in (("ReLU", MUTED, "--"), ("GELU", ACCENT, "-")):
        ax.plot(x, BENDS[name](x), color=color, lw=1.8, ls=dashes)
    ax.text(-2.9, 1.25, "ReLU(x) = max(0, x)", color=MUTED, fontsize=9, weight="bold")
    ax.text(-2.9, 0.75, "GELU(x) = x · Φ(x)", color=ACCENT, fontsize=9, weight="bold")
    for value in (-1.0, 1.0):
        y = float(BENDS["GELU"](torch.tensor(value)))
        ax.plot([value], [y], "o", color=ACCENT, ms=5)
        ax.text(value + 0.08, y - 0.32, f"GELU({number(value, 0)}) = {number(y, 3)}", fontsize=8, color=ACCENT)
    for each in (ax, below):
        each.axvline(0, color=QUIET, lw=0.8, zorder=0)
        each.set_xlim(LOW, HIGH)
    ax.axhline(0, color=QUIET, lw=0.8, zorder=0)
    ax.set(ylim=(-0.7, 2.2), xticklabels=[])
    counts, edges = torch.histogram(pre.clamp(LOW, HIGH), 60, range=(LOW, HIGH))
    starts, widths = edges[:-1].tolist(), edges.diff().tolist()
    below.bar(starts, counts.tolist(), width=widths, align="edge", color=SECOND, linewidth=0)
    below.set(yticks=[])
    below.spines["left"].set_visible(False)
    less = float((pre < 0).float().mean())
    below.set_xlabel(
        f"x, before the bend: {len(pre):,} values, neurons × tokens of this text; {percent(less)} below 0", fontsize=8.5
    )
    for each in (ax, below):
        each.tick_params(labelsize=8)
    fig.words = (
        f"ReLU and GELU between {number(LOW, 0)} and {number(HIGH, 0)}; GELU(1) = 0.841. Of {len(pre):,} values before "
        f"the bend in this text {percent(less)} are below 0."
    )
    return fig


def fading(gpt: GPT, full: str, ranked: Sequence[str], counts: Sequence[int] | None = None, seed: int = 0) -> Picture:
    """One person's fact, and everybody else's, as more and more neurons are switched off, the most telling first.

    ranked: names of neurons, as `probes.facts.ranked_neurons` gives them. A third line switches as many off at random.
    """
    counts = [*range(11), 12, 16, 20, 30, 40, 60, 80, 120, 160, 240, 320] if counts is None else counts
    who = [person.full for person in PEOPLE].index(full)
    order = torch.randperm(len(ranked), generator=torch.Generator().manual_seed(seed)).tolist()
    by_chance = [ranked[i] for i in order]
    measured = torch.stack([facts(gpt, ranked[:n]) for n in counts])  # (counts, people)
    control = torch.stack([facts(gpt, by_chance[:n])[who] for n in counts])
    others = torch.cat([measured[:, :who], measured[:, who + 1 :]], 1)
    fig = theme.picture(8.4, 3.3)
    ax = _axes(fig, (0.07, 0.15, 0.9, 0.7))
    places = range(len(counts))
    ax.axhline(0.5, color=QUIET, lw=0.8, ls=":")
    lines = (
        (control, QUIET, f"{full}, as many at random"),
        (others.mean(1), MUTED, f"the other {others.shape[1]} people, on average"),
        (measured[:, who], ACCENT, f"{full}, the most telling first"),
    )
    drawn = [ax.plot(places, values, "o-", color=color, ms=4, lw=1.8, label=words)[0] for values, color, words in lines]
    named: dict = {"labelcolor": [ACCENT, MUTED, MUTED], "fontsize": 8.5, "frameon": False, "borderpad": 0}
    named |= {"handlelength": 1.1, "handletextpad": 0.5, "columnspacing": 1.0}
    ax.legend(handles=drawn[::-1], loc="lower left", bbox_to_anchor=(0, 1.03), ncols=3, **named)
    ax.set(ylim=(-0.03, 1.05), xlim=(-0.3, len(counts) - 0.7), xticks=list(places), yticks=[0, 0.5, 1])
    ax.set_xticklabels([str(n) for n in counts])
    ax.set_yticklabels(["0 %", "50 %", "100 %"])
    total = gpt.config.n_layer * gpt.config.d_mlp
    ax.set_xlabel(f"neurons switched off, of {total:,};  upwards: probability of the right sport", fontsize=8.5)
    ax.tick_params(labelsize=8)
    lost = next((i for i, p in enumerate(measured[:, who]) if p < 0.5), None)
    end = f"never under one half with up to {counts[-1]} neurons off"
    if lost is not None:
        kept = percent(float(others[lost].mean()))
        end = f"under one half with {counts[lost]} neurons off; the others then have {kept}"
    fig.words = f"The fact about {full} goes from {percent(float(measured[0, who]))} to {end}."
    return fig


def votes(gpt: GPT, full: str) -> Picture:
    """What each half of a name pushes, sport by sport, their sum, and what the model says to both together: logits.

    A half's push is measured with all other names for the other half, so the full name itself is in no addend.
    """
    found = names(gpt)
    neither, first, last = pushes(found, full)
    total, said = neither + first + last, found.logits[found.at(full)]
    order = said.argsort(descending=True, stable=True).tolist()
    fig, ax = theme.canvas(8.5, 1.13 + 0.27 * len(order))
    halves = full.split()
    heads = ("any other name", f"+ {halves[0]}", f"+ {halves[1]}", "= added up", f"the model:\n{full}")
    columns = (neither, first, last, total, said)
    scale = 0.5 / float(torch.stack(columns).abs().max())
    for c, (head, values) in enumerate(zip(heads, columns, strict=True)):
        x, best = 1.6 + 1.42 * c + 0.15 * (c == 4), int(values.argmax())
        theme.write(ax, x, 0.43, head, weight="bold", ha="center", va="baseline", color=ACCENT if c > 2 else INK)
        ax.plot([x, x], [0.55, 0.6 + 0.27 * len(order)], color=QUIET, lw=0.8)
        for row, s in enumerate(order):
            y, value = 0.71 + 0.27 * row, float(values[s])
            bar(ax, x, y, scale * value, (ACCENT if s == best else SECOND) if value > 0 else BELOW_PALE)
            past = x + scale * value + (0.05 if value >= 0 else -0.05)
            style: dict = {"weight": "bold"} if s == best else {"color": MUTED}
            theme.write(ax, past, y, number(value, 1), ha="left" if value >= 0 else "right", fontsize=8.5, **style)
    for row, s in enumerate(order):
        theme.write(ax, 0.98, 0.71 + 0.27 * row, found.sports[s], ha="right", weight="bold" if row == 0 else "normal")
    note = "logits, each minus the mean over the sports; all are rounded, so a sum can look 0.1 off"
    theme.write(ax, 4.25, 0.86 + 0.27 * len(order), note, ha="center", color=MUTED, fontsize=8.5)
    best_of = [found.sports[int(values.argmax())] for values in (first, last, total, said)]
    fig.words = (
        f"Of {len(order)} sports, {halves[0]} with other names pushes {best_of[0]} most, {halves[1]} {best_of[1]}; "
        f"added up {best_of[2]} is first; the model says {best_of[3]} to both together."
    )
    return fig
