"""What the holdout must not share with the rest, and what it shares with the documents."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from core.records import ABSTENTION, Example, Finding, Task
from core.tasks.gate.examined import ROWS_SHOWN, Check, Examined, listed
from core.tasks.gate.near import connected
from core.tasks.gate.search import exactly
from core.tasks.gate.shingles import words
from core.tasks.split import same_input

MARKS = str.maketrans("*_#`|>~", "       ")  # Markdown's, which no answer repeats
TELLING = 4  # words; a shorter input may stand in an instruction by chance
WHY = (
    "An answer that was seen in training, or among the few-shot examples (they come from train), "
    "measures memory, not skill."
)


def leaks(examined: Examined) -> Iterator[Finding]:
    """Holdout rows whose input also stands in train or validation."""
    known: defaultdict[str, list[int]] = defaultdict(list)
    for example in (*examined.split.train, *examined.split.validation):
        known[same_input(example.input)].append(example.row)
    held = {
        example.row: known[same_input(example.input)]
        for example in examined.split.holdout
        if same_input(example.input) in known
    }
    yield from _leaked(
        Finding(
            "leak",
            "Holdout rows that also stand in train or validation",
            len(held),
            (),
            "Move the twins to the holdout: give each row and its twins one `group`.",
            blocking=True,
            why=WHY,
            fix="move",
        ),
        held,
    )


def near_leaks(examined: Examined) -> Iterator[Finding]:
    """Holdout rows that say nearly the same as a row of train or validation."""
    held_out = set(examined.split.holdout)
    repeated = _repeated(examined.task)
    held: defaultdict[int, list[int]] = defaultdict(list)
    for pair in examined.twins.alike:
        one, other = repeated[pair.first], repeated[pair.second]
        for mine, theirs in ((one, other), (other, one)):
            known = [example.row for example in theirs if example not in held_out]
            for example in mine if known else ():
                if example in held_out:
                    held[example.row] += known
    yield from _leaked(
        Finding(
            "near-leak",
            "Holdout rows with a near twin in train or validation",
            len(held),
            (),
            "Keep them together: give each row and its twins one `group`, so that the split does.",
            why=WHY,
            fix="regroup",
        ),
        held,
    )


def together(examined: Examined, affected: Collection[int]) -> tuple[tuple[int, ...], ...]:
    """Which of the rows that a leak affects need one `group`: twins, and twins of twins."""
    examples = examined.task.examples
    first: dict[str, int] = {}
    same = [(first.setdefault(same_input(row.input), n), n) for n, row in enumerate(examples)]
    wanted = set(affected)
    found = [
        tuple(examples[place].row for place in joined if examples[place].row in wanted)
        for joined in connected([*same, *examined.twins.joined])
    ]
    return tuple(rows for rows in found if len(rows) > 1)


def in_instruction(examined: Examined) -> Iterator[Finding]:
    """Holdout rows that the instruction shows: examples written there are few-shot examples."""
    shown = _Texts([examined.task.instruction])
    asked = {row.row: words(row.input.translate(MARKS)) for row in examined.split.holdout}
    yield from listed(
        "few-shot-leak",
        "Holdout rows whose input stands in the instruction",
        [row for row, said in asked.items() if len(said) >= TELLING and shown.hold([said])],
        "Take these examples out of the instruction: Few-shot chooses examples from train itself.",
        why="Every lever with this instruction is shown what it will be measured on.",
        blocking=True,
    )


def in_documents(examined: Examined) -> Iterator[Finding]:
    """Holdout answers that stand word for word in the documents."""
    if not examined.documents or examined.task.output == "label":
        return
    texts = _Texts([document.text for document in examined.documents])
    asked = [row for row in examined.split.holdout if row.reference != ABSTENTION]
    rows = [row.row for row in asked if texts.hold(_answers(row.reference, examined.task))]
    yield from listed(
        "answer-in-documents",
        f"{len(rows)} of {len(asked)} holdout answers stand word for word in the documents: "
        "RAG can find them, closed-book levers cannot",
        rows,
        "Leave them: this is expected where documents answer. Read a lead of RAG with it in mind.",
        why="It says how much of the task is looking up rather than writing.",
    )


def _leaked(finding: Finding, held: Mapping[int, list[int]]) -> Iterator[Finding]:
    """The finding with its holdout rows; it affects their twins, too."""
    if held:
        shown = tuple(sorted(held))[:ROWS_SHOWN]
        touched = {*held, *(row for known in held.values() for row in known)}
        yield replace(finding, rows=shown, affected=tuple(sorted(touched)))


def _repeated(task: Task) -> dict[int, list[Example]]:
    """For each position that is compared: its example and the exact repeats of it."""
    first: dict[tuple[str, str], int] = {}
    found: defaultdict[int, list[Example]] = defaultdict(list)
    for place, example in enumerate(task.examples):
        found[first.setdefault(exactly(example), place)].append(example)
    return found


def _answers(reference: str, task: Task) -> list[list[str]]:
    """What must stand in the documents: the reference, or the free texts of a JSON object."""
    if task.output != "json":
        return [words(reference.translate(MARKS))]
    try:
        value = json.loads(reference)
    except (ValueError, RecursionError):
        return []
    said = value.items() if isinstance(value, dict) else ()
    return [words(str(part).translate(MARKS)) for key, part in said if not task.schema.get(key)]


class _Texts:
    """Words of all documents by their positions, so that a stretch of them is found at once."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.words = [word for text in texts for word in (*words(text.translate(MARKS)), "")]
        self.places: defaultdict[str, list[int]] = defaultdict(list)
        for place, word in enumerate(self.words):
            self.places[word].append(place)

    def hold(self, stretches: Sequence[Sequence[str]]) -> bool:
        """Whether there are stretches and each stands there word for word."""
        return bool(stretches) and all(map(self._holds, stretches))

    def _holds(self, stretch: Sequence[str]) -> bool:
        if not stretch or any(word not in self.places for word in stretch):
            return False
        rarest = min(range(len(stretch)), key=lambda n: len(self.places[stretch[n]]))
        begins = (place - rarest for place in self.places[stretch[rarest]])
        return any(self.words[n : n + len(stretch)] == list(stretch) for n in begins if n >= 0)


CHECKS: tuple[Check, ...] = (leaks, near_leaks, in_instruction, in_documents)
