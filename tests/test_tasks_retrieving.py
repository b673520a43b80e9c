"""The `[retrieval]` table: what may stand in it, and how it is written."""

import tomllib
from pathlib import Path

import pytest

from core.errors import SettingOutOfRange, TaskUnreadable
from core.records import Retrieval
from core.tasks.retrieving import choose, fits

FILE = """title = "House" # kept

[retrieval]
words = 30
passages = 1

[answers]
regulated = false
"""


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"words": 5, "passages": 10},
        {"mode": "hybrid", "threshold": 0.5, "overlap": 40},
        {"threshold": 1},
    ],
)
def test_settings_within_their_limits_fit(said: dict[str, object]) -> None:
    assert fits(said)


@pytest.mark.parametrize(
    "said",
    [
        3,
        {"words": 4},
        {"words": True},
        {"words": 30.0},
        {"words": 20, "overlap": 10},
        {"mode": "both"},
        {"mode": ["dense"]},
        {"threshold": "0.5"},
        {"threshold": 1.1},
        {"pages": 2},
    ],
)
def test_what_is_unknown_or_out_of_range_does_not_fit(said: object) -> None:
    assert not fits(said)


def test_a_choice_is_written_and_all_else_stays(tmp_path: Path) -> None:
    (tmp_path / "task.toml").write_text(FILE, encoding="utf-8")
    choose(tmp_path, Retrieval(15, 2, mode="hybrid", threshold=0.55))
    written = (tmp_path / "task.toml").read_text(encoding="utf-8")
    assert written == (
        'title = "House" # kept\n\n[answers]\nregulated = false\n\n'
        '[retrieval]\nwords = 15\npassages = 2\nmode = "hybrid"\nthreshold = 0.55\n'
    )


def test_a_file_without_the_table_gets_one(tmp_path: Path) -> None:
    (tmp_path / "task.toml").write_text('title = "House"', encoding="utf-8")
    choose(tmp_path, Retrieval())
    written = tomllib.loads((tmp_path / "task.toml").read_text(encoding="utf-8"))
    assert written == {"title": "House", "retrieval": {"words": 90, "passages": 3}}


def test_settings_that_do_not_fit_together_are_not_written(tmp_path: Path) -> None:
    (tmp_path / "task.toml").write_text(FILE, encoding="utf-8")
    with pytest.raises(SettingOutOfRange, match="less than half of words"):
        choose(tmp_path, Retrieval(20, 2, overlap=15))
    assert (tmp_path / "task.toml").read_text(encoding="utf-8") == FILE


def test_a_table_inside_a_longer_text_is_not_torn_out(tmp_path: Path) -> None:
    torn = 'goal = """\n[retrieval]\nwords\n"""\n'
    (tmp_path / "task.toml").write_text(torn, encoding="utf-8")
    with pytest.raises(TaskUnreadable, match="by hand"):
        choose(tmp_path, Retrieval())
    assert (tmp_path / "task.toml").read_text(encoding="utf-8") == torn
