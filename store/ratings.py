"""Ratings: what the customer thinks of how a ticket was handled; the last one counts."""

from datetime import datetime

from pydantic import Field

from domain.ids import TenantId, TicketId
from domain.model import Model
from domain.text import ReasonText
from domain.ticket import TicketRef
from store.queries import load_queries
from store.rows import Connection, execute, fetch_one

_SQL = load_queries("ratings")


class Rating(Model):
    """One to five, and why."""

    score: int = Field(ge=1, le=5)
    comment: ReasonText | None = None
    rated_by: str
    at: datetime


async def save_rating(conn: Connection, ref: TicketRef, rating: Rating) -> None:
    """Keep a rating in place of an earlier one."""
    await execute(conn, _SQL["save_rating"], {**ref.model_dump(), **rating.model_dump()})


async def read_rating(conn: Connection, tenant: TenantId, ticket_id: TicketId) -> Rating | None:
    """Return a ticket's rating, if it has one."""
    return await fetch_one(conn, Rating, _SQL["read_rating"], {"tenant": tenant, "ticket_id": ticket_id})
