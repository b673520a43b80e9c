"""People's ratings are summed up by hand-made figures, and only those that count."""

import pytest

from core.evaluation.rating import summary
from tests.rated import STAMPS, item, rated, sheet

RUBRIC = sheet(item(1, ["prompt"]), item(1, ["lora"]), item(2, ["prompt", "lora"]))
LEFT_LORA = sheet(*[item(at, ["lora"], ["prompt"]) for at in range(6)], same=3)


def test_a_rating_counts_for_every_lever_that_gave_the_answer() -> None:
    found = summary([rated("rubric", RUBRIC, {"Ann": "153"})], STAMPS)
    prompt, lora = found.ratings["prompt"], found.ratings["lora"]
    assert (prompt.mean.mean, lora.mean.mean) == (2.0, 4.0)
    assert prompt.counts == {"5": 0, "3": 1, "1": 1}
    assert prompt.mean.n == 2
    assert 1 <= prompt.mean.low < 2 < prompt.mean.high <= 5
    assert found.raters == {"rubric": ("Ann",), "blind": ()}


def test_whoever_is_not_done_does_not_count_yet() -> None:
    begun = rated("rubric", RUBRIC, {"Ann": "15"})
    assert summary([begun], STAMPS).said_nothing
    assert summary([begun], STAMPS).unfinished == {"rubric": ("Ann",), "blind": ()}
    ended = rated("rubric", RUBRIC, {"Ann": "15"}, ended=("Ann",))
    assert summary([ended], STAMPS).ratings["prompt"].mean.mean == 1.0


def test_a_round_goes_on_where_the_rater_left_it() -> None:
    begun = rated("rubric", RUBRIC, {"Ann": "15"})
    assert (begun.next("Ann"), begun.next("Ben")) == (2, 0)
    assert not begun.finished("Ann")


def test_ratings_of_answers_that_were_replaced_do_not_count() -> None:
    one = rated("rubric", RUBRIC, {"Ann": "153"})
    found = summary([one], {**STAMPS, "lora": "another adapter"})
    assert set(found.ratings) == {"prompt"}


def test_wins_follow_the_lever_and_not_the_side() -> None:
    shown = sheet(item(1, ["lora"], ["prompt"]), item(2, ["prompt"], ["lora"]))
    (duel,) = summary([rated("blind", shown, {"Ann": ["left", "right"]})], STAMPS).duels
    assert (duel.a, duel.b, duel.won, duel.lost) == ("prompt", "lora", 0, 2)
    assert duel.share.mean == 0.0


def test_ties_and_both_bad_are_half_a_win_each() -> None:
    said = ["left", "left", "left", "right", "tie", "both bad"]
    (duel,) = summary([rated("blind", LEFT_LORA, {"Ann": said})], STAMPS).duels
    assert (duel.won, duel.lost, duel.tied, duel.both_bad) == (1, 3, 1, 1)
    assert duel.share.mean == pytest.approx(2 / 6)
    assert duel.p == pytest.approx(0.625)  # 1 against 3: 2 (1 + 4) / 2^4


def test_two_raters_of_one_question_are_one_unit() -> None:
    said = {"Ann": ["left"] * 6, "Ben": ["left"] * 6}
    found = summary([rated("blind", LEFT_LORA, said)], STAMPS)
    assert found.duels[0].share.n == 6
    assert found.duels[0].p == pytest.approx(2 / 2**6)


def test_strengths_name_the_lever_that_people_prefer() -> None:
    found = summary([rated("blind", LEFT_LORA, {"Ann": ["left"] * 6})], STAMPS)
    assert list(found.strengths) == ["prompt", "lora"]
    assert found.strengths["lora"].mean > 0.7
    assert found.same == 3


def test_agreement_is_told_for_either_kind() -> None:
    rounds = [
        rated("rubric", RUBRIC, {"Ann": "153", "Ben": "153"}),
        rated("blind", LEFT_LORA, {"Ann": ["left"] * 6}),
    ]
    found = summary(rounds, STAMPS)
    assert found.rubric_agreement is not None
    assert found.rubric_agreement.value == 1.0
    assert found.blind_agreement is None


def test_no_rounds_say_nothing() -> None:
    found = summary([], STAMPS)
    assert found.said_nothing
    assert (found.ratings, found.duels, found.strengths) == ({}, (), {})
