"""Folders that can be trusted: a manifest of digests, written after all other files."""

import hashlib
import os
from pathlib import Path

from core.workspace import read_json, write_json

MANIFEST = "manifest.json"


def seal(folder: Path) -> None:
    """Declare a folder complete: its files are on disk before its manifest is."""
    for file in _files(folder):
        with file.open("rb") as written:
            os.fsync(written.fileno())
    write_json(folder / MANIFEST, _digests(folder))


def whole(folder: Path) -> bool:
    """Whether every file is there as it was when the folder was sealed."""
    manifest = folder / MANIFEST
    return manifest.exists() and bool(read_json(manifest) == _digests(folder))


def _digests(folder: Path) -> dict[str, str]:
    return {str(file.relative_to(folder)): _digest(file) for file in _files(folder)}


def _files(folder: Path) -> list[Path]:
    found = sorted(file for file in folder.rglob("*") if file.is_file())
    return [file for file in found if file != folder / MANIFEST]


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
