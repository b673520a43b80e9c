"""A second reading beside the tree: if your weights were these, which lever would rank first?

A weighted sum of criteria, each in [0, 1], and what it takes to turn the ranking. It needs no
tree and replaces none: the tree asks what the evidence carries, this asks what you value.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from core.verdict.evidence import Evidence

Scores = Mapping[str, Mapping[str, float]]  # by lever, then by criterion
Weights = Mapping[str, float]  # by criterion; need not add up to 1
DOUBLED = 2.0
MOST_TIMES = 1000.0

CRITERIA = {
    "quality": "The figure on the holdout, under the metric that decides.",
    "cost": "Tokens of the cheapest lever's answer, divided by this one's.",
    "latency": "Seconds of the fastest lever's answer, divided by this one's.",
    "upkeep": "Of two things to keep current, documents and an adapter, how many it does without.",
    "privacy": "Of two places where your data stays or goes, weights and requests, how many it "
    "does without.",
}
EVEN: Weights = {"quality": 0.5, "cost": 0.15, "latency": 0.15, "upkeep": 0.1, "privacy": 0.1}
KEPT = {"prompt": 0, "few-shot": 0, "rag": 1, "lora": 1, "lora+rag": 2}
EXPOSED = {"prompt": 0, "few-shot": 1, "rag": 1, "lora": 1, "lora+rag": 2}


@dataclass(frozen=True)
class Ranking:
    """Levers by their weighted sum, the highest first."""

    totals: Mapping[str, float]
    first: str  # "" where there is none
    second: str  # "" where there is but one

    @property
    def lead(self) -> float:
        """By how much the first lies above the second."""
        return self.totals[self.first] - self.totals[self.second] if self.second else 0.0


@dataclass(frozen=True)
class Turn:
    """The weight of a criterion at which another lever ranks first, the others in proportion."""

    criterion: str
    now: float
    at: float | None  # the nearest such weight; None: no weight of it turns the ranking
    lever: str  # which one would be first


@dataclass(frozen=True)
class Swing:
    """The lead of the first over the second with a criterion's weight at nothing and doubled."""

    criterion: str
    without: float
    doubled: float


def scores(evidence: Evidence) -> dict[str, dict[str, float]]:
    """Every measured lever on each criterion that could be measured for all of them."""
    levers = evidence.levers
    found = {
        "quality": {lever: seen.mean for lever, seen in levers.items()},
        "cost": _to_best({lever: seen.tokens for lever, seen in levers.items()}),
        "latency": _to_best({lever: seen.seconds for lever, seen in levers.items()}),
        "upkeep": {lever: 1 - KEPT[lever] / 2 for lever in levers},
        "privacy": {lever: 1 - EXPOSED[lever] / 2 for lever in levers},
    }
    return {lever: {name: by[lever] for name, by in found.items() if by} for lever in levers}


def _to_best(amounts: Mapping[str, float | None]) -> dict[str, float]:
    """The least amount over each: 1 for the best. Empty where one was not measured."""
    known = {lever: amount for lever, amount in amounts.items() if amount}
    if not known or len(known) < len(amounts):
        return {}
    least = min(known.values())
    return {lever: least / amount for lever, amount in known.items()}


def shares(weights: Weights, scored: Scores) -> dict[str, float]:
    """The weights of the criteria that were measured, as shares of their sum."""
    names = next(iter(scored.values()), {})
    known = {name: max(0.0, weights.get(name, 0.0)) for name in names}
    total = sum(known.values())
    return {name: weight / total if total else 1 / len(known) for name, weight in known.items()}


def rank(scored: Scores, weights: Weights) -> Ranking:
    """The weighted sums; of equals, the lever that comes first in the mapping ranks first."""
    share = shares(weights, scored)
    totals = {lever: sum(share[name] * by[name] for name in share) for lever, by in scored.items()}
    order = sorted(totals, key=lambda lever: -totals[lever])
    return Ranking({one: totals[one] for one in order}, *(*order, "", "")[:2])


def turns(scored: Scores, weights: Weights) -> tuple[Turn, ...]:
    """For each criterion, the nearest weight at which the first changes.

    With one weight at t and the others rescaled to 1 - t, a lever's sum is linear in t, so each
    crossing has a closed form.
    """
    share, first = shares(weights, scored), rank(scored, weights).first
    return tuple(_turn(scored, share, name, first) for name in share)


def _turn(scored: Scores, share: Weights, name: str, first: str) -> Turn:
    crossings = [
        (at, lever)
        for lever in scored
        if lever != first and (at := _crossing(scored, share, name, first, lever)) is not None
    ]
    if not crossings:
        return Turn(name, share[name], None, "")
    at, lever = min(crossings, key=lambda one: abs(one[0] - share[name]))
    return Turn(name, share[name], at, lever)


def _crossing(scored: Scores, share: Weights, name: str, a: str, b: str) -> float | None:
    """The weight of one criterion at which two levers have the same sum, in [0, 1]."""
    own = scored[a][name] - scored[b][name]
    left = 1 - share[name]
    others = [other for other in share if other != name]
    rest = sum(share[one] * (scored[a][one] - scored[b][one]) for one in others)
    rest = rest / left if left > 1e-12 else 0.0
    if abs(rest - own) < 1e-12:
        return None
    at = rest / (rest - own)
    return at if 1e-9 < at < 1 - 1e-9 else None


def swings(scored: Scores, weights: Weights) -> tuple[Swing, ...]:
    """How far the lead moves with each weight, the widest swing first."""
    base = rank(scored, weights)
    if not base.second:
        return ()
    share = shares(weights, scored)

    def lead(name: str, times: float) -> float:
        return _lead(scored, {**share, name: share[name] * times}, base)

    found = [Swing(name, lead(name, 0.0), lead(name, DOUBLED)) for name in share]
    return tuple(sorted(found, key=lambda one: -abs(one.doubled - one.without)))


def _lead(scored: Scores, weights: Weights, base: Ranking) -> float:
    totals = rank(scored, weights).totals
    return totals[base.first] - totals[base.second]


def dearer(scored: Scores, weights: Weights) -> float | None:
    """How many times dearer the first's answers may become before it no longer ranks first.

    None where they may become as dear as they like, or where cost was not measured.
    """
    first = rank(scored, weights).first
    if "cost" not in scored[first] or _stays(scored, weights, first, MOST_TIMES):
        return None
    low, high = 1.0, MOST_TIMES
    while high - low > 1e-4 * low:
        middle = (low * high) ** 0.5
        low, high = (middle, high) if _stays(scored, weights, first, middle) else (low, middle)
    return low


def _stays(scored: Scores, weights: Weights, first: str, times: float) -> bool:
    """Whether it ranks first with answers so many times dearer; scores again run to the best."""
    amounts = {
        lever: (times if lever == first else 1.0) / by["cost"] for lever, by in scored.items()
    }
    again = _to_best(amounts)
    moved = {lever: {**by, "cost": again[lever]} for lever, by in scored.items()}
    return rank(moved, weights).first == first
