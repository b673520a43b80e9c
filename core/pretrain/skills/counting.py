"""Small sums, written as digits or told as a little story."""

from core.pretrain.skills import instructions, values
from core.pretrain.skills.drawing import Chat, Draw

PLUS = (
    "What is {a} plus {b}?", "{a} + {b} =", "Add {a} and {b}.", "How much is {a} + {b}?",
    "I have {a} {s} and get {b} more. How many do I have?", "Sum of {a} and {b}?",
    "{p} buys {a} {s} and {b} more. How many is that?",
)  # fmt: skip
MINUS = (
    "What is {a} minus {b}?", "{a} - {b} =", "Take {b} from {a}.", "How much is {a} - {b}?",
    "I had {a} {s} and lost {b}. How many are left?", "Subtract {b} from {a}.",
    "There were {a} {s}, {p} took {b}. How many remain?",
)  # fmt: skip
TIMES = (
    "What is {a} times {b}?", "{a} x {b} =", "Multiply {a} by {b}.", "How much is {a} * {b}?",
    "{a} boxes of {b} {s} each: how many {s}?",
)  # fmt: skip


def sums(draw: Draw) -> Chat:
    """Sums whose results have at most two digits, one after another."""
    turns = [("system", instructions.answering(draw))] if draw.chance(0.5) else []
    for _ in range(1 + draw.answered_before(0)):
        asked, result = _sum(draw)
        turns += [("user", asked), ("assistant", str(result))]
    return Chat("sums", tuple(turns))


def _sum(draw: Draw) -> tuple[str, int]:
    kind = draw.one((PLUS, MINUS, TIMES))
    if kind is TIMES:
        a, b = draw.rng.randint(2, 9), draw.rng.randint(2, 9)
    else:
        b = draw.rng.randint(1, 40)
        a = draw.rng.randint(b, 60) if kind is MINUS else draw.rng.randint(1, 99 - b)
    result = a + b if kind is PLUS else a - b if kind is MINUS else a * b
    words = {"s": values.plural(draw), "p": values.proper(draw)}
    return draw.template(kind).format(a=a, b=b, **words), result
