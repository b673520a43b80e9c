"""Money of a lever: once, per answer, per month; and the volume at which one pays for another."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product

from core.verdict.cost.prices import Price
from core.verdict.cost.span import NOTHING, Span, total

MONTH_HOURS = 730.0  # a year's 8,760 hours over twelve
SPREAD_MONTHS = 12  # over which what is paid once is spread for the break-even
TUNED = ("lora", "lora+rag")
SEARCHING = ("rag", "lora+rag")

Prices = Mapping[str, Price]


@dataclass(frozen=True)
class Used:
    """What a lever was measured to use."""

    lever: str
    read: float  # tokens of an answer's prompt
    written: float  # tokens of the answer
    seconds: float | None  # of an answer, one at a time
    train_rows: int = 0
    training_minutes: float | None = None


@dataclass(frozen=True)
class Bill:
    """What a lever costs; None where a price that it needs is not in the table."""

    once: Span | None
    answer: Span | None
    month: Span | None  # whatever the volume
    basis: str  # of an answer: tokens | seconds | ""


def bill(used: Used, prices: Prices) -> Bill:
    """The three parts of a lever's cost."""
    answer, basis = per_answer(used, prices)
    return Bill(once(used, prices), answer, standing(used, prices), basis)


def per_answer(used: Used, prices: Prices) -> tuple[Span | None, str]:
    """By tokens where both have a price, else by the machine's hour and the measured seconds."""
    if "read" in prices and "write" in prices:
        read = prices["read"].span.times(used.read / 1e6)
        return read.plus(prices["write"].span.times(used.written / 1e6)), "tokens"
    if "machine" in prices and used.seconds is not None:
        return prices["machine"].span.times(used.seconds / 3600), "seconds"
    return None, ""


def once(used: Used, prices: Prices) -> Span | None:
    """Labelling the train part and training on it; nothing for a lever that is not tuned.

    The holdout is not counted: every lever needs it.
    """
    if used.lever not in TUNED:
        return NOTHING
    return total([_labelling(used, prices), _training(used, prices)])


def _labelling(used: Used, prices: Prices) -> Span | None:
    if "label" not in prices or "person" not in prices:
        return None
    minutes = prices["label"].span.times(used.train_rows)
    return minutes.times(1 / 60).by(prices["person"].span)


def _training(used: Used, prices: Prices) -> Span | None:
    if "machine" not in prices or used.training_minutes is None:
        return None
    return prices["machine"].span.times(used.training_minutes / 60)


def standing(used: Used, prices: Prices) -> Span | None:
    """A month's hosting and retraining of what is tuned, and upkeep of what is searched."""
    parts: list[Span | None] = []
    if used.lever in TUNED:
        parts += [_hosting(prices), _retraining(used, prices)]
    if used.lever in SEARCHING:
        parts.append(_upkeep(prices))
    return total(parts)


def _hosting(prices: Prices) -> Span | None:
    return prices["hosting"].span.times(MONTH_HOURS) if "hosting" in prices else None


def _retraining(used: Used, prices: Prices) -> Span | None:
    training = _training(used, prices)
    if training is None or "retrain" not in prices:
        return None
    return training.by(prices["retrain"].span).times(1 / 12)


def _upkeep(prices: Prices) -> Span | None:
    if "index" not in prices or "person" not in prices:
        return None
    return prices["index"].span.by(prices["person"].span)


def at_volume(one: Bill, answers: float) -> Span | None:
    """A month at so many answers, what is paid once left out."""
    return total([one.month, one.answer.times(answers) if one.answer else None])


def break_even(one: Used, other: Used, prices: Prices) -> Span | None:
    """Answers a month from which `one` is cheaper than `other`; an infinite end means never.

    What is paid once is spread over a year. None where a price is missing. A price is one and
    the same for both levers, whichever it is within its range: so the ends are those over every
    way to take each row at its lower or its higher end, where they must lie, as the volume
    rises or falls with each price by itself.
    """
    ends = [pays_from(bill(one, at), bill(other, at)) for at in _corners(prices)]
    known = [end for end in ends if end is not None]
    return Span(min(known), max(known)) if known else None


def pays_from(one: Bill, other: Bill) -> float | None:
    """The same of two bills without ranges."""
    mine, theirs = _fixed(one), _fixed(other)
    if mine is None or theirs is None or one.answer is None or other.answer is None:
        return None
    return _from(mine.low - theirs.low, other.answer.low - one.answer.low)


def _corners(prices: Prices) -> Iterator[Prices]:
    """The table with each row at one of its ends, in every way."""
    ends = [dict.fromkeys((row.low, row.high)) for row in prices.values()]
    for chosen in product(*ends):
        pairs = zip(prices.items(), chosen, strict=True)
        yield {key: replace(row, low=end, high=end) for (key, row), end in pairs}


def _fixed(one: Bill) -> Span | None:
    return total([one.month, one.once.times(1 / SPREAD_MONTHS) if one.once else None])


def _from(extra: float, saving: float) -> float:
    """Answers whose saving makes up for the extra; 0 where there is no extra."""
    if extra <= 0 and saving >= 0:
        return 0.0
    return extra / saving if saving > 0 and extra > 0 else math.inf
