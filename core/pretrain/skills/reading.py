"""Reading: an answer of a few words that stand in the text, or the news that they do not."""

from core.pretrain.skills import facts, values
from core.pretrain.skills.drawing import ABSTENTION, Chat, Draw, capital
from core.pretrain.skills.tables import phrases

GROUNDED = f"Answer from the passages. If they do not tell, say: {ABSTENTION}"
SHAPES = (
    "{text}\n\n{ask}",
    "{text}\n\nQuestion: {ask}",
    "{ask}\n\n{text}",
    "Text: {text}\nQuestion: {ask}",
)


def short(draw: Draw) -> Chat:
    """One text of a few facts and one question, answered or not."""
    made = _facts(draw)
    asked, answer = _asked(draw, made, 0.15)
    text = facts.prose(draw, made)
    user = draw.template(SHAPES).format(text=text, ask=asked)
    system = draw.template(phrases("answer"))
    if answer == ABSTENTION or draw.chance(0.5):
        system += f"{draw.one([' ', chr(10)])}If the text does not tell, say: {ABSTENTION}"
    turns = (("system", system), ("user", user), ("assistant", answer))
    return Chat("reading", turns if draw.chance(0.9) or answer == ABSTENTION else turns[1:])


def passages(draw: Draw) -> Chat:
    """Several titled passages and a question, in the very shape retrieval gives."""
    blocks, asked, answer, _ = sources(draw, 0.2)
    system = draw.template(phrases("answer"))
    user = f"Passages:\n\n{blocks}\n\nQuestion: {asked}"
    skill = "abstaining" if answer == ABSTENTION else "passages"
    return Chat(skill, (("system", f"{system}\n{GROUNDED}"), ("user", user), ("assistant", answer)))


def sources(draw: Draw, unanswerable: float) -> tuple[str, str, str, str]:
    """Passages as shown, the question, its answer, and the title of the passage that tells."""
    made = _facts(draw)
    asked, answer = _asked(draw, made, unanswerable)
    count = min(draw.one([1, 2, 3, 3, 4, 4]), len(made))
    piles = [made[place::count] for place in range(count)]
    telling = [any(each.question == asked for each in pile) for pile in piles]
    order = list(range(count))
    if any(telling) and draw.chance(0.6):  # nearest last, as retrieval shows them
        order.sort(key=lambda place: telling[place])
    titles = [title(draw) for _ in piles]
    headings = [draw.one(phrases("headings")) for _ in piles]
    blocks = [
        f"[{number}] {titles[place]} > {headings[place]}\n{facts.prose(draw, piles[place])}"
        for number, place in enumerate(order, 1)
    ]
    source = titles[telling.index(True)] if any(telling) else ""
    return "\n\n".join(blocks), asked, answer, source


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


def _facts(draw: Draw) -> list[facts.Fact]:
    count = draw.rng.randint(*draw.facts)
    return facts.alike(draw, count) if draw.chance(0.2) else facts.several(draw, count)


def _asked(draw: Draw, made: list[facts.Fact], unanswerable: float) -> tuple[str, str]:
    """A question; with that chance one whose fact is taken out of `made`."""
    chosen = draw.one(made)
    if len(made) > 1 and draw.chance(unanswerable):
        made.remove(chosen)
        return chosen.question, ABSTENTION
    return chosen.question, chosen.answer
