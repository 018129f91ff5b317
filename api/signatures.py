"""Whether a delivery comes from whom it claims: signatures as Standard Webhooks defines them, read strictly.

The library makes the signature. It is compared here because the library's own check reads the clock by itself, takes
the last of two equal headers and breaks on some malformed ones.
"""

import hmac
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from standardwebhooks import Webhook
from starlette.datastructures import Headers

from api.errors import Refused

TOLERANCE = timedelta(minutes=5)
#: More signatures than any rotation makes.
_MOST_SIGNATURES = 16
_ID = re.compile(r"[\x21-\x2d\x2f-\x7e]{1,255}")  # no dot: it is what the signed text is joined with
_TIMESTAMP = re.compile(r"[0-9]{1,12}")


def verify(headers: Headers, body: bytes, secrets: Sequence[str], now: datetime) -> str:
    """Return the id of a delivery that one of `secrets` signed less than five minutes ago.

    Raises:
        Refused: `bad_signature`, with the same words whatever is wrong.
    """
    delivery_id, timestamp, given = (_only(headers, f"webhook-{name}") for name in ("id", "timestamp", "signature"))
    if not _ID.fullmatch(delivery_id) or not _TIMESTAMP.fullmatch(timestamp):
        raise _refused()
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE.total_seconds():
        raise _refused()
    sent_at = datetime.fromtimestamp(int(timestamp), UTC)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise _refused() from None
    expected = [Webhook(secret).sign(delivery_id, sent_at, text).encode() for secret in secrets]
    offered = [signature.encode() for signature in given.split(" ")[:_MOST_SIGNATURES]]
    # Every pair is compared, so that the time tells nothing of which one was right.
    if not any([hmac.compare_digest(good, one) for good in expected for one in offered]):  # noqa: C419
        raise _refused()
    return delivery_id


def _only(headers: Headers, name: str) -> str:
    """A header that is there exactly once."""
    values = headers.getlist(name)
    if len(values) != 1:
        raise _refused()
    return values[0]


def _refused() -> Refused:
    return Refused("bad_signature", "The delivery is not signed as Standard Webhooks says, or not with our secret.")
