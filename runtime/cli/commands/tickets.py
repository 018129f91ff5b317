"""Looking at tickets: `tickets`, `show`, `history`, `evidence`, `watch`."""

from typing import Annotated

import typer

from runtime.cli.options import AsJson, DataDir, Tenant, TicketArgument, examples

TICKETS_EPILOG = examples(
    "setright tickets",
    "setright tickets --status open --status on_hold",
    "setright tickets --customer cus_ada --json",
)
SHOW_EPILOG = examples("setright show T-7H3K9QWZ", "setright show T-7H3K9QWZ --json")
HISTORY_EPILOG = examples("setright history T-7H3K9QWZ", "setright history T-7H3K9QWZ --raw")
EVIDENCE_EPILOG = examples("setright evidence T-7H3K9QWZ", "setright evidence T-7H3K9QWZ --json")
WATCH_EPILOG = examples("setright watch", "setright watch T-7H3K9QWZ", "setright watch --json")


def tickets(
    *,
    status: Annotated[
        list[str] | None,
        typer.Option(
            "--status", metavar="STATUS", help="new, open, pending, on_hold, solved or closed; may be repeated."
        ),
    ] = None,
    waiting_for: Annotated[
        str | None,
        typer.Option("--waiting-for", metavar="WHOM", help="assistant, customer, approver, operator or nobody."),
    ] = None,
    customer: Annotated[str | None, typer.Option("--customer", metavar="ID", help="Only this customer's.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=200, help="How many, the newest first.")] = 50,
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """List tickets, the newest first."""
    from runtime.cli.connect import connected, run
    from runtime.cli.http import Answer

    query: dict[str, str | int | bool | list[str]] = {"limit": limit}
    if status:
        query["status"] = status
    if waiting_for is not None:
        query["waiting_for"] = waiting_for
    if customer is not None:
        query["customer_id"] = customer

    async def read() -> Answer:
        async with connected(data_dir, tenant) as client:
            return await client.tickets(query)

    answer = run(read())
    if as_json:
        from runtime.cli.output import print_json

        print_json(answer["tickets"])
        return
    from runtime.cli.answers import TicketList
    from runtime.cli.style import err, out
    from runtime.cli.views.lists import ticket_table

    found = TicketList.model_validate(answer)
    if found.tickets:
        out().print(ticket_table(found.tickets))
    else:
        err().print('No tickets. Write one:  setright ask "Where is my order?" --customer cus_jon', markup=False)
    if found.cursor is not None:
        err().print(f"There are more; --limit shows up to 200, and this shows {limit}.")


def show(ticket: TicketArgument, *, tenant: Tenant = None, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Show a ticket: conversation, path through the graph, policy, actions, approvals, handoff packet, waits."""
    from runtime.cli.connect import connected, run
    from runtime.cli.http import Answer

    async def read() -> tuple[Answer, Answer]:
        async with connected(data_dir, tenant) as client:
            return await client.ticket(ticket), await client.events(ticket)

    detail, events = run(read())
    if as_json:
        from runtime.cli.output import print_json

        print_json(detail | events)
        return
    from runtime.cli.answers import EventList, TicketDetail
    from runtime.cli.style import out
    from runtime.cli.views.ticket import ticket_view

    out().print(ticket_view(TicketDetail.model_validate(detail), EventList.model_validate(events).events))


def history(
    ticket: TicketArgument,
    *,
    raw: Annotated[bool, typer.Option("--raw", help="Temporal's own events instead.")] = False,
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Tell a ticket's life in words, or with --raw as its workflow's history."""
    from runtime.cli.connect import connected, run
    from runtime.cli.http import Answer

    async def read() -> Answer:
        async with connected(data_dir, tenant) as client:
            return await client.history(ticket, raw=raw)

    answer = run(read())
    if as_json:
        from runtime.cli.output import print_json

        print_json(answer)
        return
    from runtime.cli.style import out
    from runtime.cli.views.history import history_view, raw_history_view

    out().print(raw_history_view(answer) if raw else history_view(answer))


def evidence(
    ticket: TicketArgument, *, tenant: Tenant = None, data_dir: DataDir = None, as_json: AsJson = False
) -> None:
    """Show what a ticket's replies rest on: the articles as they were then, and whether they still hold."""
    from runtime.cli.connect import connected, run
    from runtime.cli.http import Answer

    async def read() -> Answer:
        async with connected(data_dir, tenant) as client:
            return await client.evidence(ticket)

    answer = run(read())
    if as_json:
        from runtime.cli.output import print_json

        print_json(answer)
        return
    from runtime.cli.style import out
    from runtime.cli.views.evidence import evidence_view

    out().print(evidence_view(answer))


def watch(
    ticket: Annotated[str | None, typer.Argument(metavar="[TICKET]", help="Only this one, from its beginning.")] = None,
    *,
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
) -> None:
    """Follow what happens, as it happens, until Ctrl-C."""
    import json

    from runtime.cli.answers import Event
    from runtime.cli.connect import connected, run
    from runtime.cli.style import err, out
    from runtime.cli.views.history import event_line

    async def follow() -> None:
        async with connected(data_dir, tenant) as client:
            if not as_json and ticket is None:
                err().print("Waiting for something to happen. Ctrl-C ends this.", style="quiet")
            async for event in client.watch(ticket):
                if as_json:
                    typer.echo(json.dumps(event.data, ensure_ascii=False))
                elif event.kind == "draft_delta":  # what a model is writing, not checked yet
                    out().print(event.data.get("text", ""), style="quiet", end="", markup=False)
                else:
                    out().print(event_line(Event.model_validate(event.data)))

    run(follow())
