"""Browser tests: a real JupyterLab, started as `make lab` starts it, in a real Chromium. Without one they fail."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.looks import hear
from tools.live import Lab, Server, chromium, watched


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One JupyterLab for the session, on a copy of the notebooks, with a fresh profile."""
    with Server(tmp_path_factory.mktemp("lab")) as started:
        yield started


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that refuses the network; a console error fails the test."""
    with watched(browser) as fresh:
        yield fresh


@pytest.fixture
def lab(page: Page, server: Server) -> Lab:
    """JupyterLab as a reader has it: `lab.write`, `lab.open`, `lab.run_all`, `lab.theme`, `lab.show`, `lab.page`."""
    return Lab(page, server)


@pytest.fixture(scope="module")
def opened(request: pytest.FixtureRequest, browser: Browser, server: Server) -> Iterator[Lab]:
    """One notebook with the CELLS of a file of tests, run, for all of them; a console error fails the last one.

    `page.frames_sent` grows with what the page sends to the kernel.
    """
    with watched(browser) as page:
        page.frames_sent = []  # type: ignore[attr-defined]
        page.on("websocket", lambda socket: socket.on("framesent", lambda data: page.frames_sent.append(len(data))))  # type: ignore[attr-defined]
        page.on("dialog", lambda dialog: page.problems.append(f"dialog: {dialog.message}"))  # type: ignore[attr-defined]
        page.emulate_media(reduced_motion="reduce")
        hear(page)
        lab = Lab(page, server)
        name = f"{request.module.__name__.rpartition('test_')[2]}.ipynb"
        lab.write(name, request.module.CELLS)
        lab.open(name)
        page.evaluate("() => window.jupyterapp.shell.collapseLeft()")
        lab.run_all()
        yield lab
