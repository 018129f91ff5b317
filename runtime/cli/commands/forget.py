"""`setright forget`: erase a customer's words."""

import sys
from typing import Annotated

import typer

from runtime.cli.options import AsJson, DataDir, Tenant, examples

EPILOG = examples(
    "setright forget cus_jon",
    "setright forget cus_jon --tenant meridian --yes --json",
)


def forget(
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER", help="The customer, as your shop names them.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether it is meant.")] = False,
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Erase all that a customer wrote, was written and was known by; nobody can bring it back.

    Their tickets are closed first. Amounts, ids and the record of what happened stay, and so does whatever your own
    systems keep. Backups made before still hold the words; a restored one is cleaned when the stack starts on it.
    """
    from runtime.cli.connect import connected, run
    from runtime.cli.errors import CommandFailed
    from runtime.cli.exit_codes import ExitCode
    from runtime.cli.http import Answer
    from runtime.cli.output import print_json
    from runtime.cli.style import OK, out

    if not yes:
        if not sys.stdin.isatty():
            raise CommandFailed("Nobody is here to be asked.", "Say --yes if it is meant.", ExitCode.usage)
        typer.confirm(f"Erase everything that {customer} wrote and was told, for good?", abort=True, err=True)

    async def send() -> Answer:
        async with connected(data_dir, tenant) as client:
            return await client.forget(customer)

    answer = run(send())
    if as_json:
        print_json(dict(answer))
        return
    counts = answer["counts"]
    told = ", ".join(f"{number} {what.replace('_', ' ')}" for what, number in counts.items() if number)
    out().print(f"[good]{OK}[/good] {customer} is forgotten: {told or 'nothing was left'}.")
