"""`setright knowledge check | gaps | conflicts …`: what the knowledge base contradicts itself in, and what it lacks."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from runtime.cli.options import AsJson, DataDir, Tenant, examples

CHECK_EPILOG = examples(
    "setright knowledge check    [dim]the running stack's knowledge base[/dim]",
    "setright knowledge check articles/ --strict    [dim]files, before they are published; needs no stack[/dim]",
)
GAPS_EPILOG = examples("setright knowledge gaps", "setright knowledge gaps --draft G-17 > articles/new.md")
_CONFLICTS_EPILOG = examples("setright knowledge conflicts list", "setright knowledge conflicts list --past --json")
_DECIDE_EPILOG = examples(
    'setright knowledge conflicts dismiss C-0F3A99B2C1 --reason "One is for sale items."',
    'setright knowledge conflicts resolve C-0F3A99B2C1 --reason "The old article is corrected."',
)

conflicts = typer.Typer(name="conflicts", help="Passages that contradict each other.", no_args_is_help=True)
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Kept with the decision.")]
ConflictArgument = Annotated[str, typer.Argument(metavar="CONFLICT", help="As `conflicts list` shows it: C-…")]


def attach(app: typer.Typer) -> None:
    """Add these commands to the `knowledge` commands."""
    app.command(epilog=CHECK_EPILOG)(check)
    app.command(epilog=GAPS_EPILOG)(gaps)
    app.add_typer(conflicts)


def check(
    path: Annotated[
        Path | None, typer.Argument(metavar="FOLDER", help="Files to examine instead of a running stack.")
    ] = None,
    *,
    strict: Annotated[bool, typer.Option("--strict", help="End with 1 if anything was found.")] = False,
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Tell of contradictions, stale articles, articles that nobody can find, and articles that overlap."""
    from runtime.cli.exit_codes import ExitCode
    from runtime.cli.output import print_json
    from runtime.cli.style import OK, out
    from runtime.cli.views.knowledge_doubts import findings
    from runtime.knowledge_check import check_folder, check_stack

    found = check_folder(path) if path is not None else check_stack(data_dir, tenant)
    if as_json:
        print_json(found.as_json())
    elif found.is_clean:
        out().print(f"[good]{OK}[/good] Nothing contradicts, overlaps, is stale or cannot be found.")
    else:
        out().print(findings(found))
    if strict and not found.is_clean:
        raise typer.Exit(ExitCode.problems_found)


def gaps(
    *,
    draft: Annotated[str | None, typer.Option("--draft", metavar="GAP", help="Print the skeleton of this one.")] = None,
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """List articles that are missing: questions that nothing answered, gathered, with the tickets behind them."""
    from runtime.cli.connect import connected, run
    from runtime.cli.errors import CommandFailed
    from runtime.cli.exit_codes import ExitCode
    from runtime.cli.http import Answer
    from runtime.cli.output import print_json
    from runtime.cli.style import err, out
    from runtime.cli.views.knowledge_doubts import gap_table

    async def read() -> Answer:
        async with connected(data_dir, tenant) as client:
            return await client.gaps()

    found = run(read())["gaps"]
    if draft is not None:
        chosen = next((gap for gap in found if gap["gap_id"] == draft), None)
        if chosen is None:
            raise CommandFailed(f"There is no gap {draft}.", "See `setright knowledge gaps`.", ExitCode.not_found)
        typer.echo(chosen["draft"])
    elif as_json:
        print_json(found)
    elif found:
        out().print(gap_table(found))
    else:
        err().print("No question is without an answer.")


@conflicts.command("list", epilog=_CONFLICTS_EPILOG)
def list_(
    *,
    past: Annotated[bool, typer.Option("--past", help="Also those that have ended.")] = False,
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """List pairs of passages that contradict each other; an open one holds replies back."""
    from runtime.cli.connect import connected, run
    from runtime.cli.http import Answer
    from runtime.cli.output import print_json
    from runtime.cli.style import err, out
    from runtime.cli.views.knowledge_doubts import conflict_table

    async def read() -> Answer:
        async with connected(data_dir, tenant) as client:
            return await client.conflicts(open_only=not past)

    found = run(read())["conflicts"]
    if as_json:
        print_json(found)
    elif found:
        out().print(conflict_table(found))
    else:
        err().print("Nothing contradicts itself.")


@conflicts.command(epilog=_DECIDE_EPILOG)
def resolve(
    conflict: ConflictArgument,
    *,
    reason: Reason,
    force: Annotated[bool, typer.Option("--force", help="Though the passages still contradict each other.")] = False,
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Say that one of the two passages was corrected; refused while they still contradict each other."""
    _decide(conflict, "resolved", reason, tenant, data_dir, as_json=as_json, force=force)


@conflicts.command(epilog=_DECIDE_EPILOG)
def dismiss(
    conflict: ConflictArgument,
    *,
    reason: Reason,
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Say that both passages are right: this pair holds no reply back any more."""
    _decide(conflict, "dismissed", reason, tenant, data_dir, as_json=as_json)


def _decide(
    conflict: str,
    decision: Literal["resolved", "dismissed"],
    reason: str,
    tenant: str | None,
    data_dir: Path | None,
    *,
    as_json: bool,
    force: bool = False,
) -> None:
    from runtime.cli.connect import connected, run
    from runtime.cli.http import Answer
    from runtime.cli.output import print_json
    from runtime.cli.style import OK, out

    async def send() -> Answer:
        async with connected(data_dir, tenant) as client:
            return await client.decide_conflict(conflict, decision, reason, force=force)

    answer = run(send())
    if as_json:
        print_json(answer)
    else:
        out().print(f"[good]{OK}[/good] {answer['conflict_id']} {answer['status']}.")
