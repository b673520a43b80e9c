"""The decision tree, and the verdict that it gives.

Ours joins the rules of three guides and measures what they only ask (see `guides`). Its
order is from cheap to dear: data, evidence, prompt, examples, documents, tuning, both.
Written from the leaves up, so that each question names the two nodes it leads to.
"""

from functools import partial

from core.verdict import conditions, leaves, showing, turning
from core.verdict.cautions import cautions
from core.verdict.conditions import SIMPLER, UNTUNED
from core.verdict.confidence import confidence
from core.verdict.cost import costs
from core.verdict.evidence import Evidence
from core.verdict.flips import flips
from core.verdict.guides import consult
from core.verdict.node import Node, Question, walk
from core.verdict.sentences import standing
from core.verdict.verdict import Verdict, because, rehearsal, shown

SINGLE = ("rag", "lora")


def _cost(key: str, dearer: tuple[str, ...], no: Node) -> Question:
    return Question(
        key,
        "Does LoRA do as well for half the tokens, where volume or speed counts?",
        partial(conditions.pays_to_tune, dearer=dearer),
        partial(showing.cost, dearer=dearer),
        turning.never,
        "stated",
        yes=leaves.FINE_TUNE_SMALLER,
        no=no,
    )


def _combine(no: Node) -> Question:
    """To the combination, unless tuning unlearned to abstain."""
    return Question(
        "still_abstains",
        "Does LoRA+RAG still admit it when the documents do not say?",
        conditions.still_abstains,
        showing.abstention,
        turning.abstaining,
        "measured",
        yes=leaves.COMBINE,
        no=no,
    )


def _combined_beats(key: str, text: str, others: tuple[str, ...], no: Node) -> Question:
    return Question(
        key,
        text,
        partial(conditions.gains, lever="lora+rag", others=others),
        partial(showing.gaps, lever="lora+rag", others=others),
        partial(turning.leading, lever="lora+rag", others=others),
        "measured",
        yes=_combine(no),
        no=no,
    )


HALF_WAY = Question(
    "half_way",
    "Does any lever come at least half way to the bar?",
    conditions.half_way,
    showing.half_way,
    turning.half_way,
    "measured",
    yes=leaves.NOT_ENOUGH,
    no=leaves.NOTHING_WORKS,
)
COMBINED_ONLY = Question(
    "combined_only",
    "Does LoRA+RAG beat every other lever?",
    conditions.combined_only,
    partial(showing.gaps, lever="lora+rag", others=SIMPLER),
    partial(turning.leading, lever="lora+rag", others=SIMPLER),
    "measured",
    yes=_combine(HALF_WAY),
    no=HALF_WAY,
)
TUNED = _combined_beats(
    "combined_beats_both",
    "Does LoRA+RAG beat both LoRA and RAG?",
    SINGLE,
    no=_cost("cost_tuned", ("rag", "lora+rag"), no=leaves.FINE_TUNE),
)
ENOUGH_TRAIN = Question(
    "enough_train",
    "Are there enough examples to train LoRA on?",
    conditions.enough_train,
    showing.train,
    turning.training,
    "measured",
    yes=TUNED,
    no=leaves.COLLECT_MORE,
)
FORM = Question(
    "form",
    "Is it form or tone: does LoRA beat Prompt and Few-shot?",
    partial(conditions.better, lever="lora", others=UNTUNED),
    partial(showing.gaps, lever="lora", others=UNTUNED),
    partial(turning.leading, lever="lora", others=UNTUNED),
    "measured",
    yes=ENOUGH_TRAIN,
    no=COMBINED_ONLY,
)
RAG_ENOUGH = Question(
    "rag_enough",
    "Does RAG alone meet the bar?",
    partial(conditions.meets_bar, lever="rag"),
    partial(standing, lever="rag"),
    partial(turning.meeting, lever="rag"),
    "measured",
    yes=leaves.RAG,
    no=_combined_beats(
        "combined_beats_rag",
        "Does LoRA+RAG beat RAG by a gain worth its upkeep?",
        ("rag",),
        no=leaves.RAG,
    ),
)
CHANGES = Question(
    "changes",
    "Does the knowledge change, or must answers cite it?",
    conditions.changes,
    showing.changes,
    turning.never,
    "stated",
    yes=leaves.RAG,
    no=TUNED,
)
LEARNED = Question(
    "learned",
    "Did LoRA alone learn what the documents say?",
    conditions.learned,
    showing.learned,
    turning.learning,
    "measured",
    yes=CHANGES,
    no=RAG_ENOUGH,
)
KNOWLEDGE = Question(
    "knowledge",
    "Is missing knowledge what fails: does RAG beat Prompt and Few-shot?",
    partial(conditions.better, lever="rag", others=UNTUNED),
    showing.knowledge,
    partial(turning.leading, lever="rag", others=UNTUNED),
    "measured",
    yes=LEARNED,
    no=FORM,
)
FEW_SHOT_ENOUGH = Question(
    "few_shot_enough",
    "Does Few-shot meet the bar, or come level with the best lever?",
    partial(conditions.enough, lever="few-shot"),
    partial(showing.enough, lever="few-shot"),
    partial(turning.reaching, lever="few-shot"),
    "measured",
    yes=_cost("cost_few_shot", ("few-shot",), no=leaves.FEW_SHOT),
    no=KNOWLEDGE,
)
PROMPT_ENOUGH = Question(
    "prompt_enough",
    "Does Prompt meet the bar, or come level with the best lever?",
    partial(conditions.enough, lever="prompt"),
    partial(showing.enough, lever="prompt"),
    partial(turning.reaching, lever="prompt"),
    "measured",
    yes=_cost("cost_prompt", ("prompt",), no=leaves.PROMPT),
    no=FEW_SHOT_ENOUGH,
)
MEASURABLE = Question(
    "measurable",
    "Is there enough evidence to tell levers apart?",
    conditions.measurable,
    showing.measurable,
    turning.measurable,
    "measured",
    yes=PROMPT_ENOUGH,
    no=leaves.NOT_ENOUGH,
)
CLEAN_DATA = Question(
    "clean_data",
    "Are the examples free of faults that block?",
    conditions.clean_data,
    partial(showing.data, few=False),
    turning.never,
    "measured",
    yes=MEASURABLE,
    no=leaves.MEND_DATA,
)
TREE = Question(
    "enough_examples",
    "Are there enough examples to begin with?",
    conditions.enough_examples,
    partial(showing.data, few=True),
    turning.never,
    "measured",
    yes=CLEAN_DATA,
    no=leaves.COLLECT_MORE,
)


def decide(evidence: Evidence) -> Verdict:
    """The verdict. Pure: the same evidence always gives the same verdict."""
    found = walk(evidence, TREE)
    return Verdict(
        task=evidence.task,
        leaf=found.leaf.name,
        title=found.leaf.title,
        confidence=confidence(evidence, TREE, found.leaf),
        because=because(evidence, found),
        path=shown(evidence, found),
        flips=flips(evidence, TREE, found),
        next_step=found.leaf.next_step,
        cautions=cautions(evidence, found.leaf),
        costs=costs(evidence),
        guides=consult(evidence, found.leaf),
        model=evidence.model,
        parameters=evidence.parameters,
        rehearsal=rehearsal(evidence),
        evaluation=evidence.evaluation,
    )
