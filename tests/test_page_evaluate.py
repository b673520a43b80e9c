"""The Evaluate page inside the whole app, with figures made by hand."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.decide import comparing
from pages.shared import resources
from tests import measured
from tests.measured import MeasuredWorkbench

APP = Path(__file__).parent.parent / "app.py"


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MeasuredWorkbench:
    made = MeasuredWorkbench(tmp_path)
    monkeypatch.setattr(resources, "workbench", lambda: made)
    return made


@pytest.fixture
def page(bench: MeasuredWorkbench) -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=30).run()
    return app.switch_page("pages/decide/evaluate.py").run()


def said(page: AppTest) -> str:
    return "\n".join(line.value for line in [*page.markdown, *page.caption])


def test_before_the_first_evaluation_the_page_says_what_to_do(page: AppTest) -> None:
    assert not page.exception
    assert page.subheader[-1].value == "Not measured yet"


def test_a_lever_that_cannot_be_used_says_why(page: AppTest) -> None:
    assert "RAG is left out\\. There are no documents" in said(page).replace("out.", "out\\.")


def test_measuring_shows_every_figure_with_its_interval(page: AppTest) -> None:
    page.button(key="evaluate_start").click().run()
    assert not page.error
    assert "Ahead: **RAG** with **70% (56 to 81)**." in said(page)
    assert "met by RAG" in said(page)
    assert "50 holdout examples, opened 3 times so far" in said(page)
    assert list(page.dataframe[0].value["Lever"]) == ["RAG", "LoRA", "Prompt"]


def test_a_comparison_is_a_sentence_told_from_the_better_lever(bench: MeasuredWorkbench) -> None:
    pairs = measured.report(bench.task("capitals")).comparisons
    assert [comparing.sentence(comparing.better_first(pair)) for pair in pairs] == [
        "RAG over Prompt: 40 points (30 to 50)",
        "LoRA and Prompt: a tie (-6 to 10)",
    ]


def test_answers_stay_text_whatever_they_hold(page: AppTest) -> None:
    page.button(key="evaluate_start").click().run()
    assert "**Rome**" in [line.value for line in page.text]


def test_a_stopped_evaluation_says_how_to_go_on(page: AppTest, bench: MeasuredWorkbench) -> None:
    bench.measuring_stops = True
    page.button(key="evaluate_start").click().run()
    assert page.error[0].value == "Evaluate again\\."
