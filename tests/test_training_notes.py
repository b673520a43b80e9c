"""Notes: what a person says of a run lies in its folder, whole, and within its limits."""

from pathlib import Path

import pytest

from core.errors import RunUnknown, SettingOutOfRange
from core.training import notes
from core.training.notes import Notes


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "run.json").touch()
    return tmp_path


def test_a_run_nobody_spoke_of_has_no_notes(folder: Path) -> None:
    assert notes.read(folder) == Notes("", "")


def test_the_last_notes_stay_trimmed_and_the_title_on_one_line(folder: Path) -> None:
    notes.write(folder, "First", "Old.")
    notes.write(folder, "  Second\ntry ", " Rank 8.\n\nEnough. ")
    assert notes.read(folder) == Notes("Second try", "Rank 8.\n\nEnough.")


@pytest.mark.parametrize(
    ("title", "text", "problem"),
    [
        ("t" * 81, "", "The title has 81 characters"),
        ("", "n" * 4001, "The note has 4,001 characters"),
    ],
)
def test_what_is_too_long_is_refused_and_the_old_notes_stay(
    folder: Path, title: str, text: str, problem: str
) -> None:
    notes.write(folder, "Kept", "")
    with pytest.raises(SettingOutOfRange, match=problem):
        notes.write(folder, title, text)
    assert notes.read(folder) == Notes("Kept", "")


def test_notes_on_a_deleted_run_do_not_bring_its_folder_back(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    with pytest.raises(RunUnknown, match="There is no run 'gone'"):
        notes.write(gone, "Title", "")
    assert not gone.exists()
