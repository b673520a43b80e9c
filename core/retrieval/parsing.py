"""Files that are no plain text, read by a child process whose time and memory are limited.

A PDF, an Office document or a page can be built to use hours or gigabytes; the child is refused
them and dies alone. `python -m core.retrieval.parsing .pdf` reads the file on standard input
and prints JSON.
"""

import contextlib
import json
import re
import resource
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from core.retrieval import markup, office, pdf, refusal, table
from core.retrieval.refusal import Refused

CPU_SECONDS = 10
MEMORY_BYTES = 512 * 2**20  # address space
WALL_SECONDS = 60
VERSION = 1  # change it when the same file is read as another text
ROOT = Path(__file__).parents[2]

READERS: dict[str, Callable[[bytes], Sequence[str]]] = {
    ".pdf": pdf.pages_of,
    ".docx": office.parts_of_docx,
    ".pptx": office.parts_of_pptx,
    ".xlsx": office.parts_of_xlsx,
    ".html": markup.parts_of,
    ".htm": markup.parts_of,
    ".csv": table.parts_of,
}
PAGED = (".pdf", ".pptx")  # the parts of these are pages or slides


@dataclass(frozen=True)
class Parsed:
    """What a file says."""

    parts: tuple[str, ...]  # pages or slides where it has them, else all of it
    paged: bool


def parsed(name: str, content: bytes) -> Parsed:
    """The text of a file that is no plain text.

    Raises:
        DocumentUnreadable: Encrypted, damaged, without any text, or over the limits.
    """
    suffix = Path(name).suffix.lower()
    told = _told(suffix, content)
    if "parts" not in told:
        raise refusal.sentence(name, told["reason"], told.get("detail", ""))
    return Parsed(tuple(told["parts"]), suffix in PAGED)


def _told(suffix: str, content: bytes) -> dict[str, Any]:
    """What the child prints; killed or out of memory means too large."""
    try:
        child = subprocess.run(
            [sys.executable, "-m", "core.retrieval.parsing", suffix],
            input=content,
            capture_output=True,
            timeout=WALL_SECONDS,
            cwd=ROOT,
            env={"PYTHONUTF8": "1"},  # a parser of strangers' files needs no keys
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"reason": "large"}
    answer: dict[str, Any] = json.loads(child.stdout) if child.returncode == 0 else {}
    return answer or {"reason": "large"}


def main(suffix: str) -> None:
    """Answer for the file on standard input, within the limits."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    with contextlib.suppress(ValueError):  # macOS knows no limit of address space
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answer = _answer(suffix, sys.stdin.buffer.read())
    sys.stdout.write(json.dumps(answer))


def _answer(suffix: str, content: bytes) -> dict[str, Any]:
    try:
        parts = [_clean(part) for part in READERS[suffix](content)]
    except Refused as refused:
        return {"reason": refused.reason, "detail": refused.detail}
    except (MemoryError, RecursionError):
        return {"reason": "large"}
    except Exception:  # the outermost frame: whatever a file does to a parser
        return {"reason": "damaged"}
    return asdict(Parsed(tuple(parts), suffix in PAGED)) if any(parts) else {"reason": "empty"}


def _clean(text: str) -> str:
    """Without lone surrogates, control characters and white space at line ends."""
    whole = text.encode("utf-8", "replace").decode()
    printable = re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", " ", whole.replace("\r\n", "\n"))
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", printable)).strip()


if __name__ == "__main__":
    main(sys.argv[1])
