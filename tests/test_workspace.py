"""Files are whole or as they were, and what the disk refuses is a sentence."""

import errno
import threading
from pathlib import Path

import pytest

from core import workspace
from core.errors import SettingOutOfRange, WorkspaceUnusable
from core.settings import from_words
from core.training.recipe import Recipe
from core.workspace import Workspace, append_line, lines, lock, write_text, writing


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(WorkspaceUnusable, match="Set FIRST_LEVER_HOME"):
        Workspace(tmp_path / "file" / "home")


def test_a_full_disk_names_the_free_bytes(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceUnusable, match="bytes free"), writing(tmp_path):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_failed_write_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "note.txt"
    write_text(target, "old")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(workspace.os, "fsync", full)
    with pytest.raises(WorkspaceUnusable):
        write_text(target, "new")
    assert target.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["note.txt"]


def test_a_line_still_being_written_is_left_for_next_time(tmp_path: Path) -> None:
    log = tmp_path / "events.jsonl"
    append_line(log, {"step": 1})
    with log.open("a") as file:
        file.write('{"step": 2')
    assert lines(log) == [{"step": 1}]


def test_a_lock_is_held_by_one_at_a_time(tmp_path: Path) -> None:
    inside: list[int] = []
    most: list[int] = []

    def enter() -> None:
        with lock(tmp_path / "a.lock"):
            inside.append(1)
            most.append(len(inside))
            inside.pop()

    entrants = [threading.Thread(target=enter) for _ in range(8)]
    for entrant in entrants:
        entrant.start()
    for entrant in entrants:
        entrant.join()
    assert most == [1] * 8


def test_settings_come_from_words_and_check_themselves() -> None:
    assert from_words(Recipe, ["rank=4", "learning_rate=0.001"]).rank == 4
    with pytest.raises(SettingOutOfRange, match="rank is 9999"):
        from_words(Recipe, ["rank=9999"])
    with pytest.raises(SettingOutOfRange, match="no setting 'colour'"):
        from_words(Recipe, ["colour=red"])
    with pytest.raises(SettingOutOfRange, match="rank is 'many'"):
        from_words(Recipe, ["rank=many"])
