"""Every kept evaluation of a task as a line per lever, with the intervals as bands."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from pages.shared.charts import BAR, LEVER_COLOUR, Chart


def history(rows: Sequence[Mapping[str, Any]], bar: float, metric: str) -> Chart:
    """Figures over evaluations.

    Args:
        rows: `number` (of the evaluation, from 1), `lever`, `title`, `mean`, `low`, `high` in
            [0, 1], `when` and `changed` each.
        bar: The success bar, in [0, 1].
        metric: What the axis is called.
    """
    columns = ["number", "lever", "title", "mean", "low", "high", "when", "changed"]
    table = pd.DataFrame(rows, columns=columns)
    levers = [name for name in LEVER_COLOUR if name in set(table["lever"])]
    titles = dict(zip(table["lever"], table["title"], strict=True))
    colour = alt.Color(
        "title:N",
        title=None,
        scale=alt.Scale(
            domain=[titles[name] for name in levers], range=[LEVER_COLOUR[name] for name in levers]
        ),
        legend=alt.Legend(orient="top", columns=3, symbolType="circle", symbolOpacity=1),
    )
    y = alt.Y("mean:Q", title=metric, scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%"))
    base = alt.Chart(table).encode(
        x=alt.X("number:O", title="Evaluation", axis=alt.Axis(labelAngle=0)), color=colour
    )
    spread = {"y": alt.Y("low:Q", title=metric), "y2": "high:Q"}
    return alt.layer(
        base.mark_area(opacity=0.12).encode(**spread),
        base.mark_rule(strokeWidth=2, opacity=0.5).encode(**spread),
        base.mark_line(strokeWidth=2).encode(y=y),
        base.mark_circle(size=110, opacity=1).encode(y=y, tooltip=_told()),
        alt.Chart(pd.DataFrame({"at": [bar]}))
        .mark_rule(color=BAR, strokeDash=[5, 4], strokeWidth=2)
        .encode(y=alt.Y("at:Q", title=metric)),
    ).properties(height=320)


def _told() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("title:N", title="Lever"),
        alt.Tooltip("mean:Q", title="Figure", format=".0%"),
        alt.Tooltip("low:Q", title="from", format=".0%"),
        alt.Tooltip("high:Q", title="to", format=".0%"),
        alt.Tooltip("when:N", title="When"),
        alt.Tooltip("changed:N", title="Changed"),
    ]
