"""Run notebooks top to bottom in a clean kernel without a network and save them with still pictures.

`python -m tools.notebooks [07 …]` does those whose names start so, all by default. A second run changes no byte:
views of widgets, times and whatever else belongs to one run are left out. A cell that measures time carries the tag
"timing": saved with it is a sentence in place of what it printed.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_output

from gptviz.widgets.explorer import LIVE
from tools.lab import ROOT

NOTEBOOKS = ROOT / "notebooks"
VIEW = "application/vnd.jupyter.widget-view+json"
TIMING = "(How long this takes differs from run to run: run it to see.)\n"
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
CELL_METADATA = (
    "tags",
    "jupyter",
    "editable",
    "deletable",
    "slideshow",
)  # what an author may set; the rest is of a run


@contextmanager
def clean_profile() -> Iterator[dict[str, str]]:
    """The environment of a kernel that nobody configured, that asks for stills, and that has no network."""
    with tempfile.TemporaryDirectory(prefix="gptviz-") as folder:
        startup = Path(folder, "profile_default", "startup")
        startup.mkdir(parents=True)
        shutil.copy(ROOT / "tools" / "kernel" / "startup.py", startup)
        fixed = {"GPTVIZ_STILLS": "1", "HF_HUB_OFFLINE": "1", "PYTHONHASHSEED": "0", "IPYTHONDIR": folder}
        # torch's threads wait asleep: beside other work on the same cores, spinning takes several times as long
        yield {"OMP_WAIT_POLICY": "PASSIVE", **os.environ, **fixed}


def execute(path: Path, timeout_s: float = 300, live: bool = False) -> NotebookNode:
    """The notebook of `path`, executed and tidied; `path` is not written. `live` keeps what a page needs of explorers.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell failed; the message shows it.
        ValueError: an explorer left no picture or no words for those who have no kernel.
    """
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    with clean_profile() as env:
        client = NotebookClient(
            notebook,
            kernel_name="python3",
            extra_arguments=["--log-level=ERROR"],  # not the warning that local TCP is readable to root
            timeout=timeout_s,
            startup_timeout=300,  # a busy machine is slow, not broken
            resources={"metadata": {"path": str(path.parent)}},
            store_widget_state=False,
            record_timing=False,
            coalesce_streams=True,
        )
        client.execute(env=env)
    return tidy(notebook, live)


def tidy(notebook: NotebookNode, live: bool = False) -> NotebookNode:
    """Leave out, in place, what differs between two runs and what a reader without a kernel cannot see."""
    notebook.metadata = nbformat.from_dict(METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    ids = [cell.get("id") for cell in notebook.cells]
    for index, cell in enumerate(notebook.cells):
        if not cell.get("id") or ids.index(cell.id) != index:
            cell.id = f"cell-{index:02d}"
        cell.metadata = nbformat.from_dict({k: v for k, v in sorted(cell.metadata.items()) if k in CELL_METADATA})
        if "timing" in cell.metadata.get("tags", []):
            went_wrong = [o for o in cell.outputs if o.output_type == "error" or o.get("name") == "stderr"]
            cell.outputs = [new_output("stream", name="stdout", text=TIMING), *went_wrong]
        for output in cell.get("outputs", []):
            if not live:
                output.get("data", {}).pop(LIVE, None)
            if output.get("data", {}).pop(VIEW, None) is not None:
                beside = [other for other in cell.outputs if other is not output and words_of(other)]
                if "image/png" not in output.data or not beside:
                    raise ValueError(f"cell {cell.id}: an explorer must leave a picture, and words as their own output")
    return notebook


def words_of(output: NotebookNode) -> str:
    """What a reader can read of an output: a stream, or the text of an output that is not a picture."""
    if output.output_type == "stream":
        return output.text.strip()
    data = output.get("data", {})
    shown = "" if any(kind.startswith("image/") for kind in data) else data.get("text/plain", "")
    return str(data.get("text/markdown") or data.get("text/html") or shown).strip()


def text_of(notebook: NotebookNode) -> str:
    """The file's content: one line per source line, sorted keys, as git likes it."""
    return nbformat.writes(notebook, version=4, sort_keys=True, indent=1, ensure_ascii=False) + "\n"


def main(names: list[str]) -> None:
    """Execute and save; a line each."""
    paths = [p for p in sorted(NOTEBOOKS.glob("*.ipynb")) if not names or p.name.startswith(tuple(names))]
    if not paths:
        sys.exit(f"no notebook in {NOTEBOOKS} starts with {' or '.join(names) or 'anything'}")
    for path in paths:
        began = time.monotonic()
        before, after = path.read_text(encoding="utf-8"), text_of(execute(path))
        path.write_text(after, encoding="utf-8")
        said = "unchanged" if before == after else "changed"
        print(f"{path.name}: {said}, {len(after.encode()) / 1000:.0f} kB, {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
