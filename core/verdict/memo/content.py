"""What a memo says, as plain values: every form of it is written from these and nothing else.

So a memo that was kept can be written again years later, and two memos differ exactly where
their contents do.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from core.evaluation.report import LeverReport, Report
from core.records import Task
from core.verdict.cost import words
from core.verdict.sentences import METRICS, name, percent
from core.verdict.verdict import Verdict

Memo = Mapping[str, Any]
SHAPE = 2  # counted up when a form asks for what earlier memos do not hold
SHORT = 12  # digits of a fingerprint that a reader needs to tell two apart


def memo(task: Task, report: Report, verdict: Verdict) -> Memo:
    """Everything that a memo says, as JSON values."""
    said: dict[str, Any] = {
        "shape": SHAPE,
        **_decision(task, verdict),
        "sure": _sure(verdict, report),
        "metric": METRICS.get(report.metric, report.metric),
        "bar": report.success_bar,
        "levers": [_lever(one, seen, report.metric) for one, seen in report.levers.items()],
        "left_out": [f"{name(lever)}: {why}" for lever, why in report.skipped.items()],
        "people": list(verdict.people),
        "costs": _costs(verdict),
        "limits": list(_limits(report)),
        "fingerprints": _fingerprints(task, report),
    }
    plain: dict[str, Any] = json.loads(json.dumps(said))
    return {**plain, "digest": _digest(plain)}


def _decision(task: Task, verdict: Verdict) -> dict[str, Any]:
    return {
        "task": task.name,
        "title": task.title,
        "goal": task.goal,
        "leaf": verdict.leaf,
        "verdict": verdict.title,
        "confidence": verdict.confidence,
        "because": verdict.because,
        "next_step": verdict.next_step,
        "rehearsal": verdict.rehearsal,
        "path": [vars(step) for step in verdict.path],
        "flips": [flip.what for flip in verdict.flips],
        "cautions": list(verdict.cautions),
        "guides": {
            "advice": dict(verdict.guides["advice"]),
            "agreement": " ".join([verdict.guides["agreement"], *_divergence(verdict)]),
        },
    }


def _divergence(verdict: Verdict) -> Iterator[str]:
    for key, why in verdict.guides["divergence"].items():
        yield f"Guide {key.upper()}: {why}"


def _digest(plain: Mapping[str, Any]) -> str:
    text = json.dumps(plain, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:SHORT]


def _sure(verdict: Verdict, report: Report) -> str:
    times = "once" if report.opened == 1 else f"{report.opened} times"
    return f"{verdict.sure} {report.holdout} holdout examples, opened {times}."


def _lever(lever: str, one: LeverReport, metric: str) -> dict[str, Any]:
    seen = one.metrics[metric]
    return {
        "lever": lever,
        "name": name(lever),
        "mean": seen.mean,
        "low": seen.low,
        "high": seen.high,
        "unscored": seen.unscored,
        "tokens": one.prompt_tokens + one.new_tokens,
        "seconds": one.seconds_p50,
    }


def _costs(verdict: Verdict) -> dict[str, Any]:
    """Money in words where the owner gave prices, with the days on which they were looked up."""
    prices = verdict.costs["prices"]
    rows = verdict.costs["money"].items() if prices else ()
    return {
        "volume": verdict.costs["volume_per_month"],
        "levers": [
            {
                "name": name(lever),
                "once": words.amount(one["once"]),
                "thousand": words.thousand(one["answer"]),
                "standing": words.amount(one["standing"]),
            }
            for lever, one in rows
        ],
        "break_even": [
            f"LoRA pays against {name(other)}: {words.pays(span)}."
            for other, span in verdict.costs["break_even"].items()
        ],
        "dated": sorted(row["as_of"] for row in prices.values()),
    }


def _limits(report: Report) -> Iterator[str]:
    """What the figures cannot carry, beside the model's size, which `rehearsal` says."""
    yield (
        f"{report.holdout} holdout examples: one answer moves a figure by "
        f"{100 / max(report.holdout, 1):.1f} points. Intervals are 95% intervals."
    )
    yield (
        f"The bar of {percent(report.success_bar)} and the stated answers are the owner's: "
        "nothing here checks them."
    )


def _fingerprints(task: Task, report: Report) -> dict[str, str]:
    """What was measured, exactly enough to measure it again."""
    adapters = {one.adapter_digest for one in report.levers.values() if one.adapter_digest}
    indexes = {one.index for one in report.levers.values() if one.index}
    found = {
        "task": report.task_version,
        "model": report.model_digest,
        "adapter": ", ".join(digest[:SHORT] for digest in sorted(adapters)),
        "index": ", ".join(index[:SHORT] for index in sorted(indexes)),
        "split": str(report.split.get("version", "")),
    }
    short = {
        key: value if key in ("adapter", "index") else value[:SHORT] for key, value in found.items()
    }
    return {**{key: value for key, value in short.items() if value}, "evaluation": str(report.id)}
