"""The split is seeded, grouped and of the stated shares; the gate sees what is wrong."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.errors import TaskUnreadable
from core.records import Example, Split, Task
from core.tasks import catalog, frozen, gate
from core.tasks.split import key, lopsided, split
from core.training import record
from core.workbench import Workbench
from core.workspace import read_json, write_json, write_text
from tests import many


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


def labelled(**counts: int) -> tuple[Example, ...]:
    labels = [label for label, count in counts.items() for _ in range(count)]
    return tuple(Example(f"q{n}", label, row=n) for n, label in enumerate(labels, start=1))


def parts_of(parts: Split) -> dict[int, str]:
    """The part of each row."""
    return {
        row.row: part for part in ("train", "validation", "holdout") for row in getattr(parts, part)
    }


def test_a_text_task_keeps_the_parts_that_are_known_from_before() -> None:
    assert [row.row for row in split(rows(10)).holdout] == [10, 6]
    assert [row.row for row in split(rows(10)).validation] == [9, 3]


def test_each_part_has_its_share_of_every_label() -> None:
    parts = split(labelled(billing=50, delivery=30, other=20), stratify=True)
    shares = [Counter(row.reference for row in part) for part in (parts.train, parts.holdout)]
    assert shares == [
        {"billing": 32, "delivery": 19, "other": 13},
        {"billing": 10, "delivery": 6, "other": 4},
    ]


def test_labels_that_occur_once_are_spread_over_the_parts_too() -> None:
    parts = split(labelled(**{f"label{n}": 1 for n in range(25)}), stratify=True)
    assert (len(parts.train), len(parts.validation), len(parts.holdout)) == (16, 4, 5)


def test_a_group_of_labelled_examples_stays_on_one_side() -> None:
    examples = tuple(
        Example(f"q{n}", "yes" if n % 3 else "no", group=f"g{n // 4}", row=n) for n in range(80)
    )
    parts = split(examples, stratify=True)
    sides = [{row.group for row in part} for part in (parts.train, parts.validation, parts.holdout)]
    assert sum(map(len, sides)) == 20
    assert len(parts.holdout) == 16


@pytest.mark.parametrize("stratify", [False, True])
@pytest.mark.parametrize("count", [5, 6, 7, 8, 9, 12])
def test_from_five_examples_on_the_holdout_is_never_empty(count: int, stratify: bool) -> None:
    labels = tuple(Example(f"q{n}", "ab"[n % 2], row=n) for n in range(count))
    one_group = tuple(Example(f"q{n}", "a", group="all", row=n) for n in range(count))
    two_groups = tuple(Example(f"q{n}", "ab"[n % 2], "ab"[n % 2], row=n) for n in range(count))
    for examples in (labels, one_group, two_groups):
        assert split(examples, stratify=stratify).holdout


def test_groups_that_share_an_input_stay_on_one_side() -> None:
    examples = tuple(
        Example(f"Same {n // 2}", "a", group=f"customer {n}", row=n) for n in range(40)
    )
    sides = parts_of(split(examples))
    assert all(sides[n] == sides[n + 1] for n in range(0, 40, 2))


def test_rows_that_belong_together_stay_on_one_side_directly_or_by_others() -> None:
    examples = rows(40)
    clusters = [(n, n + 10) for n in range(1, 11)] + [(n + 10, n + 20) for n in range(1, 11)]
    sides = parts_of(split(examples, together=clusters))
    assert all(sides[n] == sides[n + 10] == sides[n + 20] for n in range(1, 11))
    assert Counter(sides.values())["holdout"] >= 8


def test_a_group_that_swallows_a_part_is_spoken_of() -> None:
    one = tuple(Example(f"q{n}", "a", group="all", row=n) for n in range(40))
    (found,) = lopsided(split(one))
    assert "0 / 0 / 40 examples instead of about 26 / 6 / 8" in found.title
    assert found.blocking
    assert not [*lopsided(split(rows(40)))]


def test_a_known_group_does_not_move_and_a_new_one_goes_where_room_is() -> None:
    held = {key(f"input question {n}"): "train" for n in range(1, 9)}
    parts = split(rows(10), known=held)
    assert {row.row for row in parts.train} == set(range(1, 9))
    assert {row.row for row in parts.holdout} == {9, 10}


def test_a_new_row_with_the_input_of_a_known_one_goes_to_its_side() -> None:
    old = Example("Same", "a", group="x", row=1)
    new = Example("same ", "a", group="y", row=2)
    for part in ("train", "validation", "holdout"):
        parts = split((old, new), known={key("group x"): part})
        assert parts_of(parts) == {1: part, 2: part}


# Kept in the task's folder

TOML = """title = "T"
goal = "G"
instruction = "I"
output = "text"
metric = "exact_match"
success_bar = 0.5
"""


class Apart:
    """An embedder that finds no two texts alike."""

    digest = "apart"

    def embed(self, texts: Sequence[str]) -> Any:
        return np.eye(len(texts), dtype=np.float32)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    bench = Workbench(tmp_path / "home")
    bench.embedder = Apart()  # type: ignore[assignment]
    yield bench
    bench.close()


def write(bench: Workbench, numbers: list[int]) -> Task:
    """The task `shop`, one row per number."""
    folder = bench.workspace.tasks / "shop"
    write_text(folder / "task.toml", TOML)
    lines = [f'{{"input": "question {WORDS[n]}", "reference": "{WORDS[n]}"}}\n' for n in numbers]
    write_text(folder / "examples.jsonl", "".join(lines))
    return bench.task("shop")


FRUIT = ("apple", "pear", "plum", "fig", "lime", "kiwi")
WORDS = [f"{fruit}{part}" for fruit in FRUIT for part in ("stone", "tree", "leaf")]


def sides(bench: Workbench, task: Task) -> dict[str, str]:
    """The part of each reference."""
    of_row = parts_of(bench.split(task))
    return {row.reference: of_row[row.row] for row in task.examples}


def test_the_split_is_kept_at_first_use(bench: Workbench) -> None:
    task = write(bench, list(range(10)))
    first = bench.split(task)
    assert (task.folder / "split.json").exists()
    assert bench.split(task) == first == split(task.examples)


def test_rows_added_later_move_no_known_row(bench: Workbench) -> None:
    before = sides(bench, write(bench, list(range(10))))
    after = sides(bench, write(bench, list(range(18))))
    assert {name: after[name] for name in before} == before
    assert Counter(after.values())["holdout"] == 4
    assert sides(bench, write(bench, list(range(18))[::-1])) == after


def test_a_row_that_was_dropped_has_its_part_again_when_it_comes_back(bench: Workbench) -> None:
    before = sides(bench, write(bench, list(range(10))))
    less = sides(bench, write(bench, list(range(5, 10))))
    assert less == {name: before[name] for name in less}
    assert sides(bench, write(bench, list(range(10)))) == before


def test_splitting_anew_makes_another_holdout_and_another_version(bench: Workbench) -> None:
    task = write(bench, list(range(10)))
    old = bench.split(task)
    new = bench.split_anew(task)
    assert (old.seed, new.seed) == (0, 1)
    assert set(new.holdout) != set(old.holdout)
    assert new.version != old.version
    assert bench.split(task) == new


def test_near_duplicates_stay_together_from_the_first_split_on(bench: Workbench) -> None:
    folder = bench.workspace.tasks / "shop"
    write_text(folder / "task.toml", TOML)
    said = [
        f"Please tell me whether the {word} that I ordered last week was sent to my house{end}"
        for word in WORDS
        for end in ("", "!!")
    ]
    write_text(folder / "examples.jsonl", "".join(
        f'{{"input": "{text}", "reference": "{text.split()[5]}"}}\n' for text in said
    ))  # fmt: skip
    task = bench.task("shop")
    for parts in (bench.split(task), bench.split_anew(task), bench.split_anew(task)):
        of_row = parts_of(parts)
        assert all(of_row[n] == of_row[n + 1] for n in range(1, 36, 2))


def test_near_duplicates_of_a_large_task_stay_together_too(tmp_path: Path) -> None:
    large = many.task("prose", 21_000).examples
    marked = [one for one in large if one.input.endswith(" Thanks")]
    assert len(marked) > 200
    task = replace(many.task("prose", 1), examples=large, folder=tmp_path)
    of_row = parts_of(frozen.of_task(task, keep=False))
    first = {one.input: one.row for one in reversed(large)}
    told = [(one.row, first.get(one.input.removesuffix(" Thanks"), one.row)) for one in marked]
    assert [pair for pair in told if of_row[pair[0]] != of_row[pair[1]]] == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda said: said["parts"]["train"].append(said["parts"]["holdout"].pop()),
        lambda said: said.pop("seed"),
        lambda said: said.update(parts=[]),
        lambda said: said.update(seed=5),
    ],
)
def test_a_split_edited_by_hand_is_refused_until_it_is_split_anew(
    bench: Workbench, spoil: object
) -> None:
    task = write(bench, list(range(10)))
    bench.split(task)
    said = read_json(task.folder / "split.json")
    spoil(said)  # type: ignore[operator]
    write_json(task.folder / "split.json", said)
    with pytest.raises(TaskUnreadable, match="delete it"):
        bench.split(task)
    bench.split_anew(task)
    assert bench.split(task).seed == 1


@pytest.mark.parametrize("content", ["", "{", "[1]", "null", '{"a": ' * 5000])
def test_a_damaged_split_is_a_sentence(bench: Workbench, content: str) -> None:
    task = write(bench, list(range(10)))
    write_text(task.folder / "split.json", content)
    with pytest.raises(TaskUnreadable, match=r"split\.json is not as First Lever wrote it"):
        bench.split(task)


def test_a_task_outside_the_workspace_is_split_but_not_written_to(
    bench: Workbench, tmp_path: Path
) -> None:
    task = write(bench, list(range(10)))
    elsewhere = task.folder.rename(tmp_path / "shop")
    task = catalog.read(elsewhere)
    assert bench.split(task) == split(task.examples)
    assert not (elsewhere / "split.json").exists()


@pytest.mark.parametrize("name", ["policy-card", "store-policies", "ticket-triage"])
def test_the_kept_split_of_a_sample_is_the_one_its_adapter_was_trained_on(
    bench: Workbench, name: str
) -> None:
    (shipped,) = catalog.shipped_runs(name)
    for _ in range(2):
        assert bench.split(bench.task(name)).version == record.read(shipped).split


def test_the_data_gate_says_when_a_group_swallows_a_part(bench: Workbench) -> None:
    folder = bench.workspace.tasks / "shop"
    write_text(folder / "task.toml", TOML)
    row = '{"input": "question %d", "reference": "a", "group": "all"}\n'
    write_text(folder / "examples.jsonl", "".join(row % n for n in range(20)))
    found = {one.code: one for one in bench.findings(bench.task("shop"))}
    assert found["lopsided"].blocking


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
    found = {one.code: one.rows for one in gate.findings(gate.Examined(json_task, parts))}
    wanted = {"schema-value": (2,), "schema-missing": (3,), "schema-extra": (3,), "schema": (4,)}
    assert {code: found[code] for code in wanted} == wanted
    assert {one.code: one.rows for one in gate.findings(gate.Examined(label_task, parts))}[
        "label"
    ] == (1, 2, 3)
