"""On which ticket a conversation of another system goes on; that system's own id of it is all that is kept."""

from domain.ids import Label, TenantId, TicketId
from domain.ticket import TicketRef
from store.queries import load_queries
from store.rows import Connection, execute, fetch_value

_SQL = load_queries("hook_conversations")


async def ticket_of_conversation(
    conn: Connection, tenant: TenantId, source: Label, conversation_id: str
) -> TicketId | None:
    """Return the ticket that a conversation goes on in, or None; until the transaction ends, nobody else binds it."""
    key = {"tenant": tenant, "source": source, "conversation_id": conversation_id}
    await fetch_value(conn, _SQL["lock_conversation"], key)
    ticket_id: TicketId | None = await fetch_value(conn, _SQL["read_conversation"], key)
    return ticket_id


async def bind_conversation(conn: Connection, ticket: TicketRef, source: Label, conversation_id: str) -> None:
    """Let a conversation go on in this ticket from now on."""
    key = {"source": source, "conversation_id": conversation_id}
    await execute(conn, _SQL["bind_conversation"], {**ticket.model_dump(), **key})
