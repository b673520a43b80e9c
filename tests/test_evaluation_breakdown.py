"""A figure taken apart: fields one by one, labels against each other."""

from dataclasses import replace
from pathlib import Path

from core.evaluation.breakdown import confusion, fields
from core.evaluation.report import Confused
from core.records import Example, Task

LABELS = Task("t", "T", "", "", "label", "accuracy", 0.8, (), Path(), labels=("yes", "no"))
CARD = replace(LABELS, output="json", metric="field_accuracy")


def rows(*references: str) -> list[Example]:
    return [Example("q", one) for one in references]


def test_each_field_has_its_own_figure() -> None:
    wanted = rows('{"team": "dock", "red": true}', '{"team": "till"}', '{"team": "till"}')
    said = ['{"team": "Dock", "red": false}', '{"team": "dock"}', "no object"]
    found = fields(CARD, said, wanted, ["a", "b", "c"])
    assert (found["team"].mean, found["team"].n) == (1 / 3, 3)
    assert (found["red"].mean, found["red"].n) == (0.0, 1)


def test_a_failed_answer_is_not_scored_in_any_field() -> None:
    found = fields(CARD, [None, None], rows('{"team": 1}', '{"team": 2}'), ["a", "b"])
    assert (found["team"].mean, found["team"].n, found["team"].unscored) == (None, 0, 2)


def test_a_reference_that_is_no_object_has_no_fields() -> None:
    assert fields(CARD, ["{}"], rows("dock"), ["a"]) == {}
    assert fields(LABELS, ["yes"], rows("yes"), ["a"]) == {}


def test_labels_are_counted_against_each_other_in_the_task_s_order() -> None:
    wanted = rows("no", "yes", "yes", "yes", "no", "lukewarm")
    said = ["yes", "yes", "Yes.", "great", None, "no"]
    assert confusion(LABELS, said, wanted) == (
        Confused("yes", "yes", 2),
        Confused("yes", "", 1),
        Confused("no", "yes", 1),
    )
    assert confusion(CARD, said, wanted) == ()
