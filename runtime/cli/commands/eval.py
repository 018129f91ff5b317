"""`setright eval …`: measuring the assistant on data that was not made here, on servers that are thrown away."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evals.catalogue import EVALS
from runtime.cli.options import DATA_SETS, AsJson, data_option, examples

if TYPE_CHECKING:  # the rest of the command line must not wait for these
    from evals.tau.report import TaskResult
    from evals.tau_retail import Bench

app = typer.Typer(name="eval", help="Measure the assistant on public data.", no_args_is_help=True)

_TAU_EPILOG = examples(
    "setright eval tau-retail --data ../shared/data",
    "setright eval tau-retail --tasks 10 --json",
    "setright eval tau-retail --tasks 75,80,113 --verbose",
)
_INJECTION_EPILOG = examples("setright eval injection --data ../shared/data", "setright eval injection --json")
_TEMPLATE = "tau_template"


@app.command("tau-retail", epilog=_TAU_EPILOG)
def tau_retail(
    *,
    data: Annotated[Path | None, data_option("tau3_retail")] = None,
    tasks: Annotated[
        str | None, typer.Option("--tasks", metavar="N|IDS", help="The first N tasks, or ids: 75,80,113. Default: all.")
    ] = None,
    as_json: AsJson = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Print each ticket with its conversation.")] = False,
) -> None:
    """Settle tau retail's dev tasks in ticket mode and compare each end state with the expected one.

    Ticket mode has no simulated customer: one ticket made of the task's script, every confirmation answered yes.
    """
    from evals.tau import report
    from evals.tau.dataset import load_dataset
    from evals.tau_retail import chosen, run_tasks
    from runtime.cli.output import print_json
    from runtime.cli.style import err, out
    from runtime.cli.views.tau import conversation, table
    from runtime.wiring import forbid_tracing

    forbid_tracing()
    dataset = load_dataset(data or DATA_SETS)
    wanted = chosen(dataset, tasks)

    async def measure() -> "list[TaskResult]":
        results = []
        async with _bench(dataset.db) as bench:
            with err().status("") as status:
                async for result in run_tasks(dataset, wanted, bench):
                    results.append(result)
                    status.update(f"{len(results)} of {len(wanted)} tasks")
                    if verbose and not as_json:
                        out().print(conversation(result))
        return results

    results = asyncio.run(measure())
    if as_json:
        print_json(report.as_json(results))
    else:
        out().print(table(results))


@app.command("injection", epilog=_INJECTION_EPILOG)
def injection(
    *,
    data: Annotated[Path | None, data_option("notinject_benign, injecagent and the other corpora")] = None,
    as_json: AsJson = False,
) -> None:
    """Count how often harmless texts and attacks are flagged as a possible injection.

    The flag is a hint for routing and for people; what a ticket may do does not depend on it.
    """
    from evals import injection as flags
    from runtime.cli.output import print_json
    from runtime.cli.style import out
    from runtime.cli.views.injection import table

    figures = flags.measure(data or DATA_SETS)
    if as_json:
        print_json(flags.as_json(figures))
    else:
        out().print(table(figures))


def _declare(name: str, about: str) -> None:
    """Make `setright eval NAME` of an eval of the catalogue: all of them take the same options."""

    @app.command(
        name,
        help=about,
        epilog=examples(
            f"setright eval {name} --data ../shared/data",
            f"setright eval {name} --train mine.jsonl --test yours.jsonl --json",
        ),
    )
    def command(
        *,
        data: Annotated[Path | None, data_option("the public data sets")] = None,
        train: Annotated[Path | None, typer.Option(metavar="FILE", help="Learn from this file instead.")] = None,
        test: Annotated[Path | None, typer.Option(metavar="FILE", help="Judge on this file instead.")] = None,
        as_json: AsJson = False,
    ) -> None:
        from runtime.cli.output import print_json
        from runtime.cli.style import err, out
        from runtime.cli.views.evals import report_view
        from runtime.evaluating import run_eval

        with err().status(name):
            report = run_eval(name, data or DATA_SETS, train=train, test=test)
        if as_json:
            print_json(report.as_json())
        else:
            out().print(report_view(report))


for _name, (_, _about) in EVALS.items():
    _declare(_name, _about)


@app.command("all", epilog=examples("setright eval all --data ../shared/data", "setright eval all --json"))
def all_of_them(
    *,
    data: Annotated[Path | None, data_option("the public data sets")] = None,
    as_json: AsJson = False,
) -> None:
    """Run every eval whose data is there, and print ours beside the figures to compare them with."""
    from evals.report import EvalReport, NothingToMeasure
    from runtime.cli.output import print_json
    from runtime.cli.style import err, out
    from runtime.cli.views.evals import report_view
    from runtime.evaluating import run_eval

    reports: list[EvalReport] = []
    missing: dict[str, str] = {}
    for name in EVALS:
        with err().status(name):
            try:
                reports.append(run_eval(name, data or DATA_SETS))
            except NothingToMeasure as error:
                missing[name] = error.text
        if not as_json and reports and name not in missing:
            out().print(report_view(reports[-1]))
    if not reports:
        raise NothingToMeasure(next(iter(missing.values())))
    if as_json:
        print_json({"evals": [report.as_json() for report in reports], "missing": missing})
    for name, why in missing.items():
        err().print(f"{name} was left out: {why}", style="quiet")


@asynccontextmanager
async def _bench(db: dict[str, object]) -> "AsyncIterator[Bench]":
    """Start a Postgres, load the store once, train the assistant once, and lend a fresh copy for each task."""
    from datetime import UTC, datetime

    from psycopg import AsyncConnection, sql
    from pydantic import SecretStr

    from adapters.backends.shop.tau.export import export_tau
    from adapters.backends.shop.tau.load import load_tau
    from adapters.workspace.loader import load_workspace
    from evals.tau.ticket_mode import TENANT
    from evals.tau_retail import WORKSPACE, Place
    from runtime.database import open_pools, prepare_database
    from runtime.embedded.scratch import scratch_stack
    from runtime.embedded.stack import StackOptions
    from runtime.ingest import ingest_workspace
    from runtime.settings import Settings, default_data_dir
    from runtime.wiring import embedder_of, open_desk, train_assistants

    secret = SecretStr(os.urandom(32).hex())
    async with scratch_stack(StackOptions(has_temporal=False)) as stack:

        def settings(database: str) -> Settings:
            return Settings(
                data_dir=stack.folder.root,
                vector_cache=default_data_dir(os.environ) / "vectors",
                workspace=WORKSPACE,
                database_url=SecretStr(stack.postgres.dsn(database)),
                role_secret=secret,
            )

        async with await AsyncConnection.connect(stack.database_url, autocommit=True) as admin:
            await admin.execute(sql.SQL("create database {}").format(sql.Identifier(_TEMPLATE)))
            await prepare_database(stack.postgres.dsn(_TEMPLATE), secret)
            async with await AsyncConnection.connect(stack.postgres.dsn(_TEMPLATE)) as conn:
                await load_tau(conn, db, datetime.now(UTC).date(), TENANT)
            workspace = load_workspace(WORKSPACE / "tenants")
            embedder = embedder_of(settings(_TEMPLATE))
            pools = await open_pools(settings(_TEMPLATE))
            try:
                await ingest_workspace(pools, workspace, embedder, datetime.now(UTC))
            finally:
                await pools.close()
            assistants = await asyncio.to_thread(train_assistants, workspace, embedder)

            @asynccontextmanager
            async def place() -> AsyncIterator[Place]:
                name = "tau_task"
                await admin.execute(
                    sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(_TEMPLATE))
                )
                try:
                    async with (
                        open_desk(settings(name), assistants) as desk,
                        await AsyncConnection.connect(stack.postgres.dsn(name)) as conn,
                    ):
                        yield Place(desk=desk, export=lambda: export_tau(conn, TENANT))
                finally:
                    await admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))

            yield place
