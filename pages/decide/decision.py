"""What the Verdict page shows of a decision: why, how surely, and what would change it."""

import streamlit as st

from core.verdict.mermaid import mermaid
from core.verdict.tree import TREE
from core.verdict.verdict import Told, Verdict
from pages.decide import tree_chart
from pages.shared.widgets import escaped

LEAF = {
    "prompt": "Prompt",
    "few-shot": "Few-shot",
    "rag": "RAG",
    "fine-tune": "LoRA",
    "fine-tune-smaller": "LoRA on a smaller model",
    "combine": "LoRA+RAG",
}
MARK = {
    "prompt": "edit_note",
    "few-shot": "format_list_numbered",
    "rag": "find_in_page",
    "fine-tune": "model_training",
    "fine-tune-smaller": "compress",
    "combine": "merge",
    "collect-data": "playlist_add",
    "not-enough-evidence": "hourglass_empty",
}
FIRM = 0.95
SOURCE = {
    "measured": ":green-badge[:material/straighten: measured]",
    "stated": ":blue-badge[:material/person: for you to say]",
}


def headline(verdict: Verdict) -> None:
    """The decision, why, how surely, and the next step."""
    with st.container(border=True):
        icon = MARK.get(verdict.leaf, "account_tree")
        st.header(f":primary[:material/{icon}:] {escaped(verdict.title)}", anchor=False)
        st.markdown(escaped(verdict.because))
        st.progress(verdict.confidence, text=escaped(sureness(verdict)))
        st.markdown(f":material/arrow_forward: **Next step.** {escaped(verdict.next_step)}")
    st.caption(f":material/theater_comedy: {escaped(verdict.rehearsal)}")


def sureness(verdict: Verdict) -> str:
    """The confidence in words."""
    if verdict.leaf == "not-enough-evidence":
        return f"Not enough. {verdict.sure}"
    return f"{'Firm' if verdict.confidence >= FIRM else 'Fair'}. {verdict.sure}"


def path(verdict: Verdict) -> None:
    """The way through the tree as a picture, and in words with the evidence of each branch."""
    picture, words = st.columns(2, gap="medium")
    with picture:
        st.mermaid_chart(
            tree_chart.path_chart(verdict),
            alt=f"Decision path: {tree_chart.outline(verdict.path)}; verdict {verdict.title}",
        )
    with words:
        for number, step in enumerate(verdict.path, start=1):
            _step(number, step)
    with st.expander("The whole tree", icon=":material/account_tree:"):
        st.mermaid_chart(
            mermaid(TREE, {step.key: step.answer == "yes" for step in verdict.path}),
            alt="Every question of the decision tree, with the path that was taken in bold",
        )


def _step(number: int, step: Told) -> None:
    icon = ":green[:material/check:]" if step.answer == "yes" else ":gray[:material/close:]"
    with st.container(border=True, gap="xxsmall"):
        st.markdown(
            f"{number}\\. {escaped(step.question)} **{icon} {step.answer.capitalize()}**"
            f" {SOURCE[step.source]}"
        )
        turns = f"Where it turns, and why: {step.threshold}" if step.threshold else None
        st.caption(escaped(step.evidence), help=turns and escaped(turns))


def flips(verdict: Verdict) -> None:
    """What would lead to another decision."""
    if not verdict.flips:
        st.markdown("Nothing that was looked at would change it by itself.")
    for flip in verdict.flips:
        st.markdown(f":material/swap_horiz: {escaped(flip.what)} {SOURCE[flip.source]}")


def cautions(verdict: Verdict) -> None:
    """What to look out for."""
    for caution in verdict.cautions:
        st.markdown(f":orange[:material/warning:] {escaped(caution)}")


def people(verdict: Verdict) -> None:
    """What raters say, beside the metric."""
    for said in verdict.people:
        st.markdown(f":material/group: {escaped(said)}")
    st.caption(
        "From the Rate page. The tree decides by the metric; where people disagree with it, "
        "that stands under Look out for."
    )


def guides(verdict: Verdict) -> None:
    """What three published rules say of the same evidence."""
    with st.grid(3, min_column_width=200):
        for key, advice in verdict.guides["advice"].items():
            with st.container(border=True, height="stretch", gap="xsmall"):
                agrees = verdict.guides[key] == verdict.leaf
                st.badge(
                    f"Guide {key.upper()}: {LEAF[verdict.guides[key]]}",
                    icon=":material/check:" if agrees else ":material/call_split:",
                    color="green" if agrees else "gray",
                )
                st.markdown(escaped(advice))
                if key in verdict.guides["divergence"]:
                    st.caption(escaped(verdict.guides["divergence"][key]))
    st.caption(escaped(verdict.guides["agreement"]))
