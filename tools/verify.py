"""Every test, in groups, with a closing summary: `python -m tools.verify [group …]`.

A failed group does not stop the rest, so that one run shows everything.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

from tools.lab import ROOT

# Two at a time: most tests keep one processor busy. Threads wait asleep, or those of one would hold up the other.
PYTEST = (sys.executable, "-m", "pytest", "-ra", "--durations=25", "--numprocesses=2", "--dist=worksteal")
ENVIRONMENT = {"OMP_WAIT_POLICY": "PASSIVE", **os.environ}
GROUPS: dict[str, tuple[tuple[str, ...], ...]] = {
    "style": (
        (sys.executable, "-m", "ruff", "check", "."),
        (sys.executable, "-m", "ruff", "format", "--check", "."),
    ),
    "types": ((sys.executable, "-m", "mypy", "gptviz", "tools"),),
    "unit": ((*PYTEST, "tests/unit"),),
    "notebooks": ((*PYTEST, "tests/notebooks"),),
    "widgets": ((sys.executable, "-m", "tools.widgets"),),
    "browser": (
        (sys.executable, "-m", "tools.browser"),
        (*PYTEST, "--dist=loadfile", "tests/browser"),  # a file of tests opens its notebook once
    ),
}


def main(names: list[str]) -> int:
    """Run the named groups, all by default; the number of failed ones."""
    if unknown := [name for name in names if name not in GROUPS]:
        sys.exit(f"groups are {', '.join(GROUPS)}; got {', '.join(unknown)}")
    lines, failed, start = [], 0, time.monotonic()
    for name in names or list(GROUPS):
        print(f"\n=== {name}", flush=True)
        began = time.monotonic()
        # One after the other, stopping inside a group at its first failure.
        good = all(subprocess.run(command, cwd=ROOT, env=ENVIRONMENT).returncode == 0 for command in GROUPS[name])
        failed += not good
        lines.append(f"  {'ok    ' if good else 'FAILED'} {name:<10} {time.monotonic() - began:6.0f} s")
    print("\n=== summary", *lines, f"  {failed} failed, {time.monotonic() - start:.0f} s in all", sep="\n", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(bool(main(sys.argv[1:])))
