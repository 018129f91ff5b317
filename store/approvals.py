"""Approvals: what was asked of a person, what they answered, and which answer took the one slot.

All three are written once. A decision is a row before the workflow hears of it, and the reason's words stay in the row.
The workflow alone settles, and the settlement is read again in the transaction that claims the action (`claims.py`).
"""

from datetime import datetime
from typing import Literal

from psycopg.types.json import Jsonb
from pydantic import Field

from domain.action import ProposedAction
from domain.approval import ApprovalRequest, Decision, DecisionVerdict, Role, Settlement, may_approve
from domain.errors import (
    ApprovalMismatch,
    Conflict,
    InvalidInput,
    NotAnApprover,
    NotEnoughApprovers,
    NotFound,
    OwnRequest,
    StaleDecision,
)
from domain.ids import ActionId, CustomerId, Label, Sha256, TenantId, TicketId
from domain.model import Model
from domain.money import Money
from domain.slot import MoneyValue
from domain.text import ReasonText
from domain.ticket import TicketRef
from store.outbox import announce
from store.queries import load_queries
from store.rows import Connection, execute, fetch_all, fetch_one, fetch_value
from store.tickets import read_ticket

_SQL = load_queries("approvals")


class ApprovalRow(Model):
    """A request as an approver sees it; `settled` is None while it is open."""

    approval_id: ActionId
    ticket_id: TicketId
    customer_id: CustomerId
    action: ProposedAction
    rendered_text: str
    role: Label
    approvers: int
    rules: tuple[Label, ...]
    policy_version: Sha256
    requested_at: datetime
    expires_at: datetime
    requested_by: str | None
    settled: str | None
    snoozed_until: datetime | None

    @property
    def request(self) -> ApprovalRequest:
        """The request as the workflow knows it."""
        return ApprovalRequest.model_validate(
            self.model_dump(exclude={"ticket_id", "customer_id", "rendered_text", "settled", "snoozed_until"})
        )


class NewDecision(Model):
    """An answer as it comes from an approver; `args_sha256` is of the arguments they were shown.

    `roles` are theirs at this moment; a key of kind `service` is nobody's own.
    """

    approval_id: ActionId
    verdict: DecisionVerdict
    args_sha256: Sha256
    decided_by: str = Field(min_length=1, max_length=128)
    reason: ReasonText | None = None
    amended: ProposedAction | None = None
    amount: Money | None = None  # what the amendment shows that it costs; left out, what it names itself
    at: datetime
    auth_method: Label
    key_kind: Literal["operator", "service"]
    roles: tuple[Role, ...]


class DecisionRow(NewDecision):
    """An answer that is kept."""

    id: int


async def insert_request(
    conn: Connection,
    ref: TicketRef,
    request: ApprovalRequest,
    rendered_text: str,
    *,
    amount: Money | None = None,
    procedure: Label | None = None,
) -> None:
    """Keep a request, the amount it shows and whose procedure asks; the same again is the same.

    Raises Conflict when its id stands for another action.
    """
    row = {
        **ref.model_dump(),
        **request.model_dump(exclude={"action"}),
        "action": Jsonb(request.action.model_dump(mode="json")),
        "args_sha256": request.action.args_sha256,
        "rules": list(request.rules),
        "rendered_text": rendered_text,
        "amount": amount and amount.amount,
        "currency": amount and amount.currency,
        "procedure": procedure,
    }
    if not await execute(conn, _SQL["insert_request"], row):
        kept = await read_request(conn, ref.tenant, request.approval_id)
        if kept.request != request:
            raise Conflict("This approval was requested for another action or under other rules.")


async def read_request(conn: Connection, tenant: TenantId, approval_id: ActionId) -> ApprovalRow:
    """Return a request; raises NotFound."""
    key = {"tenant": tenant, "approval_id": approval_id}
    row = await fetch_one(conn, ApprovalRow, _SQL["read_request"], key)
    if row is None:
        raise NotFound("There is no such approval.")
    return row


async def list_approvals(
    conn: Connection,
    tenant: TenantId,
    *,
    ticket_id: TicketId | None = None,
    open_only: bool = True,
    awake_at: datetime | None = None,
    limit: int = 100,
) -> list[ApprovalRow]:
    """Return requests, the oldest first; with `awake_at`, without those that are snoozed then.

    One that has expired stays open until its workflow says so.
    """
    key = {"tenant": tenant, "ticket_id": ticket_id, "open_only": open_only, "awake_at": awake_at, "limit": limit}
    return await fetch_all(conn, ApprovalRow, _SQL["list_requests"], key)


async def insert_decision(conn: Connection, tenant: TenantId, decision: NewDecision) -> Decision:
    """Keep an answer and announce it to the workflow; an approver's same answer twice is one.

    Raises:
        NotFound: there is no such approval.
        ApprovalMismatch: the answer is to other arguments than those that are asked for.
        StaleDecision: the approval is settled or has expired, or this approver has answered otherwise before.
        NotAnApprover, OwnRequest, NotEnoughApprovers: this answer cannot count.
    """
    asked = await read_request(conn, tenant, decision.approval_id)
    if decision.args_sha256 != asked.action.args_sha256:
        raise ApprovalMismatch("What was decided is not what is asked for; read the approval again.")
    key = {"tenant": tenant, "approval_id": decision.approval_id, "decided_by": decision.decided_by}
    if (before := await fetch_one(conn, DecisionRow, _SQL["read_decision_of"], key)) is None:
        if asked.settled is not None or decision.at >= asked.expires_at:
            raise StaleDecision("This approval is no longer open.")
        _check_decider(asked, decision)
        amended = decision.amended and Jsonb(decision.amended.model_dump(mode="json"))
        shown = _amount_of(decision)
        row = {**decision.model_dump(), **key, "amended": amended, "roles": list(decision.roles)}
        row |= {"amended_amount": shown and shown.amount, "amended_currency": shown and shown.currency}
        row |= {"ticket_id": asked.ticket_id, "customer_id": asked.customer_id}
        decision_id: int | None = await fetch_value(conn, _SQL["insert_decision"], row)
        if decision_id is not None:
            ticket = await read_ticket(conn, tenant, asked.ticket_id)
            await announce(conn, ticket.ref, "decision", decision_id, decision.at)
        before = await fetch_one(conn, DecisionRow, _SQL["read_decision_of"], key)
    if before is None or not _says_the_same(before, decision):
        raise StaleDecision("You have answered this approval otherwise before.")
    return _as_decision(before)


async def read_decision(conn: Connection, tenant: TenantId, decision_id: int) -> DecisionRow:
    """Return an answer with its reason; raises NotFound."""
    row = await fetch_one(conn, DecisionRow, _SQL["read_decision"], {"tenant": tenant, "id": decision_id})
    if row is None:
        raise NotFound("There is no such decision.")
    return row


async def settle_approval(conn: Connection, ref: TicketRef, settlement: Settlement) -> Settlement:
    """Take the approval's slot, or return what took it before."""
    await execute(conn, _SQL["insert_settlement"], {**ref.model_dump(), **settlement.model_dump()})
    key = {"tenant": ref.tenant, "approval_id": settlement.approval_id}
    held = await fetch_one(conn, Settlement, _SQL["read_settlement"], key)
    if held is None:
        raise NotFound("There is no such approval.")
    return held


async def snooze(
    conn: Connection, tenant: TenantId, approval_id: ActionId, *, by: str, until: datetime, at: datetime
) -> None:
    """Hide an open request from the list of what waits; it stays open, and expires when it would have.

    Raises NotFound, StaleDecision when it is not open, and InvalidInput unless it wakes up before it expires.
    """
    asked = await read_request(conn, tenant, approval_id)
    if asked.settled is not None or at >= asked.expires_at:
        raise StaleDecision("This approval is no longer open.")
    if not at < until < asked.expires_at:
        raise InvalidInput("Choose a time to come, before the approval expires.")
    about = {"tenant": tenant, "approval_id": approval_id, "ticket_id": asked.ticket_id}
    row = {**about, "customer_id": asked.customer_id, "snoozed_by": by, "until": until, "at": at}
    await execute(conn, _SQL["insert_snooze"], row)


def _check_decider(asked: ApprovalRow, decision: NewDecision) -> None:
    """Raise unless this person may answer; the claim counts by the same rules (`claims.py`)."""
    if decision.key_kind == "service":
        raise NotAnApprover("This key belongs to no operator; decisions are made by people.")
    if decision.decided_by in {asked.requested_by, asked.customer_id}:
        raise OwnRequest("Nobody decides on their own request.")
    if not may_approve(asked.role, decision.roles):
        raise NotAnApprover(f"This approval asks for the role {asked.role}, which your key lacks.")
    if decision.amended is not None and asked.approvers > 1:
        raise NotEnoughApprovers(
            f"{asked.approvers} people must approve the same, and an amendment is one person's: decline, and say why."
        )


def _amount_of(decision: NewDecision) -> Money | None:
    """What an amendment shows: what it was told, or the one amount that it names."""
    if decision.amended is None or decision.amount is not None:
        return decision.amount
    named = [value.money for value in decision.amended.args.values() if isinstance(value, MoneyValue)]
    return named[0] if len(named) == 1 else None


_MAY_DIFFER = {"id", "amount", "at", "auth_method", "key_kind", "roles"}


def _says_the_same(before: DecisionRow, now: NewDecision) -> bool:
    return before.model_dump(exclude=_MAY_DIFFER) == now.model_dump(exclude=_MAY_DIFFER)


def _as_decision(row: DecisionRow) -> Decision:
    return Decision(
        decision_id=row.id, **row.model_dump(include={"approval_id", "verdict", "args_sha256", "decided_by", "amended"})
    )
