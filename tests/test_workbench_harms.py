"""What tuning did beside the task reaches the verdict, for the adapter that was measured only."""

from dataclasses import replace
from pathlib import Path

from core.evaluation.ability import KIND, Ability, Tried
from core.store import Store
from core.workbench.decision import harms
from tests.test_training_overfitting import validations
from tests.test_verdict_memo import LEVER, REPORT, TASK

LOST = tuple(Tried("abstaining", f"q{n}", "I do not know.", "Yes.", True, False) for n in range(12))


def test_lost_abstention_of_the_measured_adapter_is_a_harm(tmp_path: Path) -> None:
    store = Store(tmp_path / "record.sqlite")
    store.keep_report("shop", KIND, Ability("run", "ad", REPORT.model_digest, LOST).to_json())
    tuned = replace(REPORT, levers={"lora": replace(LEVER, adapter_digest="ad")})
    (said,) = harms(store, TASK, tuned)
    assert said.startswith("Questions that have none: 12 of 12 right before tuning, 0 after.")
    other = replace(REPORT, levers={"lora": replace(LEVER, adapter_digest="xx")})
    assert harms(store, TASK, other) == harms(store, TASK, REPORT) == ()
    store.close()


def test_rows_learned_by_heart_are_a_harm(tmp_path: Path) -> None:
    store = Store(tmp_path / "record.sqlite")
    (said,) = harms(store, TASK, REPORT, [validations(0.8, 1.2), validations(0.8, 0.4)])
    assert said.startswith("Overfitted: ")
    store.close()
