"""The Verdict page inside the whole app: the real tree on figures made by hand."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.decide import tree_chart
from pages.shared import resources
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
    assert "The output is regulated\\: a person reviews each answer" in said(page)
    assert "At 4,000 answers a month." in said(page)


def test_a_task_whose_data_blocks_is_told_so(bench: MeasuredWorkbench) -> None:
    bench.measure()
    bench.clean = False
    page = opened()
    assert page.header[0].value.endswith("Collect examples first")
