"""What customers and operators write, and what they are told of its being accepted."""

import base64
import binascii
from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from api.schemas.base import LARGEST_SEQ, TICKET, Body, ExternalId, Flag, OneLine, WholeNumber, example
from api.schemas.tickets import TicketView
from domain.ids import TicketId
from domain.message import MAX_ATTACHMENT_BYTES, Message
from domain.model import Model
from domain.text import MAX_MESSAGE_CHARS, MessageText
from domain.ticket import IdentityLevel
from store.messages import Attachment

MAX_ATTACHMENTS = 10


def _decoded(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("Base64 is needed, as text.")  # noqa: TRY004 - pydantic takes no TypeError for an answer
    try:
        content = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("This is not Base64 (RFC 4648, with padding).") from None
    if len(content) > MAX_ATTACHMENT_BYTES:
        raise ValueError(f"A file may have {MAX_ATTACHMENT_BYTES} bytes.")
    return content


class AttachmentBody(Body):
    """A file that comes with a message; it is stored and shown to people, never read by the assistant."""

    name: OneLine
    media_type: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.+-]+/[A-Za-z0-9.+-]+$", max_length=127)]
    data_base64: Annotated[
        bytes,
        BeforeValidator(_decoded),
        Field(repr=False, json_schema_extra={"type": "string", "format": "byte"}),
    ]

    def stored(self) -> Attachment:
        """The file as the store takes it."""
        return Attachment.of(self.name, self.media_type, self.data_base64)


class WordsBody(Body):
    """Somebody's words, with files."""

    text: MessageText = Field(
        examples=["I sent my headphones back three weeks ago and still have no money."],
        json_schema_extra={"minLength": 1, "maxLength": MAX_MESSAGE_CHARS},
    )
    attachments: Annotated[tuple[AttachmentBody, ...], Field(max_length=MAX_ATTACHMENTS)] = ()

    @model_validator(mode="after")
    def _files_fit(self) -> "WordsBody":
        if sum(len(file.data_base64) for file in self.attachments) > MAX_ATTACHMENT_BYTES:
            raise ValueError(f"The files together may have {MAX_ATTACHMENT_BYTES} bytes.")
        return self

    def files(self) -> tuple[Attachment, ...]:
        """The files as the store takes them."""
        return tuple(file.stored() for file in self.attachments)


class MessageBody(WordsBody):
    """A customer's next message."""

    model_config = example(text="It is order 10042.", external_id="web-88214")

    external_id: ExternalId | None = Field(
        default=None, description="Your own id of this message: a second delivery is recognised by it."
    )
    identity: IdentityLevel | None = Field(
        default=None,
        description="How well you know by now that the writer is the customer: it can raise what is known, never lower"
        " it. Anything but `anonymous` needs the scope identity_assert.",
    )


class ReplyBody(WordsBody):
    """An operator's message to the customer."""

    model_config = example(text="I have sent the refund again myself; it will be there by Friday.", solves=True)

    solves: Flag = Field(default=False, description="The ticket is settled with this reply.")
    seen: Annotated[WholeNumber, Field(ge=0, le=LARGEST_SEQ)] | None = Field(
        default=None,
        description="The number of the last message you have seen: if there is a newer one, nothing is sent (409).",
    )


class Receipt(Model):
    """A message was accepted: committed, with its place in the conversation."""

    ticket_id: TicketId = Field(examples=[TICKET])
    seq: int = Field(description="The message's number within its ticket.", examples=[1])
    is_repeat: bool = Field(default=False, description="It had been accepted before; nothing was written.")


class AcceptedView(Receipt):
    """A message was accepted, and with `wait` perhaps answered."""

    status_url: str = Field(examples=[f"/v1/tickets/{TICKET}"])
    events_url: str = Field(examples=[f"/v1/tickets/{TICKET}/events"])
    temporal_url: str | None = Field(default=None, description="The ticket's workflow in Temporal's UI.")
    ticket: TicketView | None = Field(
        default=None, description="Where the ticket stands, once the message was answered."
    )
    answers: tuple[Message, ...] = Field(
        default=(), description="What was said since; empty when the outcome has no words."
    )


class ReplyView(Model):
    """An operator's message was accepted."""

    ticket_id: TicketId
    seq: int
    delivered: bool = Field(description="Whether the workflow knows of it already; if not, it is told later.")
