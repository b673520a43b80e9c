"""Instructions put together from parts: whoever writes the next one will word it anew.

A handful of fixed wordings is learned as that handful: a model then fills JSON under
a wording that it knows and fails under one that it does not.
"""

from collections.abc import Sequence
from itertools import pairwise

from core.pretrain.skills import values
from core.pretrain.skills.drawing import Draw, capital
from core.pretrain.skills.tables import phrases

MARKS = ("- ", "* ", "\u2022 ", "+ ")


def noisy(draw: Draw, core: str) -> str:
    """The instruction with a sentence before or after it, or neither."""
    parts = [core]
    if draw.chance(0.35):
        parts.insert(0, fill(draw, draw.template(phrases("roles"))))
    if draw.chance(0.3):
        parts.append(draw.template(phrases("manners")))
    return joined(draw, *parts)


def joined(draw: Draw, *parts: str) -> str:
    """Parts of an instruction in a row; after a list a new line begins."""
    whole = parts[0]
    for before, part in pairwise(parts):
        listing = before.rpartition("\n")[2].startswith(MARKS)
        whole += ("\n" if listing else draw.one((" ", " ", "\n"))) + part
    return whole


def answering(draw: Draw) -> str:
    """To answer a question."""
    core = f"{draw.template(phrases('answer verb'))} {draw.template(phrases('answer object'))}"
    if draw.chance(0.6):
        core += f" {draw.template(phrases('answer source'))}"
    return noisy(draw, fill(draw, f"{core}."))


def filling(draw: Draw, keys: Sequence[str]) -> str:
    """To write JSON with these keys: named in a row, one below the other, or as empty JSON."""
    nested = any("(" in key for key in keys)
    way = draw.one(("keys", "keys", "keys", "keys", "list", "list" if nested else "shape"))
    if way == "list":
        mark = draw.one(MARKS)
        shown = "".join(f"\n{mark}{key}" for key in keys)
    elif way == "shape":
        gap = draw.one(('"..."', '""', "...", '"string"', "null", '"?"'))
        shown = "{" + ", ".join(f'"{key}": {gap}' for key in keys) + "}"
    else:
        shown = listed(draw, keys)
    verb, name = draw.template(phrases("json verb")), draw.template(phrases("json name"))
    core = draw.template(phrases(f"json {way}"))
    return noisy(draw, core.format(m=verb, l=verb.lower(), j=name, k=shown))


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
    way = draw.template(phrases("asked way"))
    return way.format(Q=question, q=plain, h=question.rstrip("?"))


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
