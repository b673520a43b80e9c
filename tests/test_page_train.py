"""The Train page inside the whole app: runs are folders made by hand, nothing is trained."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.shared import resources
from tests import measured
from tests.measured import FAILED, FINISHED, STARTED, STEP, VALIDATION, MeasuredWorkbench

APP = Path(__file__).parent.parent / "app.py"


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MeasuredWorkbench:
    made = MeasuredWorkbench(tmp_path)
    monkeypatch.setattr(resources, "workbench", lambda: made)
    return made


def opened() -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=30).run()
    return app.switch_page("pages/tune/train.py").run()


def said(page: AppTest) -> str:
    return "\n".join(line.value for line in [*page.markdown, *page.caption])


def test_before_the_first_run_the_page_says_what_to_do(bench: MeasuredWorkbench) -> None:
    page = opened()
    assert not page.exception
    assert page.subheader[-1].value == "No run yet"
    assert [one.value for one in page.metric] == ["20", "160", "2 min", "640 MB"]


def test_another_preset_changes_the_forecast(bench: MeasuredWorkbench) -> None:
    page = opened()
    page.segmented_control(key="train_preset").set_value("quick").run()
    assert [one.value for one in page.metric][1] == "80"


def test_ten_presses_start_one_run(bench: MeasuredWorkbench) -> None:
    first, second = opened(), opened()
    first.button(key="train_start").click().run()
    second.button(key="train_start").click().run()
    assert len(bench.runs()) == 1
    assert opened().button(key="train_start").disabled


def test_a_run_under_way_shows_its_progress_and_stops(bench: MeasuredWorkbench) -> None:
    folder = measured.run(bench, "capitals-1", STARTED, VALIDATION, STEP)
    page = opened()
    assert "Step 10 of 40 · 15 s so far · about 40 s left" in said(page)
    page.button(key="train_stop_capitals-1").click().run()
    assert bench.state(bench.run(folder.name)).state == "stopped"
    assert page.button(key="train_resume_capitals-1")


def test_a_failed_run_says_why_and_what_next(bench: MeasuredWorkbench) -> None:
    measured.run(bench, "capitals-1", STARTED, STEP, FAILED)
    page = opened()
    assert page.error[0].value == "Start again with half the batch\\."
    assert "The memory was not enough" in page.error[0].proto.title


def test_finished_runs_are_listed_with_their_adapter(bench: MeasuredWorkbench) -> None:
    measured.run(bench, "capitals-1", STARTED, STEP, VALIDATION, FINISHED)
    row = opened().dataframe[0].value.iloc[0]
    assert row["State"] == "Finished"
    assert row["Best validation loss"] == "1.250"
    assert row["Adapter"] == "a1b2c3d4"


def test_settings_that_cannot_run_are_refused_with_a_way_out(bench: MeasuredWorkbench) -> None:
    page = opened()
    page.number_input(key="train_balanced_rank").set_value(200).run()
    assert page.error[0].value == "Choose a smaller rank\\."
