"""The hand-over as the Train page offers it."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.errors import CannotTrain
from core.training.runs import Run, read
from pages.shared import resources
from tests import measured
from tests.measured import FINISHED, STARTED, STEP, MeasuredWorkbench


class Bench(MeasuredWorkbench):
    """Hands over a zip of a few bytes, or refuses."""

    MOST_DOWNLOADED = 100
    refusal: CannotTrain | None = None
    packed = b"PK"

    def handed_over(self, run: Run) -> Path | None:
        place = self.workspace.root / f"{run.name}.zip"
        return place if place.exists() else None

    def hand_over(self, run: Run) -> Path:
        if self.refusal:
            raise self.refusal
        place = self.workspace.root / f"{run.name}.zip"
        place.write_bytes(self.packed)
        return place


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    made = Bench(tmp_path)
    measured.run(made, "capitals-1", STARTED, STEP, FINISHED)
    monkeypatch.setattr(resources, "workbench", lambda: made)
    return made


def _page() -> None:
    from pages.shared import failures, resources
    from pages.tune import handing_over

    with failures.shown():
        bench = resources.workbench()
        handing_over.section(bench.run("capitals-1"))


def opened() -> AppTest:
    return AppTest.from_function(_page, default_timeout=30).run()


def test_nothing_is_made_before_it_is_asked_for(bench: Bench) -> None:
    page = opened()
    assert not page.exception
    assert page.button(key="train_prepare_capitals-1").label == "Prepare"
    assert bench.handed_over(read(bench.workspace.runs / "capitals-1")) is None
    assert not page.get("download_button")


def test_what_was_prepared_is_offered(bench: Bench) -> None:
    page = opened()
    page.button(key="train_prepare_capitals-1").click().run()
    assert len(page.get("download_button")) == 1
    assert len(opened().get("download_button")) == 1  # also to whoever comes later


def test_what_is_too_large_for_a_browser_is_named_by_its_place(bench: Bench) -> None:
    bench.packed = b"0" * 101
    page = opened()
    page.button(key="train_prepare_capitals-1").click().run()
    assert not page.get("download_button")
    assert any("capitals-1.zip" in one.value for one in page.text)


def test_a_refusal_is_a_sentence(bench: Bench) -> None:
    bench.refusal = CannotTrain("The base has changed.", remedy="Bring the old files back.")
    page = opened()
    page.button(key="train_prepare_capitals-1").click().run()
    assert not page.exception
    assert page.error[0].value == r"Bring the old files back\."
