"""Posting what the assistant says: a checked draft becomes a message, unless somebody has written meanwhile."""

from datetime import datetime

from domain.errors import Conflict
from domain.message import AuthorKind
from domain.outcome import DraftRef
from domain.ticket import TicketRef
from store.drafts import read_draft
from store.messages import NewMessage, append_message, lock_ticket
from store.queries import load_queries
from store.rows import Connection, fetch_value

_SQL = load_queries("replies")


async def post_reply(conn: Connection, ref: TicketRef, draft: DraftRef, watermark: int, at: datetime) -> int | None:
    """Put a checked draft into the conversation and return its seq; None if somebody wrote after `watermark`.

    A draft is posted once: the same again returns the same seq. Raises NotFound, and Conflict if the draft is not the
    one that was checked.
    """
    ticket = await lock_ticket(conn, ref)
    key = {"tenant": ref.tenant, "ticket_id": ref.ticket_id, "draft_id": draft.draft_id, "watermark": watermark}
    posted: int | None = await fetch_value(conn, _SQL["read_posted"], key)
    if posted is not None:
        return posted
    kept = await read_draft(conn, ref.tenant, draft.draft_id)
    if kept.ticket_id != ref.ticket_id or kept.sha256 != draft.sha256:
        raise Conflict("The draft is not the one that was checked.")
    if await has_newer_words(conn, ref, watermark):
        return None
    reply = NewMessage(
        author=AuthorKind.assistant, text=kept.text, at=at, reply_to_watermark=watermark, draft_id=draft.draft_id
    )
    return await append_message(conn, ref, ticket, reply)


async def has_newer_words(conn: Connection, ref: TicketRef, watermark: int) -> bool:
    """Whether a customer or operator wrote after `watermark`; certain only while the caller holds the ticket's lock."""
    key = {"tenant": ref.tenant, "ticket_id": ref.ticket_id, "watermark": watermark}
    return bool(await fetch_value(conn, _SQL["has_newer_words"], key))
