"""Documents: what is read, what is refused with which sentence, and under which name."""

import io
import json
import os
import subprocess
import zlib
from collections.abc import Sequence
from pathlib import Path

import pytest
from pypdf import PdfWriter

from core.errors import DocumentUnreadable
from core.retrieval import documents, naming, parsing


def pdf_of(streams: Sequence[bytes], coding: bytes = b"") -> bytes:
    """The smallest PDF with one page for each stream of drawing commands."""
    kids = b" ".join(b"%d 0 R" % (3 + 2 * n) for n in range(len(streams)))
    font = b"/Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%b] /Count %d >>" % (kids, len(streams)),
    ]
    for n, stream in enumerate(streams):
        page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 200] %b /Contents %d 0 R >>"
        parts.append(page % (font, 4 + 2 * n))
        parts.append(b"<< /Length %d%b >>\nstream\n%b\nendstream" % (len(stream), coding, stream))
    body, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count, start = len(parts) + 1, len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n" % (count, table)
    return body + b"<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, start)


def pdf_with(*lines: str) -> bytes:
    return pdf_of([f"BT /F 12 Tf 20 100 Td ({line}) Tj ET".encode() for line in lines])


def written(writer: PdfWriter) -> bytes:
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def blank_pdf() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    return written(writer)


def encrypted_pdf(user: str = "secret", algorithm: str = "RC4-128") -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(pdf_with("The code is K9.")))
    writer.encrypt(user, "owner", algorithm=algorithm)
    return written(writer)


def bomb_pdf(megabytes: int) -> bytes:
    """One page whose small stream unfolds to many megabytes of drawing commands."""
    packer = zlib.compressobj(9)
    block = b"BT /F 12 Tf (aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa) Tj ET\n" * 17_000
    stream = b"".join(packer.compress(block) for _ in range(megabytes)) + packer.flush()
    return pdf_of([stream], b" /Filter /FlateDecode")


def test_documents_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    documents.store(tmp_path, "b.md", b"# Refunds\n\nWithin 30 days.")
    documents.store(tmp_path, "a-short_note.txt", b"Closed on Sunday.")
    read = documents.read_all(tmp_path).documents
    assert [(each.name, each.title) for each in read] == [
        ("a-short_note.txt", "A short note"),
        ("b.md", "Refunds"),
    ]
    assert read[0].text == "Closed on Sunday."


def test_a_folder_that_is_not_there_holds_no_documents(tmp_path: Path) -> None:
    assert documents.read_all(tmp_path / "documents") == documents.Library((), ())


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"\xef\xbb\xbfCaf\xc3\xa9", "Café"),
        ("Café".encode("utf-16"), "Café"),
        (b"one\r\ntwo\rthree", "one\ntwo\nthree"),
    ],
)
def test_text_is_read_whatever_its_marks_and_line_ends(
    tmp_path: Path, content: bytes, text: str
) -> None:
    assert documents.store(tmp_path, "a.txt", content).text == text


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.txt", b"Caf\xe9", "a.txt is not UTF-8 text (byte 3 does not fit)."),
        ("a.md", b"one\0two", "a.md holds binary data, not text."),
        ("a.md", b" \n", "a.md is empty."),
        ("a.exe", b"MZ", "'a.exe' is of a kind that is not read here."),
        ("", b"text", "'' is of a kind that is not read here."),
        ("a.txt", b"x" * (25 * 2**20 + 1), "a.txt has 25 MB; at most 25 MB are read."),
        ("a.pdf", b"", "a.pdf is damaged or not a PDF."),
        ("a.pdf", b"not a pdf", "a.pdf is damaged or not a PDF."),
        ("a.pdf", blank_pdf(), "a.pdf holds no text, only pictures of pages."),
        ("a.pdf", encrypted_pdf(), "a.pdf is encrypted."),
        ("a.pdf", bomb_pdf(40), "a.pdf needs too much time or memory to read."),
        ("a.pdf", bomb_pdf(400), "a.pdf needs too much time or memory to read."),
    ],
    ids=lambda value: None if isinstance(value, bytes) else value[:40],
)
def test_what_cannot_be_read_is_refused_with_its_reason_and_never_stored(
    tmp_path: Path, name: str, content: bytes, problem: str
) -> None:
    with pytest.raises(DocumentUnreadable) as refused:
        documents.store(tmp_path, name, content)
    assert refused.value.problem == problem
    assert refused.value.remedy
    assert list(tmp_path.iterdir()) == []


def test_a_pdf_keeps_where_its_pages_begin(tmp_path: Path) -> None:
    read = documents.store(tmp_path, "guide.pdf", pdf_with("Open on Monday.", "Closed on Sunday."))
    assert read.text == "Open on Monday.\n\nClosed on Sunday."
    assert read.pages == (0, 17)
    assert documents.read_all(tmp_path).documents == (read,)


def test_a_pdf_locked_against_printing_only_is_read(tmp_path: Path) -> None:
    assert documents.store(tmp_path, "a.pdf", encrypted_pdf(user="")).text == "The code is K9."


def test_a_pdf_cut_off_anywhere_is_read_or_refused_with_a_sentence(tmp_path: Path) -> None:
    whole = pdf_with("Open on Monday.")
    for n, length in enumerate((10, len(whole) // 2, len(whole) - 30)):
        (tmp_path / f"{n}.pdf").write_bytes(whole[:length])
    found = documents.read_all(tmp_path)
    assert len(found.documents) + len(found.unreadable) == 3
    assert {document.text for document in found.documents} <= {"Open on Monday."}


def test_the_parser_of_a_pdf_sees_no_key_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = {}

    def run(command: list[str], **options: object) -> subprocess.CompletedProcess[bytes]:
        seen.update(options["env"])  # type: ignore[call-overload]
        return subprocess.CompletedProcess(command, 0, b'{"parts": ["x"], "paged": true}')

    monkeypatch.setenv("OPENAI_API_KEY", "sk-123")
    monkeypatch.setattr(parsing.subprocess, "run", run)
    assert parsing.parsed("a.pdf", b"") == parsing.Parsed(("x",), True)
    assert seen == {"PYTHONUTF8": "1"}


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that were parsed."""
    found: list[str] = []

    def parsed(name: str, content: bytes) -> parsing.Parsed:
        found.append(name)
        return parsing.Parsed((content.decode(),), True)

    monkeypatch.setattr(parsing, "parsed", parsed)
    return found


def test_an_unchanged_pdf_is_parsed_once(tmp_path: Path, told: list[str]) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF")
    documents.read_all(tmp_path)
    documents.read_all(tmp_path)
    os.utime(tmp_path / "a.pdf", (1, 1))
    documents.read_all(tmp_path)
    assert told == ["a.pdf", "a.pdf"]
    assert [path.name for path in tmp_path.iterdir()] == ["a.pdf"]  # a stranger's folder stays


def test_what_was_parsed_is_kept_over_a_restart_and_goes_with_its_file(
    tmp_path: Path, told: list[str]
) -> None:
    documents.store(tmp_path, "a.pdf", b"one")
    documents._kept.cache_clear()  # as a new process has it
    assert documents.read_all(tmp_path).documents[0].text == "one"
    assert told == ["a.pdf"]
    documents.store(tmp_path, "a.pdf", b"two")
    assert ["two" in path.read_text() for path in (tmp_path / ".parsed").iterdir()] == [True]
    documents.remove(tmp_path, "a.pdf")
    assert list((tmp_path / ".parsed").iterdir()) == []


def test_what_was_kept_and_is_damaged_is_parsed_again(tmp_path: Path, told: list[str]) -> None:
    documents.store(tmp_path, "a.pdf", b"one")
    for damage in (b"", b"{", b"[" * 100_000, b'{"parts": 3, "paged": true}', b"\xff"):
        (kept,) = (tmp_path / ".parsed").iterdir()
        kept.write_bytes(damage)
        documents._kept.cache_clear()
        assert documents.read_all(tmp_path).documents[0].text == "one"
    assert len(told) == 6


def test_one_unreadable_file_is_named_and_takes_no_other_down(tmp_path: Path) -> None:
    (tmp_path / "good.md").write_text("Open on Monday.")
    (tmp_path / "bad.pdf").write_bytes(b"broken")
    (tmp_path / "table.xls").write_bytes(b"x")
    (tmp_path / "folder.md").mkdir()
    (tmp_path / "outside.txt").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / ".hidden.md").write_text("half written")
    found = documents.read_all(tmp_path)
    assert [document.name for document in found.documents] == ["good.md"]
    assert [(name, str(why)) for name, why in found.unreadable] == [
        ("bad.pdf", "bad.pdf is damaged or not a PDF. Export it again from where it was made."),
        ("folder.md", "folder.md is not a plain file. Put the file itself among the documents."),
        (
            "outside.txt",
            "outside.txt is not a plain file. Put the file itself among the documents.",
        ),
        ("pipe.txt", "pipe.txt is not a plain file. Put the file itself among the documents."),
        (
            "table.xls",
            "'table.xls' is of a kind that is not read here."
            " Save it as one of .md, .txt, .html, .htm, .csv, .pdf, .docx, .pptx, .xlsx"
            " and add it again.",
        ),
    ]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("guide.md", "guide.md"),
        ("Überblick (2).PDF", "Überblick (2).PDF"),
        ("../../etc/passwd.md", "passwd-eae8eb.md"),
        ("/etc/passwd.md", "passwd-583fef.md"),
        ("..\\..\\boot.txt", "boot-b8acbc.txt"),
        ("=cmd|' /C calc'!A0.txt", "C calc--A0-44672f.txt"),
        ("<img src=x onerror=alert(1)>.md", "img src-x onerror-alert(1)-6db09a.md"),
        ("a\0b\nc.md", "a-b-c-0d6ff1.md"),
        (".md.md", "md-34bf26.md"),
        ("....md", "document-e68956.md"),
    ],
)
def test_a_name_keeps_no_path_and_no_marks(given: str, kept: str) -> None:
    assert naming.safe_name(given) == kept


def test_a_long_name_is_cut_to_120_bytes_between_letters() -> None:
    kept = naming.safe_name("ü" * 300 + ".md")
    assert len(kept.encode()) <= 120
    assert kept.startswith("üüü")
    assert kept.endswith(".md")


def test_two_names_that_differ_only_in_marks_stay_two_documents(tmp_path: Path) -> None:
    documents.store(tmp_path, "a/x.md", b"one")
    documents.store(tmp_path, "b/x.md", b"two")
    assert sorted(each.text for each in documents.read_all(tmp_path).documents) == ["one", "two"]


def test_the_same_name_again_replaces_the_document(tmp_path: Path) -> None:
    documents.store(tmp_path, "x?.md", b"one")
    documents.store(tmp_path, "x?.md", b"two")
    assert [each.text for each in documents.read_all(tmp_path).documents] == ["two"]


def test_a_text_is_edited_in_place_even_under_a_name_that_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / "a;b.md").write_text("old")
    assert (
        documents.write_text(tmp_path, "a;b.md", "new") == documents.read_all(tmp_path).documents[0]
    )
    assert [path.name for path in tmp_path.iterdir()] == ["a;b.md"]


def test_a_pdf_cannot_be_edited_as_text(tmp_path: Path) -> None:
    with pytest.raises(DocumentUnreadable, match="cannot be edited as text"):
        documents.write_text(tmp_path, "a.pdf", "new")


@pytest.mark.parametrize("name", ["../a.md", "b.md", "", ".", "..", ".hidden", "a\0.md", "x" * 300])
def test_only_a_document_of_the_folder_can_be_removed(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "documents"
    documents.store(folder, "a.md", b"one")
    (tmp_path / "a.md").write_text("outside")
    with pytest.raises(DocumentUnreadable, match="There is no document"):
        documents.remove(folder, name)
    documents.remove(folder, "a.md")
    assert documents.read_all(folder).documents == ()
    assert (tmp_path / "a.md").exists()


def test_documents_leave_as_lines_of_json_with_pages_and_sections(tmp_path: Path) -> None:
    documents.store(tmp_path, "a.md", "# Caf\u00e9\n\n## Hours\n\nNine.".encode())
    (line,) = documents.json_lines(documents.read_all(tmp_path).documents)
    assert json.loads(line) == {
        "name": "a.md",
        "title": "Caf\u00e9",
        "text": "# Caf\u00e9\n\n## Hours\n\nNine.",
        "pages": [],
        "sections": [
            {"heading": "", "start": 0, "end": 0},
            {"heading": "Hours", "start": 16, "end": 23},
        ],
    }
    assert line.endswith("\n")
