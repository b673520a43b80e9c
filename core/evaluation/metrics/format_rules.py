"""Whether an answer keeps to the task's rules of length and form."""

from collections.abc import Iterator

import regex

from core.evaluation.metrics.metric import Attempt, Metric
from core.records import Form, Score, Task

SECONDS = 0.5  # a pattern may take per answer; some never end


def format_rules(of: Attempt) -> Score:
    """Whether the answer keeps every rule that `[format]` in task.toml states; all or nothing."""
    if of.task.form == Form():
        return Score(None, "could not be scored: the task has no rules of form")
    try:
        broken = list(broken_rules(of.answer, of.task))
    except TimeoutError:
        return Score(None, "could not be scored: must_match takes too long on this answer")
    return Score(float(not broken), "; ".join(broken) or "keeps every rule")


def broken_rules(answer: str, task: Task) -> Iterator[str]:
    """What the answer breaks, in words.

    Raises:
        TimeoutError: The task's pattern found no end.
    """
    text, form, words = answer.strip(), task.form, len(answer.split())
    if form.max_words is not None and words > form.max_words:
        yield f"{words} words, at most {form.max_words} are allowed"
    if words < form.min_words:
        yield f"{words} words, at least {form.min_words} are wanted"
    if not text.startswith(form.starts_with):
        yield f"does not begin with {form.starts_with!r}"
    if not text.endswith(form.ends_with):
        yield f"does not end with {form.ends_with!r}"
    if form.must_match and not regex.search(form.must_match, text, timeout=SECONDS):
        yield f"does not match {form.must_match!r}"


METRIC = Metric(
    "format_rules",
    "Keeps the form",
    "The share of answers that keep every rule of length and form that the task states.",
    format_rules,
    beside=lambda task: task.form != Form(),
    order=20,
)
