"""What counts as the same words, in any script.

Case, punctuation, spacing and the English articles are not the point of an answer, as in
the evaluation of SQuAD (Rajpurkar et al. 2016). Unlike there, what carries meaning stays:
decimal points ("3.40" is not "340"), a minus sign, currency and percent signs; accents
stay, too; and scripts written without spaces are compared character by character.
"""

import re
import unicodedata

from core.records import Score

ARTICLES = frozenset({"a", "an", "the"})
APOSTROPHES = re.compile("['\u2018\u2019\u02bc\u0060]")
THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")  # 1,000 is 1000
NUMBER_BEFORE_UNIT = re.compile(r"(?<=\d)(?=[^\W\d_])")  # 2pm is 2 pm
UNSPACED = re.compile(
    "([\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f])"
)


def words(text: str) -> list[str]:
    """Words, numbers and symbols in lower case, without punctuation."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    folded = THOUSANDS.sub("", APOSTROPHES.sub("", folded))
    padded = f" {folded} "
    kept = "".join(map(_kept, padded, padded[1:], padded[2:]))
    spaced = UNSPACED.sub(r" \1 ", NUMBER_BEFORE_UNIT.sub(" ", kept))
    return spaced.split() or text.split()  # nothing but punctuation is compared as it stands


def normalise(text: str) -> list[str]:
    """Words without articles; where articles are all there is ("A", as a label), they stay."""
    found = words(text)
    return [word for word in found if word not in ARTICLES] or found


def holds(text: str, part: str) -> bool:
    """Whether the words of `part` stand in `text`, in a row. Nothing stands in every text."""
    return spoken(part) in spoken(text)


def spoken(text: str) -> str:
    """The words on one line between spaces, so that one such text can be looked for in another."""
    return f" {' '.join(normalise(text))} "


def overlap(shared: int, said: int, wanted: int, what: str) -> Score:
    """F1 of so many words in common. Two empty texts agree."""
    total = said + wanted
    value = 2 * shared / total if total else 1.0
    return Score(value, f"{shared} {what}; {said} said, {wanted} wanted")


def _kept(before: str, char: str, after: str) -> str:
    """What becomes of one character between its neighbours."""
    kind = unicodedata.category(char)
    if kind[0] in "LMN":
        return char
    if kind == "Cf":  # zero-width joiners and marks of direction
        return ""
    if char in ".,:/" and before.isdigit() and after.isdigit():
        return char
    if char in "-\u2212" and after.isdigit() and before.isspace():
        return "-"
    return f" {char} " if kind[0] == "S" else " "
