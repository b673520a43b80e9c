"""Former versions of documents, what changed between two texts, and a folder taken in."""

import os
from pathlib import Path

import pytest

from core.errors import DocumentUnreadable
from core.retrieval import bringing, documents, versions
from core.retrieval.difference import Piece, difference
from tests.test_retrieval_documents import pdf_with


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "task" / "documents"
    made.mkdir(parents=True)
    (made / "soles.md").write_text("Soles cost 68 pounds.", encoding="utf-8")
    return made


def told(folder: Path, name: str = "soles.md") -> list[tuple[str, str]]:
    """What was done and the text it left, the latest first."""
    return [(one.what, versions.read(folder, one).text) for one in versions.history(folder, name)]


def test_an_edit_keeps_the_text_as_it_was_found(folder: Path) -> None:
    versions.write_text(folder, "soles.md", "Soles cost 79 pounds.")
    assert told(folder) == [
        ("edited", "Soles cost 79 pounds."),
        ("found", "Soles cost 68 pounds."),
    ]


def test_the_same_text_again_is_no_version(folder: Path) -> None:
    versions.write_text(folder, "soles.md", "Soles cost 79 pounds.")
    versions.write_text(folder, "soles.md", "Soles cost 79 pounds.")
    assert len(told(folder)) == 2


def test_each_content_is_stored_once_under_its_digest(folder: Path) -> None:
    for text in ("a", "b", "a", "b"):
        versions.write_text(folder, "soles.md", text)
    kept = folder.parent / ".versions" / "soles.md"
    assert len(told(folder)) == 5
    assert len([one for one in kept.iterdir() if one.name != "log.jsonl"]) == 3


def test_a_change_made_outside_becomes_a_version_before_it_is_replaced(folder: Path) -> None:
    versions.write_text(folder, "soles.md", "one")
    (folder / "soles.md").write_text("by hand", encoding="utf-8")
    versions.write_text(folder, "soles.md", "two")
    assert [text for _, text in told(folder)][:3] == ["two", "by hand", "one"]


def test_a_version_can_be_restored(folder: Path) -> None:
    versions.write_text(folder, "soles.md", "Soles cost 79 pounds.")
    versions.restore(folder, versions.history(folder, "soles.md")[-1])
    assert (folder / "soles.md").read_text("utf-8") == "Soles cost 68 pounds."
    assert told(folder)[0] == ("restored", "Soles cost 68 pounds.")


def test_deleting_takes_the_versions_along(folder: Path) -> None:
    versions.write_text(folder, "soles.md", "Soles cost 79 pounds.")
    versions.remove(folder, "soles.md")
    assert list(folder.parent.rglob("*soles*")) == []
    assert versions.deleted(folder) == ()


def test_versions_can_outlive_their_document_and_bring_it_back(folder: Path) -> None:
    versions.remove(folder, "soles.md", keep=True)
    [gone] = versions.deleted(folder)
    assert (gone.document, gone.what) == ("soles.md", "deleted")
    versions.restore(folder, gone)
    assert (folder / "soles.md").read_text("utf-8") == "Soles cost 68 pounds."
    assert versions.deleted(folder) == ()


def test_versions_alone_can_be_deleted(folder: Path) -> None:
    versions.write_text(folder, "soles.md", "two")
    versions.forget(folder, "soles.md")
    assert versions.history(folder, "soles.md") == ()
    assert (folder / "soles.md").read_text("utf-8") == "two"


def test_a_refused_text_changes_nothing(folder: Path) -> None:
    with pytest.raises(DocumentUnreadable):
        versions.write_text(folder, "soles.md", " ")
    assert (folder / "soles.md").read_text("utf-8") == "Soles cost 68 pounds."
    assert [what for what, _ in told(folder)] == ["found"]


def test_a_damaged_version_is_refused(folder: Path) -> None:
    versions.write_text(folder, "soles.md", "two")
    [first] = versions.history(folder, "soles.md")[1:]
    (folder.parent / ".versions" / "soles.md" / first.digest).write_bytes(b"other")
    with pytest.raises(DocumentUnreadable, match="damaged"):
        versions.restore(folder, first)
    assert (folder / "soles.md").read_text("utf-8") == "two"


def test_a_pdf_has_versions_too(folder: Path) -> None:
    versions.store(folder, "book.pdf", pdf_with("First edition"))
    versions.store(folder, "book.pdf", pdf_with("Second edition"))
    assert told(folder, "book.pdf") == [("added", "Second edition"), ("added", "First edition")]


def test_versions_are_no_documents(folder: Path) -> None:
    versions.write_text(folder, "soles.md", "two")
    assert [one.name for one in documents.read_all(folder).documents] == ["soles.md"]


@pytest.mark.parametrize("name", ["../../x.md", "/etc/x.md", ".hidden.md", "x" * 300 + ".md"])
def test_a_name_from_elsewhere_stays_within_the_task(folder: Path, name: str) -> None:
    versions.store(folder, name, b"text")
    outside = [one for one in folder.parents[1].iterdir() if one != folder.parent]
    assert outside == []


def test_words_that_changed_are_told_apart() -> None:
    assert difference("Soles cost 68 pounds.\n", "Soles cost 79 pounds.\n") == (
        Piece("same", "Soles cost "),
        Piece("gone", "68"),
        Piece("new", "79"),
        Piece("same", " pounds.\n"),
    )


def test_what_stayed_far_from_a_change_is_left_out() -> None:
    before = "a\nb\nc\nd\n"
    assert difference(before, "a\nb\nc\nD\n") == (
        Piece("skipped", "a\nb\n"),
        Piece("same", "c\n"),
        Piece("gone", "d"),
        Piece("new", "D"),
        Piece("same", "\n"),
    )
    assert difference(before, before) == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "x\n"),
        ("x", ""),
        ("a b\n\nc\nd\ne\nf", "a\n\nc\nd\ne\nf g"),
        ("x_y", "x y"),
        ("à", "a"),
    ],
)
def test_both_texts_can_be_read_from_their_difference(before: str, after: str) -> None:
    found = difference(before, after)
    assert "".join(one.text for one in found if one.kind != "new") == before
    assert "".join(one.text for one in found if one.kind != "gone") == after


def test_texts_too_long_to_compare_are_told_whole() -> None:
    long = "x\n" * 20_001
    assert difference(long, "y") == (Piece("gone", long), Piece("new", "y"))


def test_a_folder_is_taken_in_once_and_then_only_what_changed(folder: Path, tmp_path: Path) -> None:
    source = tmp_path / "shared"
    (source / "hr").mkdir(parents=True)
    (source / "leave.md").write_text("28 days", encoding="utf-8")
    (source / "hr" / "leave.md").write_text("17 days", encoding="utf-8")
    (source / ".git").mkdir()
    (source / ".git" / "x.md").write_text("no", encoding="utf-8")
    (source / "picture.jpg").write_bytes(b"no")
    (source / "link.md").symlink_to(source / "leave.md")
    (source / "broken.pdf").write_bytes(b"no")
    first = bringing.bring(source, folder)
    texts = {one.text for one in documents.read_all(folder).documents}
    assert texts == {"Soles cost 68 pounds.", "28 days", "17 days"}
    assert (len(first.added), first.same) == (2, 0)
    assert [name for name, _ in first.refused] == ["broken.pdf"]
    assert first.passed_over == (
        (".git", "hidden"),
        ("link.md", "a link"),
        ("picture.jpg", "of a kind that is not read"),
    )
    (source / "leave.md").write_text("30 days", encoding="utf-8")
    again = bringing.bring(source, folder)
    assert (again.added, again.same) == (("leave.md",), 1)


def test_files_passed_over_are_counted_by_reason_and_the_first_are_named(
    folder: Path, tmp_path: Path
) -> None:
    source = tmp_path / "shared"
    source.mkdir()
    (source / "leave.md").write_text("28 days", encoding="utf-8")
    os.mkfifo(source / "pipe.md")
    for number in range(1, 8):
        (source / f"{number}.png").write_bytes(b"")
    assert list(bringing.bring(source, folder).passed()) == [
        "1 passed over, no plain file: pipe.md",
        "7 passed over, of a kind that is not read: 1.png, 2.png, 3.png, 4.png, 5.png and 2 more",
    ]


def test_a_folder_that_is_none_or_holds_nothing_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for source in (tmp_path / "absent", tmp_path / "empty", folder / "soles.md"):
        with pytest.raises(DocumentUnreadable):
            bringing.bring(source, folder)
