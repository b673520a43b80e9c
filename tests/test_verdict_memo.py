"""The memo: one page that says what was decided, carries no markup in, and loads nothing."""

import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from core.errors import SettingOutOfRange
from core.evaluation.report import LeverReport, Measured, Report
from core.records import Task
from core.store import Store
from core.verdict.cost.prices import Price
from core.verdict.deciding import decide
from core.verdict.memo import content, forms, markdown, page, pictures
from core.verdict.memo.markdown import plain
from core.workbench.decision import keep_memo
from tests.test_verdict_page import evidence

TASK = Task(
    "shop", "Shop <b>!</b>", "![x](http://a.b/c.png) | sell", "", "text", "m", 0.8, (), Path()
)
LEVER = LeverReport(
    {"m": Measured(0.9, 0.85, 0.95, 60, 0)}, 0.5, 0.7, 90.0, 10.0, 8, 8, 0, "", "", "", "v1", ""
)
SILENT = replace(LEVER, metrics={"m": Measured(None, None, None, 0, 60)})
REPORT = Report(
    "shop", "v", "m", 0.8, {"version": "5" * 40}, 60, 2, {"prompt": LEVER, "rag": SILENT}, (), (),
    (), {"lora": "No adapter."}, "tiny", "d" * 64, 30_000_000,
)  # fmt: skip
FOUND = evidence(0.9, 0.9, 0.9, 0.9)
MEMO = content.memo(TASK, REPORT, decide(FOUND))


class Seen(HTMLParser):
    """Every tag and attribute of a page, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_markdown_has_figures_and_inert_text() -> None:
    text = markdown.written(MEMO)
    assert text.startswith("# Shop &lt;b\\>!&lt;/b\\>: Prompt: a prompt is enough\n")
    assert "| Prompt | 90% | 85% to 95% | 100 | 0.50 |" in text
    assert "| RAG | could not be scored | | | |" in text
    assert "- LoRA: No adapter." in text
    assert "60 holdout examples, opened 2 times." in text
    assert "![x](" not in text
    assert "<b>" not in text
    assert len(text) < 7000


def test_the_page_shows_what_a_task_says_and_loads_nothing() -> None:
    seen = Seen(page.written(MEMO))
    assert "Shop <b>!</b>" in seen.text
    assert "![x](http://a.b/c.png) | sell" in seen.text
    assert not {"b", "img", "script", "link", "iframe", "a"} & set(seen.tags)
    assert not {"src", "href", "onload", "onclick"} & seen.attributes
    assert "default-src 'none'" in page.written(MEMO)


def test_the_page_has_the_figures_the_path_and_the_limits() -> None:
    text = Seen(page.written(MEMO, made="25 November 2026")).text
    assert "90% (85% to 95%)" in text
    assert "could not be scored" in text
    assert "Measured on tiny, whose size is not known." in text
    assert "60 holdout examples: one answer moves a figure by 1.7 points." in text
    assert "25 November 2026" in text
    assert "model dddddddddddd" in text
    assert "Out of date" not in text


def test_each_question_stands_with_its_threshold_and_the_reason_for_it() -> None:
    why = "20 examples, and 20 points either way: less cannot tell mostly right from a coin toss."
    assert f"(measured) Threshold: {why}" in markdown.written(MEMO)
    assert f"Measured. Threshold: {why}" in Seen(page.written(MEMO)).text


def test_the_drawings_stand_where_the_figures_are() -> None:
    # 96 + 514 x 0.85 = 532.9; 0.9: 558.6; 0.95: 584.3
    first, silent = pictures.marks(MEMO)
    assert (first.low, first.mean, first.high) == (532.9, 558.6, 584.3)
    assert silent.mean is None
    assert pictures.boxes(MEMO)[-1].lines == ("Prompt: a prompt is enough",)


def test_an_older_memo_says_that_it_is_out_of_date() -> None:
    for suffix in (".html", ".md"):
        assert "Out of date." in forms.written(MEMO, suffix, 0.0, stale=True)
    assert json.loads(forms.written(MEMO, ".json", 0.0, stale=True))["stale"] is True


def test_a_memo_kept_by_another_version_is_given_as_it_is() -> None:
    assert forms.forms(MEMO) == (".html", ".md", ".json")
    former = {"verdict": "RAG", "digest": "1"}
    assert forms.forms(former) == (".json",)
    assert json.loads(forms.written(former, ".json", 0.0)) == {
        **former, "made": "1 January 1970, 00:00 UTC", "stale": False,
    }  # fmt: skip


def test_prices_of_the_owner_are_said_with_their_days() -> None:
    price = {key: Price(1.0, 1.0, "2026-11-01") for key in ("read", "write")}
    priced = content.memo(TASK, REPORT, decide(replace(FOUND, prices=price)))
    assert "looked up 2026-11-01 to 2026-11-01" in page.written(priced)
    assert "LoRA pays against Prompt" not in page.written(priced)  # training has no price
    assert "The owner gave no prices" in page.written(MEMO)


def test_the_record_keeps_a_memo_only_when_it_says_something_else(tmp_path: Path) -> None:
    store = Store(tmp_path / "record.sqlite")
    for found in (FOUND, FOUND, evidence(0.1, 0.1, 0.9, 0.1)):
        keep_memo(store, TASK, REPORT, decide(found))
    kept = store.reports("shop", "memo")
    assert [one["leaf"] for one in kept] == ["prompt", "rag"]
    assert markdown.written(kept[0]) == markdown.written(MEMO)
    store.close()


def test_a_file_s_name_says_its_form() -> None:
    assert [forms.suffix(Path(name)) for name in ("a.HTML", "a.md", "a.json", "a")] == [
        ".html", ".md", ".json", ".md",
    ]  # fmt: skip
    with pytest.raises(SettingOutOfRange, match=r"End the name in \.html, \.md, \.json"):
        forms.suffix(Path("memo.pdf"))


def test_plain_text_stays_on_its_line() -> None:
    assert plain("a\n# b *c* [d](e) & <f>") == "a \\# b \\*c\\* \\[d\\](e) &amp; &lt;f\\>"
