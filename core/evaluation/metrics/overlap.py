"""Free text against its reference: the same words, or how many of them."""

from collections import Counter
from collections.abc import Sequence

from core.evaluation.metrics.metric import Metric
from core.evaluation.metrics.words import normalise
from core.records import Score, Task

LONGEST_RUN = 6  # characters; chrF's n
RECALL_WEIGHT = 2  # chrF's beta: recall counts twice as much as precision


def exact_match(answer: str, reference: str, task: Task) -> Score:
    """Whether the answer is the reference, save case, punctuation, articles and spacing."""
    same = normalise(answer) == normalise(reference)
    return Score(float(same), "the same words" if same else f"wanted: {reference}")


def token_f1(answer: str, reference: str, task: Task) -> Score:
    """Harmonic mean of word precision and recall, counting repeats.

    Rewards partial overlap and ignores order, so "not guilty" scores 0.67 against
    "guilty": read it beside `exact_match`, never alone.
    """
    said, wanted = Counter(normalise(answer)), Counter(normalise(reference))
    shared = (said & wanted).total()
    return _f1(shared, said.total(), wanted.total(), "words in common")


def rouge_l(answer: str, reference: str, task: Task) -> Score:
    """F1 of the longest common subsequence of words (Lin 2004): overlap that keeps the order."""
    said, wanted = normalise(answer), normalise(reference)
    return _f1(_common(said, wanted), len(said), len(wanted), "words in common and in order")


def chrf(answer: str, reference: str, task: Task) -> Score:
    """Overlap of runs of 1 to 6 characters (Popovic 2015), spaces and case left out.

    Precision and recall are averaged over the lengths that the reference has, then
    joined with recall counting twice. Kind to inflected words and to any script.
    """
    said, wanted = "".join(normalise(answer)), "".join(normalise(reference))
    lengths = range(1, min(LONGEST_RUN, len(wanted)) + 1)
    runs = [(_runs(said, size), _runs(wanted, size)) for size in lengths]
    shared = [(one & other).total() for one, other in runs]
    precision = _mean([s / max(1, one.total()) for s, (one, _) in zip(shared, runs, strict=True)])
    recall = _mean([s / other.total() for s, (_, other) in zip(shared, runs, strict=True)])
    weight = RECALL_WEIGHT**2
    below = weight * precision + recall
    value = (1 + weight) * precision * recall / below if below else 0.0
    return Score(value, f"{precision:.0%} of its character runs fit, {recall:.0%} of those wanted")


def _f1(shared: int, said: int, wanted: int, what: str) -> Score:
    total = said + wanted
    return Score(
        2 * shared / total if total else 1.0, f"{shared} {what}; {said} said, {wanted} wanted"
    )


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """Length of the longest common subsequence."""
    best = [0] * (len(other) + 1)
    for word in one:
        earlier = best
        best = [0]
        for position, wanted in enumerate(other):
            match = earlier[position] + 1 if word == wanted else 0
            best.append(max(match, earlier[position + 1], best[position]))
    return best[-1]


def _runs(text: str, size: int) -> Counter[str]:
    return Counter(text[start : start + size] for start in range(len(text) - size + 1))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


METRICS = (
    Metric("exact_match", "The answer is the reference, word for word.", exact_match),
    Metric("token_f1", "How many words answer and reference share.", token_f1, shades=True),
    Metric("rouge_l", "How many words they share in the same order.", rouge_l, shades=True),
    Metric("chrf", "How many runs of characters they share.", chrf, shades=True),
)
