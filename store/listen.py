"""Hearing at once of new outbox rows and events, by LISTEN.

A notice is a hint: whoever listens reads the rows themselves, and also reads them when a connection was lost.
"""

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

import psycopg
from psycopg import AsyncConnection, sql

from domain.errors import Unavailable
from domain.ids import TenantId, TicketId
from domain.model import Model

#: Payload: the id of an outbox row.
OUTBOX_CHANNEL = "setright_outbox"
#: Payload: `tenant|ticket id|seq` of an event.
EVENTS_CHANNEL = "setright_events"
#: Payload: a `DraftNotice`: words of a draft that is being written, heard by operators' consoles and kept by nobody.
DRAFTS_CHANNEL = "setright_drafts"
#: Payload: the id of an operator one of whose sessions has ended, or whose rights have changed.
SEATS_CHANNEL = "setright_seats"
_MOST_CHARS = 1_500  # a notice has room for 8,000 bytes


class DraftNotice(Model):
    """More words of a draft, as the model sees them: placeholders stand where personal data will."""

    tenant: TenantId
    ticket_id: TicketId
    turn: int
    at: int  # characters that came before
    text: str

    def payload(self) -> str:
        """The notice as it is sent; what does not fit is left out, for the draft itself follows."""
        return self.model_copy(update={"text": self.text[:_MOST_CHARS]}).model_dump_json()


@asynccontextmanager
async def listening(dsn: str, *channels: str) -> AsyncIterator[AsyncIterator[str]]:
    """Listen to channels on a connection of its own; once inside, no notice is missed until it raises Unavailable."""
    try:
        async with await AsyncConnection.connect(dsn, autocommit=True) as conn:
            for channel in channels:
                await conn.execute(sql.SQL("listen {}").format(sql.Identifier(channel)))
            # Closed before the connection is, which would wait for the generator to let it go.
            async with aclosing(conn.notifies()) as notices:
                yield (notice.payload async for notice in notices)
    except psycopg.OperationalError as error:
        raise Unavailable("The database connection that listens was lost.", sqlstate=error.sqlstate) from None
