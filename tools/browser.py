"""Find a Chromium, or get one: `python -m tools.browser` prints its path.

First one named by $CHROMIUM or on the PATH, then Playwright's own download, then, as root, the system's package.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ELSEWHERE = ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HELP = """no Chromium: the browser tests need one. Install it with one of
    sudo apt-get install chromium                        (Debian; Ubuntu: snap install chromium)
    .venv/bin/python -m playwright install --with-deps chromium
or name one: CHROMIUM=/path/to/chrome make test"""


def find() -> str | None:
    """Path of a Chromium that starts, or None."""
    candidates = [os.environ.get("CHROMIUM"), *map(shutil.which, NAMES), *_downloads(), *ELSEWHERE]
    return next((str(path) for path in candidates if path and _starts(str(path))), None)


def _downloads() -> list[Path]:
    """What Playwright has downloaded, the newest first."""
    caches = [Path.home() / ".cache" / "ms-playwright", Path.home() / "Library" / "Caches" / "ms-playwright"]
    if place := os.environ.get("PLAYWRIGHT_BROWSERS_PATH"):
        caches = [Path(place)]
    patterns = ("chromium-*/chrome-linux*/chrome", "chromium-*/chrome-mac*/*.app/Contents/MacOS/*")
    return sorted((path for cache in caches for pattern in patterns for path in cache.glob(pattern)), reverse=True)


def _starts(path: str) -> bool:
    """Whether `path --version` works: a download without its system libraries does not."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def get() -> str:
    """Path of a Chromium, fetched if there is none.

    Raises:
        FileNotFoundError: none was found and none could be fetched; the message says what to install.
    """
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    playwright = [sys.executable, "-m", "playwright"]
    steps = [[*playwright, "install", "chromium"]]
    if root:
        steps += [[*playwright, "install-deps", "chromium"]]
    if root and shutil.which("apt-get"):
        steps += [["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", "chromium"]]
    env = {**os.environ, "PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "10000", "DEBIAN_FRONTEND": "noninteractive"}
    for step in steps:
        if path := find():
            return path
        if "install-deps" in step and not _downloads():
            continue  # nothing was downloaded that could miss its libraries
        print("no Chromium yet:", " ".join(step), file=sys.stderr, flush=True)
        try:
            subprocess.run(step, stdout=sys.stderr, timeout=300, env=env)
        except subprocess.TimeoutExpired:
            print("gave up after 5 minutes", file=sys.stderr)
    if path := find():
        return path
    raise FileNotFoundError(HELP)


if __name__ == "__main__":
    try:
        print(get())
    except FileNotFoundError as error:
        sys.exit(str(error))
