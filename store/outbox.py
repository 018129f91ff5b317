"""The outbox: what a workflow must still be told of, so that a crash between commit and nudge loses nothing.

A nudge says which row is new, never what it holds; telling a workflow twice does no harm.
"""

from datetime import datetime
from typing import Literal

from domain.ids import CustomerId, Label, TenantId, TicketId
from domain.model import Model
from domain.ticket import Channel, IdentityLevel, TicketRef
from store.queries import load_queries
from store.rows import Connection, execute, fetch_all

_SQL = load_queries("outbox")
NudgeKind = Literal["message", "decision", "operator", "note", "resume", "watch", "code"]


class Nudge(Model):
    """One row that waits for delivery, with all that is needed to start or tell the ticket's workflow."""

    id: int
    tenant: TenantId
    ticket_id: TicketId
    customer_id: CustomerId
    channel: Channel
    identity: IdentityLevel
    kind: NudgeKind
    ref: int  # the message's seq, or the id of the decision, the lifted pause, the effect's change, the code
    created_at: datetime
    attempts: int

    @property
    def ticket(self) -> TicketRef:
        """Whose ticket it is."""
        return TicketRef(
            tenant=self.tenant,
            ticket_id=self.ticket_id,
            customer_id=self.customer_id,
            channel=self.channel,
            identity=self.identity,
        )


async def announce(conn: Connection, ticket: TicketRef, kind: NudgeKind, ref: int, at: datetime) -> None:
    """Note, in the transaction that makes the row, that the workflow must be told of it."""
    await execute(conn, _SQL["insert_row"], {**ticket.model_dump(), "kind": kind, "ref": ref, "at": at})


async def undelivered(conn: Connection, limit: int, older_than: datetime) -> list[Nudge]:
    """Return what was made up to `older_than` and is not delivered yet, the oldest first, over all tenants in scope."""
    return await fetch_all(conn, Nudge, _SQL["undelivered"], {"limit": limit, "older_than": older_than})


async def mark_delivered(conn: Connection, ticket: TicketRef, kind: NudgeKind, ref: int, at: datetime) -> None:
    """Note that the workflow has been told; once more changes nothing but the count of attempts."""
    await execute(conn, _SQL["mark_delivered"], {**ticket.model_dump(), "kind": kind, "ref": ref, "at": at})


async def mark_failed(conn: Connection, ticket: TicketRef, kind: NudgeKind, ref: int, code: Label) -> None:
    """Note a failed attempt by its error code; the row stays undelivered."""
    await execute(conn, _SQL["mark_failed"], {**ticket.model_dump(), "kind": kind, "ref": ref, "code": code})
