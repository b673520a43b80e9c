"""Why an answer is wrong: the causes that can be told apart, and the cheapest cure of each.

A cause is told from what can be seen: the answer, the passages that were shown, the documents,
and whether another lever got the same example right. They are asked in the order of `CAUSES`,
and the first that holds is the answer's.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.evaluation.metrics.abstention import abstains
from core.evaluation.metrics.fields import NotAnObject, read_object, same
from core.evaluation.metrics.format_rules import format_rules
from core.evaluation.metrics.label import label_of
from core.evaluation.metrics.metric import Attempt
from core.evaluation.metrics.standing import stands
from core.evaluation.metrics.words import holds
from core.records import Answer, Example, Task


@dataclass(frozen=True)
class Case:
    """One wrong answer, with all that its cause can be told from."""

    task: Task
    example: Example
    answer: Answer
    right: tuple[str, ...] = ()  # levers that were shown passages and got the example right
    document: str = ""  # title of a document that holds the reference, "" where none does

    @property
    def read(self) -> bool | None:
        """Whether the passages that the lever was shown hold the reference; None: unknown."""
        return stands(self.task, self.example.reference, self.answer.passages)


@dataclass(frozen=True)
class Cause:
    """One way to go wrong."""

    title: str
    means: str
    fix: str  # the cheapest thing to try, as an instruction
    why: Callable[[Case], str]  # what speaks for it in this case, "" where it does not hold


def cause(case: Case) -> tuple[str, str]:
    """The key of a wrong answer's cause, and what speaks for it."""
    for name, one in CAUSES.items():
        because = one.why(case)
        if because:
            return name, because
    raise AssertionError("the last cause holds always")


def _should_abstain(case: Case) -> str:
    asked = abstains(case.example.reference) and not abstains(case.answer.text)
    return "Nobody can know this, yet it gave an answer." if asked else ""


def _form(case: Case) -> str:
    text, task = case.answer.text, case.task
    if abstains(text):
        return ""
    if not text.strip():
        return "It said nothing."
    if task.output == "json":
        return _no_object(text)
    if task.output == "label":
        return "" if label_of(text, task) else "It is not one of the labels."
    broken = format_rules(Attempt(text, case.example.reference, task))
    if broken.value == 0:
        return f"It breaks a rule of form: {broken.explanation}."
    return _more_or_less(text, case.example.reference) if task.metric == "exact_match" else ""


def _more_or_less(text: str, reference: str) -> str:
    if holds(text, reference):
        return "The right words stand in it, with others around them."
    return "It says only a part of it." if holds(reference, text) else ""


def _no_object(text: str) -> str:
    try:
        read_object(text)
    except NotAnObject as broken:
        return f"It is {broken}."
    return ""


def _missed(case: Case) -> str:
    if case.read is not False or not case.document:
        return ""
    shown = len(case.answer.passages)
    passages = "the passage" if shown == 1 else f"the {shown} passages"
    return f"The answer stands in {case.document}, but not in {passages} that it was shown."


def _needless(case: Case) -> str:
    if not abstains(case.answer.text) or (case.document and not case.read):
        return ""
    held = "although its passages hold the answer" if case.read else "although there is an answer"
    return f"It said that it does not know, {held}."


def _confused(case: Case) -> str:
    said, wanted = case.answer.text, case.example.reference
    if case.task.output == "label":
        return f"It said {label_of(said, case.task)}, wanted was {label_of(wanted, case.task)}."
    if case.task.output == "json":
        return "; ".join(_mixed_up(case.task, said, wanted))
    return ""


def _mixed_up(task: Task, said: str, wanted: str) -> list[str]:
    """Fields with a fixed choice of values that hold another one."""
    try:
        given, right = read_object(said), read_object(wanted)
    except NotAnObject:
        return []
    return [
        f"{key}: {given[key]} in place of {right[key]}"
        for key, allowed in task.schema.items()
        if allowed and key in given and key in right and not same(given[key], right[key])
    ]


def _misread(case: Case) -> str:
    return "The passages hold the answer, and it said something else." if case.read else ""


def _unknown(case: Case) -> str:
    if case.answer.passages or not case.right:
        return ""
    return f"Shown passages, the model answers it right ({', '.join(case.right)})."


def _unshown(case: Case) -> str:
    if case.answer.passages or not case.document:
        return ""
    return f"The answer stands in {case.document}, which this lever does not read."


def _else(case: Case) -> str:
    return "Nothing that was looked at explains it."


UNEXPLAINED = "other"
CAUSES: Mapping[str, Cause] = {
    "should-abstain": Cause(
        "Should have abstained",
        "There is no answer to give, and it gave one.",
        "Add train examples that end in not knowing, and say in the instruction when to.",
        _should_abstain,
    ),
    "format": Cause(
        "Wrong form",
        "It cannot be read, breaks the form, or says more or less than was asked.",
        "Say the form in the instruction and show one example of it; only then think of training.",
        _form,
    ),
    "retrieval": Cause(
        "Retrieval missed it",
        "The answer stands in the documents, but not in the passages that were shown.",
        "Try other passage sizes and one passage more, on train and validation. No training.",
        _missed,
    ),
    "needless": Cause(
        "Abstained needlessly",
        "It said that it does not know although it could have.",
        "Soften the rule about not knowing, or train on more questions that do have an answer.",
        _needless,
    ),
    "label": Cause(
        "Mixed up the choices",
        "A valid choice, but another one than was wanted.",
        "Define the choices that get mixed up in one line each, and add train examples of them.",
        _confused,
    ),
    "reading": Cause(
        "Read it wrongly",
        "The passages hold the answer, and it said something else.",
        "Show fewer and shorter passages, or a larger model; training on passages comes last.",
        _misread,
    ),
    "knowledge": Cause(
        "Knowledge missing",
        "Without passages it is wrong, with them the same model is right.",
        "Let it read the documents (RAG). Training would not keep such facts up to date.",
        _unknown,
    ),
    "unshown": Cause(
        "Never saw the fact",
        "The answer stands in documents that it does not read; levers that do were wrong, too.",
        "See first why the levers that read documents get these wrong.",
        _unshown,
    ),
    UNEXPLAINED: Cause(
        "Another reason",
        "Nothing that was looked at explains it.",
        "Read some of these by hand; a better instruction or a larger model is the usual way.",
        _else,
    ),
}
