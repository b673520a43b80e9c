"""What would have to be so for a question to be answered the other way.

Each function completes "If ...". "" means that the other answer is no news to anybody.
The figures are the margins of this evaluation: by how much an interval clears 0, or a
mean the bar.
"""

import math

from core.evaluation.report import Comparison
from core.verdict import conditions
from core.verdict.conditions import behind, enough, meets_bar
from core.verdict.evidence import Evidence
from core.verdict.sentences import about, name, points
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
    margin = evidence.levers[lever].mean - evidence.bar
    if margin >= 0:
        return f"{name(lever)} scored more than {points(margin)} lower"
    if enough(evidence, lever):
        return f"another lever came out {points(MIN_GAIN)} or more above {name(lever)}"
    if (level := _to_level(evidence, lever)) < -margin:
        return f"{name(lever)} scored more than {points(level)} higher"
    return f"{name(lever)} scored {points(margin)} higher"


def _to_level(evidence: Evidence, lever: str) -> float:
    """What a lever lacks to be near the bar with no other shown, or worth having, ahead of it."""
    pairs = [pair for one in evidence.levers if (pair := evidence.gap(one, lever))]
    ahead = [max(pair.low, pair.difference - MIN_GAIN) for pair in pairs]
    return max(NEAR_BAR * evidence.bar - evidence.levers[lever].mean, *ahead, 0.0)


def meeting(evidence: Evidence, lever: str) -> str:
    """How far a lever lies from its bar."""
    if lever not in evidence.levers:
        return f"{name(lever)} were measured and met the bar"
    margin = evidence.levers[lever].mean - evidence.bar
    way = "more than {} lower" if meets_bar(evidence, lever) else "{} higher"
    return f"{name(lever)} scored {way.format(points(margin))}"


def leading(evidence: Evidence, lever: str, others: tuple[str, ...]) -> str:
    """By how much a lever's lead over the nearest of the others clears 0, or misses it."""
    pairs = [pair for other in others if (pair := evidence.gap(lever, other))]
    if not pairs:
        return f"{name(lever)} were measured and better than {_any(others)}"
    nearest = min(pairs, key=lambda pair: pair.low)
    if nearest.low > 0:
        return f"{name(lever)} lost {points(nearest.low)} against {name(nearest.b)}"
    return f"{name(lever)} gained {points(nearest.low)} on {name(nearest.b)}"


def gaining(evidence: Evidence, lever: str, others: tuple[str, ...]) -> str:
    """As `leading`, where a lead must be worth its upkeep, too: `MIN_GAIN` and more."""
    pairs = [pair for other in others if (pair := evidence.gap(lever, other))]
    if not pairs:
        return leading(evidence, lever, others)
    nearest = min(pairs, key=_spare)
    spare = _spare(nearest)
    if spare >= 0:
        return f"{name(lever)} lost {points(spare)} against {name(nearest.b)}"
    return f"{name(lever)} gained {points(spare)} on {name(nearest.b)}"


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
        return f"LoRA closed its gap of {points(pair.difference)} to RAG"
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
    margin = NEAR_BAR * evidence.bar - evidence.levers[evidence.best].mean
    if margin <= 0:
        return ""
    return f"{name(evidence.best)} scored {points(margin)} higher"


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


def _any(levers: tuple[str, ...]) -> str:
    return " and ".join(map(name, levers))
