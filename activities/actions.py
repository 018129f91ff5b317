"""Acting on systems of record: gather what they know, and carry actions out exactly once.

The ledger decides, not Temporal: an activity may run many times (measured: for more than half of the tickets under
worker kills), so an effect is claimed before it is sent, sent under a key made of business intent, and looked up when
nobody can say whether it happened. No database connection is held while a back end is called.
"""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime

from temporalio import activity
from typing_extensions import override

from activities.beating import beating
from activities.contracts import ActionActivities
from activities.desk import Desk, TenantDesk, scope_of
from activities.failures import typed_failures
from activities.sight import words_of
from activities.watching import prepared_of
from adapters.backends.port import BackendOutcome, Prepared
from domain.action import ActionResult, ActionStatus, Effect
from domain.ask import GatherAsk, PerformAsk
from domain.customer import CustomerContext, PastTicket
from domain.errors import (
    ActionRefused,
    ApprovalMismatch,
    EffectUnknown,
    NotEnoughApprovers,
    OverBudget,
    OverPaid,
    Paused,
    StaleDecision,
    Unavailable,
)
from domain.points import reach
from domain.ticket import IdentityLevel, TicketRef
from domain.watching import ATTEMPT, SENT_FOR
from store.claims import AlreadyMine, Claimed, TakenByOther, claim
from store.contexts import insert_context
from store.facts import insert_fact
from store.ledger import Intent, LedgerRow, LedgerStatus, lock_action, mark_unknown, settle
from store.pauses import check_pauses, hold
from store.tickets import TicketFilter, TicketRow, list_tickets

#: Looking an unclear effect up: at once, and a little later; after that each retry of the activity looks again.
LOOK_UPS = (0.2, 1.0, 3.0)
#: Attempts of the activity after which an effect that nobody can settle goes to a person.
UNKNOWN_ATTEMPTS = 6
#: How many earlier tickets a context names: enough to see a pattern, few enough to read.
PAST_TICKETS = 6


class Actions(ActionActivities):
    """Gather and perform, inside the ticket's own scope."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @override
    @activity.defn
    @typed_failures
    async def gather_context(self, ask: GatherAsk) -> int:
        reach("gather_context.begun")
        context = await self._gather(ask)
        reach("gather_context.gathered")
        async with self._desk.pools.operator(ask.key.ticket.tenant) as conn:
            row = await insert_context(
                conn, ask.key.ticket, turn=ask.key.turn, key=f"{ask.key.turn}/gather", at=ask.key.now, context=context
            )
        reach("gather_context.committed")
        return row

    @override
    @activity.defn
    @typed_failures
    async def perform_action(self, ask: PerformAsk) -> ActionResult:
        reach("perform_action.begun")
        desk = self._desk.tenant(ask.key.ticket.tenant)
        # Cut short here, an attempt is over before the next one begins: two would look up and send side by side.
        async with beating(), asyncio.timeout(ATTEMPT.total_seconds()):
            if desk.backend.specs[ask.action.name].effect is Effect.read:
                return await self._read(ask, desk)
            return await self._write(ask, desk)

    async def _gather(self, ask: GatherAsk | PerformAsk) -> CustomerContext:
        ticket = ask.key.ticket
        context = await self._desk.tenant(ticket.tenant).backend.gather(scope_of(ticket), ask.key.now)
        async with self._desk.pools.operator(ticket.tenant) as conn:
            past = await list_tickets(
                conn, ticket.tenant, TicketFilter(customer_id=ticket.customer_id), limit=PAST_TICKETS
            )
        return context.model_copy(update={"past_tickets": tuple(_past(past.tickets, ticket, ask.key.now))})

    async def _read(self, ask: PerformAsk, desk: TenantDesk) -> ActionResult:
        action, ticket = ask.action, ask.key.ticket
        context = await desk.backend.gather(scope_of(ticket), ask.key.now)
        try:
            prepared = desk.backend.prepare(context, action, {})
        except ActionRefused as refused:
            return _refused(ask, refused)
        answer = await desk.backend.read(scope_of(ticket), prepared, ask.key.now)
        async with self._desk.pools.operator(ticket.tenant) as conn:
            fact_id = await insert_fact(
                conn,
                ticket,
                turn=ask.key.turn,
                action_id=action.action_id,
                name=action.name,
                body=answer,
                at=ask.key.now,
            )
        reach("perform_action.fact_committed")
        return ActionResult(
            action_id=action.action_id,
            name=action.name,
            status=ActionStatus.succeeded,
            code="succeeded",
            fact_id=fact_id,
            is_read_back=True,
        )

    async def _write(self, ask: PerformAsk, desk: TenantDesk) -> ActionResult:
        """Claim, send, settle; or, if an earlier attempt got that far, go on from where it stopped."""
        action, tenant = ask.action, ask.key.ticket.tenant
        async with self._desk.pools.operator(tenant) as conn:
            row = await lock_action(conn, tenant, action.action_id)
        if row is None:
            try:
                prepared = await self._prepare(ask, desk)
            except ActionRefused as refused:
                return _refused(ask, refused)
            reach("perform_action.prepared")
            claimed = await self._claim(ask, prepared)
            reach("perform_action.claimed")
            match claimed:
                case ActionResult():
                    return claimed
                case Claimed(idempotency_key=key):
                    return await self._send(ask, desk, prepared, key)
                case LedgerRow():
                    row = claimed
        return await self._resume(ask, desk, row)

    async def _prepare(self, ask: PerformAsk, desk: TenantDesk) -> Prepared:
        """Check the preconditions against the world as it is now, not as it was when somebody approved."""
        context = await desk.backend.gather(scope_of(ask.key.ticket), ask.key.now)
        async with self._desk.pools.operator(ask.key.ticket.tenant) as conn:
            words = await words_of(conn, ask.key, ask.action)
        return desk.backend.prepare(context, ask.action, words)

    async def _claim(self, ask: PerformAsk, prepared: Prepared) -> Claimed | LedgerRow | ActionResult:
        ticket = ask.key.ticket
        wanted = Intent(
            action=ask.action,
            business_key=prepared.business_key,
            args=prepared.args,
            amount=prepared.amount,
            cap=prepared.cap,
            procedure=ask.procedure,
            approval_id=ask.approval_id,
            role=ask.role,
            approvers=ask.approvers,
            policy_version=ask.policy_version,
            rules=ask.rules,
            at=ask.key.now,
        )
        try:
            async with self._desk.pools.operator(ticket.tenant) as conn:
                desk = await self._desk.current(conn, ticket.tenant)
                result = await claim(conn, ticket, wanted.model_copy(update={"budgets": desk.config.policy.budgets}))
        except Paused as paused:
            return await self._hold(ask, paused)
        except (ApprovalMismatch, StaleDecision, NotEnoughApprovers, OverPaid, OverBudget) as error:
            return _result(ask, ActionStatus.refused, error.code)
        match result:
            case Claimed():
                return result
            case AlreadyMine(row=row):
                return row
            case TakenByOther(status=status):
                return _taken(ask, prepared, status)

    async def _hold(self, ask: PerformAsk, paused: Paused) -> ActionResult:
        """Nothing was sent: have the ticket told when the pause ends."""
        ticket = ask.key.ticket
        async with self._desk.pools.operator(ticket.tenant) as conn:
            await hold(conn, ticket, ask.action.action_id, int(paused.facts["pause_id"] or 0), ask.key.now)
        return _result(ask, ActionStatus.paused, paused.code)

    async def _resume(self, ask: PerformAsk, desk: TenantDesk, row: LedgerRow) -> ActionResult:
        """An earlier attempt claimed it: return what it settled, or look up what became of it."""
        prepared = prepared_of(row)
        if row.status in {LedgerStatus.succeeded, LedgerStatus.reconciled, LedgerStatus.failed}:
            return await self._finish(ask, desk, prepared, BackendOutcome.model_validate(row.outcome))
        if row.status is LedgerStatus.unknown or row.idempotency_key is None:
            return _result(ask, ActionStatus.unknown, "effect_unknown", prepared)
        try:
            outcome = await desk.backend.look_up(scope_of(ask.key.ticket), prepared, row.idempotency_key)
        except EffectUnknown:
            if _may_try_again():
                raise
            return await self._give_up(ask, prepared)
        reach("perform_action.looked_up")
        if outcome is not None:
            return await self._settle(ask, desk, prepared, outcome)
        return await self._send_again(ask, desk, row, row.idempotency_key)

    async def _send_again(self, ask: PerformAsk, desk: TenantDesk, row: LedgerRow, key: str) -> ActionResult:
        """It was certainly not carried out: send it, while keys are honoured and unless it has been paused since.

        What a pause holds keeps its claim, and is gone on from here when the pause ends.
        """
        ticket, prepared = ask.key.ticket, prepared_of(row)
        if row.claimed_at is not None and _now(ask) - row.claimed_at >= SENT_FOR:
            return await self._give_up(ask, prepared)
        try:
            async with self._desk.pools.operator(ticket.tenant) as conn:
                await check_pauses(conn, ticket.tenant, row.action, row.procedure)
        except Paused as paused:
            return await self._hold(ask, paused)
        return await self._send(ask, desk, prepared, key)

    async def _send(self, ask: PerformAsk, desk: TenantDesk, prepared: Prepared, key: str) -> ActionResult:
        scope = scope_of(ask.key.ticket)
        try:
            outcome = await desk.backend.perform(scope, prepared, key, ask.key.now)
        except EffectUnknown:
            reach("perform_action.in_doubt")
            for pause in LOOK_UPS:
                await asyncio.sleep(pause)
                found = None
                with suppress(EffectUnknown):  # not found proves nothing where the system knows no keys
                    found = await desk.backend.look_up(scope, prepared, key)
                if found is not None:
                    return await self._settle(ask, desk, prepared, found)
            if _may_try_again():
                raise
            return await self._give_up(ask, prepared)
        reach("perform_action.sent")
        return await self._settle(ask, desk, prepared, outcome)

    async def _give_up(self, ask: PerformAsk, prepared: Prepared) -> ActionResult:
        """Nobody can say whether it happened: a person gets it, with all that is known."""
        async with self._desk.pools.operator(ask.key.ticket.tenant) as conn:
            await mark_unknown(conn, ask.key.ticket.tenant, ask.action.action_id, code="effect_unknown")
        return _result(ask, ActionStatus.unknown, "effect_unknown", prepared)

    async def _settle(
        self, ask: PerformAsk, desk: TenantDesk, prepared: Prepared, outcome: BackendOutcome
    ) -> ActionResult:
        async with self._desk.pools.operator(ask.key.ticket.tenant) as conn:
            await settle(
                conn,
                ask.key.ticket.tenant,
                ask.action.action_id,
                outcome.status,
                code=outcome.code,
                outcome=outcome.model_dump(mode="json"),
                at=ask.key.now,
            )
        reach("perform_action.settled")
        return await self._finish(ask, desk, prepared, outcome)

    async def _finish(
        self, ask: PerformAsk, desk: TenantDesk, prepared: Prepared, outcome: BackendOutcome
    ) -> ActionResult:
        """Read the effect back, ask whether it is final, and keep the customer's records as they are after it."""
        scope, is_pending = scope_of(ask.key.ticket), False
        is_read_back = outcome.status == "succeeded" and await desk.backend.read_back(
            scope, prepared, outcome, ask.key.now
        )
        if is_read_back and outcome.settles_later:
            is_pending = (await desk.backend.progress(scope, prepared, outcome, ask.key.now)).state == "pending"
        reach("perform_action.read_back")
        context = await self._gather(ask)
        async with self._desk.pools.operator(ask.key.ticket.tenant) as conn:
            context_id = await insert_context(
                conn, ask.key.ticket, turn=ask.key.turn, key=ask.action.action_id, at=ask.key.now, context=context
            )
        reach("perform_action.finished")
        return ActionResult(
            action_id=ask.action.action_id,
            name=ask.action.name,
            status=ActionStatus(outcome.status),
            code=outcome.code,
            amount=outcome.amount or prepared.amount,
            context_id=context_id,
            is_read_back=is_read_back,
            is_pending=is_pending,
        )


def _taken(ask: PerformAsk, prepared: Prepared, status: LedgerStatus | None) -> ActionResult:
    """Somebody else holds the intent: it is done, or nobody knows yet."""
    if status not in {LedgerStatus.authorised, LedgerStatus.claimed, LedgerStatus.unknown}:
        return _result(ask, ActionStatus.duplicate, "already_done")
    if status is not LedgerStatus.unknown and _may_try_again():
        raise Unavailable("The same action is under way for another ticket.")
    return _result(ask, ActionStatus.unknown, "effect_unknown", prepared)


def _may_try_again() -> bool:
    """Whether Temporal tries once more before a person has to look."""
    return activity.in_activity() and activity.info().attempt < UNKNOWN_ATTEMPTS


def _now(ask: PerformAsk) -> datetime:
    """When this attempt began; its turn may have begun hours ago."""
    return activity.info().started_time if activity.in_activity() else ask.key.now


def _past(rows: Iterable[TicketRow], ticket: TicketRef, now: datetime) -> Iterator[PastTicket]:
    """Earlier tickets, for those whose identity is proven; nobody else is told that there are any."""
    for row in rows:
        if row.ticket_id != ticket.ticket_id and ticket.identity is IdentityLevel.proven:
            yield PastTicket(
                ticket_id=row.ticket_id,
                intent=row.intent,
                status=row.status.value,
                opened_at=row.opened_at,
                days_since=(now - row.opened_at).days,
            )


def _refused(ask: PerformAsk, refused: ActionRefused) -> ActionResult:
    return _result(ask, ActionStatus.refused, str(refused.facts.get("code") or "refused"))


def _result(ask: PerformAsk, status: ActionStatus, code: str, prepared: Prepared | None = None) -> ActionResult:
    return ActionResult(
        action_id=ask.action.action_id,
        name=ask.action.name,
        status=status,
        code=code,
        amount=prepared.amount if prepared else None,
    )
