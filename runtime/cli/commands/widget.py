"""`setright widget`: the address of the customer page, for trying the chat as an example customer."""

from datetime import timedelta
from typing import Annotated

import typer

from runtime.cli.options import AsJson, DataDir, Tenant, examples

EPILOG = examples(
    "setright widget --customer cus_ada", "setright widget", "setright widget --customer cus_jon --minutes 5 --json"
)


def widget(
    *,
    customer: Annotated[
        str | None,
        typer.Option("--customer", metavar="ID", help="Whom the page is for, signed in; without one, a stranger."),
    ] = None,
    minutes: Annotated[int, typer.Option("--minutes", min=1, max=24 * 60, help="How long the token is good for.")] = 30,
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Print the address of the customer page; whoever opens it writes as that customer until the token expires."""
    import secrets
    from datetime import UTC, datetime

    from runtime.cli.commands.identity import tokens_of
    from runtime.cli.output import print_json
    from runtime.cli.running import find_stack

    stack = find_stack(data_dir)
    chosen = stack.tenant(tenant)
    url = f"{stack.api_url}/widget/{chosen}"
    if customer is not None:
        life = timedelta(minutes=minutes)
        token = tokens_of(data_dir, chosen).write(customer, datetime.now(UTC), life, secrets.token_hex(16))
        url = f"{url}#token={token}"
    if as_json:
        print_json({"url": url, "tenant": chosen, "customer_id": customer})
    else:
        typer.echo(url)
