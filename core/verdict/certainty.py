"""How far each answer of the tree lies from turning, as a multiple of what is asked for.

1 and more is settled. Below it the answer may be luck: where the other answer would lead
elsewhere, the verdict is that the evidence does not suffice. `SETTLED` standard errors are
asked for where a lever is held against the bar. A tie, which lets the cheaper lever win, is
a finding only where the other's lead is known to be smaller than `MIN_GAIN`, by `TIED`
standard errors, not where it is merely unproven. A dearer lever must prove its gain: a lead
under `MIN_GAIN` leaves nothing open where its interval is no wider than `MAX_HALF_WIDTH`
either way; a larger lead that is not shown does. Standard errors are read off the 95 %
intervals, each side by itself.
"""

import math
from collections.abc import Iterable

from core.evaluation.report import Comparison
from core.evaluation.statistics import Z
from core.verdict import conditions
from core.verdict.conditions import UNTUNED
from core.verdict.evidence import Evidence
from core.verdict.thresholds import MAX_HALF_WIDTH, MIN_GAIN, NEAR_BAR, SETTLED, TIED


def above(evidence: Evidence, lever: str, line: float) -> float:
    """By how much a lever's mean clears `line`; negative below it."""
    seen = evidence.levers[lever]
    over = seen.mean - line
    side = seen.mean - seen.low if over >= 0 else seen.high - seen.mean
    return _in_errors(over, side / Z) / SETTLED


def short_of(pair: Comparison | None) -> float:
    """Standard errors by which a lead stays below a gain worth having; negative above it."""
    if pair is None:
        return 0.0
    under = MIN_GAIN - pair.difference
    side = pair.high - pair.difference if under >= 0 else pair.difference - pair.low
    return _in_errors(under, side / Z)


def level(evidence: Evidence, lever: str, others: Iterable[str]) -> float:
    """By how much the leads of all others stay below a gain worth having."""
    pairs = [evidence.gap(other, lever) for other in others if other != lever]
    return min((short_of(pair) / TIED for pair in pairs), default=math.inf)


def half(evidence: Evidence, lever: str) -> float:
    """By how much a lever's mean clears half the bar; negative below it."""
    return above(evidence, lever, NEAR_BAR * evidence.bar)


def meets(evidence: Evidence, lever: str) -> float:
    """Of: the lever meets the bar."""
    return abs(above(evidence, lever, evidence.bar)) if lever in evidence.levers else math.inf


def enough(evidence: Evidence, lever: str) -> float:
    """Of: the lever meets the bar, or comes level with the best.

    No is sure where it misses the bar and another lever is better.
    """
    if lever not in evidence.levers:
        return math.inf
    bar, near = above(evidence, lever, evidence.bar), half(evidence, lever)
    if conditions.enough(evidence, lever):
        return max(bar, min(near, level(evidence, lever, evidence.levers)), 0.0)
    beaten = any(evidence.beats(one, lever) for one in evidence.levers if one != lever)
    return max(-bar, 0.0) if beaten or near < 0 else 0.0


def knowledge(evidence: Evidence) -> float:
    """Of: RAG beats what reads no documents.

    No is sure where its lead is too small to matter, where it fails anyway, and where LoRA
    beats it: then documents are not the first thing that lacks.
    """
    if "rag" not in evidence.levers or evidence.beats("lora", "rag"):
        return math.inf
    return _gained(evidence, "rag", UNTUNED, bool(conditions.better(evidence, "rag", UNTUNED)))


def learned(evidence: Evidence) -> float:
    """Of: LoRA reaches RAG without documents."""
    if "lora" not in evidence.levers or not conditions.enough_train(evidence):
        return math.inf
    if conditions.learned(evidence):
        return max(level(evidence, "lora", ("rag",)), 0.0)
    if evidence.beats("rag", "lora"):
        return math.inf
    return max(-level(evidence, "lora", ("rag",)), 0.0)


def gains(evidence: Evidence, lever: str, others: tuple[str, ...]) -> float:
    """Of: a lever is better than each other by a gain worth having."""
    if lever not in evidence.levers:
        return math.inf
    return _gained(evidence, lever, others, bool(conditions.gains(evidence, lever, others)))


def _gained(evidence: Evidence, lever: str, others: tuple[str, ...], shown: bool) -> float:
    """Settled where the gain is shown or too small to matter, and where the lever fails anyway."""
    pairs = [evidence.gap(lever, other) for other in others if other in evidence.levers]
    small = not pairs or any(pair and _small(pair) for pair in pairs)
    return math.inf if shown or small else max(-half(evidence, lever), 0.0)


def _small(pair: Comparison) -> bool:
    """Whether a lead is too small to matter, on a holdout that would have shown a large one."""
    return pair.difference < MIN_GAIN and (pair.high - pair.low) / 2 <= MAX_HALF_WIDTH


def pays(evidence: Evidence, dearer: tuple[str, ...]) -> float:
    """Of: LoRA stands in for a dearer lever."""
    others = conditions.could_pay(evidence, dearer)
    if not others:
        return math.inf
    nearest = max(level(evidence, "lora", (other,)) for other in others)
    if conditions.pays_to_tune(evidence, dearer):
        return max(min(nearest, enough(evidence, "lora")), 0.0)
    alone = 0.0 if conditions.enough(evidence, "lora") else enough(evidence, "lora")
    return max(-nearest, alone, 0.0)


def half_way(evidence: Evidence) -> float:
    """Of: some lever comes half way to the bar."""
    return abs(max(half(evidence, lever) for lever in evidence.levers))


def _in_errors(distance: float, error: float) -> float:
    if error <= 1e-9:
        return math.copysign(math.inf, distance) if abs(distance) > 1e-9 else 0.0
    return distance / error
