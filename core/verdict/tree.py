"""The decision tree.

Ours joins the rules of three guides and measures what they only ask (see `guides`). Its
order is from cheap to dear: data, evidence, prompt, examples, documents, tuning, both.
Written from the leaves up, so that each question names the two nodes it leads to.
"""

from functools import partial

from core.verdict import certainty, conditions, leaves, showing, turning
from core.verdict.conditions import SIMPLER, UNTUNED
from core.verdict.node import Node, Question
from core.verdict.sentences import standing
from core.verdict.thresholds import (
    HIGH_VOLUME,
    MAX_HALF_WIDTH,
    MIN_GAIN,
    MIN_HOLDOUT,
    MIN_TRAIN,
    NEAR_BAR,
)

SINGLE = ("rag", "lora")
BETTER = "Better: the 95% interval leaves out 0, and so does the test corrected for all pairs."
WORTH = f"{BETTER} And by {MIN_GAIN * 100:.0f} points: less does not pay for the upkeep."
BAR = "The success bar that the task's owner set."
LEVEL = (
    f"The owner's bar; or no lever ahead by {MIN_GAIN * 100:.0f} points, which would pay for its "
    "upkeep."
)
ROWS = f"{MIN_TRAIN} train examples: fewer teach their wording more than their rule."
GATE = "The data gate finds nothing that blocks."


def _cost(key: str, dearer: tuple[str, ...], no: Node) -> Question:
    return Question(
        key,
        "Does LoRA do as well for half the tokens, where volume or speed counts?",
        partial(conditions.pays_to_tune, dearer=dearer),
        partial(showing.cost, dearer=dearer),
        turning.never,
        "stated",
        yes=_intact(f"{key}_intact", "lora", "prompt", leaves.FINE_TUNE_SMALLER, no),
        no=no,
        threshold=f"{HIGH_VOLUME:,} answers a month, or speed: below that, upkeep costs more.",
        clears=partial(certainty.pays, dearer=dearer),
    )


def _intact(key: str, tuned: str, base: str, yes: Node, no: Node) -> Question:
    """A veto: to what was tuned, unless tuning took away what the base could."""
    return Question(
        key,
        "Did tuning do no harm: no overfitting, general skill kept, ignorance still admitted?",
        partial(conditions.intact, tuned=tuned, base=base),
        partial(showing.intact, tuned=tuned, base=base),
        partial(turning.intact, tuned=tuned, base=base),
        "measured",
        yes=yes,
        no=no,
        threshold="A veto: no harm found, and abstaining reaches that of the untuned model.",
    )


def _combined_beats(key: str, text: str, others: tuple[str, ...], yes: Node, no: Node) -> Question:
    return Question(
        key,
        text,
        partial(conditions.gains, lever="lora+rag", others=others),
        partial(showing.gaps, lever="lora+rag", others=others),
        partial(turning.gaining, lever="lora+rag", others=others),
        "measured",
        yes=yes,
        no=no,
        threshold=WORTH,
        clears=partial(certainty.gains, lever="lora+rag", others=others),
    )


def _combine(key: str, no: Node) -> Question:
    return _intact(key, "lora+rag", "rag", leaves.COMBINE, no)


def _fine_tune(key: str) -> Question:
    return _intact(key, "lora", "prompt", leaves.FINE_TUNE, leaves.MEND_TUNING)


HALF_WAY = Question(
    "half_way",
    "Does any lever come at least half way to the bar?",
    conditions.half_way,
    showing.half_way,
    turning.half_way,
    "measured",
    yes=leaves.NOT_ENOUGH,
    no=leaves.NOTHING_WORKS,
    threshold=f"{NEAR_BAR:.0%} of the bar: below it, being ahead is no success.",
    clears=certainty.half_way,
)
COMBINED_ONLY = Question(
    "combined_only",
    "Does LoRA+RAG beat every other lever?",
    conditions.combined_only,
    partial(showing.gaps, lever="lora+rag", others=SIMPLER),
    partial(turning.combining, others=SIMPLER),
    "measured",
    yes=_combine("combined_only_intact", HALF_WAY),
    no=HALF_WAY,
    threshold=WORTH,
)
TUNED = Question(
    "lora_enough",
    "Does LoRA alone meet the bar?",
    partial(conditions.meets_bar, lever="lora"),
    partial(standing, lever="lora"),
    partial(turning.meeting, lever="lora"),
    "measured",
    yes=_cost("cost_tuned", ("rag", "lora+rag"), no=_fine_tune("tuned_intact")),
    no=_combined_beats(
        "combined_beats_both",
        "Does LoRA+RAG beat both LoRA and RAG?",
        SINGLE,
        yes=_combine("combined_intact", _fine_tune("tuned_intact")),
        no=_cost("cost_tuned", ("rag", "lora+rag"), no=_fine_tune("tuned_intact")),
    ),
    threshold=BAR,
    clears=partial(certainty.meets, lever="lora"),
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
    threshold=ROWS,
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
    threshold=BETTER,
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
        yes=_combine("combined_rag_intact", leaves.RAG),
        no=leaves.RAG,
    ),
    threshold=BAR,
    clears=partial(certainty.meets, lever="rag"),
)
CHANGES = Question(
    "changes",
    "Does the knowledge change, or must answers cite it?",
    conditions.changes,
    showing.changes,
    turning.never,
    "stated",
    yes=RAG_ENOUGH,
    no=TUNED,
    threshold="What the owner states; unstated counts as yes, unless LoRA beats RAG.",
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
    threshold=f"RAG is not better, nor ahead by {MIN_GAIN * 100:.0f} points. {ROWS}",
    clears=certainty.learned,
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
    threshold=BETTER,
    clears=certainty.knowledge,
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
    threshold=LEVEL,
    clears=partial(certainty.enough, lever="few-shot"),
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
    threshold=LEVEL,
    clears=partial(certainty.enough, lever="prompt"),
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
    threshold=(
        f"{MIN_HOLDOUT} examples, and {MAX_HALF_WIDTH * 100:.0f} points either way: less cannot "
        "tell mostly right from a coin toss."
    ),
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
    threshold=GATE,
)
ENOUGH_EXAMPLES = Question(
    "enough_examples",
    "Are there enough examples to begin with?",
    conditions.enough_examples,
    partial(showing.data, few=True),
    turning.never,
    "measured",
    yes=CLEAN_DATA,
    no=leaves.COLLECT_MORE,
    threshold=GATE,
)
TREE = Question(
    "reviewed",
    "Is it free of regulated output that nobody reviews?",
    conditions.reviewed,
    showing.reviewed,
    turning.never,
    "stated",
    yes=ENOUGH_EXAMPLES,
    no=leaves.REVIEW_FIRST,
    threshold="A veto: regulated output that nobody reads is stopped here, whatever it scores.",
)
