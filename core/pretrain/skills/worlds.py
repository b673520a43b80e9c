"""Places and services with their rules: `tables/worlds/*.txt`, one file a field of life.

Each rule is said in several ways and asked for in others, often without a word in
common, as people do who have not read the notice. Those of `tables/unfamiliar` are kept
for evaluation: nothing about them is practised at all.
"""

from dataclasses import dataclass
from functools import cache

from core.pretrain.skills import tables, values
from core.pretrain.skills.drawing import Draw, capital
from core.pretrain.skills.facts import Fact

YES_NO = "yes/no"


@dataclass(frozen=True)
class Rule:
    """One thing that a world tells: its names, its sentences, the questions it answers."""

    kind: str  # a key of `values.VALUES`, "yes/no", or the choices themselves
    names: tuple[str, ...]
    says: tuple[str, ...]
    denies: tuple[str, ...]  # only of "yes/no"
    asks: tuple[str, ...]


@dataclass(frozen=True)
class World:
    """A name and its rules."""

    name: str
    rules: tuple[Rule, ...]


def practised() -> tuple[World, ...]:
    """The worlds to train on."""
    return _read("worlds")


def unfamiliar() -> tuple[World, ...]:
    """The worlds kept for evaluation."""
    return _read("unfamiliar")


@cache
def _read(folder: str) -> tuple[World, ...]:
    found: list[World] = []
    for file in tables.files(folder):
        for name, lines in tables.sections(file):
            blocks = "\n".join(lines).strip().split("\n\n")
            found.append(World(name, tuple(_rule(block.strip().split("\n")) for block in blocks)))
    return tuple(found)


def told(draw: Draw, world: World, count: int) -> list[Fact]:
    """At most that many of the world's rules as facts."""
    return [fact(draw, world, rule) for rule in draw.some(world.rules, count, count)]


def fact(draw: Draw, world: World, rule: Rule) -> Fact:
    """The rule with a value of its own."""
    asked = draw.template(rule.asks)
    name = draw.one(rule.names)
    if rule.kind == YES_NO:
        holds = draw.chance(0.5)
        said = draw.template(rule.says if holds else rule.denies)
        return Fact(world.name, None, said, asked, "Yes" if holds else "No", name)
    if draw.chance(0.12):
        asked = question(draw, draw.one(rule.names))
    value = drawn(draw, rule)
    template = draw.template(rule.says)
    said = template.format(v=value, V=capital(value))
    answer = values.counted(template, value) if rule.kind == "number" else value
    return Fact(world.name, None, said, asked, answer, name)


def branches(draw: Draw, world: World) -> list[Fact]:
    """One rule in several places: only the place tells the answers apart."""
    rule = draw.one([each for each in world.rules if each.kind != YES_NO])
    made = []
    for _ in range(draw.rng.randint(2, 3)):
        where, one = values.proper(draw), fact(draw, world, rule)
        said = one.sentence[0].lower() + one.sentence[1:]
        if one.sentence.startswith(capital(one.answer)):
            said = one.answer + one.sentence[len(one.answer) :]
        asked = f"{one.question.rstrip('?. ')} in {where}?"
        made.append(Fact(one.subject, None, f"In {where}, {said}", asked, one.answer))
    return made


def drawn(draw: Draw, rule: Rule) -> str:
    """A value of the rule's kind."""
    if rule.kind in values.VALUES:
        return values.VALUES[rule.kind](draw)
    return draw.one(rule.kind.split(" / ")).strip()


def question(draw: Draw, name: str) -> str:
    """The rule's name as a question of few words."""
    shapes = ("{}?", "{}?", "What about {}?", "Tell me about {}.", "What is said on {}?", "{}")
    asked = draw.one(shapes).format(name)
    return capital(asked) if draw.chance(0.7) else asked


def _rule(lines: list[str]) -> Rule:
    kind, _, names = lines[0].partition("|")
    asks = tuple(line[2:].strip() for line in lines[1:] if line.startswith("? "))
    says = [line for line in lines[1:] if not line.startswith(("? ", "- "))]
    return Rule(
        kind=kind.strip(),
        names=tuple(name.strip() for name in names.split(",")),
        says=tuple(line.removeprefix("+ ").strip() for line in says),
        denies=tuple(line[2:].strip() for line in lines[1:] if line.startswith("- ")),
        asks=asks,
    )
