"""The command line as a whole: help, errors, exit codes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from domain import errors
from domain.errors import SetrightError
from runtime.cli.errors import ApiFailed, NoStack, explain
from runtime.cli.exit_codes import BY_ERROR, MEANINGS, ExitCode
from runtime.cli.main import app, run
from runtime.cli.running import STACK_FILE
from runtime.embedded.errors import EmbeddedError
from runtime.settings import SettingsError
from store.errors import StoreFault


@pytest.fixture(autouse=True)
def _no_stack(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing runs where these tests look."""
    monkeypatch.setenv("SETRIGHT_DATA_DIR", str(tmp_path / "data"))


def commands(group: object = None) -> list[str]:
    """The words of every command: `show`, `db migrate`."""
    found = []
    for name, command in vars(group or get_command(app))["commands"].items():
        inner = commands(command) if "commands" in vars(command) else []
        found += [f"{name} {word}" for word in inner] or [name]
    return found


def test_help_answers_before_anybody_gets_impatient() -> None:
    """It takes 0.3 s of computing; what would make it slow are the imports that only commands need.

    The best of three counts: where cores are shared, the same work takes more of their time.
    """
    program = "import sys; from runtime.cli.main import run; run(['--help']); print(*sys.modules, file=sys.stderr)"
    spent = list[float]()
    while len(spent) < 3 and min(spent, default=1.0) >= 0.4:
        before = os.times()
        done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
        after = os.times()
        spent.append(after.children_user + after.children_system - before.children_user - before.children_system)
    assert min(spent) < 0.4
    loaded = {name.partition(".")[0] for name in done.stderr.split()}
    assert loaded & {"pydantic_settings", "httpx2", "psycopg", "temporalio", "langgraph", "numpy", "fastapi"} == set()


@pytest.mark.parametrize("name", commands())
def test_every_command_teaches(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each command's help says what it does and gives an example."""
    assert run([*name.split(), "--help"]) == ExitCode.ok
    shown = capsys.readouterr().out
    assert f"Usage: setright {name}" in shown
    assert "Examples" in shown


def test_the_help_names_every_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    """Scripts rely on them, so they are told."""
    run(["--help"])
    shown = capsys.readouterr().out
    assert set(MEANINGS) == set(ExitCode)
    for code in ExitCode:
        assert f"{code.value:>3}  " in shown


def test_the_version_is_printed_alone(capsys: pytest.CaptureFixture[str]) -> None:
    """For bug reports and scripts."""
    assert run(["--version"]) == ExitCode.ok
    assert capsys.readouterr().out.strip().count(".") == 2


@pytest.mark.parametrize("command", [[], ["workspace"], ["db"]])
def test_without_a_command_the_help_is_shown(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever types only half of it is shown the other half, and no complaint."""
    assert run(command) == ExitCode.usage
    shown = capsys.readouterr()
    assert "Usage: setright" in shown.out
    assert shown.err == ""


@pytest.mark.parametrize(
    "command",
    [
        ["tickets"],
        ["tickets", "--json"],
        ["show", "T-00000000"],
        ["ask", "Hello", "--customer", "cus_ada"],
        ["approve", "T-00000000/a1"],
        ["amend", "T-00000000/a1", "--set", "amount=5.00"],
        ["rate", "T-00000000", "5"],
        ["watch"],
    ],
)
def test_without_a_stack_every_command_says_how_to_start_one(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Standard output stays empty, so that a program reading JSON is not misled."""
    assert run(command) == ExitCode.no_stack
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "No stack is running" in shown.err
    assert "setright up" in shown.err


@pytest.mark.parametrize(
    "left",
    [
        "not json",
        "{}",
        json.dumps({"pid": 2**22 + 1, "api_url": "x", "temporal_ui": None, "temporal_address": "", "keys": {}}),
    ],
)
def test_a_record_that_a_killed_stack_left_is_no_stack(
    left: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A stale or broken stack.json reads like none at all."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / STACK_FILE).write_text(left)
    assert run(["tickets"]) == ExitCode.no_stack
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    "command",
    [
        ["tikets"],
        ["show"],
        ["ask", "x"],
        ["ask", "x", "--customer", "a", "--ticket", "b"],
        ["rate", "T-1", "6"],
        ["--nope"],
    ],
)
def test_a_wrong_command_line_is_told_in_a_line(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """What is wrong and where to read on, with exit code 2."""
    assert run(command) == ExitCode.usage
    assert "--help" in capsys.readouterr().err


def test_a_wrong_setting_is_told_by_name(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The settings' own error comes through."""
    monkeypatch.setenv("SETRIGHT_API_PORTS", "80")
    assert run(["tickets"]) == ExitCode.misconfigured
    assert "SETRIGHT_API_PORT?" in capsys.readouterr().err


def test_a_bug_is_no_traceback_unless_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The text of an unknown error may quote a customer, so only its type is shown."""

    def broken(*_: object) -> None:
        raise RuntimeError("my account number is 12345")

    monkeypatch.setattr("runtime.cli.connect.find_stack", broken)
    assert run(["tickets"]) == ExitCode.internal
    shown = capsys.readouterr().err
    assert "RuntimeError" in shown
    assert "12345" not in shown
    with pytest.raises(RuntimeError):
        run(["--debug", "tickets"])


def test_json_is_an_array_or_object_on_standard_output_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A workspace that does not exist is told as a JSON array of problems, with exit code 1."""
    assert run(["workspace", "check", str(tmp_path / "none"), "--json"]) == ExitCode.problems_found
    shown = capsys.readouterr()
    assert shown.err == ""
    assert json.loads(shown.out)[0]["line"] == 1


def _all_errors(kind: type[SetrightError] = SetrightError) -> list[type[SetrightError]]:
    return [kind, *(error for child in kind.__subclasses__() for error in _all_errors(child))]


def test_every_error_of_the_domain_ends_a_command_in_words() -> None:
    """What happened is the error's own text; a bug's code is for bugs."""
    for kind in _all_errors():
        if kind.__module__ != errors.__name__ or kind is SetrightError:
            continue
        what, _, code = explain(kind("What happened."))
        assert what == "What happened."
        assert code not in {ExitCode.ok, ExitCode.internal, ExitCode.usage}


def test_the_table_of_exit_codes_knows_no_error_that_does_not_exist() -> None:
    """A renamed error would silently lose its exit code."""
    assert {EmbeddedError, StoreFault, SettingsError} <= set(_all_errors())  # their modules' errors are looked at too
    of_the_api = {"unauthenticated", "forbidden", "internal"}
    known = {kind.code for kind in _all_errors()} | of_the_api
    assert set(BY_ERROR) <= known


def test_what_the_api_refuses_ends_like_the_same_error_here() -> None:
    """The code decides, whether it came over HTTP or not."""
    assert explain(ApiFailed("not_found", "No.", "", 404))[2] == explain(errors.NotFound("No."))[2]
    assert explain(NoStack())[2] == ExitCode.no_stack
