"""What the Watch page does: baselines, what changed since, the way back, general ability."""

import threading

from core.errors import LeverUnavailable, NotEvaluated
from core.evaluation import ability as general
from core.evaluation import production, recorded
from core.evaluation.ability import Ability
from core.evaluation.production import Outcomes
from core.evaluation.regression import Change, Flipped, Past, Regression, against, history
from core.evaluation.report import Report
from core.levers.protocol import Lever
from core.records import Answer, Task
from core.training.record import Run
from core.training.shelf import BASE_ALONE
from core.workbench.examples import uploaded
from core.workbench.opened import Progress
from core.workbench.searching import Searching


class Watching(Searching):
    """After the first verdict: what a change breaks, and how to go back."""

    def past(self, task: Task) -> tuple[Past, ...]:
        """Every kept evaluation of a task, oldest first."""
        kept = self.store.reports(task.name, "evaluation")
        return history([(one["created"], Report.from_json(one)) for one in kept])

    def pin(self, task: Task) -> None:
        """Make the latest evaluation the one that later ones are held against.

        Raises:
            NotEvaluated: There is none.
        """
        latest = recorded.latest(self.store, task.name)
        self.store.keep_report(task.name, "baseline", {"evaluation": latest.id})

    def baseline(self, task: Task) -> Past | None:
        """The evaluation that is pinned."""
        pinned = self.store.latest_report(task.name, "baseline")
        wanted = pinned["evaluation"] if pinned else None
        return next((one for one in self.past(task) if one.report.id == wanted), None)

    def regression(self, task: Task) -> Regression:
        """The latest evaluation against the pinned one.

        Raises:
            NotEvaluated: None is pinned, or they cannot be compared.
        """
        pinned = self.baseline(task)
        if pinned is None:
            raise NotEvaluated("No baseline is pinned.", remedy="Pin one on the Watch page.")
        return against(pinned.report, recorded.latest(self.store, task.name))

    def flipped(self, task: Task, found: Regression, change: Change) -> tuple[Flipped, ...]:
        """The examples behind a change, the broken ones first."""
        examples = {one.row: one for one in task.examples}
        rows = [row for row in (*change.broken, *change.fixed) if row in examples]
        asked = [examples[row] for row in rows]
        before, after = (
            recorded.answers(report, change.lever, asked, self.store)
            for report in (found.baseline, found.now)
        )
        return tuple(
            Flipped(
                one.row, one.row in change.broken, one.input, one.reference,
                _text(before.get(one.row)), _text(after.get(one.row)),
            )
            for one in asked
        )  # fmt: skip

    def stranded(self) -> tuple[Run, ...]:
        """Finished runs whose adapter was trained on another base than the chosen one."""
        digest = self.model().digest
        others = [run for run in self.runs() if run.base_digest != digest]
        return tuple(run for run in others if self.state(run).state == "finished")

    def roll_back(self, task: Task) -> None:
        """Answer with base + RAG: no adapter is in use. Remembers the one that was.

        Raises:
            LeverUnavailable: No adapter is in use.
        """
        current = self.shelf(task).current
        if current is None:
            raise LeverUnavailable(
                "The base answers alone already.", remedy="Choose an adapter on the Train page."
            )
        self.store.keep_report(task.name, "rollback", {"run": current.run})
        self.use(task, BASE_ALONE)

    def rolled_back(self, task: Task) -> str | None:
        """The run whose adapter a roll-back took out of use; None where none can come back."""
        shelf, kept = self.shelf(task), self.store.latest_report(task.name, "rollback")
        admitted = {one.run for one in shelf.admitted}
        undone = shelf.chosen == BASE_ALONE and kept and kept["run"] in admitted
        return str(kept["run"]) if kept and undone else None

    def undo_roll_back(self, task: Task) -> None:
        """Use the adapter again that the latest roll-back took out of use.

        Raises:
            LeverUnavailable: There is nothing to undo.
        """
        run = self.rolled_back(task)
        if run is None:
            raise LeverUnavailable(
                "There is no roll-back to undo.", remedy="Choose an adapter on the Train page."
            )
        self.use(task, run)

    def measure_ability(
        self, task: Task, progress: Progress | None = None, cancel: threading.Event | None = None
    ) -> Ability:
        """Ask base and tuned weights the general questions, and keep what they can do.

        Raises:
            LeverUnavailable: No adapter is in use.
            EvaluationStopped: `cancel` was set.
        """
        tuned: Lever = self.lever(task, "lora")
        assert tuned.adapter
        found = general.measure(self.model(), tuned.adapter, progress, cancel)
        self.store.keep_report(task.name, general.KIND, found.to_json())
        return found

    def ability(self, task: Task) -> Ability | None:
        """General ability of the adapter in use against its base; None where not measured."""
        current = self.shelf(task).current
        for kept in reversed(self.store.reports(task.name, general.KIND)):
            found = Ability.from_json(kept)
            same_base = found.model_digest == self.model().digest
            if current and found.adapter_digest == current.digest and same_base:
                return found
        return None

    def import_outcomes(self, task: Task, filename: str, content: bytes) -> Outcomes:
        """Take in what two ways came to in production, in place of what was there.

        Raises:
            TaskUnreadable: It is no sheet of two columns of outcomes.
        """
        with uploaded(filename, content) as source:
            found = production.read(source, filename)
        self.store.keep_report(task.name, "production", found.to_json())
        return found

    def outcomes(self, task: Task) -> Outcomes | None:
        """What was imported last."""
        kept = self.store.latest_report(task.name, "production")
        return Outcomes.from_json(kept) if kept else None


def _text(answer: Answer | None) -> str | None:
    return answer.text if answer else None
