"""What the Rate page does: rounds of answers for people to rate, and what they say together."""

import contextlib
import threading
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import cached_property

from core.errors import NotEvaluated, SettingOutOfRange
from core.evaluation import judge as judging
from core.evaluation import rating, recorded, sheets
from core.evaluation.agreement import Agreement
from core.evaluation.judge import Judged
from core.evaluation.sheets import LEAST, MOST, USUAL, Kind
from core.models.choice import ModelChoice, open_model
from core.models.model import Model
from core.ratings import Ratings
from core.records import Task
from core.workbench.opened import Progress
from core.workbench.training import Training
from core.workspace import write_json

MOST_JUDGED = 100  # pairs of answers beyond those that people compared
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

    def judge_choice(self) -> ModelChoice | None:
        """The model that judges; None, the usual case, for none."""
        kept = self._settings().get("judge")
        return ModelChoice(**kept) if kept else None

    def use_judge(self, choice: ModelChoice | None) -> None:
        """Let a model judge from now on, or none."""
        kept = asdict(choice) if choice else None
        write_json(self.workspace.settings, {**self._settings(), "judge": kept})

    def judge(
        self, task: Task, progress: Progress | None = None, cancel: threading.Event | None = None
    ) -> Judged:
        """Have the judge compare the pairs that people compared, and more of the holdout.

        It reads holdout answers, so it counts as one opening of the holdout.

        Raises:
            NotEvaluated: There is no judge, or people have compared nothing that still stands.
            EvaluationStopped: `cancel` was set.
        """
        choice = self.judge_choice()
        if choice is None:
            raise NotEvaluated("No model is chosen as judge.", remedy="Choose one first.")
        report, split = recorded.latest(self.store, task.name), self.split(task)
        stamps = sheets.stamps(report)
        compared = judging.compared(self.rounds(task), stamps)
        levers = judging.levers(compared)
        found = sheets.given(report, split, self.store, levers)
        items = judging.apart((*compared, *sheets.blind(found, levers, MOST_JUDGED, 0).items))
        with self._judging(choice) as model:
            said = judging.ask(model, items, progress, cancel)
        self.store.open_holdout(task.name, split.holdout_version)
        made = {name: stamps[name] for name in levers}
        judged = Judged(model.name, model.digest, judging.PROMPT_VERSION, made, said)
        self.store.keep_report(task.name, "judge", judged.to_json())
        return judged

    @contextlib.contextmanager
    def _judging(self, choice: ModelChoice) -> Iterator[Model]:
        """The judge: the model that is open already, else another one until it has judged."""
        if choice == self.choice():
            yield self.model()
            return
        with contextlib.closing(open_model(choice)) as model:
            yield model

    def judged(self, task: Task) -> tuple[Judged, Agreement | None] | None:
        """What the judge said of the answers as they are now, and how far people agree with it."""
        kept = self.store.latest_report(task.name, "judge")
        found = Judged.from_json(kept) if kept else None
        stamps = sheets.stamps(recorded.latest(self.store, task.name))
        if found is None or found.prompt_version != judging.PROMPT_VERSION:
            return None
        if any(stamps.get(name) != stamp for name, stamp in found.stamps.items()):
            return None
        return found, judging.agreed(found, judging.people(self.rounds(task), stamps))


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
