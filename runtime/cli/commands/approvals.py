"""Deciding what policy leaves to people: `approvals`, `approve`, `decline`, `amend`, `snooze`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from runtime.cli.options import AsJson, DataDir, Tenant, examples

LIST_EPILOG = examples("setright approvals", "setright approvals --all --json")
APPROVE_EPILOG = examples("setright approve T-7H3K9QWZ/a1")
DECLINE_EPILOG = examples('setright decline T-7H3K9QWZ/a1 --reason "The photo shows wear, not damage."')
AMEND_EPILOG = examples(
    'setright amend T-7H3K9QWZ/a1 --set amount=€50.00 --reason "Half: the item was used."',
    "setright amend T-7H3K9QWZ/a1 --set amount=50.00 --set reason=goodwill",
)

SNOOZE_EPILOG = examples("setright snooze T-7H3K9QWZ/a1 --for 4h", "setright snooze T-7H3K9QWZ/a1 --for 2d")

Approval = Annotated[str, typer.Argument(metavar="APPROVAL", help="An approval's id: T-…/a1.")]


def approvals(
    *,
    everything: Annotated[bool, typer.Option("--all", help="Also those that are settled or put off.")] = False,
    ticket: Annotated[str | None, typer.Option("--ticket", metavar="TICKET", help="Only this ticket's.")] = None,
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """List what waits for a decision, with exactly what would be done."""
    from runtime.cli.connect import connected, run
    from runtime.cli.http import Answer

    async def read() -> Answer:
        async with connected(data_dir, tenant) as client:
            return await client.approvals(ticket_id=ticket, open_only=not everything, snoozed=everything)

    answer = run(read())
    if as_json:
        from runtime.cli.output import print_json

        print_json(answer["approvals"])
        return
    from runtime.cli.answers import ApprovalList
    from runtime.cli.style import err, out
    from runtime.cli.views.lists import approval_list

    found = ApprovalList.model_validate(answer).approvals
    if found:
        out().print(approval_list(found))
    else:
        err().print("Nothing waits for a decision.")


def approve(
    approval: Approval,
    *,
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Kept with the decision.")] = None,
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Let an action happen, exactly as it was asked for."""
    _decide(approval, {"verdict": "approved", "reason": reason}, data_dir, tenant, as_json=as_json)


def decline(
    approval: Approval,
    *,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="The customer is told.")],
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Refuse an action; the customer is told why."""
    _decide(approval, {"verdict": "declined", "reason": reason}, data_dir, tenant, as_json=as_json)


def amend(
    approval: Approval,
    *,
    changes: Annotated[
        list[str], typer.Option("--set", metavar="NAME=VALUE", help="An argument's new value; may be repeated.")
    ],
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Kept with the decision.")] = None,
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Let an action happen with other arguments; policy judges it again."""
    _decide(approval, {"verdict": "amended", "reason": reason}, data_dir, tenant, as_json=as_json, changes=changes)


def snooze(
    approval: Approval,
    *,
    span: Annotated[str, typer.Option("--for", metavar="TIME", help="How long: 30m, 4h or 2d.")],
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Put a request off: out of the list for a while, still open, expiring when it would have."""
    from datetime import UTC, datetime

    from runtime.cli.connect import connected, run
    from runtime.cli.http import Answer
    from runtime.cli.output import print_json
    from runtime.cli.spans import parse_span
    from runtime.cli.style import OK, out

    until = datetime.now(UTC) + parse_span(span)

    async def send() -> Answer:
        async with connected(data_dir, tenant) as client:
            return await client.snooze(approval, until.isoformat())

    answer = run(send())
    if as_json:
        print_json(answer)
        return
    from runtime.cli.views.words import ago

    out().print(f"[good]{OK}[/good] {approval} is back {ago(until)}; `setright approvals --all` shows it.")


def _decide(
    approval_id: str,
    decision: Mapping[str, object],
    data_dir: Path | None,
    tenant: str | None,
    *,
    as_json: bool,
    changes: list[str] | None = None,
) -> None:
    """Send a decision that is bound to what the request asks now."""
    from runtime.cli.amendments import amended_arguments
    from runtime.cli.answers import Approval as Request
    from runtime.cli.connect import connected, run
    from runtime.cli.http import Answer

    async def send() -> Answer:
        async with connected(data_dir, tenant) as client:
            request = Request.model_validate(await client.approval(approval_id))
            body = {name: value for name, value in decision.items() if value is not None}
            body["args_sha256"] = request.action.args_sha256
            if changes is not None:
                body["amended"] = amended_arguments(changes, request.action.args)
            return await client.decide(approval_id, body)

    answer = run(send())
    if as_json:
        from runtime.cli.output import print_json

        print_json(answer)
        return
    from runtime.cli.style import OK, out
    from runtime.cli.views.words import plain

    ticket_id = approval_id.partition("/")[0]
    out().print(f"[good]{OK}[/good] {plain(str(answer['state']))}. What follows from it:  setright show {ticket_id}")
