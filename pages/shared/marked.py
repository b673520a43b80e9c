"""Text with marks in it: what a passage supports, what none does, the place that was cited.

Every character of the text is escaped as HTML, so that nothing in it is markup, is fetched or can
be clicked. Only the marks themselves are ours.
"""

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import streamlit as st

Kind = Literal["cited", "unsupported", "place", "gone", "new"]

BODY = "white-space:pre-wrap;overflow-wrap:anywhere;line-height:1.6;margin:0"
CODE = (
    f"{BODY};font-family:ui-monospace,monospace;font-size:0.875em;"
    "background:rgba(128,128,128,.1);border-radius:.5em;padding:.8em 1em"
)
HIDDEN = "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)"
STYLE: dict[Kind, str] = {  # tones that read on a light and on a dark page
    "cited": "background:rgba(20,144,127,.16);border-radius:.2em;padding:.05em .1em",
    "unsupported": "text-decoration:underline dotted #c2410c 2px;text-underline-offset:.25em",
    "place": "background:rgba(234,179,8,.38);border-radius:.2em;padding:.1em 0",
    "gone": "background:rgba(220,38,38,.16);text-decoration:line-through",
    "new": "background:rgba(20,144,127,.22);text-decoration:none",
}
TAG: dict[Kind, str] = {
    "cited": "mark", "unsupported": "span", "place": "mark", "gone": "del", "new": "ins",
}  # fmt: skip
SPOKEN: dict[Kind, str] = {"unsupported": " (in no passage)"}  # for who cannot see the style


@dataclass(frozen=True)
class Mark:
    """A stretch of a text that is drawn in another way."""

    start: int
    end: int
    kind: Kind
    number: int | None = None  # written behind it
    link: str = ""  # where the number leads, within this app
    says: str = ""  # what the number stands for


def show(text: str, marks: Sequence[Mark], *, code: bool = False) -> None:
    """Draw a text with its marks; they may not overlap."""
    st.html(f'<div style="{CODE if code else BODY}">{"".join(_parts(text, marks))}</div>')


def _parts(text: str, marks: Sequence[Mark]) -> Iterator[str]:
    at = 0
    for mark in sorted(marks, key=lambda mark: mark.start):
        yield html.escape(text[at : mark.start])
        yield _drawn(text[mark.start : mark.end], mark)
        at = mark.end
    yield html.escape(text[at:])


def _drawn(text: str, mark: Mark) -> str:
    tag = TAG[mark.kind]
    said = SPOKEN.get(mark.kind, "")
    spoken = f'<span style="{HIDDEN}">{said}</span>' if said else ""
    style = f"color:inherit;{STYLE[mark.kind]}"
    return f'<{tag} style="{style}">{html.escape(text)}</{tag}>{spoken}{_number(mark)}'


def _number(mark: Mark) -> str:
    if mark.number is None:
        return ""
    link, says = html.escape(mark.link), html.escape(mark.says)
    return (
        f'<sup><a href="{link}" target="_blank" title="{says}" aria-label="{says}" '
        f'style="padding:.3em .4em;color:inherit;font-weight:600">{mark.number}</a></sup>'
    )
