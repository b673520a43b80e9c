"""What ships fits together: model, adapters and the splits they were trained on."""

from pathlib import Path

import pytest

from core.models import adapters, backbone
from core.tasks import catalog
from core.tasks.split import split
from core.training import record

SHIPPED = [folder for name in catalog.samples() for folder in catalog.shipped_runs(name)]


def test_three_samples_come_with_an_adapter() -> None:
    tasks = sorted(folder.parents[1].name for folder in SHIPPED)
    assert tasks == ["policy-card", "store-policies", "ticket-triage"]


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.parents[1].name)
def test_a_shipped_adapter_fits_the_shipped_model_and_split(folder: Path) -> None:
    run = record.read(folder)
    assert adapters.admit(folder / "adapter", run.task, backbone.digest("embedded"))
    assert run.split == split(catalog.read(catalog.SAMPLES / run.task).examples).version
