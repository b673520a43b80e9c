"""Words of an answer laid beside the words of what was read, the longest runs first.

- A run needs a word that tells something. One such word alone counts only beside another of its
  sentence, or where nothing else of its sentence stands anywhere.
- A number must be the same number, and a lone one stand before the same word.
- A number does not count where the claim fits better around another number.
- What one side denies and the other does not is no support (`denying`).
"""

import heapq
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from core.retrieval.denying import denied
from core.retrieval.matching import Run, Source, matches
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
        self.told: defaultdict[int, set[str]] = defaultdict(set)  # by sentence of the answer
        for one in said:
            if one.tells:
                self.told[one.sentence].add(one.key)
        self.read = frozenset(one.key for source in sources for one in source.words if one.tells)
        self.numbered = [keys for source in sources for keys in source.numbered.values()]
        self.fits: dict[tuple[str, ...], tuple[int, bool]] = {}  # the best, by claim
        lone: defaultdict[int, list[Run]] = defaultdict(list)
        for run in self._take_longest():
            lone[said[run.at].sentence].append(run)
        for runs in lone.values():
            for run in runs:
                if self._free(run) == [run] and self._may_stand_alone(run, runs):
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

    def _sentence(self, at: int) -> set[str]:
        """What the sentence of the answer around a word tells."""
        return self.told[self.said[at].sentence]

    def _free(self, run: Run) -> list[Run]:
        """The parts of a run whose words no other run has taken."""
        return run.without(lambda offset: run.at + offset in self.taken)

    def _take(self, run: Run) -> None:
        self.taken |= dict.fromkeys(range(run.at, run.at + run.length), run)

    def _borrows(self, run: Run) -> bool:
        """Whether another number stands where the claim fits better than around this one.

        Of equal fits the one that speaks of what the claim names first is the better.
        """
        numbers = [at for at, one in enumerate(run.said) if one.kind == "number"]
        if not numbers:
            return False
        claim = self._claim(run)
        own = {run.said[at].key for at in numbers}
        own |= {_next(self.said, run.at + at + 1) or "" for at in numbers}  # their units
        about = tuple(one for one in claim if one not in own)
        if about not in self.fits:
            self.fits[about] = max(
                (_fit(about, keys) for keys in self.numbered), default=(0, False)
            )
        return self.fits[about] > _fit(about, self._here(run, numbers))

    def _here(self, run: Run, numbers: Sequence[int]) -> frozenset[str]:
        """What is told around the numbers of a run, and by the run itself."""
        source = self.sources[run.passage]
        segments = {source.segments[run.place + at] for at in numbers}
        told = frozenset(one.key for one in run.said)
        return told.union(*(source.numbered.get(one, frozenset()) for one in segments))

    def _claim(self, run: Run) -> list[str]:
        """What the answer tells around a run, in order: within its clause, between two `and`s."""
        clause = self.said[run.at].clause
        first, last = run.at, run.at + run.length

        def goes_on(at: int) -> bool:
            inside = 0 <= at < len(self.said) and self.said[at].clause == clause
            return inside and self.said[at].key not in ("and", "or")

        while goes_on(first - 1):
            first -= 1
        while goes_on(last):
            last += 1
        return list(dict.fromkeys(one.key for one in self.said[first:last] if one.tells))

    def _may_stand_alone(self, run: Run, lone: Sequence[Run]) -> bool:
        """Whether one telling word is enough here; `lone` are all such of its sentence."""
        if run.said[0].kind == "number" and not self._same_unit(run):
            return False
        words = range(run.at, -1, -1), range(run.at, len(self.said))
        taken = [self.taken[at] for row in words for at in self._along(row) if at in self.taken]
        if any(run.beside(one) for one in taken):
            return True
        if any(run.beside(one) and self._free(one) == [one] for one in lone):
            return True
        return not self.read & (self._sentence(run.at) - {one.key for one in run.said})

    def _along(self, row: range) -> Iterator[int]:
        """The words of a row for as long as they are of one sentence."""
        for at in row:
            if self.said[at].sentence != self.said[row[0]].sentence:
                return
            yield at

    def _same_unit(self, run: Run) -> bool:
        """Whether a lone number stands before the same telling word, or before none."""
        said = _next(self.said, run.at + run.length)
        read = _next(self.sources[run.passage].words, run.place + run.length)
        return said is None or read is None or said == read


def _fit(about: Sequence[str], told: Collection[str]) -> tuple[int, bool]:
    """How much of a claim a place tells, and whether it tells what the claim names first."""
    return sum(one in told for one in about), bool(about) and about[0] in told


def _without_numbers(run: Run) -> list[Run]:
    return run.without(lambda offset: run.said[offset].kind == "number")


def _next(row: Sequence[Word], at: int) -> str | None:
    """The telling word after a number, in its clause and with no other word between."""
    follows = at < len(row) and row[at].clause == row[at - 1].clause and row[at].tells
    return row[at].key if follows else None
