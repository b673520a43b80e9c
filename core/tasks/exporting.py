"""Examples as text that this and other tools read again."""

import json
from collections.abc import Iterable
from typing import Any

from core.records import Example, Task

# Line breaks to Unicode, though not to JSON: tools that cut lines by Unicode's rules would cut
# inside a text. They can stand inside JSON strings only, so that escaping them changes no value.
BREAKS = {ord(mark): f"\\u{ord(mark):04x}" for mark in "\x7f\x85\u2028\u2029"}


def openai_chat(task: Task, examples: Iterable[Example]) -> str:
    """One `{"messages": [system, user, assistant]}` a line, the instruction as system message.

    A line of an example with a group has "group" beside its messages, which the split needs.
    """
    return "".join(_line(_chat(task.instruction, example)) for example in examples)


def plain(examples: Iterable[Example]) -> str:
    """One `{"input", "reference"}` a line, with "group" where there is one."""
    rows = ({"input": one.input, "reference": one.reference} | _group(one) for one in examples)
    return "".join(map(_line, rows))


def _chat(instruction: str, example: Example) -> dict[str, Any]:
    said = (("system", instruction), ("user", example.input), ("assistant", example.reference))
    turns = [{"role": role, "content": content} for role, content in said]
    return {"messages": turns} | _group(example)


def _group(example: Example) -> dict[str, str]:
    return {"group": example.group} if example.group else {}


def _line(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False).translate(BREAKS) + "\n"
