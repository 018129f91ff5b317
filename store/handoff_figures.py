"""Handoffs in numbers: a projection of the events, counted when it is asked for."""

from domain.handoff_figures import HandoffCount, HandoffFigures, SubjectCount
from domain.ids import TenantId, TicketId
from store.queries import load_queries
from store.rows import Connection, fetch_all, fetch_one

_SQL = load_queries("handoff_figures")


async def count_handoffs(conn: Connection, tenant: TenantId, ticket_id: TicketId | None = None) -> HandoffFigures:
    """Return the figures of one ticket, or of all tickets of the tenant; all 0 where nothing happened."""
    key = {"tenant": tenant, "ticket_id": ticket_id}
    figures = await fetch_one(conn, HandoffFigures, _SQL["count_handoffs"], key)
    if figures is None:
        return HandoffFigures()
    reasons = await fetch_all(conn, HandoffCount, _SQL["count_reasons"], key)
    subjects = await fetch_all(conn, SubjectCount, _SQL["count_subjects"], key)
    return figures.model_copy(update={"reasons": tuple(reasons), "subjects": tuple(subjects)})
