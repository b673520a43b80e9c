"""The tree as a picture in Mermaid's language, and as plain text for those who cannot see it."""

from core.verdict.node import Leaf, Node, Question, Walk

PLAIN = " .,:?!'+-%/"
STYLE = (
    "  classDef taken stroke-width:4px,font-weight:bold;",
    "  classDef leaf stroke-dasharray:4 2;",
)


def mermaid(root: Node, found: Walk | None = None) -> str:
    """A flowchart from the top down; the taken path has thick lines."""
    names = _names(root)
    steps = {names[step.question]: step.answer for step in found.steps} if found else {}
    lines = ["flowchart TD"]
    for node, identity in names.items():
        lines.append(f"  {_shape(node, identity)}")
        if isinstance(node, Question):
            lines += [
                _edge(identity, names[branch], said, steps.get(identity) is (said == "yes"))
                for said, branch in (("yes", node.yes), ("no", node.no))
            ]
    taken = [names[step.question] for step in found.steps] + [names[found.leaf]] if found else []
    classes = [f"  class {','.join(taken)} taken;"] if taken else []
    return "\n".join([*lines, *STYLE, *classes])


def outline(found: Walk) -> str:
    """The taken path as numbered lines."""
    lines = [
        f"{number}. {step.question.text} {'Yes' if step.answer else 'No'}."
        for number, step in enumerate(found.steps, start=1)
    ]
    return "\n".join([*lines, f"Verdict: {found.leaf.title}."])


def escaped(text: str) -> str:
    """Text that Mermaid shows as it stands between double quotes: entities for all but words."""
    return "".join(
        char if char.isalnum() or char in PLAIN else f"#{ord(char)};"
        for char in " ".join(text.split())
    )


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
        return f'{identity}(["{escaped(node.title)}"]):::leaf'
    return f'{identity}{{"{escaped(node.text)}"}}'


def _edge(start: str, end: str, said: str, taken: bool) -> str:
    return f"  {start} {'==' if taken else '--'} {said} {'==>' if taken else '-->'} {end}"
