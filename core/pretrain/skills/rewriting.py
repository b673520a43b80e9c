"""Rewriting by a rule: most words are copied, some are changed as told."""

import re
from collections.abc import Callable
from random import Random

from core.pretrain.skills import facts, feelings, values
from core.pretrain.skills.drawing import Chat, Draw, allowed, capital
from core.pretrain.skills.tables import pairs, phrases

Rule = Callable[[Draw, str], tuple[str, str]]  # what is asked for, and the text as it should be


def contract(text: str) -> str:
    """The text with every contraction that the table knows."""
    for long, brief in pairs("contractions").items():
        text = re.sub(rf"\b{long}\b", brief, text)
    return text


def expand(text: str) -> str:
    """The reverse of `contract`."""
    for long, brief in pairs("contractions").items():
        text = re.sub(rf"\b{brief}\b", long, text)
    return text


def reply(draw: Draw) -> str:
    """A few sentences as customer service writes them, without contractions."""
    return " ".join(
        _filled(draw, each) for each in draw.some(allowed(phrases("service"), draw.held_out), 1, 4)
    )


def formal(draw: Draw) -> str:
    """A sentence or two as a contract has them."""
    return " ".join(
        _filled(draw, each) for each in draw.some(allowed(phrases("formal"), draw.held_out), 1, 2)
    )


def _filled(draw: Draw, sentence: str) -> str:
    filled = sentence.format(
        t=values.topic(draw), v=values.thing(draw), d=values.duration(draw), c=values.action(draw),
        p=values.proper(draw), w=values.weekday(draw), m=values.money(draw), k=values.code(draw),
        y=values.date(draw),
    )  # fmt: skip
    return capital(filled)


def plain(text: str) -> str:
    """The text with the table's formal words made plain."""
    for stiff, easy in pairs("plain").items():
        text = re.sub(rf"\b{stiff}\b", easy, text)
        text = re.sub(rf"\b{capital(stiff)}\b", capital(easy), text)
    return capital(re.sub(" +", " ", text).strip())


def simplified(draw: Draw) -> Chat:
    """A contract's sentence in plain words."""
    text = formal(draw)
    asked = draw.template(phrases("ask simplified"))
    turns = (("system", asked), ("user", text), ("assistant", plain(text)))
    return Chat("plain", turns)


def shown(draw: Draw) -> Chat:
    """A rule that only the examples tell; it is the same in each of them."""
    rules = _in_order(draw.some((_greeted, _closed, _contracted, _loud, _first), 1, 2))
    seed = draw.rng.random()
    turns: list[tuple[str, str]] = [("system", draw.template(phrases("ask shown")))]
    for _ in range(draw.rng.randint(2, 5) + 1):
        text = made = source(draw)
        for rule in rules:  # the same seed each time: the same greeting each time
            _, made = rule(Draw(Random(seed), draw.words, draw.held_out), made)
        turns += [("user", text), ("assistant", made)]
    return Chat("shown", tuple(turns))


def rewritten(draw: Draw) -> Chat:
    """A text, one or two rules, and the text as the rules want it."""
    text = source(draw)
    rules = _in_order(draw.some(RULES, 1, 3))
    asked, made = [], text
    for rule in rules:
        told, made = rule(draw, made)
        asked.append(told)
    if draw.chance(0.4):
        asked.append(draw.template(phrases("ask only")))
    joined = draw.one([" ", "\n"]).join(asked)
    return Chat("rewriting", (("system", joined), ("user", text), ("assistant", made)))


def source(draw: Draw) -> str:
    """Something to rewrite: a reply, facts or a review."""
    makers: tuple[Callable[[Draw], str], ...] = (
        reply,
        reply,
        lambda d: facts.prose(d, facts.several(d, d.rng.randint(1, 3))),
        lambda d: feelings.review(d, d.chance(0.5)),
    )
    return draw.one(makers)(draw)


def _copied(draw: Draw, text: str) -> tuple[str, str]:
    return draw.template(phrases("ask copied")), text


def _greeted(draw: Draw, text: str) -> tuple[str, str]:
    hello = f"{draw.one(phrases('hellos'))} {values.proper(draw)}{draw.one([',', '!', '.'])}"
    return draw.template(phrases("ask greeted")).format(hello), f"{hello} {text}"


def _closed(draw: Draw, text: str) -> tuple[str, str]:
    close = f"{draw.one(phrases('closes'))}, {values.proper(draw)}"
    return draw.template(phrases("ask closed")).format(close), f"{text} {close}"


def _contracted(draw: Draw, text: str) -> tuple[str, str]:
    return draw.template(phrases("ask contracted")), contract(text)


def _loud(draw: Draw, text: str) -> tuple[str, str]:
    return draw.template(phrases("ask loud")), text.upper()


def _replaced(draw: Draw, text: str) -> tuple[str, str]:
    words = [word for word in re.findall(r"\b\w{3,}\b", text)] or ["the"]
    old, new = draw.one(words), values.noun(draw)
    told = draw.template(phrases("ask replaced")).format(a=old, b=new)
    return told, re.sub(rf"\b{old}\b", new, text)


def _first(draw: Draw, text: str) -> tuple[str, str]:
    return draw.template(phrases("ask first")), re.split(r"(?<=[.!?]) ", text)[0]


def _in_order(rules: list[Rule]) -> list[Rule]:
    """Capital letters come last: no other rule knows its words in them."""
    return sorted(rules, key=lambda rule: rule is _loud)


# Greetings and contractions twice: people ask for them most.
RULES = (_copied, _greeted, _closed, _contracted, _loud, _replaced, _first, _greeted, _contracted)
