"""Handoffs in numbers: `handoffs`."""

from runtime.cli.options import AsJson, DataDir, Tenant, examples

EPILOG = examples("setright handoffs", "setright handoffs --json")


def handoffs(*, tenant: Tenant = None, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Count handoffs by reason and queue, promises kept and broken, and questions asked twice, over all tickets."""
    from runtime.cli.connect import connected, run
    from runtime.cli.http import Answer

    async def read() -> Answer:
        async with connected(data_dir, tenant) as client:
            return await client.handoff_figures()

    answer = run(read())
    if as_json:
        from runtime.cli.output import print_json

        print_json(answer)
        return
    from runtime.cli.answers import HandoffFigures
    from runtime.cli.style import out
    from runtime.cli.views.handoff_figures import figures_table

    out().print(figures_table(HandoffFigures.model_validate(answer)))
