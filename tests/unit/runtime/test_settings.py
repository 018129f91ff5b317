"""Settings: read from the environment alone, refused with the variable's name and what it takes."""

import os
from pathlib import Path

import pytest

from runtime.settings import Settings, SettingsError, default_data_dir


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of the machine that runs the tests reaches them."""
    for name in list(os.environ):
        if name.startswith(("SETRIGHT_", "DATABASE_URL", "XDG_DATA_HOME")):
            monkeypatch.delenv(name)


def test_everything_has_a_default() -> None:
    """An empty environment is enough: the embedded stack, the shipped shop, any free port."""
    settings = Settings.load()
    assert settings.database_url is None
    assert settings.workspace.parts[-2:] == ("examples", "shop")
    assert settings.data_dir.is_absolute()
    assert settings.api_port == 0
    assert settings.max_cached_workflows == 200


def test_variables_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each field has its variable; an empty one counts as unset."""
    monkeypatch.setenv("SETRIGHT_API_PORT", "8080")
    monkeypatch.setenv("SETRIGHT_SANDBOXED", "false")
    monkeypatch.setenv("SETRIGHT_LOG_LEVEL", "")
    settings = Settings.load()
    assert (settings.api_port, settings.sandboxed, settings.log_level) == (8080, False, "info")


def test_what_is_passed_by_name_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A command's option is stronger than the environment."""
    monkeypatch.setenv("SETRIGHT_DATA_DIR", "/elsewhere")
    settings = Settings.load(data_dir=tmp_path / "mine")
    assert settings.data_dir == tmp_path / "mine"
    assert settings.demo_data_dir == tmp_path / "mine-demo"


@pytest.mark.parametrize("name", ["SETRIGHT_DATABASE_URL", "DATABASE_URL"])
def test_the_database_address_has_two_names_and_is_never_shown(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Hosts hand out DATABASE_URL; printing settings does not print the password."""
    monkeypatch.setenv(name, "postgresql://app:hunter2@db:5432/shop")
    settings = Settings.load()
    assert settings.database_url is not None
    assert settings.database_url.get_secret_value() == "postgresql://app:hunter2@db:5432/shop"
    assert "hunter2" not in repr(settings)


def test_our_own_name_of_the_database_address_is_the_stronger(monkeypatch: pytest.MonkeyPatch) -> None:
    """SETRIGHT_DATABASE_URL is meant for us, DATABASE_URL for whoever reads it."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://general")
    monkeypatch.setenv("SETRIGHT_DATABASE_URL", "postgresql://ours")
    url = Settings.load().database_url
    assert url is not None
    assert url.get_secret_value() == "postgresql://ours"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SETRIGHT_API_PORT", "65536"),
        ("SETRIGHT_API_PORT", "http"),
        ("SETRIGHT_LOG_LEVEL", "loud"),
        ("SETRIGHT_MAX_CACHED_WORKFLOWS", "0"),
        ("SETRIGHT_TASK_QUEUE", "two words"),
        ("SETRIGHT_ROLE_SECRET", "hunter2"),
        ("DATABASE_URL", "mysql://root:hunter2@db/shop"),
        ("DATABASE_URL", "postgresql://root:hunter2@db/shop?no_such_option=1"),
    ],
)
def test_a_wrong_value_is_refused_by_its_variable(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """The error names the variable that was set and keeps a password to itself."""
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=rf"^{name} is wrong: ") as refused:
        Settings.load()
    assert "hunter2" not in str(refused.value)


def test_a_misspelt_variable_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A setting that would silently do nothing is an error that knows better."""
    monkeypatch.setenv("SETRIGHT_DATADIR", "/data")
    with pytest.raises(SettingsError, match=r"did you mean SETRIGHT_DATA_DIR\?"):
        Settings.load()


def test_state_lies_where_xdg_says() -> None:
    """XDG_DATA_HOME counts when it is absolute, as its specification asks."""
    assert default_data_dir({"XDG_DATA_HOME": "/data"}) == Path("/data/setright")
    assert default_data_dir({"XDG_DATA_HOME": "data"}) == default_data_dir({})


def test_proxies_are_addresses_and_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    """As people write them; one that is none is refused by name."""
    monkeypatch.setenv("SETRIGHT_CONSOLE_TRUSTED_PROXIES", "10.0.0.5, 10.1.0.0/16,fd00::/8")
    assert [str(one) for one in Settings.load().console_trusted_proxies] == ["10.0.0.5/32", "10.1.0.0/16", "fd00::/8"]
    monkeypatch.setenv("SETRIGHT_CONSOLE_TRUSTED_PROXIES", "the-proxy")
    with pytest.raises(SettingsError, match="SETRIGHT_CONSOLE_TRUSTED_PROXIES is wrong"):
        Settings.load()


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"CONSOLE_TRUSTED_HEADER": "X-Forwarded-User"}, "SETRIGHT_CONSOLE_TRUSTED_PROXIES"),
        ({"OIDC_ISSUER": "https://login.example.com", "OIDC_CLIENT_ID": "setright"}, "SETRIGHT_CONSOLE_URL"),
        ({"OIDC_ISSUER": "https://login.example.com", "CONSOLE_URL": "https://desk.example.com"}, "OIDC_CLIENT_ID"),
    ],
)
def test_half_a_way_in_is_none(monkeypatch: pytest.MonkeyPatch, given: dict[str, str], missing: str) -> None:
    """A header that anybody may send, or a provider that nobody comes back from, is refused at the start."""
    for name, value in given.items():
        monkeypatch.setenv(f"SETRIGHT_{name}", value)
    with pytest.raises(SettingsError, match=missing):
        Settings.load()
