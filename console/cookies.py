"""The session's cookie: for this host alone, out of reach of scripts, and not sent along by other sites' forms."""

from fastapi import Request
from starlette.responses import Response

from console.options import ConsoleOptions
from store.sessions import LONGEST


def is_https(request: Request, options: ConsoleOptions) -> bool:
    """Whether browsers reach us by https: as the settings say, or as this request came."""
    if options.public_url is not None:
        return options.public_url.startswith("https://")
    return request.url.scheme == "https"


def cookie_name(request: Request, options: ConsoleOptions, what: str = "") -> str:
    """The cookie's name; with the prefix, browsers take it from this very host and by https only."""
    return f"{'__Host-' if is_https(request, options) else ''}setright{what}"


def set_cookie(
    request: Request,
    response: Response,
    options: ConsoleOptions,
    value: str,
    *,
    what: str = "",
    seconds: int = int(LONGEST.total_seconds()),
) -> None:
    """Have the browser keep a cookie, this host's own."""
    response.set_cookie(
        cookie_name(request, options, what),
        value,
        max_age=seconds,
        path="/",
        secure=is_https(request, options),
        httponly=True,
        samesite="lax",
    )


def clear_cookie(request: Request, response: Response, options: ConsoleOptions, what: str = "") -> None:
    """Have the browser forget it."""
    set_cookie(request, response, options, "", what=what, seconds=0)
