"""The costs of a verdict as plain values: measured amounts, and money where prices are given."""

from typing import Any

from core.verdict.cost import measured
from core.verdict.cost.money import Bill, Prices, Used, at_volume, bill, break_even
from core.verdict.cost.span import Span
from core.verdict.evidence import Evidence

TUNED = "lora"


def costs(evidence: Evidence) -> dict[str, Any]:
    """Tokens and seconds of an answer by each lever, and what the owner's prices make of them."""
    used = {lever: _used(evidence, lever) for lever in evidence.levers}
    bills = {lever: bill(one, evidence.prices) for lever, one in used.items()}
    return {
        **measured.costs(evidence),
        "money": {lever: _money(evidence, one) for lever, one in bills.items()},
        "break_even": _break_even(used, evidence.prices),
        "prices": {key: vars(row) for key, row in evidence.prices.items()},
    }


def _used(evidence: Evidence, lever: str) -> Used:
    seen = evidence.levers[lever]
    return Used(
        lever,
        read=seen.tokens - seen.new_tokens,
        written=seen.new_tokens,
        seconds=seen.seconds,
        train_rows=evidence.train,
        training_minutes=evidence.training_minutes,
    )


def _money(evidence: Evidence, one: Bill) -> dict[str, Any]:
    volume = evidence.stated.volume_per_month
    month = at_volume(one, volume) if volume is not None else None
    parts = {"once": one.once, "answer": one.answer, "standing": one.month, "month": month}
    return {**{name: _plain(part) for name, part in parts.items()}, "basis": one.basis}


def _break_even(used: dict[str, Used], prices: Prices) -> dict[str, Any]:
    """For LoRA against each untuned lever: the volume from which it is cheaper."""
    if TUNED not in used:
        return {}
    others = [lever for lever in used if lever in ("prompt", "few-shot", "rag")]
    found = {other: break_even(used[TUNED], used[other], prices) for other in others}
    return {other: _plain(span) for other, span in found.items() if span is not None}


def _plain(span: Span | None) -> dict[str, Any] | None:
    return span.to_json() if span else None
