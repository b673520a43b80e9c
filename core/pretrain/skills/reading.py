"""Reading: an answer of a few words that stand in the text, or the news that they do not."""

from dataclasses import dataclass, replace
from itertools import pairwise

from core.pretrain.skills import facts, instructions, values, worlds
from core.pretrain.skills.drawing import ABSTENTION, Chat, Draw, capital
from core.pretrain.skills.tables import phrases

GROUNDED = f"Answer from the passages. If they do not tell, say: {ABSTENTION}"
# Retrieval shows a sentence or two a passage, when passages are cut small: mostly that is read.
FEW = 0.6
UNTOLD = 0.2  # share of questions that the text does not answer
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
    asked = _asked(draw, told, untold, UNTOLD)
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
    blocks, asked = sources(draw, UNTOLD)
    return _read(draw, blocks, asked)


def of_passages(draw: Draw, passages: list[tuple[str, str]], asked: list[Asked]) -> Chat:
    """Questions on these passages, (title, text) each."""
    blocks = "\n\n".join(
        f"[{number}] {name} > {draw.one(phrases('headings'))}\n{text}"
        for number, (name, text) in enumerate(passages, 1)
    )
    return _read(draw, blocks, asked)


def _read(draw: Draw, blocks: str, asked: list[Asked]) -> Chat:
    first = f"Passages:\n\n{blocks}\n\nQuestion: {instructions.asked(draw, asked[0].question)}"
    system = f"{instructions.answering(draw)}\n{GROUNDED}"
    skill = "abstaining" if asked[-1].answer == ABSTENTION else "passages"
    return Chat(skill, (("system", system), *_turns(draw, first, asked, "Question: {}")))


def unfamiliar(draw: Draw) -> Chat:
    """Titled passages on something that training never spoke of, and one question."""
    told, untold = _rules(draw, draw.rng.randint(1, 4), worlds.unfamiliar())
    asked = _asked(draw, told, untold, UNTOLD)[:1]
    blocks = _shown(draw, told, asked)[0]
    first = f"Passages:\n\n{blocks}\n\nQuestion: {asked[0].question}"
    system = f"{instructions.answering(draw)}\n{GROUNDED}"
    return Chat("passages", (("system", system), *_turns(draw, first, asked, "{}")))


def sources(draw: Draw, unanswerable: float) -> tuple[str, list[Asked]]:
    """Passages as they are shown, and questions about them.

    Facts about one thing stand together, and often under its name, as in a handbook.
    """
    told, untold = _facts(draw)
    return _shown(draw, told, _asked(draw, told, untold, unanswerable))


def _shown(draw: Draw, told: list[facts.Fact], asked: list[Asked]) -> tuple[str, list[Asked]]:
    subjects = {each.subject: draw.rng.random() for each in told}
    told.sort(key=lambda each: subjects[each.subject])
    count = min(draw.one([1, 2, 3, 3, 3, 4]), len(told))
    cuts = [place * len(told) // count for place in range(count + 1)]
    piles = [told[start:end] for start, end in pairwise(cuts)]
    if draw.chance(0.6):  # nearest last, as retrieval shows them
        piles.sort(key=lambda pile: any(each.question == asked[0].question for each in pile))
    titles = [
        capital(pile[0].subject.removeprefix("the ")) if draw.chance(0.4) else title(draw)
        for pile in piles
    ]
    told_by = {each.question: titles[n] for n, pile in enumerate(piles) for each in pile}
    blocks = [
        f"[{number}] {name} > {_heading(draw, pile)}\n{facts.prose(draw, pile)}"
        for number, (name, pile) in enumerate(zip(titles, piles, strict=True), 1)
    ]
    found = [replace(each, source=told_by.get(each.question, "")) for each in asked]
    return "\n\n".join(blocks), found


def _heading(draw: Draw, pile: list[facts.Fact]) -> str:
    fitting = [capital(each.heading) for each in pile if each.heading]
    return draw.one(fitting if fitting and draw.chance(0.6) else phrases("headings"))


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
    few = draw.chance(FEW)
    count = draw.rng.randint(1, 4) if few else draw.rng.randint(*draw.facts)
    if draw.chance(0.6):
        return _rules(draw, count, worlds.practised())
    make = facts.alike if draw.chance(0.3) else facts.several
    made = make(draw, count + 2)
    return made[:count], made[count:]


def _rules(
    draw: Draw, count: int, known: tuple[worlds.World, ...]
) -> tuple[list[facts.Fact], list[facts.Fact]]:
    """Rules of one world or two, now and then one rule in two places; two are not told."""
    first, second, third = draw.rng.sample(known, 3)
    made = worlds.told(draw, first, count + 2)
    made, untold = made[:-2], made[-2:]
    if len(made) < count or draw.chance(0.25):
        made = made[: max(1, count - 3)] + worlds.told(draw, second, 3)
    if count > 2 and draw.chance(0.2):
        made = made[:-2] + worlds.branches(draw, third)
    return made, untold


def _asked(
    draw: Draw, told: list[facts.Fact], untold: list[facts.Fact], unanswerable: float
) -> list[Asked]:
    """Different questions on one text: each further one is practice for a few tokens more."""
    several = not draw.held_out and draw.chance(0.65)
    count = draw.rng.randint(2, 9) if several else 1
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
