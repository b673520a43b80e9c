"""Forecasts: counts by hand, and refusals before anything starts."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from core.errors import CannotTrain
from core.records import Message
from core.training import forecast as room
from core.training import hardware, pace
from core.training.forecast import Forecast
from core.training.pace import Pace
from core.training.recipe import Recipe
from core.training.rows import Row, Rows
from core.workspace import Workspace, read_json
from tests import tiny


@dataclass
class Base:
    """A model that is asked for its size only."""

    name: str = "small"
    digest: str = "d"
    parameters: int | None = 1_000_000
    context: int = 2048
    trainable: bool = True


@pytest.fixture(autouse=True)
def no_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """A token takes 10 ms and keeps 1,000 bytes; 8 GiB are free."""
    monkeypatch.setattr(room.pace, "pace", lambda kept, digest, reference, shape: Pace(0.01, 1e3))
    monkeypatch.setattr(room.fitting, "memory_free", lambda workspace: 8 * 2**30)


def forecast(workspace: Workspace, rows: Rows, recipe: Recipe, model: Base) -> Forecast:
    return room.forecast(workspace, rows, recipe, model, "small")


def some(count: int, tokens: int = 100, dropped: int = 0) -> Rows:
    row = Row((Message("user", "q"),), "a", tokens)
    return Rows((row,) * count, (row,) * 4, dropped)


def test_counts_are_exact(tmp_path: Path) -> None:
    found = forecast(Workspace(tmp_path), some(20, dropped=3), Recipe(epochs=2.5), Base())
    assert (found.rows, found.dropped, found.steps, found.tokens) == (20, 3, 7, 5000)


def test_memory_adds_up(tmp_path: Path) -> None:
    found = forecast(Workspace(tmp_path), some(20), Recipe(rank=10, batch=4), Base())
    # 700 MiB of libraries, 4 bytes a weight, 20 x 10 x 1000 adapter weights of 16 bytes,
    # and 1,000 bytes for each of 4 x 100 tokens.
    assert found.memory_bytes == 734_003_200 + 4_000_000 + 3_200_000 + 400_000
    assert found.disk_bytes == 10 * 4 * 200_000


def test_all_weights_are_counted_with_their_gradients_and_moments(tmp_path: Path) -> None:
    recipe = Recipe(trains="all weights", batch=4)
    found = forecast(Workspace(tmp_path), some(20), recipe, Base())
    # 700 MiB of libraries, 16 bytes for each of a million weights, 1,000 for 4 x 100 tokens.
    assert found.memory_bytes == 734_003_200 + 16_000_000 + 400_000
    assert found.disk_bytes == 10 * 4 * 1_000_000


def test_all_weights_that_do_not_fit_are_answered_with_an_adapter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room.fitting, "memory_free", lambda workspace: 2 * 2**30)
    large = Base(parameters=300_000_000)  # 4.8 GB with gradients and moments, 1.2 GB without
    with pytest.raises(CannotTrain, match=r"2\.0 GiB are free.*--set trains=adapter"):
        forecast(Workspace(tmp_path), some(20), Recipe(trains="all weights"), large)
    assert forecast(Workspace(tmp_path), some(20), Recipe(), large).rows == 20


def test_all_weights_in_four_bits_are_refused(tmp_path: Path) -> None:
    recipe = Recipe(trains="all weights", four_bit=True)
    with pytest.raises(CannotTrain, match=r"cannot learn while .* 4 bits"):
        forecast(Workspace(tmp_path), some(20), recipe, Base())


def test_seconds_count_learning_and_measuring_and_say_how_they_were_obtained(
    tmp_path: Path,
) -> None:
    found = forecast(Workspace(tmp_path), some(20), Recipe(epochs=1.0, evaluations=8), Base())
    # 15 s to load, 2,000 tokens to learn, a third as long for each of 9 times 400 to measure.
    assert found.seconds == pytest.approx(15.0 + 20.0 + 12.0)
    assert found.basis == "from one step, timed on this machine"


def test_a_batch_too_large_for_the_memory_is_answered_with_one_that_fits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # 734,003,200 + 4,000,000 + 5,120,000 are held anyway; 250,000 are left for 100,000 a row.
    monkeypatch.setattr(room.fitting, "memory_free", lambda workspace: 743_373_200)
    with pytest.raises(CannotTrain, match="--set batch=2 accumulation=4"):
        forecast(Workspace(tmp_path), some(20), Recipe(rank=16, batch=8), Base())


def test_rows_that_the_model_cannot_read_are_refused_with_the_setting(tmp_path: Path) -> None:
    with pytest.raises(CannotTrain, match=r"has 300 tokens.* 256 at most.*--set max_tokens=256"):
        forecast(Workspace(tmp_path), some(20, tokens=300), Recipe(), Base(context=256))


def test_four_bits_are_refused_where_they_cannot_be_computed_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hardware, "no_four_bit", lambda: "There is no GPU.")
    with pytest.raises(CannotTrain, match=r"There is no GPU\..*--set four_bit=false"):
        forecast(Workspace(tmp_path), some(20), Recipe(four_bit=True), Base())


def test_a_step_of_the_model_itself_is_timed_and_weighed(tmp_path: Path) -> None:
    base = tiny.checkpoint(tmp_path / "base")
    short, long = (
        pace.measured(str(base), pace.Shape(tokens, 2, Recipe(rank=4, precision="fp32")))
        for tokens in (32, 128)
    )
    assert short.seconds > 0
    # Widths of 64 to 128 in two layers, a vocabulary of 261, all in 4 bytes: some kilobytes.
    assert 4_000 < short.kept_bytes < 40_000
    assert long.kept_bytes == pytest.approx(short.kept_bytes, rel=0.25)  # it is a token's share


def test_a_step_of_all_weights_is_timed_and_weighed(tmp_path: Path) -> None:
    base = tiny.checkpoint(tmp_path / "base")
    recipe = Recipe(trains="all weights", precision="fp32")
    found = pace.measured(str(base), pace.Shape(64, 2, recipe))
    assert found.seconds > 0
    assert 4_000 < found.kept_bytes < 40_000


def test_the_pace_of_a_model_and_a_shape_is_measured_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    timed: list[pace.Shape] = []
    monkeypatch.setattr(
        pace, "measured", lambda reference, shape: timed.append(shape) or Pace(0.5, 7.0)
    )
    kept = tmp_path / "paces.json"
    rows = (60, 60, 70, 500)
    whole = Recipe(trains="all weights")
    for recipe in (Recipe(), Recipe(epochs=1.0, seed=3), Recipe(rank=4), whole):
        found = pace.pace(kept, "digest", "small", pace.shape(rows, recipe))
        assert found == Pace(0.5, 7.0)
    assert [(shape.tokens, shape.recipe.rank) for shape in timed] == [
        (128, 16), (128, 4), (128, 16)
    ]  # fmt: skip
    assert len(read_json(kept)) == 3


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
