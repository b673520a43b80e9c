"""A task whose levers were measured on twelve questions, for people to rate."""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from core.evaluation.rating import Rated
from core.evaluation.report import Report
from core.evaluation.scoring import evaluate
from core.evaluation.sheets import Item, Kind, Sheet, Shown
from core.levers.lora import Lora
from core.levers.prompt import Prompt
from core.models.model import Piece
from core.ratings import Rating as Said
from core.records import Adapter, Example, Generated, Request, Split, Task
from core.store import Store
from core.workbench.opened import Opened
from core.workbench.people import Rating
from tests.fakes import FakeModel
from tests.measured import MeasuredWorkbench
from tests.test_evaluation_scoring import Clerk

HOLDOUT = tuple(Example(f"question {at}", f"answer {at}", "", at + 1) for at in range(40))
SPLIT = Split((Example("t", "u"),) * 60, (Example("v", "w"),) * 9, HOLDOUT, 0)
TASK = Task("shop", "Shop", "", "Answer.", "text", "exact_match", 0.8, HOLDOUT, Path())
ADAPTER = Adapter("run-1", Path("adapter"), "ad1", "base1")
STAMPS = {"prompt": "p1", "rag": "r1", "lora": "l1"}


def measured(store: Store) -> Report:
    """Prompt knows the even answers and says "no idea" to the others; LoRA knows all."""
    return evaluate(TASK, SPLIT, [Prompt(TASK), Lora(TASK, ADAPTER)], Clerk(), store)


def item(row: int, *shown: Sequence[str]) -> Item:
    """One answer per list of levers, the question a unit of its own."""
    answers = tuple(Shown(f"text {at}", tuple(names)) for at, names in enumerate(shown))
    return Item(row, f"group {row}", f"question {row}", "reference", answers)


def sheet(*items: Item, same: int = 0) -> Sheet:
    """A sheet of the answers that stand now."""
    return Sheet(items, 0, 1, STAMPS, same)


def rated(
    kind: Kind, shown: Sheet, said: dict[str, Sequence[str]], ended: tuple[str, ...] = ()
) -> Rated:
    """Each rater's values from the first item on."""
    ratings = [
        Said(at, rater, value, 0.0) for rater, row in said.items() for at, value in enumerate(row)
    ]
    return Rated(1, kind, shown, tuple(ratings), ended)


class TwoMinds(FakeModel):
    """The base answers with Markdown that must stay text; an adapter with the city."""

    def stream(self, requests: Sequence[Request], cancel: threading.Event) -> Iterator[Piece]:
        for place, request in enumerate(requests):
            says = "City" if request.adapter else "**nowhere**"
            yield Piece(place, says, done=Generated(says, 40, 3, 0.2, 0.1, "end"))


class RatingWorkbench(MeasuredWorkbench):
    """Adds rounds of ratings to the fake workbench: the real ones, on a fake model's answers."""

    ratings = Rating.ratings
    rounds = Rating.rounds
    begin_round = Rating.begin_round
    people = Rating.people
    judge_choice = Rating.judge_choice
    use_judge = Rating.use_judge
    judge = Rating.judge
    judged = Rating.judged
    _judging = Rating._judging
    _settings = Opened._settings

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.fake = TwoMinds()

    def measure(self) -> None:
        task = self.task("capitals")
        levers = [self.lever(task, name) for name in ("prompt", "lora")]
        evaluate(task, self.split(task), levers, self.fake, self.store)
