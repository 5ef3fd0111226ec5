"""Browser tests: a real JupyterLab, started as `make lab` starts it, in a real Chromium. Without one they fail."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

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
