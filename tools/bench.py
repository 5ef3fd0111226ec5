"""Run the benches: `python -m tools.bench [core …]` runs tests/bench/bench_core.py …, all by default."""

from __future__ import annotations

import os
import subprocess
import sys

from tools.lab import ROOT

FILES = {path.stem.removeprefix("bench_"): path for path in sorted((ROOT / "tests" / "bench").glob("bench_*.py"))}


if __name__ == "__main__":
    names = sys.argv[1:] or list(FILES)
    if unknown := [name for name in names if name not in FILES]:
        sys.exit(f"benches are {', '.join(FILES)}; got {', '.join(unknown)}")
    missed, env = [], {**os.environ, "PYTHONPATH": str(ROOT)}
    for name in names:
        print(f"\n=== {name}", flush=True)
        missed += [name] if subprocess.run([sys.executable, FILES[name]], cwd=ROOT, env=env).returncode else []
    sys.exit(f"missed: {', '.join(missed)}" if missed else 0)
