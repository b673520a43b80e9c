"""Tasks of a few rows for the tests of the data gate."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from core.records import Document, Example, Finding, Task
from core.tasks.gate.examined import Check, Examined
from core.tasks.split import split

Pair = tuple[str, str]


def examined(
    pairs: Iterable[Pair],
    *,
    documents: Sequence[Document] = (),
    count: Callable[[str], int] | None = None,
    context: int | None = None,
    **settings: Any,
) -> Examined:
    """A task of these inputs and references, numbered from 1."""
    examples = tuple(
        Example(asked, wanted, row=row) for row, (asked, wanted) in enumerate(pairs, start=1)
    )
    said = {"output": "text", "metric": "token_f1", **settings}
    task = Task(
        name="mine",
        title="Mine",
        goal="G",
        instruction="I",
        success_bar=0.5,
        examples=examples,
        folder=Path("mine"),
        **said,
    )
    return Examined(task, split(examples), tuple(documents), count=count, context=context)


def found(checks: Iterable[Check], given: Examined) -> dict[str, Finding]:
    """What these checks say, by code."""
    findings = [finding for check in checks for finding in check(given)]
    assert len({finding.code for finding in findings}) == len(findings), "a code stands twice"
    return {finding.code: finding for finding in findings}
