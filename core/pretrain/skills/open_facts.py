"""Facts whose relation is itself a new word, so that only matching words can answer."""

import re

from core.pretrain.skills import values
from core.pretrain.skills.drawing import Draw, capital
from core.pretrain.skills.tables import phrases

IRREGULAR = {"send": "sent", "build": "built", "cut": "cut"}
ASKED = {"p": "who", "o": "what", "w": "where", "e": "when"}  # what a question can be after


def owned(draw: Draw, about: str) -> tuple[str, str, str]:
    """(sentence, question, answer): some property, named by any noun."""
    makers = (values.number, values.money, values.duration, values.proper, values.code)
    value = draw.one((*makers, values.noun, values.date, values.several))(draw)
    words = {"r": values.noun(draw), "t": about, "T": capital(about)}
    said = draw.template(phrases("owned")).format(v=value, V=capital(value), **words)
    return said, draw.template(phrases("owned asks")).format(**words), value


def done(draw: Draw, about: str) -> tuple[str, str, str]:
    """(sentence, question, answer): somebody did something somewhere on some day."""
    base = draw.one(draw.words.verbs)
    place = values.place(draw)
    day = draw.one((values.date, values.weekday))(draw)
    parts = {
        "p": about,
        "d": past(base),
        "b": base,
        "o": values.thing(draw),
        "w": f"in {place}",
        "e": f"on {day}",
    }
    slot = draw.one(list(ASKED))
    said = capital(draw.template(phrases("done")).format(**parts))
    answer = {"p": about, "o": parts["o"], "w": place, "e": day}[slot]
    return said, draw.template(phrases(f"done asks {ASKED[slot]}")).format(**parts), answer


def past(verb: str) -> str:
    """What was done: "carried", "scanned", "sent"."""
    if verb in IRREGULAR:
        return IRREGULAR[verb]
    if re.search("[^aeiou]y$", verb):
        return f"{verb[:-1]}ied"
    if re.fullmatch("[^aeiou]*[aeiou][^aeiouwxy]", verb):
        return f"{verb}{verb[-1]}ed"
    return f"{verb}d" if verb.endswith("e") else f"{verb}ed"
