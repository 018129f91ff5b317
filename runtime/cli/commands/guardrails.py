"""What the guardrails did over all tickets: `guardrails`."""

from runtime.cli.options import AsJson, DataDir, Tenant, examples

EPILOG = examples("setright guardrails", "setright guardrails --json")


def guardrails(*, tenant: Tenant = None, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Count grounding before, abstention during and checks after, over all tickets."""
    from runtime.cli.connect import connected, run
    from runtime.cli.http import Answer

    async def read() -> Answer:
        async with connected(data_dir, tenant) as client:
            return await client.guardrails()

    answer = run(read())
    if as_json:
        from runtime.cli.output import print_json

        print_json(answer)
        return
    from runtime.cli.answers import Guardrails
    from runtime.cli.style import out
    from runtime.cli.views.guardrails import guardrail_table

    out().print(guardrail_table(Guardrails.model_validate(answer)))
