"""The Verdict page inside the whole app: the real tree on figures made by hand."""

from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.evaluation.report import Measured
from core.verdict.cost.prices import Price
from pages.decide import tree_chart
from pages.shared import resources
from tests import measured
from tests.measured import MeasuredWorkbench

APP = Path(__file__).parent.parent / "app.py"


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MeasuredWorkbench:
    made = MeasuredWorkbench(tmp_path)
    made.clean = True
    monkeypatch.setattr(resources, "workbench", lambda: made)
    return made


def opened() -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=30).run()
    return app.switch_page("pages/decide/verdict.py").run()


def said(page: AppTest) -> str:
    return "\n".join(line.value for line in [*page.markdown, *page.caption])


def test_before_the_evaluation_the_page_leads_to_it(bench: MeasuredWorkbench) -> None:
    page = opened()
    assert not page.exception
    assert page.subheader[0].value == "Nothing to decide on yet"
    assert [link.label for link in page.get("page_link")] == ["Go to Evaluate"]


def test_the_decision_stands_on_top_with_its_reason(bench: MeasuredWorkbench) -> None:
    bench.measure()
    page = opened()
    assert not page.error
    assert page.header[0].value.endswith("RAG\\: let the model read your documents")
    assert "RAG is better than Prompt by 40 points" in said(page)
    assert "**Next step.** Ship RAG" in said(page)


def test_the_path_is_drawn_and_said(bench: MeasuredWorkbench) -> None:
    bench.measure()
    page = opened()
    assert "Did LoRA alone learn what the documents say?" in said(page)
    assert page.expander[0].label == "The whole tree"
    helps = " ".join(line.help for line in page.caption if line.help).replace("\\", "")
    assert "Where it turns, and why: The data gate finds nothing that blocks." in helps


def test_the_taken_edges_of_the_picture_are_the_thick_ones(bench: MeasuredWorkbench) -> None:
    bench.measure()
    lines = tree_chart.path_chart(bench.verdict(bench.task("capitals"))).splitlines()
    edges = [line for line in lines if "|" in line]
    styled = next(line for line in lines if line.startswith("linkStyle")).split()[1]
    assert [place for place, edge in enumerate(edges) if "==>" in edge] == [
        int(place) for place in styled.split(",")
    ]


def test_a_stated_answer_is_kept_and_decided_on(bench: MeasuredWorkbench) -> None:
    bench.measure()
    page = opened()
    page.segmented_control(key="verdict_capitals_regulated").set_value("Yes")
    page.number_input(key="verdict_capitals_volume_per_month").set_value(4000)
    page.button[0].click().run()
    assert bench.store.stated("capitals") == {"regulated": True, "volume_per_month": 4000}
    assert "name who reviews each answer before it takes effect" in said(page)
    assert "At 4,000 answers a month." in said(page)
    assert page.select_slider(key="verdict_capitals_if_volume_4000").value == 4000
    page.number_input(key="verdict_capitals_volume_per_month").set_value(7000)
    page.button[0].click().run()
    assert not page.exception
    assert page.select_slider(key="verdict_capitals_if_volume_7000").value == 7000


def test_an_evaluation_in_which_nothing_was_scored_is_decided_on_without_a_figure(
    bench: MeasuredWorkbench,
) -> None:
    task = bench.task("capitals")
    made = measured.report(task)
    silent = {
        name: replace(one, metrics={"exact_match": Measured(None, None, None, 0, 50)})
        for name, one in made.levers.items()
    }
    unscored = replace(made, levers=silent, comparisons=())
    bench.store.keep_report("capitals", "evaluation", unscored.to_json())
    page = opened()
    assert not page.exception
    assert not page.error
    shown = said(page).replace("\\", "")
    assert "Find out why answers by Prompt, RAG and LoRA have no score" in shown
    assert "RAG was asked, but too few of its answers could be scored." in shown
    assert "Prompt was not measured" not in shown
    assert "No lever was scored, so there is nothing to weigh." in shown


def test_the_training_run_is_told_in_its_own_unit(
    bench: MeasuredWorkbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.measure()
    facts = bench.facts(bench.task("capitals"))
    monkeypatch.setattr(bench, "facts", lambda task: replace(facts, training_minutes=0.8))
    assert "The training run took 48 s." in said(opened())


def test_without_prices_none_is_made_up(bench: MeasuredWorkbench) -> None:
    bench.measure()
    assert "No price is given\\." in said(opened())


def test_the_owner_s_prices_become_money_and_a_volume_that_pays(bench: MeasuredWorkbench) -> None:
    bench.measure()
    bench.set_prices({key: Price(1.0, 1.0, "2026-11-01") for key in ("read", "write")})
    page = opened()
    # 120 tokens read and 6 written at 1 a million each
    money = next(frame.value for frame in page.dataframe if "Once" in frame.value)
    assert list(money["1,000 answers"]) == ["0.13"] * 3
    assert "LoRA pays against Prompt: not known\\, a price is missing." in said(page)
    assert "Prices as you looked them up\\, 2026\\-11\\-01" in said(page)


def test_weights_rank_apart_from_the_decision(bench: MeasuredWorkbench) -> None:
    bench.measure()
    page = opened()
    assert "With these weights RAG ranks first" in said(page)
    page.slider(key="verdict_capitals_weight_quality").set_value(0).run()
    assert "With these weights Prompt ranks first" in said(page)
    assert page.header[0].value.endswith("RAG\\: let the model read your documents")


def test_another_bar_is_decided_on_and_not_kept(bench: MeasuredWorkbench) -> None:
    bench.measure()
    page = opened()
    page.slider(key="verdict_capitals_if_bar").set_value(20).run()
    assert any("Prompt" in line.value and "alt_route" in line.value for line in page.markdown)
    assert page.header[0].value.endswith("RAG\\: let the model read your documents")


def test_a_memo_that_was_replaced_is_offered_as_out_of_date(bench: MeasuredWorkbench) -> None:
    bench.measure()
    assert "Older memos, out of date" not in [one.label for one in opened().expander]
    bench.store.state("capitals", "regulated", True)
    page = opened()
    assert "Older memos, out of date" in [one.label for one in page.expander]
    assert len(page.get("download_button")) == 6


def test_places_to_carry_it_out_have_their_day(bench: MeasuredWorkbench) -> None:
    bench.measure()
    page = opened()
    assert "**Your own machines** :green-badge[offered]" in said(page)
    assert "Checked 20 November 2026\\: docs\\.together\\.ai" in said(page)


def test_a_task_whose_data_blocks_is_told_so(bench: MeasuredWorkbench) -> None:
    bench.measure()
    bench.clean = False
    page = opened()
    assert page.header[0].value.endswith("Collect examples first")
