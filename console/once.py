"""A form's own idempotency key: what is sent twice by an impatient finger or a poor connection is done once."""

import hashlib

from pydantic import BaseModel, Field

from api.auth import Principal
from api.idempotency import Once
from store.idempotency import RequestKey


class Press(BaseModel):
    """What every form of a ticket's page sends along: its key, and the filter of the list beside it."""

    once: str = Field(min_length=8, max_length=64)
    q: str | None = Field(default=None, max_length=800)


def once_of(principal: Principal, key: str, route: str, content: str) -> Once:
    """The request of a form: its key, where it goes, and what it says; another operator's is another request."""
    digest = hashlib.sha256(f"{principal.name}\n{content}".encode()).hexdigest()
    return Once(RequestKey(tenant=principal.tenant, key=f"console:{key}", route=route, request_sha256=digest))
