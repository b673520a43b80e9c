"""What ways of searching find, compared and chosen without a model."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from core.evaluation import reach, tried
from core.evaluation.reach import Reach
from core.evaluation.tuning import Trial
from core.records import Example, Passage, Retrieval, Task
from core.retrieval.calibration import Threshold

EXAMPLES = (
    Example("How long is the lease?", "9 years", "", 1),
    Example("Who keeps the key?", "Mr. Vane", "", 2),
    Example("What colour is the roof?", "The documents do not say.", "", 3),
)
TASK = Task("house", "House", "", "Answer.", "text", "exact_match", 0.5, EXAMPLES, Path())
TOLD = ("The lease is 9 years.", "Mr. Vane keeps the key.", "Nothing.")


class Shelf:
    """Finds the lease first, then the key; by words the other way round."""

    fingerprint = "index1"

    def __init__(self, task: Task) -> None:
        self.told = TOLD if task.retrieval.mode == "dense" else TOLD[::-1]

    def search(self, question: str, k: int) -> tuple[Passage, ...]:
        return tuple(Passage("a.md", "A", "", text, 0, len(text)) for text in self.told[:k])


def row(words: float, *found: bool, count: int = 1, mode: str = "dense") -> Reach:
    way = Retrieval(15, count, mode=mode)  # type: ignore[arg-type]
    return Reach(way, found, words)


def test_each_setting_and_count_tells_which_facts_it_shows() -> None:
    heard: list[tuple[int, int]] = []
    rows = reach.explore(
        TASK,
        EXAMPLES,
        Shelf,
        (Retrieval(), Retrieval(mode="lexical")),
        (1, 2),
        lambda *at: heard.append(at),
    )
    assert [(one.retrieval.mode, one.retrieval.passages, one.found) for one in rows] == [
        ("dense", 1, (True, False)),  # the question without an answer is not asked
        ("dense", 2, (True, True)),
        ("lexical", 1, (False, False)),
        ("lexical", 2, (False, True)),
    ]
    assert [one.words for one in rows] == [5, 10, 1, 6]
    assert heard == [(0, 2), (1, 2), (2, 2)]


def test_of_many_questions_some_are_taken_evenly() -> None:
    many = [replace(EXAMPLES[0], row=number) for number in range(401)]
    taken = reach.asked(TASK, many)
    assert [one.row for one in taken[:3]] == [0, 3, 6]
    assert len(taken) == 134


def test_recommended_is_the_least_to_read_among_those_about_as_good() -> None:
    most = row(90, *[True] * 100)
    near = row(30, *[True] * 98, False, False)
    less = row(10, *[True] * 97, False, False, False)
    assert reach.recommended([most, near, less]) == near


def test_the_front_leaves_out_what_another_beats() -> None:
    short, long = row(10, True, False), row(30, True, True)
    beaten, same = row(20, False, False), row(40, True, True)
    assert reach.front([same, beaten, long, short]) == (short, long)


def test_a_change_counts_what_it_gains_and_loses() -> None:
    before, after = row(1, True, False, False, True), row(1, False, True, True, True)
    assert reach.change(before, after) == reach.Change(2, 1, pytest.approx(1.0))


def test_what_was_tried_can_be_read_back() -> None:
    scored = Trial(Retrieval(15, 2), 0.5, 0.4, 30.0, 3, Threshold(0.2, 0.1, 0.9), 0.3)
    kept = tried.Tried((row(10, True, False),), (scored,), "stamp")
    assert tried.from_json(kept.to_json()) == kept


def test_what_the_model_answered_best_with_is_recommended_before_what_finds_most() -> None:
    rows: Sequence[Reach] = (row(10, True, True, count=1), row(20, True, True, count=2))
    found = tried.Tried(tuple(rows), (), "")
    assert found.recommended == Retrieval(15, 1)
    scores = zip(rows, (0.2, 0.6), strict=True)
    scored = tuple(Trial(one.retrieval, 1.0, score, 10.0, 2) for one, score in scores)
    assert replace(found, scored=scored).recommended == Retrieval(15, 2)


def test_finalists_are_the_settings_in_use_and_the_best_of_each_way_to_search() -> None:
    rows = (
        row(10, True, False),
        row(20, True, True, count=2),
        row(12, True, True, mode="lexical"),
    )
    used = replace(TASK, retrieval=Retrieval(90, 3, threshold=0.4))
    assert tried.finalists(used, rows) == (
        Retrieval(90, 3),
        Retrieval(15, 2),
        Retrieval(15, 1, mode="lexical"),
    )
