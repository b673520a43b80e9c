"""Whether there are enough examples, and whether they may be used."""

import pytest

from core.records import Document, Finding
from core.tasks.gate import amount
from tests.examining import Pair, examined, found

OURS = {"origin": "ours"}


def said(pairs: list[Pair], **settings: object) -> dict[str, Finding]:
    return found(amount.CHECKS, examined(pairs, **{"answers": OURS, **settings}))  # type: ignore[arg-type]


def questions(count: int, reference: str = "a") -> list[Pair]:
    return [(f"q{n}", reference) for n in range(count)]


def test_fifty_examples_are_enough_to_tune_and_fewer_block() -> None:
    assert "few-examples" not in said(questions(50))
    few = said(questions(49))["few-examples"]
    assert (few.blocking, few.count) == (True, 49)
    assert few.title == "Only 49 examples: too few to fine-tune on"


def test_a_task_about_tone_warns_below_five_hundred() -> None:
    assert set(said(questions(499))) == {"few-for-style"}
    assert said(questions(500)) == {}


def test_a_task_with_documents_or_labels_is_not_about_tone() -> None:
    assert said(questions(100), documents=[Document("a.md", "A", "text")]) == {}
    assert said(questions(100, "yes"), output="label", labels=("yes",)) == {}


def test_a_small_holdout_says_how_sure_it_is_and_what_would_be_enough() -> None:
    small = said(questions(50))["small-holdout"]  # 10 of 50
    assert small.title.startswith("Only 10 holdout examples: each figure will be sure")
    assert "about 26 points either way" in small.title  # 196 / (2 * sqrt(10 + 3.84))
    assert "about 100 examples in all for 20 points" in small.remedy
    assert "10 points the holdout needs about 92" in small.remedy
    assert not small.blocking


def test_the_owner_may_want_a_narrower_interval() -> None:
    wide = {**OURS, "half_width_points": 10}
    assert "small-holdout" in said(questions(455), answers=wide)  # 91 in the holdout
    assert "small-holdout" not in said(questions(460), answers=wide)


@pytest.mark.parametrize("stated", ["wide", True, -3, 0])
def test_a_width_that_is_none_counts_as_not_stated(stated: object) -> None:
    assert "small-holdout" not in said(
        questions(100), answers={**OURS, "half_width_points": stated}
    )


@pytest.mark.parametrize(("count", "points"), [(96, 9.8), (20, 20.1), (1, 44.5)])
def test_the_half_width_is_wilsons(count: int, points: float) -> None:
    assert amount.half_width(count) == pytest.approx(points, abs=0.05)


@pytest.mark.parametrize(
    ("answers", "title"),
    [
        ({}, "Nobody has said where the examples are from"),
        ({"origin": "mine"}, "Nobody has said where the examples are from"),
        ({"origin": "scraped"}, "The examples are scraped from elsewhere"),
        ({"origin": "unknown"}, "The examples are of unknown origin"),
        (
            {"origin": "licensed", "licence": ""},
            "The examples are licensed, but nobody has said under which licence",
        ),
    ],
)
def test_an_unclear_origin_is_asked_for_and_does_not_block(
    answers: dict[str, str], title: str
) -> None:
    findings = said(questions(600), answers=answers)
    assert [one.title for one in findings.values()] == [title]
    assert not findings["origin"].blocking


@pytest.mark.parametrize(
    "answers", [{"origin": "ours"}, {"origin": "licensed", "licence": "cc-by-4.0"}]
)
def test_a_clear_origin_is_no_finding(answers: dict[str, str]) -> None:
    assert said(questions(600), answers=answers) == {}
