"""The import section of the Data page, with the workbench's own way of importing behind it."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.workbench import Workbench
from pages.shared import resources
from tests.fakes import FakeWorkbench

LETTERS = b'{"input": "ab", "reference": "b"}\n' * 8 + b'{"input": "cd", "reference": "d"}\n' * 8
TICKETS = (
    "Ticket text;Queue;Customer\n"
    '"The lamp; it flickers";repairs;ada\n'
    "Where is my parcel?;post;bo\n"
    "My parcel is wet.;post;bo\n"
).encode("utf-16")


class BringingWorkbench(FakeWorkbench):
    """Imports as the real one does."""

    bring, bring_upload = Workbench.bring, Workbench.bring_upload
    preview_upload = Workbench.preview_upload

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self._previewed: dict[object, object] = {}


def drawn() -> None:
    from pages.shared import resources, widgets
    from pages.tune import bringing

    widgets.require_task()
    bringing.section(resources.workbench())


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> BringingWorkbench:
    made = BringingWorkbench(tmp_path)
    monkeypatch.setattr(resources, "workbench", lambda: made)
    return made


@pytest.fixture
def page(bench: BringingWorkbench) -> AppTest:
    return AppTest.from_function(drawn, default_timeout=60).run()


def uploaded(page: AppTest, name: str, content: bytes) -> AppTest:
    page.file_uploader(key="data_file").upload(name, content)
    return page.run()


def said(page: AppTest) -> str:
    return "\n".join(line.value for line in [*page.markdown, *page.caption, *page.text])


def shown(page: AppTest) -> list[list[str]]:
    """The cells of the preview, row by row."""
    return page.dataframe[0].value.astype(str).to_numpy().tolist()


def test_the_section_opens_with_what_to_bring_and_the_limits(page: AppTest) -> None:
    assert not page.exception
    assert "At most 100,000 rows, 25 MB and 32,000 characters in a cell." in said(page)
    assert not page.button


def test_the_rows_are_shown_as_they_will_be_trained_on(page: AppTest) -> None:
    uploaded(page, "My tickets (2).csv", TICKETS)
    assert not page.exception
    assert [box.value for box in page.main.selectbox] == ["Ticket text", "Queue", "Customer"]
    assert "'Queue' was taken for the reference because of its name" in said(page).replace("\\", "")
    assert shown(page)[0] == ["1", "The lamp; it flickers", "repairs", "ada"]
    assert page.text_input[0].value == "my-tickets-2"


def test_another_column_changes_the_rows_that_are_shown(page: AppTest) -> None:
    uploaded(page, "tickets.csv", TICKETS)
    page.selectbox(key="data_reference_tickets").set_value("Customer")
    page.selectbox(key="data_group_tickets").set_value("").run()
    assert shown(page)[1] == ["2", "Where is my parcel?", "bo"]


def test_what_was_shown_is_what_comes_in(page: AppTest, bench: BringingWorkbench) -> None:
    uploaded(page, "tickets.csv", TICKETS)
    page.selectbox(key="data_reference_tickets").set_value("Customer")
    page.selectbox(key="data_group_tickets").set_value("").run()
    page.button(key="data_import").click().run()
    assert not page.error
    assert page.success[0].value == "3 examples are in the workspace."
    assert [(one.input, one.reference, one.group) for one in bench.task("tickets").examples] == [
        ("The lamp; it flickers", "ada", ""),
        ("Where is my parcel?", "bo", ""),
        ("My parcel is wet.", "bo", ""),
    ]


def test_an_imported_task_says_what_was_assumed_and_opens_at_a_press(
    page: AppTest, bench: BringingWorkbench
) -> None:
    bench.tasks = lambda: ["capitals", "letters"]  # type: ignore[method-assign]
    uploaded(page, "letters.jsonl", LETTERS)
    page.button(key="data_import").click().run()
    assert page.success[0].value == "16 examples are in the workspace."
    assert "Assumed: The output was taken for label and is measured by accuracy." in said(page)
    page.button(key="data_open").click().run()
    assert page.selectbox(key="task_pick").value == "letters"


def test_chats_need_no_columns(page: AppTest) -> None:
    uploaded(
        page,
        "chats.jsonl",
        b'{"messages": [{"role": "user", "content": "2 + 2?"},'
        b' {"role": "assistant", "content": "4"}]}',
    )
    assert not page.main.selectbox
    assert shown(page) == [["1", "2 + 2?", "4"]]


def test_a_row_that_does_not_fit_is_named_and_nothing_can_be_imported(page: AppTest) -> None:
    uploaded(page, "tickets.csv", b"input,reference\na,b\nc,d,e\n")
    assert "line 3\\: 3 cells under 2 column names" in page.error[0].proto.title
    assert page.error[0].value.startswith("Put cells that hold the delimiter")
    assert page.button(key="data_import").disabled


def test_a_name_that_is_taken_is_refused_and_what_was_chosen_stays(page: AppTest) -> None:
    uploaded(page, "tickets.csv", TICKETS)
    page.selectbox(key="data_reference_tickets").set_value("Customer")
    page.selectbox(key="data_group_tickets").set_value("")
    page.text_input(key="data_name_tickets").set_value("ticket-triage")
    page.button(key="data_import").click().run()
    assert page.error[0].value == "Choose another name\\."
    assert page.text_input(key="data_name_tickets").value == "ticket-triage"
    assert page.selectbox(key="data_reference_tickets").value == "Customer"
    assert shown(page)[1][2] == "bo"


def test_a_mended_file_of_the_same_name_keeps_the_name_that_was_typed(page: AppTest) -> None:
    uploaded(page, "tickets.csv", b"input,reference\na\n")
    page.text_input(key="data_name_tickets").set_value("mine").run()
    uploaded(page, "tickets.csv", b"input,reference\na,b\n")
    assert not page.error
    assert page.text_input(key="data_name_tickets").value == "mine"


def test_names_and_cells_of_a_file_are_shown_as_they_are(page: AppTest) -> None:
    uploaded(page, "a.csv", b"<b>![x](http://e.x/i.png)</b>,Queue\n<i>lamp</i>,post\n")
    assert "![x](http" not in said(page)
    assert shown(page)[0][1] == "<i>lamp</i>"
