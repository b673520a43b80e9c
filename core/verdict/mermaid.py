"""The whole tree as a picture in Mermaid's language."""

import textwrap
from collections.abc import Iterator, Mapping

from core.verdict.node import Leaf, Node, Question

WIDE = 17  # letters per line; narrow enough to be read on a phone
PLAIN = " .,:?!'+-%/"
NARROW = '%%{init: {"flowchart": {"nodeSpacing": 14, "rankSpacing": 26, "padding": 8}}}%%'
STYLE = (
    "  classDef taken stroke-width:4px,font-weight:bold;",
    "  classDef leaf stroke-dasharray:4 2;",
)


def mermaid(root: Node, path: Mapping[str, bool] | None = None) -> str:
    """A flowchart from the top down; thick lines where `path`, answers by key, leads."""
    names, path = _names(root), path or {}
    lines = [NARROW, "flowchart TD"]
    for node, identity in names.items():
        lines.append(f"  {_shape(node, identity)}")
        if isinstance(node, Question):
            lines += [
                _edge(identity, names[branch], said, path.get(node.key) is (said == "yes"))
                for said, branch in (("yes", node.yes), ("no", node.no))
            ]
    taken = ",".join(names[node] for node in _along(root, path)) if path else ""
    return "\n".join([*lines, *STYLE, *([f"  class {taken} taken;"] if taken else [])])


def _along(node: Node, path: Mapping[str, bool]) -> Iterator[Node]:
    while isinstance(node, Question):
        yield node
        node = node.yes if path[node.key] else node.no
    yield node


def escaped(text: str) -> str:
    """Text that Mermaid shows as it stands between double quotes: entities for all but words."""
    return "".join(
        char if char.isalnum() or char in PLAIN else f"#{ord(char)};"
        for char in " ".join(text.split())
    )


def wrapped(text: str) -> str:
    """The same, over as many short lines as it needs."""
    return "<br/>".join(escaped(line) for line in textwrap.wrap(text, WIDE, break_on_hyphens=False))


def _names(root: Node) -> dict[Node, str]:
    """Each node's identity in the picture, in the order of a walk from the root."""
    names: dict[Node, str] = {}
    waiting = [root]
    while waiting:
        node = waiting.pop(0)
        if node not in names:
            names[node] = f"n{len(names)}"
            waiting += [node.yes, node.no] if isinstance(node, Question) else []
    return names


def _shape(node: Node, identity: str) -> str:
    if isinstance(node, Leaf):
        return f'{identity}(["{wrapped(node.title)}"]):::leaf'
    return f'{identity}("{wrapped(node.text)}")'


def _edge(start: str, end: str, said: str, taken: bool) -> str:
    return f"  {start} {'==' if taken else '--'} {said} {'==>' if taken else '-->'} {end}"
