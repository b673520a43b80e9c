"""What a failed browser test saw."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """With a failure, the words that stood on the page at that moment."""
    report = yield
    page = getattr(item, "funcargs", {}).get("page")
    if report.when == "call" and report.failed and isinstance(page, Page):
        report.sections.append(("The page", f"{page.url}\n{page.locator('body').inner_text()}"))
    return report
