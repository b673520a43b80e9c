"""The conditions that the tree's questions test, on evidence alone."""

from core.verdict.evidence import Evidence
from core.verdict.thresholds import (
    HIGH_VOLUME,
    MAX_HALF_WIDTH,
    MIN_GAIN,
    MIN_HOLDOUT,
    MIN_TRAIN,
    NEAR_BAR,
    TOKEN_RATIO,
)

FEW_EXAMPLES = "few-examples"  # the data gate's code
UNTUNED = ("prompt", "few-shot")  # neither documents nor an adapter to keep up
SIMPLER = ("prompt", "few-shot", "rag", "lora")  # than both together


def enough_examples(evidence: Evidence) -> bool:
    """Whether the gate lets the task pass for size."""
    return all(finding.code != FEW_EXAMPLES for finding in evidence.blocking)


def clean_data(evidence: Evidence) -> bool:
    """Whether the gate finds nothing else that blocks."""
    return not [finding for finding in evidence.blocking if finding.code != FEW_EXAMPLES]


def comparable(evidence: Evidence) -> bool:
    """Whether prompting and another lever were measured at all."""
    return "prompt" in evidence.levers and len(evidence.levers) > 1


def scored(evidence: Evidence) -> int:
    """Holdout examples scored for the best lever and for prompting, whichever has fewer."""
    return min(evidence.levers[evidence.best].n, evidence.levers["prompt"].n)


def measurable(evidence: Evidence) -> bool:
    """Whether prompting and another lever were measured well enough to compare."""
    if not comparable(evidence):
        return False
    best = evidence.levers[evidence.best]
    return scored(evidence) >= MIN_HOLDOUT and (best.high - best.low) / 2 <= MAX_HALF_WIDTH


def meets_bar(evidence: Evidence, lever: str) -> bool:
    """Whether a lever's mean reaches the bar."""
    return lever in evidence.levers and evidence.levers[lever].mean >= evidence.bar


def behind(evidence: Evidence, lever: str, other: str) -> bool:
    """Whether `other` is better, or ahead by a gap worth having that may yet be real."""
    pair = evidence.gap(other, lever)
    return pair is not None and (pair.verdict == "better" or pair.difference >= MIN_GAIN)


def enough(evidence: Evidence, lever: str) -> bool:
    """Whether a lever meets the bar, or is near it with no other lever ahead."""
    if lever not in evidence.levers:
        return False
    near = evidence.levers[lever].mean >= NEAR_BAR * evidence.bar
    ahead = [one for one in evidence.levers if one != lever and behind(evidence, lever, one)]
    return meets_bar(evidence, lever) or (near and not ahead)


def better(evidence: Evidence, lever: str, others: tuple[str, ...]) -> bool:
    """Whether a lever is better than each of the others that were measured."""
    return evidence.beats(lever, *others)


def learned(evidence: Evidence) -> bool:
    """Whether tuning reaches RAG without any passage, on enough rows."""
    tuned = evidence.beats("lora", "prompt") and evidence.train >= MIN_TRAIN
    return tuned and not behind(evidence, "lora", "rag")


def changes(evidence: Evidence) -> bool:
    """Whether the knowledge must stay outside the weights; unstated counts as yes, the safer."""
    return evidence.stated.knowledge_changes is not False or bool(evidence.stated.needs_citations)


def gains(evidence: Evidence, lever: str, others: tuple[str, ...]) -> bool:
    """Whether a lever is better than each of the others by a gain worth having."""
    pairs = [evidence.gap(lever, other) for other in others if other in evidence.levers]
    worth = all(pair and pair.difference >= MIN_GAIN for pair in pairs)
    return evidence.beats(lever, *others) and worth


def combined_only(evidence: Evidence) -> bool:
    """Whether only tuning and documents together beat everything else."""
    return evidence.train >= MIN_TRAIN and gains(evidence, "lora+rag", SIMPLER)


def still_abstains(evidence: Evidence) -> bool:
    """Whether tuning kept the habit of saying that the documents do not tell."""
    base, tuned = (evidence.levers.get(one) for one in ("rag", "lora+rag"))
    if not base or not tuned or not base.abstention or not tuned.abstention:
        return True
    return tuned.abstention[2] >= base.abstention[1]  # the intervals touch


def pays_to_tune(evidence: Evidence, dearer: tuple[str, ...]) -> bool:
    """Whether tuning does as well as a dearer lever for at most half the tokens, often enough."""
    stated = evidence.stated
    often = (stated.volume_per_month or 0) >= HIGH_VOLUME or stated.latency_matters is True
    if not often or "lora" not in evidence.levers or evidence.train < MIN_TRAIN:
        return False
    return enough(evidence, "lora") and any(_halves(evidence, other) for other in dearer)


def _halves(evidence: Evidence, other: str) -> bool:
    if other not in evidence.levers or behind(evidence, "lora", other):
        return False
    return evidence.levers[other].tokens >= TOKEN_RATIO * evidence.levers["lora"].tokens


def enough_train(evidence: Evidence) -> bool:
    """Whether there are enough rows to tune on."""
    return evidence.train >= MIN_TRAIN


def half_way(evidence: Evidence) -> bool:
    """Whether any lever comes at least half way to the bar."""
    return evidence.levers[evidence.best].mean >= NEAR_BAR * evidence.bar
