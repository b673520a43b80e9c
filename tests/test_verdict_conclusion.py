"""What an evaluation says in a sentence, and what it admits not to say."""

from dataclasses import replace
from pathlib import Path

import pytest

from core.evaluation.report import Comparison, LeverReport, Measured, Report, Row, Told
from core.records import Task
from core.verdict.conclusion import headline, limits, ranked
from tests import measured

REPORT = measured.report(Task("t", "T", "", "", "text", "exact_match", 0.6, (), Path()))


def pair(low: float, high: float, verdict: str, equivalent: bool = False) -> Comparison:
    """RAG, 70 %, against LoRA, 32 %, the next."""
    middle = (low + high) / 2
    return Comparison(
        "lora", "rag", "exact_match", -middle, -high, -low, 0.5, 0.5, verdict,  # type: ignore[arg-type]
        50, 0, 120, equivalent, 0.143,
    )  # fmt: skip


def said(*comparisons: Comparison, **changes: object) -> Report:
    return replace(REPORT, comparisons=comparisons, **changes)  # type: ignore[arg-type]


def lever(mean: float | None, n: int = 50, unscored: int = 0, errors: int = 0) -> LeverReport:
    found = Measured(mean, mean, mean, n, unscored)
    why = "The model was let go." if errors else ""
    made = measured.measured(0.0, 0.0, 0.0)
    return replace(made, metrics={"exact_match": found}, errors=errors, error=why)


@pytest.mark.parametrize(
    ("against", "words"),
    [
        (pair(0.28, 0.48, "worse"), "RAG is best, 38 points (28 to 48) ahead of LoRA."),
        (
            pair(-0.04, 0.16, "tie"),
            "RAG is ahead, but not told apart from LoRA: 6 points (-4 to 16).",
        ),
        (
            pair(-0.004, 0.16, "tie"),
            "RAG is ahead, but not told apart from LoRA: 8 points (0 to 16).",  # no "-0"
        ),
        (
            pair(-0.1, 0.1, "tie"),
            "RAG and LoRA are level and not told apart: 0 points (-10 to 10).",
        ),
        (
            pair(-0.03, 0.04, "tie", equivalent=True),
            "RAG and LoRA are as good as each other: any gap is below 5 points.",
        ),
    ],
)
def test_the_answer_comes_first_in_a_sentence(against: Comparison, words: str) -> None:
    assert headline(said(against)) == f"{words} The success bar of 60% is met by RAG."


def test_levers_that_were_not_compared_are_not_said_to_differ() -> None:
    assert headline(said()).startswith("RAG scores highest, 70% (56 to 81).")


def test_one_lever_has_nothing_beside_it() -> None:
    alone = said(levers={"prompt": REPORT.levers["prompt"]})
    assert headline(alone) == (
        "Prompt scores 30% (19 to 44); no other lever was scored beside it. "
        "No lever meets the success bar of 60%."
    )


def test_nothing_is_concluded_where_nothing_was_scored() -> None:
    nothing = said(levers={"prompt": lever(None, 0, 50, 50), "rag": lever(None, 0, 50, 0)})
    assert ranked(nothing) == []
    assert headline(nothing) == "Nothing can be concluded: no answer could be scored."
    assert limits(nothing) == (
        "Prompt: every answer failed, so nothing is known of it. The model was let go.",
        "RAG: 50 answers could not be scored by exact match and are left out. If that is not "
        "meant, look at the references.",
    )


def test_a_sound_evaluation_has_no_limits_to_tell() -> None:
    assert limits(said(pair(0.28, 0.48, "worse"))) == ()


def test_two_that_are_not_told_apart_say_what_would_settle_it() -> None:
    assert limits(said(pair(-0.04, 0.16, "tie"))) == (
        "50 examples show a gap between RAG and LoRA if it is about 14 points or more, four times "
        "in five; a smaller one stays hidden. About 120 more examples would settle a 5-point gap.",
    )
    assert limits(said(pair(-0.03, 0.04, "tie", equivalent=True))) == ()


def test_an_evaluation_cut_short_says_so() -> None:
    (short,) = limits(said(pair(0.28, 0.48, "worse"), holdout=30))
    assert short.startswith("Only the first 30 of 50 holdout examples were measured.")


def test_few_examples_and_one_are_no_evidence() -> None:
    small = said(holdout=1, split={"holdout": 1})
    assert limits(small) == (
        "One example cannot show how the next one goes: nothing is settled by it.",
    )
    assert limits(replace(small, holdout=5, split={"holdout": 5})) == (
        "5 examples are few: a verdict needs at least 20 in the holdout.",
    )


def test_failed_answers_are_counted_apart_from_wrong_ones() -> None:
    levers = {"prompt": lever(0.5, 47, 3, 3), "rag": lever(0.6, 49, 1, 0)}
    assert limits(said(levers=levers)) == (
        "Prompt: 3 of 50 answers failed. They count as not scored, never as wrong, and it is "
        "compared on the others. Measure again to ask for them once more. The model was let go.",
        "RAG: 1 answer could not be scored by exact match and is left out. If that is not meant, "
        "look at the references.",
    )


@pytest.mark.parametrize(
    ("value", "ending"), [(1.0, "too easy."), (0.0, "may not fit the references.")]
)
def test_scores_without_any_spread_tell_levers_apart_by_nothing(value: float, ending: str) -> None:
    told = {"prompt": Told(value), "rag": Told(value)}
    rows = tuple(Row(at, at, "", None, told) for at in range(2))
    (alike,) = limits(said(rows=rows))
    assert alike.startswith(f"Every scored answer of every lever got {value:.0%}")
    assert alike.endswith(ending)


def test_one_example_of_many_is_told_in_the_singular() -> None:
    first, *_ = limits(said(holdout=1, split={**REPORT.split, "holdout": 50}))
    assert first.startswith("Only one of 50 holdout examples was measured.")
