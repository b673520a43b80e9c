"""An amount that is known to lie between two ends. Never negative, never falsely precise."""

import math
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Span:
    """From `low` to `high`, both included; `high` may be infinite."""

    low: float
    high: float

    def plus(self, other: "Span") -> "Span":
        """The sum."""
        return Span(self.low + other.low, self.high + other.high)

    def times(self, factor: float) -> "Span":
        """So many of them; `factor` is not negative."""
        return Span(self.low * factor, self.high * factor)

    def by(self, other: "Span") -> "Span":
        """The product; neither is negative."""
        return Span(self.low * other.low, self.high * other.high)

    def to_json(self) -> dict[str, Any]:
        """Plain values; an infinite end is None."""
        return {end: value if math.isfinite(value) else None for end, value in vars(self).items()}


NOTHING = Span(0.0, 0.0)


def total(parts: "list[Span | None]") -> Span | None:
    """The sum; None where a part is not known."""
    found = NOTHING
    for part in parts:
        if part is None:
            return None
        found = found.plus(part)
    return found
