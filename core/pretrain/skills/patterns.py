"""Following examples: what to do is told by the turns before, not by words we know."""

from collections.abc import Callable
from dataclasses import dataclass

from core.pretrain.skills import facts, values, worlds
from core.pretrain.skills.drawing import Chat, Draw
from core.pretrain.skills.statements import KINDS
from core.pretrain.skills.tables import phrases


@dataclass(frozen=True)
class Pattern:
    """Makes an input and its output; the examples show enough to tell which."""

    make: Callable[[], tuple[str, str]]


def examples(draw: Draw) -> Chat:
    """Four to nine examples, then one more input."""
    return _followed(draw, draw.one((_sorted, _sorted, _answered, _shaped, _asked))(draw))


def nonsense(draw: Draw) -> Chat:
    """Sentences sorted under labels that mean nothing."""
    return _followed(draw, _sorted(draw))


def _followed(draw: Draw, pattern: Pattern) -> Chat:
    turns: list[tuple[str, str]] = []
    if draw.chance(0.85):
        turns.append(("system", draw.template(phrases("follow"))))
    for _ in range(draw.rng.randint(3, 8) + 1):
        asked, answer = pattern.make()
        turns += [("user", asked), ("assistant", answer)]
    return Chat("patterns", tuple(turns))


def _label(draw: Draw) -> str:
    kinds = (values.noun, values.adjective, values.syllables, values.code)
    made = draw.one(kinds)(draw)
    return made.lower() if draw.chance(0.5) else made


def _sorted(draw: Draw) -> Pattern:
    """Sentences by what they are about, under labels that mean nothing."""
    kinds = draw.rng.sample(KINDS, draw.one([2, 2, 3]))
    labels = [_label(draw) for _ in kinds]
    wrapped = draw.one(["{}", "{}", '{{"label": "{}"}}', "label: {}", "[{}]"])

    def make() -> tuple[str, str]:
        place = draw.rng.randrange(len(kinds))
        kind = kinds[place]
        made = facts.fact(draw, kind, facts.subject(draw, kind.about))
        return made.sentence, wrapped.format(labels[place])

    return Pattern(make)


def _asked(draw: Draw) -> Pattern:
    """Questions by what they are about, under labels that mean nothing."""
    rules = draw.some(draw.one(worlds.practised()).rules, 2, 3)
    labels = [_label(draw) for _ in rules]

    def make() -> tuple[str, str]:
        place = draw.rng.randrange(len(rules))
        return draw.template(rules[place].asks), labels[place]

    return Pattern(make)


def _answered(draw: Draw) -> Pattern:
    """A short text and a question each, answered always in the same shape."""
    wrapped = draw.one(["{}", "{}", "Answer: {}", '{{"answer": "{}"}}', "{}!", "-> {}"])

    def make() -> tuple[str, str]:
        made = facts.several(draw, 2)
        chosen = draw.one(made)
        text = " ".join(each.sentence for each in made)
        return f"{text}\n{chosen.question}", wrapped.format(chosen.answer)

    return Pattern(make)


def _shaped(draw: Draw) -> Pattern:
    """A change of form that the examples show."""
    change = draw.one(SHAPES)
    mark = values.noun(draw)

    def make() -> tuple[str, str]:
        first, second = values.noun(draw), draw.one((values.noun, values.proper))(draw)
        return change(first, second, mark)

    return Pattern(make)


SHAPES: tuple[Callable[[str, str, str], tuple[str, str]], ...] = (
    lambda a, b, mark: (f"{a} {b}", f"{b} {a}"),
    lambda a, b, mark: (f"{a}, {b}", b),
    lambda a, b, mark: (f"{a}, {b}", a),
    lambda a, b, mark: (f"{a} {b}", f"{a} {mark} {b}"),
    lambda a, b, mark: (f"{a} {b}", f"{mark}: {a} {b}"),
    lambda a, b, mark: (f"{a} {b}", f"{a.upper()} {b.upper()}"),
    lambda a, b, mark: (f"{a} and {b}", f'["{a}", "{b}"]'),
    lambda a, b, mark: (f"{a} {b}", f"{a} {b} {a}"),
)
