"""The Rate page inside the whole app: real rounds on the answers of a fake model."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.shared import resources
from tests.rated import RatingWorkbench

APP = Path(__file__).parent.parent / "app.py"


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RatingWorkbench:
    made = RatingWorkbench(tmp_path)
    monkeypatch.setattr(resources, "workbench", lambda: made)
    return made


def opened() -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=30).run()
    return app.switch_page("pages/decide/rate.py").run()


def begun(bench: RatingWorkbench, kind: str = "rubric", name: str = "Ann") -> AppTest:
    bench.measure()
    page = opened()
    if kind == "blind":
        page.segmented_control(key="rate_kind").set_value("blind").run()
    page.form_submit_button[0].click().run()
    return page.text_input(key="rate_name").set_value(name).run()


def said(page: AppTest) -> str:
    return "\n".join(line.value for line in [*page.markdown, *page.caption, *page.success])


def press(page: AppTest, ending: str) -> AppTest:
    """The button of the item that is shown."""
    (found,) = [one for one in page.button if one.key and one.key.endswith(ending)]
    return found.click().run()


def test_before_an_evaluation_the_page_leads_to_it(bench: RatingWorkbench) -> None:
    page = opened()
    assert not page.exception
    assert page.subheader[0].value == "Nothing to rate yet"
    assert [link.label for link in page.get("page_link")] == ["Go to Evaluate"]


def test_beginning_a_round_counts_as_an_opening_and_says_so(bench: RatingWorkbench) -> None:
    bench.measure()
    task = bench.task("capitals")
    holdout = bench.split(task).holdout_version
    assert bench.store.openings("capitals", holdout) == 1
    page = opened()
    assert "a round counts as one more opening" in said(page)
    page.form_submit_button[0].click().run()
    assert bench.store.openings("capitals", holdout) == 2
    assert page.info[0].value.startswith("Type your name above")


def test_each_score_has_its_meaning_and_its_key(bench: RatingWorkbench) -> None:
    page = begun(bench)
    assert not page.error
    scores = [one for one in page.button if one.label.startswith("Score")]
    assert [one.proto.shortcut for one in scores] == ["5", "3", "1"]
    assert "Of no use: wrong, made up, or beside the question." in said(page)


def test_answers_stay_text_and_levers_stay_hidden(bench: RatingWorkbench) -> None:
    page = begun(bench)
    assert {"**nowhere**", "City"} & {line.value for line in page.text}
    assert "LoRA" not in said(page)


def test_a_rating_is_kept_at_once_and_the_next_item_stands_there(bench: RatingWorkbench) -> None:
    page = press(begun(bench), "_0_5")
    (round,) = bench.rounds(bench.task("capitals"))
    assert [(one.item, one.rater, one.value) for one in round.ratings] == [(0, "Ann", "5")]
    assert round.next("Ann") == 1
    again = opened()  # another tab
    again.text_input(key="rate_name").set_value("Ann").run()
    assert any(one.key == f"rate_{round.id}_1_5" for one in again.button)
    assert page.get("progress")[0].proto.text == f"1 of {len(round.sheet.items)} rated"


def test_one_back_rates_the_former_item_again(bench: RatingWorkbench) -> None:
    page = press(begun(bench), "_0_5")
    page = press(page, "rate_back")
    press(page, "_0_1")
    (round,) = bench.rounds(bench.task("capitals"))
    assert [(one.item, one.value) for one in round.ratings] == [(0, "1")]


def test_the_end_reveals_which_lever_was_which(bench: RatingWorkbench) -> None:
    page = begun(bench, "blind")
    (round,) = bench.rounds(bench.task("capitals"))
    for at, item in enumerate(round.sheet.items):
        left = item.shown[0].levers == ("lora",)
        press(page, f"_{at}_{'left' if left else 'right'}")
    assert not page.exception
    assert "LoRA over Prompt in 100\\%" in said(page)
    assert "more than luck" in said(page)
    assert page.dataframe[0].value["You said"].isin(["left", "right"]).all()
    assert set(page.dataframe[0].value["Left"]) == {"LoRA", "Prompt"}


def test_ending_early_counts_what_was_rated(bench: RatingWorkbench) -> None:
    page = press(begun(bench), "_0_3")
    press(page, "rate_end")
    assert "You rated 1 of" in said(page)
    assert "Ask a second one" in said(page)


def test_a_second_rater_brings_agreement(bench: RatingWorkbench) -> None:
    page = begun(bench)
    (round,) = bench.rounds(bench.task("capitals"))
    for name in ("Ann", "Ben"):
        page.text_input(key="rate_name").set_value(name).run()
        for at in range(len(round.sheet.items)):
            press(page, f"_{at}_{'5' if at % 2 else '1'}")
    assert "The raters agree almost perfectly." in said(page)
    assert "Cohen's kappa 1.00" in said(page)
    assert "Counted: Ann, Ben." in said(page)


def test_a_new_evaluation_of_other_answers_asks_for_a_new_round(bench: RatingWorkbench) -> None:
    page = begun(bench)
    bench.fake.digest = "another"  # type: ignore[misc]
    bench.measure()
    page.run()
    assert page.form_submit_button[0].label == "Begin a round"
