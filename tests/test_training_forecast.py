"""Forecasts: counts by hand, and refusals before anything starts."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from core.errors import CannotTrain
from core.records import Message
from core.training import forecast as room
from core.training.forecast import forecast
from core.training.recipe import Recipe
from core.training.rows import Row, Rows
from core.workspace import Workspace


@dataclass
class Base:
    """A model that is asked for its size only."""

    name: str = "small"
    digest: str = "d"
    parameters: int | None = 1_000_000
    trainable: bool = True


def some(count: int, tokens: int = 100, dropped: int = 0) -> Rows:
    row = Row((Message("user", "q"),), "a", tokens)
    return Rows((row,) * count, (row,) * 4, dropped)


def test_counts_are_exact(tmp_path: Path) -> None:
    found = forecast(Workspace(tmp_path), some(20, dropped=3), Recipe(epochs=2.5), Base())
    assert (found.rows, found.dropped, found.steps, found.tokens) == (20, 3, 7, 5000)


def test_memory_adds_up(tmp_path: Path) -> None:
    found = forecast(Workspace(tmp_path), some(20), Recipe(rank=10, batch=4), Base())
    # 700 MiB of libraries, 4 bytes a weight, 20 x 10 x 1000 adapter weights of 16 bytes,
    # and 160 x 1000 bytes for each of 4 x 100 tokens.
    assert found.memory_bytes == 734_003_200 + 4_000_000 + 3_200_000 + 64_000_000
    assert found.disk_bytes == 10 * 4 * 200_000


def test_seconds_say_how_they_were_obtained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "_estimated_rate", lambda parameters: 100.0)
    found = forecast(Workspace(tmp_path), some(20), Recipe(epochs=1.0), Base())
    assert found.seconds == 15.0 + 20.0
    assert found.basis == "estimated from a quick test of this machine"


def test_seven_rows_are_too_few(tmp_path: Path) -> None:
    with pytest.raises(CannotTrain, match=r"7 rows to train on; 8 are the least.*Add examples"):
        forecast(Workspace(tmp_path), some(7), Recipe(), Base())


def test_too_few_rows_because_of_their_length_have_another_remedy(tmp_path: Path) -> None:
    with pytest.raises(CannotTrain, match=r"5 were longer than max_tokens.*Raise Max tokens"):
        forecast(Workspace(tmp_path), some(7, dropped=5), Recipe(), Base())


def test_a_model_behind_an_endpoint_cannot_be_trained(tmp_path: Path) -> None:
    with pytest.raises(CannotTrain, match="its weights are elsewhere"):
        forecast(Workspace(tmp_path), some(20), Recipe(), Base(trainable=False))


def test_a_model_too_large_for_the_memory_is_refused_with_both_figures(tmp_path: Path) -> None:
    with pytest.raises(
        CannotTrain, match=r"Training needs about .* GiB of memory, .* GiB are free"
    ):
        forecast(Workspace(tmp_path), some(20), Recipe(), Base(parameters=10**13))
