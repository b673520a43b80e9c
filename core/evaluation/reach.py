"""How far a way of searching reaches: the share of questions whose fact stands in what it shows.

No model answers here, so many settings can be tried while one waits. Recall alone would always
choose the most text; the recommendation asks for the least text that is about as good.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from core.evaluation.metrics.standing import findable, stands
from core.evaluation.statistics import mcnemar
from core.levers.rag import Search
from core.records import Example, Retrieval, Task

MOST_QUESTIONS = 200
AS_GOOD = 0.02  # of recall: what is this near to the best counts as equal
COUNTS = (1, 2, 3, 5)
GRID = tuple(
    Retrieval(words, overlap=overlap, mode=mode)
    for words in (15, 30, 60, 90)
    for overlap in (0, words // 3)
    for mode in ("dense", "hybrid", "lexical")
)

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Reach:
    """What one way of searching finds with so many passages."""

    retrieval: Retrieval  # its `passages` are those shown
    found: tuple[bool, ...]  # by question that has something to find
    words: float  # that the model would read, mean

    @property
    def recall(self) -> float:
        """Share of the questions whose fact was shown, in [0, 1]."""
        return sum(self.found) / max(1, len(self.found))


@dataclass(frozen=True)
class Change:
    """One way of searching against another, on the same questions."""

    gained: int  # questions whose fact is found now
    lost: int
    p: float  # exact McNemar: how easily chance alone makes such a change


def asked(task: Task, examples: Sequence[Example]) -> tuple[Example, ...]:
    """The questions to try: those with something to find, at most so many, evenly taken."""
    known = [one for one in examples if findable(task, one.reference)]
    step = max(1, -(-len(known) // MOST_QUESTIONS))
    return tuple(known[::step])


def explore(
    task: Task,
    examples: Sequence[Example],
    search: Callable[[Task], Search],
    grid: Sequence[Retrieval] = GRID,
    counts: Sequence[int] = COUNTS,
    progress: Progress = lambda done, total: None,
) -> tuple[Reach, ...]:
    """Every setting of the grid with every count of passages, in this order.

    Args:
        task: What is asked of it decides what counts as found.
        examples: Questions with their references; never of the holdout.
        search: Opens the search that the task's settings ask for.
        grid: Ways to cut and search.
        counts: Numbers of passages shown.
        progress: Told how many settings of the grid are done.
    """
    questions = asked(task, examples)
    rows: list[Reach] = []
    for done, way in enumerate(grid):
        progress(done, len(grid))
        ready = search(replace(task, retrieval=way))
        shown = [ready.search(one.input, max(counts)) for one in questions]
        for count in counts:
            first = [passages[:count] for passages in shown]
            rows.append(
                Reach(
                    replace(way, passages=count),
                    tuple(
                        bool(stands(task, one.reference, passages))
                        for one, passages in zip(questions, first, strict=True)
                    ),
                    sum(len(each.text.split()) for passages in first for each in passages)
                    / max(1, len(questions)),
                )
            )
    progress(len(grid), len(grid))
    return tuple(rows)


def recommended(rows: Sequence[Reach]) -> Reach:
    """The least to read among those about as good as the best."""
    best = max(row.recall for row in rows)
    good = [row for row in rows if row.recall >= best - AS_GOOD]
    return min(good, key=lambda row: (row.words, -row.recall))


def front(rows: Sequence[Reach]) -> tuple[Reach, ...]:
    """Those that no other finds more than with as little to read, the least to read first."""
    kept: list[Reach] = []
    for row in sorted(rows, key=lambda row: (row.words, -row.recall)):
        if not kept or row.recall > kept[-1].recall:
            kept.append(row)
    return tuple(kept)


def change(before: Reach, after: Reach) -> Change:
    """What a change of settings gains and loses."""
    pairs = list(zip(before.found, after.found, strict=True))
    gained = sum(now and not then for then, now in pairs)
    lost = sum(then and not now for then, now in pairs)
    return Change(gained, lost, mcnemar(gained, lost))
