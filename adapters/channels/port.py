"""The port for letters that leave a ticket's own channel: one-time codes, and nothing else.

A reply never goes this way. Where a letter goes is told by the tenant's records, never by a request or a model.
"""

import re
from datetime import datetime
from typing import Protocol

from pydantic import Field, field_validator

from adapters.backends.port import Scope
from domain.ids import CustomerId, TenantId
from domain.model import Model

#: One address and nothing that could be read as a second one or as another header.
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[^\s@<>,;:\"()\[\]\\]{1,253}")


def is_address(text: str) -> bool:
    """Whether a letter can be sent to it."""
    return _ADDRESS.fullmatch(text) is not None


class Letter(Model):
    """A letter to one address; neither the address nor the words are ever logged."""

    tenant: TenantId
    to: str = Field(repr=False)
    subject: str
    text: str = Field(repr=False)
    at: datetime
    expires_at: datetime  # after that it is worth nothing

    @field_validator("to")
    @classmethod
    def _is_one_address(cls, to: str) -> str:
        if not is_address(to):
            raise ValueError("this is not one address")
        return to


class LetterBox(Protocol):
    """Sends letters."""

    async def send(self, letter: Letter) -> None:
        """Send one; sending it twice does no harm. Raises Unavailable."""
        ...


class AddressBook(Protocol):
    """The addresses in a tenant's records."""

    async def address(self, scope: Scope) -> str | None:
        """Where the scope's customer is written to, or None where there is none; raises Unavailable."""
        ...


class AccountBook(Protocol):
    """Whose accounts the tenant's records know by what customers call them."""

    async def account(self, scope: Scope, name: str) -> CustomerId | None:
        """Whose the email address or order number is, or None where it is not exactly one's; raises Unavailable.

        The scope is the asking stranger's. What is found is never told to them.
        """
        ...
