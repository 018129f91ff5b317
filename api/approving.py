"""Approvals as approvers see them, and their decisions: a row first, then an update of the workflow, which settles.

The reason's words stay in the row. Who decides is told by the key; a decision is bound to the digest of the arguments.
"""

from collections.abc import Mapping
from datetime import datetime

from api.amended import check_amended
from api.amendments import amend
from api.auth import Principal
from api.idempotency import Once
from api.schemas.approvals import ApprovalView, DecisionBody, DecisionView, SettledView, SnoozeBody
from api.services import Services
from domain.action import ActionSpec, ProposedAction
from domain.approval import Decision, DecisionVerdict
from domain.errors import InvalidInput, StaleDecision, TicketClosed, Unavailable
from domain.event import EventKind
from domain.ids import ActionId, Label, TenantId
from domain.points import reach
from domain.ticket import TicketRef
from store.approvals import ApprovalRow, NewDecision, insert_decision, read_decision, read_request, snooze
from store.events import read_events
from store.outbox import mark_delivered
from store.rows import Connection
from store.tickets import read_ticket

Specs = Mapping[Label, ActionSpec]
_ENDS: frozenset[EventKind] = frozenset({"approval_decided", "approval_expired", "approval_withdrawn"})


async def view_approval(
    conn: Connection, tenant: TenantId, row: ApprovalRow, specs: Specs, now: datetime
) -> ApprovalView:
    """Show an approval, with how it ended if it has."""
    settled = await _settled(conn, tenant, row) if row.settled is not None else None
    return ApprovalView.of(row, specs, now, settled)


async def decide(
    services: Services, caller: Principal, once: Once, approval_id: ActionId, body: DecisionBody
) -> DecisionView:
    """Keep a decision and tell the workflow; the same decision again gets the same answer.

    Raises:
        NotFound: there is no such approval in this tenant.
        InvalidInput, BadMoney: the amendment is none of this action.
        AmendmentRefused: the amended action cannot be done.
        ApprovalMismatch: it was decided on other arguments than those asked for.
        StaleDecision: the approval has ended, or this approver has answered otherwise before.
        NotAnApprover, OwnRequest, NotEnoughApprovers: this person's answer, or this answer, cannot count.
    """
    operator, now = caller.operator, services.deps.clock()
    async with services.pools.operator(caller.tenant) as conn:
        kept = await once.recall(conn, DecisionView)
        if kept is not None:
            return kept
        asked = await read_request(conn, caller.tenant, approval_id)
        ticket = await read_ticket(conn, caller.tenant, asked.ticket_id)
    amended = _amended(asked.action, services.deps.backend_specs.get(caller.tenant, {}), body)
    amount = None
    if amended is not None and asked.settled is None:
        amount = await check_amended(services, caller, ticket.ref, asked, amended)
    async with services.pools.operator(caller.tenant) as conn:
        new = NewDecision(
            approval_id=approval_id,
            verdict=DecisionVerdict(body.verdict),
            args_sha256=body.args_sha256,
            decided_by=operator,
            reason=body.reason,
            amended=amended,
            amount=amount,
            at=now,
            auth_method=caller.auth_method,
            key_kind="operator",  # a person: `caller.operator` lets nobody else pass
            roles=tuple(sorted(caller.roles)),
        )
        try:
            decision = await insert_decision(conn, caller.tenant, new)
        except StaleDecision as error:
            raise await _told(conn, caller.tenant, asked, error) from None
    reach("api.decision_committed")
    view = await _tell(services, ticket.ref, asked, decision, now)
    reach("api.decision_told")
    async with services.pools.operator(caller.tenant) as conn:
        if view.state != "accepted":
            await mark_delivered(conn, ticket.ref, "decision", decision.decision_id, now)
            if await once.recall(conn, DecisionView) is None:
                await once.keep(conn, view, now)
    reach("api.decision_kept")
    return view


async def snooze_approval(
    services: Services, caller: Principal, once: Once, approval_id: ActionId, body: SnoozeBody
) -> ApprovalView:
    """Put an approval off; it stays open, and expires when it would have.

    Raises NotFound, StaleDecision, and InvalidInput for a time that is past or after the expiry.
    """
    now, specs = services.deps.clock(), services.deps.backend_specs.get(caller.tenant, {})
    async with services.pools.operator(caller.tenant) as conn:
        kept = await once.recall(conn, ApprovalView)
        if kept is not None:
            return kept
        await snooze(conn, caller.tenant, approval_id, by=caller.operator, until=body.until, at=now)
        row = await read_request(conn, caller.tenant, approval_id)
        view = await view_approval(conn, caller.tenant, row, specs, now)
        await once.keep(conn, view, now)
    return view


def _amended(action: ProposedAction, specs: Specs, body: DecisionBody) -> ProposedAction | None:
    if body.amended is None:
        return None
    if action.name not in specs:
        raise InvalidInput("This action is not offered any more; decline it.")
    return amend(action, specs[action.name], body.amended)


async def _tell(
    services: Services, ticket: TicketRef, asked: ApprovalRow, decision: Decision, now: datetime
) -> DecisionView:
    view = DecisionView(
        approval_id=decision.approval_id,
        verdict=decision.verdict.value,
        state="accepted",
        decided_by=decision.decided_by,
        at=now,
    )
    try:
        receipt = await services.nudger.decide(ticket, decision)
    except Unavailable:
        return view
    except (StaleDecision, TicketClosed):
        async with services.pools.operator(ticket.tenant) as conn:
            await mark_delivered(conn, ticket, "decision", decision.decision_id, now)  # a refusal is final
            settled = await _settled(conn, ticket.tenant, asked, decision.decision_id)
        if settled is None:
            raise
        return view.model_copy(update={"state": settled.how, "at": settled.at})
    return view.model_copy(update={"state": receipt.how, "at": receipt.at})


async def _settled(
    conn: Connection, tenant: TenantId, row: ApprovalRow, decision_id: int | None = None
) -> SettledView | None:
    """How an approval ended, from the ticket's events; with `decision_id`, only if that decision ended it."""
    for event in await read_events(conn, tenant, row.ticket_id):
        if event.kind in _ENDS and event.body.get("approval_id") == row.approval_id:
            by = event.body.get("decision")
            if decision_id is not None and by != decision_id:
                return None
            decider = (await read_decision(conn, tenant, by)).decided_by if isinstance(by, int) else None
            return SettledView(how=str(event.body.get("how")), decided_by=decider, at=event.at)
    return None


async def _told(conn: Connection, tenant: TenantId, asked: ApprovalRow, error: StaleDecision) -> StaleDecision:
    """Say how, by whom and when it ended; whoever comes second wants to know."""
    settled = await _settled(conn, tenant, asked)
    if settled is None:
        return error
    by = f" by {settled.decided_by}" if settled.decided_by else ""
    return StaleDecision(f"This approval was {settled.how}{by} at {settled.at.isoformat(timespec='seconds')}.")
