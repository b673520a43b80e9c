"""What a verb says, and how it shows that it is at work."""

import dataclasses
import sys
from typing import Any

from core.workbench import Progress


@dataclasses.dataclass(frozen=True)
class Said:
    """A verb's answer: for a script and for a reader."""

    value: Any
    text: str


def progress(unit: str) -> Progress:
    """A bar on standard error, where that is a terminal."""
    from tqdm import tqdm

    bar: Any = tqdm(unit=f" {unit}", disable=not sys.stderr.isatty(), leave=False)

    def show(done: int, total: int) -> None:
        bar.total = total
        bar.n = done
        bar.refresh()

    return show
