"""Whether there are enough examples, and enough of each sort."""

from collections import Counter
from collections.abc import Iterator

from core.records import Finding
from core.tasks.gate.examined import Check, Examined, listed

ENOUGH_TO_TUNE = 50  # below it a LoRA result is luck more than learning
ENOUGH_TO_MEASURE = 20  # below it a 95 % interval of a share is wider than 40 points


def rare_labels(examined: Examined) -> Iterator[Finding]:
    """Labels that the train part shows fewer than five times."""
    if examined.task.output != "label":
        return
    counts = Counter(example.reference for example in examined.split.train)
    rare = {label for label in examined.task.labels if counts[label] < 5}
    rows = [example.row for example in examined.task.examples if example.reference in rare]
    yield from listed(
        "rare-label", f"Labels with under five train rows: {', '.join(sorted(rare))}", rows,
        "Add examples of them.",
    )  # fmt: skip


def too_few(examined: Examined) -> Iterator[Finding]:
    """Fewer examples than tuning or measuring needs."""
    if len(examined.task.examples) < ENOUGH_TO_TUNE:
        yield Finding(
            "few-examples",
            f"Only {len(examined.task.examples)} examples: too few to fine-tune on",
            len(examined.task.examples),
            (),
            f"Collect at least {ENOUGH_TO_TUNE}.",
            True,
        )
    if len(examined.split.holdout) < ENOUGH_TO_MEASURE:
        yield Finding(
            "small-holdout",
            f"Only {len(examined.split.holdout)} holdout examples: intervals will be wide",
            len(examined.split.holdout),
            (),
            f"Collect at least {ENOUGH_TO_MEASURE * 5} examples in all.",
        )


CHECKS: tuple[Check, ...] = (rare_labels, too_few)
