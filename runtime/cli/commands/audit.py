"""`setright audit …`: the hash-chained record of what happened, checked, exported, and its newest links."""

from pathlib import Path
from typing import Annotated

import typer

from runtime.cli.options import AsJson, DataDir, examples

_VERIFY_EPILOG = examples(
    "setright audit verify",
    "setright audit verify audit.jsonl --heads /mnt/other/audit-heads.jsonl    [dim]offline, no database[/dim]",
    "setright audit verify --json",
)
_EXPORT_EPILOG = examples("setright audit export audit.jsonl", "setright audit export audit.jsonl --tenant meridian")
_HEAD_EPILOG = examples("setright audit head", "setright audit head --json    [dim]to be kept wherever you like[/dim]")

_RESTORED_EPILOG = examples("setright audit restored    [dim]after pg_restore; `setright restore` does it itself[/dim]")

app = typer.Typer(
    name="audit",
    help="The record of what happened: hash-chained events, and the chain's heads kept outside the database.",
    no_args_is_help=True,
)

_Heads = Annotated[
    Path | None,
    typer.Option("--heads", metavar="FILE", help="The file of kept heads. Default: SETRIGHT_AUDIT_HEADS, or your own."),
]


@app.command(epilog=_VERIFY_EPILOG)
def verify(
    export_file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="An export. Default: the database itself.")
    ] = None,
    *,
    heads: _Heads = None,
    no_heads: Annotated[
        bool, typer.Option("--no-heads", help="Leave the kept heads out: a rewritten whole then passes.")
    ] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Check every event of every ticket, both chains, and that they still hold what was kept of them outside."""
    from runtime.audit.run import verify as check
    from runtime.cli.connect import run
    from runtime.cli.exit_codes import ExitCode
    from runtime.cli.output import print_json
    from runtime.cli.running import load_settings
    from runtime.cli.style import out
    from runtime.cli.views.audit import report_view

    settings = load_settings(data_dir, **({} if heads is None else {"audit_heads": heads}))
    report = run(check(settings, export_file, has_heads=not no_heads))
    if as_json:
        print_json(report.model_dump(mode="json"))
    else:
        out().print(report_view(report, settings.heads_file))
    if report.problems:
        raise typer.Exit(ExitCode.problems_found)


@app.command(epilog=_EXPORT_EPILOG)
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file of JSON lines.")],
    *,
    tenant: Annotated[str | None, typer.Option("--tenant", metavar="NAME", help="Only this tenant's.")] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Write the record to a file that can be checked without a database; it holds no customer's words."""
    from runtime.audit.run import export as write
    from runtime.cli.connect import run
    from runtime.cli.output import print_json
    from runtime.cli.running import load_settings
    from runtime.cli.style import OK, out

    rows = run(write(load_settings(data_dir), file, tenant))
    if as_json:
        print_json({"file": str(file.absolute()), "rows": rows})
    else:
        out().print(f"[good]{OK}[/good] {file}  [quiet]{rows} links and events[/quiet]")


@app.command(epilog=_HEAD_EPILOG)
def head(*, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Print the newest link of each tenant's chain: a few bytes that pin all that was recorded before."""
    from runtime.audit.run import heads
    from runtime.cli.connect import run
    from runtime.cli.output import print_json
    from runtime.cli.running import load_settings
    from runtime.cli.style import out

    found = run(heads(load_settings(data_dir)))
    if as_json:
        print_json([one.model_dump() for one in found])
        return
    for one in found:
        out().print(f"{one.tenant}  {one.number}  {one.hash}")


@app.command(epilog=_RESTORED_EPILOG)
def restored(*, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Note in the kept heads that a backup of your own was put back: from here on the chain goes on from its end.

    The note is signed and stays; `verify` tells of it for ever.
    """
    from runtime.audit.run import restored as note
    from runtime.cli.connect import run
    from runtime.cli.output import print_json
    from runtime.cli.running import load_settings
    from runtime.cli.style import OK, out

    tenants = run(note(load_settings(data_dir)))
    if as_json:
        print_json({"tenants": tenants})
    else:
        out().print(f"[good]{OK}[/good] noted for: {', '.join(tenants) or 'nobody; every kept head is still there'}.")
