"""The meter of one attempt of one activity: what a model is asked is counted, held to the budget, and shown.

The rows decide, not memory: what a ticket has cost, and whether its model failed too often, is read from the ledger by
each worker anew. A call is kept before it is made, in a transaction of its own, since the money is spent whatever
becomes of the answer.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from uuid import uuid4

from temporalio import activity
from typing_extensions import override

from activities.desk import Desk, TenantDesk
from adapters.assistants.metering import Meter, Unmetered
from adapters.assistants.port import Assistant
from domain.ask import TurnKey
from domain.errors import BudgetSpent, ModelResting, Unavailable
from domain.model_call import CallBegun, CallEnded
from domain.points import reach
from store.listen import DraftNotice
from store.model_calls import CallKey, begin_call, end_call, is_model_resting, show_draft, spent_on

#: Attempts of an activity: after the last one without an answer the embedded assistant answers.
MODEL_TRIES = 3
_BEAT_SECONDS = 5.0
_SHOW_SECONDS = 0.2  # at most five notices a second and draft


class TicketMeter(Meter):
    """Counts the calls of one attempt in the ticket's ledger."""

    def __init__(self, desk: Desk, tenant: TenantDesk, key: TurnKey) -> None:
        self._desk = desk
        self._budget = tenant.model_budget
        self._key = key
        self._calls = 0
        self._shown = 0
        self._shown_at = 0.0
        info = activity.info() if activity.in_activity() else None
        self._at = (
            CallKey(
                workflow_id=info.workflow_id or "",
                run_id=info.workflow_run_id or "",
                activity_id=info.activity_id,
                attempt=info.attempt,
                number=1,
            )
            if info is not None
            else CallKey(workflow_id="", run_id=uuid4().hex, activity_id=f"turn-{key.turn}", attempt=1, number=1)
        )
        self.is_last_try = info is None or info.attempt >= MODEL_TRIES

    @override
    async def begin(self, call: CallBegun) -> int:
        """Keep a call before it is made; raises BudgetSpent and ModelResting."""
        ticket, now = self._key.ticket, datetime.now(UTC)
        async with self._desk.pools.operator(ticket.tenant) as conn:
            if self._budget.is_spent(await spent_on(conn, ticket.tenant, ticket.ticket_id)):
                raise BudgetSpent("The ticket has cost in model calls what it may.")
            if await is_model_resting(conn, ticket.tenant, call, now):
                raise ModelResting("The model failed several times in a row; it is left alone for a minute.")
            self._calls += 1
            key = self._at.model_copy(update={"number": self._calls})
            return await begin_call(conn, ticket, key, call, now)

    @override
    async def end(self, call_id: int, ended: CallEnded) -> None:
        """Keep how it ended."""
        reach("model_call.answered")
        ticket = self._key.ticket
        async with self._desk.pools.operator(ticket.tenant) as conn:
            await end_call(conn, ticket.tenant, call_id, ended)

    @override
    async def show(self, text: str) -> None:
        """Tell operators what was added; a console that misses it sees the draft all the same."""
        if len(text) <= self._shown or time.monotonic() - self._shown_at < _SHOW_SECONDS:
            return
        ticket = self._key.ticket
        notice = DraftNotice(
            tenant=ticket.tenant,
            ticket_id=ticket.ticket_id,
            turn=self._key.turn,
            at=self._shown,
            text=text[self._shown :],
        )
        with suppress(Unavailable):
            async with self._desk.pools.operator(ticket.tenant) as conn:
                await show_draft(conn, notice)
        self._shown, self._shown_at = len(text), time.monotonic()


def is_local() -> bool:
    """Whether this runs inside a workflow task, which waits: such a ticket was opened when no model was attached."""
    return activity.in_activity() and activity.info().is_local


@asynccontextmanager
async def asked(desk: Desk, tenant: TenantDesk, key: TurnKey) -> AsyncIterator[tuple[Assistant, Meter]]:
    """The assistant to ask, and its meter; Temporal hears from us meanwhile, so that a dead worker is soon noticed."""
    if is_local() and tenant.uses_model and tenant.quick is not None:
        yield tenant.quick, Unmetered()
        return
    beat = asyncio.create_task(_beat()) if activity.in_activity() and not is_local() else None
    try:
        yield tenant.assistant, TicketMeter(desk, tenant, key) if tenant.uses_model else Unmetered()
    finally:
        if beat is not None:
            beat.cancel()


async def _beat() -> None:
    while True:
        activity.heartbeat()
        await asyncio.sleep(_BEAT_SECONDS)
