"""The whole way in a real browser, with the real server and the model that ships."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.store import Store
from core.workspace import Workspace
from tests.browsing import PATIENCE, go, heading, opened, served

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
def page(home: Path) -> Iterator[Page]:
    with served(home) as address, opened(f"{address}/?task=lockers") as page:
        yield page


def ask(page: Page, question: str, turns: int) -> None:
    """Ask, and wait until the turn is on record."""
    box = page.get_by_placeholder("Ask a question")
    expect(box).to_be_enabled()
    box.fill(question)
    box.press("Enter")
    expect(page.get_by_text("Which answer is better?")).to_have_count(turns)


def until_marked(home: Path, lever: str) -> None:
    """Until the record holds a mark: a click travels to the server before it counts."""
    store = Store(Workspace(home).database)
    deadline = time.monotonic() + PATIENCE
    while lever not in store.marks(range(1, 10)).values():
        assert time.monotonic() < deadline, "The mark never reached the record."
        time.sleep(0.2)
    store.close()


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
    until_marked(home, "lora")
    page.reload()
    expect(page.get_by_role("radio", name="LoRA", checked=True)).to_have_count(1)
    expect(page.get_by_text("Which answer is better?")).to_have_count(2)

    go(page, "Evaluate")
    page.get_by_role("button", name="Measure on the holdout").click()
    heading(page, "How good each lever is")

    go(page, "Verdict")
    expect(page.get_by_role("img", name=re.compile("^Decision path"))).to_be_visible()
    expect(page.get_by_text("Something in First Lever itself went wrong.")).to_have_count(0)
