"""Any of our models as a LangChain chat model, for chains, prompts and parsers."""

import threading
from collections.abc import Iterator
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    BaseMessage,
    HumanMessage,
    SystemMessage,
)
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

from core.models.model import Model
from core.records import Adapter, Decoding, Generated, Message, Request, Role

ROLES: dict[type[BaseMessage], Role] = {
    SystemMessage: "system",
    HumanMessage: "user",
    AIMessage: "assistant",
}


class LeverChat(BaseChatModel):
    """Base or base + adapter as a chat model. A known failure is raised as itself."""

    model: Any  # a Model; pydantic cannot check a protocol
    adapter: Adapter | None = None
    decoding: Decoding = Decoding()

    @property
    def _llm_type(self) -> str:
        return "first-lever"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {
            "model": self.model.name,
            "model_digest": self.model.digest,
            "adapter_digest": self.adapter.digest if self.adapter else "",
        }

    def get_num_tokens_from_messages(self, messages: list[BaseMessage], tools: Any = None) -> int:
        """Tokens of the prompt, by the model's own tokenizer."""
        return int(self.model.count([from_langchain(message) for message in messages]))

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        chunks = list(self._stream(messages, stop, None, **kwargs))
        last = chunks[-1].message
        assert isinstance(last, AIMessageChunk)
        message = AIMessage(
            content="".join(chunk.text for chunk in chunks),
            usage_metadata=last.usage_metadata,
            response_metadata=last.response_metadata,
        )
        return ChatResult(generations=[ChatGeneration(message=message)])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        if stop:
            raise ValueError("LeverChat ends where the model ends; it takes no stop words.")
        for text, done in self._answer([from_langchain(message) for message in messages]):
            chunk = ChatGenerationChunk(message=self._chunk(text, done))
            if run_manager and text:
                run_manager.on_llm_new_token(text, chunk=chunk)
            yield chunk

    def _answer(self, messages: list[Message]) -> Iterator[tuple[str, Generated | None]]:
        request = Request(tuple(messages), self.adapter, self.decoding)
        model: Model = self.model
        for piece in model.stream([request], threading.Event()):
            if piece.error:
                raise piece.error
            yield piece.text, piece.done

    def _chunk(self, text: str, done: Generated | None) -> AIMessageChunk:
        if done is None:
            return AIMessageChunk(content=text)
        usage = UsageMetadata(
            input_tokens=done.prompt_tokens,
            output_tokens=done.new_tokens,
            total_tokens=done.prompt_tokens + done.new_tokens,
        )
        about = {**self._identifying_params, "finish_reason": done.ending}
        return AIMessageChunk(content=text, usage_metadata=usage, response_metadata=about)


def from_langchain(message: BaseMessage) -> Message:
    """A LangChain message as ours.

    Raises:
        ValueError: A tool's or function's message; our models take none.
    """
    for kind, role in ROLES.items():
        if isinstance(message, kind):
            return Message(role, str(message.text))
    raise ValueError(f"A {message.type} message has no place in this chat.")
