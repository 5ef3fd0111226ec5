"""JupyterLab on the notebooks, with the project's settings: `python -m tools.lab [any jupyter lab option]`.

The reader's own Jupyter settings are neither read differently nor written: the project's defaults come from
`tools/jupyter/` through JUPYTER_CONFIG_PATH, and the list of open tabs is kept inside the environment.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = ROOT / "tools" / "jupyter"
DEFAULTS = (f"--ServerApp.root_dir={ROOT / 'notebooks'}", "--LabApp.default_url=/lab/tree/00_start_here.ipynb")


def command(args: list[str]) -> list[str]:
    """The command line that starts JupyterLab; an option in `args` replaces the project's own."""
    given = {arg.split("=")[0] for arg in args}
    defaults = [option for option in DEFAULTS if option.split("=")[0] not in given]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        defaults.append("--allow-root")  # in a container one is root; Jupyter refuses unless told so
    return [sys.executable, "-m", "jupyterlab", *defaults, *args]


def environment() -> dict[str, str]:
    """This process's environment with the project's settings in front."""
    theirs = os.environ.get("JUPYTER_CONFIG_PATH")
    ours = str(SETTINGS)
    return {
        **os.environ,
        "JUPYTER_CONFIG_PATH": os.pathsep.join([ours, theirs] if theirs else [ours]),
        "JUPYTERLAB_WORKSPACES_DIR": os.environ.get("JUPYTERLAB_WORKSPACES_DIR", str(Path(sys.prefix, "workspaces"))),
        "JUPYTER_PREFER_ENV_PATH": "1",  # the kernel of this environment, not another "python3" of the user
    }


if __name__ == "__main__":
    line = command(sys.argv[1:])
    os.execve(line[0], line, environment())
