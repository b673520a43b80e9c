"""Rows: what a run learns from, prompted as the levers prompt."""

from collections.abc import Sequence
from pathlib import Path

from core.levers.protocol import Prepared, Turn
from core.records import Example, Message, Split
from core.training import rows
from core.training.rows import Row


class Shouting:
    """A lever that says the question twice."""

    name = "lora"
    adapter = None
    prompt_version = index = ""

    def __init__(self, system: str) -> None:
        self.system = system

    def prepare(self, question: str, history: Sequence[Turn] = ()) -> Prepared:
        return Prepared((Message("system", self.system), Message("user", question)))


def letters(messages: Sequence[Message]) -> int:
    return sum(len(message.content) for message in messages)


SPLIT = Split(
    train=(Example("one", "1"), Example("three", "3")),
    validation=(Example("two", "2"),),
    holdout=(Example("secret", "?"),),
    seed=0,
)


def test_each_example_appears_once_per_lever() -> None:
    found = rows.gather(SPLIT, [Shouting("a"), Shouting("bb")], letters, 100)
    said = [(row.prompt[0].content, row.prompt[1].content, row.completion) for row in found.train]
    assert said == [
        ("a", "one", "1"),
        ("bb", "one", "1"),
        ("a", "three", "3"),
        ("bb", "three", "3"),
    ]
    assert [row.tokens for row in found.train] == [5, 6, 7, 8]


def test_rows_that_are_too_long_are_dropped_and_counted_never_cut() -> None:
    found = rows.gather(SPLIT, [Shouting("a"), Shouting("bb")], letters, 5)
    assert [row.completion for row in found.train] == ["1"]
    assert [row.completion for row in found.validation] == ["2"]
    assert found.dropped == 4  # three of train and one of validation


def test_the_holdout_is_in_no_row(tmp_path: Path) -> None:
    found = rows.gather(SPLIT, [Shouting("a")], letters, 100)
    rows.write(found, tmp_path / "rows.jsonl")
    assert "secret" not in (tmp_path / "rows.jsonl").read_text()


def test_rows_come_back_from_their_file_as_they_were(tmp_path: Path) -> None:
    found = rows.gather(SPLIT, [Shouting("a\n\u2028")], letters, 100)
    rows.write(found, tmp_path / "rows.jsonl")
    assert tuple(rows.read(tmp_path / "rows.jsonl", "train")) == found.train
    assert tuple(rows.read(tmp_path / "rows.jsonl", "validation")) == found.validation


def test_a_row_is_a_prompt_and_a_completion_for_the_trainer() -> None:
    row = Row((Message("user", "one"),), "1", tokens=4)
    assert rows.chat(row) == {
        "prompt": [{"role": "user", "content": "one"}],
        "completion": [{"role": "assistant", "content": "1"}],
        "chat_template_kwargs": {"enable_thinking": False},
    }
