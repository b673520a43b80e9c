"""Several workers on one run: equal shares of a batch, and one that speaks."""

from pathlib import Path

import pytest

from core.errors import CannotTrain
from core.training import ranks
from core.training.backends import sharing, telling
from core.training.journal import Diverged, Journal
from core.training.recipe import Recipe
from core.training.rows import Rows
from core.training.runs import launch
from core.workspace import Workspace


def test_alone_a_worker_is_the_first_and_only_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RANK", raising=False)
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    assert (ranks.first(), ranks.workers()) == (True, 1)
    monkeypatch.setenv("RANK", "1")
    monkeypatch.setenv("WORLD_SIZE", "3")
    assert (ranks.first(), ranks.workers()) == (False, 3)


def test_a_batch_is_shared_evenly_or_refused() -> None:
    assert [ranks.share(8, among) for among in (1, 2, 8)] == [8, 4, 1]
    with pytest.raises(CannotTrain, match=r"8 rows cannot be shared evenly by 3.*multiple of 3"):
        ranks.share(8, 3)


def test_a_batch_that_cannot_be_shared_starts_no_run(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    with pytest.raises(CannotTrain, match="cannot be shared evenly by 3 workers"):
        launch(
            workspace, task="t", recipe=Recipe(), model="embedded", base_digest="d",
            rows=Rows((), (), 0), levers=["lora"], key="k", ray="http://127.0.0.1:9", workers=3,
        )  # fmt: skip
    assert not list(workspace.runs.glob("*"))


def test_a_worker_that_is_not_the_first_writes_nothing_and_still_ends_on_infinities(
    tmp_path: Path,
) -> None:
    journal = Journal(tmp_path, speaks=False)
    journal.started(step=0, steps=3)
    journal.logged(1, {"loss": 1.0, "epoch": 0.5, "learning_rate": 0.1})
    with pytest.raises(Diverged):
        journal.logged(2, {"loss": float("inf"), "epoch": 1.0, "learning_rate": 0.1})
    assert not (tmp_path / "events.jsonl").exists()


def test_a_failure_is_told_and_then_ends_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RANK", raising=False)
    heard: list[str] = []
    with pytest.raises(sharing.Broken, match="There is no run"):
        sharing.learn(tmp_path, heard.append)
    (event,) = telling.read("\n".join([*heard, ""])).events
    assert (event["event"], event["cause"][:15]) == ("failed", "There is no run")


def test_what_ends_a_run_is_told_from_a_step() -> None:
    assert sharing.ended({"event": {"event": "diverged"}})
    assert not sharing.ended({"event": {"event": "step"}})
    assert not sharing.ended({"log": "finished"})
