"""Claiming an action: the one moment in which it is decided that something is sent, and under which key.

Claims of one intent go one after another, and what allows the action is read again in the same transaction. Whoever
gets `Claimed` sends; whoever gets anything else must not.
"""

from typing import Annotated, Literal

from psycopg import errors
from pydantic import Field

from domain.action import ProposedAction
from domain.errors import ApprovalMismatch, Conflict, StaleDecision
from domain.ids import CustomerId, Sha256, TenantId, TicketId
from domain.model import Model
from domain.ticket import TicketRef
from store.ledger import Intent, LedgerRow, LedgerStatus, idempotency_key, is_same_intent, lock_action, propose
from store.queries import load_queries
from store.rows import Connection, Row, execute, fetch_one, fetch_value

_SQL = load_queries("claims")


class Claimed(Model):
    """It is yours to send, under this key."""

    kind: Literal["claimed"] = "claimed"
    idempotency_key: str
    attempt: int


class AlreadyMine(Model):
    """This very action was claimed before: go on from its row. While that says `claimed`, look up before sending."""

    kind: Literal["already_mine"] = "already_mine"
    row: LedgerRow


class TakenByOther(Model):
    """Another action carries out the same intent, or has done so; which ticket's is told only to the same customer."""

    kind: Literal["taken_by_other"] = "taken_by_other"
    ticket_id: TicketId | None = None
    status: LedgerStatus | None = None  # None: it is hidden from this scope


ClaimResult = Annotated[Claimed | AlreadyMine | TakenByOther, Field(discriminator="kind")]


class _Holder(Row):
    ticket_id: TicketId
    customer_id: CustomerId
    status: LedgerStatus


class _Permission(Row):
    how: Literal["approved", "declined", "amended", "expired", "withdrawn"] | None
    args_sha256: Sha256 | None
    amended: ProposedAction | None
    is_in_time: bool | None


async def claim(conn: Connection, ref: TicketRef, intent: Intent) -> ClaimResult:
    """Claim the right to carry out an action.

    Raises:
        ApprovalMismatch: the approval is missing, or was given for other arguments.
        StaleDecision: the approval was not given, or not in time.
        Conflict: the action's id stands for something else.
    """
    key = {"tenant": ref.tenant, "action": intent.action.name, "business_key": intent.business_key}
    await conn.execute(_SQL["lock_intent"], key)
    mine = await lock_action(conn, ref.tenant, intent.action.action_id)
    if mine is not None and not is_same_intent(mine, ref, intent):
        raise Conflict("This action id was used for another action.")
    if mine is not None and mine.status is not LedgerStatus.proposed:
        return AlreadyMine(row=await _count_attempt(conn, ref.tenant, mine, intent))
    holder = await fetch_one(conn, _Holder, _SQL["read_holder"], key)
    if holder is not None:
        is_known = holder.customer_id == ref.customer_id
        return TakenByOther(ticket_id=holder.ticket_id if is_known else None, status=holder.status)
    await _check_approval(conn, ref.tenant, intent)
    generation = 1 + int(await fetch_value(conn, _SQL["last_generation"], key))
    name = idempotency_key(ref.tenant, intent.action.name, intent.business_key, generation)
    row = {
        "tenant": ref.tenant,
        "action_id": intent.action.action_id,
        "approval_id": intent.approval_id,
        "generation": generation,
        "idempotency_key": name,
        "at": intent.at,
    }
    try:
        async with conn.transaction():
            await propose(conn, ref, intent)
            await execute(conn, _SQL["authorise"], row)
    except errors.UniqueViolation:  # the intent is held by somebody whose rows this scope cannot see
        return TakenByOther()
    await execute(conn, _SQL["claim"], row)
    return Claimed(idempotency_key=name, attempt=1)


async def _count_attempt(conn: Connection, tenant: TenantId, mine: LedgerRow, intent: Intent) -> LedgerRow:
    """Note one more attempt of an action that was claimed and not settled: its worker may have died."""
    if mine.status is not LedgerStatus.claimed:
        return mine
    key = {"tenant": tenant, "action_id": mine.action_id, "at": intent.at}
    return await fetch_one(conn, LedgerRow, _SQL["claim"], key) or mine


async def _check_approval(conn: Connection, tenant: TenantId, intent: Intent) -> None:
    """Raise unless nobody was asked, or what they said allows exactly this action."""
    action = intent.action
    asked = intent.approval_id or action.action_id
    key = {"tenant": tenant, "approval_id": asked}
    permission = await fetch_one(conn, _Permission, _SQL["read_permission"], key)
    if permission is None and intent.approval_id is None:
        return
    if permission is None or intent.approval_id is None:
        raise ApprovalMismatch("The action was put to an approver, and their approval does not come with it.")
    if permission.how not in {"approved", "amended"}:
        raise StaleDecision("The approval was not given.")
    if not permission.is_in_time:
        raise StaleDecision("The approval was given after it had expired.")
    if permission.amended is not None:
        is_allowed = permission.amended == action
    else:
        is_allowed = asked == action.action_id and permission.args_sha256 == action.args_sha256
    if not is_allowed:
        raise ApprovalMismatch("The approval was given for other arguments.")
