"""Whether there are enough examples, and whether they may be used."""

import math
from collections.abc import Iterator

from core.records import Finding
from core.tasks.gate.examined import Check, Examined
from core.tasks.split import group_of

ENOUGH_TO_TUNE = 50  # below it a LoRA result is luck more than learning
ENOUGH_FOR_STYLE = 500  # below it a manner of writing is learned only in part
Z = 1.959964  # two-sided 95 %
WANTED = 20  # points either way; a wider interval cannot tell "mostly right" from a coin toss
BETTER = 10  # points either way that are good to have
ORIGINS = ("ours", "licensed", "scraped", "unknown")


def too_few(examined: Examined) -> Iterator[Finding]:
    """Fewer examples than tuning needs, for this kind of task."""
    count = len(examined.task.examples)
    if count < ENOUGH_TO_TUNE:
        yield Finding(
            "few-examples",
            f"Only {count} examples: too few to fine-tune on",
            count,
            (),
            f"Collect at least {ENOUGH_TO_TUNE}.",
            blocking=True,
            why="What a model learns from so few is luck more than learning.",
        )
    elif examined.task.output == "text" and not examined.documents and count < ENOUGH_FOR_STYLE:
        yield Finding(
            "few-for-style",
            f"{count} examples are few for a task about tone or free text",
            count,
            (),
            f"Collect about {ENOUGH_FOR_STYLE} if fine-tuning falls short.",
            why="A manner of writing shows only over many texts.",
        )


def small_holdout(examined: Examined) -> Iterator[Finding]:
    """A holdout that leaves a figure less sure than the owner wants (`half_width_points`)."""
    wanted = _points(examined.task.answers.get("half_width_points"))
    count = len({group_of(example) for example in examined.split.holdout})
    if count < enough(wanted):
        yield Finding(
            "small-holdout",
            f"Only {len(examined.split.holdout)} holdout examples: each figure will be sure to"
            f" about {half_width(count):.0f} points either way",
            len(examined.split.holdout),
            (),
            f"Collect about {5 * enough(wanted)} examples in all for {wanted:.0f} points;"
            f" for {BETTER} points the holdout needs about {enough(BETTER)}.",
            why="With so wide an interval two levers can hardly be told apart.",
        )


def _points(said: object) -> float:
    """What the owner stated, if it is a width at all."""
    number = isinstance(said, int | float) and not isinstance(said, bool)
    return float(said) if number and 1 <= said <= 50 else WANTED  # type: ignore[arg-type,operator]


def half_width(count: int) -> float:
    """Points either way of a share of one half among `count` independent examples (Wilson 1927).

    No metric in [0, 1] spreads more than such a share, so other figures are at least as sure.
    """
    return 100 * Z / (2 * math.sqrt(count + Z**2))


def enough(points: float) -> int:
    """About how many independent examples give that half-width."""
    return max(1, round((50 * Z / points) ** 2 - Z**2))


def origin(examined: Examined) -> Iterator[Finding]:
    """Whether the owner said where the examples are from, and whether they may be used."""
    answers = examined.task.answers
    unclear = _unclear(answers.get("origin"), answers.get("licence"))
    if unclear:
        title, remedy = unclear
        why = "A model that was tuned on texts of others may not be yours to use."
        yield Finding("origin", title, len(examined.task.examples), (), remedy, why=why)


def _unclear(said: object, licence: object) -> tuple[str, str] | None:
    """What is not clear about an origin, and what to do; None where nothing is."""
    if said == "ours" or (said == "licensed" and licence):
        return None
    if said == "licensed":
        return (
            "The examples are licensed, but nobody has said under which licence",
            "Name it under About this task on the Data page, such as cc-by-4.0; in task.toml, "
            'under [answers], it is licence = "cc-by-4.0".',
        )
    if said in ORIGINS:
        kind = "scraped from elsewhere" if said == "scraped" else "of unknown origin"
        return f"The examples are {kind}", "Ask who owns them before you ship a model."
    return (
        "Nobody has said where the examples are from",
        "Say it under About this task on the Data page; in task.toml, under [answers], it is "
        f'origin = "ours" (or: {", ".join(ORIGINS[1:])}).',
    )


CHECKS: tuple[Check, ...] = (too_few, small_holdout, origin)
