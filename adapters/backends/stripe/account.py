"""One tenant's Stripe account as it is configured; plain values, so that no SDK is needed to read a configuration."""

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from domain.ids import TenantId
from domain.model import Model

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
MetadataField = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,39}$")]  # Stripe: keys up to 40 characters


class CustomerById(Model):
    """The tenant names its customers as Stripe does: `cus_…`."""

    by: Literal["id"] = "id"


class CustomerByMetadata(Model):
    """The tenant's own customer id stands in this field of the Stripe customer's metadata."""

    by: Literal["metadata"] = "metadata"
    field: MetadataField


class StripeAccount(Model):
    """How to reach an account and whose payments in it are whose.

    `webhook_secrets` are all that are valid now: during a rotation, the old one and the new one.
    """

    tenant: TenantId
    api_key: SecretStr
    customers: Annotated[CustomerById | CustomerByMetadata, Field(discriminator="by")] = CustomerById()
    webhook_secrets: tuple[SecretStr, ...] = ()
    api_base: str = "https://api.stripe.com"
    connect_seconds: Annotated[float, Field(gt=0, le=30)] = 3.0
    #: Below the time that the activity is given, so that an unclear answer can still be looked up.
    answer_seconds: Annotated[float, Field(gt=0, le=60)] = 12.0

    @field_validator("api_base")
    @classmethod
    def _is_safe(cls, base: str) -> str:
        """A key that moves money never travels unencrypted, except to a server on this machine."""
        parts = urlsplit(base)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
            raise ValueError("it must be an https address")
        return base.rstrip("/")
