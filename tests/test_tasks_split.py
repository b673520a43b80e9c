"""The split is seeded, grouped and of the stated shares; the gate sees what is wrong."""

from pathlib import Path

from core.records import Example, Split, Task
from core.tasks import gate
from core.tasks.split import split


def rows(count: int) -> tuple[Example, ...]:
    return tuple(Example(f"question {n}", f"answer {n}", row=n) for n in range(1, count + 1))


def task(examples: tuple[Example, ...], **more: object) -> Task:
    settings = {"output": "text", "metric": "exact_match", **more}
    return Task("t", "T", "", "", success_bar=0.5, examples=examples, folder=Path(), **settings)  # type: ignore[arg-type]


def test_the_shares_are_64_16_20() -> None:
    parts = split(rows(100))
    assert (len(parts.train), len(parts.validation), len(parts.holdout)) == (64, 16, 20)


def test_the_order_of_the_file_does_not_matter_and_the_seed_does() -> None:
    examples = rows(50)
    assert split(examples).holdout == split(tuple(reversed(examples))).holdout
    assert split(examples, seed=0).holdout != split(examples, seed=1).holdout


def test_no_group_straddles_two_parts() -> None:
    examples = tuple(Example(f"q{n}", "a", group=f"g{n // 5}", row=n) for n in range(100))
    parts = split(examples)
    groups = [
        {row.group for row in part} for part in (parts.train, parts.validation, parts.holdout)
    ]
    assert sum(map(len, groups)) == 20


def test_the_same_input_stays_on_one_side() -> None:
    examples = tuple(Example(text, "a", row=n) for n, text in enumerate(["Same", "same "] * 20))
    parts = split(examples)
    assert {len(parts.train), len(parts.validation), len(parts.holdout)} == {0, 40}


def test_empty_repeated_and_contradicting_rows_are_found_with_their_numbers() -> None:
    examples = (
        Example("a", "1", row=1),
        Example("A ", "1", row=2),
        Example("b", "", row=3),
        Example("c", "1", row=4),
        Example("c", "2", row=5),
    )
    found = {
        one.code: one.rows for one in gate.findings(gate.Examined(task(examples), split(examples)))
    }
    assert found["duplicate"] == (2,)
    assert found["empty"] == (3,)
    assert found["conflict"] == (4, 5)


def test_a_holdout_row_that_also_stands_in_train_blocks() -> None:
    twin = Example("same", "1", group="x", row=1), Example("Same", "1", group="y", row=2)
    parts = Split((twin[0],), (), (twin[1],), seed=0)
    found = [one for one in gate.findings(gate.Examined(task(twin), parts)) if one.code == "leak"]
    assert [(one.rows, one.blocking) for one in found] == [((2,), True)]


def test_references_off_the_schema_and_off_the_labels_are_found() -> None:
    examples = (
        Example("a", '{"kind": "x"}', row=1),
        Example("b", '{"kind": "z"}', row=2),
        Example("c", '{"sort": "x"}', row=3),
        Example("d", "x", row=4),
    )
    json_task = task(examples, output="json", schema={"kind": ("x", "y")})
    label_task = task(examples, output="label", labels=("x",))
    parts = split(examples)
    assert {one.code: one.rows for one in gate.findings(gate.Examined(json_task, parts))}[
        "schema"
    ] == (2, 3, 4)
    assert {one.code: one.rows for one in gate.findings(gate.Examined(label_task, parts))}[
        "label"
    ] == (1, 2, 3)
