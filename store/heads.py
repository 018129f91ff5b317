"""The chain of a tenant: one link per batch of recorded events, over the ticket's newest hash.

A chain cannot tell that its own end was cut off. So the newest link is also kept outside the database (`read_head`),
and a check of the chain takes what was kept (`audit.py`).
"""

from domain.canonical import sha256_of
from domain.chain import Head
from domain.event import GENESIS
from domain.ids import Sha256, TenantId, TicketId
from domain.model import Model
from store.queries import load_queries
from store.rows import Connection, execute, fetch_one

_SQL = load_queries("heads")


class Link(Model):
    """What one link is made of besides its predecessor."""

    tenant: TenantId
    number: int
    ticket_id: TicketId
    ticket_seq: int
    ticket_hash: Sha256

    def digest(self, previous: Sha256) -> Sha256:
        """SHA-256 over the previous link and this one."""
        return sha256_of([previous, self.tenant, self.number, self.ticket_id, self.ticket_seq, self.ticket_hash])


async def read_head(conn: Connection, tenant: TenantId) -> Head | None:
    """Return the newest link, or None before the first event."""
    return await fetch_one(conn, Head, _SQL["read_head"], {"tenant": tenant})


async def append_head(conn: Connection, tenant: TenantId, ticket_id: TicketId, seq: int, ticket_hash: Sha256) -> None:
    """Link a ticket's newest event into the tenant's chain, which no one else extends until the transaction ends."""
    await conn.execute(_SQL["lock_chain"], {"tenant": tenant})
    head = await read_head(conn, tenant) or Head(number=0, hash=GENESIS)
    link = Link(tenant=tenant, number=head.number + 1, ticket_id=ticket_id, ticket_seq=seq, ticket_hash=ticket_hash)
    row = {**link.model_dump(), "prev_hash": head.hash, "hash": link.digest(head.hash)}
    await execute(conn, _SQL["insert_head"], row)
