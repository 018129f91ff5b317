"""`setright token …` and `setright codes`: being a customer who proves who they are, on this machine."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from adapters.channels.port import Letter
from adapters.workspace.loader import load_workspace
from runtime.cli.exit_codes import ExitCode
from runtime.cli.main import run
from runtime.identity import customer_tokens, letter_folder
from runtime.settings import Settings

SECRET = "s" * 40
WORKSPACE = Path("examples/shop")


@pytest.fixture(autouse=True)
def _installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An installation whose secret stands in the environment."""
    monkeypatch.setenv("SETRIGHT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("SETRIGHT_ROLE_SECRET", SECRET)


@pytest.mark.parametrize(("options", "tenant"), [([], "meridian"), (["--tenant", "tidewater"], "tidewater")])
def test_a_token_is_good_for_its_tenant(capsys: pytest.CaptureFixture[str], options: list[str], tenant: str) -> None:
    """What is printed, alone on its line, is read by the API of the same installation."""
    assert run(["token", "create", "cus_ada", "--minutes", "5", *options]) == ExitCode.ok
    token = capsys.readouterr().out.strip()
    readers = customer_tokens(load_workspace(WORKSPACE / "tenants"), SecretStr(SECRET))
    now = datetime.now(UTC)
    assert readers[tenant].read(token, now) == "cus_ada"
    with pytest.raises(Exception, match="not valid here"):
        readers[tenant].read(token, now + timedelta(minutes=7))
    with pytest.raises(Exception, match="not valid here"):
        readers[{"meridian": "tidewater", "tidewater": "meridian"}[tenant]].read(token, now)


def test_each_tenant_has_a_secret_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    """Neither is the installation's own secret, nor says anything about it."""
    secrets = []
    for tenant in ("meridian", "tidewater"):
        assert run(["token", "secret", "--tenant", tenant, "--json"]) == ExitCode.ok
        secrets.append(json.loads(capsys.readouterr().out)["secret"])
    assert len({*secrets, SECRET}) == 3
    assert all(len(secret) == 64 for secret in secrets)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["token", "create", "cus_ada", "--minutes", "61"], ExitCode.misconfigured),
        (["token", "create", "cus_ada", "--minutes", "0"], ExitCode.usage),
        (["token", "create", "cus_ada", "--tenant", "nobody"], ExitCode.not_found),
    ],
)
def test_what_cannot_be_signed_is_told(arguments: list[str], code: ExitCode) -> None:
    """Too long a life, none at all, and a tenant that is not there."""
    assert run(arguments) == code


def test_without_an_installation_there_is_nothing_to_sign_with(monkeypatch: pytest.MonkeyPatch) -> None:
    """No secret in the environment and no stack that runs."""
    monkeypatch.delenv("SETRIGHT_ROLE_SECRET")
    assert run(["token", "create", "cus_ada"]) == ExitCode.no_stack
    assert run(["codes"]) == ExitCode.no_stack


async def test_codes_shows_the_letters_that_still_count(capsys: pytest.CaptureFixture[str]) -> None:
    """The newest first, for a person and for a program; what has expired is gone with the next letter."""
    folder, now = letter_folder(Settings.load()), datetime.now(UTC)
    for minutes, text in ((-11, "old"), (-5, "Your code is 1111 2222."), (0, "Your code is 4821 7730.")):
        at = now + timedelta(minutes=minutes)
        await folder.send(
            Letter(
                tenant="meridian",
                to="ada@example.com",
                subject="Meridian Goods",
                text=text,
                at=at,
                expires_at=at + timedelta(minutes=10),
            )
        )
    files = list((Settings.load().data_dir / "letters").iterdir())
    assert len(files) == 2
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert (Settings.load().data_dir / "letters").stat().st_mode & 0o777 == 0o700

    assert run(["codes"]) == ExitCode.ok
    shown = capsys.readouterr().out
    assert shown.index("4821 7730") < shown.index("1111 2222")
    assert run(["codes", "--json"]) == ExitCode.ok
    assert [letter["to"] for letter in json.loads(capsys.readouterr().out)] == ["ada@example.com"] * 2


def test_an_empty_letter_box_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing to show is no failure."""
    assert run(["codes"]) == ExitCode.ok
    assert "No letter" in capsys.readouterr().out
