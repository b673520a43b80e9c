"""How far the lead of the first lever moves with each weight: a tornado chart."""

from collections.abc import Sequence

import altair as alt
import pandas as pd

from core.verdict.weighing import Swing
from pages.shared.charts import TEXT, Chart

COLOUR = {"without it": "#0072b2", "weight doubled": "#e69f00"}  # by Okabe and Ito
TURN = "#d55e00"


def chart(swings: Sequence[Swing]) -> Chart:
    """The widest swing on top; left of the line another lever ranks first."""
    table = pd.DataFrame([
        {"criterion": one.criterion.capitalize(), "low": min(ends) * 100, "high": max(ends) * 100}
        for one in swings
        for ends in [(one.without, one.doubled)]
    ])  # fmt: skip
    points = pd.DataFrame([
        {"criterion": one.criterion.capitalize(), "kind": kind, "lead": lead * 100}
        for one in swings
        for kind, lead in zip(COLOUR, (one.without, one.doubled), strict=True)
    ])  # fmt: skip
    y = alt.Y("criterion:N", sort=None, title=None, axis=alt.Axis(labelFontSize=13))
    bars = alt.Chart(table).encode(
        y=y, x=alt.X("low:Q", title="Lead in points; below 0 another ranks first"), x2="high:Q"
    )
    return alt.layer(
        bars.mark_bar(height=14, opacity=0.35, color=TEXT),
        _ends(points, y),
        alt.Chart().mark_rule(color=TURN, strokeDash=[5, 4], strokeWidth=2).encode(x=alt.datum(0)),
    ).properties(height=alt.Step(34))


def _ends(points: pd.DataFrame, y: alt.Y) -> alt.Chart:
    kinds = alt.Scale(domain=list(COLOUR), range=list(COLOUR.values()))
    shapes = alt.Scale(domain=list(COLOUR), range=["circle", "diamond"])
    top = alt.Legend(orient="top", title=None)
    return (
        alt.Chart(points)
        .mark_point(filled=True, size=140, opacity=1)
        .encode(
            y=y,
            x="lead:Q",
            color=alt.Color("kind:N", scale=kinds, legend=top),
            shape=alt.Shape("kind:N", scale=shapes, legend=top),
            tooltip=[alt.Tooltip("kind:N"), alt.Tooltip("lead:Q", format="+.0f", title="Lead")],
        )
    )
