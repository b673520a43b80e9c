"""Ways of searching as a picture: what each finds against what the model must read for it."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from pages.shared.charts import KIND_COLOUR, TEXT, Chart


def reach(rows: Sequence[Mapping[str, Any]]) -> Chart:
    """One dot per setting; the one in use and the recommended one are named.

    Args:
        rows: `words` to read, `found` in [0, 1], `search`, `what` (a phrase), `name` ("" for most).
    """
    table = pd.DataFrame(rows, columns=["words", "found", "search", "what", "name"])
    named = table[table["name"] != ""]
    x = alt.X("words:Q", title="Words the model must read for a question")
    y = alt.Y(
        "found:Q",
        title="Questions whose fact is found",
        axis=alt.Axis(format="%"),
        scale=alt.Scale(zero=False, padding=12),
    )
    kinds = sorted(set(table["search"]))
    dots = (
        alt.Chart(table)
        .mark_circle(size=70, opacity=0.75)
        .encode(
            x=x,
            y=y,
            color=alt.Color(
                "search:N",
                title=None,
                scale=alt.Scale(domain=kinds, range=list(KIND_COLOUR[: len(kinds)])),
                legend=alt.Legend(orient="top"),
            ),
            tooltip=[
                alt.Tooltip("what:N", title="Settings"),
                alt.Tooltip("found:Q", title="Found", format=".0%"),
                alt.Tooltip("words:Q", title="Words to read", format=".0f"),
            ],
        )
    )
    at = alt.Chart(named).encode(x=x, y=y)
    ring = at.mark_point(size=260, filled=False, color=TEXT, strokeWidth=2)
    words = at.mark_text(align="left", dx=12, dy=12, color=TEXT, fontWeight="bold").encode(
        text="name:N"
    )
    return alt.layer(dots, ring, words).properties(height=330)
