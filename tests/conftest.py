"""A workspace, its record and a workbench for tests that ask; what a failed browser test saw."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from core.store import Store
from core.workspace import Workspace
from pages.shared import resources
from tests.fakes import FakeWorkbench


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "home")


@pytest.fixture
def store(workspace: Workspace) -> Iterator[Store]:
    opened = Store(workspace.database)
    yield opened
    opened.close()


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeWorkbench:
    """The workbench behind every page."""
    made = FakeWorkbench(tmp_path)
    monkeypatch.setattr(resources, "workbench", lambda: made)
    return made


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """With a failure, the words that stood on the page at that moment."""
    report = yield
    page = getattr(item, "funcargs", {}).get("page")
    if report.when == "call" and report.failed and isinstance(page, Page):
        report.sections.append(("The page", f"{page.url}\n{page.locator('body').inner_text()}"))
    return report
