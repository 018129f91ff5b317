"""An operator's moves on a ticket, and the customer's rating: `reply`, `take-over`, `hand-back`, `close`, `rate`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from runtime.cli.options import AsJson, DataDir, Tenant, TicketArgument, examples

REPLY_EPILOG = examples(
    'setright reply T-7H3K9QWZ "I have sent you a new label."',
    'setright reply T-7H3K9QWZ "All done, enjoy." --solves',
)
TAKE_OVER_EPILOG = examples("setright take-over T-7H3K9QWZ")
HAND_BACK_EPILOG = examples("setright hand-back T-7H3K9QWZ")
ASSIGN_EPILOG = examples("setright assign T-7H3K9QWZ --queue billing", "setright assign T-7H3K9QWZ --to olga")
NOTE_EPILOG = examples('setright note T-7H3K9QWZ "Called the carrier; they search until Friday."')
PUT_OFF_EPILOG = examples("setright put-off T-7H3K9QWZ --until 2026-12-04T08:00:00Z")
CLOSE_EPILOG = examples("setright close T-7H3K9QWZ")
UNDO_EPILOG = examples("setright take-over T-7H3K9QWZ", "setright undo T-7H3K9QWZ/a1")
SETTLE_EPILOG = examples(
    'setright settle T-7H3K9QWZ/a1 --took-place --ref re_1 --reason "It is in the provider\'s list."',
    'setright settle T-7H3K9QWZ/a1 --did-not --reason "Asked the provider: no such refund."',
)
RATE_EPILOG = examples("setright rate T-7H3K9QWZ 5", 'setright rate T-7H3K9QWZ 2 --comment "Too slow."')


def reply(
    ticket: TicketArgument,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What the customer gets to read.")],
    *,
    solves: Annotated[bool, typer.Option("--solves", help="The ticket is solved with this.")] = False,
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Answer the customer as an operator; the assistant then keeps silent."""
    _move(ticket, "reply", {"text": text, "solves": solves}, data_dir, tenant, as_json=as_json, said="sent")


def take_over(
    ticket: TicketArgument, *, tenant: Tenant = None, data_dir: DataDir = None, as_json: AsJson = False
) -> None:
    """Take a ticket; the assistant keeps silent until it is handed back."""
    _move(ticket, "take-over", {}, data_dir, tenant, as_json=as_json, said="taken over")


def hand_back(
    ticket: TicketArgument, *, tenant: Tenant = None, data_dir: DataDir = None, as_json: AsJson = False
) -> None:
    """Give a ticket back to the assistant, which goes on with what nobody has answered."""
    _move(ticket, "hand-back", {}, data_dir, tenant, as_json=as_json, said="handed back")


def assign(
    ticket: TicketArgument,
    *,
    to: Annotated[str | None, typer.Option("--to", metavar="OPERATOR", help="The operator who shall have it.")] = None,
    queue: Annotated[str | None, typer.Option("--queue", metavar="QUEUE", help="The queue it goes to.")] = None,
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Give a ticket that people have to a colleague or to a queue."""
    if (to is None) == (queue is None):
        raise typer.BadParameter("name one of --to and --queue")
    body = {"operator": to} if to is not None else {"queue": queue}
    _move(ticket, "assign", body, data_dir, tenant, as_json=as_json, said=f"given to {to or queue}")


def note(
    ticket: TicketArgument,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What colleagues get to read.")],
    *,
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Note something for colleagues; neither the customer nor the assistant reads it."""
    _move(ticket, "notes", {"text": text}, data_dir, tenant, as_json=as_json, said="noted")


def put_off(
    ticket: TicketArgument,
    *,
    until: Annotated[str, typer.Option("--until", metavar="TIME", help="ISO 8601, with a time zone.")],
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Leave a ticket out of what waits for you, until a time; its clock goes on."""
    _move(ticket, "snooze", {"until": until}, data_dir, tenant, as_json=as_json, said=f"put off until {until}")


def close(ticket: TicketArgument, *, tenant: Tenant = None, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Close a ticket for good; a later message opens a follow-up."""
    _move(ticket, "close", {}, data_dir, tenant, as_json=as_json, said="closed")


def undo(
    action: Annotated[str, typer.Argument(metavar="ACTION", help="The action, as `setright history` names it.")],
    *,
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Take back an action of a ticket you have taken over, where that is possible and policy permits it."""
    ticket = action.partition("/")[0]
    _move(ticket, "undo", {"action_id": action}, data_dir, tenant, as_json=as_json, said="asked to be undone")


def settle(
    action: Annotated[str, typer.Argument(metavar="ACTION", help="The action, as `setright history` names it.")],
    *,
    took_place: Annotated[
        bool, typer.Option("--took-place/--did-not", help="What the system of record says when you ask it yourself.")
    ],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="How you know; kept with the action.")],
    ref: Annotated[str | None, typer.Option("--ref", metavar="ID", help="The system of record's own id of it.")] = None,
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Say what became of an action that nobody is sure of; that it did not take place frees it to be done again."""
    ticket = action.partition("/")[0]
    finding = "took_place" if took_place else "did_not_take_place"
    body = {"action_id": action, "finding": finding, "reason": reason} | ({"ref": ref} if ref else {})
    said = f"{action} {'took place' if took_place else 'did not take place'}"
    _move(ticket, "settle", body, data_dir, tenant, as_json=as_json, said=said)


def rate(
    ticket: TicketArgument,
    score: Annotated[int, typer.Argument(metavar="1..5", min=1, max=5, help="5 is best.")],
    *,
    comment: Annotated[str | None, typer.Option("--comment", metavar="TEXT", help="Why.")] = None,
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Rate a ticket as its customer."""
    from runtime.cli.connect import connected, run
    from runtime.cli.http import Answer

    async def send() -> Answer:
        async with connected(data_dir, tenant) as client:
            return await client.rate(ticket, score, comment)

    _tell(run(send()), f"{ticket} is rated {score} of 5", as_json=as_json)


def _move(
    ticket: str,
    move: str,
    body: Mapping[str, object],
    data_dir: Path | None,
    tenant: str | None,
    *,
    as_json: bool,
    said: str,
) -> None:
    from runtime.cli.connect import connected, run
    from runtime.cli.http import Answer

    async def send() -> Answer:
        async with connected(data_dir, tenant) as client:
            return await client.move(ticket, move, body)

    _tell(run(send()), f"{ticket}: {said}", as_json=as_json)


def _tell(answer: Mapping[str, object], said: str, *, as_json: bool) -> None:
    from runtime.cli.output import print_json
    from runtime.cli.style import OK, out

    if as_json:
        print_json(dict(answer))
    else:
        out().print(f"[good]{OK}[/good] {said}.")
