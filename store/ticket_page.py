"""What a ticket's page in the console shows besides its state: who said what, drafts, approvers' answers, the customer.

Reads only. Each takes a connection in the tenant's operator scope.
"""

from datetime import datetime

from domain.customer import CustomerContext
from domain.errors import NotFound
from domain.evidence import Standing
from domain.ids import TenantId, TicketId
from domain.message import AttachmentInfo, AuthorKind
from domain.model import Model
from domain.verification import Finding
from store.approvals import DecisionRow
from store.queries import load_queries
from store.rows import Connection, fetch_all, fetch_one

_SQL = load_queries("ticket_page")


class FileRow(AttachmentInfo):
    """A file of a message; `number` counts from 1."""

    number: int


class SaidRow(Model):
    """A message as operators see it: with who wrote it, and notes among operators too."""

    seq: int
    author: AuthorKind
    author_id: str | None
    is_note: bool
    text: str
    at: datetime
    channel: str
    draft_id: int | None
    solves: bool
    files: tuple[FileRow, ...]


class DraftedRow(Model):
    """A draft of a reply; `sent_as` is the number of the message it became, None for one that was not sent."""

    id: int
    turn: int
    attempt: int
    text: str
    citations: tuple[int, ...]
    findings: tuple[Finding, ...] | None
    created_at: datetime
    sent_as: int | None


class SeenContext(Model):
    """The customer's records as a turn saw them."""

    id: int
    turn: int
    at: datetime
    body: CustomerContext


class PassageRow(Model):
    """A passage as it was when it was found, and how it stands now."""

    passage_id: int
    slug: str
    version: int
    title: str
    section: str
    path: tuple[str, ...]
    text: str
    url: str | None
    known_from: datetime
    known_until: datetime | None
    current_version: int | None  # None: the article was withdrawn
    standing: Standing


async def list_said(conn: Connection, tenant: TenantId, ticket_id: TicketId, *, notes: bool) -> list[SaidRow]:
    """Return the conversation in order; with `notes`, what operators wrote among themselves too."""
    return await fetch_all(conn, SaidRow, _SQL["list_said"], {**_key(tenant, ticket_id), "notes": notes})


async def list_drafts(conn: Connection, tenant: TenantId, ticket_id: TicketId) -> list[DraftedRow]:
    """Return every draft of the ticket, in the order they were written."""
    return await fetch_all(conn, DraftedRow, _SQL["list_drafts"], _key(tenant, ticket_id))


async def list_answers(conn: Connection, tenant: TenantId, ticket_id: TicketId) -> list[DecisionRow]:
    """Return what approvers answered on the ticket, in order."""
    return await fetch_all(conn, DecisionRow, _SQL["list_answers"], _key(tenant, ticket_id))


async def latest_context(conn: Connection, tenant: TenantId, ticket_id: TicketId) -> SeenContext | None:
    """Return the newest snapshot of the customer's records, or None before the first turn."""
    return await fetch_one(conn, SeenContext, _SQL["latest_context"], _key(tenant, ticket_id))


async def read_passage(
    conn: Connection, tenant: TenantId, ticket_id: TicketId, passage_id: int, at: datetime
) -> PassageRow:
    """Return a passage that this ticket's drafts cite or its searches found, and how it stands at `at`.

    Raises:
        NotFound: the ticket has nothing to do with such a passage.
    """
    key = {**_key(tenant, ticket_id), "passage_id": passage_id, "at": at}
    row = await fetch_one(conn, PassageRow, _SQL["read_passage"], key)
    if row is None:
        raise NotFound("No reply of this ticket rests on such a passage.")
    return row


def _key(tenant: TenantId, ticket_id: TicketId) -> dict[str, object]:
    return {"tenant": tenant, "ticket_id": ticket_id}
