"""What a parser made of a file, kept beside the documents so that no file is parsed twice.

It lies in `.parsed`, named by the digest of the file, and goes when its file does. Where that
folder is missing nothing is kept: documents outside the workspace are only read.
"""

import contextlib
import hashlib
import json
from dataclasses import asdict
from pathlib import Path

from core import workspace as files
from core.errors import WorkspaceUnusable
from core.retrieval import parsing
from core.retrieval.parsing import Parsed

FOLDER = ".parsed"


def kept(folder: Path, name: str, content: bytes, ours: bool = False) -> Parsed:
    """The text of a file among these documents, parsed at its first sight.

    `ours` says that the folder may be written to, whether it was before or not.

    Raises:
        DocumentUnreadable: See `parsing.parsed`; a refusal is not kept.
    """
    place = folder / FOLDER / _key(name, content)
    found = _read(place)
    if found is None:
        found = parsing.parsed(name, content)
        if ours or place.parent.is_dir():
            with contextlib.suppress(WorkspaceUnusable):  # a full disk costs time, no document
                files.write_json(place, asdict(found))
    return found


def forget(folder: Path, name: str, content: bytes) -> None:
    """Remove what was kept of a file that is gone or was replaced."""
    with files.writing(folder):
        (folder / FOLDER / _key(name, content)).unlink(missing_ok=True)


def _key(name: str, content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest()[:32]
    return f"{digest}-{parsing.VERSION}{Path(name).suffix.lower()}.json"


def _read(place: Path) -> Parsed | None:
    try:
        said = json.loads(place.read_text(encoding="utf-8"))
        return Parsed(tuple(map(str, said["parts"])), bool(said["paged"]))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
