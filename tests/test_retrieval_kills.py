"""A process that is killed while it takes documents in loses none that it acknowledged."""

from pathlib import Path

from tests.benchmarks.ingest_kills import killed


def test_twenty_kills_during_ingest_lose_nothing(tmp_path: Path) -> None:
    tally = killed(tmp_path, kills=20, seed=11, every=4)
    assert tally.kills == 20
    assert tally.acknowledged > 0
    assert (tally.lost, tally.broken, tally.left) == (0, 0, 0)
