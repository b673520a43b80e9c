"""What the data gate looks at, and how a check says what it found."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from core.records import Document, Finding, Fix, Split, Task
from core.tasks.gate import near

ROWS_SHOWN = 20


@dataclass(frozen=True)
class Examined:
    """A task with all that its checks may ask about. What is absent is not checked."""

    task: Task
    split: Split
    documents: tuple[Document, ...] = ()
    embed: Callable[[Sequence[str]], Any] | None = None  # texts -> unit vectors (texts, width)
    count: Callable[[str], int] | None = None  # tokens of a text as the chosen model cuts it
    context: int | None = None  # tokens that the chosen model can hold
    tick: Callable[[], None] = lambda: None  # called `near.STEPS` times while twins are looked for

    @cached_property
    def twins(self) -> near.Twins:
        """Rows that say nearly the same as another; looked for once, however many checks ask."""
        return near.twins(self.task.examples, self.task.output, self.embed, self.tick)


Check = Callable[[Examined], Iterable[Finding]]


def listed(
    code: str,
    title: str,
    rows: Iterable[int],
    remedy: str,
    *,
    why: str = "",
    fix: Fix = "",
    blocking: bool = False,
) -> Iterator[Finding]:
    """A finding on these rows, or nothing where there are none."""
    affected = tuple(sorted(set(rows)))
    if affected:
        shown = affected[:ROWS_SHOWN]
        yield Finding(code, title, len(affected), shown, remedy, blocking, why, fix, affected)
