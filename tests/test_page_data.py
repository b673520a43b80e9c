"""The Data page inside the whole app, over a workspace with one small task and the samples."""

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.errors import WorkspaceUnusable
from core.records import Finding, Task
from core.tasks import catalog
from core.tasks.gate import atlas
from core.workbench import Workbench
from pages.shared import charts, resources
from tests.fakes import ROWS, SETTINGS

APP = Path(__file__).parent.parent / "app.py"
NAMES = ("Ada", "Bo", "Cem", "Dag", "Eve", "Fay", "Gus", "Hal", "Ida", "Jon")
WORDS = ("amber", "birch", "cloud", "delta", "ember", "frost", "grove", "haven")


class Scattered:
    """An embedder to which no two texts are alike."""

    digest = "scattered"

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        seeds = [list(hashlib.sha256(text.encode()).digest()) for text in texts]
        made = np.array([np.random.default_rng(seed).normal(size=64) for seed in seeds], np.float32)
        return made / np.linalg.norm(made, axis=1, keepdims=True)


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workbench]:
    made = Workbench(tmp_path)
    made.embedder = Scattered()  # type: ignore[assignment]
    folder = made.workspace.tasks / "capitals"
    folder.mkdir(parents=True)
    (folder / "task.toml").write_text(SETTINGS.format(output="text"), encoding="utf-8")
    (folder / "examples.jsonl").write_text(ROWS, encoding="utf-8")
    monkeypatch.setattr(resources, "workbench", lambda: made)
    yield made
    made.close()


@pytest.fixture
def page(bench: Workbench) -> AppTest:
    return opened()


def opened(task: str = "capitals") -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=60)
    app.query_params["task"] = task
    return app.run().switch_page("pages/tune/data.py").run()


def rows(bench: Workbench, pairs: Sequence[tuple[str, str]]) -> None:
    """Give the task these examples."""
    lines = [json.dumps({"input": asked, "reference": wanted}) for asked, wanted in pairs]
    file = bench.workspace.tasks / "capitals" / "examples.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")


def many() -> list[tuple[str, str]]:
    """80 examples with nothing wrong in them."""
    return [
        (f"{name} walked past the {word} gate", f"{word} {name} rested there at noon")
        for name in NAMES
        for word in WORDS
    ]


def said(page: AppTest) -> str:
    return "\n".join(line.value for line in [*page.markdown, *page.caption, *page.text])


def sent(page: AppTest) -> bytes:
    """All that the browser gets, tables and charts too."""
    drawn = [element.proto for element in page.main if element.proto is not None]
    return b"\n".join(proto.SerializeToString() for proto in drawn)


def fixes(page: AppTest) -> dict[str, str]:
    return {one.key: one.label for one in page.button if (one.key or "").startswith("data_fix")}


def press(page: AppTest, key: str) -> AppTest:
    [button] = [one for one in page.button if (one.key or "").startswith(key)]
    return button.click().run()


def test_the_page_opens_with_the_task_in_four_figures(page: AppTest) -> None:
    assert not page.exception
    assert [one.value for one in page.metric] == ["30", "Free text", "Exact match", "60%"]


def test_what_stands_in_the_way_is_counted_first(page: AppTest) -> None:
    [answer] = page.error
    assert answer.proto.title == "Not yet: 1 thing stands in the way"


def test_remarks_alone_do_not_stand_in_the_way(bench: Workbench) -> None:
    rows(bench, many())
    page = opened()
    assert not page.error
    assert page.warning[0].proto.title.startswith("Ready, with ")


def test_blocking_findings_come_first_with_why_and_what_to_do(page: AppTest) -> None:
    text = said(page)
    assert "Only 30 examples\\: too few to fine\\-tune on" in text
    assert "What a model learns from so few is luck more than learning\\." in text
    assert "Collect at least 50\\." in text
    badges = [line.value for line in page.markdown if "-badge[" in line.value]
    assert badges[0] == ":red-badge[:material/block: Stands in the way]"


def test_repeats_are_dropped_at_a_click_and_not_before(bench: Workbench) -> None:
    rows(bench, [*many(), *many()[:3]])
    page = opened()
    assert page.metric[0].value == "83"
    assert "Drop these 3 rows" in fixes(page).values()
    page = press(page, "data_fix_duplicate")
    assert page.metric[0].value == "80"
    assert page.toast[0].value == "Dropped 3 rows. Undo is below the findings."
    assert "**1 change so far**" in said(page)
    assert "Dropped 3 rows · " in said(page)
    assert not [key for key in fixes(page) if "duplicate" in key]


def test_a_change_can_be_undone(bench: Workbench) -> None:
    rows(bench, [*many(), *many()[:3]])
    page = press(press(opened(), "data_fix_duplicate"), "data_undo")
    assert page.metric[0].value == "83"
    assert page.toast[0].value == "Undone\\: Dropped 3 rows."
    assert "Drop these 3 rows" in fixes(page).values()
    assert "1 change so far" not in said(page)


def test_a_click_on_what_has_changed_since_applies_nothing(bench: Workbench) -> None:
    rows(bench, [*many(), *many()[:3]])
    page = opened()
    rows(bench, [*many(), *many()[:9]])
    page = press(page, "data_fix_duplicate")
    assert page.metric[0].value == "89"
    assert "Drop these 9 rows" in fixes(page).values()


def full(task: Task, finding: Finding) -> None:
    raise WorkspaceUnusable("The disk is full.", remedy="Free some space.")


def test_a_change_that_fails_is_said_beside_its_button(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows(bench, [*many(), *many()[:3]])
    monkeypatch.setattr(bench, "mend", full)
    page = press(opened(), "data_fix_duplicate")
    [error] = page.error
    assert (error.proto.title, error.value) == ("The disk is full\\.", "Free some space\\.")
    assert page.metric[0].value == "83"
    assert len(page.dataframe) == 1


def test_rows_of_a_finding_show_their_texts(bench: Workbench) -> None:
    rows(bench, [*many(), *many()[:3]])
    page = opened()
    known = [one for one in bench.split(bench.task("capitals")).train if one.row > 80]
    assert known
    assert f"Row {known[0].row} (train)\n{known[0].input}\n→ {known[0].reference}" in said(page)


def test_holdout_rows_are_named_and_their_texts_never_sent(bench: Workbench) -> None:
    rows(
        bench, [(f"{asked}, mail {n}@mine.net", wanted) for n, (asked, wanted) in enumerate(many())]
    )
    page = opened()
    split = bench.split(bench.task("capitals"))
    assert len(split.holdout) == 16
    assert "16 rows of them in the holdout, which is locked: its texts are not shown." in said(page)
    browser = sent(page)
    assert split.train[0].input.encode() in browser
    for example in split.holdout:
        assert example.input.encode() not in browser
        assert example.reference.encode() not in browser
    assert set(page.dataframe[0].value["Row"]).isdisjoint(row.row for row in split.holdout)


def test_splitting_anew_says_what_it_costs_and_is_then_done(page: AppTest) -> None:
    assert "seed 0" in said(page)
    assert "Scores measured so far will no longer compare" in said(page)
    page = press(page, "data_split")
    assert "seed 1" in said(page)


def test_the_map_says_what_it_shows(bench: Workbench) -> None:
    rows(bench, [*many(), *many()[:3]])
    spoken = "Map of 83 examples by likeness: 17 in the holdout, 3 repeating an earlier row, 0"
    assert spoken.encode() in sent(opened())


def test_instruction_and_origin_are_said_on_the_page(page: AppTest, bench: Workbench) -> None:
    assert "Nobody has said where the examples are from" in said(page)
    page.text_area(key="data_about_capitals_instruction").set_value("Name *it*.")
    page.selectbox(key="data_about_capitals_origin").set_value("ours")
    page.number_input(key="data_about_capitals_bar").set_value(75)
    after = press(page, "data_about_keep")
    assert not after.exception
    task = bench.task("capitals")
    assert (task.instruction, task.success_bar) == ("Name *it*.", 0.75)
    assert "Nobody has said where the examples are from" not in said(after)


def test_an_empty_instruction_is_refused_and_the_file_stays(
    page: AppTest, bench: Workbench
) -> None:
    page.text_area(key="data_about_capitals_instruction").set_value("  ")
    after = press(page, "data_about_keep")
    assert "The instruction is empty\\." in [error.proto.title for error in after.error]
    assert bench.task("capitals").instruction == "Name the capital."


def test_train_and_validation_can_be_taken_away(page: AppTest) -> None:
    assert page.get("download_button")[0].proto.label == "Train and validation as OpenAI-chat JSONL"


def test_the_rarest_of_many_kinds_share_one_colour() -> None:
    places = [atlas.Place(n, "Train", n, n, "t") for n in range(30)]
    kinds = [f"kind {n // 2}" if n < 14 else f"rare {n}" for n in range(30)]
    drawn = charts.example_map(places, kinds).to_dict()
    named = drawn["layer"][1]["encoding"]["color"]["scale"]
    assert named["domain"] == [*(f"kind {n}" for n in range(7)), "Other"]
    assert len(named["range"]) == len(set(named["range"])) == 8


@pytest.mark.parametrize("name", catalog.samples())
def test_every_sample_opens(bench: Workbench, name: str) -> None:
    page = opened(name)
    assert not page.exception
    assert [one.label for one in page.metric][:1] == ["Examples"]
    assert len(page.dataframe) == 1
    assert b"Map of " in sent(page)


def test_the_gate_looks_once_until_the_task_changes(bench: Workbench) -> None:
    heard: list[int] = []
    task = bench.task("contract-lines")
    first = bench.findings(task, lambda done, total: heard.append(done))
    looked = len(heard)
    assert looked > 0
    assert (
        bench.findings(bench.task("contract-lines"), lambda done, total: heard.append(0)) == first
    )
    assert len(heard) == looked
    with (task.folder / "examples.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"input": "", "reference": "Nothing"}\n')
    again = bench.findings(bench.task("contract-lines"), lambda done, total: heard.append(done))
    assert len(heard) == 2 * looked
    assert "empty" in {one.code for one in again}


def test_a_metric_that_does_not_exist_stops_the_task_at_the_gate(bench: Workbench) -> None:
    file = bench.task("contract-lines").folder / "task.toml"
    assert not any(one.code == "metric" for one in bench.findings(bench.task("contract-lines")))
    said = re.sub('metric = ".*"', 'metric = "acuracy"', file.read_text(encoding="utf-8"))
    file.write_text(said, encoding="utf-8")
    first = bench.findings(bench.task("contract-lines"))[0]
    assert first.blocking
    assert "acuracy" in first.title
    assert "accuracy" in first.remedy
