"""What is said on the page after a redirect: kept in a cookie for one page, for browsers that run no script of ours."""

from urllib.parse import quote, unquote

from fastapi import Request
from starlette.responses import Response

_COOKIE = "console_told"
_SECONDS = 30
_MOST_CHARS = 400


def say_next(response: Response, told: str) -> None:
    """Have the next page say it."""
    text = quote(told[:_MOST_CHARS])
    response.set_cookie(_COOKIE, text, max_age=_SECONDS, path="/console", httponly=True, samesite="strict")


def said_before(request: Request) -> str | None:
    """What the last press has left to be said."""
    kept = request.cookies.get(_COOKIE)
    return unquote(kept)[:_MOST_CHARS] if kept else None


def forget(response: Response) -> None:
    """It was said."""
    response.delete_cookie(_COOKIE, path="/console")
