"""What raters say reaches the verdict and the memo, and does not decide."""

import pytest

from core.evaluation.rating import People, summary
from core.verdict.deciding import decide
from core.verdict.memo import content, markdown, page
from core.verdict.people import preference
from tests.figures import five
from tests.rated import STAMPS, item, rated, sheet
from tests.test_verdict_memo import REPORT, TASK

RAG = (0.1, 0.2, 0.85, 0.2, 0.85)
ASKED = 20


def compared(choice: str) -> People:
    """RAG on the left of LoRA, the same choice every time."""
    shown = sheet(*[item(at, ["rag"], ["lora"]) for at in range(ASKED)])
    return summary([rated("blind", shown, {"Ann": [choice] * ASKED})], STAMPS)


def scored(value: str) -> People:
    """Every answer of RAG's with the same score."""
    shown = sheet(*[item(at, ["rag"]) for at in range(ASKED)])
    return summary([rated("rubric", shown, {"Ann": [value] * ASKED})], STAMPS)


def test_people_who_prefer_another_lever_are_a_caution_and_not_a_verdict() -> None:
    verdict = decide(five(*RAG, people=compared("right")))
    assert verdict.leaf == "rag"
    (said,) = [one for one in verdict.cautions if one.startswith("People prefer another lever: ")]
    assert "LoRA over RAG in 100%" in said
    assert "of 20 choices, more than luck. 20 won, 0 lost, 0 ties, 0 both bad." in said


def test_a_lever_chosen_as_often_as_the_other_is_level_with_it() -> None:
    (duel,) = compared("tie").duels
    assert preference(duel).startswith("RAG level with LoRA in 50% (")


@pytest.mark.parametrize("people", [compared("left"), compared("tie"), scored("5"), None])
def test_people_who_agree_or_cannot_tell_are_no_caution(people: People | None) -> None:
    said = decide(five(*RAG, people=people)).cautions
    assert not any(one.startswith("People ") for one in said)


def test_answers_that_people_find_useless_are_a_caution() -> None:
    said = decide(five(*RAG, people=scored("1"))).cautions
    assert any(one.startswith("People score the answers by RAG 1.0 of 5") for one in said)


def test_the_memo_says_what_people_said_where_they_did() -> None:
    told = content.memo(TASK, REPORT, decide(five(*RAG, people=scored("5"))))
    sentence = "Scores from 1 to 5, by 1 person: RAG 5.0"
    for written in (markdown.written, page.written):
        assert sentence in written(told)
    untold = content.memo(TASK, REPORT, decide(five(*RAG)))
    assert "What people say" not in markdown.written(untold) + page.written(untold)
