"""`setright api`, `setright worker`, `setright db …`: the processes of the grown-up shape, each by itself.

They use the Postgres and the Temporal that the environment names, and start no server of their own.
"""

from typing import Annotated

import typer

from runtime.cli.options import examples

API_EPILOG = examples("DATABASE_URL=postgresql://db/setright SETRIGHT_ROLE_SECRET=… setright api")
WORKER_EPILOG = examples("TEMPORAL_ADDRESS=temporal:7233 SETRIGHT_ROLE_SECRET=… setright worker")
_MIGRATE_EPILOG = examples("DATABASE_URL=postgresql://postgres:…@db/setright setright db migrate")
_KEY_EPILOG = examples(
    "setright db create-key meridian --name helpdesk --scope tickets_write --scope tickets_read",
    "setright db create-key meridian --name olga --operator olga --scope approvals_decide --role support_lead",
    "setright db create-key meridian --name root --operator root --scope admin --role '*'",
)

db = typer.Typer(name="db", help="Your own database: migrations and API keys.", no_args_is_help=True)


def api() -> None:
    """Serve the HTTP API until it is told to stop; settings come from the environment."""
    import asyncio

    from runtime.server import run_api
    from runtime.settings import Settings
    from runtime.wiring import forbid_tracing

    forbid_tracing()
    asyncio.run(run_api(Settings.load()))


def worker() -> None:
    """Run ticket workflows and their activities until told to stop; run as many as you like."""
    import asyncio

    from runtime.settings import Settings
    from runtime.wiring import forbid_tracing
    from runtime.worker import run_worker

    forbid_tracing()
    asyncio.run(run_worker(Settings.load()))


@db.command(epilog=_MIGRATE_EPILOG)
def migrate() -> None:
    """Bring the database up to this release, load the workspace, register Temporal's search attributes."""
    import asyncio

    from runtime.cli.checklist import Checklist
    from runtime.cli.style import out
    from runtime.migration import migrate_all
    from runtime.settings import Settings

    checklist = Checklist(out())
    with checklist:
        asyncio.run(migrate_all(Settings.load(), checklist.heard))


@db.command("create-key", epilog=_KEY_EPILOG)
def create_key(
    tenant: Annotated[str, typer.Argument(help="The tenant whose tickets the key opens.")],
    *,
    name: Annotated[str, typer.Option("--name", help="What the key is for, as lists show it.")],
    scopes: Annotated[list[str], typer.Option("--scope", help="What it may do; once for each scope.")],
    operator: Annotated[str | None, typer.Option("--operator", help="The operator whose own key it is.")] = None,
    roles: Annotated[
        list[str] | None,
        typer.Option("--role", help="What its operator may approve; once a role, '*' for all of them."),
    ] = None,
) -> None:
    """Make an API key and print it; nobody can read it again."""
    import asyncio

    from api.auth import Scope
    from domain.errors import InvalidInput
    from runtime.migration import make_key
    from runtime.settings import Settings

    unknown = sorted(set(scopes) - {scope.value for scope in Scope})
    if unknown:
        known = ", ".join(scope.value for scope in Scope)
        raise InvalidInput(f"There is no scope {', '.join(unknown)}; the scopes are {known}.")
    if roles and operator is None:
        raise InvalidInput("A role is a person's: name the operator whose key it is with --operator.")
    typer.echo(asyncio.run(make_key(Settings.load(), tenant, name, scopes, operator, roles or ())))
