"""The project's own promises: the README is true, versions are exact, CI runs the same commands as a laptop."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from tools import environment, readme, verify

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
DOCUMENTS = ["README.md", "CONTRIBUTING.md"]


def test_readme_table_is_the_model_cards() -> None:
    card = json.loads(readme.CARD.read_text(encoding="utf-8"))
    assert readme.with_table(README, card) == README, "run `make readme`"
    assert all(claim["sentence"].replace("|", "\\|") in README for claim in card["claims"])


def test_a_stale_table_would_be_noticed() -> None:
    card = json.loads(readme.CARD.read_text(encoding="utf-8"))
    card["claims"][0]["value"] += 0.5
    assert readme.with_table(README, card) != README


def test_readme_code_runs() -> None:
    """The example is what a newcomer types first. A line that is a bare expression must give something."""
    (block,) = re.findall(r"```python\n(.*?)```", README, flags=re.S)
    names: dict[str, object] = {}
    exec(block, names)  # our own README
    bare = [line.partition("  #")[0] for line in block.splitlines() if re.match(r"trace\.|gv\.", line)]
    assert bare and all(eval(line, names) is not None for line in bare)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_resolve(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    targets = [t for t in re.findall(r"\]\(([^)\s]+)\)", text) if not t.startswith("http")]
    assert [target for target in targets if not (ROOT / target).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_commands_named_exist(document: str) -> None:
    """Every `make x` and `python -m x` that the documents name is there."""
    text = (ROOT / document).read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", MAKEFILE, flags=re.M))
    named = set(re.findall(r"(?:`|^    )make ([a-z]+)", text, flags=re.M))
    assert named and named <= targets
    for module in re.findall(r"-m ((?:gptviz|tools)[\w.]*)", text):
        path = ROOT / module.replace(".", "/")
        assert path.with_suffix(".py").exists() or (path / "__main__.py").exists(), module


def test_readme_lists_every_notebook() -> None:
    there = {path.name for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert there == set(re.findall(r"\]\(notebooks/([^)]+)\)", README))


def test_versions_are_exact_and_complete() -> None:
    """Every direct dependency of the package is pinned, torch to the version the model was trained with."""
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    pins = dict(line.split("==") for line in lines if line and not line.startswith("#"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    needed = {re.split(r"[=<>~! \[]", dependency)[0].replace("-", "_") for dependency in project["dependencies"]}
    assert needed <= {name.replace("-", "_") for name in pins}
    assert pins["torch"] == "2.13.0"


def test_ci_runs_the_same_commands() -> None:
    workflow = (ROOT / ".github/workflows/test.yml").read_text()
    assert os.access(ROOT / ".ci/run", os.X_OK)
    assert re.findall(r"^(?:exec )?make .*", (ROOT / ".ci/run").read_text(), flags=re.M) == ["exec make test"]
    assert "run: make test" in workflow and "make lab" in workflow
    assert not re.search(r"\b(pip|apt-get|npm|playwright) install", workflow + (ROOT / ".ci/run").read_text())


def test_every_test_folder_is_in_a_group() -> None:
    """A test that no group runs is never run by `make test`."""
    folders = {path.parent.name for path in (ROOT / "tests").glob("*/test_*.py")}
    commands = [" ".join(command) for group in verify.GROUPS.values() for command in group]
    assert [folder for folder in folders if not any(f"tests/{folder}" in command for command in commands)] == []


def test_the_environment_notices_a_changed_pin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "requirements.txt").write_text("tqdm==1")
    before = environment.stamp_line("requirements.txt")
    assert environment.stamp_line("requirements.txt") == before
    (tmp_path / "requirements.txt").write_text("tqdm==2")
    assert environment.stamp_line("requirements.txt") != before


@pytest.mark.parametrize("said", ["ensurepip is not\navailable", "No module named venv"])
def test_a_python_without_venv_gets_a_clear_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    """As on a fresh Debian, where python3 comes without python3-venv."""
    monkeypatch.setattr(environment, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(environment, "PYTHON", tmp_path / ".venv/bin/python")
    failed = subprocess.CompletedProcess([], 1, said, "")
    monkeypatch.setattr(environment.subprocess, "run", lambda *args, **kwargs: failed)
    with pytest.raises(SystemExit, match="apt-get install python3-venv"):
        environment.make(["requirements.txt"])


def test_nothing_is_asked_of_a_cdn() -> None:
    """No page, notebook or explorer of ours loads anything from elsewhere."""
    files = [*ROOT.glob("gptviz/widgets/*.html"), *ROOT.glob("gptviz/widgets/static/*")]
    files += [*ROOT.glob("tools/templates/*")]
    files += [p for p in ROOT.glob("gptviz/widgets/js/**/*.js") if "node_modules" not in p.parts]
    pattern = r"(?:src=|import\(|from\s*|fetch\(|@import\s*|url\()[\"'`]?https?://"
    assert files
    assert [str(path) for path in files if re.search(pattern, path.read_text(encoding="utf-8"))] == []
    assert re.search(pattern, "import x from 'https://cdn.example/x.js'")
