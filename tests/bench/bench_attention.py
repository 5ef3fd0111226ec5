"""What it costs to open `gv.attention` and to change its head, in a real JupyterLab; and beside `bertviz`, in bytes.

latency: from the key's event to the painted picture of that layer and head. bertviz is fetched into a folder of its own
(without its dependencies, which we have) and makes HTML of the same patterns and tokens; it is not in our environment.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import torch
from playwright.sync_api import Page

import gptviz as gv
from gptviz.model import GPT, Config
from gptviz.probes import heads
from tools.live import Lab, Server, chromium, watched

TEXT = "Once there was an old king who ruled a small kingdom by the sea. Every morning the king went to the sea and"
ROOT = "[data-explorer=attention]"
GPT2 = """\
import torch
from gptviz.model import GPT, Config
torch.manual_seed(0)
large = GPT(Config(12, 12, 768, 1024, 50257)).eval()
ids = torch.randint(50257, (100,)).tolist()"""
CELLS = [
    f"import gptviz as gv\ntrace = gv.trace(gv.load(), {TEXT!r})\ngv.attention, gv.heads",
    "gv.attention(trace)",
    GPT2,
    "t = gv.trace(large, ids)\ngv.attention(t, 0, 0)",
    "gv.heads(t, 0, 0)",
]
# Runs one cell and says how long until its picture is painted; then every change of what is shown.
PROBE = """async ([cell, selector]) => {
    const {content} = window.jupyterapp.shell.currentWidget;
    content.activeCellIndex = cell;
    await content.scrollToItem(cell, "start");
    const painted = new MessageChannel(), seen = window.seen = {pictures: [], events: []};
    let last = null, first;
    const ready = new Promise(done => { first = done; });
    painted.port1.onmessage = ({data}) => { seen.pictures.push([performance.now(), data]); first(performance.now()); };
    const look = () => {
        const at = content.widgets[cell].node.querySelector(selector);
        const shown = at?.dataset.shown ?? (at?.localName === "canvas" && at.weights ? "all" : null);
        if (!shown || shown === last) return;
        last = shown;
        requestAnimationFrame(() => painted.port2.postMessage(shown));
    };
    new MutationObserver(look).observe(content.widgets[cell].node, {subtree: true, childList: true, attributes: true});
    content.widgets[cell].node.addEventListener("keydown", event => seen.events.push(event.timeStamp), true);
    const start = performance.now();
    await window.jupyterapp.commands.execute("notebook:run-cell");
    return await ready - start;
}"""


def run_cell(lab: Lab, cell: int, selector: str = ".gv-microscope") -> tuple[float, int]:
    """(ms until the picture is on screen, bytes that came over the websocket for it)."""
    before = sum(lab.page.received)  # type: ignore[attr-defined]
    took = lab.page.evaluate(PROBE, [cell, selector])
    lab.wait_idle(120)
    lab.page.wait_for_timeout(500)
    return took, sum(lab.page.received) - before  # type: ignore[attr-defined]


def steps(page: Page, root: int, keys: list[tuple[str, str]], pause_ms: int) -> tuple[list[float], int]:
    """Press keys on sliders, one after the other. Returns the latencies in ms, and how many pictures never came."""
    explorer = page.locator(ROOT).nth(root)
    page.evaluate("() => { window.seen.events.length = window.seen.pictures.length = 0; }")
    for slider, key in keys:
        explorer.locator(f"input[aria-label={slider}]").press(key)
        page.wait_for_timeout(pause_ms)
    page.wait_for_timeout(1_500)
    seen = page.evaluate("() => window.seen")
    latencies = []
    for start, end in zip(seen["events"], [*seen["events"][1:], float("inf")], strict=True):
        latencies += [painted - start for painted, _ in seen["pictures"] if start <= painted < end][:1]
    return latencies, len(keys) - len(latencies)


def line(what: str, measured: float, target: float, unit: str, note: str = "", at_least: bool = False) -> bool:
    met = measured >= target if at_least else measured <= target
    sign = "≥" if at_least else "≤"
    print(f"{what:<66} {measured:9.1f} {unit:<3} {sign} {target:<5g} {'ok' if met else 'MISSED':<7} {note}", flush=True)
    return met


def in_jupyterlab() -> list[bool]:
    met = []
    with (
        tempfile.TemporaryDirectory() as folder,
        Server(Path(folder), notebooks=None) as server,
        chromium() as browser,
        watched(browser, viewport={"width": 1280, "height": 1000}) as page,
    ):
        page.received = []  # type: ignore[attr-defined]
        received = page.received  # type: ignore[attr-defined]
        page.on("websocket", lambda socket: socket.on("framereceived", lambda data: received.append(len(data))))
        lab = Lab(page, server)
        lab.write("bench.ipynb", CELLS)
        lab.open("bench.ipynb")
        page.evaluate("() => window.jupyterapp.shell.collapseLeft()")
        lab.execute("\n".join(CELLS[:1]))
        lab.execute("gv.attention(gv.trace(gv.load(), 'warm'))")
        page.wait_for_timeout(2_000)
        tokens = len(gv.trace(gv.load(), TEXT))
        took, size = run_cell(lab, 1)
        met.append(line(f"gv.attention, {tokens} tokens: bytes on opening, module included", size / 1000, 300, "KB"))
        met.append(line(f"gv.attention, {tokens} tokens: from running the cell to the picture", took, 300, "ms"))
        back_and_forth = [("head", "Home"), ("layer", "Home")] + [
            ("head", "ArrowRight"),
            ("layer", "ArrowRight"),
        ] * 3
        found, dropped = steps(page, 0, back_and_forth * 5, 120)
        met.append(line(f"another layer or head, median of {len(found)}", statistics.median(found), 30, "ms"))
        met.append(line("of them never painted", dropped, 0, "", f"slowest {max(found):.0f} ms"))

        lab.execute(CELLS[2])
        took, size = run_cell(lab, 3)
        print(f"{'GPT-2 small, 100 tokens: opening':<66} {took:9.1f} ms    {size / 1000:,.0f} KB", flush=True)
        walk = [("layer", "ArrowRight")] * 11 + [("head", "ArrowRight")] * 6 + [("layer", "ArrowLeft")] * 6
        found, dropped = steps(page, 1, walk, 400)
        slow = f"slowest {max(found):.0f} ms, {dropped} never painted"
        met.append(
            line("GPT-2 small: another layer, asked for, median", statistics.median(found[:11]), 100, "ms", slow)
        )
        took, size = run_cell(lab, 4, ".gv-multiples canvas")
        met.append(line("gv.heads, 144 heads, 100 tokens: until drawn", took, 1000, "ms", f"{size / 1000:,.0f} KB"))
    return met


def beside_bertviz() -> list[bool]:
    """The same random GPT-2 small and the same 100 tokens: what each sends, and how long it takes to make."""
    torch.manual_seed(0)
    gpt = GPT(Config(12, 12, 768, 1024, 50257)).eval()
    ids = torch.randint(50257, (100,)).tolist()
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", folder, "bertviz==1.4.1"]
        if subprocess.run(pip, capture_output=True).returncode:
            print("bertviz could not be fetched: not compared", flush=True)
            return [False]
        sys.path.insert(0, folder)
        from bertviz import head_view, model_view  # type: ignore

        found = {}
        for view in (head_view, model_view):
            trace = gv.trace(gpt, ids)
            start = time.perf_counter()
            patterns = [layer[None] for layer in heads.patterns(trace)]
            html = view(patterns, trace.tokens, html_action="return").data
            found[view.__name__] = len(html.encode()), time.perf_counter() - start
        sys.path.remove(folder)
    for explore in (gv.attention, gv.heads):
        trace = gv.trace(gpt, ids)
        start = time.perf_counter()
        widget = explore(trace)
        state = widget.get_state()
        size = sum(len(v) if isinstance(v, (bytes, memoryview)) else len(str(v).encode()) for v in state.values())
        found[explore.__name__] = size, time.perf_counter() - start
    for name, (size, seconds) in found.items():
        print(f"GPT-2 small, 100 tokens: {name:<41} {size / 1e6:9.2f} MB    made in {seconds:.2f} s", flush=True)
    pairs = [("attention", "head_view"), ("heads", "model_view")]
    return [
        line(f"gv.{ours} sends fewer bytes than {theirs}", found[theirs][0] / found[ours][0], 10, "×", "", True)
        for ours, theirs in pairs
    ] + [
        line(f"gv.{ours} is made faster than {theirs}", found[theirs][1] / found[ours][1], 1, "×", "", True)
        for ours, theirs in pairs
    ]


if __name__ == "__main__":
    sys.exit(not all([*in_jupyterlab(), *beside_bertviz()]))
