"""Reading: an answer of a few words that stand in the text, or the news that they do not."""

from dataclasses import dataclass, replace
from itertools import pairwise

from core.pretrain.skills import facts, instructions, values
from core.pretrain.skills.drawing import ABSTENTION, Chat, Draw, capital
from core.pretrain.skills.tables import phrases

GROUNDED = f"Answer from the passages. If they do not tell, say: {ABSTENTION}"
SHAPES = (
    "{text}\n\n{ask}",
    "{text}\n\nQuestion: {ask}",
    "{ask}\n\n{text}",
    "Text: {text}\nQuestion: {ask}",
)


@dataclass(frozen=True)
class Asked:
    """A question about what was shown."""

    question: str
    answer: str
    source: str  # title of the passage that tells; empty where none does


def short(draw: Draw) -> Chat:
    """One text of a few facts and some questions, answered or not."""
    told, untold = _facts(draw)
    asked = _asked(draw, told, untold, 0.15)
    text = facts.prose(draw, told)
    first = draw.template(SHAPES).format(text=text, ask=instructions.asked(draw, asked[0].question))
    abstains = any(each.answer == ABSTENTION for each in asked)
    system = instructions.answering(draw)
    if abstains or draw.chance(0.5):
        system += f"{draw.one([' ', chr(10)])}If the text does not tell, say: {ABSTENTION}"
    given = [("system", system)] if abstains or draw.chance(0.9) else []
    return Chat("reading", tuple(given + _turns(draw, first, asked, "{}")))


def passages(draw: Draw) -> Chat:
    """Several titled passages and questions, in the very shape retrieval gives."""
    blocks, asked = sources(draw, 0.2)
    first = f"Passages:\n\n{blocks}\n\nQuestion: {instructions.asked(draw, asked[0].question)}"
    system = f"{instructions.answering(draw)}\n{GROUNDED}"
    skill = "abstaining" if asked[-1].answer == ABSTENTION else "passages"
    return Chat(skill, (("system", system), *_turns(draw, first, asked, "Question: {}")))


def sources(draw: Draw, unanswerable: float) -> tuple[str, list[Asked]]:
    """Passages as they are shown, and questions about them.

    Facts about one thing stand together, and often under its name, as in a handbook.
    """
    told, untold = _facts(draw)
    subjects = {each.subject: draw.rng.random() for each in told}
    told.sort(key=lambda each: subjects[each.subject])
    count = min(draw.one([1, 2, 3, 3, 4, 4]), len(told))
    cuts = [place * len(told) // count for place in range(count + 1)]
    piles = [told[start:end] for start, end in pairwise(cuts)]
    asked = _asked(draw, told, untold, unanswerable)
    if draw.chance(0.6):  # nearest last, as retrieval shows them
        piles.sort(key=lambda pile: any(each.question == asked[0].question for each in pile))
    titles = [
        capital(pile[0].subject.removeprefix("the ")) if draw.chance(0.4) else title(draw)
        for pile in piles
    ]
    told_by = {each.question: titles[n] for n, pile in enumerate(piles) for each in pile}
    blocks = [
        f"[{number}] {name} > {draw.one(phrases('headings'))}\n{facts.prose(draw, pile)}"
        for number, (name, pile) in enumerate(zip(titles, piles, strict=True), 1)
    ]
    found = [replace(each, source=told_by.get(each.question, "")) for each in asked]
    return "\n\n".join(blocks), found


def title(draw: Draw) -> str:
    """The name of a document."""
    shapes = (
        "{T}",
        "{P} handbook",
        "{T} policy",
        "{N} guide",
        "About {P}",
        "{N} and {M}",
        "{P} {N}",
    )
    return draw.one(shapes).format(
        T=capital(values.topic(draw).removeprefix("the ")),
        P=values.proper(draw),
        N=capital(values.noun(draw)),
        M=values.noun(draw),
    )


def _facts(draw: Draw) -> tuple[list[facts.Fact], list[facts.Fact]]:
    """Facts to tell, and a few to ask about that are not told."""
    count = draw.rng.randint(*draw.facts)
    make = facts.alike if draw.chance(0.2) else facts.several
    made = make(draw, count + 2)
    return made[:count], made[count:]


def _asked(
    draw: Draw, told: list[facts.Fact], untold: list[facts.Fact], unanswerable: float
) -> list[Asked]:
    """Different questions on one text: each further one is practice for a few tokens more."""
    several = not draw.held_out and draw.chance(0.65)
    count = draw.rng.randint(2, 6) if several else 1
    answered = [Asked(each.question, each.answer, "") for each in draw.some(told, count, count)]
    missing = iter([Asked(each.question, ABSTENTION, "") for each in untold])
    return [(draw.chance(unanswerable) and next(missing, None)) or each for each in answered]


def _turns(draw: Draw, first: str, asked: list[Asked], shape: str) -> list[tuple[str, str]]:
    turns = [("user", first), ("assistant", asked[0].answer)]
    for each in asked[1:]:
        turns += [
            ("user", shape.format(instructions.asked(draw, each.question))),
            ("assistant", each.answer),
        ]
    return turns
