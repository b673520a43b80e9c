"""Which passage supports which words of an answer: aligned word by word, with no model.

Words that no passage holds are unsupported. A paraphrase is, too: nothing here knows what words
mean, and a mark that says "look for yourself" is better than a wrong reference.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from core.records import ABSTENTION, Passage
from core.retrieval.aligning import Aligned, align
from core.retrieval.matching import Source
from core.retrieval.wording import Word, words

LITERAL = re.compile(r'"(?:[^"\\]|\\.)*"(\s*:)?')
STRUCTURE = re.compile(r"[{}\[\],:]|true|false|null")
OWN_MARK = re.compile(r"\[\d{1,2}\]")  # numbers of passages that a model gave itself
ESCAPE = re.compile(r'\\(?:u([0-9a-fA-F]{4})|(["\\/bfnrt]))')


@dataclass(frozen=True)
class Stretch:
    """A stretch of an answer and the place that supports it."""

    start: int  # offsets in the answer
    end: int
    passage: int | None  # position among the passages; None: no passage says this
    source_start: int = 0  # offsets in the passage's document
    source_end: int = 0


@lru_cache(maxsize=512)
def cite(answer: str, passages: tuple[Passage, ...], question: str = "") -> tuple[Stretch, ...]:
    """Stretches of an answer in its order, supported or not; what lies between claims nothing.

    Args:
        answer: As the model wrote it; of JSON only the values are looked at.
        passages: What the model read. Their titles and headings count as read.
        question: Tells places apart that say the same words.

    Returns:
        Nothing for an answer that only says that the documents do not tell, and where no
        passage was read.
    """
    if not passages:
        return ()
    said = _claimed(answer)
    sources = [_source(passage) for passage in passages]
    aligned = align(said, sources, frozenset(one.key for one in words(question) if one.tells))
    return tuple(_joined(_stretches(aligned, passages), said))


def _source(passage: Passage) -> Source:
    """The words of a passage below those of its title and headings, which stand nowhere in it."""
    above = words("\n\n".join([passage.title, *passage.heading.split(" > ")]))
    titles = [
        replace(one, start=0, end=len(passage.text), sentence=~one.sentence, clause=~one.clause)
        for one in above
    ]
    return Source((*titles, *words(passage.text)))


def _claimed(answer: str) -> tuple[Word, ...]:
    """The words that may need support: values of JSON, and no abstention."""
    prose = OWN_MARK.sub(lambda found: " " * len(found[0]), answer)
    said = words(_values(answer) if _is_json(answer) else prose)
    wanted = [one.key for one in words(ABSTENTION)]
    for at in range(len(said)):
        if [one.key for one in said[at : at + len(wanted)]] == wanted:
            return said[:at] + said[at + len(wanted) :]
    return said


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict | list)
    except (ValueError, RecursionError):
        return False


def _values(text: str) -> str:
    """JSON with all but its values blanked out, each at its place and a sentence of its own."""
    kept, at = [], 0
    for found in LITERAL.finditer(text):
        kept.append(_blank(text[at : found.start()]))
        inside = "\n" + ESCAPE.sub(_unescaped, found[0][1:-1]) + "\n"
        kept.append(" " * len(found[0]) if found[1] else inside)
        at = found.end()
    return "".join([*kept, _blank(text[at:])])


def _blank(structure: str) -> str:
    return STRUCTURE.sub(lambda found: "\n" * len(found[0]), structure)


def _unescaped(found: re.Match[str]) -> str:
    """The sign that an escape stands for, filled up to its length with what no word counts."""
    if found[1]:
        return chr(int(found[1], 16)) + "\u200d" * (len(found[0]) - 1)
    return "  "


def _stretches(aligned: Aligned, passages: Sequence[Passage]) -> Iterator[tuple[Stretch, object]]:
    """One for each run and for each word without support, with the sentence it comes from."""
    for run in aligned.runs:
        first, last = run.sources[0], run.sources[-1]
        base = passages[run.passage].start
        yield (
            Stretch(
                min(one.start for one in run.said),
                max(one.end for one in run.said),
                run.passage,
                base + min(one.start for one in run.sources),
                base + max(one.end for one in run.sources),
            ),
            (run.passage, first.sentence, last.sentence),
        )
    for one in aligned.unsupported:
        yield Stretch(one.start, one.end, None), None


def _joined(found: Iterator[tuple[Stretch, object]], said: Sequence[Word]) -> Iterator[Stretch]:
    """Neighbours from one place as one stretch, where they stand in one sentence of the answer."""
    sentence = {one.start: one.sentence for one in said}
    held: tuple[Stretch, object, int | None] | None = None
    for stretch, place in sorted(found, key=lambda pair: pair[0].start):
        here = sentence.get(stretch.start)
        if held and (held[1], held[2]) == (place, here):
            held = (_both(held[0], stretch), place, here)
            continue
        if held:
            yield held[0]
        held = (stretch, place, here)
    if held:
        yield held[0]


def _both(one: Stretch, other: Stretch) -> Stretch:
    return replace(
        one,
        end=max(one.end, other.end),
        source_start=min(one.source_start, other.source_start),
        source_end=max(one.source_end, other.source_end),
    )
