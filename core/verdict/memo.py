"""The verdict as one page for a stakeholder, in Markdown."""

import re
from collections.abc import Iterable, Iterator

from core.evaluation.report import LeverReport, Report
from core.records import Task
from core.verdict.sentences import METRICS, name, percent, sentence
from core.verdict.verdict import Told, Verdict

MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~$&])")


def memo(task: Task, report: Report, verdict: Verdict) -> str:
    """One page: the decision, why, the figures, what would change it, and what to do next."""
    parts = (
        f"# {plain(task.title)}: {verdict.title}",
        f"**Goal.** {plain(task.goal)}",
        f"**Why.** {plain(verdict.because)}",
        f"**Next step.** {plain(verdict.next_step)}",
        f"**How sure.** {_sure(verdict, report)} {plain(verdict.rehearsal)}",
        "## What was measured",
        _table(report),
        _bullets(f"{name(lever)}: {why}" for lever, why in report.skipped.items()),
        "## The way to the decision",
        "\n".join(map(_step, verdict.path)),
        "## What would change it",
        _bullets(flip.what for flip in verdict.flips) or "Nothing that was looked at, by itself.",
        "## Look out for",
        _bullets(verdict.cautions),
        "## What published guides say of the same evidence",
        _bullets([*_advice(verdict), verdict.guides["agreement"]]),
    )
    return "\n\n".join(part for part in parts if part) + "\n"


def plain(text: str) -> str:
    """Text on one line that Markdown shows as it stands: no markup, no HTML, no images."""
    return (
        MARKUP.sub(r"\\\1", " ".join(text.split())).replace("\\<", "&lt;").replace("\\&", "&amp;")
    )


def _sure(verdict: Verdict, report: Report) -> str:
    times = "once" if report.opened == 1 else f"{report.opened} times"
    return f"{verdict.sure} {report.holdout} holdout examples, opened {times}."


def _table(report: Report) -> str:
    metric = METRICS.get(report.metric, report.metric)
    head = (
        f"| lever | {plain(metric)} | 95% interval | tokens per answer "
        "| seconds per answer (median) |"
    )
    rows = [_row(lever, one, report.metric) for lever, one in report.levers.items()]
    bar = f"The bar is {percent(report.success_bar)}."
    return "\n".join([head, "| --- | --- | --- | --- | --- |", *rows, "", bar])


def _row(lever: str, one: LeverReport, metric: str) -> str:
    seen = one.metrics[metric]
    if seen.mean is None or seen.low is None or seen.high is None:
        return f"| {name(lever)} | could not be scored | | | |"
    seconds = "" if one.seconds_p50 is None else f"{one.seconds_p50:.2f}"
    return (
        f"| {name(lever)} | {percent(seen.mean)} | {percent(seen.low)} to {percent(seen.high)} "
        f"| {one.prompt_tokens + one.new_tokens:.0f} | {seconds} |"
    )


def _step(step: Told) -> str:
    return f"1. {step.question} **{sentence(step.answer)}.** {plain(step.evidence)} ({step.source})"


def _advice(verdict: Verdict) -> Iterator[str]:
    for guide, advice in verdict.guides["advice"].items():
        yield f"Guide {guide.upper()}: {advice}"


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {plain(line)}" for line in lines)
