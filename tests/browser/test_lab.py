"""What a reader meets after `make lab`: pictures before anything runs, then live cells, both themes, no pop-ups."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.looks import unmoved
from tools import browser as browsers
from tools import lab as launcher
from tools.live import Lab, Server, watched
from tools.notebooks import NOTEBOOKS

NAMES = sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))
each_notebook = pytest.mark.parametrize("name", NAMES, ids=lambda name: name.removesuffix(".ipynb"))


def stills(name: str) -> int:
    """How many pictures a saved notebook holds."""
    cells = nbformat.read(NOTEBOOKS / name, as_version=4).cells
    return sum("image/png" in output.get("data", {}) for cell in cells for output in cell.get("outputs", []))


def shown(lab: Lab) -> dict[str, int]:
    """What the notebook on screen holds, wherever it is scrolled to: pictures drawn, explorers drawn, errors."""
    count: dict[str, int] = lab.page.evaluate(
        """() => {
            const cells = window.jupyterapp.shell.currentWidget.content.widgets;
            const count = selector => cells.reduce((n, cell) => n + cell.node.querySelectorAll(selector).length, 0);
            return {
                pictures: count(".jp-OutputArea img[src^='data:image/png'], .jp-OutputArea img[src^='blob:']"),
                explorers: count(".gptviz[data-value]"),
                errors: count(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.error']"),
                missing: cells.filter(cell => cell.node.innerText.includes("odel not found")).length,
            };
        }"""
    )
    return count


@each_notebook
def test_pictures_before_anything_runs(lab: Lab, name: str) -> None:
    """A fresh clone is not trusted: only pictures and words show, and all of them do."""
    lab.open(name)
    trusted = lab.page.evaluate(
        """() => window.jupyterapp.shell.currentWidget.content.widgets.every(cell => cell.model.trusted)"""
    )
    seen = visit(lab)
    assert not trusted
    assert seen["pictures"] == stills(name) > 0
    assert seen["missing"] == seen["errors"] == 0


def visit(lab: Lab) -> dict[str, int]:
    """Scroll past every cell, as a reader does, then count what has been drawn."""
    lab.page.evaluate(
        """async () => {
            const notebook = window.jupyterapp.shell.currentWidget.content;
            for (let index = 0; index < notebook.widgets.length; index++) {
                await notebook.scrollToItem(index, "center");
                await new Promise(resolve => setTimeout(resolve, 60));
            }
        }"""
    )
    lab.page.wait_for_timeout(500)
    return shown(lab)


@each_notebook
def test_runs_live_in_light_and_dark(lab: Lab, name: str) -> None:
    """Every cell runs, every explorer is drawn, every slider moves its picture, and neither theme logs an error (the
    page fixture fails on one)."""
    source = " ".join(cell.source for cell in nbformat.read(NOTEBOOKS / name, as_version=4).cells)
    lab.open(name)
    lab.run_all()
    seen = visit(lab)
    assert seen["errors"] == seen["missing"] == 0
    assert seen["pictures"] + seen["explorers"] > 0
    if "gv.next_token(" in source.replace("figures.next_token(", ""):
        assert seen["explorers"] > 0
    places = lab.page.evaluate(
        """() => window.jupyterapp.shell.currentWidget.content.widgets
            .flatMap((cell, index) => cell.node.querySelector(".gptviz input[type=range]") ? [index] : [])"""
    )
    for index in places:
        lab.page.evaluate(
            """async index => {
                const notebook = window.jupyterapp.shell.currentWidget.content;
                await notebook.scrollToItem(index, "center");
                document.querySelectorAll("[data-under-test]").forEach(cell => delete cell.dataset.underTest);
                notebook.widgets[index].node.dataset.underTest = "";
            }""",
            index,
        )
        assert unmoved(lab.page.locator("[data-under-test] .gptviz").first) == [], index
    lab.theme("dark")
    assert visit(lab) == seen
    lab.theme("light")


def test_a_saved_notebook_reopens_live(browser: Browser, server: Server) -> None:
    """The project's setting keeps the state of explorers: run, save, shut the kernel down, reopen: still there."""
    with watched(browser) as page:
        lab = Lab(page, server)
        lab.write("mine.ipynb", ["import ipywidgets", "ipywidgets.IntSlider(37, description='mine')"])
        lab.open("mine.ipynb")
        lab.run_all()
        expect(lab.show(".widget-readout")).to_have_text("37")
        page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
        page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    saved = nbformat.read(server.root / "mine.ipynb", as_version=4)
    assert "widgets" in saved.metadata
    with watched(browser) as page:
        lab = Lab(page, server)
        lab.open("mine.ipynb")
        expect(lab.show(".widget-readout")).to_have_text("37")


def test_opens_the_first_notebook_without_a_pop_up(browser: Browser, tmp_path: Path) -> None:
    """The bare address on a fresh profile: the first notebook, no news question and no other toast."""
    with Server(tmp_path) as server, watched(browser) as page:
        page.goto(server.url)
        page.wait_for_function(
            "() => window.jupyterapp?.shell?.currentWidget?.context?.path === '00_start_here.ipynb'", timeout=60_000
        )
        page.wait_for_timeout(4000)  # the question would come a moment after the notebook
        assert page.locator(".Toastify__toast, .jp-Dialog").all_inner_texts() == []


def test_the_pop_up_would_be_noticed(browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same without the project's settings does ask: so the test above can fail."""
    monkeypatch.setattr(launcher, "SETTINGS", tmp_path / "nothing")
    (tmp_path / "own").mkdir()
    with Server(tmp_path / "own") as server, watched(browser) as page:
        page.goto(server.url)
        expect(page.locator(".Toastify__toast").first).to_be_visible(timeout=60_000)


def test_the_users_own_settings_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the user has configured is still read, after ours, and nothing points Jupyter's own folders elsewhere."""
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "/their/config")
    environment = launcher.environment()
    assert environment["JUPYTER_CONFIG_PATH"].split(os.pathsep)[-1] == "/their/config"
    assert {"JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTERLAB_SETTINGS_DIR"}.isdisjoint(
        name for name in environment if environment[name] != os.environ.get(name)
    )


def test_an_option_given_replaces_ours() -> None:
    line = launcher.command(["--ServerApp.root_dir=/elsewhere"])
    assert [option for option in line if "root_dir" in option] == ["--ServerApp.root_dir=/elsewhere"]


def test_no_browser_is_a_failure_that_says_what_to_do(tmp_path: Path) -> None:
    """Where none is found and none can be fetched, the message holds the lines to run. Nothing is skipped."""
    script = (
        "import subprocess, sys; from tools import browser\n"
        "browser.find = lambda: None\n"
        "subprocess.run = lambda step, **kwargs: print(json.dumps(step))\n"
        "browser.get()\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", "import json; " + script], capture_output=True, text=True, cwd=launcher.ROOT
    )
    tried = [json.loads(line) for line in run.stdout.splitlines()]
    assert run.returncode != 0
    assert browsers.HELP in run.stderr
    assert any("playwright" in step for step in tried)
