"""What chat models cost, and a server to try them out without one: `costs`, `model-server`."""

from pathlib import Path
from typing import Annotated

import typer

from runtime.cli.options import AsJson, DataDir, Tenant, examples

COSTS_EPILOG = examples("setright costs", "setright costs T-7H3K9QWZ", "setright costs --since 2026-11-01 --json")
MODEL_SERVER_EPILOG = examples(
    "setright model-server --port 8099",
    "SETRIGHT_MODEL=openai:any SETRIGHT_MODEL_BASE_URL=http://127.0.0.1:8099/v1 setright up",
)


def costs(
    ticket: Annotated[str | None, typer.Argument(metavar="[TICKET]", help="Only this one's.")] = None,
    *,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DAY", help="From this UTC day on: 2026-11-01.")
    ] = None,
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Show what calls of chat models cost, by day, model and purpose; and what operators' time costs, by procedure."""
    from runtime.cli.connect import connected, run
    from runtime.cli.http import Answer

    async def read() -> Answer:
        async with connected(data_dir, tenant) as client:
            return await client.costs(ticket_id=ticket, since=since)

    answer = run(read())
    if as_json:
        from runtime.cli.output import print_json

        print_json(answer)
        return
    from runtime.cli.answers import Costs
    from runtime.cli.style import err, out
    from runtime.cli.trust_answers import Handling
    from runtime.cli.views.costs import cost_table
    from runtime.cli.views.trust import handling_table

    totals = Costs.model_validate(answer).totals
    people = Handling.model_validate(answer).handling
    if totals:
        out().print(cost_table(totals))
    if people:
        out().print(handling_table(people))
    if not totals and not people:
        err().print("No model was asked anything. docs/models.md says how to attach one.", markup=False)


def model_server(
    *,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes any free one.")] = 8099,
    script: Annotated[
        Path | None,
        typer.Option("--script", metavar="FILE", help="Faults to play, in order: a JSON list (docs/models.md)."),
    ] = None,
) -> None:
    """Serve answers made by rules over the OpenAI protocol, for trying out and for tests. This is no model."""
    import asyncio
    import contextlib

    from runtime.cli.style import err
    from runtime.model_server.app import ModelServer
    from runtime.model_server.faults import Script
    from runtime.model_server.serve import NOTICE, serving

    async def serve() -> None:
        async with serving(ModelServer(Script.read(script) if script else None), port) as url:
            err().print(NOTICE, markup=False)
            typer.echo(url)
            await asyncio.Event().wait()

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve())
