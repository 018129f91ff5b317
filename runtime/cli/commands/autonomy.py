"""How far procedures are trusted: `autonomy`, `autonomy set`, `autonomy levels`."""

from typing import Annotated

import typer

from runtime.cli.options import AsJson, DataDir, Tenant, examples

app = typer.Typer(
    name="autonomy",
    help="Show how far each procedure is trusted, the evidence for another level, and set it.",
    epilog=examples(
        "setright autonomy",
        'setright autonomy set late_refund suggest --reason "60 shadowed, 57 as the team did them."',
        "setright autonomy levels late_refund",
    ),
    invoke_without_command=True,
)
_SET_EPILOG = examples('setright autonomy set late_refund suggest --reason "60 shadowed, 57 as the team did them."')
_LEVELS_EPILOG = examples("setright autonomy levels late_refund", "setright autonomy levels late_refund --json")
ProcedureArgument = Annotated[str, typer.Argument(metavar="PROCEDURE", help="Its name, as `autonomy` lists it.")]


@app.callback()
def autonomy(
    context: typer.Context, *, tenant: Tenant = None, data_dir: DataDir = None, as_json: AsJson = False
) -> None:
    """Show each procedure's level, its cases at that level with 95 % bounds, and whether to promote or demote it."""
    if context.invoked_subcommand is not None:
        return
    from runtime.cli.connect import connected, run
    from runtime.cli.http import Answer
    from runtime.cli.output import print_json
    from runtime.cli.style import out

    async def read() -> Answer:
        async with connected(data_dir, tenant) as client:
            return await client.autonomy()

    answer = run(read())
    if as_json:
        print_json(answer)
        return
    from runtime.cli.trust_answers import Standing
    from runtime.cli.views.trust import standings_table

    out().print(standings_table([Standing.model_validate(it) for it in answer["procedures"]]))


@app.command(name="set", epilog=_SET_EPILOG)
def set_level(
    procedure: ProcedureArgument,
    level: Annotated[str, typer.Argument(metavar="LEVEL", help="shadow, suggest, approve or auto.")],
    *,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Kept with the level.")],
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Set a procedure's level from the next turns on; raising one takes a key with the scope admin."""
    from runtime.cli.connect import connected, run
    from runtime.cli.http import Answer
    from runtime.cli.output import print_json
    from runtime.cli.style import OK, out

    async def send() -> Answer:
        async with connected(data_dir, tenant) as client:
            return await client.set_level(procedure, {"level": level, "reason": reason})

    answer = run(send())
    if as_json:
        print_json(answer)
        return
    out().print(f"[good]{OK}[/good] {procedure}: {answer['before']} → {answer['level']}, from the next turns on.")


@app.command(epilog=_LEVELS_EPILOG)
def levels(
    procedure: ProcedureArgument, *, tenant: Tenant = None, data_dir: DataDir = None, as_json: AsJson = False
) -> None:
    """List the levels that people have set for a procedure, the newest first."""
    from runtime.cli.connect import connected, run
    from runtime.cli.http import Answer
    from runtime.cli.output import print_json
    from runtime.cli.style import err, out

    async def read() -> Answer:
        async with connected(data_dir, tenant) as client:
            return await client.levels(procedure)

    answer = run(read())
    if as_json:
        print_json(answer["levels"])
        return
    from runtime.cli.trust_answers import Level
    from runtime.cli.views.trust import levels_table

    found = [Level.model_validate(line) for line in answer["levels"]]
    if found:
        out().print(levels_table(found))
    else:
        err().print("Nobody has set a level; the procedure's file says it.")
