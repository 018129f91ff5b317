"""`setright ask`: write to the shop as a customer, and see the answer."""

import base64
import mimetypes
from pathlib import Path
from typing import Annotated

import typer

from runtime.cli.options import AsJson, DataDir, Tenant, examples

EPILOG = examples(
    'setright ask "I sent my headphones back three weeks ago and still have no money." --customer cus_ada',
    "setright ask yes --ticket T-7H3K9QWZ",
    'setright ask "Where is my refund?" --customer cus_ada --identity anonymous',
    'setright ask "It arrived like this." --customer cus_oli --attach photo.jpg',
)


def ask(  # noqa: PLR0913 - the options of a command
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What the customer writes.")],
    *,
    customer: Annotated[
        str | None, typer.Option("--customer", metavar="ID", help="Who writes; needed for a new ticket.")
    ] = None,
    ticket: Annotated[
        str | None, typer.Option("--ticket", metavar="TICKET", help="Go on with this ticket instead of a new one.")
    ] = None,
    identity: Annotated[
        str | None,
        typer.Option(
            "--identity",
            metavar="LEVEL",
            help="How sure it is who writes: proven (a new ticket's default), claimed or anonymous.",
        ),
    ] = None,
    token: Annotated[
        str | None,
        typer.Option("--token", metavar="JWT", help="A customer token that proves it; see `setright token create`."),
    ] = None,
    wait: Annotated[int, typer.Option("--wait", min=0, max=60, help="Seconds to wait for the answer.")] = 20,
    attach: Annotated[
        list[Path] | None, typer.Option("--attach", metavar="FILE", help="Send a file along; may be repeated.")
    ] = None,
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Write as a customer: open a ticket, or go on with one, and print the answer."""
    from runtime.cli.connect import connected, run
    from runtime.cli.http import Answer

    if (customer is None) == (ticket is None):
        raise typer.BadParameter("say who writes with --customer, or which ticket goes on with --ticket")
    body: dict[str, object] = {"text": text, "attachments": [_attachment(file) for file in attach or ()]}
    level = identity or ("proven" if ticket is None and token is None else None)
    if level is not None:
        body["identity"] = level

    async def send() -> Answer:
        async with connected(data_dir, tenant) as client:
            if ticket is not None:
                return await client.send_message(ticket, body, wait=wait, token=token)
            return await client.open_ticket(body | {"customer_id": customer}, wait=wait, token=token)

    answer = run(send())
    if as_json:
        from runtime.cli.output import print_json

        print_json(answer)
    else:
        from runtime.cli.answers import Received
        from runtime.cli.style import out
        from runtime.cli.views.received import received_view

        out().print(received_view(Received.model_validate(answer)))


def _attachment(file: Path) -> dict[str, str]:
    guessed, _ = mimetypes.guess_type(file.name)
    return {
        "name": file.name,
        "media_type": guessed or "application/octet-stream",
        "data_base64": base64.b64encode(file.read_bytes()).decode(),
    }
