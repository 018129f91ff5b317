"""I10: every change of status is a legal one, each begins where the last ended, and the row agrees with the last."""

from collections.abc import Iterator, Sequence

from domain.ticket import TRANSITIONS, TicketStatus
from runtime.verify.evidence import Evidence, Row, by
from runtime.verify.violation import Violation

_CHANGES = """
select tenant, ticket_id, seq, body ->> 'from' as before, body ->> 'to' as after
from setright.events
where kind = 'status_changed'
order by tenant, ticket_id, seq
"""
_TICKETS = "select tenant, ticket_id, status from setright.tickets"


async def check(evidence: Evidence) -> list[Violation]:
    """Walk every ticket's changes."""
    changes = by(await evidence.database.rows(_CHANGES), "tenant", "ticket_id")
    return [
        violation
        for row in await evidence.database.rows(_TICKETS)
        for violation in _walk(row, changes.get((row["tenant"], row["ticket_id"]), []))
    ]


def _walk(ticket: Row, changes: Sequence[Row]) -> Iterator[Violation]:
    status = TicketStatus.new.value
    for change in changes:
        if change["before"] != status:
            yield _violation("transition_from_elsewhere", ticket, f"event {change['seq']}: it was {status}")
        legal = TRANSITIONS.get(TicketStatus(change["before"]), frozenset())
        if change["after"] not in legal:
            detail = f"event {change['seq']}: {change['before']} to {change['after']}"
            yield _violation("illegal_transition", ticket, detail)
        status = change["after"]
    if ticket["status"] != status:
        yield _violation("row_differs", ticket, f"the row says {ticket['status']}, the events {status}")


def _violation(what: str, ticket: Row, detail: str) -> Violation:
    return Violation(invariant="I10", what=what, ids=(ticket["ticket_id"],), detail=detail)
