"""What imports what, and what it costs: the direction of the rooms, and no plotting on the way in."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import gptviz as gv

ROOT = Path(gv.__file__).parent

# Each room may import those before it. `world` and `training` stand beside this line.
ORDER = ["glossary", "model", "tokenizer", "sampling", "edits", "checkpoint", "tracing", "geometry", "probes"]
ORDER += ["checks", "figures", "widgets"]
MAY = {room: set(ORDER[:i]) for i, room in enumerate(ORDER)}
MAY["world"] = set()
MAY["probes"] |= {"world"}
MAY["checks"] |= {"world"}  # what a lesson says of the model is measured on texts that it has not read
MAY["training"] = {"world", *ORDER} - {"figures", "widgets"}
MAY["__init__"] = set(ORDER[: ORDER.index("probes")])  # the others come lazily


def rooms_imported(source: str, module: str) -> set[str]:
    """The rooms of gptviz that a module imports, anywhere in it. module: "gptviz.figures.pipeline"."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            package = module.split(".")[: -node.level] if node.level else []
            base = ".".join([*package, *([node.module] if node.module else [])])
            names = [f"{base}.{alias.name}" for alias in node.names]
        found |= {name.split(".")[1] for name in names if name.startswith("gptviz.")}
    return found


def violations(source: str, module: str) -> set[str]:
    room = module.split(".")[1]
    known = {name for name in rooms_imported(source, module) if name in MAY}
    return known - MAY[room] - {room}


def modules() -> dict[str, Path]:
    found = {}
    for path in ROOT.rglob("*.py"):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if "node_modules" not in parts:
            found[".".join(["gptviz", *parts])] = path
    return found


def test_every_room_is_known():
    assert {name.split(".")[1] for name in modules()} <= MAY.keys()


@pytest.mark.parametrize("module", sorted(modules()))
def test_imports_run_one_way(module):
    assert not violations(modules()[module].read_text(encoding="utf-8"), module)


@pytest.mark.parametrize(
    ("source", "module", "wrong"),
    [
        ("from gptviz.figures import pipeline", "gptviz.tracing", {"figures"}),
        ("from .widgets.explorer import Explorer", "gptviz.checks", {"widgets"}),
        ("import gptviz.tracing", "gptviz.model", {"tracing"}),
        ("def late():\n    from . import probes", "gptviz.geometry", {"probes"}),
        ("from .cases import first_ids\nfrom ..checks import claim", "gptviz.probes.claims", {"checks"}),
        ("from ..widgets import next_token", "gptviz.figures.pipeline", {"widgets"}),
        ("from ..training import run", "gptviz.widgets.explorer", {"training"}),
        ("from .. import model", "gptviz.world.grammar", {"model"}),
        ("from .theme import INK\nfrom ..tracing import Trace", "gptviz.figures.pipeline", set()),
        ("from . import world", "gptviz.geometry", {"world"}),
    ],
)
def test_the_guard_notices(source, module, wrong):
    assert violations(source, module) == wrong


def imported_names(path: Path) -> set[str]:
    tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    names = [n.names[0].name if isinstance(n, ast.Import) else n.module for n in tree if _outside(n)]
    return {name.split(".")[0] for name in names if name}


def _outside(node: ast.AST) -> bool:
    return isinstance(node, ast.Import) or (isinstance(node, ast.ImportFrom) and not node.level)


def test_the_model_needs_torch_alone():
    assert imported_names(ROOT / "model.py") - sys.stdlib_module_names == {"torch"}


@pytest.mark.parametrize("path", sorted((ROOT / "world").glob("*.py")), ids=lambda path: path.name)
def test_the_world_is_pure_python(path):
    assert imported_names(path) <= sys.stdlib_module_names | {"gptviz"}


HEAVY = ["matplotlib", "plotly", "ipywidgets", "anywidget", "IPython", "transformers", "huggingface_hub"]


def loaded_after(code: str) -> set[str]:
    """Which of the heavy packages a fresh Python has loaded after this code."""
    ask = f"import sys; print(*[name for name in {HEAVY} if name in sys.modules])"
    run = subprocess.run(
        [sys.executable, "-c", f"import torch; {code}; {ask}"], capture_output=True, text=True, cwd=ROOT.parent
    )
    assert run.returncode == 0, run.stderr
    return set(run.stdout.split())


def test_importing_gptviz_loads_nothing_heavy():
    tiny = "from gptviz.model import GPT, Config; gpt = GPT(Config(1, 1, 4, 8, 9))"
    work = f"import gptviz as gv; {tiny}; t = gv.trace(gpt, [1, 2]); t.pattern[0, 0]; t.next_tokens(); dir(gv)"
    assert loaded_after(work) == set()


@pytest.mark.parametrize("package", ["matplotlib", "ipywidgets"])
def test_that_guard_notices_too(package):
    assert package in loaded_after(f"import gptviz, {package}")


def test_public_names():
    """At most 20, each there, in the reading order of `dir`; an unknown one says what there is."""
    assert len(gv.__all__) <= 20 and dir(gv) == sorted(gv.__all__)
    for name in gv.__all__:
        assert getattr(gv, name) is not None
    with pytest.raises(AttributeError, match="no 'tracee'; it has .*trace"):
        _ = gv.tracee
