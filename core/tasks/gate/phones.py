"""Telephone numbers among the other numbers that people write."""

import re

from core.tasks.gate.traces import OF_A_THING, Trace, digits

DATE = re.compile(r"\d{1,4}([./-])\d{1,2}\1\d{1,4}\b")
# How numbers are written in so many lands; each shape is told from a date or a price by itself.
SHAPED = re.compile(
    r"""(?<![\w+.,/-])(?:
    \+[1-9]\d{0,2}[ .-]?(?:\(0\)[ .-]?)?\(?\d{1,5}\)?(?:[ ./-]{0,2}\d{2,}+){1,6}
    | 00[1-9]\d{0,2}(?:[ ./-]\d{2,}){2,5}
    | \(0\d{1,4}\)[ /-]?\d{3,8}(?:[ -]\d{2,5}){0,2}
    | 0\d{2,4}(?:[ ]?[/-][ ]?|[ ])\d{3,8}(?:[ -]\d{2,5}){0,2}
    | 0[1-9](?P<pairs>[ .-])\d{2}(?:(?P=pairs)\d{2}){3}
    | 0[1-9][ -]\d{7,8}
    | 0[1-9][ ]\d{4}[ ]\d{4}
    | 07\d{9} | 01[5-7]\d{8,9}
    | (?:\+?1[ .-])?\([2-9]\d{2}\)[ ]?\d{3}[ .-]\d{4}
    | (?:1[ .-])?[2-9]\d{2}(?P<us>[ .-])\d{3}(?P=us)\d{4}
    )(?![\w/]|[.,]\d|-\d)""",
    re.VERBOSE,
)
LOOSE = re.compile(r"(?<![\w.,/-])\(?\d[\d ()./-]{5,18}\d(?![\w/]|[.,]\d)")
CUE = re.compile(
    r"(?i)\b(?:(?:tele)?phone|tel|call|mobile|cell|ring|reach|whatsapp|fax|telefon|handy|mobil"
    r"|rufnummer|t[eé]l[eé]phone|portable|tel[eé]fono|m[oó]vil|cellulare|telefoon\w*|mobiel)"
    r"\b\.?[\W_]{0,4}(?:(?:me|us|him|her|on|at|back|is|under|number|no|nr|unter|an|au)\b\W{0,3}){0,4}$"
)


def shaped(text: str) -> bool:
    """Whether it has as many digits as a number to call."""
    least = 8 if text[0] == "+" else 9
    return least <= len(digits(text)) <= 15


def loose(text: str) -> bool:
    """The same, less strictly: the words before it say that it is to be called."""
    return 7 <= len(digits(text)) <= 15 and not DATE.match(text.strip("()"))


TRACES = (
    Trace("phone", SHAPED, shaped, veto=OF_A_THING),
    Trace("phone", LOOSE, loose, cue=CUE),
)
