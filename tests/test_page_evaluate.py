"""The Evaluate page inside the whole app, with figures made by hand."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.evaluation.attribution import Failure, Failures
from core.evaluation.report import Confused, Measured, Report
from core.evaluation.seeds import Spread
from pages.decide import comparing
from pages.shared import resources
from pages.shared.measures import chance
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


@pytest.fixture
def opened(bench: MeasuredWorkbench) -> Callable[..., AppTest]:
    """The page with a report on record that differs from the usual one."""

    def open_with(**changes: Any) -> AppTest:
        made: Report = replace(measured.report(bench.task("capitals")), **changes)
        bench.store.keep_report("capitals", "evaluation", made.to_json())
        app = AppTest.from_file(str(APP), default_timeout=30).run()
        return app.switch_page("pages/decide/evaluate.py").run()

    return open_with


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
    assert "RAG scores highest\\, 70\\% \\(56 to 81\\)" in said(page)
    assert "met by RAG" in said(page)
    assert "50 holdout examples, opened 3 times so far" in said(page)
    assert list(page.dataframe[0].value["Lever"]) == ["RAG", "LoRA", "Prompt"]


def test_a_comparison_is_a_sentence_told_from_the_better_lever(bench: MeasuredWorkbench) -> None:
    pairs = measured.report(bench.task("capitals")).comparisons
    assert [comparing.sentence(comparing.better_first(pair)) for pair in pairs] == [
        "RAG over Prompt: 40 points (30 to 50)",
        "LoRA and Prompt: not told apart (-6 to 10)",
    ]


def test_answers_stay_text_whatever_they_hold(page: AppTest) -> None:
    page.button(key="evaluate_start").click().run()
    assert "**Rome**" in [line.value for line in page.text]


def test_a_stopped_evaluation_says_how_to_go_on(page: AppTest, bench: MeasuredWorkbench) -> None:
    bench.measuring_stops = True
    page.button(key="evaluate_start").click().run()
    assert page.error[0].value == "Evaluate again\\."


def wrong(row: int, cause: str) -> Failure:
    return Failure(row, f"Question {row}?", "City", "<b>Rome</b>", "It said *Rome*.", cause)


def test_wrong_answers_stand_by_cause_with_the_cheapest_fix(opened: Callable[..., AppTest]) -> None:
    missed = Failures("retrieval", tuple(range(1, 15)), (wrong(1, "retrieval"),))
    misread = Failures("reading", (20,), (wrong(20, "reading"),))
    page = opened(failures={"prompt": (), "rag": (missed, misread), "lora": (misread,)})
    assert not page.exception
    assert [one.label for one in page.expander][:2] == [
        "Retrieval missed it: 14 answers",
        "Read it wrongly: 1 answer",
    ]
    assert "Cheapest next fix for RAG.** Try other passage sizes" in said(page)
    assert "<b>Rome</b>" in [line.value for line in page.text]
    assert "It said \\*Rome\\*\\." in said(page)
    page.segmented_control(key="evaluate_failing").set_value("lora").run()
    assert page.expander[0].label == "Read it wrongly: 1 answer"


def test_an_object_is_shown_field_by_field(
    opened: Callable[..., AppTest], bench: MeasuredWorkbench
) -> None:
    levers = measured.report(bench.task("capitals")).levers
    fields = {"team": Measured(0.4, 0.27, 0.54, 50, 0)}
    page = opened(levers={"prompt": replace(levers["prompt"], fields=fields)})
    assert not page.exception
    assert page.dataframe[1].value.to_dict("records") == [
        {"Lever": "Prompt", "team": "40% (27 to 54)"}
    ]


def test_a_metric_that_does_not_apply_to_a_lever_says_so(
    opened: Callable[..., AppTest], bench: MeasuredWorkbench
) -> None:
    levers = measured.report(bench.task("capitals")).levers
    found = {**levers["rag"].metrics, "recall_at_k": Measured(0.9, 0.8, 0.95, 50, 0)}
    page = opened(levers={**levers, "rag": replace(levers["rag"], metrics=found)})
    shown = page.dataframe[0].value.set_index("Lever")["Passage found"]
    assert (shown["RAG"], shown["Prompt"]) == ("90% (80 to 95)", "does not apply")


def test_a_chance_is_never_said_to_be_nothing() -> None:
    assert [chance(p) for p in (0.0000004, 0.001, 0.0625)] == ["below 0.001", "0.001", "0.062"]


def test_labels_are_held_against_each_other(
    opened: Callable[..., AppTest], bench: MeasuredWorkbench
) -> None:
    levers = measured.report(bench.task("capitals")).levers
    mixed = (Confused("no", "no", 20), Confused("no", "yes", 5), Confused("yes", "", 7))
    page = opened(levers={"prompt": replace(levers["prompt"], confusion=mixed)})
    assert not page.exception
    assert "Mixed up most: 7 of yes called none of them" in said(page)


def test_a_report_that_no_longer_fits_says_why(
    opened: Callable[..., AppTest], bench: MeasuredWorkbench
) -> None:
    bench.outdated_by = ("RAG: the documents have changed.",)
    page = opened()
    assert page.warning[0].value.startswith("RAG\\: the documents have changed\\. Measure again")


def test_an_evaluation_in_which_everything_failed_concludes_nothing(
    opened: Callable[..., AppTest], bench: MeasuredWorkbench
) -> None:
    lever = measured.report(bench.task("capitals")).levers["prompt"]
    nothing = {"exact_match": Measured(None, None, None, 0, 50)}
    broken = replace(
        lever, metrics=nothing, errors=50, error="It *broke*.", seconds_p50=None, seconds_p95=None
    )
    page = opened(levers={"prompt": broken}, comparisons=(), disagreements=())
    assert not page.exception
    assert "Nothing can be concluded" in said(page)
    assert "every answer failed" in said(page)
    assert "It \\*broke\\*\\." in said(page)


def test_one_example_is_shown_for_what_it_is(opened: Callable[..., AppTest]) -> None:
    page = opened(holdout=1, split={"holdout": 1})
    assert not page.exception
    assert "1 holdout example, opened" in said(page)
    assert "nothing is settled by it" in said(page)


def test_the_luck_of_the_seed_stands_beside_the_figures(
    opened: Callable[..., AppTest], bench: MeasuredWorkbench
) -> None:
    bench.seeds = (Spread("lora", ((0, 0.3), (1, 0.34), (2, 0.38)), ("capitals-4",)),)
    page = opened()
    assert "LoRA was measured with 3 seeds (seed 0: 30%, seed 1: 34%, seed 2: 38%)" in said(page)
    assert "moves it by about 4 points (standard deviation)" in said(page)
    assert "1 more seed of LoRA's recipe trained and not measured" in said(page)
