"""Messages: the words of a conversation, which live in Postgres and nowhere else."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from domain.model import Model
from domain.text import MessageText

#: Enough for a photo's description or a scanned letter; the file itself is stored, never read by the assistant.
MAX_ATTACHMENT_BYTES = 5 * 1024 * 1024


#: What stands for the words of a message after they were erased.
ERASED = "[erased]"


class AuthorKind(StrEnum):
    """Who wrote a message."""

    customer = "customer"
    assistant = "assistant"
    operator = "operator"
    system = "system"


class AttachmentInfo(Model):
    """A stored file that came with a message: what it is called, how large it is, and its digest."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=255)]
    media_type: Annotated[str, StringConstraints(pattern=r"^[\w.+-]+/[\w.+-]+$", max_length=127)]
    size: Annotated[int, Field(ge=0, le=MAX_ATTACHMENT_BYTES)]


class Message(Model):
    """One message of a ticket's conversation; `seq` counts from 1 within the ticket."""

    seq: int
    author: AuthorKind
    text: MessageText
    at: datetime
    attachments: tuple[AttachmentInfo, ...] = ()
