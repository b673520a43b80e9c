"""Words of an answer laid beside the words of what was read, the longest runs first.

- A run needs a word that tells something. One such word alone counts only beside another of its
  sentence, or where nothing else of its sentence stands anywhere.
- A number must be the same number, and a lone one stand before the same word.
- A number does not count from a sentence that fits the claim less well than another.
- What one side denies and the other does not is no support (`denying`).
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

from core.retrieval.denying import denied
from core.retrieval.matching import HEADING, Run, Source, matches
from core.retrieval.wording import Word

# Words about reading, which no passage needs to hold.
ABOUT = frozenset({"passage", "document", "answer", "mention", "state", "say", "according", "tell"})


@dataclass(frozen=True)
class Aligned:
    """What is supported, and the words that are not."""

    runs: tuple[Run, ...]  # in the order of the answer
    unsupported: tuple[Word, ...]


def align(said: Sequence[Word], sources: Sequence[Source], asked: frozenset[str]) -> Aligned:
    """Lay an answer beside its sources. `asked` is what the question tells."""
    taken = _Alignment(tuple(said), tuple(sources), asked).taken
    against = denied(said, sources, taken)
    kept = {at: run for at, run in taken.items() if run not in against.runs}
    bare = [
        one
        for at, one in enumerate(said)
        if at not in kept and (at in against.words or (one.tells and one.key not in ABOUT))
    ]
    runs = sorted(set(kept.values()), key=lambda run: run.at)
    return Aligned(tuple(runs), tuple(bare))


class _Alignment:
    """Which run each word of the answer belongs to."""

    def __init__(
        self, said: tuple[Word, ...], sources: tuple[Source, ...], asked: frozenset[str]
    ) -> None:
        self.said = said
        self.sources = sources
        self.asked = asked
        self.taken: dict[int, Run] = {}  # by word of the answer
        lone = self._take_longest()
        for run in lone:
            if self._free(run) == [run] and self._may_stand_alone(run, lone):
                self._take(run)

    def _take_longest(self) -> list[Run]:
        """Take runs that tell more than one thing, the longest first; returns the others."""
        waiting = [(self._rank(run), run) for run in matches(self.said, self.sources)]
        heapq.heapify(waiting)
        lone = []
        while waiting:
            _, run = heapq.heappop(waiting)
            parts = self._free(run)
            if parts == [run] and self._borrows(run):
                parts = _without_numbers(run)
            if parts != [run]:
                for part in parts:
                    heapq.heappush(waiting, (self._rank(part), part))
            elif run.tells > 1:
                self._take(run)
            else:
                lone.append(run)
        return lone

    def _rank(self, run: Run) -> tuple[int, int, int]:
        """What tells most comes first, then what is longest, then what fits the sentence best."""
        about = self.sources[run.passage].around(run.sentence)
        return (-run.tells, -run.length, -len(about & (self._sentence(run.at) | self.asked)))

    def _sentence(self, at: int) -> frozenset[str]:
        """What the sentence of the answer around a word tells."""
        number = self.said[at].sentence
        return frozenset(one.key for one in self.said if one.sentence == number and one.tells)

    def _free(self, run: Run) -> list[Run]:
        """The parts of a run whose words no other run has taken."""
        return run.without(lambda offset: run.at + offset in self.taken)

    def _take(self, run: Run) -> None:
        self.taken |= dict.fromkeys(range(run.at, run.at + run.length), run)

    def _borrows(self, run: Run) -> bool:
        """Whether its number is of a sentence that fits the claim less well than another."""
        numbers = {one.key for one in run.said if one.kind == "number"}
        claim = self._claim(run) - numbers
        fits = [
            len(claim & source.around(sentence))
            for source in self.sources
            for sentence in source.sentences
            if sentence > HEADING
        ]
        here = len(claim & self.sources[run.passage].around(run.sentence))
        return bool(numbers) and max(fits, default=0) > here

    def _claim(self, run: Run) -> frozenset[str]:
        """What the answer tells around a run, within its clause and between two `and`s."""
        clause = self.said[run.at].clause
        first, last = run.at, run.at + run.length

        def goes_on(at: int) -> bool:
            inside = 0 <= at < len(self.said) and self.said[at].clause == clause
            return inside and self.said[at].key not in ("and", "or")

        while goes_on(first - 1):
            first -= 1
        while goes_on(last):
            last += 1
        return frozenset(one.key for one in self.said[first:last] if one.tells)

    def _may_stand_alone(self, run: Run, lone: Sequence[Run]) -> bool:
        """Whether one telling word is enough here."""
        if run.said[0].kind == "number" and not self._same_unit(run):
            return False
        number = self.said[run.at].sentence
        others = [*self.taken.values(), *(one for one in lone if self._free(one) == [one])]
        if any(run.beside(one) for one in others if self.said[one.at].sentence == number):
            return True
        read = frozenset().union(*(keys for one in self.sources for keys in one.sentences.values()))
        return not read & (self._sentence(run.at) - {one.key for one in run.said})

    def _same_unit(self, run: Run) -> bool:
        """Whether a lone number stands before the same telling word, or before none."""
        said = _next(self.said, run.at + run.length)
        read = _next(self.sources[run.passage].words, run.place + run.length)
        return said is None or read is None or said == read


def _without_numbers(run: Run) -> list[Run]:
    return run.without(lambda offset: run.said[offset].kind == "number")


def _next(row: Sequence[Word], at: int) -> str | None:
    """The telling word after a number, in its clause and with no other word between."""
    follows = at < len(row) and row[at].clause == row[at - 1].clause and row[at].tells
    return row[at].key if follows else None
