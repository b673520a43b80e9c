"""What people's ratings say beside the metric that decides, as sentences."""

from collections.abc import Iterator

from core.evaluation.rating import Duel, People
from core.verdict.sentences import name, percent

USABLE = 3.0  # of 5: usable after a small edit


def sentences(people: People) -> Iterator[str]:
    """Mean scores, then every pair that was compared; none where nobody has rated."""
    if people.ratings:
        means = "; ".join(
            f"{name(lever)} {one.mean.mean:.1f} ({one.mean.low:.1f} to {one.mean.high:.1f})"
            for lever, one in people.ratings.items()
        )
        yield f"Scores from 1 to 5, by {_raters(people.raters['rubric'])}: {means}."
    if people.duels:
        yield f"Compared blind by {_raters(people.raters['blind'])}:"
        yield from map(preference, people.duels)


def against(people: People, lever: str) -> Iterator[str]:
    """Why people would not take a lever that the metric takes."""
    scored = people.ratings.get(lever)
    if scored and scored.mean.high < USABLE:
        yield (
            f"People score the answers by {name(lever)} {scored.mean.mean:.1f} of 5, less than "
            "usable: read what they read on the Rate page before you ship it."
        )
    for duel in people.duels:
        if duel.settled and lever in (duel.a, duel.b) and _preferred(duel) != lever:
            yield (
                f"People prefer another lever: {preference(duel)} The metric does not see why: "
                "read the answers on the Rate page."
            )


def preference(duel: Duel) -> str:
    """`LoRA over Prompt in 71% (54 to 84) of 30 choices, more than luck. 20 won, 8 lost, ...`."""
    first = _preferred(duel)
    turned = first == duel.b
    second, won, lost = (duel.a, duel.lost, duel.won) if turned else (duel.b, duel.won, duel.lost)
    share, low, high = duel.share.mean, duel.share.low, duel.share.high
    if turned:
        share, low, high = 1 - share, 1 - high, 1 - low
    luck = "more than luck" if duel.settled else "not settled: it may be luck"
    choices = "1 choice" if duel.choices == 1 else f"{duel.choices} choices"
    ties = "1 tie" if duel.tied == 1 else f"{duel.tied} ties"
    between = "level with" if share == 0.5 else "over"
    return (
        f"{name(first)} {between} {name(second)} in {percent(share)} ({round(low * 100)} to "
        f"{round(high * 100)}) of {choices}, {luck}. {won} won, {lost} lost, {ties}, "
        f"{duel.both_bad} both bad."
    )


def _preferred(duel: Duel) -> str:
    return duel.b if duel.share.mean < 0.5 else duel.a


def _raters(names: tuple[str, ...]) -> str:
    return "1 person" if len(names) == 1 else f"{len(names)} people"
