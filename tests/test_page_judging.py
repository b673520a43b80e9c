"""The judge on the Rate page: off until chosen, its agreement before its opinions."""

import json
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.evaluation import judge
from core.models.model import Piece
from core.records import Generated, Request
from pages.shared import resources
from tests.rated import RatingWorkbench, TwoMinds
from tests.test_page_rate import opened, said


class LikesCities(TwoMinds):
    """Answers as before; as a judge it finds the answer better that names a city."""

    def stream(self, requests: Sequence[Request], cancel: threading.Event) -> Iterator[Piece]:
        if not requests[0].messages[0].content.startswith("You compare"):
            yield from super().stream(requests, cancel)
            return
        for place, request in enumerate(requests):
            shown = json.loads(request.messages[-1].content)
            better = "first" if shown["first"] == "City" else "second"
            text = json.dumps({"why": "It names a city.", "better": better})
            yield Piece(place, text, done=Generated(text, 40, 3, 0.2, 0.1, "end"))


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RatingWorkbench:
    """Ann has compared all pairs and prefers LoRA each time."""
    made = RatingWorkbench(tmp_path)
    made.fake = LikesCities()
    monkeypatch.setattr(resources, "workbench", lambda: made)
    made.measure()
    round = made.begin_round(made.task("capitals"), "blind", ["prompt", "lora"])
    for place, item in enumerate(round.sheet.items):
        side = "left" if item.shown[0].levers == ("lora",) else "right"
        made.ratings.rate(round.id, place, "Ann", side)
    return made


@pytest.fixture
def page(bench: RatingWorkbench) -> AppTest:
    page = opened()
    page.segmented_control(key="rate_kind").set_value("blind").run()
    return page.text_input(key="rate_name").set_value("Ann").run()


def asked(page: AppTest) -> AppTest:
    page.segmented_control(key="judge_kind").set_value("own").run()
    return page.button(key="judge_ask").click().run()


def test_no_model_judges_until_one_is_chosen(page: AppTest, bench: RatingWorkbench) -> None:
    assert not page.exception
    assert page.segmented_control(key="judge_kind").value == "off"
    assert "judge_ask" not in [button.key for button in page.button]
    assert bench.judge_choice() is None


def test_with_few_pairs_only_the_agreement_is_shown(page: AppTest, bench: RatingWorkbench) -> None:
    before = bench.store.openings("capitals", bench.split(bench.task("capitals")).holdout_version)
    page = asked(page)
    assert not page.exception
    shown = said(page)
    assert "said the same in both orders for **6 of 6 pairs**" in shown
    assert "The judge's opinions do not count yet." in shown
    assert "Cohen's kappa of judge and most people 1.00" in shown
    assert ":material/gavel: **LoRA**" not in shown
    now = bench.store.openings("capitals", bench.split(bench.task("capitals")).holdout_version)
    assert now == before + 1


def test_a_judge_that_agrees_on_enough_pairs_is_heard(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judge, "FEW", 6)
    shown = said(asked(page))
    assert "The judge agrees with people well enough to count." in shown
    assert ":material/gavel: LoRA over Prompt in 100\\%" in shown


def test_a_judge_that_is_switched_off_again_says_nothing(
    page: AppTest, bench: RatingWorkbench
) -> None:
    page = asked(page)
    page.segmented_control(key="judge_kind").set_value("off").run()
    assert bench.judge_choice() is None
    assert "in both orders for" not in said(page)


def test_replies_of_another_form_are_told(page: AppTest, bench: RatingWorkbench) -> None:
    bench.fake = TwoMinds()
    shown = said(asked(page))
    assert "For 6 pairs a reply was not the JSON asked for." in shown
    assert "None of the pairs that people compared counts, so neither does the judge." in shown


def test_an_endpoint_is_kept_by_name_and_says_what_is_sent(
    page: AppTest, bench: RatingWorkbench
) -> None:
    page.segmented_control(key="judge_kind").set_value("endpoint").run()
    assert "Questions, references and answers of the holdout are sent there." in said(page)
    page.text_input(key="judge_base").set_value("http://127.0.0.1:1/v1")
    page.text_input(key="judge_name").set_value("big").run()
    page.button(key="judge_use").click().run()
    chosen = bench.judge_choice()
    assert chosen is not None
    assert (chosen.kind, chosen.reference, chosen.base_url) == (
        "endpoint", "big", "http://127.0.0.1:1/v1",
    )  # fmt: skip
