"""Verbs of the Evaluate and Verdict pages."""

import argparse
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from core.errors import SettingOutOfRange
from core.evaluation.report import Comparison, Report
from core.verbs.saying import Said, progress
from core.verdict import conclusion
from core.verdict.evidence import STATED
from core.verdict.memo import content, forms
from core.verdict.sentences import count
from core.verdict.verdict import Verdict
from core.workbench import Workbench
from core.workspace import write_text


def evaluate(bench: Workbench, asked: argparse.Namespace) -> Said:
    """Measure, and say each lever's figure and each comparison."""
    task = bench.task(asked.task)
    report = bench.evaluate(task, asked.levers, asked.limit, progress("answers"))
    value = report.to_json()
    metric = value["metric"]
    text = [
        f"{task.title}: {conclusion.headline(report)}",
        f"{report.holdout} holdout examples, {_measured_on(report)}.",
    ]
    text += [_lever_line(name, metric, found) for name, found in value["levers"].items()]
    text += [_pair_line(pair) for pair in report.comparisons]
    text += [f"Note: {said}" for said in conclusion.limits(report)]
    text += [f"{name} was left out: {why}" for name, why in value.get("skipped", {}).items()]
    return Said(value, "\n".join(text))


def _measured_on(report: Report) -> str:
    opened = "once" if report.opened == 1 else f"{report.opened} times"
    size = f"{count(report.parameters)} parameters" if report.parameters else "of unknown size"
    return f"opened {opened}; model {report.model}, {size}"


def _pair_line(pair: Comparison) -> str:
    stand = f"{pair.a} is {pair.words} than {pair.b}"
    if pair.verdict == "tie":
        stand = f"{pair.a} and {pair.b} are {pair.words}"
    low, high = (round(100 * one) for one in (pair.low, pair.high))
    return f"{stand}: {100 * pair.difference:+.0f} points ({low:+d} to {high:+d})"


def _lever_line(name: str, metric: str, found: Mapping[str, Any]) -> str:
    one = found["metrics"][metric]
    if one["mean"] is None:
        return f"{name:<9} no answer could be scored. {found['error']}".rstrip()
    seconds = found["seconds_p50"]
    took = "not timed" if seconds is None else f"{seconds:.2f} s"
    return (
        f"{name:<9} {metric} {one['mean']:.1%} ({one['low']:.1%} to {one['high']:.1%}), "
        f"{took}, {found['prompt_tokens'] + found['new_tokens']:.0f} tokens"
    )


def verdict(bench: Workbench, asked: argparse.Namespace) -> Said:
    """Decide, and write the memo if one was asked for, in the form that its name ends in."""
    task, suffix = bench.task(asked.task), forms.suffix(asked.memo) if asked.memo else ""
    decided = bench.verdict(task, _stated(asked.answer))
    value = decided.to_json()
    if asked.memo:
        made = content.memo(task, bench.report(task), decided)
        write_text(asked.memo, forms.written(made, suffix, time.time()))
    return Said(value, "\n".join([f"{task.title}: {decided.title}", *_verdict_lines(decided)]))


def _verdict_lines(decided: Verdict) -> Iterator[str]:
    yield decided.rehearsal
    yield decided.sure
    yield decided.because
    for step in decided.path:
        yield f"- {step.question} {step.answer} ({step.evidence})"
    for flip in decided.flips:
        yield flip.what
    for caution in decided.cautions:
        yield f"Look out: {caution}"
    yield f"Next step: {decided.next_step}"


def _stated(words: Iterable[str]) -> Mapping[str, bool | float | str]:
    stated = {
        name: _stated_value(text) for name, _, text in (word.partition("=") for word in words)
    }
    for name in stated:
        if name not in STATED:
            raise SettingOutOfRange(
                f"The tree does not ask for {name!r}.", remedy=f"Choose: {', '.join(STATED)}."
            )
    return stated


def _stated_value(text: str) -> bool | float | str:
    if text.lower() in ("true", "false", "yes", "no"):
        return text.lower() in ("true", "yes")
    try:
        return float(text)
    except ValueError:
        raise SettingOutOfRange(
            f"{text!r} is no answer.", remedy="Give KEY=true, KEY=false or KEY=number."
        ) from None
