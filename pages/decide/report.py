"""What the Evaluate page shows of an evaluation: figures with their intervals, in words."""

from collections.abc import Iterable, Sequence

import streamlit as st

from core.evaluation.report import LeverReport, Measured, Report
from core.evaluation.seeds import Spread
from core.verdict import conclusion
from core.verdict.sentences import count
from core.verdict.thresholds import REHEARSAL
from pages.shared import charts, measures
from pages.shared.measures import or_none, span
from pages.shared.widgets import LEVER_TITLE, counted, escaped, percent, points, seconds

APART = "does not apply"


def summary(report: Report) -> None:
    """The answer in a sentence, what it was measured on, and what it does not tell."""
    st.markdown(f"**{escaped(conclusion.headline(report))}**")
    st.caption(
        f":material/lock_open: {counted(report.holdout, 'holdout example')}, opened "
        f"{measures.times(report.opened)} so far. Each figure stands with its 95% interval: "
        "another sample of examples would most likely land inside."
    )
    for limit in conclusion.limits(report):
        st.markdown(f":orange[:material/warning:] {escaped(limit)}")


def fits(changes: Sequence[str]) -> None:
    """Say that the report no longer fits, and why; nothing where it does."""
    if changes:
        st.warning(
            " ".join(escaped(change) for change in changes)
            + " Measure again before you rely on these figures: answers that still hold are kept.",
            title="Something has changed since this was measured",
            icon=":material/update:",
        )


def figures(report: Report) -> None:
    """Each lever under the metric that decides, best first."""
    names = conclusion.ranked(report)
    if not names:
        return
    rows = [
        {
            "name": name,
            "kind": name,
            "mean": report.measured(name).mean,
            "low": report.measured(name).low,
            "high": report.measured(name).high,
            "words": f"{LEVER_TITLE[name]}  {interval(report.measured(name))}",
        }
        for name in names
    ]
    said = "; ".join(str(row["words"]) for row in rows)
    metric = measures.title(report.metric)
    st.altair_chart(charts.forest(rows, report.success_bar, metric), alt=f"{metric}: {said}")


def table(report: Report) -> None:
    """Every metric and what an answer costs."""
    asked = dict.fromkeys(metric for one in report.levers.values() for metric in one.metrics)
    rows = [_row(name, report.levers[name], asked) for name in _ranked(report)]
    st.dataframe(
        rows,
        hide_index=True,
        column_config={"Lever": st.column_config.TextColumn(pinned=True)},
        alt="Metrics, seconds and tokens of each lever",
    )


def _row(name: str, one: LeverReport, asked: Iterable[str]) -> dict[str, str]:
    """A lever's figures; what does not apply to it says so (no passages, nothing found in them)."""
    found = {
        measures.title(metric): interval(one.metrics[metric]) if metric in one.metrics else APART
        for metric in asked
    }
    return {
        "Lever": LEVER_TITLE[name],
        **found,
        "Seconds (median)": or_none(one.seconds_p50, seconds),
        "Seconds (slowest 5%)": or_none(one.seconds_p95, seconds),
        "Tokens read + written": f"{one.prompt_tokens:.0f} + {one.new_tokens:.0f}",
    }


def seeds(spreads: Sequence[Spread]) -> None:
    """How much of a trained lever's figure is the luck of its seed."""
    for one in spreads:
        title = LEVER_TITLE[one.lever]
        told = ", ".join(f"seed {seed}: {percent(mean)}" for seed, mean in one.figures)
        if one.deviation is not None:
            st.caption(
                f":material/casino: {title} was measured with {len(one.figures)} seeds ({told}): "
                f"{percent(one.mean)} on average. The seed alone moves it by about "
                f"{points(one.deviation)} (standard deviation)."
            )
        if one.unmeasured:
            st.caption(
                f":material/casino: {counted(len(one.unmeasured), 'more seed')} of {title}'s "
                "recipe trained and not measured. Use its adapter on the Train page and measure "
                "again to see how much is luck."
            )


def rehearsal(report: Report) -> None:
    """Which model this was measured with, and what that is worth."""
    if report.parameters is None:
        st.caption(f"Measured on {escaped(report.model)}, whose size is not known.")
    elif report.parameters < REHEARSAL:
        st.info(
            f"{escaped(report.model)} has {count(report.parameters)} parameters. "
            "Measure again with the model you would ship before you commit.",
            title="This is a rehearsal",
            icon=":material/theater_comedy:",
        )


def interval(found: Measured) -> str:
    """`72% (60 to 82)`, or that nothing could be scored."""
    if found.mean is None or found.low is None or found.high is None:
        return "not scored"
    unscored = f", {found.unscored} not scored" if found.unscored else ""
    return f"{percent(found.mean)} ({span(found.low, found.high)}{unscored})"


def _ranked(report: Report) -> list[str]:
    return sorted(report.levers, key=lambda name: -(report.measured(name).mean or 0.0))
