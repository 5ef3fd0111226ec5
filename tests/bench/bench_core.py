"""What a trace, a continuation, an import and a load cost, side by side with `transformers` in one run, as ratios.

Run by `make bench`. Weights are random and the same on both sides; A and B take turns, and medians are compared.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch
from transformers import GPT2Config, GPT2LMHeadModel

import gptviz as gv
from gptviz.tokenizer import Tokenizer, train

BUNDLED = Path(gv.__file__).parents[1] / "assets" / "tiny"


class Endless(Tokenizer):
    """Knows no end-of-text."""

    end = None


def medians_ms(*functions: Callable[[], object], repeats: int) -> list[float]:
    """Each function once per round, in turn, after one round to warm up."""
    times: list[list[float]] = [[] for _ in functions]
    for _ in range(repeats + 1):
        for taken, function in zip(times, functions, strict=True):
            start = time.perf_counter()
            function()
            taken.append(time.perf_counter() - start)
    return [statistics.median(taken[1:]) * 1e3 for taken in times]


def line(what: str, measured: float, target: float, unit: str, at_least: bool = False, note: str = "") -> bool:
    met = measured >= target if at_least else measured <= target
    sign = "≥" if at_least else "≤"
    print(f"{what:<58} {measured:8.3f} {unit:<3} {sign} {target:<5g} {'ok' if met else 'MISSED':<7} {note}", flush=True)
    return met


def bench_trace(folder: Path) -> list[bool]:
    """GPT-2 small's shape: 12 layers, 768 wide, 12 heads, 50,257 tokens."""
    torch.manual_seed(0)
    theirs = GPT2LMHeadModel(GPT2Config()).eval()
    theirs.save_pretrained(folder)
    train(["a"], 257).save(folder)
    ours = gv.load(folder)
    met = []
    for length, repeats in ((24, 15), (256, 7), (1024, 5)):
        ids = torch.randint(50257, (length,))

        def forward(ids: torch.Tensor = ids) -> torch.Tensor:
            with torch.inference_mode():
                return theirs(ids[None]).logits

        def trace(ids: torch.Tensor = ids) -> torch.Tensor:
            return gv.trace(ours, ids).logits

        forward_ms, trace_ms = medians_ms(forward, trace, repeats=repeats)
        note = f"{trace_ms:.1f} ms with its logits, theirs {forward_ms:.1f} ms"
        met.append(
            line(f"gv.trace ÷ transformers' forward, {length} tokens", trace_ms / forward_ms, 1.15, "×", note=note)
        )

        read = iter(range(12))
        traced = gv.trace(ours, ids)
        forward_ms, read_ms = medians_ms(forward, lambda t=traced, r=read: t.pattern[next(r), 3], repeats=5)
        met.append(line(f"one head's pattern afterwards ÷ forward, {length} tokens", read_ms / forward_ms, 0.05, "×"))
    held, peak = memory_of_a_trace(folder)
    met.append(line("memory of a trace of 1,024 tokens, beyond the logits", held, 0.12, "GB"))
    print(f"{'… while it runs, at its peak':<58} {peak:8.3f} GB")
    return met


def memory_of_a_trace(folder: Path) -> tuple[float, float]:
    """In a fresh process, so that no memory freed before is counted: GB held by a trace, and at the peak."""
    program = f"""
import gc, torch, gptviz as gv
from pathlib import Path
def rss(field): return int(Path("/proc/self/status").read_text().split(field + ":")[1].split()[0]) / 2**20
gpt = gv.load({str(folder)!r})
gv.trace(gpt, [1, 2, 3]).logits
gc.collect()
Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
before = rss("VmRSS")
trace = gv.trace(gpt, torch.randint(50257, (1024,)))
logits = trace.logits.nbytes / 2**30
gc.collect()
print(rss("VmRSS") - before - logits, rss("VmHWM") - before - logits)
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    held, peak = map(float, run.stdout.split())
    return held, peak


def bench_generate() -> list[bool]:
    """100 tokens, greedy and sampled, the bundled weights on both sides, each with its cache."""
    ours, theirs = gv.load(BUNDLED), GPT2LMHeadModel.from_pretrained(BUNDLED).eval()
    end = ours.tokenizer.end
    theirs.generation_config.eos_token_id = None  # both write 100 tokens, whatever comes
    ours.tokenizer = Endless(ours.tokenizer._backend)
    prompt = ours.tokenizer.encode("Once there was a")
    count = min(100, ours.config.n_ctx - len(prompt))
    met = []
    for how, ours_settings, theirs_settings in (
        ("greedy", {"temperature": 0}, {"do_sample": False}),
        ("sampled", {"temperature": 1.0, "seed": 0}, {"do_sample": True, "top_k": 0}),
    ):

        def generate(settings: dict = theirs_settings) -> None:
            ids = torch.tensor([prompt])
            out = theirs.generate(ids, max_new_tokens=count, pad_token_id=end, attention_mask=ids * 0 + 1, **settings)
            assert out.shape[1] == len(prompt) + count
            ours.tokenizer.decode(out[0].tolist())

        def ours_generate(settings: dict = ours_settings) -> None:
            gv.generate(ours, prompt, count, **settings)

        ours_ms, theirs_ms = medians_ms(ours_generate, generate, repeats=9)
        note = f"{count} tokens in {ours_ms:.0f} ms, theirs {theirs_ms:.0f} ms"
        met.append(line(f"gv.generate, speed ÷ transformers', {how}", theirs_ms / ours_ms, 3, "×", True, note))
    return met


def bench_start() -> list[bool]:
    """In fresh processes, taking turns."""

    def seconds(code: str) -> float:
        program = f"import time, torch; start = time.perf_counter(); {code}; print(time.perf_counter() - start)"
        return float(subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True).stdout)

    imports, loads = [], []
    for _ in range(5):
        imports.append(seconds("import gptviz"))
        loads.append(seconds("import gptviz; start = time.perf_counter(); gptviz.load()"))
    return [
        line("import gptviz, beyond import torch", statistics.median(imports), 0.3, "s"),
        line("gv.load()", statistics.median(loads), 0.3, "s"),
    ]


if __name__ == "__main__":
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads")
    with tempfile.TemporaryDirectory() as folder:
        results = bench_trace(Path(folder))
    results += bench_generate() + bench_start()
    sys.exit(0 if all(results) else 1)
