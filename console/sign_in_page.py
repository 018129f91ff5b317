"""The sign-in page, which nobody has to be signed in for, and where one goes from it."""

from datetime import timedelta
from http import HTTPStatus

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse

from api.errors import Refused
from console.cookies import set_cookie
from console.gate import Gate
from console.pages import choice, templates
from domain.errors import SetrightError, SignInRefused, Unavailable
from store.sessions import LONGEST


def sign_in_page(
    request: Request,
    *,
    next: str = "",  # noqa: A002 - the field's name
    login: str = "",
    link: str | None = None,
    error: SetrightError | Refused | None = None,
) -> HTMLResponse:
    """The page with what went wrong, if anything did; raises what has nothing to do with signing in."""
    gate: Gate = request.app.state.gate
    text, status, headers = None, HTTPStatus.OK, {}
    match error:
        case None:
            pass
        case Refused():
            text, status, headers = error.detail, HTTPStatus(error.status_code), dict(error.headers or {})
        case Unavailable():
            text, status = error.text, HTTPStatus.SERVICE_UNAVAILABLE
        case SignInRefused():
            text, status = error.text, HTTPStatus.UNAUTHORIZED
        case _:
            raise error
    provider = gate.options.provider
    html = (
        templates()
        .get_template("sign_in.html")
        .render(
            next=next,
            login=login,
            link=link,
            error=text,
            provider=provider and provider.name,
            theme=choice(request, "theme", ("auto", "light", "dark")),
        )
    )
    return HTMLResponse(html, status, headers)


def go_on(request: Request, token: str, target: str, life: timedelta = LONGEST) -> RedirectResponse:
    """Send the browser on, with the cookie of a session that has just begun."""
    gate: Gate = request.app.state.gate
    response = RedirectResponse(target, HTTPStatus.SEE_OTHER)
    set_cookie(request, response, gate.options, token, seconds=int(life.total_seconds()))
    return response
