"""Accepting what customers and operators write.

"Accepted" means committed: the ticket's stub, the message with its place in the conversation, and the outbox row that
tells the workflow of it, all in the caller's one transaction. The workflow is told ids; the words stay here.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from psycopg import errors
from pydantic import Field

from domain.ask import InboxRow
from domain.errors import Conflict, NotSeen, TicketClosed
from domain.ids import TenantId, TicketId
from domain.message import AuthorKind
from domain.model import Model
from domain.text import MessageText
from domain.ticket import TicketRef, TicketStatus
from store.messages import Attachment, NewMessage, append_message, lock_ticket
from store.outbox import NudgeKind, announce
from store.queries import load_queries
from store.rows import Connection, execute, fetch_all, fetch_one, fetch_value

_SQL = load_queries("inbox")
_TICKETS = load_queries("tickets")


class IncomingMessage(Model):
    """What somebody wrote; `external_id` is the sender's own id of it, under which a second delivery is recognised."""

    author: Literal[AuthorKind.customer, AuthorKind.operator] = AuthorKind.customer
    text: MessageText
    at: datetime
    author_id: str | None = None
    external_id: str | None = Field(default=None, min_length=1, max_length=255)
    attachments: tuple[Attachment, ...] = ()
    is_note: bool = False  # among operators: no customer sees it, and the workflow only notes that it is there
    solves: bool = False  # an operator's word that settles the ticket
    seen: int | None = None  # the last message its writer has seen: with a newer one there, theirs is not accepted


class Stub(Model):
    """What the first message of a new ticket brings along besides itself."""

    subject: str | None = Field(default=None, max_length=255)
    follow_up_of: TicketId | None = None


class Accepted(Model):
    """Where a message has its place now, for ever."""

    ticket_id: TicketId
    seq: int
    is_new: bool  # it opened the ticket
    is_repeat: bool  # it had been accepted before; nothing was written


@dataclass(frozen=True, slots=True)
class _Repeat:
    ticket_id: str
    seq: int
    text: str
    attachments: list[str]


async def accept_message(
    conn: Connection, ref: TicketRef, message: IncomingMessage, *, stub: Stub | None = None
) -> Accepted:
    """Take a message into its ticket, which `stub` opens; the same delivery twice is one message.

    Raises:
        TicketClosed: a follow-up must be opened instead.
        NotFound: there is no such ticket in this scope.
        NotSeen: somebody wrote after the message that its writer has seen.
        Conflict: the external id belongs to another message, or the new ticket's id is taken.
    """
    if message.external_id is not None and (repeat := await _find_repeat(conn, ref, message, stub)) is not None:
        return repeat
    try:
        async with conn.transaction():  # so that a stub made in vain is not left behind
            return await _insert(conn, ref, message, stub)
    except errors.UniqueViolation as error:
        if error.diag.constraint_name != "messages_tenant_external_channel_external_id_key":
            raise
    # The same delivery came first at the same time; a row that even now cannot be seen is another customer's.
    repeat = await _find_repeat(conn, ref, message, stub)
    if repeat is None:
        raise Conflict("The external id was used for another message.")
    return repeat


async def read_inbox(conn: Connection, tenant: TenantId, ticket_id: TicketId, after_seq: int) -> list[InboxRow]:
    """Return what customers and operators wrote after `after_seq`, in order, without the words."""
    key = {"tenant": tenant, "ticket_id": ticket_id, "after": after_seq}
    return await fetch_all(conn, InboxRow, _SQL["read_inbox"], key)


async def _insert(conn: Connection, ref: TicketRef, message: IncomingMessage, stub: Stub | None) -> Accepted:
    if stub is not None:
        row = {**ref.model_dump(), **stub.model_dump(), "at": message.at}
        if not await execute(conn, _TICKETS["insert_stub"], row):
            raise Conflict("The id of the new ticket is taken; open it under another one.")
    ticket = await lock_ticket(conn, ref)
    if ticket.status == TicketStatus.closed:
        raise TicketClosed("The ticket is closed; open a follow-up instead.")
    if message.seen is not None and await _is_newer(conn, ref, message.seen):
        raise NotSeen("Somebody has written since: read what is new, then send it again.")
    words = NewMessage(
        author=message.author,
        text=message.text,
        at=message.at,
        author_id=message.author_id,
        external_id=message.external_id,
        is_note=message.is_note,
        solves=message.solves,
        identity=ref.identity if message.author is AuthorKind.customer else None,
    )
    seq = await append_message(conn, ref, ticket, words, message.attachments)
    kind: NudgeKind = "message" if message.author is AuthorKind.customer else "operator"
    await announce(conn, ref, "note" if message.is_note else kind, seq, message.at)
    return Accepted(ticket_id=ref.ticket_id, seq=seq, is_new=stub is not None, is_repeat=False)


async def _is_newer(conn: Connection, ref: TicketRef, seen: int) -> bool:
    key = {"tenant": ref.tenant, "ticket_id": ref.ticket_id, "seen": seen}
    return bool(await fetch_value(conn, _SQL["is_newer"], key))


async def _find_repeat(
    conn: Connection, ref: TicketRef, message: IncomingMessage, stub: Stub | None
) -> Accepted | None:
    key = {"tenant": ref.tenant, "channel": ref.channel, "external_id": message.external_id}
    repeat = await fetch_one(conn, _Repeat, _SQL["read_repeat"], key)
    if repeat is None:
        return None
    is_same = repeat.text == message.text and repeat.attachments == [item.sha256 for item in message.attachments]
    # A message that opens a ticket is given a new id at each delivery; the first one has it for good.
    if not is_same or (stub is None and repeat.ticket_id != ref.ticket_id):
        raise Conflict("The external id was used for another message.")
    return Accepted(ticket_id=repeat.ticket_id, seq=repeat.seq, is_new=False, is_repeat=True)
