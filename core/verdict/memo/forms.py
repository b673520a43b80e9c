"""The forms of a memo, by the suffix of its file."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from core.errors import SettingOutOfRange
from core.verdict.memo import markdown, page
from core.verdict.memo.content import SHAPE, Memo

STALE = "A newer memo was made after something it rests on had changed."


def _json(memo: Memo, made: str = "", stale: str = "") -> str:
    kept = {**memo, "made": made, "stale": bool(stale)}
    return json.dumps(kept, indent=2, ensure_ascii=False) + "\n"


FORMS: Mapping[str, Callable[[Memo, str, str], str]] = {
    ".html": page.written,
    ".md": markdown.written,
    ".json": _json,
}
TYPES = {".html": "text/html", ".md": "text/markdown", ".json": "application/json"}


def forms(memo: Memo) -> tuple[str, ...]:
    """The suffixes that a kept memo can be written in: one of another version only as it is."""
    return tuple(FORMS) if memo.get("shape") == SHAPE else (".json",)


def written(memo: Memo, suffix: str, created: float | None = None, stale: bool = False) -> str:
    """A memo in the form of a suffix.

    Args:
        memo: See `content.memo`.
        suffix: `.html`, `.md` or `.json`.
        created: Unix seconds when it was made, None where that is not known.
        stale: Whether a newer one was made.
    """
    return FORMS[suffix](memo, "" if created is None else day(created), STALE if stale else "")


def day(created: float) -> str:
    """Unix seconds as `25 November 2026, 21:55 UTC`."""
    return f"{datetime.fromtimestamp(created, UTC):%-d %B %Y, %H:%M} UTC"


def suffix(file: Path) -> str:
    """The form that a file's name asks for; without a suffix, Markdown.

    Raises:
        SettingOutOfRange: There is no such form.
    """
    found = file.suffix.lower() or ".md"
    if found not in FORMS:
        raise SettingOutOfRange(
            f"A memo cannot be written as {file.name}.",
            remedy=f"End the name in {', '.join(FORMS)}.",
        )
    return found
