"""A langchain chat model that answers by the model server's rules, in process: no client, no protocol, no stream."""

from collections.abc import Mapping, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, SystemMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from typing_extensions import override

from runtime.model_server.rules import answer


class RulesModel(BaseChatModel):
    """Answers as the model server does; `received` holds the requests."""

    received: list[dict[str, Any]] = []

    @property
    @override
    def _llm_type(self) -> str:
        return "rules"

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
        request: Mapping[str, Any] = {
            "tools": kwargs.get("tools"),
            "messages": [
                {"role": "system" if isinstance(it, SystemMessage) else "user", "content": it.content}
                for it in messages
            ],
        }
        self.received.append(dict(request))
        calls = [
            {"name": name, "args": dict(arguments), "id": f"call_{number}", "type": "tool_call"}
            for number, (name, arguments) in enumerate(answer(request))
        ]
        usage = {"input_tokens": 100, "output_tokens": 10, "total_tokens": 110}
        message = AIMessage(content="", tool_calls=calls, usage_metadata=usage)
        return ChatResult(generations=[ChatGeneration(message=message)])
