"""Words in a row that an answer shares with what was read."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from core.retrieval.wording import Word

MOST_PLACES = 20  # of one word in a passage where a run may begin; text that repeats has more
HEADING = -1  # sentences from here down are of titles and headings


@dataclass(frozen=True)
class Source:
    """The words of one passage, those of its title and headings first."""

    words: tuple[Word, ...]

    @cached_property
    def heading(self) -> frozenset[str]:
        """What the title and the headings tell."""
        return frozenset(one.key for one in self.words if one.sentence <= HEADING and one.tells)

    @cached_property
    def sentences(self) -> dict[int, frozenset[str]]:
        """What each sentence tells."""
        found: defaultdict[int, set[str]] = defaultdict(set)
        for one in self.words:
            if one.tells:
                found[one.sentence].add(one.key)
        return {number: frozenset(keys) for number, keys in found.items()}

    @cached_property
    def segments(self) -> tuple[int, ...]:
        """By word, the part of a sentence that it stands in: up to a comma or an `and`.

        What goes on with a number goes on with what was said ("from 2 pm and until 6 pm").
        """
        found, number = [], 0
        for at, one in enumerate(self.words):
            before = self.words[at - 1] if at else one
            parted = one.clause != before.clause or before.key in ("and", "or")
            if one.sentence != before.sentence or (parted and self._begins(at)):
                number += 1
            found.append(number)
        return tuple(found)

    def _begins(self, at: int) -> bool:
        """Whether what is told next is no number."""
        sentence = self.words[at].sentence
        told = next((one for one in self.words[at:] if one.tells), None)
        return told is not None and told.kind == "word" and told.sentence == sentence

    @cached_property
    def numbered(self) -> dict[int, frozenset[str]]:
        """What each segment with a number tells, that of its headings too."""
        told: defaultdict[int, set[str]] = defaultdict(set)
        counted = set()
        for number, one in zip(self.segments, self.words, strict=True):
            if one.tells:
                told[number].add(one.key)
            if one.kind == "number" and one.sentence > HEADING:
                counted.add(number)
        return {number: frozenset(told[number]) | self.heading for number in sorted(counted)}

    def around(self, sentence: int) -> frozenset[str]:
        """What a sentence tells, read below its headings."""
        return self.sentences[sentence] | self.heading


@dataclass(frozen=True, order=True)
class Run:
    """Words in a row that an answer shares with a passage."""

    passage: int
    at: int  # first word of the answer
    place: int  # first word of the passage
    length: int
    said: tuple[Word, ...] = field(compare=False)
    sources: tuple[Word, ...] = field(compare=False)

    @property
    def tells(self) -> int:
        """How many of its words tell something."""
        return sum(one.tells for one in self.said)

    @property
    def sentence(self) -> int:
        """The sentence of the passage that it stands in."""
        return self.sources[0].sentence

    def part(self, first: int, last: int) -> "Run | None":
        """From word `first` until before `last`, stop words at its ends left out."""
        while first < last and self.said[first].kind == "stop":
            first += 1
        while first < last and self.said[last - 1].kind == "stop":
            last -= 1
        cut = slice(first, last)
        made = Run(
            self.passage, self.at + first, self.place + first, last - first,
            self.said[cut], self.sources[cut],
        )  # fmt: skip
        return made if made.tells else None

    def without(self, left_out: Callable[[int], bool]) -> "list[Run]":
        """The parts between the words that are left out, by their offset; itself if none is."""
        parts, first = [], 0
        for offset in range(self.length + 1):
            if offset == self.length or left_out(offset):
                part = self.part(first, offset)
                parts += [part] if part else []
                first = offset + 1
        return parts

    def beside(self, other: "Run") -> bool:
        """Whether both come from one sentence, or one of them from the heading above it."""
        near = self.sentence == other.sentence or min(self.sentence, other.sentence) <= HEADING
        return near and self.passage == other.passage and self.at != other.at


def matches(said: tuple[Word, ...], sources: Sequence[Source]) -> Iterator[Run]:
    """Every longest run within one sentence of the answer and one of a passage."""
    for number, source in enumerate(sources):
        places: defaultdict[str, list[int]] = defaultdict(list)
        for place, one in enumerate(source.words):
            places[one.key].append(place)
        for at, one in enumerate(said):
            for place in places[one.key][:MOST_PLACES]:
                if not _follow(said, source.words, at, place):
                    length = _length(said, source.words, at, place)
                    ends = slice(at, at + length), slice(place, place + length)
                    found = Run(number, at, place, length, said[ends[0]], source.words[ends[1]])
                    yield from found.without(lambda offset: False)


def _follow(said: Sequence[Word], read: Sequence[Word], at: int, place: int) -> bool:
    """Whether two equal words go on a run that began before them."""
    if not at or not place or at >= len(said) or place >= len(read):
        return False
    return (
        (said[at].key, said[at - 1].key) == (read[place].key, read[place - 1].key)
        and said[at].sentence == said[at - 1].sentence
        and read[place].sentence == read[place - 1].sentence
    )


def _length(said: Sequence[Word], read: Sequence[Word], at: int, place: int) -> int:
    length = 1
    while _follow(said, read, at + length, place + length):
        length += 1
    return length
