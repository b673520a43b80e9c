"""Three of the field's published rules, in our words, walked on the same measured evidence.

Faithful in meaning and order. Where a guide asks for a judgement ("lack of knowledge?"),
the same measurement answers it here as in our tree, so that agreement means something.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from core.verdict import conditions, showing, turning
from core.verdict.conditions import UNTUNED
from core.verdict.evidence import Evidence
from core.verdict.node import Leaf, Node, Question, Walk, walk
from core.verdict.thresholds import HIGH_VOLUME

PROMPT = Leaf("prompt", "Prompt", "A strong prompt with examples solves it: stop here.")
DECOMPOSE = Leaf("prompt", "Prompt", "Revisit the prompt: break the task into steps.")
REASON = Leaf("prompt", "Prompt", "What is left is reasoning: write a better prompt.")
START = Leaf("prompt", "Prompt", "Start with a prompt.")
FEW_SHOT = Leaf("few-shot", "Few-shot", "Too few examples to tune: show them in the prompt.")
RAG = Leaf("rag", "RAG", "The knowledge is missing: retrieve it.")
TUNE = Leaf("fine-tune", "LoRA", "The form is what is wanted: fine-tune.")
TUNE_IN = Leaf("fine-tune", "LoRA", "The knowledge is stable: fine-tune it in.")
SMALLER = Leaf(
    "fine-tune-smaller", "LoRA on a smaller model", "Cost or speed: fine-tune a smaller model."
)
COMBINE = Leaf("combine", "LoRA+RAG", "Knowledge and form are both wanted: combine them.")

Words = Callable[[Evidence], str]
_KNOWLEDGE = partial(conditions.better, lever="rag", others=UNTUNED)
_FORM = partial(conditions.better, lever="lora", others=UNTUNED)


def prompting_meets_bar(evidence: Evidence) -> bool:
    """Whether prompting, with or without examples, meets the bar."""
    return any(conditions.meets_bar(evidence, lever) for lever in UNTUNED)


def at_scale(evidence: Evidence) -> bool:
    """Whether the stated volume is high."""
    return (evidence.stated.volume_per_month or 0) >= HIGH_VOLUME


def form_at_scale(evidence: Evidence) -> bool:
    """Whether tuning fixes the form, at a high volume."""
    return at_scale(evidence) and bool(_FORM(evidence))


def cost_or_latency(evidence: Evidence) -> bool:
    """Whether the owner says that cost or latency counts."""
    return at_scale(evidence) or evidence.stated.latency_matters is True


def changes_often(evidence: Evidence) -> bool:
    """Whether the knowledge changes; unstated counts as yes."""
    return evidence.stated.knowledge_changes is not False


def _solved(key: str, text: str, yes: Node, no: Node) -> Question:
    return Question(
        key, text, prompting_meets_bar, showing.untuned, turning.never, "measured", yes, no
    )


def _knowledge(key: str, text: str, yes: Node, no: Node) -> Question:
    return Question(key, text, _KNOWLEDGE, showing.knowledge, turning.never, "measured", yes, no)


def _form(key: str, text: str, yes: Node, no: Node) -> Question:
    shows = partial(showing.gaps, lever="lora", others=UNTUNED)
    return Question(key, text, _FORM, shows, turning.never, "measured", yes, no)


def _data(key: str, yes: Node, no: Node) -> Question:
    text = "Is there enough data to train on?"
    return Question(
        key, text, conditions.enough_train, showing.train, turning.never, "measured", yes, no
    )


def _said(
    key: str, text: str, holds: Callable[[Evidence], bool], shows: Words, yes: Node, no: Node
) -> Question:
    return Question(key, text, holds, shows, turning.never, "stated", yes, no)


_SCALE = _said(
    "a3", "Is a fixed form or tone wanted at huge scale?", form_at_scale, showing.volume,
    TUNE, DECOMPOSE,
)  # fmt: skip
GUIDE_A = _solved(
    "a1", "Does a strong prompt with examples solve it?", PROMPT,
    _knowledge("a2", "Are documents needed when it answers?", RAG, _SCALE),
)  # fmt: skip
GUIDE_B = _knowledge(
    "b1", "Does it need knowledge?",
    _form("b2", "Does it need a style or form, too?", COMBINE, RAG),
    _form("b3", "Does it need a style or form?", TUNE, REASON),
)  # fmt: skip
_STABLE = _said(
    "c3", "Does the data change often?", changes_often, showing.changes,
    RAG, _data("c4", TUNE_IN, RAG),
)  # fmt: skip
_CHEAPER = _said(
    "c7", "Is it cost or speed?", cost_or_latency, showing.volume, SMALLER, START
)  # fmt: skip
GUIDE_C = _solved(
    "c1", "Does a better prompt work?", PROMPT,
    _knowledge(
        "c2", "Is knowledge lacking?", _STABLE,
        _form("c5", "Is it style or form?", _data("c6", TUNE, FEW_SHOT), _CHEAPER),
    ),
)  # fmt: skip
GUIDES = {"a": GUIDE_A, "b": GUIDE_B, "c": GUIDE_C}
UNDECIDED = ("collect-data", "not-enough-evidence")  # leaves that pull no lever


def consult(evidence: Evidence, ours: Leaf, way: Walk | None = None) -> dict[str, Any]:
    """Each guide's leaf and advice, how far they agree with our tree, and why one does not.

    `way` is the walk through our tree; without it no divergence is explained.
    """
    walks = {key: walk(evidence, guide) for key, guide in GUIDES.items()}
    found = {key: one.leaf for key, one in walks.items()}
    explained = walks if way and ours.name not in UNDECIDED else {}
    apart = {key: one for key, one in explained.items() if one.leaf.name != ours.name}
    return {
        **{key: leaf.name for key, leaf in found.items()},
        "advice": {key: leaf.next_step for key, leaf in found.items()},
        "agreement": agreement(found, ours.name),
        "divergence": {key: divergence(one, way) for key, one in apart.items() if way},
    }


def divergence(theirs: Walk, ours: Walk) -> str:
    """Where a guide that says something else made up its mind, and where our tree did."""
    grounds = [one for one in ours.steps if (one.question.key, one.answer) in ours.leaf.grounds]
    said, decided = theirs.steps[-1], (grounds or ours.steps)[-1]
    return (
        f'It ends at "{said.question.text}" ({_yes(said.answer)}); our tree turns on '
        f'"{decided.question.text}" ({_yes(decided.answer)}), which it does not ask in this way.'
    )


def _yes(answer: object) -> str:
    return "yes" if answer else "no"


def agreement(said: dict[str, Leaf], ours: str) -> str:
    """How far the guides agree with us, and that they ask for no evidence where we lack it."""
    if ours in UNDECIDED:
        return "The guides do not ask whether the evidence suffices; here it does not."
    same = [key.upper() for key, leaf in said.items() if leaf.name == ours]
    other = [f"{key.upper()} says {leaf.title}" for key, leaf in said.items() if leaf.name != ours]
    if not other:
        return "All three guides agree."
    if not same:
        return f"No guide agrees: {', '.join(other)}."
    agreed = f"Guides {' and '.join(same)} agree" if len(same) > 1 else f"Guide {same[0]} agrees"
    return f"{agreed}; {', '.join(other)}."
