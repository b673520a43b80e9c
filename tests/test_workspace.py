"""Files are whole or as they were, and what the disk refuses is a sentence."""

import errno
import os
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


@pytest.mark.parametrize("name", ["folder", ".", "folder/.."])
def test_a_folder_is_never_written_as_a_file(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(WorkspaceUnusable, match=r"is a folder\. Name a file\."):
        write_text(Path(name), "text")
    assert [file.name for file in tmp_path.iterdir()] == ["folder"]


def test_a_name_that_is_too_long_is_a_sentence_and_the_longest_is_written(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceUnusable, match="Give a shorter name"):
        write_text(tmp_path / ("x" * 256), "text")
    write_text(tmp_path / ("x" * 255), "text")
    assert [len(file.name) for file in tmp_path.iterdir()] == [255]


def test_links_in_a_circle_are_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(WorkspaceUnusable, match="circle"):
        write_text(tmp_path / "a" / "note.txt", "text")


def test_a_folder_that_is_not_empty_is_a_sentence(tmp_path: Path) -> None:
    for name in ("new", "old"):
        (tmp_path / name).mkdir()
    (tmp_path / "old" / "file").touch()
    with pytest.raises(WorkspaceUnusable, match="Name another folder"), writing(tmp_path):
        (tmp_path / "new").rename(tmp_path / "old")


def test_a_link_stays_and_its_file_is_written(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("file")
    write_text(tmp_path / "link", "text")
    assert (tmp_path / "file").read_text() == "text"
    assert (tmp_path / "link").is_symlink()


def test_threads_that_write_one_file_leave_one_whole_text(tmp_path: Path) -> None:
    failures: list[Exception] = []

    def write(letter: str) -> None:
        try:
            for _ in range(20):
                write_text(tmp_path / "note.txt", letter * 10_000)
        except Exception as failure:
            failures.append(failure)

    writers = [threading.Thread(target=write, args=(letter,)) for letter in "abcd"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert failures == []
    assert (tmp_path / "note.txt").read_text() in (
        "a" * 10_000,
        "b" * 10_000,
        "c" * 10_000,
        "d" * 10_000,
    )
    assert [file.name for file in tmp_path.iterdir()] == ["note.txt"]


def test_what_a_killed_writer_left_is_swept_and_nothing_else(tmp_path: Path) -> None:
    names = (".0123456789abcdef.partial", ".theirs.partial", "0123456789abcdef.partial", "a.md")
    (tmp_path / "below").mkdir()
    for name in (*names, f"below/{names[0]}"):
        (tmp_path / name).write_text("x", encoding="utf-8")
        os.utime(tmp_path / name, (1e9, 1e9))
    young = tmp_path / ".fedcba9876543210.partial"
    young.write_text("being written", encoding="utf-8")
    workspace.sweep(tmp_path)
    left = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert left == {young.name, *names[1:]}
