"""A stack's worker is told of the chat model, nothing of one where there is none, and who re-ranks."""

import json

import pytest
from pydantic import SecretStr

from runtime.settings import Settings, SettingsError
from runtime.up import worker_environment

SECRET = SecretStr("a-secret-of-thirty-two-characters")


def told(**model: object) -> dict[str, str]:
    """What a worker is told."""
    settings = Settings.load(database_url=SecretStr("postgresql://db/x"), role_secret=SECRET, **model)
    return worker_environment(settings, None)


def test_without_a_model_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that lies in the environment is not handed on for nothing."""
    monkeypatch.setenv("OPENAI_API_KEY", "made-up")
    assert not {"SETRIGHT_MODEL", "OPENAI_API_KEY", "SETRIGHT_MODEL_KEY"} & set(told())


def test_the_model_its_key_and_its_prices_arrive(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are read back as they were set."""
    monkeypatch.setenv("OPENAI_API_KEY", "made-up")
    prices = {"input": "0.1", "output": "0.4"}
    environment = told(model="openai:any", model_base_url="http://127.0.0.1:1/v1", model_prices=prices)
    assert environment["SETRIGHT_MODEL"] == "openai:any"
    assert environment["OPENAI_API_KEY"] == "made-up"
    assert json.loads(environment["SETRIGHT_MODEL_PRICES"]) == prices
    for name in ("SETRIGHT_MODEL", "SETRIGHT_MODEL_BASE_URL", "SETRIGHT_MODEL_PRICES", "SETRIGHT_MODEL_SECONDS"):
        monkeypatch.setenv(name, environment[name])
    again = Settings.load(database_url=SecretStr("postgresql://db/x"), role_secret=SECRET)
    assert again.model_prices is not None
    assert again.model_prices.model_dump(mode="json", exclude_none=True) == prices


def test_who_re_ranks_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody, unless a setting says so."""
    assert told()["SETRIGHT_RERANKER"] == "none"
    assert told(reranker="sentences")["SETRIGHT_RERANKER"] == "sentences"
    monkeypatch.setenv("SETRIGHT_RERANKER", "anything")
    with pytest.raises(SettingsError, match="SETRIGHT_RERANKER"):
        told()
