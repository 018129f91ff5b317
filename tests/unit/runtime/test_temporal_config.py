"""Which Temporal is meant: the user's own when it is configured, ours when nothing is, an error when it is half."""

import os
from pathlib import Path

import pytest

from runtime.settings import SettingsError
from runtime.temporal_config import configured_temporal


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No configuration of the machine that runs the tests reaches them."""
    for name in list(os.environ):
        if name.startswith("TEMPORAL_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


def test_nothing_configured_means_the_embedded_server() -> None:
    """Without any TEMPORAL_ variable or profile there is nothing to connect to."""
    assert configured_temporal() is None


def test_the_environment_configures(monkeypatch: pytest.MonkeyPatch) -> None:
    """TEMPORAL_ADDRESS and its companions become what the client connects with."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", "temporal.internal:7233")
    monkeypatch.setenv("TEMPORAL_NAMESPACE", "support")
    assert configured_temporal() == {"target_host": "temporal.internal:7233", "namespace": "support"}


def test_a_profile_configures(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A profile in temporal.toml, as other Temporal tools use it, is found."""
    (tmp_path / "my.toml").write_text('[profile.cloud]\naddress = "cloud:7233"\nnamespace = "a.b"\n')
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(tmp_path / "my.toml"))
    monkeypatch.setenv("TEMPORAL_PROFILE", "cloud")
    assert configured_temporal() == {"target_host": "cloud:7233", "namespace": "a.b"}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("TEMPORAL_CONFIG_FILE", "/no/such/file", "does not exist"),
        ("TEMPORAL_PROFILE", "no-such-profile", "no-such-profile"),
        ("TEMPORAL_NAMESPACE", "support", "no address"),
        ("TEMPORAL_API_KEY", "hunter2", "no address"),
    ],
)
def test_half_a_configuration_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str) -> None:
    """Rather than start a server of ours beside the one that was meant."""
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=said) as refused:
        configured_temporal()
    assert "hunter2" not in str(refused.value)


def test_a_broken_file_is_refused_without_quoting_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The line that cannot be read may be the one with the key."""
    (tmp_path / "my.toml").write_text('[profile.default]\napi_key = "hunter2\n')
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(tmp_path / "my.toml"))
    with pytest.raises(SettingsError, match="line 2") as refused:
        configured_temporal()
    assert "hunter2" not in str(refused.value)
