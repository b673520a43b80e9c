"""The learn page opens, and its links lead to pages that are there."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.shared import resources
from tests.fakes import FakeWorkbench

APP = Path(__file__).parent.parent / "app.py"
PAGE = "pages/guide/learn.py"


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    bench = FakeWorkbench(tmp_path)
    monkeypatch.setattr(resources, "workbench", lambda: bench)
    return AppTest.from_file(str(APP), default_timeout=30).run().switch_page(PAGE).run()


def test_the_levers_and_the_words_are_explained(page: AppTest) -> None:
    assert not page.error
    said = "\n".join(line.value for line in page.markdown)
    for word in ("Token", "Passage", "Adapter", "Holdout", "Interval"):
        assert f"**{word}**" in said
    assert said.count("**Wins when**") == 3


def test_the_way_to_a_verdict_is_linked(page: AppTest) -> None:
    labels = [link.label.strip("*") for link in page.get("page_link")]
    assert labels[0] == "Change a fact, and see which lever follows"
    assert labels[1:] == ["Playground", "Data", "Train", "Evaluate", "Verdict"]


def test_published_studies_are_shown_with_their_figures_and_source(page: AppTest) -> None:
    said = "\n".join(line.value for line in [*page.markdown, *page.caption])
    assert "tuned with retrieval in 87\\.5\\%" in said
    assert "NehaBharti08\\/rag\\-vs\\-finetune on GitHub" in said
    assert "ceciiliaaa\\/rag\\-vs\\-finetuning\\-eval on GitHub" in said
