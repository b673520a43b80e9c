"""The documents page inside the whole app, with a fake workbench behind it."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import TextArea

from core.records import fingerprint
from core.tasks import catalog
from tests.fakes import FakeWorkbench
from tests.test_retrieval_documents import pdf_with

APP = Path(__file__).parent.parent / "app.py"
PAGE = "pages/play/documents.py"
# 17 words, the marks of headings included, as Words counts them
FRANCE = (
    "# France\n\n## Capital\n\nThe capital of France has been Paris for a very long time now.\n"
)


@pytest.fixture
def folder(bench: FakeWorkbench) -> Path:
    made = bench.workspace.tasks / "capitals" / "documents"
    made.mkdir()
    (made / "france.md").write_text(FRANCE, encoding="utf-8")
    return made


def opened() -> AppTest:
    return AppTest.from_file(str(APP), default_timeout=30).run().switch_page(PAGE).run()


def text(page: AppTest) -> TextArea:
    """The box with the text of the document that is chosen."""
    return next(area for area in page.text_area if area.label == "Text")


def test_without_documents_the_page_says_what_to_do(bench: FakeWorkbench) -> None:
    page = opened()
    assert not page.error
    assert "No documents yet" in [head.value for head in page.subheader]


def test_documents_are_listed_with_words_and_passages(folder: Path) -> None:
    page = opened()
    assert not page.error
    assert page.markdown[1].value == "**1 document** · 17 words · 1 passage"
    assert page.dataframe[0].value.to_dict("records") == [
        {"Title": "France", "Words": 17, "Passages": 1}
    ]


def at(document: str, start: int, end: int, words: str) -> AppTest:
    """The page as the link of a citation opens it."""
    page = AppTest.from_file(str(APP), default_timeout=30)
    page.query_params.update(
        document=document, start=str(start), end=str(end), words=fingerprint(words)
    )
    return page.run().switch_page(PAGE).run()


def place(page: AppTest) -> str:
    return str(page.get("html")[0].proto.body)


def test_a_citation_opens_its_document_with_the_place_highlighted(folder: Path) -> None:
    (folder / "atlas.md").write_text("# Atlas\n\nNothing here.\n", encoding="utf-8")
    start = FRANCE.index("Paris")
    page = at("france.md", start, start + 5, "Paris")
    assert not page.error
    assert page.selectbox(key="documents_name").value == "france.md"
    assert ">Paris</mark> for a very long time" in place(page)


def test_another_document_can_be_chosen_after_a_citation_was_opened(folder: Path) -> None:
    (folder / "atlas.md").write_text("# Atlas\n\nNothing here.\n", encoding="utf-8")
    page = at("france.md", 0, 5, FRANCE[:5])
    page.selectbox(key="documents_name").set_value("atlas.md").run()
    assert text(page).value == "# Atlas\n\nNothing here.\n"
    page.button(key="documents_place_close").click().run()
    assert not page.get("html")
    assert page.selectbox(key="documents_name").value == "atlas.md"


def test_a_citation_of_a_text_that_was_changed_says_so_and_marks_nothing(folder: Path) -> None:
    page = at("france.md", 10, 15, "Paris")
    assert page.info[0].value.startswith("The document was changed after this answer was given")
    assert "<mark" not in place(page)


def test_an_edit_of_the_cited_text_is_seen_at_once(folder: Path) -> None:
    start = FRANCE.index("Paris")
    page = at("france.md", start, start + 5, "Paris")
    text(page).set_value(FRANCE.replace("Paris", "Lyon"))
    page.button(key="documents_save").click().run()
    assert page.info[0].value.startswith("The document was changed")
    assert "of France has been Lyon" in place(page)


def test_a_citation_of_a_deleted_document_says_so(folder: Path) -> None:
    page = at("gone.md", 10, 15, "Paris")
    assert page.info[0].value == "gone\\.md was deleted after this answer was given."


def test_a_citation_in_a_pdf_opens_at_its_page(folder: Path) -> None:
    (folder / "book.pdf").write_bytes(pdf_with("First page of it", "Second page, with Paris"))
    text = "First page of it\n\nSecond page, with Paris"
    page = at("book.pdf", text.index("Paris"), len(text), "Paris")
    assert "Page 2 of 2" in [line.value for line in page.caption]
    assert "First page" not in place(page)
    assert ">Paris</mark>" in place(page)


@pytest.mark.parametrize("start", ["-1", "x", "9" * 12, "15"])
def test_an_address_that_names_no_place_is_passed_over(folder: Path, start: str) -> None:
    page = AppTest.from_file(str(APP), default_timeout=30)
    page.query_params.update(document="france.md", start=start, end="15")
    page.run().switch_page(PAGE).run()
    assert not page.exception
    assert not page.error
    assert not page.get("html")


def test_an_edit_is_saved_and_its_passages_are_counted(folder: Path) -> None:
    page = opened()
    text(page).set_value(FRANCE.replace("Paris", "Lyon"))
    page.button(key="documents_save").click().run()
    assert "Lyon" in (folder / "france.md").read_text(encoding="utf-8")
    assert page.success[0].value.startswith("Saved. 1 new passage, 0 unchanged")
    assert "Lyon" in page.expander(key="documents_passages").text[0].value


def test_an_empty_text_is_refused_and_the_document_stays(folder: Path) -> None:
    page = opened()
    text(page).set_value(" ")
    page.button(key="documents_save").click().run()
    assert page.error[0].proto.title == "france\\.md is empty\\."
    assert (folder / "france.md").read_text(encoding="utf-8") == FRANCE


def test_uploads_are_kept_and_one_that_cannot_be_read_is_named(folder: Path) -> None:
    page = opened()
    page.file_uploader[0].upload("spain.txt", b"The capital of Spain is Madrid.")
    page.file_uploader[0].upload("broken.pdf", b"%PDF-1.4 and no more")
    submit(page, "Add to the documents")
    assert (folder / "spain.txt").read_bytes() == b"The capital of Spain is Madrid."
    assert "broken" in page.error[0].proto.title
    assert not (folder / "broken.pdf").exists()


def test_a_file_that_cannot_be_read_is_listed_with_its_reason(folder: Path) -> None:
    (folder / "notes.md").write_bytes(b"\xff\x00\xfe")
    page = opened()
    assert "notes" in page.error[0].proto.title
    assert page.button(key="documents_refused_notes.md").label == "Delete this file"


def test_a_document_is_deleted_after_a_second_click(folder: Path) -> None:
    page = opened()
    page.button(key="documents_delete").click().run()
    assert list(folder.iterdir()) == []


def submit(page: AppTest, label: str) -> None:
    next(button for button in page.form_submit_button if button.label == label).click().run()


def versions_of(page: AppTest) -> str:
    """The label of the versions, which counts them."""
    return str(page.expander(key="documents_versions").label)


def test_an_edit_shows_what_changed_and_can_be_taken_back(folder: Path) -> None:
    page = opened()
    assert versions_of(page) == "Versions (0)"
    text(page).set_value(FRANCE.replace("Paris", "Lyon"))
    page.button(key="documents_save").click().run()
    assert versions_of(page) == "Versions (2)"
    [body] = [element.proto.body for element in page.get("html")]
    assert ">Paris</del>" in body
    assert ">Lyon</ins>" in body
    page.button(key="documents_restore_version").click().run()
    assert (folder / "france.md").read_text(encoding="utf-8") == FRANCE
    assert versions_of(page.run()) == "Versions (3)"


def test_an_edit_right_after_another_is_saved_too(folder: Path) -> None:
    page = opened()
    text(page).set_value(FRANCE.replace("Paris", "Lyon"))
    page.button(key="documents_save").click().run()
    text(page).set_value(FRANCE.replace("Paris", "Nice"))
    page.button(key="documents_save").click().run()
    assert "Nice" in (folder / "france.md").read_text(encoding="utf-8")
    assert page.success[0].value.startswith("Saved. 1 new passage")


def test_deleting_takes_the_versions_along_unless_they_are_kept(folder: Path) -> None:
    page = opened()
    text(page).set_value(FRANCE.replace("Paris", "Lyon"))
    page.button(key="documents_save").click().run()
    page.checkbox(key="documents_keep").check()
    page.button(key="documents_delete").click().run()
    assert "is deleted; its versions are kept" in "".join(line.value for line in page.markdown)
    page.button(key="documents_back_france.md").click().run()
    assert "Lyon" in (folder / "france.md").read_text(encoding="utf-8")
    page.button(key="documents_delete").click().run()
    assert not list(folder.parent.rglob("*france*"))


def test_a_folder_of_the_machine_is_read(folder: Path, tmp_path: Path) -> None:
    source = tmp_path / "shared"
    source.mkdir()
    (source / "spain.md").write_text("# Spain\n\nMadrid.", encoding="utf-8")
    (source / "<img src=x>.md").write_text("\0", encoding="utf-8")
    (source / "<b>.png").write_bytes(b"")
    page = opened()
    page.text_input(key="documents_folder_path").set_value(str(source))
    submit(page, "Read the folder")
    assert (folder / "spain.md").exists()
    assert page.success[0].value == "1 document new or changed, 0 as they were."
    assert page.warning[0].proto.title == "\\<img src\\=x\\>\\.md was left out"
    said = [one.value for one in page.caption if "passed over" in one.value]
    assert said == ["1 passed over\\, of a kind that is not read\\: \\<b\\>\\.png"]


def test_a_folder_that_is_not_there_is_a_sentence(folder: Path) -> None:
    page = opened()
    page.text_input(key="documents_folder_path").set_value("/no/such/folder")
    submit(page, "Read the folder")
    assert "is not a folder of this machine" in page.error[0].proto.title


def test_a_document_is_written_in_the_page_under_a_free_name(folder: Path) -> None:
    page = opened()
    page.text_input(key="documents_new_title").set_value("france")
    page.text_area(key="documents_new_text").set_value("Its river is the Loire.")
    submit(page, "Add the document")
    made = folder / "france 2.md"
    assert made.read_text(encoding="utf-8") == "# france\n\nIts river is the Loire."


def test_what_indexing_took_is_on_record(folder: Path, bench: FakeWorkbench) -> None:
    page = opened()
    text(page).set_value(FRANCE.replace("Paris", "Lyon"))
    page.button(key="documents_save").click().run()
    kept = bench.store.latest_report("capitals", "indexing")
    assert kept is not None
    assert (kept["new"], kept["same"]) == (1, 0)
    assert kept["seconds"] > 0


def test_a_shipped_text_can_be_restored(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalog, "SAMPLES", tmp_path / "shipped")
    came = tmp_path / "shipped" / "capitals" / "documents"
    came.mkdir(parents=True)
    (came / "france.md").write_text(FRANCE.replace("Paris", "Marseille"), encoding="utf-8")
    page = opened()
    page.button(key="documents_restore").click().run()
    assert "Marseille" in (folder / "france.md").read_text(encoding="utf-8")
    assert "Marseille" in text(page).value
