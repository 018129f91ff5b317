"""Drafted replies: their words, what they are made of, and what a check found wrong with them.

A draft is written once and then only referred to by id and digest; what is sent is compared with what was checked.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from psycopg.types.json import Jsonb

from domain.errors import NotFound
from domain.ids import CustomerId, Sha256, TenantId, TicketId
from domain.memory import ReplyPart
from domain.model import Model
from domain.outcome import DraftRef
from domain.ticket import TicketRef
from domain.verification import Finding
from store.queries import load_queries
from store.rows import Connection, execute, fetch_one, fetch_value

_SQL = load_queries("drafts")


class NewDraft(Model):
    """A reply as the assistant drafted it in one attempt of a turn."""

    turn: int
    attempt: int = 1
    text: str
    parts: tuple[ReplyPart, ...] = ()
    citations: tuple[int, ...] = ()  # passage ids


class DraftRow(Model):
    """A drafted reply; `findings` is None until it was checked."""

    id: int
    ticket_id: TicketId
    customer_id: CustomerId
    turn: int
    attempt: int
    text: str
    sha256: Sha256
    parts: tuple[ReplyPart, ...]
    citations: tuple[int, ...]
    findings: tuple[Finding, ...] | None
    created_at: datetime


async def insert_draft(conn: Connection, ref: TicketRef, draft: NewDraft, at: datetime) -> DraftRef:
    """Keep a draft; the same text in the same attempt of the same turn is the same draft."""
    sha256 = hashlib.sha256(draft.text.encode()).hexdigest()
    row = {
        **ref.model_dump(),
        "turn": draft.turn,
        "attempt": draft.attempt,
        "text": draft.text,
        "sha256": sha256,
        "parts": Jsonb([part.model_dump(mode="json") for part in draft.parts]),
        "citations": list(draft.citations),
        "at": at,
    }
    draft_id = await fetch_value(conn, _SQL["insert_draft"], row) or await fetch_value(conn, _SQL["find_draft"], row)
    return DraftRef(draft_id=draft_id, sha256=sha256)


async def read_draft(conn: Connection, tenant: TenantId, draft_id: int) -> DraftRow:
    """Return a draft; raises NotFound when it is not there or outside the scope."""
    row = await fetch_one(conn, DraftRow, _SQL["read_draft"], {"tenant": tenant, "id": draft_id})
    if row is None:
        raise NotFound("There is no such draft.")
    return row


async def save_findings(conn: Connection, tenant: TenantId, draft_id: int, findings: Sequence[Finding]) -> None:
    """Keep what a check found; none found is kept too. Raises NotFound."""
    found = Jsonb([finding.model_dump(mode="json") for finding in findings])
    if not await execute(conn, _SQL["save_findings"], {"tenant": tenant, "id": draft_id, "findings": found}):
        raise NotFound("There is no such draft.")
