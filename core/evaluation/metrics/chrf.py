"""How many runs of characters an answer and its reference share."""

from core.evaluation.metrics.metric import Attempt, Metric
from core.records import Score


def chrf(of: Attempt) -> Score:
    """Overlap of runs of 1 to 6 characters, white space left out (chrF2, Popovic 2015).

    As sacrebleu scores a sentence: precision and recall averaged over the lengths that both
    texts have, recall counting twice. Kind to inflected words and to any script. A lever's
    figure is the mean of its answers' scores, so that it has an interval and every answer
    counts alike; chrF of a whole corpus sums the counts up first and comes out near it.
    """
    from sacrebleu.metrics.chrf import CHRF

    value = CHRF().sentence_score(of.answer, [of.reference]).score / 100
    return Score(min(1.0, value), f"{value:.0%} of the character runs agree (chrF)")


METRIC = Metric(
    "chrf",
    "Character overlap",
    "How many short stretches of letters answer and reference share (chrF).",
    chrf,
    beside=lambda task: task.output == "text",
    shades=True,
    order=13,
)
