"""Costs: the owner's dated ranges times what was measured, and where one lever pays for another."""

import math
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from core.errors import SettingOutOfRange
from core.verdict.cost import money, prices, words
from core.verdict.cost.money import Bill, Used
from core.verdict.cost.prices import Price
from core.verdict.cost.span import Span
from core.verdict.cost.summary import costs
from tests.figures import five

TABLE = {
    "read": Price(1.0, 2.0, "2026-11-01"),
    "write": Price(4.0, 8.0, "2026-11-01"),
    "machine": Price(0.6, 1.2, "2026-11-01"),
    "hosting": Price(1.0, 2.0, "2026-11-01"),
    "person": Price(30.0, 60.0, "2026-11-01"),
    "label": Price(2.0, 4.0, "2026-11-01"),
    "retrain": Price(4.0, 12.0, "2026-11-01"),
    "index": Price(1.0, 2.0, "2026-11-01"),
}
LORA = Used("lora", read=50, written=50, seconds=3.0, train_rows=100, training_minutes=10)
RAG = Used("rag", read=950, written=50, seconds=6.0)


def only(*keys: str) -> dict[str, Price]:
    return {key: TABLE[key] for key in keys}


def test_an_answer_costs_its_tokens_where_tokens_have_a_price() -> None:
    # 950 read at 1 to 2 and 50 written at 4 to 8 a million: 0.00095 + 0.0002 to twice that.
    answer, basis = money.per_answer(RAG, TABLE)
    assert answer is not None
    assert (answer.low, answer.high) == pytest.approx((0.00115, 0.0023))
    assert basis == "tokens"


def test_a_local_answer_costs_its_measured_seconds_at_the_machine_s_rate() -> None:
    answer, basis = money.per_answer(RAG, only("machine"))  # 6 of 3,600 seconds at 0.6 to 1.2
    assert answer is not None
    assert (answer.low, answer.high) == pytest.approx((0.001, 0.002))
    assert basis == "seconds"
    assert money.per_answer(replace(RAG, seconds=None), only("machine")) == (None, "")
    assert money.per_answer(RAG, only("read")) == (None, "")


def test_tuning_costs_its_examples_and_its_machine_once() -> None:
    # 100 rows at 2 to 4 minutes: 3.33 to 6.67 hours at 30 to 60; 10 minutes at 0.6 to 1.2.
    once = money.once(LORA, TABLE)
    assert once is not None
    assert (once.low, once.high) == pytest.approx((100.1, 400.2))
    assert money.once(RAG, {}) == Span(0, 0)
    assert money.once(LORA, only("person", "label")) is None


def test_a_month_costs_what_must_be_kept_up_whatever_the_volume() -> None:
    # Hosting 730 hours at 1 to 2; tuning again 4 to 12 times a year at 0.1 to 0.2, over 12.
    tuned = money.standing(LORA, TABLE)
    assert tuned is not None
    assert (tuned.low, tuned.high) == pytest.approx((730 + 0.4 / 12, 1460 + 2.4 / 12))
    assert money.standing(RAG, TABLE) == Span(30.0, 120.0)  # 1 to 2 hours at 30 to 60
    assert money.standing(Used("prompt", 50, 50, 1.0), {}) == Span(0, 0)
    assert money.standing(LORA, {}) is None


def bill(once: float, answer: float, month: float) -> Bill:
    return Bill(Span(once, once), Span(answer, answer), Span(month, month), "tokens")


@pytest.mark.parametrize(
    ("one", "other", "answers"),
    [
        (bill(1200, 0.01, 0), bill(0, 0.02, 0), 10_000),  # 100 a month over 0.01
        (bill(0, 0.01, 500), bill(0, 0.02, 300), 20_000),
        (bill(0, 0.01, 0), bill(0, 0.02, 0), 0),  # cheaper from the first answer on
        (bill(0, 0.03, 500), bill(0, 0.02, 0), math.inf),  # never
        (bill(0, 0.03, 0), bill(0, 0.02, 300), math.inf),  # cheaper only when idle
    ],
)
def test_the_volume_at_which_one_pays_for_another(one: Bill, other: Bill, answers: float) -> None:
    assert money.pays_from(one, other) == pytest.approx(answers)


def test_a_price_is_the_same_for_both_levers_whichever_it_is() -> None:
    nothing = dict.fromkeys(("machine", "person", "label", "retrain", "index"), Price(0, 0, ""))
    hosted = {**only("read", "write"), **nothing, "hosting": Price(1.0, 1.0, "")}
    # 730 a month over 900 tokens read fewer, at 2 or at 1 a million: never "never".
    found = money.break_even(LORA, RAG, hosted)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((405_555.56, 811_111.11))
    assert money.break_even(LORA, RAG, only("read", "write")) is None


def test_a_range_may_end_at_never() -> None:
    # It reads 900 fewer and writes 200 more: at 1 to 2 and 4 to 8 a million, from 1,000 saved
    # (1,800 - 800) to 700 lost (900 - 1,600), against 730 a month.
    wordy = replace(LORA, written=250)
    nothing = dict.fromkeys(("machine", "person", "label", "retrain", "index"), Price(0, 0, ""))
    hosted = {**only("read", "write"), **nothing, "hosting": Price(1.0, 1.0, "")}
    found = money.break_even(wordy, RAG, hosted)
    assert found is not None
    assert (found.low, found.high) == (pytest.approx(730_000), math.inf)


def test_the_verdict_carries_money_only_where_the_owner_gave_prices() -> None:
    evidence = five(0.1, 0.2, 0.85, 0.2, 0.85)
    assert costs(evidence)["money"]["rag"] == {
        "once": {"low": 0.0, "high": 0.0}, "answer": None, "standing": None, "month": None,
        "basis": "",
    }  # fmt: skip
    assert costs(evidence)["break_even"] == {}
    priced = costs(replace(evidence, prices=TABLE, training_minutes=10.0))
    assert priced["money"]["rag"]["basis"] == "tokens"
    assert priced["prices"]["read"] == {
        "low": 1.0, "high": 2.0, "as_of": "2026-11-01", "source": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("key", "low", "high", "as_of"),
    [
        ("gold", 1.0, 2.0, "2026-11-01"),
        ("read", 2.0, 1.0, "2026-11-01"),
        ("read", -1.0, 1.0, "2026-11-01"),
        ("read", None, None, "2026-11-01"),
        ("read", float("nan"), 1.0, "2026-11-01"),
        ("read", True, True, "2026-11-01"),
        ("read", 1.0, 2.0, ""),
        ("read", 1.0, 2.0, "yesterday"),
    ],
)
def test_a_row_without_number_or_day_is_refused(key: str, low: Any, high: Any, as_of: str) -> None:
    with pytest.raises(SettingOutOfRange):
        prices.price(key, low, high, as_of)


def test_a_row_is_kept_as_it_was_given_and_grows_old() -> None:
    row = prices.price("read", 1, None, "2026-08-01", "their price page")
    assert row == Price(1.0, 1.0, "2026-08-01", "their price page")
    assert prices.read({"read": prices.written(row), "write": None}) == {"read": row}
    assert row.age(date(2026, 11, 25)) == 116
    assert prices.OLD_DAYS < 116


def test_an_edited_table_keeps_the_rows_that_hold_an_amount() -> None:
    rows = prices.sheet({"read": Price(1.0, 2.0, "2026-11-01", "their price page")})
    assert [row["key"] for row in rows][:2] == ["read", "write"]
    assert rows[0]["as_of"] == date(2026, 11, 1)
    rows[1] |= {"low": 4.0, "high": float("nan"), "as_of": "2026-11-02T00:00:00"}
    rows[2] |= {"low": float("nan"), "source": None}
    assert prices.from_sheet(rows) == {
        "read": Price(1.0, 2.0, "2026-11-01", "their price page"),
        "write": Price(4.0, 4.0, "2026-11-02", ""),
    }


def test_an_amount_without_its_day_is_refused() -> None:
    rows = prices.sheet({})
    rows[0]["low"] = 1.0
    with pytest.raises(SettingOutOfRange, match="looked up on no day"):
        prices.from_sheet(rows)


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.0, 0.0, "0"),
        (0.00115, 0.0023, "0.0011 to 0.0023"),
        (100.1, 400.2, "100 to 400"),
        (0.0000113, 0.000034, "0.000011 to 0.000034"),
        (1234.0, 1240.0, "1,200"),
    ],
)
def test_money_is_said_without_false_precision(low: float, high: float, said: str) -> None:
    assert words.amount({"low": low, "high": high}) == said


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (None, None, "never, at these prices"),
        (5000.0, None, "at best from 5,000 answers a month, at worst never"),
        (10_000.0, 10_000.0, "from 10,000 answers a month"),
        (4_960.0, 21_200.0, "from somewhere between 5,000 and 21,000 answers a month"),
        (0.0, 0.0, "from the first answer on"),
        (0.0, 21_200.0, "at best from the first answer on, at worst from 21,000 answers a month"),
    ],
)
def test_the_volume_that_pays_is_said_or_never(
    low: float | None, high: float | None, said: str
) -> None:
    assert words.pays({"low": low, "high": high}) == said
    assert words.pays(None) == "not known, a price is missing"


def test_prices_are_said_with_their_days_and_their_age() -> None:
    today = date(2026, 11, 25)
    assert words.dated({}, today).startswith("No price is given.")
    table = {"read": Price(1, 1, "2026-08-01"), "write": Price(1, 1, "2026-11-20")}
    assert words.dated(table, today) == (
        "Prices as you looked them up, 2026-08-01 to 2026-11-20; none is claimed to be current. "
        "1 of 2 is over 90 days old."
    )
