"""A real JupyterLab in a real Chromium, for tests, benches and the README's picture.

with Server(tmp) as server, chromium() as browser, watched(browser) as page:
    lab = Lab(page, server)
    lab.write("try.ipynb", ["import gptviz as gv", "gv.next_token(gv.trace(gv.load(), 'Once there was a'))"])
    lab.open("try.ipynb")
    lab.run_all()
    lab.show("[data-explorer=next_token]").screenshot(path="x.png")
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

import nbformat
from playwright.sync_api import Browser, Locator, Page, Route, sync_playwright

from tools import browser as browsers
from tools import lab

LOCAL = ("http://127.0.0.1", "ws://127.0.0.1", "file:", "data:", "blob:", "about:")
OUTPUT_ERRORS = ".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr'], .jp-mod-error"


class Server:
    """JupyterLab as `make lab` starts it, but on a free port, a copy of the notebooks and a fresh profile."""

    def __init__(self, folder: Path, notebooks: Path | None = lab.ROOT / "notebooks", args: Sequence[str] = ()) -> None:
        self.root = folder / "notebooks"
        if notebooks and notebooks.is_dir():
            shutil.copytree(notebooks, self.root, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
        self.root.mkdir(exist_ok=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        env = lab.environment()
        places = ("JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTERLAB_SETTINGS_DIR")
        for name in (*places, "JUPYTERLAB_WORKSPACES_DIR", "IPYTHONDIR"):
            env[name] = str(folder / name.lower())
            Path(env[name]).mkdir()
        env.pop("GPTVIZ_STILLS", None)
        self.log = folder / "lab.log"
        options = ["--no-browser", "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
        options += [
            f"--ServerApp.root_dir={self.root}",
            "--IdentityProvider.token=",
            "--LabApp.expose_app_in_browser=True",
        ]
        started = time.perf_counter()
        with self.log.open("w") as log:
            line = lab.command([*options, *args])
            self.process = subprocess.Popen(line, env=env, cwd=self.root, stdout=log, stderr=subprocess.STDOUT)
        while not self._answers():
            if self.process.poll() is not None or time.perf_counter() - started > 180:
                self.stop()
                raise RuntimeError(f"JupyterLab did not start; it said:\n{self.log.read_text()[-4000:]}")
            time.sleep(0.1)
        self.start_s = time.perf_counter() - started

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/api/status", timeout=2):
                return True
        except (urllib.error.URLError, OSError):
            return False

    def stop(self) -> None:
        """Shut JupyterLab down, its kernels with it."""
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def __enter__(self) -> Server:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.stop()


# What JupyterLab says of itself when a kernel or a page ends while it still waits for an answer of the debugger.
JUPYTERLABS_OWN = ("Could not restore the debugger state",)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium; a clear failure, never a skip, where there is none."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browsers.get(), args=browsers.FLAGS)
        yield browser
        browser.close()


@contextmanager
def watched(browser: Browser, allow: Sequence[str] = (), **context: Any) -> Iterator[Page]:
    """A page that cannot leave this machine. On leaving, an AssertionError lists console errors and refused requests.

    `allow`: substrings of console errors that are expected, beside JupyterLab's own. `page.problems` is the list as it
    grows. `context`: options of Playwright's new_context.
    """
    options = {"viewport": {"width": 1280, "height": 900}, "service_workers": "block", **context}
    in_context = browser.new_context(**options)
    page = in_context.new_page()
    problems: list[str] = []
    page.problems = problems  # type: ignore[attr-defined]

    def refuse(route: Route) -> None:
        problems.append(f"request to the network: {route.request.url}")
        route.abort("blockedbyclient")

    in_context.route(lambda url: not url.startswith(LOCAL), refuse)
    page.on("pageerror", lambda error: problems.append(f"uncaught: {error}"))
    page.on("console", lambda said: problems.append(f"console: {said.text}") if said.type == "error" else None)
    page.set_default_timeout(60_000)
    try:
        yield page
    finally:
        in_context.close()
    unexpected = [problem for problem in problems if not any(part in problem for part in (*allow, *JUPYTERLABS_OWN))]
    assert not unexpected, "\n".join(unexpected)


class Lab:
    """What a reader does in JupyterLab: open a notebook, run it, change the theme, look."""

    def __init__(self, page: Page, server: Server) -> None:
        self.page, self.server = page, server

    def write(self, name: str, cells: Sequence[str]) -> None:
        """Put a notebook of these code cells beside the copied ones."""
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(notebook, self.server.root / name)

    def open(self, name: str, kernel: bool = True) -> None:
        """Open a notebook alone in the window; with `kernel`, wait until its kernel is idle."""
        self.page.goto(f"{self.server.url}/lab/tree/{name}?reset")
        self.page.wait_for_function(
            """([name, kernel]) => {
                const panel = window.jupyterapp?.shell?.currentWidget;
                if (panel?.context?.path !== name || !panel.content?.widgets?.length) return false;
                return !kernel || panel.sessionContext?.session?.kernel?.status === "idle";
            }""",
            arg=[name, kernel],
            timeout=120_000,
        )

    def run_all(self, timeout_s: float = 180) -> None:
        """Run every cell and wait until the kernel is idle again; a cell that fails is an AssertionError."""
        self.page.set_default_timeout(timeout_s * 1000)
        ran = self.page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
        self.page.set_default_timeout(60_000)
        self.wait_idle(timeout_s)
        errors = self.page.evaluate(
            """() => window.jupyterapp.shell.currentWidget.content.widgets
                .flatMap(cell => cell.model.type === "code" ? cell.model.outputs.toJSON() : [])
                .filter(output => output.output_type === "error").map(output => `${output.ename}: ${output.evalue}`)"""
        )
        assert ran and not errors, f"cells failed: {errors}"

    def wait_idle(self, timeout_s: float = 60) -> None:
        """Wait until the kernel has nothing to do."""
        self.page.wait_for_function(
            "() => window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'",
            timeout=timeout_s * 1000,
        )

    def execute(self, code: str, wait: bool = True) -> None:
        """Run code in the notebook's kernel without a cell; `wait=False` returns while it runs (a busy kernel)."""
        self.page.evaluate(
            """([code, wait]) => {
                const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
                const future = kernel.requestExecute({code});
                if (!wait) return null;
                return future.done.then(reply => {
                    if (reply.content.status !== "ok") throw new Error(reply.content.evalue);
                });
            }""",
            [code, wait],
        )

    def theme(self, name: str) -> None:
        """Switch to "light" or "dark"."""
        full = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}[name]
        self.page.evaluate("theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", full)
        self.page.wait_for_function(
            "light => document.body.dataset.jpThemeLight === light", arg=json.dumps(name == "light")
        )
        self.page.wait_for_timeout(1000)  # JupyterLab drops the old stylesheet late, and fails if switched again before

    def show(self, selector: str) -> Locator:
        """Scroll to the first element that matches, wherever in the notebook its cell is, and return it."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            found = self.page.evaluate(
                """async selector => {
                    const notebook = window.jupyterapp.shell.currentWidget.content;
                    const index = notebook.widgets.findIndex(cell => cell.node.querySelector(selector));
                    if (index < 0) return false;
                    await notebook.scrollToItem(index, "center");
                    document.querySelector(selector)?.scrollIntoView({block: "center"});
                    return Boolean(document.querySelector(selector)?.getBoundingClientRect().width);
                }""",
                selector,
            )
            if found:
                return self.page.locator(selector).first
            self.page.wait_for_timeout(100)
        raise AssertionError(f"nothing in the notebook matches {selector}")
