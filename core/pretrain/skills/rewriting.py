"""Rewriting by a rule: most words are copied, some are changed as told."""

import re
from collections.abc import Callable
from random import Random

from core.pretrain.skills import facts, feelings, values
from core.pretrain.skills.drawing import Chat, Draw, allowed, capital
from core.pretrain.skills.tables import pairs, phrases


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
    return re.sub(" +", " ", text)


def simplified(draw: Draw) -> Chat:
    """A contract's sentence in plain words."""
    text = formal(draw)
    asks = (
        "Say it in plain English.",
        "Rewrite in simple words.",
        "Make this easy to read.",
        "Put the sentence into everyday words.",
        "Explain this clause simply.",
    )
    return Chat(
        "plain", (("system", draw.template(asks)), ("user", text), ("assistant", plain(text)))
    )


def shown(draw: Draw) -> Chat:
    """A rule that only the examples tell; it is the same in each of them."""
    rules = draw.some((_greeted, _closed, _contracted, _loud, _first), 1, 2)
    seed = draw.rng.random()
    turns: list[tuple[str, str]] = [
        (
            "system",
            draw.one(
                [
                    "Rewrite as in the examples.",
                    "Rewrite the message in our style.",
                    "Do the same.",
                    "Answer like before.",
                ]
            ),
        )
    ]
    for _ in range(draw.rng.randint(2, 5) + 1):
        text = made = source(draw)
        for rule in rules:  # the same seed each time: the same greeting each time
            _, made = rule(Draw(Random(seed), draw.words, draw.held_out), made)
        turns += [("user", text), ("assistant", made)]
    return Chat("shown", tuple(turns))


def rewritten(draw: Draw) -> Chat:
    """A text, one or two rules, and the text as the rules want it."""
    text = source(draw)
    rules = draw.some(RULES, 1, 3)
    asked, made = [], text
    for rule in rules:
        told, made = rule(draw, made)
        asked.append(told)
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
    asks = (
        "Copy the text.",
        "Repeat the message word for word.",
        "Write the same text again.",
        "Say exactly what the user said.",
        "Return the text unchanged.",
    )
    return draw.template(asks), text


def _greeted(draw: Draw, text: str) -> tuple[str, str]:
    hello = f"{draw.one(phrases('hellos'))} {values.proper(draw)}{draw.one([',', '!', '.'])}"
    asks = (
        'Begin with "{}".',
        "Start the text with: {}",
        'Put "{}" in front.',
        'Rewrite it so that it starts with "{}".',
        "Open with {}",
    )
    return draw.template(asks).format(hello), f"{hello} {text}"


def _closed(draw: Draw, text: str) -> tuple[str, str]:
    close = f"{draw.one(phrases('closes'))}, {values.proper(draw)}"
    asks = (
        'End with "{}".',
        "Finish the text with: {}",
        'Add "{}" at the end.',
        'Sign it with "{}".',
        "Close with {}",
    )
    return draw.template(asks).format(close), f"{text} {close}"


def _contracted(draw: Draw, text: str) -> tuple[str, str]:
    asks = (
        "Use contractions.",
        "Shorten do not to don't and the like.",
        "Write it with contractions such as we're.",
        "Make it casual: I'm, we'll, don't.",
        "Contract the verbs.",
    )
    return draw.template(asks), contract(text)


def _loud(draw: Draw, text: str) -> tuple[str, str]:
    asks = (
        "Write it in capital letters.",
        "Use upper case only.",
        "Make every letter a capital.",
        "Turn the text into upper case.",
        "SHOUT the text.",
    )
    return draw.template(asks), text.upper()


def _replaced(draw: Draw, text: str) -> tuple[str, str]:
    words = [word for word in re.findall(r"\b\w{3,}\b", text)] or ["the"]
    old, new = draw.one(words), values.noun(draw)
    asks = (
        'Replace "{a}" with "{b}".',
        "Write {b} instead of {a}.",
        'Change every "{a}" to "{b}".',
        "Use {b} for {a}.",
        "{a} becomes {b}.",
    )
    return draw.template(asks).format(a=old, b=new), re.sub(rf"\b{old}\b", new, text)


def _first(draw: Draw, text: str) -> tuple[str, str]:
    asks = (
        "Keep the first sentence only.",
        "Give only the first sentence.",
        "Return the first sentence.",
        "Drop all but the first sentence.",
        "What is the first sentence?",
    )
    return draw.template(asks), re.split(r"(?<=[.!?]) ", text)[0]


RULES = (_copied, _greeted, _closed, _contracted, _loud, _replaced, _first, _greeted, _contracted)
