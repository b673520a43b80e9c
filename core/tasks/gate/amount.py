"""Whether there are enough examples, enough of each sort, and whether they may be used."""

import math
from collections import Counter
from collections.abc import Iterator

from core.records import Finding
from core.tasks.gate.examined import Check, Examined, listed
from core.tasks.split import group_of

ENOUGH_TO_TUNE = 50  # below it a LoRA result is luck more than learning
ENOUGH_FOR_STYLE = 500  # below it a manner of writing is learned only in part
SHOWN_OFTEN = 5  # train rows; a label with fewer is hardly learned
FAIR_PART = 0.25  # of an even share; below it a label is rare
Z = 1.959964  # two-sided 95 %
WANTED = 20  # points either way; a wider interval cannot tell "mostly right" from a coin toss
BETTER = 10  # points either way that are good to have
ORIGINS = ("ours", "licensed", "scraped", "unknown")


def rare_labels(examined: Examined) -> Iterator[Finding]:
    """Labels that the train part hardly shows, or far less often than an even share."""
    task = examined.task
    if task.output != "label" or not task.labels:
        return
    counts = Counter(example.reference for example in examined.split.train)
    fair = FAIR_PART * len(examined.split.train) / len(task.labels)
    rare = {label for label in task.labels if counts[label] < max(SHOWN_OFTEN, fair)}
    fewest = sorted(task.labels, key=lambda label: counts[label])
    shown = ", ".join(f'"{label}" {counts[label]}' for label in (*fewest[:2], fewest[-1]))
    share = counts[fewest[0]] / max(1, len(examined.split.train))
    title = f"Labels are uneven: the rarest has {share:.0%} of the train rows ({shown})"
    why = "The model hardly sees the rare labels and answers with the frequent ones."
    remedy = f"Add examples of: {', '.join(sorted(rare))}."
    rows = [example.row for example in task.examples if example.reference in rare]
    if rare and not rows:
        yield Finding("rare-label", title, len(rare), (), remedy, why=why)
    yield from listed("rare-label", title, rows, remedy, why=why)


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
        metric = examined.task.metric.replace("_", " ")
        yield Finding(
            "small-holdout",
            f"Only {len(examined.split.holdout)} holdout examples: {metric} will be sure to"
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
    said = examined.task.answers.get("origin")
    count = len(examined.task.examples)
    if said in ("ours", "licensed"):
        return
    if said in ORIGINS:
        kind = "scraped from elsewhere" if said == "scraped" else "of unknown origin"
        title, remedy = f"The examples are {kind}", "Ask who owns them before you ship a model."
    else:
        title = "Nobody has said where the examples are from"
        others = ", ".join(ORIGINS[1:])
        remedy = f'Add origin = "ours" (or: {others}) under [answers] in task.toml.'
    why = "A model that was tuned on texts of others may not be yours to use."
    yield Finding("origin", title, count, (), remedy, why=why)


CHECKS: tuple[Check, ...] = (rare_labels, too_few, small_holdout, origin)
