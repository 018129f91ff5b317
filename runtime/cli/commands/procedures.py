"""`setright procedures …`: what a workspace handles, and whether its examples tell the procedures apart."""

from pathlib import Path
from typing import Annotated

import typer

from runtime.cli.options import AsJson, examples

app = typer.Typer(
    name="procedures",
    help="List a workspace's procedures, check their examples; try, publish and roll back a running stack's.",
    no_args_is_help=True,
)

_Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="The workspace: a folder of tenants.")]
_Tenant = Annotated[str | None, typer.Option("--tenant", metavar="NAME", help="Only this tenant.")]
_LIST_EPILOG = examples("setright procedures list examples/shop", "setright procedures list . --json")
_CHECK_EPILOG = examples("setright procedures check examples/shop", "setright procedures check . --strict --json")


@app.command("list", epilog=_LIST_EPILOG)
def list_them(path: _Folder, *, tenant: _Tenant = None, as_json: AsJson = False) -> None:
    """List the procedures with their examples, slots, autonomy and version."""
    from runtime.cli.output import print_json
    from runtime.cli.style import out
    from runtime.cli.views.tuning import procedures_view
    from runtime.tuning.work import tenants_of

    tenants = tenants_of(path, tenant)
    if not as_json:
        for one in tenants:
            out().print(procedures_view(one))
        return
    print_json(
        [
            {
                "tenant": one.tenant,
                "procedure": name,
                "title": procedure.title,
                "examples": len(procedure.examples),
                "slots": list(procedure.slots),
                "actions": list(procedure.allowed_actions),
                "autonomy": procedure.autonomy,
                "clear_from": one.clear_from.get(name),
                "version": procedure.version,
            }
            for one in tenants
            for name, procedure in sorted(one.procedures.items())
        ]
    )


@app.command(epilog=_CHECK_EPILOG)
def check(
    path: _Folder,
    *,
    tenant: _Tenant = None,
    strict: Annotated[bool, typer.Option("--strict", help="End with 1 if there is anything to look at.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say which examples are too few, all alike, claimed by two procedures, or read as another procedure's.

    Cross-validated: each example is read by a head that has not learnt it. Also shows what each procedure is most
    easily confused with. Takes some seconds for each tenant, and needs no running stack.
    """
    from dataclasses import asdict

    from runtime.cli.exit_codes import ExitCode
    from runtime.cli.output import print_json
    from runtime.cli.style import err, out
    from runtime.cli.views.tuning import advice_view
    from runtime.tuning.work import advice_for, confusions_json, embedder, tenants_of

    model, found, has_advice = embedder(), [], False
    for one in tenants_of(path, tenant):
        with err().status(one.tenant) as status:
            trial, advice = advice_for(
                one, model, lambda name, done, of: status.update(f"{name}: {done} of {of} trainings")
            )
        has_advice = has_advice or bool(advice)
        confusions = confusions_json(trial)
        found.append(
            {"tenant": one.tenant, "advice": [asdict(piece) for piece in advice], "nearest_confusions": confusions}
        )
        if not as_json:
            out().print(advice_view(one.name, advice, trial))
    if as_json:
        print_json(found)
    if strict and has_advice:
        raise typer.Exit(ExitCode.problems_found)
