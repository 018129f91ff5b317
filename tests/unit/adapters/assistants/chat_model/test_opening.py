"""Opening a model by its name: what is wrong is said, and the client's own retries are off."""

import sys

import pytest

from adapters.assistants.chat_model.opening import ModelChoice, open_chat_model
from domain.errors import ExtraMissing, InvalidInput


def test_retries_are_off_and_usage_is_asked_for() -> None:
    """Temporal retries; without `stream_usage` an own address would count no tokens."""
    model = open_chat_model(ModelChoice(name="openai:any", base_url="http://127.0.0.1:1/v1"))
    assert model.max_retries == 0  # type: ignore[attr-defined]
    assert model.stream_usage is True  # type: ignore[attr-defined]
    other = open_chat_model(ModelChoice(name="anthropic:claude-sonnet-4-5", key="made-up"))
    assert other.max_retries == 0  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["gpt-4o-mini", "openai:", "nobody:model"])
def test_a_name_of_another_shape_is_refused(name: str) -> None:
    """The text says what the setting takes."""
    with pytest.raises(InvalidInput, match="SETRIGHT_MODEL takes openai:MODEL"):
        ModelChoice(name=name)


def test_a_missing_client_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has not installed the extras reads how to."""
    monkeypatch.setitem(sys.modules, "langchain.chat_models", None)
    with pytest.raises(ExtraMissing, match="make extras"):
        open_chat_model(ModelChoice(name="openai:any"))


def test_a_missing_key_is_told_without_what_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """The text names the variables."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(InvalidInput, match="SETRIGHT_MODEL_KEY"):
        open_chat_model(ModelChoice(name="openai:gpt-4o-mini"))
