"""The whole way in a real browser, with the real server and the model that ships."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
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
TASK = """
name = "lockers"
title = "Lockers"
goal = "Say which key opens whose locker."
instruction = "Which key opens the locker? Answer with the colour."
output = "text"
metric = "exact_match"
success_bar = 0.6
"""
PEOPLE = ("Ada", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gus", "Hal", "Ivy", "Jon")
COLOURS = ("red", "green", "blue", "brown", "white")

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1200)]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one tiny task: 30 examples and one document."""
    folder = tmp_path_factory.mktemp("home")
    task = folder / "tasks" / "lockers"
    (task / "documents").mkdir(parents=True)
    (task / "task.toml").write_text(TASK, encoding="utf-8")
    owned = {name: COLOURS[place % len(COLOURS)] for place, name in enumerate(PEOPLE)}
    asked = (
        "Which key opens the locker of {}?",
        "What colour is the key to {}'s locker?",
        "Whose colour is it? It is for {}.",
    )
    rows = [
        json.dumps({"input": words.format(name), "reference": colour, "group": name})
        for name, colour in owned.items()
        for words in asked
    ]
    (task / "examples.jsonl").write_text("\n".join(rows), encoding="utf-8")
    told = "\n".join(
        f"The {colour} key opens the locker of {name}." for name, colour in owned.items()
    )
    (task / "documents" / "keys.md").write_text(f"# Keys\n\n{told}\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    """The server on a free port."""
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
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail("The server did not start.")


@pytest.fixture(scope="module")
def page(address: str) -> Iterator[Page]:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium:
        missing = "Chromium is not installed; the browser test was left out."
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(PATIENCE * 1000)
        expect.set_options(timeout=PATIENCE * 1000)
        page.goto(f"{address}/?task=lockers")
        yield page
        browser.close()


def go(page: Page, title: str) -> None:
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=title).click()


def ask(page: Page, question: str, turns: int) -> None:
    """Ask, and wait until the turn is on record."""
    box = page.get_by_placeholder("Ask a question")
    expect(box).to_be_enabled()
    box.fill(question)
    box.press("Enter")
    expect(page.get_by_text("Which answer is better?")).to_have_count(turns)


def heading(page: Page, title: str) -> None:
    expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()


def test_from_a_question_to_a_verdict(page: Page, home: Path) -> None:
    heading(page, "Lockers")
    ask(page, "Which key opens the locker of Ada?", turns=1)
    expect(page.get_by_text("Start a training run on the Train page.")).to_be_visible()

    go(page, "Documents")
    text = page.get_by_label("Text", exact=True)
    expect(text).to_have_value(re.compile("of Ada"))
    edited = text.input_value().replace("The red key opens the locker of Ada", "Ada needs no key")
    text.fill(edited)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text(re.compile("Saved. . new passages?"))).to_be_visible()
    assert "Ada needs no key" in (home / "tasks/lockers/documents/keys.md").read_text("utf-8")

    go(page, "Train")
    page.get_by_role("radio", name="Quick").click()
    page.get_by_role("button", name="Start training").click()
    expect(page.get_by_text(re.compile("[0-9] steps in"))).to_be_visible()

    go(page, "Playground")
    ask(page, "Which key opens the locker of Ben?", turns=2)
    answers = page.get_by_text("adapter lockers")
    expect(answers).to_have_count(1)
    page.get_by_role("radio", name="LoRA").last.click()
    page.reload()
    expect(page.get_by_role("radio", name="LoRA", checked=True)).to_have_count(1)
    expect(page.get_by_text("Which answer is better?")).to_have_count(2)

    go(page, "Evaluate")
    page.get_by_role("button", name="Measure on the holdout").click()
    heading(page, "How good each lever is")

    go(page, "Verdict")
    expect(page.get_by_test_id("stMermaidChart").locator("img")).to_be_visible()
    expect(page.get_by_text("Something in First Lever itself went wrong.")).to_have_count(0)
