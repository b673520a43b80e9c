"""The real server on a free port, and a real browser that looks at it."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from core.training import record, runs
from core.workspace import Workspace

ROOT = Path(__file__).parent.parent
PATIENCE = 300.0  # seconds for what loads a model, trains or measures
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def served(home: Path) -> Iterator[str]:
    """The address of a server on a workspace; its runs end with it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = (home / "server.log").open("wb")
    server = subprocess.Popen(
        [sys.executable, "-m", "pages.shared.serve", str(port)],
        cwd=ROOT,
        env={**os.environ, "FIRST_LEVER_HOME": str(home), "STREAMLIT_SERVER_HEADLESS": "true"},
        stdout=log,
        stderr=log,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address)
        yield address
    finally:
        server.terminate()
        server.wait(30)
        log.close()
        for run in record.listing(Workspace(home)):  # a run outlives the server
            runs.stop(run.folder)


def wait_for(address: str) -> None:
    """Until the server answers."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail("The server did not start.")


@contextmanager
def opened(address: str) -> Iterator[Page]:
    """A page of the size of a small laptop, at an address."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium:
        missing = "Chromium is not installed; the browser test was left out."
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(PATIENCE * 1000)
        expect.set_options(timeout=PATIENCE * 1000)
        page.goto(address)
        yield page
        browser.close()


def go(page: Page, title: str) -> None:
    """To a page of the menu."""
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=title).click()


def drawn(page: Page) -> None:
    """Until the script behind the page has run to its end."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")


def heading(page: Page, title: str) -> None:
    """Until a heading stands on the page."""
    expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
