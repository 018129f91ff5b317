"""How well a ticket's writer is known: the level it was opened with, and every change since.

Rows are only added. Who may add one is decided by whoever accepts a message (`api/identity.py`).
"""

from datetime import datetime

from domain.errors import NotFound
from domain.identity import RaisedBy, Standing
from domain.ticket import TicketRef
from store.queries import load_queries
from store.rows import Connection, execute, fetch_one

_SQL = load_queries("identity")


async def read_standing(conn: Connection, ref: TicketRef) -> Standing:
    """Return how well the ticket's writer is known; certain only while the caller holds the ticket's lock.

    Raises:
        NotFound: there is no such ticket in this scope.
    """
    standing = await fetch_one(conn, Standing, _SQL["read_standing"], ref.model_dump())
    if standing is None:
        raise NotFound("There is no such ticket.")
    return standing


async def save_standing(conn: Connection, ref: TicketRef, seq: int, by: RaisedBy, at: datetime) -> None:
    """Note that from message `seq` on the writer is known as well as `ref` says."""
    await execute(
        conn, _SQL["insert_standing"], {**ref.model_dump(), "level": ref.identity, "seq": seq, "by": by, "at": at}
    )
