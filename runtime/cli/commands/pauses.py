"""Stopping actions and letting them go on: `pause`, `resume`, `pauses`."""

from typing import Annotated

import typer

from runtime.cli.options import AsJson, DataDir, Tenant, examples

PAUSE_EPILOG = examples(
    'setright pause --action issue_refund --reason "The payment provider pays twice."',
    'setright pause --procedure refund_late --reason "The wording is wrong."',
    'setright pause --all --reason "Something is off."    [dim]every write of one tenant[/dim]',
    'setright pause --everything --reason "Stop."    [dim]every write of every tenant of the stack[/dim]',
)
RESUME_EPILOG = examples("setright resume 3", "setright resume --all    [dim]every pause of one tenant[/dim]")
PAUSES_EPILOG = examples("setright pauses", "setright pauses --past --json")


def pause(
    *,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Kept with the pause.")],
    action: Annotated[str | None, typer.Option("--action", metavar="NAME", help="This action.")] = None,
    procedure: Annotated[
        str | None, typer.Option("--procedure", metavar="NAME", help="The actions of this procedure.")
    ] = None,
    all_writes: Annotated[bool, typer.Option("--all", help="Everything that changes anything.")] = False,
    everything: Annotated[bool, typer.Option("--everything", help="The same, for every tenant of the stack.")] = False,
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Hold actions back from now on; nothing is lost, they go on after `setright resume`."""
    from runtime.cli.connect import connected, run, tenants_of
    from runtime.cli.http import Answer

    if [action is not None, procedure is not None, all_writes, everything].count(True) != 1:
        raise typer.BadParameter("say what: one of --action, --procedure, --all and --everything")
    scope = "action" if action else "procedure" if procedure else "all"
    body = {"scope": scope, "reason": reason} | ({"name": action or procedure} if scope != "all" else {})

    async def send() -> list[Answer]:
        made = []
        for name in tenants_of(data_dir) if everything else (tenant,):
            async with connected(data_dir, name) as client:
                made.append(await client.pause(body))
        return made

    _tell(run(send()), "paused; `setright resume` lets it go on", as_json=as_json)


def resume(
    pause_ids: Annotated[list[int] | None, typer.Argument(metavar="PAUSE…", help="As `pauses` lists them.")] = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="Every pause that is in force.")] = False,
    everything: Annotated[bool, typer.Option("--everything", help="The same, for every tenant of the stack.")] = False,
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Let go on what pauses have held back."""
    from runtime.cli.connect import connected, run, tenants_of
    from runtime.cli.http import Answer

    if [bool(pause_ids), every, everything].count(True) != 1:
        raise typer.BadParameter("say which: their ids, --all or --everything")

    async def send() -> list[Answer]:
        lifted = []
        for name in tenants_of(data_dir) if everything else (tenant,):
            async with connected(data_dir, name) as client:
                ids = pause_ids or [row["id"] for row in (await client.pauses())["pauses"]]
                lifted += [await client.resume(pause_id) for pause_id in ids]
        return lifted

    _tell(run(send()), "goes on", as_json=as_json)


def pauses(
    *,
    past: Annotated[bool, typer.Option("--past", help="Also those that were lifted.")] = False,
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """List what is paused, since when, by whom and why, and how many actions wait for it."""
    from runtime.cli.connect import connected, run
    from runtime.cli.http import Answer
    from runtime.cli.output import print_json
    from runtime.cli.style import err, out

    async def read() -> Answer:
        async with connected(data_dir, tenant) as client:
            return await client.pauses(in_force=not past)

    answer = run(read())
    if as_json:
        print_json(answer["pauses"])
        return
    from runtime.cli.answers import PauseList
    from runtime.cli.views.pauses import pause_table

    found = PauseList.model_validate(answer).pauses
    if found:
        out().print(pause_table(found))
    else:
        err().print("Nothing is paused.")


def _tell(answers: list[dict[str, object]], said: str, *, as_json: bool) -> None:
    from runtime.cli.answers import Pause
    from runtime.cli.output import print_json
    from runtime.cli.style import OK, err, out
    from runtime.cli.views.pauses import covered

    if as_json:
        print_json({"pauses": answers})
        return
    if not answers:
        err().print("Nothing is paused.")
    for answer in answers:
        row = Pause.model_validate(answer)
        out().print(f"[good]{OK}[/good] {row.id}  {covered(row)}: {said}.")
