"""How tickets went, in figures: `metrics`."""

from typing import Annotated

import typer

from runtime.cli.options import AsJson, DataDir, Tenant, examples

EPILOG = examples(
    "setright metrics",
    "setright metrics --from 2026-11-01 --until 2026-11-30 --step week",
    "setright metrics --definitions",
    "setright metrics --json",
)


def metrics(
    *,
    first: Annotated[
        str | None, typer.Option("--from", metavar="DAY", help="The first day: 2026-11-01. By default four weeks.")
    ] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="DAY", help="The last day. By default today.")] = None,
    step: Annotated[str | None, typer.Option("--step", metavar="STEP", help="`day` or `week`.")] = None,
    definitions: Annotated[
        bool, typer.Option("--definitions", help="Say of each figure what is counted, of what, and when.")
    ] = False,
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Show what became of tickets: resolved and stayed so, reopened, handed off and why, waits, ratings, cost."""
    from runtime.cli.connect import connected, run
    from runtime.cli.http import Answer

    wanted = {"from": first, "until": until, "step": step}

    async def read() -> Answer:
        async with connected(data_dir, tenant) as client:
            return await client.metrics({name: it for name, it in wanted.items() if it is not None})

    answer = run(read())
    if as_json:
        from runtime.cli.output import print_json

        print_json(answer)
        return
    from runtime.cli.answers import Metrics
    from runtime.cli.style import out
    from runtime.cli.views.metrics import definition_list, metric_table

    report = Metrics.model_validate(answer)
    out().print(definition_list(report) if definitions else metric_table(report))
