"""What the Rate page does: rounds of answers for people to rate, and what they say together."""

from collections.abc import Sequence
from functools import cached_property

from core.errors import SettingOutOfRange
from core.evaluation import rating, recorded, sheets
from core.evaluation.sheets import LEAST, MOST, USUAL, Kind
from core.ratings import Ratings
from core.records import Task
from core.workbench.training import Training

MOST_NAME = 60  # characters of a rater's name


class Rating(Training):
    """Rounds, ratings and their summary."""

    @cached_property
    def ratings(self) -> Ratings:
        """The part of the record that people write when they rate."""
        return Ratings(self.store)

    def rounds(self, task: Task) -> tuple[rating.Rated, ...]:
        """All rounds of a task with what was said of them, oldest first."""
        kept = self.ratings
        return tuple(
            rating.Rated(
                one.id, _kind(one.kind), sheets.of(one), kept.of(one.id), kept.ended(one.id)
            )
            for one in kept.rounds(task.name)
        )

    def begin_round(
        self, task: Task, kind: Kind, levers: Sequence[str], size: int = USUAL
    ) -> rating.Rated:
        """Draw a new round from the latest evaluation's answers.

        People read holdout answers, so it counts as one opening of the holdout.

        Raises:
            NotEvaluated: There is no evaluation, its examples have changed, or nothing can be
                told apart.
            SettingOutOfRange: Too few levers, or a size out of range.
        """
        _check(kind, levers, size)
        report, split = recorded.latest(self.store, task.name), self.split(task)
        seed = sum(one.kind == kind for one in self.ratings.rounds(task.name))
        found = sheets.given(report, split, self.store, levers)
        sheet = sheets.draw(kind, report, found, levers, size, seed)
        made = self.ratings.begin(task.name, kind, sheet.to_json())
        self.store.open_holdout(task.name, split.holdout_version)
        return rating.Rated(made, kind, sheet, ())

    def people(self, task: Task) -> rating.People:
        """What people's ratings say of the levers that the latest evaluation measured.

        Raises:
            NotEvaluated: There is no evaluation.
        """
        return rating.summary(
            self.rounds(task), sheets.stamps(recorded.latest(self.store, task.name))
        )


def rater_name(typed: str) -> str:
    """A rater's name without stray spaces; "" where nothing was typed.

    Raises:
        SettingOutOfRange: It is too long or holds what cannot be printed.
    """
    name = " ".join(typed.split())
    if len(name) > MOST_NAME or not name.isprintable():
        raise SettingOutOfRange(
            "That name cannot be kept.", remedy=f"Give letters, at most {MOST_NAME} of them."
        )
    return name


def _kind(kept: str) -> Kind:
    return "blind" if kept == "blind" else "rubric"


def _check(kind: Kind, levers: Sequence[str], size: int) -> None:
    if not LEAST <= size <= MOST:
        raise SettingOutOfRange(
            f"The size is {size}.", remedy=f"Choose between {LEAST} and {MOST}."
        )
    least = 2 if kind == "blind" else 1
    if len(levers) < least:
        raise SettingOutOfRange(
            f"{len(levers)} levers are chosen.", remedy=f"Choose {least} or more."
        )
