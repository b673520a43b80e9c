"""The line between a good passage and none is drawn on questions with known answers."""

from core.retrieval.calibration import NO_THRESHOLD, Threshold, calibrated

TOLD = [0.6, 0.7] * 10
UNTOLD = [0.3] * 8 + [0.65] * 2


def test_the_line_lies_above_the_questions_without_an_answer_and_below_the_others() -> None:
    assert calibrated(TOLD, UNTOLD) == Threshold(0.6, 0.0, 0.8)


def test_one_question_in_twenty_may_be_turned_away_and_no_more() -> None:
    untold = [0.5] * 10
    assert calibrated([0.4] + [0.6] * 19, untold) == Threshold(0.6, 0.05, 1.0)
    assert calibrated([0.4] * 2 + [0.6] * 18, untold) == NO_THRESHOLD


def test_a_value_seen_is_never_cut_off_by_rounding() -> None:
    assert calibrated([0.60009] * 20, [0.3] * 10).value == 0.6


def test_from_fewer_than_ten_questions_without_an_answer_nothing_is_learnt() -> None:
    assert calibrated(TOLD, [0.1] * 9) == NO_THRESHOLD
    assert calibrated([], [0.1] * 10) == NO_THRESHOLD


def test_where_both_kinds_look_alike_there_is_no_line() -> None:
    assert calibrated([0.5] * 20, [0.5] * 20) == NO_THRESHOLD
