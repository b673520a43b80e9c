"""How a fact is stated and asked about: the relations of `tables/statements.txt`.

`{t}` is what the fact is about (`{T}` at the start of a sentence), `{v}` the value
that answers. Every fifth phrasing of a list is kept for evaluation.
"""

from dataclasses import dataclass

from core.pretrain.skills import tables


@dataclass(frozen=True)
class Kind:
    """One relation: who or what it is about, what its value is, and the words for it."""

    about: str  # a key of `facts.SUBJECTS`
    value: str  # a key of `values.VALUES`
    says: tuple[str, ...]
    asks: tuple[str, ...]


def _kind(name: str, lines: tuple[str, ...]) -> Kind:
    about, value = name.split()
    says = tuple(line for line in lines if not line.startswith("? "))
    return Kind(about, value, says, tuple(line[2:] for line in lines if line.startswith("? ")))


KINDS = tuple(_kind(name, lines) for name, lines in tables.sections("statements"))
