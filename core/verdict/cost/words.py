"""Costs in words: ranges as ranges, and never a figure that the owner's table does not carry."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from core.verdict.cost.prices import OLD_DAYS, Price

NEEDED = "not known, a price is missing"
DATA = "A dated price for each row that applies turns tokens and seconds into money."


def amount(span: Mapping[str, Any] | None) -> str:
    """Money as `12 to 30`, to two leading digits; `0` where nothing is paid."""
    if span is None:
        return NEEDED
    low, high = _figure(span["low"]), _figure(span["high"])
    return low if low == high else f"{low} to {high}"


def _figure(value: float) -> str:
    if value == 0:
        return "0"
    rounded = float(f"{value:.2g}")
    return f"{rounded:,.0f}" if value >= 10 else f"{rounded:.9f}".rstrip("0").rstrip(".")


def thousand(span: Mapping[str, Any] | None) -> str:
    """What a thousand answers cost, from the money of one."""
    return amount(span and {end: value * 1000 for end, value in span.items()})


def pays(span: Mapping[str, Any] | None) -> str:
    """From which volume a lever is the cheaper one; an infinite end, kept as None, is never."""
    if span is None:
        return NEEDED
    low, high = span["low"], span["high"]
    if low is None:
        return "never, at these prices"
    if high is None:
        return f"at best from {_volume(low)}, at worst never"
    if _volume(low) == _volume(high):
        return f"from {_volume(low)}"
    if low < 1:
        return f"at best from {_volume(low)}, at worst from {_volume(high)}"
    return f"from somewhere between {_volume(low, '')} and {_volume(high)}"


def _volume(answers: float, unit: str = " answers a month") -> str:
    if answers < 1:
        return "the first answer on"
    return f"{float(f'{answers:.2g}'):,.0f}{unit}"


def dated(prices: Mapping[str, Price], today: date) -> str:
    """When the prices were looked up, and how many of them are too old to be trusted."""
    if not prices:
        return f"No price is given. {DATA}"
    days = sorted(row.as_of for row in prices.values())
    span = days[0] if days[0] == days[-1] else f"{days[0]} to {days[-1]}"
    old = sum(row.age(today) > OLD_DAYS for row in prices.values())
    said = f"Prices as you looked them up, {span}; none is claimed to be current."
    return said + (
        f" {old} of {len(days)} {'is' if old == 1 else 'are'} over {OLD_DAYS} days old."
        if old
        else ""
    )
