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
    """One sum whose result has at most two digits."""
    kind = draw.one((PLUS, MINUS, TIMES))
    if kind is TIMES:
        a, b = draw.rng.randint(2, 9), draw.rng.randint(2, 9)
    else:
        b = draw.rng.randint(1, 40)
        a = draw.rng.randint(b, 60) if kind is MINUS else draw.rng.randint(1, 99 - b)
    result = a + b if kind is PLUS else a - b if kind is MINUS else a * b
    asked = draw.template(kind).format(a=a, b=b, s=values.plural(draw), p=values.proper(draw))
    system = [("system", instructions.answering(draw))] if draw.chance(0.5) else []
    return Chat("sums", (*system, ("user", asked), ("assistant", str(result))))
