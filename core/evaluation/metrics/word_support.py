"""How much of an answer stands in the passages that it was to be read from, by its words."""

from core.evaluation.metrics.abstention import abstains
from core.evaluation.metrics.metric import Attempt, Metric
from core.evaluation.metrics.words import normalise
from core.records import Score


def supported(of: Attempt) -> bool:
    """Whether there is a claim to look for, and a passage to look in."""
    return bool(of.passages and normalise(of.answer)) and not abstains(of.answer)


def word_support(of: Attempt) -> Score:
    """Share of the answer's words that stand in its passages, articles left out.

    Right or wrong does not matter here: an answer can be faithful to a wrong passage. A word
    that stands there in another form counts as missing, so read it as a lower bound.
    """
    said = normalise(of.answer)
    read = {word for one in of.passages for word in normalise(f"{one.title} {one.text}")}
    strange = [word for word in dict.fromkeys(said) if word not in read]
    share = sum(word in read for word in said) / len(said)
    return Score(share, f"not in the passages: {', '.join(strange)}" if strange else "all there")


METRIC = Metric(
    "word_support",
    "Words from passages",
    "How many of an answer's words stand in the passages it was shown (faithfulness).",
    word_support,
    beside=lambda task: task.output == "text",
    applies=supported,
    shades=True,
    order=42,
)
