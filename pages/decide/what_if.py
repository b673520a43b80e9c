"""What if the bar, the volume or your priorities were others: nothing of it is kept."""

import streamlit as st

from core.records import Task
from core.verdict import otherwise, weighed, weighing
from core.verdict.evidence import Evidence
from core.verdict.otherwise import Stretch
from pages.shared import failures, resources, tornado
from pages.shared.widgets import LEVER_TITLE, escaped


@st.fragment
def what_if(task: Task) -> None:
    """Another bar, another volume, other weights."""
    with st.expander("What if ...", icon=":material/tune:"), failures.shown():
        facts = resources.workbench().facts(task)
        st.subheader("The bar or the volume were another", anchor=False)
        _otherwise(task, facts)
        st.divider()
        st.subheader("You weighed things yourself", anchor=False)
        _weighed(task, facts)


def _otherwise(task: Task, facts: Evidence) -> None:
    left, right = st.columns(2, gap="large")
    bar = left.slider(
        "Success bar, %", 1, 100, round(facts.bar * 100), key=f"verdict_{task.name}_if_bar"
    )
    stated = round(facts.stated.volume_per_month or 0)
    volume = right.select_slider(
        "Answers a month", otherwise.offered(stated), stated,
        format_func="{:,}".format, key=f"verdict_{task.name}_if_volume_{stated}",
    )  # fmt: skip
    found = otherwise.with_bar(facts, bar / 100, volume)
    st.markdown(f":material/alt_route: **{escaped(found.title)}.** {escaped(found.sure)}")
    left.caption(_stretches(otherwise.stretches(facts), "{:.0%}"))
    right.caption(_stretches(otherwise.volumes(facts), "{:,.0f}"))


def _stretches(found: tuple[Stretch, ...], form: str) -> str:
    """`1% to 42%: Prompt`, one line each."""
    ends = ((form.format(one.low), form.format(one.high), one.title) for one in found)
    return "  \n".join(
        escaped(f"{low if low == high else f'{low} to {high}'}: {title}")
        for low, high, title in ends
    )


def _weighed(task: Task, facts: Evidence) -> None:
    scored = weighing.scores(facts)
    weights = _weights(task)
    found = weighing.rank(scored, weights)
    st.markdown(f"**{escaped(weighed.lead(found))}** {escaped(weighed.APART)}")
    for lever, total in found.totals.items():
        st.progress(total, text=f"{LEVER_TITLE[lever]}: {total * 100:.0f} of 100")
    if found.second:
        swings = weighing.swings(scored, weights)
        st.altair_chart(tornado.chart(swings), alt=weighed.tornado(swings, found))
        said = [
            *weighed.turning(weighing.turns(scored, weights)),
            weighed.price(scored, weights, found),
        ]
        st.markdown("\n".join(f"- {escaped(line)}" for line in said if line))


def _weights(task: Task) -> dict[str, int]:
    """One slider for each criterion, as a share of a hundred; they need not add up."""
    with st.grid(5, min_column_width=130):
        return {
            name: st.slider(
                name.capitalize(), 0, 100, round(weighing.EVEN[name] * 100), step=5,
                help=weighing.CRITERIA[name], key=f"verdict_{task.name}_weight_{name}",
            )
            for name in weighing.CRITERIA
        }  # fmt: skip
