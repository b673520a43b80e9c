"""Numbers by which states know their people, each with its check digit where it has one."""

import re
from collections import Counter

from core.tasks.gate.traces import OF_A_THING, Trace, digits, letters_and_digits

WORD = "national id"
DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
NOT_NINO = ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ")
# Codice fiscale: what a character is worth in an odd place, digits and letters alike by rank.
ODD = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)


def nino(text: str) -> bool:
    """UK National Insurance number: no check digit, but prefixes that are never given."""
    return letters_and_digits(text)[:2] not in NOT_NINO


def idnr(text: str) -> bool:
    """German tax number: one digit of the first ten stands twice or thrice; ISO 7064 MOD 11,10."""
    said = digits(text)
    repeats = sorted(Counter(said[:10]).values())
    if said[0] == "0" or repeats.count(1) != len(repeats) - 1 or repeats[-1] not in (2, 3):
        return False
    product = 10
    for sign in said[:10]:
        product = ((int(sign) + product) % 10 or 10) * 2 % 11
    return int(said[10]) == (11 - product) % 10


def nir(text: str) -> bool:
    """French social security number: 97 minus the rest of its first 13 digits by 97."""
    said = letters_and_digits(text).replace("2A", "19").replace("2B", "18")
    return said.isdigit() and int(said[13:]) == 97 - int(said[:13]) % 97


def dni(text: str) -> bool:
    """Spanish DNI or NIE: the letter is the number's rest by 23."""
    said = letters_and_digits(text)
    number = {"X": "0", "Y": "1", "Z": "2"}.get(said[0], said[0]) + said[1:-1]
    return DNI_LETTERS[int(number) % 23] == said[-1]


def codice_fiscale(text: str) -> bool:
    """Italian tax code: its last letter is a weighted sum of the other fifteen by 26."""
    ranks = [int(sign) if sign.isdigit() else ord(sign) - ord("A") for sign in text.upper()]
    total = sum(ODD[rank] for rank in ranks[:15:2]) + sum(ranks[1:15:2])
    return total % 26 == ranks[15]


def bsn(text: str) -> bool:
    """Dutch citizen service number: the test by 11, with the last digit taken away."""
    said = digits(text)
    weighted = sum(int(sign) * weight for sign, weight in zip(said, range(9, 1, -1), strict=False))
    return len(said) == 9 and (weighted - int(said[8])) % 11 == 0


def _trace(pattern: str, **rules: object) -> Trace:
    shape = re.compile(rf"(?<![\w+-])(?:{pattern})(?![\w-])")
    return Trace(WORD, shape, **{"veto": OF_A_THING, **rules})  # type: ignore[arg-type]


SSN = r"(?!000|666|9\d\d)\d{3}"
SSN_CUE = re.compile(r"(?i)\b(?:ssn|social security)\b[^\d\n]{0,20}$")
BSN_CUE = re.compile(r"(?i)\b(?:bsn|burgerservice\w*|sofi\w*|citizen service)\b[^\d\n]{0,20}$")
TRACES = (
    _trace(SSN + r"-(?!00)\d\d-(?!0000)\d{4}"),
    _trace(SSN + r"[ ]?(?!00)\d\d[ ]?(?!0000)\d{4}", cue=SSN_CUE),
    _trace(
        r"(?:[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]|QQ)[ ]?\d\d[ ]?\d\d[ ]?\d\d[ ]?[A-D]", valid=nino
    ),
    _trace(r"[1-9]\d[ ]?\d{3}[ ]?\d{3}[ ]?\d{3}", valid=idnr),
    _trace(
        r"[12][ .]?\d\d[ .]?(?:0[1-9]|1[0-2]|[2-9]\d)[ .]?(?:\d\d|2[ABab])"
        r"(?:[ .]?\d{3}){2}[ .]?\d\d",
        valid=nir,
    ),
    _trace(
        r"(?:\d{8}|\d\d\.\d{3}\.\d{3}|[XYZxyz][ -]?\d{7})[ -]?[A-HJ-NP-TV-Za-hj-np-tv-z]", valid=dni
    ),
    _trace(
        r"(?i:[A-Z]{6}[\dLMNP-V]{2}[A-EHLMPRST][\dLMNP-V]{2}[A-Z][\dLMNP-V]{3}[A-Z])",
        valid=codice_fiscale,
    ),
    _trace(r"\d{9}|\d{4}[. ]\d\d[. ]\d{3}", valid=bsn, cue=BSN_CUE),
)  # US, US, UK, Germany, France, Spain, Italy, Netherlands
