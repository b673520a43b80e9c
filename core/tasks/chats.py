"""Rows in the OpenAI chat form: one user and one assistant message, perhaps a system one."""

from typing import Any

from core.errors import TaskUnreadable
from core.tasks import lines
from core.tasks.sheet import Row, Table

SYSTEM = ("system", "developer")  # the form's former and present name of the same
Turns = list[tuple[Any, Any]]  # role and content as the file says them


def turns(row: Row) -> Row:
    """The row with the user's turn as input and the assistant's as reference.

    Raises:
        TaskUnreadable: Another form, several turns, or something other than text.
    """
    said = [turn for turn in _messages(row) if turn[0] not in SYSTEM]
    if [role for role, _ in said] != ["user", "assistant"]:
        raise TaskUnreadable(
            f"{row.place}: a conversation of {len(said)} messages.",
            remedy="Give one user and one assistant message per row.",
        )
    asked, wanted = (_text(content, row.place) for _, content in said)
    cells = {"input": asked, "reference": wanted, "group": row.cells.get("group")}
    return Row(row.number, row.place, cells)


def instructions(table: Table) -> tuple[str, ...]:
    """The different system messages of a table, in order, "" for rows without one."""
    chats = [row for row in table.rows if "messages" in row.cells]
    return tuple(dict.fromkeys(map(_instruction, chats)))


def _instruction(row: Row) -> str:
    said = [content for role, content in _messages(row) if role in SYSTEM]
    texts = [str(_text(content, row.place)).strip() for content in said]
    return lines.whole("\n\n".join(texts), f"{row.place}, messages")


def _messages(row: Row) -> Turns:
    try:
        return [(turn["role"], turn["content"]) for turn in row.cells["messages"]]
    except (TypeError, KeyError) as broken:
        raise TaskUnreadable(
            f"{row.place}: messages are not in the OpenAI chat form.",
            remedy='Give each message a "role" and a "content".',
        ) from broken


def _text(content: Any, place: str) -> Any:
    """Content that comes in parts, joined; anything else as it is."""
    if not isinstance(content, list):
        return content
    if not all(isinstance(part, dict) and isinstance(part.get("text"), str) for part in content):
        raise TaskUnreadable(
            f"{place}: a message holds something other than text.",
            remedy="Leave out images, sound and files.",
        )
    return "\n".join(part["text"] for part in content)
