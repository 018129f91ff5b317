"""Checking that the recorded past is the past that was recorded.

It reads and reports; it mends nothing. What it cannot see by itself, the end of a tenant's chain cut off together with
the events, it sees with a head that was kept elsewhere.
"""

from datetime import datetime
from typing import cast

from pydantic import JsonValue

from domain.event import GENESIS, EventKind, TicketEvent
from domain.ids import Sha256, TenantId, TicketId
from domain.model import Model
from store.heads import Head, Link
from store.queries import load_queries
from store.rows import Connection, fetch_all, fetch_one

_SQL = load_queries("audit")
_BATCH = 5_000  # links of a tenant's chain read at once; a few MB


class ChainProblem(Model):
    """One place where the record does not hold; `ticket_id` is None where the tenant's own chain is broken."""

    ticket_id: TicketId | None
    seq: int
    what: str


class _Recorded(Model):
    seq: int
    kind: str
    at: datetime
    body: dict[str, JsonValue]
    prev_hash: Sha256
    hash: Sha256

    def digest(self, previous: Sha256) -> Sha256 | None:
        """What the hash should be; None for a body that no event can have had."""
        kind = cast("EventKind", self.kind)  # a forged kind is to be found out, not to be refused
        event = TicketEvent.model_construct(seq=self.seq, kind=kind, at=self.at, body=self.body)
        try:
            return event.digest(previous)
        except TypeError:
            return None


class _TicketEnd(Model):
    ticket_seq: int
    ticket_hash: Sha256


class _RecordedLink(Link):
    prev_hash: Sha256
    hash: Sha256


class _Ticket(Model):
    ticket_id: TicketId


async def verify_chain(
    conn: Connection, tenant: TenantId, ticket_id: TicketId | None = None, *, kept: Head | None = None
) -> list[ChainProblem]:
    """Return what is wrong with one ticket's chain, or with all of a tenant's and the chain over them.

    `kept` is a head that was read before and kept outside the database: the tenant's chain must still hold it.
    """
    if ticket_id is not None:
        return await _check_ticket(conn, tenant, ticket_id)
    problems = await _check_heads(conn, tenant, kept)
    for ticket in await fetch_all(conn, _Ticket, _SQL["list_recorded"], {"tenant": tenant}):
        problems += await _check_ticket(conn, tenant, ticket.ticket_id)
    return problems


async def _check_ticket(conn: Connection, tenant: TenantId, ticket_id: TicketId) -> list[ChainProblem]:
    def problem(seq: int, what: str) -> ChainProblem:
        return ChainProblem(ticket_id=ticket_id, seq=seq, what=what)

    key = {"tenant": tenant, "ticket_id": ticket_id}
    problems = []
    expected, previous = 1, GENESIS
    for event in await fetch_all(conn, _Recorded, _SQL["read_chain"], key):
        if event.seq != expected or event.prev_hash != previous:
            problems.append(problem(event.seq, "it does not follow the event before it"))
        if event.digest(event.prev_hash) != event.hash:
            problems.append(problem(event.seq, "it was changed after it was recorded"))
        expected, previous = event.seq + 1, event.hash
    end = await fetch_one(conn, _TicketEnd, _SQL["read_newest_head"], key)
    if (end or _TicketEnd(ticket_seq=0, ticket_hash=GENESIS)) != _TicketEnd(
        ticket_seq=expected - 1, ticket_hash=previous
    ):
        problems.append(problem(expected - 1, "the tenant's chain knows another last event"))
    return problems


async def _check_heads(conn: Connection, tenant: TenantId, kept: Head | None) -> list[ChainProblem]:
    def problem(number: int, what: str) -> ChainProblem:
        return ChainProblem(ticket_id=None, seq=number, what=what)

    problems = []
    last = Head(number=0, hash=GENESIS)
    is_kept_found = kept is None
    while links := await fetch_all(
        conn, _RecordedLink, _SQL["read_heads"], {"tenant": tenant, "after": last.number, "limit": _BATCH}
    ):
        for link in links:
            if link.number != last.number + 1 or link.prev_hash != last.hash:
                problems.append(problem(link.number, "it does not follow the link before it"))
            if link.digest(link.prev_hash) != link.hash:
                problems.append(problem(link.number, "it was changed after it was recorded"))
            last = Head(number=link.number, hash=link.hash)
            is_kept_found = is_kept_found or last == kept
    if kept is not None and not is_kept_found:
        problems.append(problem(kept.number, "the head that was kept elsewhere is not in the chain"))
    return problems
