"""How to reach a Stripe account, and whose payments in it are whose; no SDK is needed to read it."""

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr

from domain.model import Model

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
MetadataField = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,39}$")]  # Stripe: keys up to 40 characters


class CustomerById(Model):
    """The tenant names its customers as Stripe does: `cus_…`."""

    by: Literal["id"]


class CustomerByMetadata(Model):
    """The tenant's own customer id stands in this field of the Stripe customer's metadata."""

    by: Literal["metadata"]
    field: MetadataField


def _base(url: str) -> str:
    """A key that moves money never travels unencrypted, except to a server on this machine."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise ValueError("must be https, unless it is on this machine")
    return url.rstrip("/")


Customers = Annotated[CustomerById | CustomerByMetadata, Field(discriminator="by")]
ApiBase = Annotated[str, AfterValidator(_base)]
#: Below the time that the activity is given, so that an unclear answer can still be looked up.
AnswerSeconds = Annotated[float, Field(gt=0, le=15)]
CONNECT_SECONDS = 3.0


class StripeAccount(Model):
    """One account, with the secret key that opens it."""

    api_key: SecretStr
    customers: Customers
    api_base: ApiBase
    answer_seconds: AnswerSeconds
