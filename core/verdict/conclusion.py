"""What can be concluded from an evaluation, and what cannot, in sentences."""

from collections.abc import Iterator, Sequence

from core.evaluation.report import Comparison, Report
from core.evaluation.statistics import MARGIN
from core.verdict.evidence import turned
from core.verdict.sentences import METRICS, about, listed, name, percent, points, sentence
from core.verdict.thresholds import MIN_HOLDOUT


def headline(report: Report) -> str:
    """The best lever against the next, and against the bar, in one or two sentences."""
    known = ranked(report)
    if not known:
        return "Nothing can be concluded: no answer could be scored."
    return f"{_lead(report, known)} {_bar(report, known)}"


def limits(report: Report) -> tuple[str, ...]:
    """Why the figures may say less than they seem to; often nothing."""
    return (*flaws(report), *_few(report), *_undecided(report))


def flaws(report: Report) -> tuple[str, ...]:
    """What went otherwise than an evaluation should: cut short, failed, unscored, all alike."""
    return (*_cut_short(report), *_failed(report), *_unscored(report), *_alike(report))


def ranked(report: Report) -> list[str]:
    """The levers that have a score, the best first; of equals, the simpler."""
    means = {lever: report.measured(lever).mean for lever in report.levers}
    known = {lever: mean for lever, mean in means.items() if mean is not None}
    return sorted(known, key=lambda lever: -known[lever])


def _lead(report: Report, known: Sequence[str]) -> str:
    best = name(known[0])
    if not known[1:]:
        return f"{best} scores {_share(report, known[0])}; no other lever was scored beside it."
    other = name(known[1])
    pair = _pair(report, known[0], known[1])
    if pair is None:
        return f"{best} scores highest, {_share(report, known[0])}."
    if pair.verdict == "better":
        return f"{best} is best, {_gap(pair)} ahead of {other}."
    if pair.equivalent:
        return f"{best} and {other} are as good as each other: any gap is below {points(MARGIN)}."
    if not round(100 * pair.difference):
        return f"{best} and {other} are level and not told apart: {_gap(pair)}."
    return f"{best} is ahead, but not told apart from {other}: {_gap(pair)}."


def _share(report: Report, lever: str) -> str:
    found = report.measured(lever)
    assert found.mean is not None
    assert found.low is not None
    assert found.high is not None
    return f"{percent(found.mean)} ({_span(found.low, found.high)})"


def _gap(pair: Comparison) -> str:
    return f"{points(pair.difference)} ({_span(pair.low, pair.high)})"


def _span(low: float, high: float) -> str:
    return f"{round(100 * low)} to {round(100 * high)}"


def _pair(report: Report, a: str, b: str) -> Comparison | None:
    """How far `a` lies above `b`; None where the two were not compared."""
    for pair in report.comparisons:
        if (pair.a, pair.b) == (a, b):
            return pair
        if (pair.b, pair.a) == (a, b):
            return turned(pair)
    return None


def _bar(report: Report, known: Sequence[str]) -> str:
    bar = f"success bar of {percent(report.success_bar)}"
    meets = [one for one in known if (report.measured(one).mean or 0.0) >= report.success_bar]
    if not meets:
        return f"No lever meets the {bar}."
    return f"The {bar} is met by {listed([name(one) for one in meets])}."


def _cut_short(report: Report) -> Iterator[str]:
    whole = int(report.split.get("holdout", report.holdout))
    if report.holdout < whole:
        first = "one" if report.holdout == 1 else f"the first {report.holdout}"
        yield (
            f"Only {first} of {whole} holdout examples {'was' if first == 'one' else 'were'} "
            "measured. Measure again for the rest: answers already made are kept."
        )


def _few(report: Report) -> Iterator[str]:
    if report.holdout == 1:
        yield "One example cannot show how the next one goes: nothing is settled by it."
    elif report.holdout < MIN_HOLDOUT:
        yield (
            f"{report.holdout} examples are few: a verdict needs at least {MIN_HOLDOUT} in the "
            "holdout."
        )


def _failed(report: Report) -> Iterator[str]:
    for lever, one in report.levers.items():
        if not one.errors:
            continue
        if one.errors == report.holdout:
            yield f"{name(lever)}: every answer failed, so nothing is known of it. {one.error}"
        else:
            yield (
                f"{name(lever)}: {one.errors} of {report.holdout} answers failed. They count as "
                "not scored, never as wrong, and it is compared on the others. Measure again to "
                f"ask for them once more. {one.error}"
            )


def _unscored(report: Report) -> Iterator[str]:
    metric = METRICS.get(report.metric, report.metric)
    for lever, one in report.levers.items():
        left_out = report.measured(lever).unscored - one.errors
        if left_out > 0:
            answers = "1 answer" if left_out == 1 else f"{left_out} answers"
            yield (
                f"{name(lever)}: {answers} could not be scored by {metric.lower()} and "
                f"{'is' if left_out == 1 else 'are'} left out. If that is not meant, look at the "
                "references."
            )


def _alike(report: Report) -> Iterator[str]:
    """Where no answer differs from another there is no spread to learn from."""
    values = {said.value for row in report.rows for said in row.levers.values()} - {None}
    if len(values) == 1 and len(report.rows) > 1:
        (value,) = values
        yield (
            f"Every scored answer of every lever got {percent(value or 0.0)}, so the levers cannot "
            "be told apart here. "
            + (
                "The examples may be too easy."
                if value
                else "Look at the wrong answers below: the metric may not fit the references."
            )
        )


def _undecided(report: Report) -> Iterator[str]:
    """How large a gap between the two best would have shown, and what would show a smaller one."""
    pair = _pair(report, *known[:2]) if (known := ranked(report))[1:] else None
    if pair is None or pair.settled:
        return
    shown = round(100 * pair.detectable)
    more = (
        f" {sentence(about(pair.needed))} more examples would settle a 5-point gap."
        if pair.needed
        else ""
    )
    yield (
        f"{pair.n} examples show a gap between {name(pair.a)} and {name(pair.b)} if it is about "
        f"{shown} points or more, four times in five; a smaller one stays hidden.{more}"
    )
