"""What people said, once it may be revealed: scores, wins, strengths, and how far they agree."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from core.evaluation.agreement import Agreement
from core.evaluation.rating import People, Rated
from core.evaluation.rating_csv import as_csv
from core.evaluation.sheets import Kind
from core.records import Interval, Task
from core.verdict.people import preference
from pages.shared import charts
from pages.shared.measures import span
from pages.shared.widgets import LEVER_TITLE, counted, escaped, percent

SENTENCES = 3  # pairs told one by one; the others are a click away
FEW_CHOICES = 20  # fewer settle only a preference that is nearly always the same


def reveal(round: Rated, rater: str) -> None:
    """Which lever was which, answer by answer."""
    mine = [one for one in round.ratings if one.rater == rater]
    st.success(
        f"You rated {len(mine)} of {len(round.sheet.items)}. This is what was behind the answers.",
        icon=":material/visibility:",
    )
    rows = [_revealed(round, one.item, one.value) for one in mine]
    if rows:
        with st.expander("Which was which, one by one", icon=":material/table:"):
            st.dataframe(rows, hide_index=True, alt="Each item with its levers and your rating")


def _revealed(round: Rated, place: int, value: str) -> dict[str, str]:
    item = round.sheet.items[place]
    sides = ["Left", "Right"] if round.kind == "blind" else ["Lever"]
    named = {side: _levers(one.levers) for side, one in zip(sides, item.shown, strict=True)}
    return {"Row": str(item.row), "Question": item.input, **named, "You said": value}


def _levers(names: Sequence[str]) -> str:
    return ", ".join(LEVER_TITLE.get(name, name) for name in names)


def results(found: People, kind: Kind) -> None:
    """What all who are done say of a kind together."""
    raters = ", ".join(escaped(name) for name in found.raters[kind]) or "nobody yet"
    waiting = ", ".join(escaped(name) for name in found.unfinished[kind])
    st.caption(
        f"Counted: {raters}."
        + (f" Still rating, so not counted yet: {waiting}." if waiting else "")
    )
    if kind == "rubric":
        _scores(found)
        _agreed(found.rubric_agreement)
    else:
        _wins(found)
        _agreed(found.blind_agreement)


def _scores(found: People) -> None:
    if not found.ratings:
        st.markdown("No score counts yet.")
        return
    st.subheader("How people score each lever", anchor=False)
    rows = [
        _row(lever, one.mean, f"{one.mean.mean:.1f} ({one.mean.low:.1f} to {one.mean.high:.1f})")
        for lever, one in found.ratings.items()
    ]
    _draw(rows, "Mean score, 1 to 5", (1.0, 5.0), ".0f")
    st.caption("Mean score with its 95% interval. An answer that two levers gave counts for both.")
    counts = [
        {"Lever": LEVER_TITLE[lever], **{f"Score {key}": n for key, n in one.counts.items()}}
        for lever, one in found.ratings.items()
    ]
    st.dataframe(counts, hide_index=True, alt="How often each score was given to each lever")


def _wins(found: People) -> None:
    if not found.duels:
        st.markdown("No comparison counts yet.")
        return
    st.subheader("Which lever people prefer", anchor=False)
    sentences = [escaped(preference(duel)) for duel in found.duels]
    for said in sentences[:SENTENCES]:
        st.markdown(f":material/compare_arrows: {said}")
    if found.duels[1:]:
        _strengths(found)
    if sentences[SENTENCES:]:
        with st.expander("The other pairs", icon=":material/compare_arrows:"):
            for said in sentences[SENTENCES:]:
                st.markdown(said)
    _told(found)


def _strengths(found: People) -> None:
    rows = [
        _row(lever, one, f"{percent(one.mean)} ({span(one.low, one.high)})")
        for lever, one in found.strengths.items()
    ]
    _draw(rows, "Chance to be preferred to an average one of these levers", (0.0, 1.0), "%")


def _told(found: People) -> None:
    """How the figures were made, and what would make them surer."""
    model = (
        " Strengths by the Bradley-Terry model; one imagined tie keeps a lever that always wins "
        "from looking certain."
        if found.duels[1:]
        else ""
    )
    same = (
        f" {counted(found.same, 'pair')} read alike, so nobody was asked about them."
        if found.same
        else ""
    )
    st.caption(
        "With 95% intervals. A tie, and both bad, are half a win for each. What is more than luck "
        f"is corrected for the number of pairs (Holm).{model}{same}"
    )
    if min(duel.choices for duel in found.duels) < FEW_CHOICES:
        st.caption(
            f":material/info: Some pairs have fewer than {FEW_CHOICES} choices. Compare fewer "
            "levers in the next round, or ask more people."
        )


def _agreed(found: Agreement | None) -> None:
    st.subheader("How far raters agree", anchor=False)
    if found is None:
        st.markdown("One person rated so far. Ask a second one to type their name and rate.")
        return
    st.markdown(f":material/handshake: {found.reading}")
    if found.value is not None and found.low is not None and found.high is not None:
        st.caption(
            f"{found.statistic} {found.value:.2f} ({found.low:.2f} to {found.high:.2f}): 1 is full "
            f"agreement, 0 is what chance brings. {counted(found.raters, 'rater')}, "
            f"{counted(found.items, 'item')} rated twice or more, the same rating in "
            f"{percent(found.same)} of pairs."
        )


def download(task: Task, rounds: Sequence[Rated]) -> None:
    """All ratings that count, as a table."""
    st.download_button(
        "Download the ratings", as_csv(rounds), f"{task.name}-ratings.csv", "text/csv",
        icon=":material/download:", on_click="ignore", key="rate_download",
    )  # fmt: skip


def _row(lever: str, one: Interval, said: str) -> dict[str, Any]:
    words = f"{LEVER_TITLE[lever]}  {said}"
    ends = {"mean": one.mean, "low": one.low, "high": one.high}
    return {"name": lever, "kind": lever, "words": words, **ends}


def _draw(
    rows: Sequence[Mapping[str, Any]], title: str, ends: tuple[float, float], ticks: str
) -> None:
    best = sorted(rows, key=lambda row: -row["mean"])
    said = "; ".join(row["words"] for row in best)
    st.altair_chart(charts.scale(best, title, ends, ticks), alt=f"{title}: {said}")
