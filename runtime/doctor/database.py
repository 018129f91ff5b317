"""Checks of what Postgres holds: the schema, messages nobody was told of, tickets that do not move, the audit trail."""

from datetime import timedelta

import psycopg

from domain.ids import TenantId
from domain.message import AuthorKind
from domain.ticket import TicketStatus
from runtime.doctor.finding import Finding, fail, ok
from runtime.doctor.site import LiveSite
from store.audit import verify_chain
from store.events import read_events
from store.messages import read_messages
from store.migrate import read_applied, read_migrations
from store.outbox import undelivered
from store.rows import Connection
from store.tickets import TicketFilter, TicketRow, list_tickets

_UNDELIVERED_AFTER = timedelta(minutes=1)
_STUCK_AFTER = timedelta(minutes=2)
_LOOKED_AT = 200  # tickets; one that is stuck is among the newest
_NAMED = 5
_ALIVE = tuple(status for status in TicketStatus if status is not TicketStatus.closed)


async def check_migrations(live: LiveSite) -> Finding:
    """Whether the database has the schema that this program needs."""
    async with await psycopg.AsyncConnection.connect(live.owner_dsn, autocommit=True) as conn:
        applied = {migration.number: migration.sha256 for migration in await read_applied(conn)}
    known = read_migrations()
    if edited := [file for file in known if file.number in applied and applied[file.number] != file.sha256]:
        names = ", ".join(f"{file.number:04}_{file.name}" for file in edited)
        return fail("migrations", f"changed since they were applied: {names}", "Restore these files as they were.")
    if len(applied) > len(known):
        todo = "Run the newer Setright that changed it."
        return fail("migrations", f"the database is at {len(applied)}, this program knows {len(known)}", todo)
    if len(applied) < len(known):
        todo = "Restart `setright up`, or run `setright db migrate`."
        return fail("migrations", f"{len(known) - len(applied)} not applied yet", todo)
    return ok("migrations", f"all {len(known)} applied")


async def check_outbox(live: LiveSite) -> Finding:
    """Whether every accepted message has reached its workflow."""
    async with live.pools.relay() as conn:
        waiting = await undelivered(conn, _LOOKED_AT, live.site.now - _UNDELIVERED_AFTER)
    if not waiting:
        return ok("messages", "every accepted message has reached its ticket")
    most = "more than " if len(waiting) == _LOOKED_AT else ""
    tickets = _some(sorted({nudge.ticket_id for nudge in waiting}))
    detail = f"{most}{len(waiting)} accepted, but not delivered for over a minute: {tickets}"
    return fail("messages", detail, "See that Temporal answers and a worker runs; the relay delivers them then.")


async def check_stuck(live: LiveSite) -> Finding:
    """Whether a customer waits for the assistant longer than any turn takes."""
    stuck: list[str] = []
    looked_at = 0
    for tenant in live.record.keys:
        async with live.pools.operator(tenant) as conn:
            page = await list_tickets(conn, tenant, TicketFilter(statuses=_ALIVE), limit=_LOOKED_AT)
            looked_at += len(page.tickets)
            stuck += [ticket.ticket_id for ticket in page.tickets if await _is_stuck(conn, tenant, ticket, live)]
    if stuck:
        todo = "`setright history T-… --raw` ends with what is tried again and again; the worker's log says why."
        return fail("tickets", f"unanswered for over two minutes: {_some(stuck)}", todo)
    return ok("tickets", f"{looked_at} not closed, none stuck")


async def _is_stuck(conn: Connection, tenant: TenantId, ticket: TicketRow, live: LiveSite) -> bool:
    """Whether a message was written that no turn has read (a turn records what it has read when it ends)."""
    events = await read_events(conn, tenant, ticket.ticket_id)
    read = max((int(str(event.body["seq"])) for event in events if event.kind == "message_received"), default=0)
    if ticket.last_message_seq <= read:
        return False
    unread = await read_messages(conn, tenant, ticket.ticket_id, after=read)
    oldest = live.site.now - _STUCK_AFTER
    return any(message.author is AuthorKind.customer and message.at < oldest for message in unread)


async def check_audit(live: LiveSite) -> Finding:
    """Whether the recorded past is the past that was recorded."""
    problems = []
    for tenant in live.record.keys:
        async with live.pools.operator(tenant) as conn:
            found = await verify_chain(conn, tenant)
        problems += [f"{tenant} {broken.ticket_id or 'chain'} {broken.seq}: {broken.what}" for broken in found]
    if problems:
        todo = "Somebody changed the database by hand, or a disk failed: compare with a backup before going on."
        return fail("audit", _some(problems), todo)
    return ok("audit", "every ticket's chain of events verifies")


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
