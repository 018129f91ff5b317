"""Hooks: how they are made and shown, and what comes in through them."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from api.schemas.base import TICKET, Body, ExternalId, Flag, OneLine, example
from domain.hook import HOOK_EVENTS, HookEvent, HookId
from domain.ids import CustomerId, Label, TicketId
from domain.model import Model
from domain.text import MessageText
from domain.ticket import Channel, IdentityLevel
from store.hooks import HookState

HOOK = "H-7H3K9QWZ"
_LONGEST_MESSAGE_ID = 190  # with its source before it, it is our own message's external id


class OutboundBody(Body):
    """A hook through which we tell another system what happens."""

    model_config = example(direction="outbound", url="https://example.com/setright", events=["ticket.resolved"])

    direction: Literal["outbound"]
    url: str = Field(description="https, on the internet. It is posted to; redirects are not followed.")
    events: Annotated[frozenset[HookEvent], Field(min_length=1)] = Field(
        default=frozenset(HOOK_EVENTS), description="What to tell; left out: everything."
    )


class InboundBody(Body):
    """A hook through which another system tells us what happened."""

    direction: Literal["inbound"]
    source: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")] = Field(
        description="Your name of the other system; it becomes part of the address that it posts to.", examples=["crm"]
    )
    asserts_identity: Flag = Field(
        default=False, description="Whether the other system may say that a writer is who they claim to be."
    )


HookBody = Annotated[OutboundBody | InboundBody, Field(discriminator="direction")]


class HookView(Model):
    """A hook, and how it is doing."""

    hook_id: HookId = Field(examples=[HOOK])
    direction: Literal["outbound", "inbound"]
    url: str | None = Field(description="Outbound: where we post to.")
    events: tuple[HookEvent, ...] = Field(description="Outbound: what is told.")
    source: Label | None = Field(description="Inbound: who posts.")
    path: str | None = Field(description="Inbound: where they post to.", examples=["/hooks/meridian/crm"])
    asserts_identity: bool
    created_at: datetime
    created_by: str
    rotated_at: datetime | None = Field(description="When it got its present secret; the one before lives a day more.")
    state: Literal["active", "failing", "disabled"] = Field(
        description="Outbound: `failing` while calls fail, `disabled` after five days of it or a 410: make a new one."
    )
    failing_since: datetime | None
    disabled_at: datetime | None
    waiting: int = Field(description="Outbound: how many calls are still to be delivered.")
    attempts: int | None = Field(description="Outbound: how often the latest call was tried.")
    last_status: int | None = Field(description="Outbound: what the latest call was answered with.")
    last_error_code: Label | None = Field(description="Outbound: why it was not.")

    @classmethod
    def of(cls, hook: HookState) -> "HookView":
        """Show a hook."""
        state = "disabled" if hook.disabled_at else "failing" if hook.failing_since else "active"
        path = f"/hooks/{hook.tenant}/{hook.source}" if hook.source else None
        same = set(cls.model_fields) - {"path", "state"}
        return cls.model_validate({**hook.model_dump(include=same), "path": path, "state": state})


class HookSecretView(Model):
    """A hook with its secret, which is shown this once."""

    hook: HookView
    secret: str = Field(repr=False, description="Of the Standard Webhooks signature. Keep it; it is not shown again.")


class HookListView(Model):
    """A tenant's hooks, the oldest first."""

    hooks: tuple[HookView, ...]


class MadeHook(Model):
    """What is remembered under an idempotency key: whose secret was shown, never the secret."""

    hook_id: HookId
    version: int


class MessageData(Body):
    """A customer's message that came in through another system."""

    conversation_id: ExternalId = Field(description="Their id of the conversation: it goes on in one ticket.")
    message_id: Annotated[ExternalId, Field(max_length=_LONGEST_MESSAGE_ID, description="Their id of the message.")]
    customer_id: CustomerId
    text: MessageText
    channel: Channel = "api"
    identity: IdentityLevel = IdentityLevel.anonymous
    subject: OneLine | None = None


class EffectData(Body):
    """What a pending effect is called by whoever carries it out."""

    ref: ExternalId


class MessageDelivery(Body):
    """Somebody wrote."""

    model_config = example(
        type="message",
        data={"conversation_id": "c-1", "message_id": "m-1", "customer_id": "cus_jon", "text": "Where is my order?"},
    )

    type: Literal["message"]
    timestamp: datetime | None = None
    data: MessageData


class EffectDelivery(Body):
    """A pending effect settled, or moved: we look it up."""

    type: Literal["effect_changed"]
    timestamp: datetime | None = None
    data: EffectData


Delivery = Annotated[MessageDelivery | EffectDelivery, Field(discriminator="type")]


class DeliveryView(Model):
    """A delivery was taken."""

    ticket_id: TicketId | None = Field(default=None, description="For a message: its ticket.", examples=[TICKET])
    is_repeat: bool = Field(default=False, description="It had been taken before; nothing was done.")
