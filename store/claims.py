"""Claiming an action: the one moment in which it is decided that something is sent, and under which key.

Claims of one intent go one after another, and all that allows the action is looked at again in the same transaction:
pauses, the approval, what was paid, the budgets. Whoever gets `Claimed` sends; whoever gets anything else must not. It
takes the operator's scope: who sees one customer alone can neither sum up a tenant's day nor know who approved.
"""

from typing import Annotated, Literal

from pydantic import Field

from domain.action import ProposedAction
from domain.approval import Role, may_approve
from domain.errors import ApprovalMismatch, Conflict, NotEnoughApprovers, StaleDecision
from domain.ids import CustomerId, Label, Sha256, TenantId, TicketId
from domain.model import Model
from domain.ticket import TicketRef
from store.ledger import Intent, LedgerRow, LedgerStatus, idempotency_key, is_same_intent, lock_action, propose
from store.limits import check_limits
from store.pauses import check_pauses
from store.queries import load_queries
from store.rows import Connection, Row, execute, fetch_all, fetch_one, fetch_value

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
    status: LedgerStatus


ClaimResult = Annotated[Claimed | AlreadyMine | TakenByOther, Field(discriminator="kind")]


class _Holder(Row):
    ticket_id: TicketId
    customer_id: CustomerId
    status: LedgerStatus


class _Permission(Row):
    action: ProposedAction
    role: Label
    approvers: int
    amount: int | None
    currency: str | None
    how: Literal["approved", "declined", "amended", "expired", "withdrawn"] | None
    args_sha256: Sha256 | None
    amended: ProposedAction | None
    amended_amount: int | None
    amended_currency: str | None
    is_in_time: bool | None
    is_fresh: bool | None


class _Vote(Row):
    args_sha256: Sha256
    amended: ProposedAction | None
    roles: tuple[Role, ...]


async def claim(conn: Connection, ref: TicketRef, intent: Intent) -> ClaimResult:
    """Claim the right to carry out an action.

    Raises:
        Paused: somebody has paused such actions; nothing is taken (`store.pauses.hold` has the ticket told of the end).
        ApprovalMismatch: the approval is missing, or was given for other arguments.
        StaleDecision: the approval was not given, not in time, or too long ago.
        NotEnoughApprovers: fewer people than needed have approved exactly this.
        OverPaid, OverBudget: it would cost too much, with all that was done before.
        Conflict: the action's id stands for something else.
    """
    action = intent.action
    key = {"tenant": ref.tenant, "action": action.name, "business_key": intent.business_key}
    await conn.execute(_SQL["lock_intent"], key)
    mine = await lock_action(conn, ref.tenant, action.action_id)
    if mine is not None and not is_same_intent(mine, ref, intent):
        raise Conflict("This action id was used for another action.")
    if mine is not None and mine.status is not LedgerStatus.proposed:
        return AlreadyMine(row=await _count_attempt(conn, ref.tenant, mine, intent))
    await check_pauses(conn, ref.tenant, action.name, intent.procedure)
    holder = await fetch_one(conn, _Holder, _SQL["read_holder"], key)
    if holder is not None:
        is_known = holder.customer_id == ref.customer_id
        return TakenByOther(ticket_id=holder.ticket_id if is_known else None, status=holder.status)
    await _check_approval(conn, ref.tenant, intent)
    await check_limits(conn, ref, intent)
    generation = 1 + int(await fetch_value(conn, _SQL["last_generation"], key))
    name = idempotency_key(ref.tenant, action.name, intent.business_key, generation)
    row = {
        "tenant": ref.tenant,
        "action_id": action.action_id,
        "approval_id": intent.approval_id,
        "generation": generation,
        "idempotency_key": name,
        "at": intent.at,
    }
    await propose(conn, ref, intent)
    await execute(conn, _SQL["authorise"], row)
    await execute(conn, _SQL["claim"], row)
    return Claimed(idempotency_key=name, attempt=1)


async def _count_attempt(conn: Connection, tenant: TenantId, mine: LedgerRow, intent: Intent) -> LedgerRow:
    """Note one more attempt of an action that was claimed and not settled: its worker may have died."""
    if mine.status is not LedgerStatus.claimed:
        return mine
    key = {"tenant": tenant, "action_id": mine.action_id, "at": intent.at}
    return await fetch_one(conn, LedgerRow, _SQL["claim"], key) or mine


async def _check_approval(conn: Connection, tenant: TenantId, intent: Intent) -> None:
    """Raise unless nobody needs to be asked, or enough people said what allows exactly this action."""
    action = intent.action
    asked = intent.approval_id or action.action_id
    key = {"tenant": tenant, "approval_id": asked, "at": intent.at}
    permission = await fetch_one(conn, _Permission, _SQL["read_permission"], key)
    if permission is None and intent.approval_id is None and not intent.approvers:
        return
    if permission is None or intent.approval_id is None:
        raise ApprovalMismatch("The action needs an approver's yes, and it does not come with it.")
    if permission.how not in {"approved", "amended"}:
        raise StaleDecision("The approval was not given.")
    if not permission.is_in_time:
        raise StaleDecision("The approval was given after it had expired.")
    if not permission.is_fresh:
        raise StaleDecision("The approval was given too long ago: what it was given for has waited since.")
    was_shown_this = permission.args_sha256 == permission.action.args_sha256
    is_this = action == (permission.amended or permission.action)
    if not (was_shown_this and is_this and _costs_what_was_shown(permission, intent)):
        raise ApprovalMismatch("The approval was given for other arguments.")
    roles = {permission.role, intent.role or permission.role}  # policy may ask for more than it did then
    votes = await fetch_all(conn, _Vote, _SQL["read_votes"], key)
    backers = [vote for vote in votes if _backs(vote, action) and all(may_approve(role, vote.roles) for role in roles)]
    if len(backers) < max(permission.approvers, intent.approvers):
        raise NotEnoughApprovers("Fewer people have approved exactly this than are needed.")


def _costs_what_was_shown(permission: _Permission, intent: Intent) -> bool:
    """Whether it costs no more than approvers saw: the request showed an amount, or the amendment another."""
    amount, currency = permission.amount, permission.currency
    if permission.amended_amount is not None:
        amount, currency = permission.amended_amount, permission.amended_currency
    if amount is None or intent.amount is None:
        return True
    return intent.amount.currency == currency and intent.amount.amount <= amount


def _backs(vote: _Vote, action: ProposedAction) -> bool:
    return vote.args_sha256 == action.args_sha256 if vote.amended is None else vote.amended == action
