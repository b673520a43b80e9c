"""The decision tree as a picture: the path that was taken, and where it could have turned off."""

from collections.abc import Iterator, Sequence

from core.verdict.mermaid import NARROW, wrapped
from core.verdict.node import Leaf, Node, Question
from core.verdict.tree import TREE
from core.verdict.verdict import Told, Verdict

STYLE = (
    "classDef taken fill:#0f766e,stroke:#0f766e,color:#ffffff",
    "classDef goal fill:#d9480f,stroke:#d9480f,color:#ffffff,font-weight:bold",
    "classDef other fill:none,stroke:#94a3b8,color:#808792,stroke-dasharray:4 4",
)
FURTHER = "further questions"


def path_chart(verdict: Verdict) -> str:
    """The questions from the root to the leaf, and beside each what the other answer leads to.

    The turn-offs stand left and right by turns, which keeps the taken path straight.
    """
    lines = [NARROW, "flowchart TD"]
    node: Node = TREE
    for number, step in enumerate(verdict.path):
        assert isinstance(node, Question)
        taken, other = (node.yes, node.no) if step.answer == "yes" else (node.no, node.yes)
        lines += _level(number, step, other, last=number + 1 == len(verdict.path))
        node = taken
    lines.append(f'leaf(["{wrapped(verdict.title)}"]):::goal')
    lines.append(f"linkStyle {_taken(len(verdict.path))} stroke:#0f766e,stroke-width:3px")
    return "\n".join([*lines, *STYLE])


def _level(number: int, step: Told, other: Node, last: bool) -> Iterator[str]:
    onward = "leaf" if last else f"q{number + 1}"
    against = "no" if step.answer == "yes" else "yes"
    aside = other.title if isinstance(other, Leaf) else FURTHER
    yield f'q{number}("{wrapped(step.question)}"):::taken'
    yield f'o{number}(["{wrapped(aside)}"]):::other'
    edges = [f"q{number} ==>|{step.answer}| {onward}", f"q{number} -.->|{against}| o{number}"]
    yield from edges if number % 2 else reversed(edges)


def _taken(count: int) -> str:
    """Positions of the taken edges, two edges to a level, in the order that `_level` gives."""
    return ",".join(str(2 * number + (number + 1) % 2) for number in range(count))


def outline(path: Sequence[Told]) -> str:
    """The same in a sentence, for those who cannot see it."""
    return "; ".join(f"{step.question} {step.answer}" for step in path)
