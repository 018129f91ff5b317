"""What a payment provider tells by itself: that something about an effect has changed, and not what.

What it is now is always asked of the provider, so that a message that is late, repeated or out of order does no harm.
"""

from typing import Annotated

from pydantic import Field, StringConstraints

from domain.model import Model

#: A provider's own id of something, or the idempotency key that it was asked with.
ProviderRef = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_:.-]{1,255}$")]


class ProviderNews(Model):
    """One verified message of a provider's; `refs` are the names of what has changed, none where it does not matter."""

    event_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{1,255}$")]
    kind: str
    refs: tuple[ProviderRef, ...] = ()
