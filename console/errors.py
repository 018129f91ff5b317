"""Errors as people see them: the API's own codes and texts, on a page or as a word where the press was made."""

import json
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.errors import response_to
from console.pages import FRAGMENT_HEADER, choice, frame_of, templates
from console.seat import find_seat
from domain.errors import SetrightError

_HEADINGS = {
    HTTPStatus.UNAUTHORIZED: "Sign in first",
    HTTPStatus.FORBIDDEN: "That is not for you",
    HTTPStatus.NOT_FOUND: "There is no such page",
    HTTPStatus.CONFLICT: "Somebody was faster",
    HTTPStatus.UNPROCESSABLE_ENTITY: "That could not be read",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many at once",
    HTTPStatus.SERVICE_UNAVAILABLE: "Not now",
}


def install(app: FastAPI) -> None:
    """Show every error of the console's routes as a page."""
    for kind in (SetrightError, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(kind, show_error)


async def show_error(request: Request, error: Exception) -> Response:
    """Answer with the page that tells what went wrong."""
    if isinstance(error, HTTPException) and error.headers and "Location" in error.headers:
        return RedirectResponse(error.headers["Location"], status_code=error.status_code)
    told = response_to(error, request.scope)
    body = json.loads(bytes(told.body))
    status = HTTPStatus(told.status_code)
    shown = await _around(request, status) | {
        "heading": _HEADINGS.get(status, "Something went wrong"),
        "detail": body["detail"],
        "fields": body["fields"],
        "code": body["error"],
        "request_id": body["request_id"],
    }
    text = templates().get_template("error.html").render(shown)
    headers = {name: value for name, value in told.headers.items() if name in {"retry-after", "allow"}}
    return HTMLResponse(text, status_code=status, headers=headers)


async def _around(request: Request, status: HTTPStatus) -> dict[str, Any]:
    """What stands around the page: the bar for whoever is seated, so that an error is no dead end."""
    bare = {"layout": "bare.html", "theme": choice(request, "theme", ("auto", "light", "dark"))}
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or FRAGMENT_HEADER in request.headers:
        return bare
    seat = None
    with suppress(SetrightError):  # whoever cannot be looked up now is told of the error all the same
        seat = await find_seat(request)
    return bare if seat is None else {**frame_of(request, seat), "layout": "base.html", "here": "", "told": None}
