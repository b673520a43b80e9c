"""Whether every label, and every value that a JSON field may have, is shown often enough."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from core.records import Finding
from core.tasks.gate.atlas import sorts
from core.tasks.gate.examined import Check, Examined, listed

SHOWN_OFTEN = 5  # train rows; what stands in fewer is hardly learned
FAIR_PART = 0.25  # of an even share; below it a label or a value is rare
WHY = "The model hardly sees the rare {ones} and answers with the frequent ones."


@dataclass(frozen=True)
class Spread:
    """How often each of the allowed answers is the right one in the train rows."""

    allowed: Sequence[str]
    counts: Mapping[str, int]
    rows: int

    @property
    def rare(self) -> list[str]:
        """Those that are hardly shown, or far less often than an even share."""
        least = max(SHOWN_OFTEN, FAIR_PART * self.rows / len(self.allowed))
        return sorted(one for one in self.allowed if self.counts.get(one, 0) < least)

    @property
    def fewest(self) -> list[str]:
        """All of them, the rarest first."""
        return sorted(self.allowed, key=lambda one: self.counts.get(one, 0))

    @property
    def share(self) -> float:
        """Of the rarest."""
        return self.counts.get(self.fewest[0], 0) / max(1, self.rows)


def rare_labels(examined: Examined) -> Iterator[Finding]:
    """Labels that the train part hardly shows, or far less often than an even share."""
    task = examined.task
    if task.output != "label" or not task.labels:
        return
    spread = _spread([example.reference for example in examined.split.train], task.labels)
    named = (*spread.fewest[:2], spread.fewest[-1])
    shown = ", ".join(f'"{label}" {spread.counts.get(label, 0)}' for label in named)
    title = f"Labels are uneven: the rarest has {spread.share:.0%} of the train rows ({shown})"
    remedy = f"Add examples of: {', '.join(spread.rare)}."
    rows = [example.row for example in task.examples if example.reference in spread.rare]
    yield from _told("rare-label", title, rows, remedy, "labels", len(spread.rare))


def rare_values(examined: Examined) -> Iterator[Finding]:
    """The same for values of JSON fields that may have only some; the worst field is named."""
    task = examined.task
    closed = [key for key, allowed in task.schema.items() if allowed]
    if task.output != "json" or not closed:
        return
    held = dict(zip(closed, sorts(task, examined.split.train).values(), strict=True))
    everywhere = dict(zip(closed, sorts(task, task.examples).values(), strict=True))
    spreads = {key: _spread(values, task.schema[key]) for key, values in held.items()}
    uneven = {key: spread for key, spread in spreads.items() if spread.rare}
    if not uneven:
        return
    worst = min(uneven, key=lambda key: uneven[key].share)
    title = (
        f'Values of "{worst}" are uneven: the rarest, "{uneven[worst].fewest[0]}", stands in '
        f"{uneven[worst].share:.0%} of the train rows"
    )
    wanted = "; ".join(f"{key}: {', '.join(spread.rare)}" for key, spread in uneven.items())
    rows = [
        example.row
        for place, example in enumerate(task.examples)
        if any(everywhere[key][place] in spread.rare for key, spread in uneven.items())
    ]
    missing = sum(len(spread.rare) for spread in uneven.values())
    yield from _told("rare-value", title, rows, f"Add examples with {wanted}.", "values", missing)


def _spread(found: Sequence[str], allowed: Sequence[str]) -> Spread:
    return Spread(allowed, Counter(found), len(found))


def _told(
    code: str, title: str, rows: Collection[int], remedy: str, ones: str, rare: int
) -> Iterator[Finding]:
    """On its rows; where there is no row at all, on what is rare."""
    why = WHY.format(ones=ones)
    if rare and not rows:
        yield Finding(code, title, rare, (), remedy, why=why)
    yield from listed(code, title, rows, remedy, why=why)


CHECKS: tuple[Check, ...] = (rare_labels, rare_values)
