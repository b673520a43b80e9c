"""A change is held against the pinned evaluation, answer by answer, and told in plain words."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import NotEvaluated
from core.evaluation.regression import against, history
from core.evaluation.report import LeverReport, Report, Row, Told
from core.records import Task
from tests import measured

TASK = Task("shop", "Shop", "", "Answer.", "text", "exact_match", 0.8, (), Path())


def lever(**made_by: str) -> LeverReport:
    return replace(measured.measured(0.5, 0.4, 0.6), **made_by)


def evaluation(scores: Sequence[float | None], metric: str = "exact_match", **made: str) -> Report:
    """One lever, LoRA, with these scores on rows 1, 2, 3 and so on."""
    rows = tuple(
        Row(at, at, "", None, {"lora": Told(value)}) for at, value in enumerate(scores, start=1)
    )
    found = replace(measured.report(TASK), metric=metric, success_bar=0.8, comparisons=())
    levers = {"lora": lever(adapter_digest=made.get("adapter", "a1"))}
    split = {"version": made.get("split", "s1")}
    digest = made.get("model", "m1")
    return replace(found, rows=rows, levers=levers, split=split, model_digest=digest)


def test_a_few_flips_are_within_luck() -> None:
    before = evaluation([1, 1, 1, 0, *[1] * 30])
    after = evaluation([0, 0, 0, 1, *[1] * 30], adapter="a2")
    (change,) = against(before, after).changes
    assert (change.broken, change.fixed, change.what) == ((1, 2, 3), (4,), ("adapter",))
    assert change.p == pytest.approx(0.625)  # 1 against 3: 2 (1 + 4) / 2^4
    assert change.alarm == (
        "3 answers that were right are now wrong; 1 was fixed. That is within luck."
    )


def test_many_broken_answers_raise_the_alarm() -> None:
    before, after = evaluation([1] * 40), evaluation([0] * 9 + [1] * 31, adapter="a2")
    (change,) = against(before, after).changes
    assert change.outcome == "worse"
    assert (change.before, change.after) == (1.0, pytest.approx(31 / 40))
    assert change.alarm == (
        "9 answers that were right are now wrong; none was fixed. It got worse by more than luck."
    )


def test_one_broken_answer_is_told_in_the_singular() -> None:
    before, after = evaluation([1] * 20), evaluation([0] + [1] * 19, adapter="a2")
    assert (
        against(before, after)
        .changes[0]
        .alarm.startswith("1 answer that was right is now wrong; none was fixed.")
    )


def test_fixed_answers_that_are_no_luck_are_good_news() -> None:
    before, after = evaluation([0] * 12 + [1] * 20), evaluation([1] * 32, adapter="a2")
    said = against(before, after).changes[0].alarm
    assert said == (
        "No answers that were right are now wrong; 12 were fixed. It got better by more than luck."
    )


def test_shades_flip_where_they_cross_the_success_bar() -> None:
    before = evaluation([0.9, 0.9, 0.7, 0.1], metric="token_f1")
    after = evaluation([0.85, 0.5, 0.8, 0.2], metric="token_f1", adapter="a2")
    (change,) = against(before, after).changes
    assert (change.broken, change.fixed) == ((2,), (3,))


def test_answers_that_could_not_be_scored_either_time_are_left_out() -> None:
    before, after = evaluation([1, None, 1, 1]), evaluation([1, 1, None, 0], adapter="a2")
    (change,) = against(before, after).changes
    assert (change.n, change.broken) == (2, (4,))


def test_the_same_lever_again_says_that_nothing_changed() -> None:
    same = evaluation([1, 0, 1])
    assert against(same, same).changes[0].alarm == "Nothing that makes its answers has changed."


def test_another_split_cannot_be_compared() -> None:
    with pytest.raises(NotEvaluated, match=r"split have changed .* Pin the latest"):
        against(evaluation([1, 0]), evaluation([1, 0], split="s2"))


def test_another_metric_cannot_be_compared() -> None:
    with pytest.raises(NotEvaluated, match="measured by exact_match, the latest by token_f1"):
        against(evaluation([1, 0]), evaluation([1, 0], metric="token_f1"))


def test_levers_that_came_or_went_are_named() -> None:
    before, after = evaluation([1, 0]), evaluation([1, 0])
    renamed = replace(
        after,
        levers={"rag": lever()},
        rows=tuple(replace(row, levers={"rag": Told(1.0)}) for row in after.rows),
    )
    found = against(before, renamed)
    assert (found.changes, found.missing, found.added) == ((), ("lora",), ("rag",))


def test_history_says_what_changed_each_time() -> None:
    reports = [
        evaluation([1, 0]),
        evaluation([1, 1], adapter="a2"),
        evaluation([1, 1], adapter="a2", model="m2", split="s2"),
    ]
    found = history([(float(at), report) for at, report in enumerate(reports)])
    assert [one.changed for one in found] == [(), ("adapter",), ("model", "examples")]
