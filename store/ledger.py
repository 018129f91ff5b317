"""The action ledger: one row per intended effect, and what became of it.

An intent is (tenant, action, business key). At most one live row stands for it, over all tickets and for ever; a row
that the system of record refused for good no longer counts, and only then does the next one get a new idempotency key.
An effect that nobody is sure of keeps its row and its key until a look-up settles it. Claiming is in `claims.py`.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Literal

from psycopg.types.json import Jsonb
from pydantic import Field, JsonValue

from domain.action import Cap, ProposedAction
from domain.canonical import sha256_of
from domain.errors import ApprovalMismatch, Conflict, NotFound
from domain.ids import ActionId, CustomerId, Label, Sha256, TenantId, TicketId
from domain.model import Model
from domain.money import Money
from domain.policy import Budgets
from domain.ticket import TicketRef
from store.queries import load_queries
from store.rows import Connection, Row, execute, fetch_all, fetch_one

_SQL = load_queries("ledger")


class LedgerStatus(StrEnum):
    """How far an action has come; the database knows which status may follow which."""

    proposed = "proposed"
    authorised = "authorised"
    claimed = "claimed"
    succeeded = "succeeded"
    failed = "failed"
    unknown = "unknown"
    reconciled = "reconciled"  # it took effect, as was found out later


class LedgerRow(Row):
    """One intended effect and what became of it."""

    action_id: ActionId
    ticket_id: TicketId
    customer_id: CustomerId
    action: Label
    business_key: str
    generation: int | None
    idempotency_key: str | None
    proposal: ProposedAction
    args: dict[str, JsonValue]
    amount: int | None
    currency: str | None
    subject: str | None
    procedure: Label | None
    status: LedgerStatus
    approval_id: ActionId | None
    policy_version: Sha256
    rules: tuple[Label, ...]
    code: Label | None
    outcome: dict[str, JsonValue] | None
    attempts: int
    proposed_at: datetime
    claimed_at: datetime | None
    settled_at: datetime | None
    settled_by: str | None = None  # the person who found out what no look-up could tell

    @property
    def money(self) -> Money | None:
        """What it costs the business."""
        if self.amount is None or self.currency is None:
            return None
        return Money(amount=self.amount, currency=self.currency)


class Intent(Model):
    """What somebody is about to do, and what allows it; `role` and `approvers` are what policy asks for now."""

    action: ProposedAction
    business_key: str = Field(min_length=1, max_length=500)
    args: dict[str, JsonValue]  # as they are sent to the system of record
    amount: Money | None = None
    cap: Cap | None = None
    budgets: Budgets = Budgets()
    procedure: Label | None = None
    approval_id: ActionId | None = None
    role: Label | None = None
    approvers: int = 0
    policy_version: Sha256
    rules: tuple[Label, ...] = ()
    at: datetime


def idempotency_key(tenant: TenantId, action: Label, business_key: str, generation: int) -> str:
    """Name an effect by the business intent alone: the same for every attempt, worker, ticket and model."""
    return "sr_" + sha256_of([tenant, action, business_key, generation])


async def propose(conn: Connection, ref: TicketRef, intent: Intent) -> LedgerRow:
    """Note an action that may wait for approval; it does not hold its business key yet. The same again is the same.

    Raises:
        ApprovalMismatch: the proposal's digest is not that of its arguments.
        Conflict: the action's id stands for something else.
    """
    if not intent.action.is_intact():
        raise ApprovalMismatch("The action's arguments are not those its digest was made of.")
    row = {
        **ref.model_dump(),
        "action_id": intent.action.action_id,
        "action": intent.action.name,
        "business_key": intent.business_key,
        "proposal": Jsonb(intent.action.model_dump(mode="json")),
        "args_sha256": intent.action.args_sha256,
        "args": Jsonb(intent.args),
        "amount": intent.amount and intent.amount.amount,
        "currency": intent.amount and intent.amount.currency,
        "subject": intent.cap and intent.cap.subject,
        "procedure": intent.procedure,
        "policy_version": intent.policy_version,
        "rules": list(intent.rules),
        "at": intent.at,
    }
    await execute(conn, _SQL["insert_proposal"], row)
    kept = await lock_action(conn, ref.tenant, intent.action.action_id)
    if kept is None or not is_same_intent(kept, ref, intent):
        raise Conflict("This action id was used for another action.")
    return kept


async def settle(
    conn: Connection,
    tenant: TenantId,
    action_id: ActionId,
    status: Literal["succeeded", "failed"],
    *,
    code: Label,
    outcome: Mapping[str, JsonValue],
    at: datetime,
) -> LedgerRow:
    """Write down the answer to what was sent, or that a proposal came to nothing; the same again is the same.

    Raises NotFound, and Conflict when the row is settled otherwise or waits to be reconciled.
    """
    return await _move(
        conn, tenant, action_id, LedgerStatus(status), code, outcome, at, from_any=("proposed", "claimed")
    )


async def mark_unknown(conn: Connection, tenant: TenantId, action_id: ActionId, *, code: Label) -> LedgerRow:
    """Write down that nobody can say whether it took effect; raises NotFound and Conflict."""
    return await _move(conn, tenant, action_id, LedgerStatus.unknown, code, {}, None, from_any=("claimed",))


async def reconcile(
    conn: Connection,
    tenant: TenantId,
    action_id: ActionId,
    status: Literal["reconciled", "failed"],
    *,
    code: Label,
    outcome: Mapping[str, JsonValue],
    at: datetime,
) -> LedgerRow:
    """Write down what a look-up found of an unknown effect: it took place, or it certainly did not.

    Raises NotFound, and Conflict when the row is not unknown.
    """
    return await _move(conn, tenant, action_id, LedgerStatus(status), code, outcome, at, from_any=("unknown",))


async def read_action(conn: Connection, tenant: TenantId, action_id: ActionId) -> LedgerRow:
    """Return an action's row; raises NotFound when it is not there or outside the scope."""
    row = await fetch_one(conn, LedgerRow, _SQL["read_action"], {"tenant": tenant, "action_id": action_id})
    if row is None:
        raise NotFound("There is no such action.")
    return row


async def ticket_actions(conn: Connection, tenant: TenantId, ticket_id: TicketId) -> list[LedgerRow]:
    """Return all actions of a ticket in the order they were proposed."""
    return await fetch_all(conn, LedgerRow, _SQL["ticket_actions"], {"tenant": tenant, "ticket_id": ticket_id})


async def lock_action(conn: Connection, tenant: TenantId, action_id: ActionId) -> LedgerRow | None:
    """Return an action's row, locked until the transaction ends, if there is one."""
    return await fetch_one(conn, LedgerRow, _SQL["lock_action"], {"tenant": tenant, "action_id": action_id})


def is_same_intent(row: LedgerRow, ref: TicketRef, intent: Intent) -> bool:
    """Whether the row was made for this very action of this ticket."""
    made_for = (row.ticket_id, row.action, row.business_key, row.proposal)
    return made_for == (ref.ticket_id, intent.action.name, intent.business_key, intent.action)


async def _move(
    conn: Connection,
    tenant: TenantId,
    action_id: ActionId,
    status: LedgerStatus,
    code: Label,
    outcome: Mapping[str, JsonValue],
    settled_at: datetime | None,
    *,
    from_any: tuple[str, ...],
) -> LedgerRow:
    row = await lock_action(conn, tenant, action_id)
    if row is None:
        raise NotFound("There is no such action.")
    if (row.status, row.code) == (status, code):
        return row
    if row.status not in from_any:
        raise Conflict(f"An action that is {row.status} cannot become {status} this way.")
    change = {"status": status, "code": code, "outcome": Jsonb(dict(outcome)), "settled_at": settled_at}
    moved = await fetch_one(conn, LedgerRow, _SQL["settle"], {"tenant": tenant, "action_id": action_id, **change})
    return moved or row
