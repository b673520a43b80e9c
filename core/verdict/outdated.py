"""What has changed since an evaluation, so that its report no longer tells how things are."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from core.evaluation.report import LeverReport, Report
from core.verdict.sentences import name


@dataclass(frozen=True)
class Made:
    """All that a lever's answers depend on beside the model and the question."""

    prompt_version: str
    index: str
    adapter_digest: str


@dataclass(frozen=True)
class Now:
    """How things are: what an evaluation made now would rest on."""

    metric: str
    model_digest: str
    split: str  # its version
    levers: Mapping[str, Made]
    missing: Mapping[str, str]  # levers that cannot be used, and why


def changes(report: Report, now: Now) -> tuple[str, ...]:
    """What is otherwise than when the levers were measured, as sentences; often nothing."""
    return (*_whole(report, now), *_levers(report, now))


def _whole(report: Report, now: Now) -> Iterator[str]:
    if report.metric != now.metric:
        yield "Another metric decides now."
    if report.model_digest != now.model_digest:
        yield f"Another model answers now; this was measured with {report.model}."
    if report.split.get("version") != now.split:
        yield "The examples or their split have changed."


def _levers(report: Report, now: Now) -> Iterator[str]:
    """One sentence for each change, whichever levers have it."""
    found: dict[str, list[str]] = {}
    for lever, then in report.levers.items():
        for change in _of(then, now.levers.get(lever), now.missing.get(lever, "")):
            found.setdefault(change, []).append(name(lever))
    for change, levers in found.items():
        yield f"{', '.join(levers)}: {change}"


def _of(then: LeverReport, made: Made | None, why: str) -> Iterator[str]:
    if made is None:
        yield f"it cannot be used now. {why}".strip()
        return
    if then.prompt_version != made.prompt_version:
        yield "the prompt has changed."
    if then.index != made.index:
        yield "the documents, or how they are searched, have changed."
    if then.adapter_digest != made.adapter_digest:
        yield "another adapter is chosen."
