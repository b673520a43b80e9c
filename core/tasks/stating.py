"""Change what `task.toml` says of a task, and leave every other line as its owner wrote it."""

import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any

from core.errors import TaskUnreadable
from core.records import Task
from core.tasks import catalog, exporting, rows
from core.workspace import lock, write_text

SAID = ("title", "goal", "instruction", "success_bar")
ANSWERED = ("origin", "licence")  # under [answers]
MOST = {"title": 120, "goal": 1_000, "instruction": 8_000, "licence": 120}  # characters
ANSWERS = re.compile(r"^\s*\[answers\][ \t]*(#.*)?$", re.MULTILINE)

Said = Mapping[str, str | float]  # by a name of `SAID` or `ANSWERED`


def state(task: Task, said: Said) -> Task:
    """Write what of these is new into the task's file, and return the task as it is then.

    An answer of "" takes it out. Another instruction makes another version of the task: what was
    trained and measured before no longer compares.

    Raises:
        TaskUnreadable: A value is empty, too long or out of range, or the file is written in a
            way that cannot be changed line by line; it is then left as it was.
    """
    file = task.folder / "task.toml"
    with lock(file.with_name(".task.lock")):
        text = rows.decoded(file)
        before = tomllib.loads(text)
        new = _new(before, said)
        changed = text
        for name, value in new.items():
            _refuse(name, value)
            changed = _changed(changed, name, value)
        if not _means(changed, _wanted(before, new)):
            raise TaskUnreadable(
                f"{task.name}/task.toml is written in a way that cannot be changed here.",
                remedy="Change the file itself, then reload the page.",
            )
        write_text(file, changed)
    return catalog.read(task.folder)


def _new(before: Mapping[str, Any], said: Said) -> Said:
    """What the file does not say already; white space around a text goes."""
    now = {**{name: "" for name in ANSWERED}, **before.get("answers", {}), **before}
    tidy = {name: one.strip() if isinstance(one, str) else one for name, one in said.items()}
    return {name: value for name, value in tidy.items() if value != now.get(name)}


def _refuse(name: str, value: str | float) -> None:
    if isinstance(value, float):
        if not 0 <= value <= 1:
            raise TaskUnreadable(f"{name} is {value}.", remedy="Give a share between 0 and 1.")
    elif name in SAID and not value.strip():
        raise TaskUnreadable(f"The {name} is empty.", remedy="Write at least a word.")
    elif len(value) > MOST.get(name, 1000):
        raise TaskUnreadable(
            f"The {name} has {len(value):,} characters.", remedy=f"Use {MOST[name]:,} at most."
        )


def _wanted(before: Mapping[str, Any], said: Said) -> dict[str, Any]:
    answers = {**before.get("answers", {})}
    for name in ANSWERED:
        if said.get(name):
            answers[name] = said[name]
        elif name in said:
            answers.pop(name, None)
    own = {name: value for name, value in said.items() if name in SAID}
    return {**before, **own, **({"answers": answers} if answers or "answers" in before else {})}


def _means(text: str, wanted: Mapping[str, Any]) -> bool:
    try:
        return tomllib.loads(text) == wanted
    except tomllib.TOMLDecodeError:
        return False


def _changed(text: str, name: str, value: str | float) -> str:
    head, answers = _parts(text)
    if name in SAID:
        return _set(head, name, value) + answers
    if not answers:
        return f"{head.rstrip()}\n\n[answers]\n{_line(name, value)}" if value else text
    return head + (_set(answers, name, value) if value else _dropped(answers, name))


def _parts(text: str) -> tuple[str, str]:
    """What stands before `[answers]`, and that table with what follows; "" where there is none."""
    begins = ANSWERS.search(text)
    return (text[: begins.start()], text[begins.start() :]) if begins else (text, "")


def _set(part: str, name: str, value: str | float) -> str:
    """Replace the first line that sets `name`, else add one behind the table's head."""
    line = _line(name, value)
    found = _setting(name).search(part)
    if found:
        return part[: found.start()] + line + part[found.end() :]
    head = ANSWERS.search(part)
    place = part.index("\n", head.end()) + 1 if head and "\n" in part[head.end() :] else 0
    return part[:place] + line + part[place:]


def _dropped(part: str, name: str) -> str:
    found = _setting(name).search(part)
    return part[: found.start()] + part[found.end() :] if found else part


def _setting(name: str) -> re.Pattern[str]:
    """A setting with its value, which a text in three quotes may spread over lines."""
    spread = r'"""(?:[^\\]|\\.)*?"""|\'\'\'.*?\'\'\''
    return re.compile(rf"^[ \t]*{name}[ \t]*=[ \t]*(?s:{spread}|[^\n]*)[^\n]*(\n|$)", re.MULTILINE)


def _line(name: str, value: str | float) -> str:
    said = json.dumps(value, ensure_ascii=False).translate(exporting.BREAKS)
    return f"{name} = {said}\n"
