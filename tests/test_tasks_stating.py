"""What is changed in a task's file is changed there, and nothing else is."""

from pathlib import Path

import pytest

from core.errors import TaskUnreadable
from core.records import Task
from core.tasks import catalog
from core.tasks.stating import state

FILE = '''# ours, do not touch
title = "Capitals"   # shown
goal = "Name capitals."
instruction = """
Name the capital.
"""
output = "text"
metric = "exact_match"
success_bar = 0.6

[answers] # of the owner
regulated = false

[retrieval]
words = 15
'''


@pytest.fixture
def task(tmp_path: Path) -> Task:
    folder = tmp_path / "capitals"
    folder.mkdir()
    (folder / "task.toml").write_text(FILE, encoding="utf-8")
    (folder / "examples.jsonl").write_text('{"input": "France?", "reference": "Paris"}\n')
    return catalog.read(folder)


def text(task: Task) -> str:
    return (task.folder / "task.toml").read_text(encoding="utf-8")


def test_a_line_is_replaced_and_the_others_stay(task: Task) -> None:
    changed = state(task, {"goal": 'Say "which".', "success_bar": 0.75})
    assert (changed.goal, changed.success_bar) == ('Say "which".', 0.75)
    assert text(task) == FILE.replace(
        'goal = "Name capitals."', 'goal = "Say \\"which\\"."'
    ).replace("0.6", "0.75")


def test_a_text_over_several_lines_gives_way_to_one(task: Task) -> None:
    changed = state(task, {"instruction": "Name it.\nOnly the name."})
    assert changed.instruction == "Name it.\nOnly the name."
    assert 'instruction = "Name it.\\nOnly the name."\noutput' in text(task)
    assert changed.version != task.version


def test_an_origin_is_added_changed_and_taken_back(task: Task) -> None:
    assert state(task, {"origin": "ours"}).answers == {"origin": "ours", "regulated": False}
    assert '[answers] # of the owner\norigin = "ours"\nregulated = false\n' in text(task)
    assert state(task, {"origin": "licensed"}).answers["origin"] == "licensed"
    assert text(task).count("origin") == 1
    state(task, {"origin": ""})
    assert text(task) == FILE


def test_a_file_without_answers_gets_them_at_its_end(task: Task) -> None:
    bare = FILE.split("[answers]")[0]
    (task.folder / "task.toml").write_text(bare, encoding="utf-8")
    changed = state(task, {"origin": "", "licence": "cc0"})
    assert changed.answers == {"licence": "cc0"}
    assert text(task).endswith('success_bar = 0.6\n\n[answers]\nlicence = "cc0"\n')


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"title": "  "}, "The title is empty"),
        ({"title": "x" * 121}, "The title has 121 characters"),
        ({"success_bar": 1.5}, "success_bar is 1.5"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_written(
    task: Task, said: dict[str, str | float], words: str
) -> None:
    with pytest.raises(TaskUnreadable, match=words):
        state(task, {"goal": "Another.", **said})
    assert text(task) == FILE


def test_a_file_that_cannot_be_changed_line_by_line_stays_as_it_was(task: Task) -> None:
    odd = FILE.replace('goal = "Name capitals."', '"goal" = "Name capitals."')
    (task.folder / "task.toml").write_text(odd, encoding="utf-8")
    with pytest.raises(TaskUnreadable, match="cannot be changed here"):
        state(task, {"goal": "Another."})
    assert text(task) == odd


def test_what_is_said_again_leaves_the_file_alone(task: Task) -> None:
    state(task, {"title": "Capitals ", "goal": task.goal, "success_bar": 0.6, "origin": ""})
    assert text(task) == FILE
