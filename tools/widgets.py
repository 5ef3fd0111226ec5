"""Test the explorers' JavaScript and rebuild it: the committed bundles must be what their sources give."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tools import node
from tools.lab import ROOT

SOURCES = ROOT / "gptviz" / "widgets" / "js"
BUILT = ROOT / "gptviz" / "widgets" / "static"


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, by its relative path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def main() -> None:
    """npm ci, vitest, build; exits with a message where the build differs from what was there."""
    env = {**os.environ, "PATH": os.pathsep.join([str(node.get()), os.environ.get("PATH", "")])}
    steps = (["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], ["npm", "test"], ["npm", "run", "build"])
    before = contents(BUILT)
    for step in steps:
        if step[-1] == "build":  # from an empty folder, so that a bundle whose source is gone is noticed
            for name in before:
                (BUILT / name).unlink()
        if subprocess.run(step, cwd=SOURCES, env=env).returncode:
            for name, data in before.items():
                (BUILT / name).write_bytes(data)
            sys.exit(f"{' '.join(step)} failed in {SOURCES.relative_to(ROOT)}")
    after = contents(BUILT)
    if changed := [name for name in sorted({*before, *after}) if before.get(name) != after.get(name)]:
        sys.exit(f"gptviz/widgets/static was not what its sources give: {', '.join(changed)}. Rebuilt: commit it.")
    print(f"bundles are what their sources give: {', '.join(after)}")


if __name__ == "__main__":
    main()
