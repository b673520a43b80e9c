"""The gate's figures: planted faults found, clean rows let be, many rows in little time."""

import tracemalloc
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from core.records import Example, Finding, Task
from core.tasks import catalog, gate
from core.tasks.gate import near, search
from core.tasks.gate.shingles import Indexes, Shingles, jaccard
from core.tasks.split import split
from tests import many, planted
from tests.variety import VARIETY


def named(found: Iterable[Finding]) -> dict[str, set[int]]:
    """The rows of each code, of findings that speak of rows."""
    return {one.code: set(one.affected) for one in found if one.code not in planted.OF_THE_TASK}


def alarms(task: Task) -> set[int]:
    found = named(gate.findings(gate.Examined(task, split(task.examples))))
    return set().union(*found.values())


@pytest.fixture(scope="module")
def beds() -> list[tuple[planted.Planted, dict[str, set[int]]]]:
    made = [bed() for bed in planted.BEDS]
    return [(one, named(gate.findings(one.examined))) for one in made]


Beds = list[tuple[planted.Planted, dict[str, set[int]]]]


def test_at_least_200_faults_of_every_kind_are_planted(beds: Beds) -> None:
    kinds = Counter(fault.code for bed, _ in beds for fault in bed.faults)
    assert kinds.total() >= 200
    assert len(kinds) == 27
    assert min(kinds.values()) >= 4


def test_of_planted_faults_95_percent_are_found(beds: Beds) -> None:
    faults = [(fault, found) for bed, found in beds for fault in bed.faults]
    missed = [fault for fault, found in faults if fault.row not in found.get(fault.code, ())]
    assert len(missed) <= 0.05 * len(faults), missed


def test_among_faults_2_percent_of_the_clean_rows_at_most_are_alarmed(beds: Beds) -> None:
    clean = sum(len(bed.clean) for bed, _ in beds)
    wrong = [(code, rows & bed.clean) for bed, found in beds for code, rows in found.items()]
    assert clean > 800
    assert sum(len(rows) for _, rows in wrong) <= 0.02 * clean, [one for one in wrong if one[1]]


@pytest.mark.parametrize("name", catalog.samples())
def test_2_percent_of_a_samples_rows_at_most_are_alarmed(name: str) -> None:
    task = catalog.read(catalog.SAMPLES / name)
    assert len(alarms(task)) <= 0.02 * len(task.examples)


def test_2_percent_of_varied_clean_rows_at_most_are_alarmed() -> None:
    examples = tuple(Example(*pair, row=row) for row, pair in enumerate(VARIETY, 1))
    task = Task("v", "V", "", "", "text", "token_f1", 0.5, examples, Path())
    assert len(examples) >= 60
    assert alarms(task) == set()


@pytest.mark.parametrize("kind", many.KINDS)
def test_no_text_is_compared_with_more_than_a_few_others(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[int] = []

    def counted(shingles: Shingles, left: Indexes, right: Indexes) -> NDArray[np.float64]:
        compared.append(len(left))
        return jaccard(shingles, left, right)

    monkeypatch.setattr(search, "jaccard", counted)
    near.twins(many.task(kind, 2_000).examples)
    assert 0 < sum(compared) < 2_000 * 8


def test_2000_rows_are_compared_in_60_megabytes() -> None:
    examples = many.task("prose", 2_000).examples
    tracemalloc.start()
    near.twins(examples)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60_000_000
