"""Pictures of a training run: its losses and where they turn, its pace, two runs side by side."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import altair as alt
import pandas as pd

from core.training.overfitting import Events, Turn, turn
from pages.shared.charts import BAR, Chart

TRAIN = "#94a3b8"
WARNING = "#d9480f"
PAIR = ("#0072b2", "#e69f00")  # of Okabe and Ito: told apart by colour-blind people, too
BY_HEART = "From here on it learns the rows by heart"
SMOOTHED = 5  # steps


def loss_curve(events: Events) -> Chart:
    """Loss of train and validation by step; the best validation, or where it turns, is marked."""
    table = _losses(events)
    measured = table[table["part"] == "Validation"]
    colour = alt.Color(
        "part:N",
        title=None,
        scale=alt.Scale(domain=["Train", "Validation"], range=[TRAIN, BAR]),
        legend=alt.Legend(orient="top", symbolType="stroke", symbolStrokeWidth=3),
    )
    every = _lines(table[table["part"] == "Train"]).encode(color=colour)
    some = _lines(measured).encode(color=colour)
    return alt.layer(
        every.mark_line(opacity=0.9, strokeWidth=1.5),
        some.mark_line(point=alt.OverlayMarkDef(size=40), strokeWidth=2.5),
        *_marked(measured, turn(events)),
    ).properties(height=280)


def _losses(events: Events) -> pd.DataFrame:
    kinds = {"step": "Train", "validation": "Validation"}
    rows = [
        {"step": event["step"], "loss": event["loss"], "part": kinds[event["event"]]}
        for event in events
        if event["event"] in kinds
    ]
    return pd.DataFrame(rows, columns=["step", "loss", "part"])


def _lines(table: pd.DataFrame) -> alt.Chart:
    return alt.Chart(table).encode(
        x=alt.X("step:Q", title="Step", axis=alt.Axis(tickMinStep=1, grid=False)),
        y=alt.Y("loss:Q", title="Loss (lower is better)", scale=alt.Scale(zero=False)),
        tooltip=["step:Q", alt.Tooltip("loss:Q", format=".3f"), "part:N"],
    )


def _marked(measured: pd.DataFrame, turned: Turn | None) -> list[alt.Chart]:
    """A ring around the best validation; where it turns, a line with the sentence beside it."""
    best = measured.nsmallest(1, "loss").assign(name="best")
    ring = alt.Chart(best).encode(x="step:Q", y="loss:Q")
    drawn = [ring.mark_point(size=190, color=WARNING, strokeWidth=2.5)]
    if turned is None:
        name = ring.mark_text(dy=-18, fontSize=13, color=WARNING, fontWeight="bold")
        return [*drawn, name.encode(text="name:N")]
    late = turned.step > measured["step"].max() / 2
    side, shift = ("right", -7) if late else ("left", 7)
    rule = alt.Chart(pd.DataFrame([{"step": turned.step}])).encode(x="step:Q")
    words = rule.mark_text(align=side, dx=shift, baseline="top", fontSize=12, color=WARNING)
    half = BY_HEART.index("learns")  # on two lines, it fits a phone
    return [
        *drawn,
        rule.mark_rule(color=WARNING, strokeDash=[5, 4], strokeWidth=1.5),
        words.encode(y=alt.value(4), text=alt.value([BY_HEART[:half], BY_HEART[half:]])),
    ]


def rates(events: Events) -> dict[str, Chart]:
    """Learning rate, gradient norm and tokens per second by step, each small, where noted."""
    steps = [event for event in events if event["event"] == "step"]
    drawn = {}
    for name, title in (("learning_rate", "Learning rate"), ("grad_norm", "Gradient norm")):
        noted = [(event["step"], event[name]) for event in steps if name in event]
        if noted:
            drawn[title] = small(noted, title)
    pace = tokens_per_second(events)
    if pace:
        drawn["Tokens per second"] = small(pace, "Tokens per second")
    return drawn


def tokens_per_second(events: Events) -> list[tuple[int, float]]:
    """By step, the mean over the newest `SMOOTHED`. Time spent on validation is left out."""
    pace: list[tuple[int, float]] = []
    for before, after in pairwise(events):
        together = before["event"] == after["event"] == "step" and "tokens" in before
        if together and after["seconds"] > before["seconds"]:
            tokens = after["tokens"] - before["tokens"]
            pace.append((after["step"], tokens / (after["seconds"] - before["seconds"])))
    steps, values = [step for step, _ in pace], pd.Series([value for _, value in pace], dtype=float)
    return list(zip(steps, values.rolling(SMOOTHED, min_periods=1).mean(), strict=True))


def small(points: Sequence[tuple[int, float]], title: str, share: bool = False) -> Chart:
    """One quantity by step, without a frame around it; a share as percent from 0 to 100."""
    table = pd.DataFrame(points, columns=["step", "value"])
    scale = alt.Scale(domain=[0, 1]) if share else alt.Scale()
    axis = alt.Axis(tickCount=3, grid=False, format="%" if share else "~s")
    y = alt.Y("value:Q", title=None, scale=scale, axis=axis)
    line = alt.Chart(table).mark_line(color=BAR, strokeWidth=1.5, point=share)
    return line.encode(
        x=alt.X("step:Q", title=None, axis=alt.Axis(tickCount=3, tickMinStep=1, grid=False)),
        y=y,
        tooltip=["step:Q", alt.Tooltip("value:Q", title=title, format=".3~g")],
    ).properties(height=110, title=alt.Title(title, fontSize=13, anchor="start"))


def curves(runs: Mapping[str, Events]) -> Chart:
    """The losses of two runs over each other: train thin, validation thick."""
    tables = [_losses(events).assign(run=name) for name, events in runs.items()]
    colour = alt.Color(
        "run:N",
        title=None,
        scale=alt.Scale(domain=list(runs), range=list(PAIR)),
        legend=alt.Legend(orient="top", direction="vertical", symbolType="stroke", labelLimit=300),
    )
    table = pd.concat(tables)
    every = _lines(table[table["part"] == "Train"]).encode(color=colour)
    some = _lines(table[table["part"] == "Validation"]).encode(color=colour)
    return alt.layer(
        every.mark_line(opacity=0.55, strokeWidth=1),
        some.mark_line(point=alt.OverlayMarkDef(size=45), strokeWidth=3.5),
    ).properties(height=300)
