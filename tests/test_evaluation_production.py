"""Two ways in production: the numbers agree with hand calculation and published tables."""

from pathlib import Path

import pytest

from core.errors import SettingOutOfRange, TaskUnreadable
from core.evaluation.production import Outcomes, Unread, Way, needed, read


def outcomes(old: tuple[int, int], new: tuple[int, int]) -> Outcomes:
    return Outcomes("a.csv", Way("old", *old), Way("new", *new))


def sheet(folder: Path, text: str) -> Path:
    file = folder / "june.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_change_from_60_to_70_percent_takes_376_of_each() -> None:
    # Middle 0.65: (1.959964 sqrt(2 x 0.65 x 0.35) + 0.841621 sqrt(0.24 + 0.21))^2 / 0.1^2 = 355.94
    # Corrected: 355.94 / 4 (1 + sqrt(1 + 4 / 35.594))^2 = 375.7
    assert needed(0.6, 0.7) == needed(0.7, 0.6) == 376


def test_a_change_half_as_large_takes_about_four_times_as_many() -> None:
    # (1.959964 sqrt(2 x 0.625 x 0.375) + 0.841621 sqrt(0.24 + 0.2275))^2 / 0.05^2 = 1470.8
    # Corrected: 1470.8 / 4 (1 + sqrt(1 + 4 / 73.54))^2 = 1510.5
    assert needed(0.6, 0.65) == 1511


@pytest.mark.parametrize(("now", "wanted"), [(0.6, 0.6), (-0.1, 0.5), (0.9, 1.1)])
def test_no_change_and_no_rate_cannot_be_planned_for(now: float, wanted: float) -> None:
    with pytest.raises(SettingOutOfRange, match="Give two different rates"):
        needed(now, wanted)


def test_the_interval_is_newcombe_s_published_example() -> None:
    # Newcombe 1998, table II, method 10: 56/70 and 48/80 give 0.0524 to 0.3339.
    found = outcomes((48, 80), (56, 70))
    assert found.difference == pytest.approx(0.2)
    assert found.interval == pytest.approx((0.0524, 0.3339), abs=1e-4)


def test_the_interval_is_honest_where_nothing_ever_went_wrong() -> None:
    # Newcombe 1998, table II, method 10: 10/10 and 0/20 give 0.6791 to 1.
    assert outcomes((0, 20), (10, 10)).interval == pytest.approx((0.6791, 1.0), abs=1e-4)


def test_the_test_is_fisher_s() -> None:
    # The lady tasting tea: 3 of 4 against 1 of 4: 2 (16 + 1) / 70
    assert outcomes((1, 4), (3, 4)).p == pytest.approx(34 / 70)


def test_more_than_luck_is_said_and_which_way() -> None:
    assert outcomes((240, 400), (280, 400)).finding == "new is better than old by more than luck."
    assert outcomes((280, 400), (240, 400)).finding == "new is worse than old by more than luck."


def test_a_gap_that_may_be_luck_says_how_many_would_show_one() -> None:
    # 1,511 of each are needed from 60 to 65 percent; 100 are there.
    assert outcomes((60, 100), (65, 100)).finding == (
        "Not told apart yet: the gap may be luck. "
        "About 1,411 more outcomes of each would show a gap of 5 points."
    )


def test_near_100_percent_the_gap_is_looked_for_below() -> None:
    assert "more outcomes of each" in outcomes((99, 100), (98, 100)).finding


def test_a_tie_is_a_finding_where_any_gap_is_small() -> None:
    found = outcomes((6000, 10000), (6010, 10000))
    assert found.finding == "The two are as good as each other: any gap is below 5 points."


def test_a_lopsided_split_raises_a_doubt() -> None:
    # 1,000 and 1,200: (200 / sqrt(2,200))^2 = 18.2, p 0.00002; 1,000 and 1,050: p 0.27.
    assert outcomes((500, 1000), (600, 1200)).uneven
    assert not outcomes((500, 1000), (600, 1050)).uneven


def test_two_columns_need_not_be_equally_long(tmp_path: Path) -> None:
    found = read(sheet(tmp_path, "prompt,tuned\n1,yes\n0,No\n,1.0\n,TRUE\n"), "June (2).csv")
    assert (found.old, found.new) == (Way("prompt", 1, 2), Way("tuned", 3, 4))
    assert (found.file, found.unread) == ("June (2).csv", ())


def test_cells_that_say_nothing_are_named_with_their_lines_and_left_out(tmp_path: Path) -> None:
    found = read(sheet(tmp_path, "prompt,tuned\n1,1\nmaybe,0\n1,7\n"), "june.csv")
    assert (found.old.n, found.new.n) == (2, 2)
    assert found.unread == (
        Unread("line 3", "prompt", "maybe"),
        Unread("line 4", "tuned", "7"),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("user,prompt,tuned\n7,1,1\n", "has 3 columns, not two"),
        ("1,0\n1,1\n", "line 1: outcomes where the names belong"),
        ("prompt,tuned\n1,\n0,\n", "no outcome under 'tuned'"),
        ("prompt,tuned\n1,1,0\n", "line 2: 3 cells under 2 column names"),
    ],
)
def test_what_is_no_sheet_of_two_ways_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(TaskUnreadable, match=said):
        read(sheet(tmp_path, text), "june.csv")


def test_the_record_gives_back_what_was_kept() -> None:
    found = Outcomes("a.csv", Way("old", 1, 2), Way("new", 2, 3), (Unread("line 2", "old", "x"),))
    assert Outcomes.from_json({**found.to_json(), "id": 1, "created": 0.0}) == found
