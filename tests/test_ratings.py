"""What people rated is kept, and the latest word on an item counts."""

import subprocess
import sys
from pathlib import Path

import pytest

from core.ratings import Ratings
from core.store import Store

SHEET = {"items": [{"row": 1}]}


@pytest.fixture
def ratings(tmp_path: Path) -> Ratings:
    return Ratings(Store(tmp_path / "record.sqlite"))


def test_a_round_comes_back_with_its_sheet(ratings: Ratings) -> None:
    first = ratings.begin("shop", "rubric", SHEET)
    ratings.begin("other", "blind", {})
    (kept,) = ratings.rounds("shop")
    assert (kept.id, kept.kind, kept.sheet) == (first, "rubric", SHEET)


def test_the_last_rating_of_an_item_counts(ratings: Ratings) -> None:
    made = ratings.begin("shop", "rubric", SHEET)
    for rater, value in (("Ann", "1"), ("Ben", "3"), ("Ann", "5")):
        ratings.rate(made, 0, rater, value)
    assert [(one.rater, one.value) for one in ratings.of(made)] == [("Ben", "3"), ("Ann", "5")]


def test_a_round_is_ended_by_each_rater_once(ratings: Ratings) -> None:
    made = ratings.begin("shop", "blind", SHEET)
    for rater in ("Ann", "Ben", "Ann"):
        ratings.end(made, rater)
    assert ratings.ended(made) == ("Ann", "Ben")


def test_a_record_of_the_former_version_gains_the_tables(tmp_path: Path) -> None:
    before = Store(tmp_path / "record.sqlite")
    before.state("shop", "private", True)
    before.close()
    ratings = Ratings(Store(tmp_path / "record.sqlite"))
    ratings.begin("shop", "rubric", SHEET)
    assert ratings.store.stated("shop") == {"private": True}
    assert len(ratings.rounds("shop")) == 1


def test_a_killed_writer_leaves_every_acknowledged_rating(tmp_path: Path) -> None:
    database = tmp_path / "record.sqlite"
    made = Ratings(Store(database)).begin("shop", "rubric", SHEET)
    writer = (
        "import sys; from pathlib import Path\n"
        "from core.store import Store; from core.ratings import Ratings\n"
        "kept = Ratings(Store(Path(sys.argv[1])))\n"
        f"for n in range(10**6): kept.rate({made}, n, 'Ann', '5'); print(n, flush=True)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", writer, str(database)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent.parent,
    )
    assert process.stdout is not None
    acknowledged = [int(process.stdout.readline()) for _ in range(20)]
    process.kill()
    process.communicate()
    kept = [one.item for one in Ratings(Store(database)).of(made)]
    assert kept[:20] == acknowledged
