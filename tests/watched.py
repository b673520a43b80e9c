"""A fake workbench with the real rooms behind the Watch page, on a fake model's answers."""

from pathlib import Path

from core.evaluation.scoring import evaluate
from core.records import Adapter, Task
from core.training.shelf import BASE_ALONE, Shelf
from core.workbench.watching import Watching
from tests.fakes import ADAPTER, FakeModel
from tests.measured import MeasuredWorkbench
from tests.rated import TwoMinds


class WatchedWorkbench(MeasuredWorkbench):
    """Adds what the Watch page calls; the shelf holds one adapter."""

    past = Watching.past
    pin = Watching.pin
    baseline = Watching.baseline
    regression = Watching.regression
    flipped = Watching.flipped
    roll_back = Watching.roll_back
    rolled_back = Watching.rolled_back
    undo_roll_back = Watching.undo_roll_back
    measure_ability = Watching.measure_ability
    ability = Watching.ability
    stranded = Watching.stranded
    import_outcomes = Watching.import_outcomes
    outcomes = Watching.outcomes

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.fake: FakeModel = TwoMinds()
        self.chosen_run: str | None = None

    def shelf(self, task: Task) -> Shelf:
        admitted: tuple[Adapter, ...] = (ADAPTER,) if self.has_adapter else ()
        alone = self.chosen_run == BASE_ALONE
        return Shelf(admitted, (), None if alone or not admitted else ADAPTER, self.chosen_run)

    def use(self, task: Task, run: str) -> None:
        self.chosen_run = run

    def measure(self) -> None:
        task = self.task("capitals")
        levers = [self.lever(task, name) for name in ("prompt", "lora")]
        evaluate(task, self.split(task), levers, self.fake, self.store)
