"""Stripe's webhooks, verified: what was not signed with one of our secrets in the last five minutes is not read.

`Webhook.construct_event` of the SDK does the checking. It must be given the body as it came, byte by byte.
"""

from collections.abc import Sequence

import stripe
from pydantic import BaseModel, ConfigDict, SecretStr

from adapters.backends.stripe.refunds import KEY
from domain.provider_news import ProviderNews

TOLERANCE_SECONDS = 300
#: The events that may end a refund's wait; any other is taken and changes nothing, or Stripe would send it for days.
_REFUND_EVENTS = frozenset({"refund.updated", "refund.failed", "charge.refund.updated"})
_DISPUTE_EVENTS = frozenset({"charge.dispute.created"})


class _Subject(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    id: str | None = None
    charge: str | None = None
    metadata: dict[str, str] = {}


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    object: dict[str, object]


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    id: str
    type: str
    data: _Data


def read_webhook(body: bytes, signature: str | None, secrets: Sequence[SecretStr]) -> ProviderNews | None:
    """Read a delivery that one of `secrets` signed; None for every other, whatever is wrong with it."""
    for secret in secrets:
        try:
            event = stripe.Webhook.construct_event(body, signature, secret.get_secret_value(), TOLERANCE_SECONDS)
            return _news(_Event.model_validate(event.to_dict()))
        # Of the SDK, besides its own error: no UTF-8, no JSON, a signature that is no ASCII, an object that is none.
        except (stripe.SignatureVerificationError, ValueError, TypeError, AttributeError):
            continue
    return None


def _news(event: _Event) -> ProviderNews:
    """What has changed, by every name it may be known by here; raises ValidationError, which is a ValueError."""
    subject = _Subject()
    if event.type in _REFUND_EVENTS | _DISPUTE_EVENTS:
        subject = _Subject.model_validate(event.data.object)
    names = (subject.charge,) if event.type in _DISPUTE_EVENTS else (subject.id, subject.metadata.get(KEY))
    return ProviderNews(event_id=event.id, kind=event.type, refs=tuple(name for name in names if name))
