"""Fields into JSON: exactly the keys that were asked for, values copied or chosen."""

import json

from core.pretrain.skills import reading, values
from core.pretrain.skills.drawing import Chat, Draw
from core.pretrain.skills.tables import named, phrases

FIELDS = {  # key: (kind of value, how it is said)
    name.split()[0]: (name.split()[1], lines) for name, lines in named("field").items()
}
SOURCE_KEYS = (
    ("answer", "document"), ("answer", "source"), ("result", "page"), ("answer", "title"),
    ("reply", "document"), ("text", "from"), ("value", "source"), ("found", "where"),
)  # fmt: skip


def fields(draw: Draw) -> Chat:
    """A message with details, and the wanted ones as JSON; a missing one is null."""
    told = draw.some(list(FIELDS), 2, 5)
    found = {key: values.VALUES[FIELDS[key][0]](draw) for key in told}
    wanted = draw.some(told, 1, len(told))
    if draw.chance(0.15):
        wanted.append(draw.one([key for key in FIELDS if key not in told]))
    said = [draw.template(FIELDS[key][1]).format(found[key]) for key in told]
    message = draw.one([". ", ", ", "; "]).join(said) + "."
    quoted = [f'"{key}"' for key in wanted] if draw.chance(0.3) else wanted
    system = draw.template(phrases("fields")).format(keys=", ".join(quoted))
    answer = json.dumps({key: found.get(key) for key in wanted}, ensure_ascii=False)
    return Chat("fields", (("system", system), ("user", message), ("assistant", answer)))


def sourced(draw: Draw) -> Chat:
    """Passages and a question; the answer and the title of the passage that tells, as JSON."""
    blocks, questions = reading.sources(draw, 0.1)
    asked = questions[0]
    first, second = draw.one(SOURCE_KEYS)
    system = (
        f"{draw.template(phrases('fields')).format(keys=f'{first}, {second}')} "
        f'"{second}" is the title of the passage that tells.\n{reading.GROUNDED}'
    )
    made = {first: asked.answer, second: asked.source or None}
    user = f"Passages:\n\n{blocks}\n\nQuestion: {asked.question}"
    reply = json.dumps(made, ensure_ascii=False)
    return Chat("sourced", (("system", system), ("user", user), ("assistant", reply)))
