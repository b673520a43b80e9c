"""Choosing among labels that the instruction names, from what the words mean."""

import json
from collections import defaultdict

from core.pretrain.skills import instructions, rewriting, values, worlds
from core.pretrain.skills.drawing import Chat, Draw, capital
from core.pretrain.skills.tables import named, pairs, phrases

# Made-up desks of a made-up office and what people write to them about; none is a
# label of the sample tasks, which must stay unseen.
DESKS, LEVELS = named("desk"), named("level")
TOPICS = ("topic", "area", "subject", "kind", "matter", "theme")
RUSH = ("urgency", "level", "rush", "hurry", "weight")
OWNERS = ("owner", "desk", "handler", "office", "who")


def desk(draw: Draw) -> Chat:
    """A message to one of several desks; sometimes as JSON with a priority and a team."""
    called = {name: _called(draw, name) for name in draw.some(list(DESKS), 2, 6)}
    names = list(called.values())
    meant = draw.one(list(called))
    message = _message(draw, meant)
    if draw.chance(0.45):
        return _triaged(draw, names, called[meant], message)
    ask = choosing(draw, names)
    turns: list[tuple[str, str]] = [("system", ask)]
    for _ in range(draw.answered_before(0, 0, 0, 4, 6)):
        other = draw.one(list(called))
        turns += [("user", _message(draw, other)), ("assistant", called[other])]
    turns += [("user", message), ("assistant", called[meant])]
    return Chat("labels", tuple(turns))


def _called(draw: Draw, name: str) -> str:
    """A desk's name, or another for the same."""
    return draw.one((name, *pairs("called")[name].split(", ")))


def topic(draw: Draw) -> Chat:
    """A question, and which rule of a world, or which world, it is about."""
    some = draw.rng.sample(worlds.practised(), draw.rng.randint(2, 6))
    if draw.chance(0.5):
        asks = {world.name: draw.one(world.rules).asks for world in some}
    else:
        rules = draw.some(some[0].rules, 2, 6)
        asks = {draw.one(rule.names): rule.asks for rule in rules}
    names = list(asks)
    turns: list[tuple[str, str]] = [("system", choosing(draw, names))]
    for _ in range(1 + draw.answered_before(0, 0, 1, 2)):
        meant = draw.one(names)
        asked = instructions.asked(draw, draw.template(asks[meant]))
        turns += [("user", asked), ("assistant", meant)]
    return Chat("topics", tuple(turns))


def choosing(draw: Draw, names: list[str]) -> str:
    """To choose one of these labels."""
    core = draw.template(phrases("choose")).format(labels=instructions.listed(draw, names))
    return instructions.noisy(draw, core)


def _message(draw: Draw, meant: str) -> str:
    said = capital(draw.template(DESKS[meant]))
    said = said if said.endswith((".", "!", "?")) else f"{said}."
    return f"{said} {rewriting.reply(draw)}" if draw.chance(0.2) else said


def _triaged(draw: Draw, names: list[str], meant: str, message: str) -> Chat:
    """Labels, a level and who takes care, with the table of teams in the instruction."""
    keys = draw.one(TOPICS), draw.one(RUSH), draw.one(OWNERS)
    levels = draw.one((("low", "high"), ("high", "low"), ("low", "normal", "high")))
    level = draw.one(levels)
    if level in LEVELS and (level != "normal" or draw.chance(0.5)):
        message = f"{message} {draw.template(LEVELS[level])}"
    teams = {name: values.syllables(draw) for name in names}
    shape = draw.one(("{} -> {}", "{1} for {0}", "{}: {}", "{} goes to {}"))
    listed = ", ".join(shape.format(name, team) for name, team in teams.items())
    told = draw.rng.sample(
        (
            f"{keys[0]}: {draw.one(('one of ', ''))}{instructions.listed(draw, names)}.",
            f"{keys[1]}: {draw.one((' or ', ', ', ' / ')).join(levels)}.",
            f"{keys[2]}: {listed}.",
        ),
        3,
    )
    system = instructions.joined(draw, instructions.filling(draw, keys), " ".join(told))
    answer = json.dumps(dict(zip(keys, (meant, level, teams[meant]), strict=True)))
    return Chat("triage", (("system", system), ("user", message), ("assistant", answer)))


def intent(draw: Draw, utterances: dict[str, list[str]]) -> Chat:
    """An utterance of a public set and a few intents, the right one among them."""
    names = draw.rng.sample(sorted(utterances), draw.rng.randint(2, 6))
    meant = draw.one(names)
    system = choosing(draw, names)
    turns: list[tuple[str, str]] = [("system", system)]
    for _ in range(draw.answered_before(0, 0, 0, 3, 6)):
        shown = draw.one(names)
        turns += [("user", draw.one(utterances[shown])), ("assistant", shown)]
    turns += [("user", draw.one(utterances[meant])), ("assistant", meant)]
    return Chat("intents", tuple(turns))


def meaning(draw: Draw) -> Chat:
    """A dictionary's definition and four words: which is meant; or the reverse."""
    some = draw.rng.sample(draw.words.glosses, 4)
    word, _, definition = draw.one(some)
    if draw.chance(0.3):
        turns = (("system", "Explain the word."), ("user", word), ("assistant", definition))
    else:
        ask = choosing(draw, [each[0] for each in some])
        turns = (("system", ask), ("user", definition), ("assistant", word))
    return Chat("meaning", turns)


def by_intent(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    """Utterances grouped under their intents, written as words."""
    grouped: dict[str, list[str]] = defaultdict(list)
    for said, name in pairs:
        grouped[name.replace("_", " ")].append(said)
    return dict(grouped)
