"""The weighted reading in words: who ranks first, and what would turn it."""

from collections.abc import Iterator

from core.verdict.sentences import name, percent, points, sentence
from core.verdict.weighing import Ranking, Scores, Swing, Turn, Weights, dearer

APART = (
    "A sum of what you value, not a decision: it takes every figure as if it were exact. The "
    "verdict above rests on what the evidence carries."
)


def lead(found: Ranking) -> str:
    """Who ranks first, and by how much; nobody where nothing was scored."""
    if not found.first:
        return "No lever was scored, so there is nothing to weigh."
    if not found.second:
        return f"Only {name(found.first)} was measured, so there is nothing to rank."
    if found.lead < 0.005:
        return f"{name(found.first)} and {name(found.second)} rank alike with these weights."
    return (
        f"With these weights {name(found.first)} ranks first, {points(found.lead)} of 100 ahead of "
        f"{name(found.second)}."
    )


def turning(turns: tuple[Turn, ...]) -> Iterator[str]:
    """For each criterion, the weight at which another lever ranks first."""
    for turn in turns:
        now = f"{sentence(turn.criterion)}, now {percent(turn.now)} of the weight:"
        if turn.at is None:
            yield f"{now} no weight of it alone turns the ranking."
        else:
            side = "above" if turn.at > turn.now else "below"
            yield f"{now} {side} {percent(turn.at)}, {name(turn.lever)} ranks first."


def price(scored: Scores, weights: Weights, found: Ranking) -> str:
    """How much dearer the first may become and still rank first."""
    if "cost" not in scored[found.first] or not found.second:
        return ""
    times = dearer(scored, weights)
    if times is None:
        return f"{name(found.first)} ranks first however dear its answers become."
    return (
        f"{name(found.first)} ranks first until its answers cost {times:.1f} times what they "
        "cost now."
    )


def tornado(swings: tuple[Swing, ...], found: Ranking) -> str:
    """The chart of swings for those who cannot see it."""
    parts = [
        f"{one.criterion}: {one.without * 100:+.0f} without it, {one.doubled * 100:+.0f} doubled"
        for one in swings
    ]
    return f"Lead of {name(found.first)} over {name(found.second)} in points. {'; '.join(parts)}."
