"""The part of the Watch page about production, inside the whole app."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.shared import resources
from tests.test_page_watch import opened, said
from tests.watched import WatchedWorkbench

SHEET = b"<b>old</b>,new\n" + b"1,1\n" * 60 + b"0,1\n" * 30 + b"0,0\n" * 10 + b"perhaps,\n"


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    bench = WatchedWorkbench(tmp_path)
    monkeypatch.setattr(resources, "workbench", lambda: bench)
    return opened("production")


def compared(page: AppTest, content: bytes) -> AppTest:
    page.file_uploader(key="watch_outcomes_file").upload("june.csv", content)
    sends = next(button for button in page.button if button.label == "Compare")
    return sends.click().run()


def test_the_plan_says_how_many_and_how_long(page: AppTest) -> None:
    assert not page.exception
    assert "**1,511 users of each way**, about 16 days." in said(page)  # 3,022 at 200 a day
    page.number_input(key="watch_wanted").set_value(70.0).run()
    assert "**376 users of each way**, about 4 days." in said(page)


def test_a_change_of_nothing_is_refused_with_a_sentence(page: AppTest) -> None:
    page.number_input(key="watch_wanted").set_value(60.0).run()
    assert page.error[0].value.startswith("Give two different rates")


def test_two_columns_are_compared_and_stay(page: AppTest) -> None:
    page = compared(page, SHEET)
    assert not page.exception
    shown = said(page)
    assert "**new is better than \\<b\\>old\\<\\/b\\> by more than luck\\.**" in shown
    assert "new lies 30 points above" in shown
    assert "From june\\.csv. " in shown
    assert list(page.dataframe[0].value["Rate"]) == ["60%", "90%"]
    assert list(page.dataframe[1].value["Where"]) == ["line 102"]
    assert "new lies 30 points above" in said(opened("production"))


def test_a_file_that_is_no_comparison_is_refused_with_a_sentence(page: AppTest) -> None:
    page = compared(page, b"user,old,new\n7,1,0\n")
    assert page.error[0].proto.title == "june\\.csv has 3 columns\\, not two\\."
