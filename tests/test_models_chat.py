"""Our models inside LangChain."""

import threading
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate

from core.errors import ModelUnavailable
from core.models.chat import LeverChat
from core.models.model import Piece
from core.records import Generated, Message, Request


class Parrot:
    """Repeats the last message word by word."""

    name, digest, parameters, context, trainable = "parrot", "p" * 16, None, 100, False

    def __init__(self) -> None:
        self.asked: list[Request] = []

    def count(self, messages: Sequence[Message]) -> int:
        return 4

    def stream(self, requests: Sequence[Request], cancel: threading.Event) -> Iterator[Piece]:
        self.asked.extend(requests)
        words = requests[0].messages[-1].content.split(" ")
        if words == ["fail"]:
            yield Piece(0, "", error=ModelUnavailable("It is gone.", remedy="Find it."))
            return
        for place, word in enumerate(words):
            yield Piece(0, word if not place else f" {word}")
        text = " ".join(words)
        yield Piece(0, "", done=Generated(text, 4, len(words), 0.2, 0.1, "end"))


@pytest.fixture
def parrot() -> Parrot:
    return Parrot()


def chain(parrot: Parrot) -> Any:
    prompt = ChatPromptTemplate.from_messages([("system", "Repeat."), ("human", "{question}")])
    return prompt | LeverChat(model=parrot) | StrOutputParser()


def test_it_answers_in_a_chain(parrot: Parrot) -> None:
    assert chain(parrot).invoke({"question": "polly wants a cracker"}) == "polly wants a cracker"
    assert parrot.asked[0].messages == (
        Message("system", "Repeat."),
        Message("user", "polly wants a cracker"),
    )


def test_it_streams_in_a_chain(parrot: Parrot) -> None:
    streamed = [text for text in chain(parrot).stream({"question": "one two"}) if text]
    assert streamed == ["one", " two"]


def test_an_answer_carries_its_usage_and_its_model(parrot: Parrot) -> None:
    message = LeverChat(model=parrot).invoke([HumanMessage("one two")])
    assert message.usage_metadata == {"input_tokens": 4, "output_tokens": 2, "total_tokens": 6}
    assert message.response_metadata["model_digest"] == "p" * 16
    assert message.response_metadata["finish_reason"] == "end"


def test_tokens_are_counted_by_the_model(parrot: Parrot) -> None:
    assert LeverChat(model=parrot).get_num_tokens_from_messages([HumanMessage("one")]) == 4


def test_each_kind_of_message_keeps_its_role(parrot: Parrot) -> None:
    turns = [SystemMessage("s"), HumanMessage("h"), AIMessage("a"), HumanMessage("again")]
    LeverChat(model=parrot).invoke(turns)
    roles = [message.role for message in parrot.asked[0].messages]
    assert roles == ["system", "user", "assistant", "user"]


def test_a_known_failure_is_raised_as_itself(parrot: Parrot) -> None:
    with pytest.raises(ModelUnavailable, match="It is gone"):
        LeverChat(model=parrot).invoke("fail")


def test_a_tool_message_is_a_bug(parrot: Parrot) -> None:
    with pytest.raises(ValueError, match="tool message"):
        LeverChat(model=parrot).invoke([ToolMessage("42", tool_call_id="1")])
