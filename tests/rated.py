"""A task whose levers were measured on twelve questions, for people to rate."""

from collections.abc import Sequence
from pathlib import Path

from core.evaluation.report import Report
from core.evaluation.scoring import evaluate
from core.evaluation.sheets import Item, Sheet, Shown
from core.levers.lora import Lora
from core.levers.prompt import Prompt
from core.records import Adapter, Example, Split, Task
from core.store import Store
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
