"""When no passage is good enough: a threshold learnt from questions with known answers."""

from collections.abc import Sequence
from dataclasses import dataclass

LEAST_UNTOLD = 10  # questions that the documents do not answer, to learn from
MOST_TURNED_AWAY = 0.05  # of the questions that they do answer


@dataclass(frozen=True)
class Threshold:
    """Where to draw the line, and what that did to the questions it was drawn on."""

    value: float  # likeness of the nearest passage; 0 asks for none
    turned_away: float  # share of the questions with an answer that fall below it
    caught: float  # share of the questions without one that do


NO_THRESHOLD = Threshold(0.0, 0.0, 0.0)


def calibrated(told: Sequence[float], untold: Sequence[float]) -> Threshold:
    """The likeness below which a question counts as one that the documents do not answer.

    It is the value with the greatest `caught - turned_away` (Youden, "Index for rating
    diagnostic tests", Cancer 1950) among those that turn away at most one in twenty; of
    equals the lowest. With fewer than ten questions that have no answer there is none.

    Args:
        told: Likeness of the nearest passage, for each question that the documents answer.
        untold: The same for each that they do not.
    """
    if len(untold) < LEAST_UNTOLD or not told:
        return NO_THRESHOLD
    tried = [_at(value, told, untold) for value in sorted({*told, *untold})]
    allowed = [one for one in tried if one.turned_away <= MOST_TURNED_AWAY]
    return max([NO_THRESHOLD, *allowed], key=lambda one: one.caught - one.turned_away)


def _at(value: float, told: Sequence[float], untold: Sequence[float]) -> Threshold:
    value = int(value * 1000) / 1000  # never above what was seen
    return Threshold(value, _below(value, told), _below(value, untold))


def _below(value: float, seen: Sequence[float]) -> float:
    return sum(one < value for one in seen) / len(seen)
