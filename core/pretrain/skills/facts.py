"""Facts: what each says, how it is asked for, and what answers it."""

from dataclasses import dataclass

from core.pretrain.skills import open_facts, values
from core.pretrain.skills.drawing import Draw, capital
from core.pretrain.skills.statements import KINDS, Kind
from core.pretrain.skills.tables import phrases

SUBJECTS = {
    "topic": values.topic,
    "thing": values.thing,
    "person": values.person,
    "place": values.place,
    "goods": values.goods,
    "group": values.group,
}
OPENINGS = (
    "",
    "",
    "",
    "",
    "",
    "Also, ",
    "In addition, ",
    "Note that ",
    "As a rule, ",
    "Since then, ",
)


@dataclass(frozen=True)
class Fact:
    """A sentence, a question that it answers, and the words of it that answer."""

    subject: str
    kind: Kind | None  # None where the relation is a new word
    sentence: str
    question: str
    answer: str
    heading: str = ""  # what a section that tells it may be called


def subject(draw: Draw, about: str) -> str:
    """Something new to talk about."""
    return SUBJECTS[about](draw)


def fact(draw: Draw, kind: Kind, about: str) -> Fact:
    """A fact of this kind about this subject."""
    value = values.VALUES[kind.value](draw)
    sentence = draw.template(kind.says)
    opening = draw.one(OPENINGS) if not sentence.startswith("{V}") else ""
    said = sentence.format(t=about, T=capital(about), v=value, V=capital(value))
    if opening and not (about[0].isupper() and sentence.startswith("{T}")):
        said = said[0].lower() + said[1:]
    said = opening + said
    answer = values.counted(sentence, value) if kind.value == "number" else value
    return Fact(
        about, kind, said, draw.template(kind.asks).format(t=about, T=capital(about)), answer
    )


def open_fact(draw: Draw) -> Fact:
    """A fact whose relation is a word of its own."""
    if draw.chance(0.5):
        about = values.person(draw)
        return Fact(about, None, *open_facts.done(draw, about))
    about = subject(draw, draw.one(list(SUBJECTS)))
    return Fact(about, None, *open_facts.owned(draw, about))


def several(draw: Draw, count: int) -> list[Fact]:
    """That many facts; some share a subject, so that the relation decides, not the name."""
    made: list[Fact] = []
    seen: set[tuple[str, str]] = set()
    while len(made) < count:
        if draw.chance(0.25):
            made.append(open_fact(draw))
            continue
        group = draw.rng.choices(list(SUBJECTS), [4, 2, 1, 1, 4, 2])[0]
        about = subject(draw, group)
        kinds = [kind for kind in KINDS if kind.about == group]
        for kind in draw.some(kinds, 1, 3):
            if (about, kind.value) not in seen:
                seen.add((about, kind.value))
                made.append(fact(draw, kind, about))
    draw.rng.shuffle(made)
    return made[:count]


def alike(draw: Draw, count: int) -> list[Fact]:
    """Facts of one kind about different subjects: only the name tells them apart."""
    if draw.chance(0.3):
        about = subject(draw, draw.one(list(SUBJECTS)))  # or one subject and many relations
        return [Fact(about, None, *open_facts.owned(draw, about)) for _ in range(count)]
    kind = draw.one(KINDS)
    return [fact(draw, kind, subject(draw, kind.about)) for _ in range(count)]


def prose(draw: Draw, facts: list[Fact]) -> str:
    """The facts as running text, some joined, with a sentence now and then that says nothing."""
    sentences: list[str] = []
    for each in facts:
        if sentences and draw.chance(0.15):
            sentences[-1] = _joined(draw, sentences[-1], each)
        else:
            sentences.append(each.sentence)
    if draw.chance(0.4):
        sentences.insert(draw.rng.randint(0, len(sentences)), draw.template(phrases("fillers")))
    return " ".join(sentences)


def _joined(draw: Draw, before: str, after: Fact) -> str:
    """Two sentences as one."""
    named = (after.subject if after.sentence.startswith(capital(after.subject)) else after.answer)[
        0
    ]
    said = after.sentence if named.isupper() else after.sentence[0].lower() + after.sentence[1:]
    return before.rstrip(".") + draw.one([", and ", "; ", ", but ", ", while "]) + said
