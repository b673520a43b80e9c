"""How documents are searched and what an edit changes: the page with a real index behind it."""

import re
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from core.models.model import Piece
from core.records import Adapter, Generated, Message, Request, Retrieval, Task
from core.retrieval import versions
from core.workbench import Workbench
from pages.shared import resources

APP = Path(__file__).parent.parent / "app.py"
PAGE = "pages/play/documents.py"
SETTINGS = """
title = "Prices"
goal = "Say what things cost."
instruction = "Answer with the price."
output = "text"
metric = "exact_match"
success_bar = 0.6
"""
THINGS = ("soles", "laces", "tents", "maps", "lamps", "ropes", "stoves", "boots", "bags", "pegs")


class Reader:
    """Says the price that the passages give, else what it learned: 1 pound."""

    name, digest, parameters, context, trainable = "reader", "re" * 32, 1000, 4000, True

    def close(self) -> None: ...

    def count(self, messages: Sequence[Message]) -> int:
        return 10

    def stream(self, requests: Sequence[Request], cancel: threading.Event) -> Iterator[Piece]:
        for index, request in enumerate(requests):
            asked = request.messages[-1].content.rpartition("of ")[2].strip("?")
            told = re.search(f"price of {asked} is ([0-9]+ pounds)", request.messages[-1].content)
            text = told[1] if told else "1 pound"
            yield Piece(index, text, Generated(text, 10, 2, 0.5, 0.1, "end"))


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workbench]:
    folder = tmp_path / "tasks" / "prices"
    (folder / "documents").mkdir(parents=True)
    (folder / "task.toml").write_text(SETTINGS, encoding="utf-8")
    rows = [
        f'{{"input": "What is the price of {thing}?", "reference": "{10 + at} pounds"}}'
        for at, thing in enumerate(THINGS)
    ]
    (folder / "examples.jsonl").write_text("\n".join(rows), encoding="utf-8")
    told = "\n\n".join(
        f"The price of {thing} is {10 + at} pounds." for at, thing in enumerate(THINGS)
    )
    (folder / "documents" / "prices.md").write_text(f"# Prices\n\n{told}\n", encoding="utf-8")
    made = Workbench(tmp_path)
    monkeypatch.setattr(made, "model", lambda: Reader())
    monkeypatch.setattr(resources, "workbench", lambda: made)
    yield made
    made.store.close()


@pytest.fixture
def task(bench: Workbench) -> Task:
    return bench.task("prices")


def opened(tab: str) -> AppTest:
    page = AppTest.from_file(str(APP), default_timeout=120)
    page.query_params["task"] = "prices"
    page.run()
    page.session_state["documents_tabs"] = tab
    return page.switch_page(PAGE).run()


def said(page: AppTest) -> str:
    return "\n".join(line.value for line in [*page.markdown, *page.caption])


def test_a_smaller_passage_is_compared_before_it_is_used(bench: Workbench, task: Task) -> None:
    page = opened("How they are searched")
    assert (
        "In use: **passages of at most 90 words, 3 passages a question, searched by meaning**."
        in said(page)
    )
    next(one for one in page.slider if one.label == "Most words of a passage").set_value(8).run()
    page.button(key="documents_compare").click().run()
    assert not page.error
    assert "the change finds" in said(page)
    table = page.dataframe[0].value
    assert list(table["Among the first"]) == ["1 passage", "3 passages", "5 passages"]
    assert list(table["Found before"])[1] == "100%"  # the whole document is one passage
    page.button(key="documents_use").click().run()
    assert bench.task("prices").retrieval.words == 8
    assert "Scores measured before no longer compare" in page.success[0].value


def test_the_sweep_recommends_settings_that_one_click_uses(bench: Workbench, task: Task) -> None:
    page = opened("How they are searched")
    page.button(key="documents_tune").click().run()
    assert not page.error
    assert "Recommended, by 8 questions" in said(page)  # two of ten are the holdout
    tried = bench.tried(task)
    assert tried is not None
    wanted = tried.recommended
    assert len(tried.rows) == 96  # 24 ways, 4 counts; the one in use is among them
    page.button(key="documents_tune_use").click().run()
    used = bench.task("prices").retrieval
    assert (used.words, used.passages, used.mode) == (wanted.words, wanted.passages, wanted.mode)
    assert "Scores measured before no longer compare" in page.success[0].value


def test_a_sweep_never_asks_the_holdout(bench: Workbench, task: Task) -> None:
    held = {one.input for one in bench.split(task).holdout}
    asked: set[str] = set()
    usual = bench.retriever

    class Heard:
        fingerprint = "heard"

        def __init__(self, task: Task) -> None:
            self.search_in = usual(task)

        def search(self, question: str, k: int) -> object:
            asked.add(question)
            return self.search_in.search(question, k)

    bench.retriever = lambda task, progress=None: Heard(task)  # type: ignore[assignment,misc]
    bench.compare(task, Retrieval(30, 2))
    assert asked
    assert held
    assert not asked & held


def test_the_model_answers_with_the_best_of_them_if_asked_to(bench: Workbench, task: Task) -> None:
    tried = bench.tune(task, answer=True)
    assert {one.retrieval.mode for one in tried.scored} == {"dense", "hybrid", "lexical"}
    assert max(one.score for one in tried.scored) == 1.0
    assert bench.tried(task) == tried


def test_what_was_tried_on_other_documents_is_not_shown(bench: Workbench, task: Task) -> None:
    bench.tune(task)
    versions.write_text(task.folder / "documents", "prices.md", "The price of soles is 5 pounds.")
    assert bench.tried(task) is None


def test_what_an_edit_took_leaves_out_what_was_missing_before(bench: Workbench, task: Task) -> None:
    page = opened("Documents")
    box = next(area for area in page.text_area if area.label == "Text")
    box.set_value(box.value.replace("is 10 pounds", "is 79 pounds"))
    page.button(key="documents_save").click().run()
    kept = bench.store.latest_report("prices", "indexing")
    assert kept is not None
    assert (kept["new"], kept["same"]) == (1, 0)
    assert kept["seconds"] < 5  # no embedder is loaded meanwhile


def test_before_any_edit_the_lesson_says_what_to_do(bench: Workbench) -> None:
    page = opened("What an edit changes")
    assert "Nothing was edited yet" in [head.value for head in page.subheader]


def test_rag_follows_an_edit_and_lora_does_not(
    bench: Workbench, task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    adapter = Adapter("run-1", Path("run"), "ad" * 32, "re" * 32)
    monkeypatch.setattr(bench, "_adapter", lambda task, run: adapter)
    monkeypatch.setattr(bench, "run", lambda name: name)
    monkeypatch.setattr(bench, "state", lambda run: SimpleNamespace(seconds=150.0))
    folder = task.folder / "documents"
    text = (folder / "prices.md").read_text("utf-8")
    versions.write_text(folder, "prices.md", text.replace("is 10 pounds", "is 79 pounds"))
    bench.store.keep_report("prices", "indexing", {"seconds": 0.25})
    page = opened("What an edit changes")
    page.text_input(key="documents_question").set_value("What is the price of soles?")
    next(b for b in page.form_submit_button if b.label == "Ask before and after").click().run()
    assert not page.error
    assert "**RAG** followed the edit" in said(page)
    assert "**LoRA** did not follow the edit" in said(page)
    bodies = "".join(element.proto.body for element in page.get("html"))
    assert ">10 pounds</mark>" in bodies
    assert ">79 pounds</mark>" in bodies
    assert [line.value for line in page.text].count("1 pound") == 2
    assert [one.value for one in page.metric] == ["0.2 s", "2 min 30 s"]


def test_without_an_adapter_the_lesson_says_how_to_get_one(bench: Workbench, task: Task) -> None:
    folder = task.folder / "documents"
    versions.write_text(folder, "prices.md", "The price of soles is 79 pounds.")
    page = opened("What an edit changes")
    page.text_input(key="documents_question").set_value("What is the price of soles?")
    next(b for b in page.form_submit_button if b.label == "Ask before and after").click().run()
    assert "Start a training run on the Train page" in said(page)
    assert [one.value for one in page.metric] == ["not measured", "not measured"]


def test_rereading_is_offered_once_a_reranker_is_chosen(
    bench: Workbench, task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened("How they are searched")
    assert "documents_rerank" not in str([one.key for one in page.toggle])
    monkeypatch.setattr(bench, "reranker_folder", lambda: "/models/cross")
    (toggle,) = [
        one
        for one in opened("How they are searched").toggle
        if (one.key or "").startswith("documents_rerank")
    ]
    page = toggle.set_value(True).run()
    page.button(key="documents_use").click().run()
    assert bench.task(task.name).retrieval.rerank


def test_other_wordings_are_chosen_in_the_page(bench: Workbench, task: Task) -> None:
    page = opened("How they are searched")
    (toggle,) = [one for one in page.toggle if (one.key or "").startswith("documents_multi")]
    page = toggle.set_value(True).run()
    page.button(key="documents_use").click().run()
    task = bench.task(task.name)
    assert task.retrieval.multi_query
    assert bench.rewriter(task)
    assert "also in the model's other words" in said(opened("How they are searched"))
