"""Whether the base is of the right size for a task, once a first evaluation measured an adapter.

Too small: it was trained to the end and the adapter still does no better than the base alone.
Too large: it is slow and costly, and a smaller one would do or would tell the same sooner.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any, Literal

from core.evaluation.report import Comparison, Report

Size = Literal["too small", "too large"]

LEARNED = 1 / 3  # of the first loss: a smaller fall, and the rows themselves were not learned
ENDS = 10  # a run's first and its last tenth of the steps are compared
SLOW_ANSWER = 10.0  # seconds: nobody waits longer in a chat
LONG_RUN = 7200.0  # seconds: longer, and a setting is tried once a day
COUNTERPARTS = {"lora": ("prompt", "few-shot"), "lora+rag": ("rag",)}


@dataclass(frozen=True)
class Advice:
    """A warning about the base's size, with the next step."""

    size: Size
    title: str
    why: str
    next_step: str


@dataclass(frozen=True)
class Learning:
    """How the loss on the rows themselves went in a run that went to its end."""

    first: float  # mean of the first tenth of the steps
    last: float  # of the last tenth

    @property
    def learned(self) -> bool:
        """Whether the base could take its rows in at all."""
        return self.last <= (1 - LEARNED) * self.first


def learning(events: Sequence[Mapping[str, Any]]) -> Learning | None:
    """From a run's events; None where it has not finished or made too few steps to tell."""
    losses = [event["loss"] for event in events if event["event"] == "step"]
    share = len(losses) // ENDS
    if not share or events[-1]["event"] != "finished":
        return None
    return Learning(fmean(losses[:share]), fmean(losses[-share:]))


def advice(
    report: Report, learned: Learning | None, run_seconds: float | None
) -> tuple[Advice, ...]:
    """What the figures say of the base's size; nothing where no adapter was measured.

    Args:
        report: The latest evaluation, made with the base in question.
        learned: How the adapter's run went; None where that is not known.
        run_seconds: What the next run would take.
    """
    if not any(lever in report.levers for lever in COUNTERPARTS):
        return ()
    found = (_too_small(report, learned), _too_large(report, run_seconds))
    return tuple(one for one in found if one)


def _too_small(report: Report, learned: Learning | None) -> Advice | None:
    if learned is None or _meets_bar(report, sure=False) or _gained(report):
        return None
    figures = f"The loss on its rows went from {learned.first:.2f} to {learned.last:.2f}"
    if learned.learned:
        return Advice(
            "too small",
            "The base learned its rows, but not the task",
            f"{figures}, yet on the holdout no lever with the adapter is better than the same "
            "without it, or reaches the success bar.",
            "Look at Evaluate first: where answers need facts, documents (RAG) help and tuning "
            "does not. Otherwise add examples; if that does not help, choose a larger base on the "
            "Settings page.",
        )
    return Advice(
        "too small",
        "The base cannot learn this task as it is",
        f"{figures}, although the run went to its end, and on the holdout no lever with the "
        "adapter is better than the same without it.",
        "Train once more with Thorough. If the loss stays where it is, choose a larger base on "
        "the Settings page.",
    )


def _too_large(report: Report, run_seconds: float | None) -> Advice | None:
    answers = [report.levers[one].seconds_p50 for one in COUNTERPARTS if one in report.levers]
    slowest = max((one for one in answers if one is not None), default=0.0)
    said = []
    if slowest > SLOW_ANSWER:
        said.append(f"half of the answers take more than {slowest:.0f} s")
    if run_seconds and run_seconds > LONG_RUN:
        said.append(f"a run takes about {run_seconds / 3600:.0f} hours")
    if not said:
        return None
    size = f" ({report.parameters / 1e9:.1f} billion parameters)" if report.parameters else ""
    enough = _meets_bar(report, sure=True)
    return Advice(
        "too large",
        "The base is slow and costly here",
        f"With {report.model}{size} {' and '.join(said)}."
        + (" The success bar is passed with room to spare." if enough else ""),
        "Try a smaller base on the Settings page and evaluate again: it may be enough."
        if enough
        else "Find the recipe with a smaller base first, then train this one once; or train it "
        "on a GPU.",
    )


def _meets_bar(report: Report, sure: bool) -> bool:
    """Whether a lever with the adapter reaches the bar: with its whole interval where `sure`."""
    made = [report.levers[lever] for lever in COUNTERPARTS if lever in report.levers]
    scored = [one.metrics[report.metric] for one in made if report.metric in one.metrics]
    reached = [one.low if sure else one.mean for one in scored]
    return any(one is not None and one >= report.success_bar for one in reached)


def _gained(report: Report) -> bool:
    """Whether an adapter is better than every counterpart without one that was measured.

    What was not compared is taken for a gain: no evidence, no warning.
    """
    return any(
        lever in report.levers and all(_better(report, lever, base) for base in bases)
        for lever, bases in COUNTERPARTS.items()
    )


def _better(report: Report, lever: str, base: str) -> bool:
    met = [_seen_from(lever, one) for one in report.comparisons if {one.a, one.b} == {lever, base}]
    return all(one == "better" for one in met)


def _seen_from(lever: str, one: Comparison) -> str:
    other = {"better": "worse", "worse": "better", "tie": "tie"}
    return one.verdict if one.a == lever else other[one.verdict]
