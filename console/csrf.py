"""Whether a POST comes from a page of ours: by the browser's own word, and by a token that only our pages know."""

import base64
import hmac
from urllib.parse import urlsplit

from fastapi import Request

from api.errors import Refused
from console.options import ConsoleOptions

#: Where pages and scripts send the token.
FIELD, HEADER = "csrf", "X-CSRF"
_STALE = "This page is older than your sign-in. Load it again, and send it once more."
_FOREIGN = "This was sent from another site's page, so nothing was done. Use the console's own pages."


def token_of(secret: bytes) -> str:
    """The token of a session's forms."""
    digest = hmac.digest(secret, b"console form", "sha256")
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def check_same_origin(request: Request, options: ConsoleOptions, *, must_tell: bool = False) -> None:
    """Raise Refused where the browser says that another site sent this, or, with `must_tell`, nothing."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:  # no page can forge it, and it holds whatever a proxy makes of the host's name
        is_ours = site == "same-origin"
    elif origin is not None:
        ours = {request.headers.get("host"), urlsplit(options.public_url or "").netloc or None}
        is_ours = origin.startswith(("http://", "https://")) and urlsplit(origin).netloc in ours
    else:
        is_ours = not must_tell
    if not is_ours:
        raise Refused("forbidden", _FOREIGN)


async def check_token(request: Request, expected: str) -> None:
    """Raise Refused unless the header or the form carries the session's token."""
    sent: object = request.headers.get(HEADER)
    if sent is None:
        sent = (await request.form()).get(FIELD)
    if not isinstance(sent, str) or not hmac.compare_digest(sent.encode(), expected.encode()):
        raise Refused("forbidden", _STALE)
