"""The Watch page inside the whole app: real baselines and flips on a fake model's answers."""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.evaluation.ability import questions
from core.models.model import Piece
from core.records import ABSTENTION, Generated, Request
from pages.shared import resources
from tests.fakes import FakeModel
from tests.measured import FINISHED, run
from tests.watched import WatchedWorkbench

APP = Path(__file__).parent.parent / "app.py"


class Knows(FakeModel):
    """Answers the holdout rightly without an adapter, and general questions only then."""

    digest = "another"

    def stream(self, requests: Sequence[Request], cancel: threading.Event) -> Iterator[Piece]:
        general = {one.messages: (one.accepted or (ABSTENTION,))[0] for one in questions()}
        for place, request in enumerate(requests):
            asked = request.messages[-1].content
            number = "".join(filter(str.isdigit, asked))
            text = general.get(request.messages, f"City {number}")
            text = "**wrong**" if request.adapter else text
            yield Piece(place, text, done=Generated(text, 40, 3, 0.2, 0.1, "end"))


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WatchedWorkbench:
    made = WatchedWorkbench(tmp_path)
    monkeypatch.setattr(resources, "workbench", lambda: made)
    return made


def opened(part: str = "") -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=30).run()
    page = app.switch_page("pages/decide/watch.py").run()
    return page.segmented_control(key="watch_part").set_value(part).run() if part else page


def said(page: AppTest) -> str:
    return "\n".join(line.value for line in [*page.markdown, *page.caption, *page.info])


def test_before_an_evaluation_the_page_leads_to_it(bench: WatchedWorkbench) -> None:
    page = opened()
    assert not page.exception
    assert page.subheader[0].value == "Nothing to watch yet"


def test_without_a_baseline_the_page_says_to_pin_one(bench: WatchedWorkbench) -> None:
    bench.measure()
    page = opened()
    assert "No baseline is pinned." in said(page)
    page.button(key="watch_pin").click().run()
    assert "The latest evaluation is the baseline itself." in said(page)


def test_a_swap_of_the_base_shows_what_was_fixed_and_what_it_costs(
    bench: WatchedWorkbench,
) -> None:
    bench.measure()
    bench.pin(bench.task("capitals"))
    run(bench, "capitals-old", FINISHED)
    bench.fake = Knows()
    bench.measure()
    page = opened()
    assert not page.exception
    # Six of six fixed: p 2 / 2^6, corrected for two levers 0.0625.
    assert "No answers that were right are now wrong; 6 were fixed. That is within luck." in said(
        page
    )
    assert "Changed: model." in said(page)
    assert "**nowhere**" in [line.value for line in page.text]
    assert page.warning[0].value.startswith("1 adapter must be trained again")
    assert list(page.dataframe[0].value["Adapter"]) == ["capitals-old"]


def test_a_baseline_of_other_examples_is_refused_with_a_sentence(bench: WatchedWorkbench) -> None:
    bench.measure()
    task = bench.task("capitals")
    bench.pin(task)
    examples = task.folder / "examples.jsonl"
    added = '\n{"input": "And of country 99?", "reference": "City 99"}'
    examples.write_text(examples.read_text(encoding="utf-8") + added, encoding="utf-8")
    bench.measure()
    error = opened().error[0]
    assert error.proto.title.startswith("The examples or their split have changed")
    assert error.value == "Pin the latest evaluation as the new baseline\\."


def test_rolling_back_takes_one_click_and_can_be_undone(bench: WatchedWorkbench) -> None:
    bench.measure()
    page = opened()
    page.button(key="watch_back").click().run()
    assert bench.chosen_run == ""
    assert "Rolled back: no adapter is in use." in said(page)
    page.button(key="watch_undo").click().run()
    assert bench.chosen_run == "capitals-1"
    assert "In use: the adapter of capitals\\-1." in said(page)


def test_history_shows_every_evaluation_with_what_changed(bench: WatchedWorkbench) -> None:
    bench.measure()
    bench.fake = Knows()
    bench.measure()
    page = opened("history")
    assert not page.exception
    table = page.dataframe[0].value
    assert list(table["Changed before it"]) == ["model", "the first"]
    assert list(table["Evaluation"]) == ["2", "1"]


def test_forgetting_shows_once_it_is_measured(bench: WatchedWorkbench) -> None:
    bench.fake = Knows()
    page = opened("ability")
    page.button(key="watch_ability").click().run()
    assert not page.exception
    assert "24 of 24 right before tuning, 0 after. That is a loss by more than luck." in said(page)
    assert list(page.dataframe[0].value["Tuned"]) == ["0 of 12", "0 of 8", "0 of 6", "0 of 6"]


def test_without_an_adapter_there_is_nothing_to_forget(bench: WatchedWorkbench) -> None:
    bench.has_adapter = False
    page = opened("ability")
    assert page.subheader[0].value == "No adapter is in use"
