"""Names of documents: what is stored here lies under a name of our own."""

import hashlib
import re
import unicodedata
from pathlib import Path

from core.errors import DocumentUnreadable

SUFFIXES = (".md", ".txt", ".html", ".htm", ".csv", ".pdf", ".docx", ".pptx", ".xlsx")
MAX_BYTES = 120


def safe_name(given: str) -> str:
    """A file name made of the letters, digits and `-_.() ` of the given one, without its path.

    A name that had to be changed ends in six hex digits of the given one, so that two
    different uploads never become one file.

    Raises:
        DocumentUnreadable: The suffix is not one of `SUFFIXES`.
    """
    suffix = suffix_of(given)
    stem = re.split(r"[/\\]", given)[-1][: -len(suffix)]
    kept = "".join(sign if _plain(sign) else "-" for sign in unicodedata.normalize("NFC", stem))
    kept = kept.strip(" .-") or "document"
    kept = _cut(kept, MAX_BYTES - len(suffix) - 7)
    if kept != given[: -len(suffix)]:
        kept += "-" + hashlib.sha256(given.encode(errors="replace")).hexdigest()[:6]
    return kept + given[-len(suffix) :]


def _plain(sign: str) -> bool:
    return sign in "-_.() " or unicodedata.category(sign)[0] in "LMN"


def _cut(text: str, limit: int) -> str:
    return text.encode()[:limit].decode(errors="ignore").rstrip(" .-")


def suffix_of(name: str) -> str:
    """The suffix in lower case.

    Raises:
        DocumentUnreadable: It is not one of `SUFFIXES`.
    """
    suffix = Path(name.replace("\0", "-")).suffix.lower()
    if suffix not in SUFFIXES:
        raise DocumentUnreadable(
            f"{_shown(name)} is of a kind that is not read here.",
            remedy=f"Save it as one of {', '.join(SUFFIXES)} and add it again.",
        )
    return suffix


def _shown(name: str) -> str:
    return repr(name if len(name) <= 80 else f"{name[:77]}...")
