"""The conditions that the tree's questions test, on evidence alone.

They are written with `&`, `|` and `~`, so that the same lines answer for one evaluation and,
figure by figure, for a thousand redrawn ones (see `confidence`).
"""

from collections.abc import Iterable

import numpy as np

from core.verdict.evidence import Evidence, Truth
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


def both(found: Iterable[Truth]) -> Truth:
    """Whether all hold, where there is none, too."""
    holds: Truth = True
    for one in found:
        holds = holds & one
    return holds


def either(found: Iterable[Truth]) -> Truth:
    """Whether one holds at least."""
    holds: Truth = False
    for one in found:
        holds = holds | one
    return holds


def none_of(found: Iterable[Truth]) -> Truth:
    """Whether none holds."""
    return np.logical_not(either(found))


def reviewed(evidence: Evidence) -> bool:
    """Whether nothing regulated takes effect unread; what is not stated is not held against it."""
    return not (evidence.stated.regulated is True and evidence.stated.reviewed is False)


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


def measurable(evidence: Evidence) -> Truth:
    """Whether prompting and another lever were measured well enough to compare."""
    if not comparable(evidence):
        return False
    best = evidence.levers[evidence.best]
    narrow: Truth = (best.high - best.low) / 2 <= MAX_HALF_WIDTH
    return narrow & (scored(evidence) >= MIN_HOLDOUT)


def meets_bar(evidence: Evidence, lever: str) -> Truth:
    """Whether a lever's mean reaches the bar."""
    return lever in evidence.levers and evidence.levers[lever].mean >= evidence.bar


def near_bar(evidence: Evidence, lever: str) -> Truth:
    """Whether a lever comes at least half way to the bar."""
    return evidence.levers[lever].mean >= NEAR_BAR * evidence.bar


def behind(evidence: Evidence, lever: str, other: str) -> Truth:
    """Whether `other` is better, or ahead by a gap worth having that may yet be real."""
    pair = evidence.gap(other, lever)
    if pair is None:
        return False
    return (pair.verdict == "better") | (pair.difference >= MIN_GAIN)


def enough(evidence: Evidence, lever: str) -> Truth:
    """Whether a lever meets the bar, or is near it with no other lever ahead."""
    if lever not in evidence.levers:
        return False
    ahead = [behind(evidence, lever, one) for one in evidence.levers if one != lever]
    level = near_bar(evidence, lever) & none_of(ahead)
    return meets_bar(evidence, lever) | level


def better(evidence: Evidence, lever: str, others: tuple[str, ...]) -> Truth:
    """Whether a lever is better than each of the others that were measured."""
    return evidence.beats(lever, *others)


def learned(evidence: Evidence) -> Truth:
    """Whether tuning reaches RAG without any passage, on enough rows."""
    tuned = evidence.beats("lora", "prompt") & enough_train(evidence)
    return tuned & np.logical_not(behind(evidence, "lora", "rag"))


def changes(evidence: Evidence) -> Truth:
    """Whether the knowledge must stay outside the weights.

    Unstated counts as yes, the safer, unless tuning beats RAG: then more than knowledge failed.
    """
    stated = evidence.stated
    if stated.needs_citations or stated.knowledge_changes:
        return True
    if stated.knowledge_changes is False:
        return False
    return np.logical_not(evidence.beats("lora", "rag"))


def gains(evidence: Evidence, lever: str, others: tuple[str, ...]) -> Truth:
    """Whether a lever is better than each of the others by a gain worth having."""
    pairs = [evidence.gap(lever, other) for other in others if other in evidence.levers]
    worth = both((pair.difference >= MIN_GAIN) if pair else False for pair in pairs)
    return evidence.beats(lever, *others) & worth


def combined_only(evidence: Evidence) -> Truth:
    """Whether only tuning and documents together beat everything else."""
    return gains(evidence, "lora+rag", SIMPLER) & enough_train(evidence)


def intact(evidence: Evidence, tuned: str, base: str) -> bool:
    """Whether tuning kept what the base could: to abstain, and its general skill."""
    return not evidence.harms and still_abstains(evidence, tuned, base)


def still_abstains(evidence: Evidence, tuned: str, base: str) -> bool:
    """Whether tuning kept the habit of saying that the documents do not tell."""
    before, after = (evidence.levers.get(one) for one in (base, tuned))
    if not before or not after or not before.abstention or not after.abstention:
        return True
    return after.abstention[2] >= before.abstention[1]  # the intervals touch


def often(evidence: Evidence) -> bool:
    """Whether the owner says that answers are many, or must be fast."""
    stated = evidence.stated
    return (stated.volume_per_month or 0) >= HIGH_VOLUME or stated.latency_matters is True


def could_pay(evidence: Evidence, dearer: tuple[str, ...]) -> tuple[str, ...]:
    """The dearer levers that LoRA could stand in for at half the tokens, were it as good."""
    if not often(evidence) or "lora" not in evidence.levers or not enough_train(evidence):
        return ()
    least = TOKEN_RATIO * evidence.levers["lora"].tokens
    measured = [one for one in dearer if one in evidence.levers]
    return tuple(one for one in measured if evidence.levers[one].tokens >= least)


def pays_to_tune(evidence: Evidence, dearer: tuple[str, ...]) -> Truth:
    """Whether tuning does as well as a dearer lever for at most half the tokens, often enough."""
    level = [
        np.logical_not(behind(evidence, "lora", other)) for other in could_pay(evidence, dearer)
    ]
    return either(level) & enough(evidence, "lora")


def enough_train(evidence: Evidence) -> bool:
    """Whether there are enough rows to tune on."""
    return evidence.train >= MIN_TRAIN


def half_way(evidence: Evidence) -> Truth:
    """Whether any lever comes at least half way to the bar."""
    return either(near_bar(evidence, lever) for lever in evidence.levers)
