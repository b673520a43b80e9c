"""Guides and picture say what the verdict's evidence says, and carry no markup in."""

from dataclasses import replace

import pytest

from core.evaluation.report import Comparison
from core.verdict import guides, leaves
from core.verdict.deciding import decide
from core.verdict.evidence import Evidence, Standing, Stated
from core.verdict.mermaid import escaped, mermaid
from core.verdict.node import Leaf, walk
from core.verdict.tree import TREE
from tests.figures import five

ORDER = ("prompt", "few-shot", "rag", "lora")


def evidence(*means: float, stated: Stated | None = None, train: int = 180) -> Evidence:
    """Prompt, few-shot, RAG and LoRA at these means; gaps from 15 points are clear."""
    levers = {
        lever: Standing(mean, mean - 0.05, mean + 0.05, 60)
        for lever, mean in zip(ORDER, means, strict=False)
    }
    pairs = tuple(
        Comparison(
            a, b, "m", gap, gap - 0.1, gap + 0.1, 0.01, 0.01,
            "better" if gap >= 0.15 else "worse" if gap <= -0.15 else "tie", 60, 0, 50,
        )
        for a in levers
        for b in levers
        if ORDER.index(a) < ORDER.index(b)
        for gap in [levers[a].mean - levers[b].mean]
    )  # fmt: skip
    return Evidence("shop", "m", 0.8, train, levers, pairs, stated=stated or Stated(), model="tiny")


STABLE, BUSY = Stated(knowledge_changes=False), Stated(volume_per_month=50_000)


@pytest.mark.parametrize(
    ("found", "a", "b", "c"),
    [
        (evidence(0.5, 0.9, 0.5, 0.5), "prompt", "prompt", "prompt"),
        (evidence(0.1, 0.1, 0.7, 0.1), "rag", "rag", "rag"),
        (evidence(0.1, 0.1, 0.7, 0.1, stated=STABLE), "rag", "rag", "fine-tune"),
        (evidence(0.1, 0.1, 0.7, 0.1, stated=STABLE, train=20), "rag", "rag", "rag"),
        (evidence(0.1, 0.1, 0.7, 0.7), "rag", "combine", "rag"),
        (evidence(0.1, 0.1, 0.1, 0.7), "prompt", "fine-tune", "fine-tune"),
        (evidence(0.1, 0.1, 0.1, 0.7, stated=BUSY), "fine-tune", "fine-tune", "fine-tune"),
        (evidence(0.1, 0.1, 0.1, 0.7, train=20), "prompt", "fine-tune", "few-shot"),
        (evidence(0.5, 0.5, 0.5, 0.5, stated=BUSY), "prompt", "prompt", "fine-tune-smaller"),
        (evidence(0.5, 0.5, 0.5, 0.5), "prompt", "prompt", "prompt"),
    ],
)
def test_each_guide_follows_its_own_rule(found: Evidence, a: str, b: str, c: str) -> None:
    said = guides.consult(found, leaves.RAG)
    assert (said["a"], said["b"], said["c"]) == (a, b, c)


@pytest.mark.parametrize(
    ("said", "ours", "expected"),
    [
        ({"a": guides.RAG, "b": guides.RAG, "c": guides.RAG}, "rag", "All three guides agree."),
        (
            {"a": guides.RAG, "b": guides.COMBINE, "c": guides.RAG},
            "rag",
            "Guides A and C agree; B says LoRA+RAG.",
        ),
        (
            {"a": guides.RAG, "b": guides.START, "c": guides.REASON},
            "rag",
            "Guide A agrees; B says Prompt, C says Prompt.",
        ),
        (
            {"a": guides.RAG, "b": guides.RAG, "c": guides.RAG},
            "prompt",
            "No guide agrees: A says RAG, B says RAG, C says RAG.",
        ),
        (
            {"a": guides.RAG, "b": guides.RAG, "c": guides.RAG},
            "not-enough-evidence",
            "The guides do not ask whether the evidence suffices; here it does not.",
        ),
    ],
)
def test_agreement_is_said_in_a_sentence(said: dict[str, Leaf], ours: str, expected: str) -> None:
    assert guides.agreement(said, ours) == expected


def test_the_picture_shows_every_leaf_and_marks_the_path() -> None:
    found = walk(evidence(0.9, 0.9, 0.9, 0.9), TREE)
    drawn = mermaid(TREE, {step.question.key: step.answer for step in found.steps})
    first = "Is it free of<br/>regulated output<br/>that nobody<br/>reviews?"
    assert f'flowchart TD\n  n0("{first}")\n  n0 == yes ==> n1\n' in drawn
    assert all(f'(["{leaf.title}"])' in drawn.replace("<br/>", " ") for leaf in leaves.LEAVES)
    assert drawn.count("==>") == 6  # review, data, faults, evidence, prompt, cost
    assert drawn.splitlines()[-1] == "  class n0,n1,n3,n5,n7,n9,n12 taken;"


def test_without_a_path_nothing_is_marked() -> None:
    assert "==>" not in mermaid(TREE)
    assert " taken;" not in mermaid(TREE).replace("classDef taken", "")


def test_labels_cannot_break_out_of_the_picture() -> None:
    assert escaped('a "b" <script> `c` #1; [d]\nclick') == (
        "a #34;b#34; #60;script#62; #96;c#96; #35;1#59; #91;d#93; click"
    )
    rude = replace(leaves.PROMPT, title='"]; click n0 "javascript:x"')
    assert 'click n0 "' not in mermaid(rude)


def test_a_guide_that_says_otherwise_is_explained_by_where_each_made_up_its_mind() -> None:
    verdict = decide(five(0.1, 0.2, 0.6, 0.2, 0.95))
    assert verdict.leaf == "combine"
    apart = verdict.guides["divergence"]
    assert set(apart) == {"a", "b", "c"}
    assert apart["a"] == (
        'It ends at "Are documents needed when it answers?" (yes); our tree turns on "Does '
        'LoRA+RAG beat RAG by a gain worth its upkeep?" (yes), which it does not ask in this way.'
    )
    agreeing = decide(five(0.1, 0.2, 0.95, 0.2, 0.95))
    assert (agreeing.leaf, agreeing.guides["divergence"]) == ("rag", {})
