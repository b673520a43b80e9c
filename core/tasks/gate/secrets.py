"""Keys, tokens and passwords that stand in the examples."""

import math
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from core.records import Finding
from core.tasks.gate.examined import Check, Examined, listed
from core.tasks.gate.traces import Trace, unescaped

WORD = "secret"
BITS = 3.0  # a character of a random value carries at least so many
# What providers begin their keys with, and what follows.
PREFIXES = {
    "sk-": r"(?:(?:ant|proj|svcacct|admin|or|lf)-[\w-]{16,}|[A-Za-z0-9]{20,})",
    "AKIA": r"[A-Z0-9]{16}",
    "ASIA": r"[A-Z0-9]{16}",
    "ghp_": r"[A-Za-z0-9]{20,}",
    "gho_": r"[A-Za-z0-9]{20,}",
    "ghu_": r"[A-Za-z0-9]{20,}",
    "ghs_": r"[A-Za-z0-9]{20,}",
    "ghr_": r"[A-Za-z0-9]{20,}",
    "github_pat_": r"\w{20,}",
    "glpat-": r"[\w-]{20,}",
    "AIza": r"[\w-]{30,}",
    "ya29.": r"[\w-]{20,}",
    "xox": r"[abeoprs]-[\w-]{10,}",
    "xapp-": r"[\w-]{20,}",
    "sk_live_": r"\w{10,}",
    "rk_live_": r"\w{10,}",
    "sk_test_": r"\w{10,}",
    "whsec_": r"\w{20,}",
    "hf_": r"[A-Za-z0-9]{20,}",
    "npm_": r"[A-Za-z0-9]{20,}",
    "pypi-": r"[\w-]{40,}",
    "gsk_": r"[A-Za-z0-9]{20,}",
    "r8_": r"[A-Za-z0-9]{20,}",
    "SG.": r"[\w-]{16,}\.[\w-]{16,}",
    "shpat_": r"[0-9a-fA-F]{20,}",
    "dop_v1_": r"[0-9a-f]{30,}",
    "AccountKey=": r"[\w+/=]{30,}",
    "eyJ": r"[\w-]{10,2000}\.eyJ[\w-]{10,}\.[\w-]{10,}",  # a JSON web token
}
PREFIXED = re.compile(
    r"(?<![A-Za-z0-9_])(?:"
    + "|".join(re.escape(start) + rest for start, rest in PREFIXES.items())
    + ")"
)
BLOCK = re.compile(
    r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----"
    r"(?:(?!-----END).)*(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----)?",
    re.DOTALL,
)
IN_ADDRESS = re.compile(r"(?<=://)[^\s:/@\"]+:[^\s/@\"]{3,}(?=@)")  # postgres://name:password@host
# Of "name=value" the value alone.
VALUE = re.compile(r"(?<![^\s\"'=:(`])(?![\w.-]{1,40}[=:][^=\s])[^\s\"',;`]{8,}")
JOINTS = "-_./'\u2019()[]{}<>:\u201c\u201d"  # they stand inside ordinary words, too
NAMES = re.compile(r"://|@[\w-]+\.\w")  # a web or an e-mail address
SAYS = r"s?\b(?: \w{1,12}){0,3}[\"'`]?\s*(?::=|=>|:|=)?\s*[\"'`(]?$"
KEY_WORDS = ("key", "token", "secret", "passw", "passphrase", "pwd", "credential", "bearer")
KEY_CUE = re.compile(r"(?i)(?:key|token|secret|credentials?|bearer)" + SAYS)
PASSWORD_CUE = re.compile(r"(?i)(?:passw(?:or)?[dt]|passphrase|pwd|secret)" + SAYS)


def random_looking(value: str) -> bool:
    """Whether a stretch of it mixes letters and digits, or cases, as only chance does."""
    return not NAMES.search(value) and any(map(_drawn, re.split(r"[-_./]", value)))


def _drawn(stretch: str) -> bool:
    kinds = [_sort(sign) for sign in stretch]
    turns = sum(one != other for one, other in pairwise(kinds))
    mixed = {"0"} < set(kinds)
    return len(stretch) >= 10 and mixed and turns >= 4 and bits(stretch) >= BITS


def well_chosen(value: str) -> bool:
    """Whether it has three sorts of characters, as rules for passwords demand."""
    kept = value.rstrip(".!?)")
    sorts = Counter(_sort(sign) for sign in kept if sign not in JOINTS)
    letters = sorts["A"] + sorts["a"]
    return len(kept) >= 8 and len(sorts) >= 3 and letters >= 3 and not NAMES.search(value)


def _sort(sign: str) -> str:
    if sign.isdigit():
        return "0"
    return ("A" if sign.isupper() else "a") if sign.isalpha() else "-"


def bits(text: str) -> float:
    """Shannon entropy of its characters, in bits each."""
    shares = [count / len(text) for count in Counter(text).values()]
    return -sum(share * math.log2(share) for share in shares)


TRACES = (
    Trace(WORD, PREFIXED),
    Trace(WORD, IN_ADDRESS),
    Trace(WORD, VALUE, random_looking, cue=KEY_CUE),
    Trace(WORD, VALUE, well_chosen, cue=PASSWORD_CUE),
)


def suspects(text: str) -> Iterator[Trace]:
    """The traces that are worth looking for in this text; the tests are cheap."""
    if "PRIVATE KEY" in text:
        yield Trace(WORD, BLOCK)
    if any(start in text for start in PREFIXES):
        yield TRACES[0]
    if "://" in text and "@" in text:
        yield TRACES[1]
    lower = text.lower()
    if any(word in lower for word in KEY_WORDS):
        yield from TRACES[2:]


def secrets(examined: Examined) -> Iterator[Finding]:
    """Rows that hold a key, a token or a password."""
    rows = [
        row.row
        for row in examined.task.examples
        if any(
            any(trace.spans(text))
            for text in (unescaped(row.input), unescaped(row.reference))
            for trace in suspects(text)
        )
    ]
    yield from listed(
        "secret",
        "Keys or passwords stand in the examples",
        rows,
        "Mask them, and change each one where it is used: it has been copied.",
        why="Who asks the tuned model, or gets its files, can get at them.",
        fix="mask",
        blocking=True,
    )


CHECKS: tuple[Check, ...] = (secrets,)
