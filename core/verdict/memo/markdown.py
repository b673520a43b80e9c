"""A memo in Markdown."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from core.verdict.memo.content import Memo
from core.verdict.sentences import percent, sentence

MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~$&])")


def written(memo: Memo, made: str = "", stale: str = "") -> str:
    """One page: the decision, why, the figures, what would change it, and what to do next.

    Args:
        memo: See `content.memo`.
        made: The day, in words; "" leaves it out.
        stale: Why it no longer holds, "" while it does.
    """
    parts = (
        f"# {plain(memo['title'])}: {plain(memo['verdict'])}",
        f"> **Out of date.** {plain(stale)}" if stale else "",
        f"**Goal.** {plain(memo['goal'])}",
        f"**Why.** {plain(memo['because'])}",
        f"**Next step.** {plain(memo['next_step'])}",
        f"**How sure.** {plain(memo['sure'])} {plain(memo['rehearsal'])}",
        "## What was measured",
        _table(memo),
        _bullets(memo["left_out"]),
        *_people(memo["people"]),
        "## The way to the decision",
        "\n".join(map(_step, memo["path"])),
        "## What would change it",
        _bullets(memo["flips"]) or "Nothing that was looked at, by itself.",
        *_costs(memo["costs"]),
        "## Look out for",
        _bullets(memo["cautions"]),
        "## What published guides say of the same evidence",
        _bullets([*_advice(memo), memo["guides"]["agreement"]]),
        "## Limits",
        _bullets(memo["limits"]),
        _foot(memo, made),
    )
    return "\n\n".join(part for part in parts if part) + "\n"


def plain(text: str) -> str:
    """Text on one line that Markdown shows as it stands: no markup, no HTML, no images."""
    return (
        MARKUP.sub(r"\\\1", " ".join(text.split())).replace("\\<", "&lt;").replace("\\&", "&amp;")
    )


def _table(memo: Memo) -> str:
    head = (
        f"| lever | {plain(memo['metric'])} | 95% interval | tokens per answer "
        "| seconds per answer (median) |"
    )
    rows = map(_row, memo["levers"])
    bar = f"The bar is {percent(memo['bar'])}."
    return "\n".join([head, "| --- | --- | --- | --- | --- |", *rows, "", bar])


def _row(one: Mapping[str, Any]) -> str:
    if one["mean"] is None:
        return f"| {one['name']} | could not be scored | | | |"
    seconds = "" if one["seconds"] is None else f"{one['seconds']:.2f}"
    return (
        f"| {one['name']} | {percent(one['mean'])} | {percent(one['low'])} to "
        f"{percent(one['high'])} | {one['tokens']:.0f} | {seconds} |"
    )


def _step(step: Mapping[str, Any]) -> str:
    said = f"**{sentence(step['answer'])}.** {plain(step['evidence'])}"
    turns = f" Threshold: {plain(step['threshold'])}" if step["threshold"] else ""
    return f"1. {step['question']} {said} ({step['source']}){turns}"


def _people(said: Sequence[str]) -> Iterator[str]:
    """Nothing where nobody has rated."""
    if said:
        yield "## What people say of the answers"
        yield _bullets(said)


def _costs(costs: Mapping[str, Any]) -> Iterator[str]:
    """Nothing where the owner gave no prices."""
    if not costs["levers"]:
        return
    yield "## What it costs"
    head = (
        "| lever | once | 1,000 answers | a month, whatever the volume |",
        "| --- | --- | --- | --- |",
    )
    rows = (
        f"| {one['name']} | {one['once']} | {one['thousand']} | {one['standing']} |"
        for one in costs["levers"]
    )
    yield "\n".join([*head, *rows])
    looked = f"Prices are the owner's, looked up {costs['dated'][0]} to {costs['dated'][-1]}."
    yield _bullets([*costs["break_even"], looked])


def _advice(memo: Memo) -> Iterator[str]:
    for guide, advice in memo["guides"]["advice"].items():
        yield f"Guide {guide.upper()}: {advice}"


def _foot(memo: Memo, made: str) -> str:
    prints = ", ".join(f"{key} {value}" for key, value in memo["fingerprints"].items())
    return plain(f"{f'Made {made}. ' if made else ''}Memo {memo['digest']}; {prints}.")


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {plain(line)}" for line in lines)
