"""Characters that were damaged on the way: read in another encoding, or cut in half."""

import re
from collections.abc import Iterator

from core.records import Finding
from core.tasks.gate.examined import Check, Examined, listed

# UTF-8 read as Windows-1252 or Latin-1. Each first letter is followed only by what its second byte
# can be: signs that no language writes after it. Dashes and quotes can follow a capital.
SECOND = (
    "\x80-\xbf\u20ac\u201a\u0192\u201e\u2020-\u2022\u02c6\u2030\u0160\u2039\u0152\u017d"
    "\u02dc\u2122\u0161\u203a\u0153\u017e\u0178"
)
QUOTES = "\u2018\u2019\u201c\u201d\u2013\u2014\u2026"
MOJIBAKE = re.compile(
    f"\u00c3[{SECOND}]|(?<=[a-z])\u00c3[{QUOTES} ]"  # "Ã©" for "é"
    "|\u00c2[\xa0-\xbf]"  # "Â£" for "£"
    f"|\u00e2[\u20ac\u0080\u201a\u201e\u2020\u02c6\u0153][{SECOND}{QUOTES}]"  # an apostrophe
    "|\u00f0[\u0178\x9f]|\u00ef\u00bb\u00bf|\u00ef\u00bf\u00bd"  # emoji, BOM, U+FFFD
    f"|(?:[\u00d0\u00d1][{SECOND}{QUOTES}]){{2}}"  # Cyrillic
    "|[\u00c4\u00c5][\xa1-\xaa\xac-\xba\xbc-\xbf\u0178\u201a\u02dc\u201e\u203a\u2122\u0153]"
    "|&(?:amp|nbsp|quot|apos|#0?39|#x27|#8217);"  # signs as HTML writes them
    "|[\ufffd\ud800-\udfff]"
)
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")


def _rows(examined: Examined, pattern: re.Pattern[str]) -> dict[int, str]:
    """The first match by row."""
    found: dict[int, str] = {}
    for row in examined.task.examples:
        for text in (row.input, row.reference):
            match = None if text.isascii() and not _suspect(text) else pattern.search(text)
            if match:
                found.setdefault(row.row, match.group())
    return found


def _suspect(text: str) -> bool:
    return "&" in text or not text.isprintable()


def broken_letters(examined: Examined) -> Iterator[Finding]:
    """Rows whose letters were read in the wrong encoding."""
    rows = _rows(examined, MOJIBAKE)
    seen = next(iter(rows.values()), "")
    shown = "half characters" if not seen.isprintable() else f'"{seen}"'
    yield from listed(
        "encoding",
        f"Damaged letters, such as {shown}",
        rows,
        "Export the file again as UTF-8, or drop these rows.",
        why="The model learns to write the damage.",
        fix="drop",
    )


def control_signs(examined: Examined) -> Iterator[Finding]:
    """Rows with characters that no screen shows."""
    yield from listed(
        "control",
        "Invisible control characters stand in the text",
        _rows(examined, CONTROL),
        "Export the file again as UTF-8 text, or drop these rows.",
        why="Nobody sees them, but the model reads and repeats them.",
        fix="drop",
    )


CHECKS: tuple[Check, ...] = (broken_letters, control_signs)
