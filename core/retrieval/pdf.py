"""Text of a PDF, read by a child process whose time and memory are limited.

A PDF can be built to use hours or gigabytes; the child is refused them and dies alone.
`python -m core.retrieval.pdf` reads the file on standard input and prints JSON.
"""

import contextlib
import io
import json
import re
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

from core.errors import DocumentUnreadable

CPU_SECONDS = 10
MEMORY_BYTES = 512 * 2**20  # address space
WALL_SECONDS = 60
MAX_CHARACTERS = 10_000_000  # far above the text of any book
ROOT = Path(__file__).parents[2]

REFUSALS = {
    "encrypted": ("is encrypted.", "Save a copy without a password and add that."),
    "damaged": ("is damaged or not a PDF.", "Export it again from where it was made."),
    "scanned": ("holds no text, only pictures of pages.", "Run text recognition (OCR) on it."),
    "large": ("needs too much time or memory to read.", "Split it, or add its text as .md."),
}


def pages_of(name: str, content: bytes) -> tuple[str, ...]:
    """Text of each page, in order; a page without text is an empty string.

    Raises:
        DocumentUnreadable: Encrypted, damaged, without any text, or over the limits.
    """
    told = _told(content)
    if "pages" in told:
        return tuple(told["pages"])
    problem, remedy = REFUSALS[told["refused"]]
    raise DocumentUnreadable(f"{name} {problem}", remedy=remedy)


def _told(content: bytes) -> dict[str, Any]:
    """What the child prints; killed or out of memory means too large."""
    try:
        child = subprocess.run(
            [sys.executable, "-m", "core.retrieval.pdf"],
            input=content,
            capture_output=True,
            timeout=WALL_SECONDS,
            cwd=ROOT,
            env={"PYTHONUTF8": "1"},  # a parser of strangers' files needs no keys
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"refused": "large"}
    answer: dict[str, Any] = json.loads(child.stdout) if child.returncode == 0 else {}
    return answer or {"refused": "large"}


def _read(content: bytes) -> dict[str, Any]:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted and not reader.decrypt(""):
        return {"refused": "encrypted"}
    pages: list[str] = []
    for page in reader.pages:
        pages.append(_clean(page.extract_text()))
        if sum(map(len, pages)) > MAX_CHARACTERS:
            return {"refused": "large"}
    return {"pages": pages} if any(pages) else {"refused": "scanned"}


def _clean(text: str) -> str:
    """Without lone surrogates, control characters and white space at line ends."""
    whole = text.encode("utf-8", "replace").decode()
    printable = re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", " ", whole.replace("\r\n", "\n"))
    return re.sub(r"[ \t]+\n", "\n", printable).strip()


def main() -> None:
    """Answer for the PDF on standard input, within the limits."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    with contextlib.suppress(ValueError):  # macOS knows no limit of address space
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        answer = _read(sys.stdin.buffer.read())
    except Exception as refused:  # the outermost frame: whatever a file does to the parser
        answer = {"refused": _reason(refused)}
    sys.stdout.write(json.dumps(answer))


def _reason(refused: Exception) -> str:
    from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError

    if isinstance(refused, MemoryError | RecursionError | LimitReachedError):
        return "large"
    # A cipher that needs a library which is not installed is a locked document, too.
    locked = isinstance(refused, DependencyError | FileNotDecryptedError)
    return "encrypted" if locked else "damaged"


if __name__ == "__main__":
    main()
