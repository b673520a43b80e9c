"""Write the `task.toml` that a bare file of examples lacks, and say what was assumed."""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from core.records import Example
from core.tasks import chats, exporting, rows
from core.tasks.gate.shingles import numbers
from core.tasks.gate.typos import but_for_typos
from core.workspace import write_text

METRIC = {"json": "field_accuracy", "label": "accuracy", "text": "token_f1"}
DEFAULT_BAR = 0.8
MOST_LABELS = 20
SLIPS = 10  # times as common as its slips of the pen a label is, at least
INSTRUCTION = "Answer in the form of the examples."
OWN = "write your own into task.toml."


def describe(folder: Path, name: str, file: Path) -> tuple[str, ...]:
    """Write it for the examples in `file`; returns a sentence per assumption."""
    table = rows.table(file)
    examples = rows.examples(table)
    output = _output(examples)
    instruction, why = _instruction(chats.instructions(table))
    found = Counter(example.reference for example in examples if example.reference)
    slips = _slips(found) if output == "label" else {}
    labels = sorted(found.keys() - slips.keys()) if output == "label" else []
    _write(folder / "task.toml", name, instruction, output, labels)
    meant = ", ".join(f"{slip!r} (probably {label!r})" for slip, label in sorted(slips.items()))
    return (
        why,
        f"The output was taken for {output} and is measured by {METRIC[output]}.",
        f"The success bar is {DEFAULT_BAR:.0%}.",
        *([f"Left out of the list of labels, as slips of the pen: {meant}."] if slips else []),
    )


def _write(file: Path, name: str, instruction: str, output: str, labels: Sequence[str]) -> None:
    title = name.replace("-", " ").capitalize()
    said = {
        "title": title, "goal": title, "instruction": instruction, "output": output,
        "metric": METRIC[output], "success_bar": DEFAULT_BAR, "labels": labels,
    }  # fmt: skip
    # JSON strings, numbers and lists are TOML, too, but for a raw DEL.
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in said.items()]
    write_text(file, "\n".join(lines).translate(exporting.BREAKS) + "\n")


def _instruction(systems: Sequence[str]) -> tuple[str, str]:
    """The system message that all rows share, else a stand-in; and what to say of it."""
    if len(systems) == 1 and systems[0]:
        return systems[0], "The instruction is the system message that all rows share."
    if len(systems) > 1:
        left_out = f"The {len(systems)} different system messages of the rows are left out: "
        return INSTRUCTION, f"{left_out}the instruction is {INSTRUCTION!r}: {OWN}"
    return INSTRUCTION, f"The instruction is {INSTRUCTION!r}: {OWN}"


def _slips(found: Mapping[str, int]) -> dict[str, str]:
    """Labels that are another, commoner one written otherwise: in case and spaces, or by a slip."""
    often = sorted(found, key=lambda label: (-found[label], label))
    slips: dict[str, str] = {}
    for place, label in enumerate(often):
        kept = (other for other in often[:place] if other not in slips)
        meant = next((other for other in kept if _is_slip(label, other, found)), "")
        slips |= {label: meant} if meant else {}
    return slips


def _is_slip(label: str, other: str, found: Mapping[str, int]) -> bool:
    one, two = (re.sub(r"[\W_]+", " ", said.casefold()).strip() for said in (label, other))
    if not one or numbers(one) != numbers(two):
        return False
    rare = found[other] >= SLIPS * found[label]
    return one == two or (rare and one[0] == two[0] and but_for_typos(one, two))


def _output(examples: Sequence[Example]) -> str:
    """Json where every reference is an object, label where few short ones recur, else text."""
    references = [example.reference for example in examples]
    if references and all(_is_object(reference) for reference in references):
        return "json"
    kinds = set(references)
    short = all(len(kind.split()) <= 4 for kind in kinds)
    recurring = len(kinds) <= min(MOST_LABELS, len(references) // 4)
    return "label" if short and recurring else "text"


def _is_object(reference: str) -> bool:
    try:
        return isinstance(json.loads(reference), dict)
    except (ValueError, RecursionError):
        return False
