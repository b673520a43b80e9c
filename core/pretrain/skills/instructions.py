"""Instructions put together from parts: whoever writes the next one will word it anew.

A handful of fixed wordings is learned as that handful: a model then fills JSON under
a wording that it knows and fails under one that it does not.
"""

from collections.abc import Sequence

from core.pretrain.skills import values
from core.pretrain.skills.drawing import Draw, capital

ROLES = (
    "You work for {p}.", "You help the {n} team.", "You are a helper.", "You answer for {p}.",
    "This is the {n} desk of {p}.", "You are an assistant for {g}.", "We run a {n} shop.",
    "You read messages from {g}.", "You support {g} at {p}.", "{p} sells {s}.", "Be exact.",
)  # fmt: skip
MANNERS = (
    "Keep it short.", "Do not explain.", "Give nothing else.", "Be brief.", "No other text.",
    "Use the words of the text.", "Answer in a few words.", "Only the answer.", "Be careful.",
    "Do not guess.", "Write plainly.", "One line only.", "Nothing more is needed.",
)  # fmt: skip
ANSWER = [
    "Answer",
    "Please answer",
    "Reply to",
    "Respond to",
    "Find the answer to",
    "Help with",
    "Give the answer to",
    "Settle",
    "You answer",
]
QUESTIONS = [
    "the question",
    "questions",
    "this question",
    "the customer",
    "a visitor",
    "the question below",
    "what is asked",
    "the user",
    "questions about {t}",
    "staff questions",
    "questions on our {s}",
]
SOURCES = [
    "",
    "",
    " from the text",
    " with words from the text",
    " using the {s} page",
    " from the {n} handbook",
    " about our rules",
    " in a few words",
    " as briefly as you can",
    " with the exact words",
]
MAKE = [
    "Return",
    "Give",
    "Write",
    "Extract",
    "Produce",
    "Output",
    "Fill in",
    "Make",
    "Reply with",
    "Answer with",
    "Create",
    "Send",
]
JSON = ["JSON", "a JSON object", "one JSON object", "JSON only", "valid JSON", "an object in JSON"]
WITH = [
    " with the keys {k}",
    " with keys {k}",
    " with {k}",
    " having {k}",
    " containing {k}",
    ": {k}",
    " for {k}",
    " whose keys are {k}",
    " (keys: {k})",
    ". Keys: {k}",
    ". Fields: {k}",
    " that has {k}",
    ". It needs {k}",
    " and use the keys {k}",
    ", fields {k}",
    ". The fields are {k}",
]


def noisy(draw: Draw, core: str) -> str:
    """The instruction with a sentence before or after it, or neither."""
    parts = [core]
    if draw.chance(0.35):
        parts.insert(0, fill(draw, draw.template(ROLES)))
    if draw.chance(0.3):
        parts.append(draw.template(MANNERS))
    return draw.one((" ", " ", "\n")).join(parts)


def answering(draw: Draw) -> str:
    """To answer a question."""
    core = f"{draw.template(ANSWER)} {draw.template(QUESTIONS)}{draw.template(SOURCES)}."
    return noisy(draw, fill(draw, core))


def filling(draw: Draw, keys: Sequence[str]) -> str:
    """To write JSON with these keys."""
    core = f"{draw.template(MAKE)} {draw.template(JSON)}{draw.template(WITH)}."
    return noisy(draw, core.format(k=listed(draw, keys)))


def listed(draw: Draw, names: Sequence[str]) -> str:
    """Names in a row, in one of the ways people write a row of names."""
    shown = [draw.one(('"{}"', "`{}`", "'{}'")).format(name) for name in names]
    if draw.chance(0.7):
        shown = list(names)
    last = draw.one((", ", " and ", ", and "))
    if len(shown) > 1 and draw.chance(0.5):
        return ", ".join(shown[:-1]) + last + shown[-1]
    return draw.one((", ", ", ", " / ", "; ", " | ")).join(shown)


def asked(draw: Draw, question: str) -> str:
    """The question as people type it."""
    plain = question[0].lower() + question[1:]
    ways = (question,) * 6 + (
        f"Please tell me: {plain}", f"Hello, {plain}", f"{plain}", question.rstrip("?"),
        f"I would like to know: {plain}", f"{question} Thanks.", f"Quick question: {plain}",
    )  # fmt: skip
    return draw.template(ways)


def fill(draw: Draw, text: str) -> str:
    """The text with its blanks filled by new words."""
    return capital(
        text.format(
            p=values.proper(draw),
            n=values.noun(draw),
            s=values.plural(draw),
            g=draw.one(("customers", "guests", "staff", "members")),
            t=values.topic(draw),
        )
    )
