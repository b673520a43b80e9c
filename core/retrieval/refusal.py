"""Why a file cannot be read as a document, in a word for the child and a sentence for people."""

from pathlib import Path

from core.errors import DocumentUnreadable


class Refused(Exception):
    """What a parser says of a file that it cannot read.

    Args:
        reason: One of `REASONS`.
        detail: What is wrong with it, where that is more than the reason says.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


REASONS = {
    "encrypted": ("is encrypted.", "Save a copy without a password and add that."),
    "damaged": ("is damaged or not {kind}.", "Export it again from where it was made."),
    "scanned": ("holds no text, only pictures of pages.", "Run text recognition (OCR) on it."),
    "empty": ("holds no text.", "Add one that has some."),
    "large": ("needs too much time or memory to read.", "Split it, or add its text as .md."),
    "coding": ("is not UTF-8 text ({detail}).", "Save it as UTF-8 and add it again."),
    "binary": ("holds binary data, not text.", "Add it in its own format or as text."),
    "ragged": ("is not a table: {detail}.", "Mend that line and add it again."),
    "extra": (
        "is an Office document, and what reads those is not installed.",
        "Run: .venv/bin/pip install 'markitdown[docx,pptx,xlsx]==0.1.8'",
    ),
}
KINDS = {
    ".pdf": "a PDF",
    ".docx": "a Word document",
    ".pptx": "a PowerPoint document",
    ".xlsx": "an Excel document",
    ".html": "a web page",
    ".htm": "a web page",
    ".csv": "a table",
}


def sentence(name: str, reason: str, detail: str = "") -> DocumentUnreadable:
    """The failure to raise for a file of that name."""
    problem, remedy = REASONS[reason]
    kind = KINDS.get(Path(name).suffix.lower(), "a document")
    return DocumentUnreadable(f"{name} {problem.format(kind=kind, detail=detail)}", remedy=remedy)
