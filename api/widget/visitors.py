"""Visitors without a token: a secret that we issue and recognise by its signature, and the customer id that it makes.

Nothing is stored of a visit. The id is a digest, so that it says nothing of the secret; nobody is believed to be
anybody by it, and it reaches the tickets that were opened with it and no others.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta

from domain.errors import BadCustomerToken
from domain.ids import CustomerId, TenantId

#: A visit ends with the browser's tab; a secret that lies around longer than this is not taken.
LIFETIME = timedelta(days=7)
_PREFIX = "vis_"
_RANDOM, _TIME, _SIGNATURE = 16, 8, 32  # bytes
_CHARS = 75  # of the three in base 64, with the padding left out


def issue(key: bytes, tenant: TenantId, now: datetime) -> str:
    """Make the secret of a new visitor."""
    words = secrets.token_bytes(_RANDOM) + int(now.timestamp()).to_bytes(_TIME, "big")
    return _PREFIX + urlsafe_b64encode(words + _sign(key, tenant, words)).decode().rstrip("=")


def read(key: bytes, tenant: TenantId, secret: str, now: datetime) -> CustomerId:
    """Return the customer id of a visitor.

    Raises:
        BadCustomerToken: the secret is not one that was issued for this tenant, or it is too old.
    """
    if not secret.startswith(_PREFIX) or len(secret) != len(_PREFIX) + _CHARS or not secret.isascii():
        raise _bad()
    try:
        found = urlsafe_b64decode(secret[len(_PREFIX) :] + "=")
    except ValueError:
        raise _bad() from None
    words, signature = found[: _RANDOM + _TIME], found[_RANDOM + _TIME :]
    if not hmac.compare_digest(signature, _sign(key, tenant, words)):
        raise _bad()
    issued = int.from_bytes(words[_RANDOM:], "big")
    if now.timestamp() - issued > LIFETIME.total_seconds():
        raise _bad()
    return f"visitor:{hashlib.sha256(words).hexdigest()[:32]}"


def _sign(key: bytes, tenant: TenantId, words: bytes) -> bytes:
    return hmac.digest(key, tenant.encode() + b"\x00" + words, "sha256")[:_SIGNATURE]


def _bad() -> BadCustomerToken:
    return BadCustomerToken("The visit is over; begin a new one.")
