"""`setright audit …` as a script uses it: on the database, on a file far from any database, and their exit codes."""

import json
from pathlib import Path

import pytest

from runtime.cli.exit_codes import ExitCode
from runtime.cli.main import run
from tests.integration.runtime.audit.conftest import BATCHES, PER_BATCH, SECRET, TENANTS, TICKETS, Record


@pytest.fixture
def environment(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of somebody who runs the grown-up shape."""
    url = record.settings.database_url
    assert url is not None
    monkeypatch.setenv("DATABASE_URL", url.get_secret_value())
    monkeypatch.setenv("SETRIGHT_ROLE_SECRET", SECRET.get_secret_value())
    monkeypatch.setenv("SETRIGHT_AUDIT_HEADS", str(record.settings.heads_file))


def printed(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    """The one JSON object on standard output."""
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


@pytest.mark.usefixtures("environment")
def test_the_database_itself_is_checked(capsys: pytest.CaptureFixture[str]) -> None:
    """Every tenant is looked at without being named."""
    assert run(["audit", "verify", "--json"]) is ExitCode.ok
    report = printed(capsys)
    assert report["tenants"] == len(TENANTS)
    assert report["events"] == len(TENANTS) * TICKETS * BATCHES * PER_BATCH
    assert report["has_checked_signatures"] is True
    assert run(["audit", "verify"]) is ExitCode.ok
    assert "The record holds" in capsys.readouterr().out


@pytest.mark.usefixtures("environment")
def test_an_export_is_checked_without_a_database(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file, the kept heads and the key are enough; one changed amount is named by ticket and place."""
    file = tmp_path / "audit.jsonl"
    assert run(["audit", "export", str(file), "--json"]) is ExitCode.ok
    rows = len(TENANTS) * TICKETS * BATCHES * (PER_BATCH + 1)
    assert printed(capsys) == {"file": str(file), "rows": rows}
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("SETRIGHT_DATA_DIR", str(tmp_path / "nowhere"))
    assert run(["audit", "verify", str(file), "--json"]) is ExitCode.ok
    assert printed(capsys)["problems"] == []
    forged = tmp_path / "forged.jsonl"
    forged.write_text(file.read_text().replace('"amount":300', '"amount":301', 1))
    assert run(["audit", "verify", str(forged), "--json"]) is ExitCode.problems_found
    found = printed(capsys)["problems"]
    assert isinstance(found, list)
    assert [(problem["seq"], problem["what"]) for problem in found] == [(3, "it was changed after it was recorded")]
    assert run(["audit", "verify", str(forged)]) is ExitCode.problems_found
    assert "does not hold" in capsys.readouterr().out


@pytest.mark.usefixtures("environment")
def test_without_the_key_it_is_said_that_signatures_were_not_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody takes an unchecked signature for a checked one; a wrong key fails."""
    file = tmp_path / "audit.jsonl"
    run(["audit", "export", str(file)])
    monkeypatch.delenv("SETRIGHT_ROLE_SECRET")
    monkeypatch.setenv("SETRIGHT_DATA_DIR", str(tmp_path / "nowhere"))
    capsys.readouterr()
    assert run(["audit", "verify", str(file), "--json"]) is ExitCode.ok
    assert printed(capsys)["has_checked_signatures"] is False
    assert run(["audit", "verify", str(file)]) is ExitCode.ok
    assert "signatures were not checked" in capsys.readouterr().out
    monkeypatch.setenv("SETRIGHT_AUDIT_KEY", "another-key-another-key-another-key")
    assert run(["audit", "verify", str(file), "--json"]) is ExitCode.problems_found


@pytest.mark.usefixtures("environment")
def test_the_heads_are_printed_to_be_kept_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    """One number and one digest per tenant."""
    assert run(["audit", "head", "--json"]) is ExitCode.ok
    found = json.loads(capsys.readouterr().out)
    assert [(head["tenant"], head["number"]) for head in found] == [(tenant, TICKETS * BATCHES) for tenant in TENANTS]
    assert run(["audit", "head"]) is ExitCode.ok
    assert found[0]["hash"] in capsys.readouterr().out


@pytest.mark.usefixtures("environment")
def test_an_export_never_overwrites(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that exists is left alone."""
    file = tmp_path / "audit.jsonl"
    file.write_text("precious")
    assert run(["audit", "export", str(file)]) is ExitCode.misconfigured
    assert "exists" in capsys.readouterr().err
    assert file.read_text() == "precious"
