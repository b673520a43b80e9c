"""The words of a text with their places, as citations compare them.

Case, punctuation, plural endings, thousands separators, number words and currency signs are not
the point ("£1,250.00" is "1250 pounds"); a digit that differs is. Contractions are read out:
"isn't" is "not".
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

Kind = Literal["word", "number", "not", "stop"]

SPELT = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
sixteen seventeen eighteen nineteen
"""
SPELT_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
NUMBERS = {word: value for value, word in enumerate(SPELT.split())} | {
    word: 10 * place for place, word in enumerate(SPELT_TENS.split(), start=2)
}
MONEY = {"\u00a3": "pound", "$": "dollar", "\u20ac": "euro", "\u00a5": "yen"}
SIGNS = {**MONEY, "%": "percent", "per cent": "percent"}
LITTLE = """
a an the of to in on at by for from with and or but is are was were be been being am it its this
that these those there here they them their you your we our us i me my he she his her him who whom
whose which what when where how why do does did has have had can could may might will would shall
as if so than then also too about into onto via per such yes please however although though while
"""
DENIALS = """
no not never none nor neither nobody nothing nowhere cannot cant wont dont doesnt didnt
isnt arent wasnt werent havent hasnt hadnt couldnt wouldnt shouldnt mustnt neednt
"""
STOP, NOT = frozenset(LITTLE.split()), frozenset(DENIALS.split())
EXCEPT = frozenset({"except", "unless", "excluding"})
DENYING = dict.fromkeys(NOT, "not") | dict.fromkeys(EXCEPT, "except") | {"without": "without"}
TURNS = EXCEPT | {"but", "however", "although", "though", "while", "whereas"}  # begin a clause
TITLES = frozenset({"mr", "mrs", "ms", "dr", "st", "prof"})  # their full stop ends no sentence

UNSPACED = "\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
WORD = re.compile(
    rf"\b(?:{'|'.join(SPELT_TENS.split())})[- ](?:{'|'.join(SPELT.split()[1:10])})\b|\bper cent\b"
    r"|(?<![\w.,:/])[-\u2212]?\d+(?:[.,:/]\d+)*|\d+(?:[.,:/]\d+)*"
    rf"|[{UNSPACED}]|(?:(?![{UNSPACED}])[^\W\d_]|[\u200d\u200c\u00ad])+"
    r"(?:['\u2019\u02bc](?:[^\W\d_])+)*|[\u00a3$\u20ac\u00a5%]",
    re.IGNORECASE,
)
SENTENCE = re.compile(
    r"[.!?\u3002\uff01\uff1f][\"'\u201d\u2019)\]]*\s|\u3002"  # a full stop
    r"|\n\s*\n|\n\s*[-*#|>\u2022]|\|\s*\n"  # a paragraph, a list, a table
)
CLAUSE = re.compile(r"[,;:()|\u2013\u2014\n\uff0c\u3001]|\s-\s")
THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")


@dataclass(frozen=True)
class Word:
    """One word: what it is compared by, where it stands, and in which sentence and clause."""

    key: str
    kind: Kind
    start: int
    end: int
    sentence: int = 0
    clause: int = 0

    @property
    def tells(self) -> bool:
        """Whether it carries a fact: no stop word, no negation."""
        return self.kind in ("word", "number")


def words(text: str) -> tuple[Word, ...]:
    """Every word of a text, in its order, but for signs of money: they follow their number."""
    found: list[Word] = []
    sentence = clause = at = 0
    for match in WORD.finditer(text):
        between = text[at : match.start()]
        one = _word(match[0], match.start())
        titled = bool(found) and found[-1].key in TITLES and between.startswith(".")
        if SENTENCE.search(between) and not titled:
            sentence, clause = sentence + 1, clause + 1
        elif CLAUSE.search(between) or match[0].lower() in TURNS:
            clause += 1
        at = match.end()
        if one.key:  # signs of no width are no word
            found.append(replace(one, sentence=sentence, clause=clause))
    return tuple(_ordered(found))


def _word(said: str, start: int) -> Word:
    folded = unicodedata.normalize("NFKC", said).casefold()
    plain = re.sub("['\u2019\u02bc\u200c\u200d\u00ad\u0060]", "", folded)
    end = start + len(said)
    if plain in DENYING:
        return Word(DENYING[plain], "not", start, end)
    if number := _number(plain):
        return Word(number, "number", start, end)
    if plain in STOP:
        return Word(plain, "stop", start, end)
    return Word(SIGNS.get(folded) or _stem(folded), "word", start, end)


def _number(plain: str) -> str:
    """Digits without what does not change the value, or the value of a number word; else ""."""
    tens, _, units = plain.replace("-", " ").partition(" ")
    if tens in NUMBERS and (not units or units in NUMBERS):
        return str(NUMBERS[tens] + NUMBERS.get(units, 0))
    if not plain[-1:].isdigit():
        return ""
    digits = THOUSANDS.sub("", plain).replace("\u2212", "-").replace(":", ".")
    whole, _, rest = digits.partition(".")
    rest = rest if "." in rest else rest.rstrip("0")
    return f"{whole}.{rest}" if rest else whole


def _stem(word: str) -> str:
    """Without the ending of a plural or a possessive (the S-stemmer, Harman 1991)."""
    word = re.sub("['\u2019\u02bc](s?$)?|[\u200c\u200d\u00ad]", "", word)
    if word.endswith("ies") and len(word) > 4 and word[-4] not in "ea":
        return f"{word[:-3]}y"
    if word.endswith("s") and len(word) > 3 and word[-2] not in "us":
        return word[:-1]
    return word


def _ordered(found: list[Word]) -> list[Word]:
    """A sign of money after its number, as it would be spoken."""
    for place, (sign, number) in enumerate(pairwise(found)):
        near = number.start - sign.end <= 1 and sign.end - sign.start == 1
        if near and number.kind == "number" and sign.key in MONEY.values():
            found[place : place + 2] = number, sign
    return found
