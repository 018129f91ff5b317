"""Hearing that something happened on a ticket, for streams and for answers that are waited for.

One connection per process listens; it passes on which ticket changed, and whoever heard it reads the rows in their own
scope. A notice may be missed while the connection is renewed: then everybody is rung, and looks.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Iterator

import structlog

from domain.errors import Unavailable
from domain.ids import TenantId, TicketId
from store.listen import DRAFTS_CHANNEL, EVENTS_CHANNEL, SEATS_CHANNEL, DraftNotice, listening

_RENEW_SECONDS = 1.0
_MOST_DRAFTS = 100  # notices that an ear keeps
_log = structlog.get_logger("api")


class Ear:
    """One listener: what changed since it last asked."""

    def __init__(
        self, tenant: TenantId, ticket_id: TicketId | None, drafts_of: TicketId | None, operator_id: str | None
    ) -> None:
        self.tenant = tenant
        self.ticket_id = ticket_id
        self.drafts_of = drafts_of
        self.operator_id = operator_id
        self._is_doubtful = True  # whoever begins to listen may have lost the right to just before
        self._rung = asyncio.Event()
        self._changed: dict[TicketId, int] = {}  # the first event of each ticket that was not taken yet
        self._drafts: deque[DraftNotice] = deque(maxlen=_MOST_DRAFTS)

    def ring(self, ticket_id: TicketId | None = None, seq: int = 0) -> None:
        """Wake whoever waits; `ticket_id` says what changed, and without it anything may have."""
        if ticket_id is None:
            self._is_doubtful = True
        else:
            self._changed[ticket_id] = min(seq, self._changed.get(ticket_id, seq))
        self._rung.set()

    def hear(self, draft: DraftNotice) -> None:
        """Take words of a draft; who listens too slowly misses the oldest."""
        self._drafts.append(draft)
        self._rung.set()

    def take_doubt(self) -> bool:
        """Whether the listener's own rights may have changed since this was last asked."""
        doubt, self._is_doubtful = self._is_doubtful, False
        return doubt

    def take_drafts(self) -> list[DraftNotice]:
        """Return what was heard of drafts, and forget it."""
        drafts = [*self._drafts]
        self._drafts.clear()
        return drafts

    async def wait(self, seconds: float) -> bool:
        """Wait until something may have changed; False when nothing was heard for so long."""
        try:
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        except TimeoutError:
            return False
        self._rung.clear()
        return True

    def take(self) -> dict[TicketId, int]:
        """Return which tickets changed, each with the first event that is new, and forget it."""
        changed, self._changed = self._changed, {}
        return changed


class Bell:
    """Rings every ear that listens for a ticket; runs as long as the process."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._ears: set[Ear] = set()
        self.is_stopped = False

    async def run(self) -> None:
        """Listen until cancelled, renewing the connection as often as it is lost."""
        while True:
            try:
                async with listening(self._dsn, EVENTS_CHANNEL, DRAFTS_CHANNEL, SEATS_CHANNEL) as notices:
                    self._ring_all()  # what was announced before the connection stood is heard now
                    async for notice in notices:
                        self._pass_on(notice)
            except Unavailable:
                _log.warning("events_connection_lost")
            await asyncio.sleep(_RENEW_SECONDS)

    def stop(self) -> None:
        """End every stream and every wait, so that a server that drains its connections can end."""
        self.is_stopped = True
        self._ring_all()

    @contextlib.contextmanager
    def listen(
        self,
        tenant: TenantId,
        ticket_id: TicketId | None = None,
        *,
        drafts_of: TicketId | None = None,
        operator_id: str | None = None,
    ) -> Iterator[Ear]:
        """Listen for one ticket, or for all of a tenant; nothing that happens inside the block is missed.

        Drafts are heard of the one ticket, or of the one named by `drafts_of`. A listener who says who they are is also
        rung when one of their sessions ends or their rights change.
        """
        ear = Ear(tenant, ticket_id, drafts_of or ticket_id, operator_id)
        self._ears.add(ear)
        try:
            yield ear
        finally:
            self._ears.discard(ear)

    def _ring_all(self) -> None:
        for ear in self._ears:
            ear.ring()

    def _pass_on(self, notice: str) -> None:
        if notice.startswith("{"):
            self._pass_on_draft(DraftNotice.model_validate_json(notice))
            return
        tenant, is_event, rest = notice.partition("|")
        if not is_event:  # an operator's id, which has no such sign
            for ear in self._ears:
                if ear.operator_id == notice:
                    ear.ring()
            return
        ticket_id, _, seq = rest.partition("|")
        for ear in self._ears:
            if ear.tenant == tenant and ear.ticket_id in {None, ticket_id}:
                ear.ring(ticket_id, int(seq))

    def _pass_on_draft(self, draft: DraftNotice) -> None:
        for ear in self._ears:
            if ear.tenant == draft.tenant and ear.drafts_of == draft.ticket_id:
                ear.hear(draft)
