"""Fields into JSON: exactly the keys that were asked for, values copied or chosen."""

import json

from core.pretrain.skills import facts, instructions, reading, values, worlds
from core.pretrain.skills.drawing import Chat, Draw
from core.pretrain.skills.tables import named, phrases

FIELDS = {  # key: (kind of value, how it is said)
    name.split()[0]: (name.split()[1], lines) for name, lines in named("field").items()
}
TELLING = (
    "answer", "result", "reply", "text", "value", "found", "response", "finding", "detail",
    "information", "solution", "content", "what",
)  # fmt: skip
ORIGINS = (
    "file", "source", "page", "title", "paper", "from", "where", "origin", "passage", "section",
    "place", "reference", "read_in",
)  # fmt: skip


def fields(draw: Draw) -> Chat:
    """A message with details, and the wanted ones as JSON; a missing one is null."""
    found, said = _any_details(draw) if draw.chance(0.5) else _known_details(draw)
    told = list(found)
    wanted = draw.some(told, 1, len(told))
    if draw.chance(0.15):
        wanted.append(draw.one([key for key in FIELDS if key not in told]))
    message = draw.one([". ", ", ", "; ", "\n"]).join(said) + "."
    system = instructions.filling(draw, wanted)
    answer = json.dumps({key: found.get(key) for key in wanted}, ensure_ascii=False)
    return Chat("fields", (("system", system), ("user", message), ("assistant", answer)))


def _known_details(draw: Draw) -> tuple[dict[str, str], list[str]]:
    told = draw.some(list(FIELDS), 2, 5)
    found = {key: values.VALUES[FIELDS[key][0]](draw) for key in told}
    return found, [draw.template(FIELDS[key][1]).format(found[key]) for key in told]


def _any_details(draw: Draw) -> tuple[dict[str, str], list[str]]:
    """Keys that are any noun: only the word itself says which value is meant."""
    keys = {values.noun(draw) for _ in range(draw.rng.randint(2, 5))}
    found = {key: values.VALUES[draw.one(list(values.VALUES))](draw) for key in sorted(keys)}
    shape = draw.template(phrases("any field"))
    return found, [
        (draw.template(phrases("any field")) if draw.chance(0.5) else shape).format(k=key, v=value)
        for key, value in found.items()
    ]


def record(draw: Draw) -> Chat:
    """A notice, and some of its rules as JSON under given keys; one in five is nested."""
    some = draw.rng.sample(worlds.practised(), 2 if draw.chance(0.2) else 1)
    shape = draw.one((_plain, _plain, _snake, _camel))
    told: list[facts.Fact] = []
    found: dict[str, dict[str, str | None]] = {}
    for world in some:
        rules = draw.some([each for each in world.rules if each.kind != worlds.YES_NO], 2, 5)
        made = [worlds.fact(draw, world, rule) for rule in rules]
        keys = [shape(draw.one(rule.names)) for rule in rules]
        pairs = list(zip(keys, made, strict=True))
        told += made if len(made) < 3 or draw.chance(0.9) else made[1:]
        wanted = draw.some(pairs, 1, 4)
        found[shape(world.name)] = {key: one.answer if one in told else None for key, one in wanted}
    nested = len(some) > 1
    inner = [key for each in found.values() for key in each]
    keys = [f"{name} ({', '.join(each)})" for name, each in found.items()] if nested else inner
    answer = json.dumps(found if nested else found[next(iter(found))], ensure_ascii=False)
    draw.rng.shuffle(told)
    system = instructions.filling(draw, keys)
    user = facts.prose(draw, told)
    return Chat("record", (("system", system), ("user", user), ("assistant", answer)))


def _plain(name: str) -> str:
    return name


def _snake(name: str) -> str:
    return name.replace(" ", "_").replace("-", "_")


def _camel(name: str) -> str:
    first, *rest = name.replace("-", " ").split()
    return first + "".join(word.capitalize() for word in rest)


def sourced(draw: Draw) -> Chat:
    """Passages and questions; each answer and the title of the passage that tells, as JSON."""
    blocks, questions = reading.sources(draw, reading.UNTOLD)
    first = values.noun(draw) if draw.chance(0.3) else draw.one(TELLING)
    second = draw.one(ORIGINS)
    origin = draw.template(phrases("json origin")).format(k=second, a=first)
    told = f"{origin}\n{reading.GROUNDED}"
    system = instructions.joined(draw, instructions.filling(draw, (first, second)), told)
    turns = [("system", system)]
    for number, asked in enumerate(questions):
        shown = "" if number else f"Passages:\n\n{blocks}\n\n"
        reply = json.dumps({first: asked.answer, second: asked.source or None}, ensure_ascii=False)
        turns.append(("user", f"{shown}Question: {instructions.asked(draw, asked.question)}"))
        turns.append(("assistant", reply))
    return Chat("sourced", tuple(turns))
