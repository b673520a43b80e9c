"""Reviews: sentences whose words say whether somebody is pleased."""

import re

from core.pretrain.skills import instructions, values
from core.pretrain.skills.drawing import Chat, Draw, capital
from core.pretrain.skills.tables import named, pairs, phrases, words

PAIRS = (
    ("positive", "negative"), ("positive", "negative"), ("positive", "negative"), ("good", "bad"),
    ("happy", "unhappy"), ("praise", "complaint"), ("pleased", "upset"), ("yes", "no"), ("1", "0"),
)  # fmt: skip
PLURAL = {"was": " were", "is": " are"}


def review(draw: Draw, pleased: bool) -> str:
    """One to three sentences of one feeling, or a review or two that somebody wrote out."""
    if draw.chance(0.4):
        told = draw.template(draw.one(_written(pleased)))
        if draw.held_out:
            return told
        if draw.chance(0.25):
            told = f"{told} {draw.template(draw.one(_written(pleased)))}"
        return _thinned(draw, told) if draw.chance(0.5) else told
    sentences = [draw.template(draw.one(_written(pleased)))] if draw.chance(0.3) else []
    for _ in range(draw.rng.randint(1, 3 - len(sentences))):
        if draw.chance(0.55):
            plain = draw.template(phrases("praise" if pleased else "blame"))
            sentences.append(plain.format(n=values.noun(draw)))
            continue
        if draw.chance(0.4):
            sentences.append(_aspects(draw, pleased))
            continue
        own, others = (words("good"), words("bad"))[:: 1 if pleased else -1]
        first, second = draw.rng.sample(own, 2)
        frame = draw.template(phrases("reviews"))
        sentences.append(
            frame.format(
                n=values.noun(draw), a=first, b=second, A=capital(first), o=draw.one(others)
            )
        )
    return " ".join(sentences)


def _aspects(draw: Draw, pleased: bool) -> str:
    """What one or two parts of it were like: what is good of one may be bad of another."""
    (x, one), (y, two) = draw.rng.sample(list(pairs("aspects").items()), 2)
    first, second = (
        draw.one(told.split(" / ")[0 if pleased else 1].split(", ")) for told in (one, two)
    )
    said = draw.template(phrases("aspect said"))
    said = said.format(x=x, y=y, X=capital(x), a=first, b=second, A=capital(first))
    return capital(re.sub(r"(?<=[^s]s) (was|is)\b", lambda verb: PLURAL[verb[1]], said))


def _thinned(draw: Draw, text: str) -> str:
    """The text without some of its words, so that none is learned by heart (Wei and Zou 2019)."""
    kept = [word for word in text.split() if not draw.chance(0.15)]
    return " ".join(kept) or text


def _written(pleased: bool) -> list[tuple[str, ...]]:
    return list(named("pleased" if pleased else "displeased").values())


def sentiment(draw: Draw) -> Chat:
    """A review and two labels named in the instruction, in either order."""
    pleased = draw.chance(0.5)
    labels = draw.one(PAIRS)
    meant = labels[0] if pleased else labels[1]
    first, second = labels if draw.chance(0.5) else labels[::-1]
    ask = draw.template(phrases("feeling"))
    if labels[0] in ("yes", "1"):
        ask = draw.one(
            [
                "Say {a} if the review is good and {b} if it is bad.",
                "Good review: {a}. Bad review: {b}.",
            ]
        )
        first, second = labels
    turns: list[tuple[str, str]] = [
        ("system", instructions.noisy(draw, ask.format(a=first, b=second)))
    ]
    for _ in range(draw.answered_before(0, 0, 0, 0, 4)):
        shown = draw.chance(0.5)
        turns += [("user", review(draw, shown)), ("assistant", labels[0] if shown else labels[1])]
    turns += [("user", review(draw, pleased)), ("assistant", meant)]
    return Chat("sentiment", tuple(turns))
