"""What is kept of the Playground, chosen and deleted on the Settings page."""

import pytest
from streamlit.testing.v1 import AppTest

from core.journal import Keeping
from tests.fakes import FakeWorkbench
from tests.test_page_settings import APP, PAGE


@pytest.fixture
def page(bench: FakeWorkbench) -> AppTest:
    bench.journal.add("c", "capitals", "Which city?", [])
    return AppTest.from_file(str(APP), default_timeout=30).run().switch_page(PAGE).run()


def said(page: AppTest) -> str:
    return "\n".join(line.value for line in page.caption)


def test_the_usual_choice_keeps_everything_for_thirty_days(page: AppTest) -> None:
    assert not page.exception
    assert page.number_input(key="settings_share").value == 100
    assert page.number_input(key="settings_days").value == 30
    assert "In the record now: 1 question with their answers" in said(page)


def test_share_and_days_are_kept(page: AppTest, bench: FakeWorkbench) -> None:
    page.number_input(key="settings_share").set_value(10)
    page.number_input(key="settings_days").set_value(7)
    send = next(button for button in page.button if button.label == "Keep so much")
    assert send.click().run().success[0].value == "Kept from now on. 0 questions deleted."
    assert bench.journal.keeping == Keeping(share=10, days=7)


def test_one_click_after_the_question_deletes_all(page: AppTest, bench: FakeWorkbench) -> None:
    page.button(key="settings_forget").click().run()
    assert page.success[0].value == "1 question deleted."
    assert bench.journal.kept() == (0, None)
    assert "In the record now: 0 questions" in said(page)
