"""What would have to be so for a question to be answered the other way.

Each function completes "If ...". "" means that the other answer is no news to anybody.
The figures are the margins of this evaluation: by how much an interval clears 0, or a
mean the bar.
"""

import math
from collections.abc import Callable

from core.evaluation.report import Comparison
from core.verdict import conditions
from core.verdict.conditions import behind, enough, meets_bar
from core.verdict.evidence import Evidence
from core.verdict.sentences import about, margin, name, points
from core.verdict.thresholds import MAX_HALF_WIDTH, MIN_GAIN, MIN_HOLDOUT, MIN_TRAIN, NEAR_BAR


def never(evidence: Evidence) -> str:
    """For questions whose other answer is told elsewhere."""
    return ""


def measurable(evidence: Evidence) -> str:
    """How much is missing for a comparison, where prompting and another lever were measured."""
    if conditions.measurable(evidence) or not conditions.comparable(evidence):
        return ""
    return f"{about(missing(evidence))} more holdout examples came out alike"


def missing(evidence: Evidence) -> int:
    """Holdout examples that are lacking for a comparison."""
    best, n = evidence.levers[evidence.best], conditions.scored(evidence)
    too_wide = (best.high - best.low) / 2 / MAX_HALF_WIDTH  # narrows with the square root of n
    return max(MIN_HOLDOUT, math.ceil(n * too_wide**2)) - n


def reaching(evidence: Evidence, lever: str) -> str:
    """How far a lever lies from its bar, or what keeps it level with the best."""
    if lever not in evidence.levers:
        return f"{name(lever)} were measured and met the bar"
    over = evidence.levers[lever].mean - evidence.bar
    if over >= 0:
        return f"{name(lever)} scored {_more_than(over)} lower"
    if enough(evidence, lever):
        return f"another lever came out {points(MIN_GAIN)} or more above {name(lever)}"
    if (level := _to_level(evidence, lever)) < -over:
        return f"{name(lever)} scored {_more_than(level)} higher"
    return f"{name(lever)} scored {margin(over)} higher"


def _to_level(evidence: Evidence, lever: str) -> float:
    """What a lever lacks to be near the bar with no other shown, or worth having, ahead of it."""
    pairs = [pair for one in evidence.levers if (pair := evidence.gap(one, lever))]
    ahead = [max(pair.low, pair.difference - MIN_GAIN) for pair in pairs]
    return max(NEAR_BAR * evidence.bar - evidence.levers[lever].mean, *ahead, 0.0)


def meeting(evidence: Evidence, lever: str) -> str:
    """How far a lever lies from its bar."""
    if lever not in evidence.levers:
        return f"{name(lever)} were measured and met the bar"
    over = evidence.levers[lever].mean - evidence.bar
    if meets_bar(evidence, lever):
        return f"{name(lever)} scored {_more_than(over)} lower"
    return f"{name(lever)} scored {margin(over)} higher"


def leading(evidence: Evidence, lever: str, others: tuple[str, ...]) -> str:
    """By how much a lever's lead over the nearest of the others clears 0, or misses it."""
    shown = bool(conditions.better(evidence, lever, others))
    return _lead(evidence, lever, others, shown, lambda pair: pair.low)


def gaining(evidence: Evidence, lever: str, others: tuple[str, ...]) -> str:
    """As `leading`, where a lead must be worth its upkeep, too: `MIN_GAIN` and more."""
    return _lead(evidence, lever, others, bool(conditions.gains(evidence, lever, others)), _spare)


def combining(evidence: Evidence, others: tuple[str, ...]) -> str:
    """As `gaining` of LoRA+RAG, which also needs enough rows to tune on."""
    short = conditions.gains(evidence, "lora+rag", others) and not conditions.enough_train(evidence)
    return training(evidence) if short else gaining(evidence, "lora+rag", others)


def _lead(
    evidence: Evidence,
    lever: str,
    others: tuple[str, ...],
    shown: bool,
    spare: Callable[[Comparison], float],
) -> str:
    """What a lead can lose before it is no longer `shown`, or what it lacks where it is not."""
    measured = [other for other in others if {lever, other} <= evidence.levers.keys()]
    pairs = [pair for other in measured if (pair := evidence.gap(lever, other))]
    if not pairs:
        return f"{name(lever)} were measured and better than {_any(others)}"
    if apart := tuple(other for other in measured if evidence.gap(lever, other) is None):
        return f"{name(lever)} were measured on examples of {_any(apart)}, and better there"
    nearest = min(pairs, key=spare)
    if shown:
        return f"{name(lever)} lost {margin(spare(nearest))} against {name(nearest.b)}"
    if spare(nearest) <= 0:
        return f"{name(lever)} gained {margin(spare(nearest))} on {name(nearest.b)}"
    unproven = next(pair for pair in pairs if pair.verdict != "better")
    return (
        f"the lead of {name(lever)} over {name(unproven.b)} held when all pairs are corrected for"
    )


def _spare(pair: Comparison) -> float:
    """What a lead has to lose before it is unproven, or too small to pay; negative: lacks."""
    return min(pair.low, pair.difference - MIN_GAIN)


def learning(evidence: Evidence) -> str:
    """What separates tuning without documents from RAG."""
    if "lora" not in evidence.levers:
        return f"LoRA were measured and came within {points(MIN_GAIN)} of RAG"
    if evidence.train < MIN_TRAIN:
        return training(evidence)
    pair = evidence.gap("lora", "rag")
    if pair and behind(evidence, "lora", "rag"):
        return f"LoRA closed its gap of {margin(pair.difference)} to RAG"
    return "LoRA fell behind RAG"


def training(evidence: Evidence) -> str:
    """How many train examples are missing."""
    missing = MIN_TRAIN - evidence.train
    return f"there were {missing} more train examples" if missing > 0 else ""


def intact(evidence: Evidence, tuned: str, base: str) -> str:
    """What tuning unlearned."""
    if conditions.intact(evidence, tuned, base):
        return ""
    if evidence.harms:
        return "tuning did no harm"
    return f"{name(tuned)} admitted as often as {name(base)} what it does not know"


def half_way(evidence: Evidence) -> str:
    """How far the best lever lies from half the bar."""
    short = NEAR_BAR * evidence.bar - evidence.levers[evidence.best].mean
    return f"{name(evidence.best)} scored {margin(short)} higher" if short > 0 else ""


STATEMENTS: dict[tuple[str, bool], str] = {
    ("knowledge_changes", True): "the knowledge changed",
    ("knowledge_changes", False): "the knowledge did not change",
    ("regulated", True): "the output were regulated",
    ("regulated", False): "the output were not regulated",
    ("private", True): "the data were private",
    ("private", False): "the data were not private",
    ("needs_citations", True): "answers had to cite their source",
    ("needs_citations", False): "answers need not cite their source",
    ("reviewed", True): "a person reviewed each answer",
    ("reviewed", False): "nobody reviewed the answers",
    ("latency_matters", True): "speed mattered",
    ("latency_matters", False): "speed did not matter",
}


def conclusion(what: str, leaf: str) -> str:
    """The whole sentence."""
    return f'If {what}, the verdict would be "{leaf}".'


def volume(answers: float) -> str:
    """Another stated volume."""
    return f"there were {answers:,.0f} answers a month"


def _more_than(difference: float) -> str:
    return f"more than {points(difference)}" if round(100 * abs(difference)) else "a little"


def _any(levers: tuple[str, ...]) -> str:
    return " and ".join(map(name, levers))
