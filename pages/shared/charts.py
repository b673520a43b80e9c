"""The pictures: one colour per lever, one line per idea, figures written beside their marks."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from core.tasks.gate.atlas import Place

LEVER_COLOUR = {  # the hues of .streamlit/config.toml, in tones for a light and a dark page
    "prompt": "#7b8794",
    "few-shot": "#c58a1b",
    "rag": "#3b76f0",
    "lora": "#e8590c",
    "lora+rag": "#8b5cf6",
}
PART_COLOUR = {"Train": "#0f766e", "Validation": "#4aa597", "Holdout": "#64748b"}
VERDICT_COLOUR = {"better": "#14907f", "worse": "#dc2626", "tie": "#7b8794"}
KIND_COLOUR = (  # by Okabe and Ito, then Tol: told apart by colour-blind people
    "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#7a5195",
)  # fmt: skip
OTHER = "Other"
MOST_BARS = 20
BAR = "#14907f"  # the success bar, and the best point of a curve
TEXT = "#808792"
ROW = 58  # pixels: a dot, its interval and the figures above them

Chart = alt.Chart | alt.LayerChart | alt.VConcatChart


def split_bar(counts: Mapping[str, int]) -> Chart:
    """The parts of a split as one bar, in the order train, validation, holdout."""
    table = pd.DataFrame({"part": list(counts), "examples": list(counts.values())})
    table["order"] = range(len(table))
    table["middle"] = table["examples"].cumsum() - table["examples"] / 2
    colour = alt.Color(
        "part:N",
        title=None,
        sort=list(counts),
        scale=alt.Scale(domain=list(PART_COLOUR), range=list(PART_COLOUR.values())),
        legend=alt.Legend(orient="top", symbolType="square"),
    )
    ends = alt.Scale(domain=[0, int(table["examples"].sum())], nice=False)
    bar = (
        alt.Chart(table)
        .mark_bar(size=44, stroke="white", strokeWidth=1)
        .encode(
            x=alt.X("examples:Q", stack="zero", axis=None, scale=ends),
            order="order:Q",
            color=colour,
            tooltip=[
                alt.Tooltip("part:N", title="Part"),
                alt.Tooltip("examples:Q", title="Examples"),
            ],
        )
    )
    count = (
        alt.Chart(table)
        .mark_text(color="white", fontSize=15, fontWeight="bold")
        .encode(x=alt.X("middle:Q", axis=None, scale=ends), text="examples:Q")
    )
    return (bar + count).properties(height=140)  # Streamlit counts the legend in


def histogram(words: Sequence[int], title: str, colour: str = PART_COLOUR["Train"]) -> Chart:
    """How long texts are, in words."""
    table = pd.DataFrame({"words": list(words)})
    return (
        alt.Chart(table)
        .mark_bar(color=colour)
        .encode(
            x=alt.X(
                "words:Q",
                bin=alt.Bin(maxbins=16, minstep=1),
                title=title,
                axis=alt.Axis(format="d"),
            ),
            y=alt.Y("count()", title="Examples", axis=alt.Axis(tickMinStep=1, tickCount=4)),
            tooltip=[alt.Tooltip("words:Q", bin=True, title="Words"), "count()"],
        )
        .properties(height=170)
    )


def counts(values: Sequence[str], title: str) -> Chart:
    """How often each value occurs, the most frequent first; the rarest of many are one bar."""
    table = pd.DataFrame({"value": _common(values, MOST_BARS)})
    bars = alt.Chart(table).encode(
        x=alt.X("count()", axis=None),
        y=alt.Y("value:N", sort="-x", title=None, axis=alt.Axis(labelLimit=130)),
    )
    drawn = bars.mark_bar(color=PART_COLOUR["Train"], height=18) + bars.mark_text(
        align="left", dx=4, color=TEXT
    ).encode(text="count()")
    return drawn.properties(
        height=alt.Step(28), title=alt.Title(title, fontSize=13, anchor="start")
    )


def example_map(places: Sequence[Place], kinds: Sequence[str]) -> Chart:
    """Examples by likeness; squares are validation, rings repeat, diamonds leak.

    Args:
        places: Where they lie. The holdout is hollow, grey and without text.
        kinds: What the colour of each stands for; the rarest are drawn as one.
    """
    columns = ["row", "part", "x", "y", "text", "repeats", "leaks"]
    table = pd.DataFrame([vars(place) for place in places], columns=columns)
    held = table["part"] == "Holdout"
    table["kind"] = pd.Series(kinds)
    table.loc[~held, "kind"] = _common(table["kind"][~held], len(KIND_COLOUR))
    seen = [alt.Tooltip("row:Q", title="Row"), alt.Tooltip("part:N", title="Part")]
    told = [*seen, alt.Tooltip("kind:N", title="Kind"), alt.Tooltip("text:N", title="Input")]
    locked, known = _scattered(table[held], seen), _scattered(table[~held], told)
    marked = [_scattered(table[table[mark]], seen) for mark in ("repeats", "leaks")]
    return alt.layer(
        locked.mark_point(filled=False, size=45, color="#8b95a1", strokeWidth=1.5),
        known.mark_point(filled=True, size=55, opacity=0.8).encode(
            color=_kinds(table[~held]["kind"]),
            shape=alt.Shape(
                "part:N",
                legend=None,
                scale=alt.Scale(domain=["Train", "Validation"], range=["circle", "square"]),
            ),
        ),
        marked[0].mark_point(
            shape="circle", filled=False, size=190, color="#9333ea", strokeWidth=2
        ),
        marked[1].mark_point(
            shape="diamond", filled=False, size=320, color="#dc2626", strokeWidth=2.5
        ),
    ).properties(height=420)


def _scattered(table: pd.DataFrame, told: list[alt.Tooltip]) -> alt.Chart:
    """Points without axes: the directions of the map have no unit."""
    ends = alt.Scale(zero=False, padding=14)
    return alt.Chart(table).encode(
        x=alt.X("x:Q", axis=None, scale=ends), y=alt.Y("y:Q", axis=None, scale=ends), tooltip=told
    )


def _kinds(values: pd.Series) -> alt.Color:
    """A colour for each kind by the alphabet, the rest last; a part keeps its own."""
    names = sorted(set(values), key=lambda name: (name == OTHER, name))
    colours = [
        PART_COLOUR.get(name, "#8b95a1" if name == OTHER else colour)
        for name, colour in zip(names, (*KIND_COLOUR, ""), strict=False)
    ]
    return alt.Color(
        "kind:N",
        title=None,
        scale=alt.Scale(domain=names, range=colours),
        legend=alt.Legend(orient="top", columns=2, labelLimit=130),
    )


def _common(values: Iterable[str], most: int) -> list[str]:
    """The values, the rarest as `Other` where there are more than `most`."""
    known = list(values)
    common = {value for value, _ in Counter(known).most_common(most)}
    return [value if value in common else OTHER for value in known]


def forest(rows: Sequence[Mapping[str, Any]], bar: float, metric: str) -> Chart:
    """One dot with its 95 % interval per lever, and the success bar as a line.

    Args:
        rows: `name`, `mean`, `low`, `high`, `kind` (the lever) and `words` each, in this order.
        bar: The success bar, in [0, 1].
        metric: What the axis is called.
    """
    axis = alt.Axis(format="%", tickCount=5, gridOpacity=0.35)
    x = alt.X("mean:Q", title=metric, scale=alt.Scale(domain=[0, 1]), axis=axis)
    line = pd.DataFrame([{"at": bar, "name": f"success bar {bar:.0%}"}])
    rule = alt.Chart(line).encode(x=alt.X("at:Q", title=metric))
    side, shift = ("right", -6) if bar > 0.5 else ("left", 6)
    return alt.layer(
        rule.mark_rule(color=BAR, strokeDash=[5, 4], strokeWidth=2),
        rule.mark_text(color=BAR, align=side, dx=shift, y=-9, fontWeight="bold").encode(
            text="name:N"
        ),
        *_dots(rows, x, LEVER_COLOUR),
    ).properties(height=alt.Step(ROW), padding={"top": 18})


def differences(rows: Sequence[Mapping[str, Any]]) -> Chart:
    """Paired differences in points with their 95 % intervals, around a line at no difference.

    Args:
        rows: `name`, `mean`, `low`, `high` in points, `kind` (better, worse, tie) and `words`.
    """
    ends = [-10.0, 10.0, *(row[end] for row in rows for end in ("low", "high"))]
    axis = alt.Axis(tickCount=5, gridOpacity=0.35)
    title = "Difference in points"
    x = alt.X("mean:Q", title=title, scale=alt.Scale(domain=[min(ends), max(ends)]), axis=axis)
    dots = _dots(rows, x, VERDICT_COLOUR)
    zero = dots[0].mark_tick(orient="vertical", size=30, thickness=2, color=TEXT)
    return alt.layer(zero.encode(x=alt.datum(0), color=alt.value(TEXT)), *dots).properties(
        height=alt.Step(ROW)
    )


def scale(
    rows: Sequence[Mapping[str, Any]], title: str, ends: tuple[float, float], words: str
) -> Chart:
    """One dot with its 95 % interval per lever, on a scale of its own.

    Args:
        rows: As for `forest`.
        title: What the axis is called.
        ends: First and last value of the axis.
        words: How a tick is written, in D3's format.
    """
    axis = alt.Axis(format=words, tickCount=5, gridOpacity=0.35)
    x = alt.X("mean:Q", title=title, scale=alt.Scale(domain=list(ends), zero=False), axis=axis)
    return alt.layer(*_dots(rows, x, LEVER_COLOUR)).properties(height=alt.Step(ROW))


def _dots(
    rows: Sequence[Mapping[str, Any]], x: alt.X, colours: Mapping[str, str]
) -> list[alt.Chart]:
    """A dot and its interval per row, the words above them: no axis to look up names on."""
    table = pd.DataFrame(rows, columns=["name", "mean", "low", "high", "kind", "words"])
    kinds = alt.Scale(domain=list(colours), range=list(colours.values()))
    base = alt.Chart(table).encode(
        y=alt.Y("name:N", sort=None, axis=None),
        color=alt.Color("kind:N", legend=None, scale=kinds),
        tooltip=[alt.Tooltip("words:N", title=" ")],
    )
    ends = alt.X("low:Q", title=x.to_dict()["title"], scale=alt.Scale(zero=False))
    return [
        base.mark_rule(strokeWidth=6, opacity=0.4, strokeCap="round").encode(x=ends, x2="high:Q"),
        base.mark_circle(size=200, opacity=1).encode(x=x),
        base.mark_text(align="left", dy=-21, fontSize=13, fontWeight="bold").encode(
            x=alt.value(4), text="words:N"
        ),
    ]
