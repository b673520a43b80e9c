"""Questions made of real sentences: a part is taken out, and what it was is asked for.

Relations that a table lists are soon known by heart. A sentence that somebody wrote holds
one that no table has, so that only the words around the gap can tell where the answer is.
"""

import re
from collections.abc import Iterator
from functools import cache

from core.pretrain.skills.drawing import Draw, capital
from core.pretrain.skills.tables import words

HELPERS = "must|may|can|will|should|could|would|is|are|was|were|has|have|had"
LITTLE = (
    "the|a|an|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|every|each|no|some|"
    "their|his|her|its|our|your"
)
TITLE = r"(?:Mr|Mrs|Ms|Dr)\.? "
VAGUE = ("It", "There", "This", "That", "These", "Those", "Then", "Here", "He", "She", "They")
START = re.compile(rf"^([A-Z][a-z'-]*(?: [A-Za-z'-]+){{0,4}}?) ({HELPERS}) (.+)$")
NAMED = re.compile(rf"^((?:{TITLE})?(?:[A-Z][a-z]+ )+[A-Z][a-z]+) ([a-z]+(?:s|ed)) (.+)$")
COUNT = re.compile(r"\b((?:\d[\d,.]*\d|\d|two|three|four|five|six|ten|twenty)) ([a-z]{3,}s)\b")
PLACE = re.compile(r"\b(?:in|at|near) ((?:the )?[A-Z][a-z]+(?: [A-Z][a-z]+)*)\b")
NAME = re.compile(rf"(?<=[a-z] )((?:{TITLE})?(?:[A-Z][a-z]+ )*[A-Z][a-z]+)\b")
THING = re.compile(rf"\b((?:{LITTLE}) (?:[a-z-]+ ){{0,2}}([A-Za-z-]{{3,}}))(?=[.,;]|$)")
BARE = re.compile(r"(?<= )([a-z]+) ([a-z]{3,}s)(?=[.,;]|$)")
DAY = re.compile(
    r"\bon ((?:the )?(?:[a-z]+ )?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?"
    r"(?: (?:morning|afternoon|evening)s?)?)\b"
)
AT = re.compile(r"^(?:on|in|at|near) ")
TIMES = ("hours", "days", "weeks", "months", "years", "minutes", "seconds")


def questions(draw: Draw, sentence: str) -> list[tuple[str, str]]:
    """(question, answer) for what can be taken out of this sentence; the answer stands in it."""
    plain = sentence.strip().rstrip(".!")
    if not 25 < len(plain) < 160 or plain.count('"') % 2 or "?" in plain or ":" in plain:
        return []
    found = [*_begun(draw, plain), *_inside(draw, plain)]
    return [(_typed(draw, asked), answer) for asked, answer in found]


def _begun(draw: Draw, plain: str) -> list[tuple[str, str]]:
    """Asking for what the sentence begins with."""
    if named := NAMED.match(plain):
        who = draw.one(("Who", "Who", "Who or what", "Which name"))
        return [(f"{who} {named[2]} {named[3]}?", named[1])]
    start = START.match(plain)
    if start and start[1].split()[0] not in VAGUE:
        who = draw.one(("Who", "What", "Who or what"))
        return [(f"{who} {start[2]} {start[3]}?", _lowered(start[1]).removeprefix("only "))]
    return []


def _inside(draw: Draw, plain: str) -> list[tuple[str, str]]:
    """Asking for a number, a day, a place, a name or a thing further on."""
    found: list[tuple[str, str]] = []
    taken: list[range] = []
    for (start, end), which in _gaps(draw, plain):
        span = range(start, end)
        if not any(start < other.stop and other.start < end for other in taken):
            taken.append(span)
            found.append(
                (_asked(draw, plain, (start, end), draw.one(which)), AT.sub("", plain[start:end]))
            )
    return found


def _gaps(draw: Draw, plain: str) -> Iterator[tuple[tuple[int, int], tuple[str, ...]]]:
    """(where it stands, the words that ask for it); those that come first go before others."""
    for count in COUNT.finditer(plain):
        long = ("How long", "For how long", "How much time") if count[2] in TIMES else ()
        yield count.span(), (f"How many {count[2]}",) * 2 + long
    for day in DAY.finditer(plain):
        yield day.span(), ("When", "On which day")
    for place in PLACE.finditer(plain):
        yield place.span(), ("Where", "In what place")
    for name in NAME.finditer(plain):
        if not plain[: name.start()].split()[-1][0].isupper():
            yield name.span(), ("Who", "Which", "What", "Who or what")
    for thing in THING.finditer(plain):
        yield thing.span(), ("What", "What", f"Which {thing[2]}", f"What {thing[2]}")
    for bare in BARE.finditer(plain):
        links = bare[1] in words("links")
        if links or bare[1] not in _verbs(draw.words.verbs):
            yield (bare.start(2 if links else 1), bare.end()), ("What", f"Which {bare[2]}")


def _asked(draw: Draw, plain: str, span: tuple[int, int], which: str) -> str:
    """The question word first where a helping verb allows it, or where the gap is."""
    before, after = plain[: span[0]].rstrip(), plain[span[1] :].lstrip(" ,;")
    if not before:
        return f"{which} {after}?"
    turned = _turned(draw, before)
    if turned and draw.chance(0.8):
        return " ".join(f"{which} {turned} {after}".split()) + "?"
    if draw.chance(0.3):
        return " ".join(f"{which}: {_lowered(before)} {after}".split()) + "?"
    return " ".join(f"{before} {which[0].lower()}{which[1:]} {after}".split()) + "?"


def _turned(draw: Draw, before: str) -> str | None:
    """The start of a sentence as it stands in a question: its helping verb comes first."""
    if start := START.match(f"{before} "):
        return f"{start[2]} {_lowered(start[1])} {start[3].strip()}"
    said = before.split(" ")
    for place in range(1, min(6, len(said))):
        helper, verb = _base(_verbs(draw.words.verbs), said[place], said[place - 1])
        if helper:
            subject = _lowered(" ".join(said[:place]))
            return " ".join((helper, subject, verb, *said[place + 1 :]))
    return None


def _base(verbs: frozenset[str], word: str, subject: str) -> tuple[str, str]:
    """(do, does or did; the bare verb), or two blanks where the word is no verb."""
    if word in verbs and subject.endswith("s"):
        return "do", word
    for ending, helper in (("s", "does"), ("es", "does"), ("ed", "did"), ("d", "did")):
        if word.endswith(ending) and word.removesuffix(ending) in verbs:
            return helper, word.removesuffix(ending)
    if word.endswith("ies") and f"{word[:-3]}y" in verbs:
        return "does", f"{word[:-3]}y"
    return "", ""


@cache
def _verbs(known: tuple[str, ...]) -> frozenset[str]:
    return frozenset(known)


def _lowered(text: str) -> str:
    """Without the capital of a sentence's first word, unless it is a name."""
    first, *others = text.split(" ")
    common = not others or others[0].islower()
    return text[0].lower() + text[1:] if common or first in ("A", "The", "Only") else text


def _typed(draw: Draw, asked: str) -> str:
    """As people type: mostly whole, now and then with words left out."""
    said = asked.rstrip("?").split()
    if draw.chance(0.6) or len(said) < 6:
        return capital(asked)
    kept = said[:2] + [word for word in said[2:] if not draw.chance(0.25)]
    return capital(" ".join(kept)) + "?"
