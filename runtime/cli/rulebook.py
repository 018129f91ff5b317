"""What the policy and procedures commands share: one part of the rulebook, read, checked, tried, published."""

import sys
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import typer

from runtime.cli.client import ApiClient
from runtime.cli.errors import ApiFailed, CommandFailed
from runtime.cli.exit_codes import ExitCode
from runtime.cli.http import Answer

#: Whom a command works for: a function of the API's client.
Ask: TypeAlias = Callable[[ApiClient], Coroutine[Any, Any, Answer]]


def ask(data_dir: Path | None, tenant: str | None, what: Ask) -> Answer:
    """Ask the running stack; raises NoStack, ApiFailed."""
    from runtime.cli.connect import connected, run

    async def answer() -> Answer:
        async with connected(data_dir, tenant) as client:
            return await what(client)

    return run(answer())


def read_text(file: Path) -> str:
    """The text to send; raises CommandFailed where it is no UTF-8, and OSError."""
    try:
        return sys.stdin.read() if str(file) == "-" else file.read_text("utf-8")
    except UnicodeDecodeError:
        raise CommandFailed(f"{file} is not UTF-8 text.", "Save it as UTF-8.", ExitCode.usage) from None


async def replaced(client: ApiClient, part: str, wanted: str | None) -> str | None:
    """The version that is to be replaced: the one named, or the current one; None for a part that there is not yet."""
    if wanted is not None:
        return wanted
    try:
        return str((await client.read_text(part))["version"])
    except ApiFailed as error:
        if error.code == "not_found":
            return None
        raise


def show(answer: Answer, *, as_json: bool) -> None:
    """Print a part: the text alone on standard output, what it is on standard error."""
    from runtime.cli.output import print_json
    from runtime.cli.style import err
    from runtime.cli.views.rulebook import standing

    if as_json:
        print_json(answer)
        return
    sys.stdout.write(answer["text"] if answer["text"].endswith("\n") else answer["text"] + "\n")
    sys.stdout.flush()
    if "how" in answer:
        err().print(standing(answer))


def check(part: str, file: Path, data_dir: Path | None, tenant: str | None, *, as_json: bool) -> None:
    """Print what is wrong with a text, each with file, line and field; ends with 1 if anything is."""
    from runtime.cli.output import print_json
    from runtime.cli.style import BAD, OK, out

    text = read_text(file)
    answer = ask(data_dir, tenant, lambda client: client.check_text(part, text))
    if as_json:
        print_json(answer)
    for problem in answer["problems"] if not as_json else ():
        where = f"{problem['file']}:{problem['line']}: " + (f"{problem['field']}: " if problem["field"] else "")
        out().print(f"[bad]{BAD}[/bad] ", end="")
        out().print(where + problem["text"], markup=False, soft_wrap=True)
    if answer["is_valid"] and not as_json:
        out().print(f"[good]{OK}[/good] It could be published.")
    if not answer["is_valid"]:
        raise typer.Exit(ExitCode.problems_found)


def try_out(part: str, body: Mapping[str, object], data_dir: Path | None, tenant: str | None, *, as_json: bool) -> None:
    """Print what a text would have said of past actions."""
    from runtime.cli.output import print_json
    from runtime.cli.style import err, out
    from runtime.cli.views.rulebook import dry_run_view

    with err().status("Judging past actions again…"):
        answer = ask(data_dir, tenant, lambda client: client.dry_run(part, body))
    if as_json:
        print_json(answer)
    else:
        out().print(dry_run_view(answer))


def publish(
    part: str,
    file: Path,
    note: str,
    replaces: str | None,
    data_dir: Path | None,
    tenant: str | None,
    *,
    as_json: bool,
) -> None:
    """Publish a text and say what is current now."""
    text = read_text(file)

    async def send(client: ApiClient) -> Answer:
        body = {"text": text, "replaces": await replaced(client, part, replaces), "note": note}
        return await client.publish(part, body)

    _tell(ask(data_dir, tenant, send), as_json=as_json)


def roll_back(
    part: str,
    number: int,
    reason: str,
    replaces: str | None,
    data_dir: Path | None,
    tenant: str | None,
    *,
    as_json: bool,
) -> None:
    """Make an earlier version current and say what is current now."""

    async def send(client: ApiClient) -> Answer:
        body = {"number": number, "replaces": await replaced(client, part, replaces), "reason": reason}
        return await client.roll_back(part, body)

    _tell(ask(data_dir, tenant, send), as_json=as_json)


def versions(part: str, data_dir: Path | None, tenant: str | None, *, as_json: bool) -> None:
    """List a part's versions and what was current when."""
    from runtime.cli.output import print_json
    from runtime.cli.style import out
    from runtime.cli.views.rulebook import versions_view

    answer = ask(data_dir, tenant, lambda client: client.versions(part))
    if as_json:
        print_json(answer)
    else:
        out().print(versions_view(answer))


def _tell(answer: Answer, *, as_json: bool) -> None:
    from runtime.cli.output import print_json
    from runtime.cli.style import OK, out
    from runtime.cli.views.rulebook import standing

    if as_json:
        print_json(answer)
        return
    out().print(f"[good]{OK}[/good] ", end="")
    out().print(standing(answer))
