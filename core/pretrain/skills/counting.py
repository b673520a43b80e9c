"""Small sums, written as digits or told as a little story."""

from core.pretrain.skills import instructions, values
from core.pretrain.skills.drawing import Chat, Draw
from core.pretrain.skills.tables import phrases


def sums(draw: Draw) -> Chat:
    """Sums whose results have at most two digits, one after another."""
    turns = [("system", instructions.answering(draw))] if draw.chance(0.5) else []
    for _ in range(1 + draw.answered_before(0)):
        asked, result = _sum(draw)
        turns += [("user", asked), ("assistant", str(result))]
    return Chat("sums", tuple(turns))


def _sum(draw: Draw) -> tuple[str, int]:
    kind = draw.one(("plus", "minus", "times"))
    if kind == "times":
        a, b = draw.rng.randint(2, 9), draw.rng.randint(2, 9)
    else:
        b = draw.rng.randint(1, 40)
        a = draw.rng.randint(b, 60) if kind == "minus" else draw.rng.randint(1, 99 - b)
    result = {"plus": a + b, "minus": a - b, "times": a * b}[kind]
    words = {"s": values.plural(draw), "p": values.proper(draw), "q": values.proper(draw)}
    return draw.template(phrases(kind)).format(a=a, b=b, **words), result
