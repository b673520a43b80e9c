"""What a person notes on a run: a title and remarks, kept in the run's folder as notes.json."""

from dataclasses import asdict, dataclass
from pathlib import Path

from core.errors import RunUnknown, SettingOutOfRange
from core.workspace import read_json, write_json

FILE = "notes.json"
MOST_TITLE = 80  # characters
MOST_TEXT = 4_000


@dataclass(frozen=True)
class Notes:
    """A run in its owner's words; "" where nothing was said."""

    title: str = ""  # one line
    text: str = ""


def read(folder: Path) -> Notes:
    """What was noted last on the run in this folder."""
    file = folder / FILE
    return Notes(**read_json(file)) if file.exists() else Notes()


def write(folder: Path, title: str, text: str) -> Notes:
    """Keep a title and remarks in place of the former ones; white space around them goes.

    Raises:
        SettingOutOfRange: One of them is too long.
        RunUnknown: The run was deleted in the meantime.
    """
    notes = Notes(" ".join(title.split()), text.strip())
    for what, said, most in (
        ("title", notes.title, MOST_TITLE),
        ("note", notes.text, MOST_TEXT),
    ):
        if len(said) > most:
            raise SettingOutOfRange(
                f"The {what} has {len(said):,} characters.", remedy=f"Use {most:,} at most."
            )
    if not (folder / "run.json").exists():
        raise RunUnknown(f"There is no run {folder.name!r}.", remedy="Reload the page.")
    write_json(folder / FILE, asdict(notes))
    return notes
