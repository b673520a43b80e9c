"""How a run elsewhere tells what it does: lines of standard output that nothing else can forge.

Whatever the worker prints travels inside such a line too, so a text of an example
cannot pass for an event. Files come last, in parts, before the ending that names them.
"""

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MARK = "first-lever "
PART = 2**16  # bytes of a file in one line


@dataclass(frozen=True)
class Told:
    """What was told so far."""

    events: tuple[dict[str, Any], ...]
    files: tuple[tuple[str, bytes], ...]  # name, content
    log: str  # what the worker printed, and what the cluster said of the job


def line(**said: Any) -> str:
    """One line, without its end."""
    return MARK + json.dumps(said, ensure_ascii=True)


def parts(file: Path) -> Iterator[str]:
    """Lines that carry a file."""
    content = file.read_bytes()
    for start in range(0, max(1, len(content)), PART):
        part = base64.b64encode(content[start : start + PART]).decode()
        yield line(file=file.name, part=part)


def read(output: str) -> Told:
    """What whole lines of an output tell; a line still being written is left out."""
    events: list[dict[str, Any]] = []
    files: dict[str, bytes] = {}
    printed: list[str] = []
    for each in output.split("\n")[:-1]:
        marked = each.startswith(MARK)
        said: dict[str, Any] = json.loads(each.removeprefix(MARK)) if marked else {"log": each}
        if "event" in said:
            events.append(said["event"])
        elif "file" in said:
            files[said["file"]] = files.get(said["file"], b"") + base64.b64decode(said["part"])
        else:
            printed.append(said["log"])
    return Told(tuple(events), tuple(files.items()), _text(printed))


def _text(lines: Sequence[str]) -> str:
    return "".join(f"{each}\n" for each in lines)
