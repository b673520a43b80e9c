"""The map of the examples: where they lie, what it may tell, and that it stays the same."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from core.records import Example, Finding, OutputKind, Split, Task
from core.tasks.gate import atlas

ROWS = tuple(Example(f"question {n}", "yes" if n < 3 else "no", row=n) for n in range(1, 5))
SPLIT = Split(train=ROWS[:2], validation=ROWS[2:3], holdout=ROWS[3:], seed=0)


def task(
    examples: Sequence[Example] = ROWS, output: OutputKind = "label", **settings: object
) -> Task:
    return Task(
        name="mine", title="Mine", goal="G", instruction="I", output=output, metric="accuracy",
        success_bar=0.5, examples=tuple(examples), folder=Path("mine"), **settings,
    )  # type: ignore[arg-type]  # fmt: skip


def lengths(texts: Sequence[str]) -> np.ndarray:
    return np.array([[len(text), float(text[-1])] for text in texts])


def found(code: str, *affected: int) -> Finding:
    return Finding(code, "T", len(affected), affected, "R", affected=affected)


def test_the_two_directions_are_those_that_differ_most() -> None:
    vectors = [[9, 0, 0], [-9, 0, 0], [0, 4, 0], [0, -4, 0], [0, 0, 1], [0, 0, -1]]
    points = atlas.project(vectors)
    assert points.shape == (6, 2)
    assert np.allclose(points, [[9, 0], [-9, 0], [0, 4], [0, -4], [0, 0], [0, 0]])


def test_the_picture_does_not_flip_when_rows_change_places() -> None:
    vectors = np.random.default_rng(0).normal(size=(40, 7)) * [5, 3, 1, 1, 1, 1, 1]
    points, turned = atlas.project(vectors), atlas.project(vectors[::-1])
    assert np.allclose(points, turned[::-1])


@pytest.mark.parametrize(
    ("vectors", "wanted"),
    [
        ([[3.0, 4.0]], [[0, 0]]),
        ([[1.0, 2.0], [1.0, 2.0]], [[0, 0], [0, 0]]),
        ([[2.0], [4.0]], [[-1, 0], [1, 0]]),
    ],
)
def test_too_little_to_differ_lies_in_the_middle(
    vectors: list[list[float]], wanted: list[list[float]]
) -> None:
    assert np.allclose(atlas.project(vectors), wanted)


def test_a_place_tells_the_beginning_and_the_label() -> None:
    first = atlas.places(task(), SPLIT, (), lengths)[0]
    assert (first.row, first.part, first.text, first.sorts) == (1, "Train", "question 1", ("yes",))


def test_of_the_holdout_only_row_and_place_are_told() -> None:
    last = atlas.places(task(), SPLIT, (), lengths)[-1]
    assert (last.row, last.part, last.text, last.sorts) == (4, "Holdout", "", ())


def test_repeats_and_leaks_are_marked_on_every_row_they_affect() -> None:
    seen = (found("near-duplicate", 2), found("leak", 1, 4), found("length", 3))
    marks = [(one.repeats, one.leaks) for one in atlas.places(task(), SPLIT, seen, lengths)]
    assert marks == [(False, True), (True, False), (False, False), (False, True)]


def test_free_text_has_no_sorts() -> None:
    assert {one.sorts for one in atlas.places(task(output="text"), SPLIT, (), lengths)} == {()}


def test_a_key_that_an_object_lacks_is_called_unreadable() -> None:
    rows = [Example("a", '{"queue": "billing"}'), Example("b", '{"queue"'), Example("c", "[]")]
    closed = {"queue": ("billing", "other"), "order": ()}
    assert atlas.sorts(task(rows, "json", schema=closed), rows) == {
        "Queue": ["billing", "(unreadable)", "(unreadable)"]
    }


def test_a_long_input_is_told_in_80_characters_on_one_line() -> None:
    assert atlas.beginning("one\n\ttwo " + "x" * 100) == "one two " + "x" * 72


def test_the_lot_draws_the_same_examples_when_others_go() -> None:
    rows = [Example(f"question {n}", "yes", row=n) for n in range(1, 101)]
    drawn = atlas.by_lot(rows, 10)
    gone = next(one for one in rows if one not in drawn)
    assert [one.row for one in drawn] == sorted(one.row for one in drawn)
    assert len(drawn) == 10
    assert atlas.by_lot([one for one in rows if one != gone], 10) == drawn
