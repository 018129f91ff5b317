"""A langchain chat model that says what it is told to say, and keeps the messages it was sent."""

from collections.abc import Mapping, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from typing_extensions import override


class ScriptedModel(BaseChatModel):
    """Calls the scripted tools in order, one a request: (tool, arguments). The last one is repeated."""

    script: list[tuple[str, Mapping[str, Any]]]
    received: list[list[BaseMessage]] = []

    @property
    @override
    def _llm_type(self) -> str:
        return "scripted"

    @override
    def bind_tools(self, tools: Sequence[Any], *, tool_choice: str | None = None, **kwargs: Any) -> Any:
        return self.bind(tools=list(tools), **kwargs)

    @override
    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        name, arguments = self.script[min(len(self.received), len(self.script) - 1)]
        self.received.append(messages)
        call = {"name": name, "args": dict(arguments), "id": "call_1", "type": "tool_call"}
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content="", tool_calls=[call]))])

    def texts(self, request: int = -1) -> list[str]:
        """The messages of one request as text."""
        return [str(message.content) for message in self.received[request]]
