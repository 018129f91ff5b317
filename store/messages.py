"""The conversation: messages in their order, and the files that came with them.

The words of a ticket are here and nowhere else. How they come in is told by `inbox.py` and `replies.py`.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from pydantic import Field

from domain.action import Arguments
from domain.errors import NotFound
from domain.ids import Label, TenantId, TicketId
from domain.message import AttachmentInfo, AuthorKind, Message
from domain.model import Model
from domain.slot import SpanValue
from domain.ticket import IdentityLevel, TicketRef
from store.queries import load_queries
from store.rows import Connection, execute, fetch_all, fetch_one

_SQL = load_queries("messages")
_TICKETS = load_queries("tickets")


class Attachment(Model):
    """A file that comes with a message."""

    info: AttachmentInfo
    content: bytes = Field(repr=False)

    @classmethod
    def of(cls, name: str, media_type: str, content: bytes) -> "Attachment":
        """Make an attachment of its bytes; raises pydantic's ValidationError when name, type or size will not do."""
        return cls(info=AttachmentInfo(name=name, media_type=media_type, size=len(content)), content=content)

    @property
    def sha256(self) -> str:
        """The digest of the content, in hex."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class NewMessage:
    """One row of the conversation, as it is to be written."""

    author: AuthorKind
    text: str
    at: datetime
    author_id: str | None = None
    external_id: str | None = None
    is_note: bool = False
    reply_to_watermark: int | None = None
    draft_id: int | None = None
    identity: IdentityLevel | None = None  # how well the customer was known
    solves: bool = False  # an operator's word that settles the ticket


@dataclass(frozen=True, slots=True)
class LockedTicket:
    """What must be known of a ticket to append to its conversation."""

    customer_id: str
    status: str
    last_message_seq: int


async def lock_ticket(conn: Connection, ref: TicketRef) -> LockedTicket:
    """Lock the ticket's row until the transaction ends, which gives its messages their order; raises NotFound."""
    key = {"tenant": ref.tenant, "ticket_id": ref.ticket_id}
    ticket = await fetch_one(conn, LockedTicket, _TICKETS["lock_ticket"], key)
    if ticket is None or ticket.customer_id != ref.customer_id:
        raise NotFound("There is no such ticket.")
    return ticket


async def append_message(
    conn: Connection, ref: TicketRef, ticket: LockedTicket, message: NewMessage, attachments: Sequence[Attachment] = ()
) -> int:
    """Write a message as the next of the locked ticket and return its seq."""
    seq = ticket.last_message_seq + 1
    audience = [] if message.is_note else ["customer"]
    await execute(
        conn, _SQL["insert_message"], {**ref.model_dump(), **asdict(message), "audience": audience, "seq": seq}
    )
    await execute(conn, _SQL["count_message"], {"tenant": ref.tenant, "ticket_id": ref.ticket_id, "seq": seq})
    for number, attachment in enumerate(attachments, 1):
        row = {"seq": seq, "number": number, "sha256": attachment.sha256, "content": attachment.content}
        info = attachment.info.model_dump()
        await execute(conn, _SQL["insert_attachment"], {**ref.model_dump(), **info, **row})
    return seq


async def read_messages(
    conn: Connection,
    tenant: TenantId,
    ticket_id: TicketId,
    *,
    after: int = 0,
    upto: int | None = None,
    notes: bool = False,
) -> list[Message]:
    """Return the conversation between two places, `upto` included; with `notes`, those among operators too."""
    key = {"tenant": tenant, "ticket_id": ticket_id, "after": after, "upto": upto, "notes": notes}
    return await fetch_all(conn, Message, _SQL["read_messages"], key)


async def read_spans(conn: Connection, ref: TicketRef, args: Arguments) -> dict[Label, str]:
    """Return the words behind the arguments that are spans of messages, by argument."""
    words: dict[Label, str] = {}
    for name, value in args.items():
        if isinstance(value, SpanValue):
            found = await read_messages(conn, ref.tenant, ref.ticket_id, after=value.seq - 1, upto=value.seq)
            words[name] = found[0].text[value.start : value.end] if found else ""
    return words


@dataclass(frozen=True, slots=True)
class OperatorsWord:
    """Who wrote an operator's message, and whether it solves the ticket."""

    by: str
    solves: bool


async def read_operators_word(conn: Connection, tenant: TenantId, ticket_id: TicketId, seq: int) -> OperatorsWord:
    """Return what a workflow must know of an operator's message; raises NotFound."""
    key = {"tenant": tenant, "ticket_id": ticket_id, "seq": seq}
    word = await fetch_one(conn, OperatorsWord, _SQL["read_operators_word"], key)
    if word is None:
        raise NotFound("There is no such message of an operator's.")
    return word


async def read_attachment(conn: Connection, tenant: TenantId, ticket_id: TicketId, seq: int, number: int) -> Attachment:
    """Return the `number`-th file (from 1) of a message; raises NotFound."""
    key = {"tenant": tenant, "ticket_id": ticket_id, "seq": seq, "number": number}
    row = await (await conn.execute(_SQL["read_attachment"], key)).fetchone()
    if row is None:
        raise NotFound("There is no such attachment.")
    return Attachment.of(*row)
