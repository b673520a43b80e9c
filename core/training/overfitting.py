"""Where a run stops learning its task and begins to learn its own rows by heart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median_low
from typing import Any

Events = Sequence[Mapping[str, Any]]

LEAST_LATER = 2  # validations after the lowest, before a rise is believed
FLOOR = 0.01  # of the lowest loss: a smaller rise is noise, however smooth the curve
CLEAR = 2.0  # a rise of so many times the noise is one
WOBBLE = 0.6745 * 6**0.5  # median bend of a curve under noise of standard deviation 1


@dataclass(frozen=True)
class Turn:
    """Where the validation loss was lowest, once it clearly rises again."""

    step: int
    loss: float
    rise: float  # from there to the last validation


def turn(events: Events) -> Turn | None:
    """The point from which training no longer helps on rows that were not learned.

    None while the lowest loss may still lie ahead: fewer than `LEAST_LATER` validations
    came after it, or the rise since is within `CLEAR` times the curve's noise. That noise is
    taken from how the curve bends around and after its lowest point, the turn left out.
    """
    measured = [event for event in events if event["event"] == "validation"]
    losses = [event["loss"] for event in measured]
    if len(losses) <= LEAST_LATER:
        return None
    low = losses.index(min(losses))
    rise = losses[-1] - losses[low]
    if len(losses) - 1 - low < LEAST_LATER or rise <= CLEAR * _noise(losses, low):
        return None
    return Turn(measured[low]["step"], losses[low], rise)


def _noise(losses: Sequence[float], low: int) -> float:
    around = [at for at in range(max(1, low - 2), len(losses) - 1) if at != low]
    bends = [abs(losses[at + 1] - 2 * losses[at] + losses[at - 1]) for at in around]
    return max(median_low(bends) / WOBBLE if bends else 0.0, FLOOR * losses[low])


def by_heart(events: Events) -> str:
    """What is wrong with a run whose best adapter is worse than none on rows it did not learn.

    A sentence; empty where validation got better, or was not measured before the first step.
    """
    measured = [event for event in events if event["event"] == "validation"]
    if len(measured) < 2 or measured[0]["step"]:
        return ""
    before, *after = (event["loss"] for event in measured)
    if min(after) < before:
        return ""
    return (
        f"Overfitted: on examples that it did not learn, the loss was {before:.2f} before training "
        f"and never lower after (at best {min(after):.2f}): it learned its own rows by heart."
    )
