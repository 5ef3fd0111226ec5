"""Make `.venv` or bring it up to date: `python3 tools/environment.py requirements.txt …`. Standard library only.

A stamp inside the environment holds hashes of the files that decide its contents, so the second time costs nothing.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
STAMP = VENV / "installed.txt"
OLDEST = (3, 11)
NO_PIP = """this Python cannot make an environment: its venv or ensurepip module is missing. On Debian and Ubuntu:
    sudo apt-get install python3-venv"""


def stamp_line(name: str) -> str:
    """`name` and a hash of that requirements file, of pyproject.toml and of the environment's place."""
    parts = (str(VENV).encode(), (ROOT / "pyproject.toml").read_bytes(), (ROOT / name).read_bytes())
    return f"{name} {hashlib.sha256(b'|'.join(parts)).hexdigest()}"


def make(requirements: list[str]) -> None:
    """Create the environment if there is none, then install the requirements and gptviz itself (editable)."""
    wanted = {name: stamp_line(name) for name in requirements}
    works = PYTHON.exists() and subprocess.run([PYTHON, "-c", ""], capture_output=True).returncode == 0
    done = set(STAMP.read_text().splitlines()) if works and STAMP.exists() else set()
    if done.issuperset(wanted.values()):
        return
    if not works or subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True).returncode:
        if sys.version_info < OLDEST:
            have = ".".join(map(str, sys.version_info[:3]))
            sys.exit(f"gptviz needs Python 3.11 or newer, this is {have}; name another: make lab PYTHON=python3.12")
        print("making .venv", flush=True)
        shutil.rmtree(VENV, ignore_errors=True)
        made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True)
        if made.returncode:
            shutil.rmtree(VENV, ignore_errors=True)
            said = made.stdout + made.stderr
            sys.exit(NO_PIP if "ensurepip" in said or "No module named venv" in said else said)
    print(f"installing {' and '.join(requirements)} into .venv (once; mostly torch)", flush=True)
    files = [option for name in requirements for option in ("-r", str(ROOT / name))]
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar=off"]
    with subprocess.Popen([*pip, *files, "--editable", str(ROOT)], stdout=subprocess.PIPE, text=True) as running:
        for line in running.stdout or ():
            if line.startswith(("  Downloading ", "Installing ")):  # a sign of life, and nothing else
                print(line.rstrip()[:100], flush=True)
    if running.returncode:
        sys.exit("pip could not install the requirements; its message is above. The same command continues from here.")
    kept = {line for line in done if line.split()[0] not in wanted}
    STAMP.write_text("\n".join(sorted({*kept, *wanted.values()})) + "\n")


if __name__ == "__main__":
    make(sys.argv[1:])
