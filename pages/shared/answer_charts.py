"""Pictures of wrong answers: why levers fail, and which label is taken for which."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from core.evaluation.causes import CAUSES
from pages.shared.charts import KIND_COLOUR, TEXT, Chart

CAUSE_COLOUR = dict(  # one hue for each cause on every chart, told apart by colour-blind people
    zip((one.title for one in CAUSES.values()), (*KIND_COLOUR, "#f0e442", "#8b95a1"), strict=True)
)
BAND = 58  # pixels of a lever's bar and the name above it
CELL = 44  # pixels of a label's row
INK = "#1f2937"  # on a light cell, whatever the page's own colour


def causes(rows: Sequence[Mapping[str, Any]], levers: Sequence[str], examples: int) -> Chart:
    """A bar per lever of its wrong answers, parted by cause, under its name and their number.

    Args:
        rows: `lever`, `cause` (its title), `count` and `order` (of the causes) each.
        levers: Their titles, in order.
        examples: How many each lever answered: the length of a bar that is all wrong.
    """
    table = pd.DataFrame(rows, columns=["lever", "cause", "count", "order"])
    shown = [title for title in CAUSE_COLOUR if title in set(table["cause"])]
    x = alt.X(
        "count:Q", title="Wrong answers", stack="zero", axis=alt.Axis(tickMinStep=1, tickCount=5),
        scale=alt.Scale(domain=[0, examples], nice=False),
    )  # fmt: skip
    y = alt.Y("lever:N", axis=None, sort=list(levers), scale=alt.Scale(domain=list(levers)))
    hues = alt.Scale(domain=shown, range=[CAUSE_COLOUR[title] for title in shown])
    legend = alt.Legend(orient="top", columns=2, labelLimit=150, symbolType="square")
    bars = (
        alt.Chart(table)
        .mark_bar(height=22, stroke="white", strokeWidth=1)
        .encode(
            x=x, y=y, order="order:Q",
            color=alt.Color("cause:N", title=None, scale=hues, legend=legend),
            tooltip=[
                alt.Tooltip("lever:N", title="Lever"),
                alt.Tooltip("cause:N", title="Why"),
                alt.Tooltip("count:Q", title="Wrong answers"),
            ],
        )
    )  # fmt: skip
    wrong = table.groupby("lever")["count"].sum().reindex(list(levers), fill_value=0)
    words = [f"{lever}: {count} of {examples}" for lever, count in wrong.items()]
    names = alt.Chart(pd.DataFrame({"lever": list(levers), "words": words})).encode(y=y)
    text = names.mark_text(align="left", dy=-22, fontSize=13, fontWeight="bold", color=TEXT)
    return (bars + text.encode(x=alt.value(0), text="words:N")).properties(height=alt.Step(BAND))


def matrix(rows: Sequence[Mapping[str, Any]], labels: Sequence[str], none: str) -> Chart:
    """How often each label was said for each that was wanted; right answers on the diagonal.

    Args:
        rows: `wanted`, `said` and `count` each.
        labels: In their order.
        none: What an answer that is none of the labels is called.
    """
    table = pd.DataFrame(rows, columns=["wanted", "said", "count"])
    table["share"] = table["count"] / table.groupby("wanted")["count"].transform("sum")
    said = [*labels, none] if none in set(table["said"]) else list(labels)
    base = alt.Chart(table).encode(
        x=alt.X("said:N", sort=said, scale=alt.Scale(domain=said), title="It said",
                axis=alt.Axis(orient="top", labelAngle=0, labelLimit=110)),
        y=alt.Y("wanted:N", sort=list(labels), scale=alt.Scale(domain=list(labels)),
                title="Wanted", axis=alt.Axis(labelLimit=110)),
        tooltip=[
            alt.Tooltip("wanted:N", title="Wanted"),
            alt.Tooltip("said:N", title="It said"),
            alt.Tooltip("count:Q", title="Answers"),
            alt.Tooltip("share:Q", title="Of those wanted", format=".0%"),
        ],
    )  # fmt: skip
    fill = alt.Color("share:Q", scale=alt.Scale(domain=[0, 1], scheme="blues"), legend=None)
    ink = alt.condition("datum.share > 0.5", alt.value("white"), alt.value(INK))
    return (
        base.mark_rect().encode(color=fill)
        + base.mark_text(fontSize=14, fontWeight="bold").encode(text="count:Q", color=ink)
    ).properties(height=alt.Step(CELL))
