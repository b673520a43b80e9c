"""The Data page inside the whole app, with a fake workbench behind it."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.shared import resources
from tests.measured import MeasuredWorkbench

APP = Path(__file__).parent.parent / "app.py"
ROWS = b'{"input": "ab", "reference": "b"}\n' * 8 + b'{"input": "cd", "reference": "d"}\n' * 8


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MeasuredWorkbench:
    made = MeasuredWorkbench(tmp_path)
    monkeypatch.setattr(resources, "workbench", lambda: made)
    return made


@pytest.fixture
def page(bench: MeasuredWorkbench) -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=30).run()
    return app.switch_page("pages/tune/data.py").run()


def imported(page: AppTest, name: str, content: bytes) -> AppTest:
    page.file_uploader[0].upload("mine.jsonl", content)
    page.text_input(key="data_name").set_value(name)
    return page.button[0].click().run()


def said(page: AppTest) -> str:
    return "\n".join(line.value for line in [*page.markdown, *page.caption, *page.text])


def test_the_page_opens_with_the_task_in_four_figures(page: AppTest) -> None:
    assert not page.exception
    assert not page.error
    assert [one.value for one in page.metric] == ["30", "Free text", "Exact match", "60%"]


def test_blocking_findings_come_first_with_what_to_do(page: AppTest) -> None:
    assert "Only 30 examples\\: too few to fine\\-tune on" in said(page)
    assert "Collect at least 50\\." in said(page)


def test_holdout_rows_are_counted_and_never_shown(page: AppTest, bench: MeasuredWorkbench) -> None:
    split = bench.split(bench.task("capitals"))
    rows = set(page.dataframe[0].value["Row"])
    assert len(split.holdout) == 6
    assert rows.isdisjoint(example.row for example in split.holdout)
    assert len(rows) == 24


def test_a_task_of_ones_own_comes_in_with_what_was_assumed(page: AppTest) -> None:
    imported(page, "letters", ROWS)
    assert not page.error
    assert page.success[0].value == "16 examples are in the workspace."
    assert "Assumed: The output was taken for label and is measured by accuracy." in said(page)


def test_an_imported_task_opens_at_a_press(page: AppTest, bench: MeasuredWorkbench) -> None:
    bench.tasks = lambda: ["capitals", "letters"]  # type: ignore[method-assign]
    imported(page, "letters", ROWS)
    page.button[-1].click().run()
    assert page.selectbox(key="task_pick").value == "letters"
    assert page.metric[0].value == "16"


def test_a_file_that_cannot_be_read_is_refused_with_its_line(page: AppTest) -> None:
    imported(page, "letters", b'{"input": "ab"')
    assert page.error
    assert "examples\\.jsonl" in page.error[0].proto.title + page.error[0].value


def test_a_name_that_is_taken_is_refused(page: AppTest) -> None:
    imported(page, "capitals", ROWS)
    assert page.error[0].value == "Choose another name\\."
