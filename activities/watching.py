"""Effects after they were made: whether they have settled, and what would take them back.

Neither changes the world. What is found of an effect that nobody was sure of, or that did not last, goes into the
ledger, because only the ledger decides whether the same thing may be done again.
"""

from temporalio import activity
from typing_extensions import override

from activities.contracts import WatchActivities
from activities.desk import Desk, TenantDesk, scope_of
from activities.failures import typed_failures
from adapters.backends.port import NOT_SHOWN, BackendOutcome, Prepared, Scope
from domain.action import ProposedAction
from domain.ask import EffectState, UndoAsk, WatchAsk
from domain.errors import Conflict, EffectUnknown
from domain.ticket import IdentityLevel, TicketRef
from domain.watching import ABSENT_AFTER
from store.ledger import LedgerRow, LedgerStatus, lock_action, mark_unknown, read_action, reconcile
from store.watches import end_failed

#: What a look-up means that finds nothing.
NOT_CARRIED_OUT = "not_carried_out"


class Watching(WatchActivities):
    """Looks at effects, inside the ticket's own scope."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @override
    @activity.defn
    @typed_failures
    async def watch_effect(self, ask: WatchAsk) -> EffectState:
        ticket = ask.key.ticket
        desk = self._desk.tenant(ticket.tenant)
        async with self._desk.pools.operator(ticket.tenant) as conn:
            row = await lock_action(conn, ticket.tenant, ask.action_id)
            if row is not None and row.status is LedgerStatus.claimed:
                # Nobody tries it any more, and nobody knows how far it came.
                row = await mark_unknown(conn, ticket.tenant, ask.action_id, code="effect_unknown")
        if row is None:
            return EffectState(state="failed", code=NOT_CARRIED_OUT)
        if row.status is LedgerStatus.unknown:
            try:
                row = await self._settle_unknown(ask, desk, row)
            except EffectUnknown as error:  # the system was asked and cannot say: asking at once again is no use
                return EffectState(state="pending", code=error.code, amount=row.money)
            if row.status is LedgerStatus.unknown:
                return EffectState(state="pending", code=NOT_SHOWN.code, amount=row.money)
        if row.settled_by is not None:  # there is nothing to ask: whoever could ask has
            is_done = row.status is LedgerStatus.reconciled
            return EffectState(
                state="settled" if is_done else "failed",
                code=row.code or NOT_CARRIED_OUT,
                amount=row.money,
                settled_by=row.settled_by,
            )
        if row.status is LedgerStatus.failed:
            return EffectState(state="failed", code=row.code or NOT_CARRIED_OUT, amount=row.money)
        if row.status not in {LedgerStatus.succeeded, LedgerStatus.reconciled}:
            raise Conflict("This action has not been carried out yet.")
        outcome = BackendOutcome.model_validate(row.outcome)
        progress = await desk.backend.progress(_scope(ticket), prepared_of(row), outcome, ask.key.now)
        if progress.state == "failed":
            async with self._desk.pools.operator(ticket.tenant) as conn:
                await end_failed(conn, ticket.tenant, ask.action_id, code=progress.code, at=ask.key.now)
        return EffectState(state=progress.state, code=progress.code, amount=outcome.amount or row.money)

    @override
    @activity.defn
    @typed_failures
    async def propose_undo(self, ask: UndoAsk) -> ProposedAction | None:
        ticket = ask.key.ticket
        desk = self._desk.tenant(ticket.tenant)
        async with self._desk.pools.operator(ticket.tenant) as conn:
            row = await read_action(conn, ticket.tenant, ask.action_id)
        if row.status not in {LedgerStatus.succeeded, LedgerStatus.reconciled}:
            return None
        context = await desk.backend.gather(_scope(ticket), ask.key.now)
        undoing = desk.backend.undo(
            _scope(ticket), context, prepared_of(row), BackendOutcome.model_validate(row.outcome)
        )
        if undoing is None:
            return None
        return ProposedAction.of(
            action_id=f"{ticket.ticket_id}/a{ask.number}", name=undoing.action, args=undoing.args, wish=ask.wish
        )

    async def _settle_unknown(self, ask: WatchAsk, desk: TenantDesk, row: LedgerRow) -> LedgerRow:
        """Look up what became of it; nothing is sent, however long ago it was.

        That it is not found settles it only when that is certain, for then the same may be done under another key.
        """
        ticket = ask.key.ticket
        if row.idempotency_key is None:
            raise Conflict("This action was never sent.")
        found = await desk.backend.look_up(_scope(ticket), prepared_of(row), row.idempotency_key)
        if found is None and (row.claimed_at is None or ask.key.now - row.claimed_at < ABSENT_AFTER):
            return row
        is_done = found is not None and found.status == "succeeded"
        async with self._desk.pools.operator(ticket.tenant) as conn:
            return await reconcile(
                conn,
                ticket.tenant,
                ask.action_id,
                "reconciled" if is_done else "failed",
                code=found.code if found is not None else NOT_CARRIED_OUT,
                outcome=found.model_dump(mode="json") if found is not None else {},
                at=ask.key.now,
            )


def _scope(ticket: TicketRef) -> Scope:
    """The scope in which the effect was made: that its customer's proof has lapsed since makes it no less theirs."""
    return scope_of(ticket).model_copy(update={"identity": IdentityLevel.proven})


def prepared_of(row: LedgerRow) -> Prepared:
    """An action as it was claimed, whoever carries on with it."""
    return Prepared(action=row.action, args=row.args, business_key=row.business_key, amount=row.money)
