"""Whether the evidence carries the leaf that it leads to, and what it would take.

Two things stop a verdict: fewer than `SURE` of the redrawn holdouts agree, or a question on
the way is not settled (see `certainty`) and its other answer would lead elsewhere.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

from core.verdict import conditions, leaves, turning
from core.verdict.evidence import Evidence
from core.verdict.node import Leaf, Node, Question, Walk
from core.verdict.sentences import percent
from core.verdict.thresholds import SURE

LEVER_LEAF = {
    "prompt": leaves.PROMPT,
    "few-shot": leaves.FEW_SHOT,
    "rag": leaves.RAG,
    "lora": leaves.FINE_TUNE,
    "lora+rag": leaves.COMBINE,
}
LEVERS_OF = {leaf: lever for lever, leaf in LEVER_LEAF.items()}
MOST = 100_000  # examples; a larger answer would only say "never"


@dataclass(frozen=True)
class Doubt:
    """Why the verdict is that the evidence does not suffice."""

    candidates: tuple[str, ...]  # the two leaves in question, the likelier first
    why: str
    more: int | None  # holdout examples that would settle it; None: no number would
    how: str  # how that number was computed


def doubt(
    evidence: Evidence, tree: Node, found: Walk, shares: Mapping[Leaf, float]
) -> Doubt | None:
    """What stops a verdict; None where nothing does, or where the leaf claims no lever."""
    if found.leaf not in LEVERS_OF and found.leaf not in (
        leaves.FINE_TUNE_SMALLER,
        leaves.NOTHING_WORKS,
        leaves.NOT_ENOUGH,
    ):
        return None
    if found.leaf is leaves.NOT_ENOUGH:
        return _undecided(evidence, found, shares)
    loose = _loose(evidence, tree, found)
    if loose:
        return _of_question(evidence, found.leaf, *loose, shares)
    share = shares.get(found.leaf, 1.0 if not shares else 0.0)
    return _of_share(evidence, found.leaf, share, shares) if share < SURE else None


def _loose(evidence: Evidence, tree: Node, found: Walk) -> tuple[Question, Leaf] | None:
    """The first question on the way that may turn by luck, and where that may lead."""
    for step in found.steps:
        question = step.question
        if question.clears(evidence) >= 1:
            continue
        beyond = _within_reach(evidence, question.no if step.answer else question.yes)
        elsewhere = [leaf for leaf in beyond if leaf is not found.leaf]
        if elsewhere:
            return question, elsewhere[0]
    return None


def _within_reach(evidence: Evidence, node: Node) -> list[Leaf]:
    """The leaves that unsettled questions leave open, the likeliest first."""
    if isinstance(node, Leaf):
        return [node]
    likely, other = (node.yes, node.no) if node.holds(evidence) else (node.no, node.yes)
    further = [] if node.clears(evidence) >= 1 else _within_reach(evidence, other)
    return [*_within_reach(evidence, likely), *further]


def _of_question(
    evidence: Evidence, leaf: Leaf, question: Question, other: Leaf, shares: Mapping[Leaf, float]
) -> Doubt:
    clear = question.clears(evidence)
    more, how = needed(_examples(evidence), clear, 1)
    return Doubt(
        _pair(evidence, leaf, other, shares),
        f'"{question.text}" is too close to call: the answer clears {percent(clear)} of the margin '
        "that rules out luck.",
        more,
        how,
    )


def _of_share(evidence: Evidence, leaf: Leaf, share: float, shares: Mapping[Leaf, float]) -> Doubt:
    other = next((one for one in shares if one is not leaf), leaves.NOT_ENOUGH)
    pair = _pair(evidence, leaf, other, shares)
    between = share / max(share + shares.get(other, 0.0), 1e-9)
    normal = NormalDist()
    now = max(normal.inv_cdf(min(max(between, 1e-6), 1 - 1e-6)), 0.0)
    more, how = needed(_examples(evidence), now, normal.inv_cdf(SURE))
    said = f"{leaf.short} comes out in {percent(share)} of the redrawn holdouts"
    return Doubt(pair, f"{said}; {percent(SURE)} are asked for.", more, how)


def _undecided(evidence: Evidence, found: Walk, shares: Mapping[Leaf, float]) -> Doubt | None:
    """Where the tree itself ends without a lever: the leader, and the lever next to it."""
    if not conditions.comparable(evidence):
        return None
    leader = LEVER_LEAF[evidence.best]
    names = _pair(evidence, leader, leaves.NOT_ENOUGH, shares)
    if found.steps[-1].question.key == "measurable":
        how = "So many narrow the interval of the best lever as far as is asked for."
        return Doubt(names, "", turning.missing(evidence), how)
    rest = [one for one in evidence.levers if one != evidence.best]
    pairs = [pair for one in rest if (pair := evidence.gap(evidence.best, one))]
    more = max((pair.needed for pair in pairs), default=0)
    return Doubt(
        names,
        "No lever is shown to be better than the simpler ones, and no tie is shown either.",
        more or None,
        "So many would show a gap of 5 points with 80% odds." if more else "",
    )


def _pair(
    evidence: Evidence, leaf: Leaf, other: Leaf, shares: Mapping[Leaf, float]
) -> tuple[str, str]:
    """Two levers to choose between: where the other leaf names none, the likeliest that does."""
    if other not in LEVERS_OF and other is not leaves.FINE_TUNE_SMALLER:
        named = [one for one in shares if one in LEVERS_OF and one is not leaf]
        ranked = sorted(evidence.levers, key=lambda one: -evidence.levers[one].mean)
        named += [LEVER_LEAF[one] for one in ranked if LEVER_LEAF[one] is not leaf]
        other = named[0] if named else other
    return leaf.short, other.short


def _examples(evidence: Evidence) -> int:
    return max((seen.n for seen in evidence.levers.values()), default=0)


def needed(examples: int, now: float, wanted: float) -> tuple[int | None, str]:
    """How many more examples carry a distance of `now` standard errors to `wanted`, and how.

    Standard errors shrink with the square root of the number of examples.
    """
    if now <= 0 or (total := examples * (wanted / now) ** 2) > MOST:
        return None, "The figures lie on the turning point itself: more examples may not settle it."
    more = max(1, math.ceil(total) - examples)
    return more, (
        "Were the figures to stay as they are: the margin of luck shrinks with the square root of "
        f"the number of examples, and on {examples} it is {wanted / now:.1f} times too wide."
    )
