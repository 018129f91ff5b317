"""Errors as people see them: the API's own codes and texts, on a page or as a word where the press was made."""

import json
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.errors import response_to
from console.pages import choice, templates
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
    text = (
        templates()
        .get_template("error.html")
        .render(
            heading=_HEADINGS.get(status, "Something went wrong"),
            detail=body["detail"],
            fields=body["fields"],
            code=body["error"],
            request_id=body["request_id"],
            theme=choice(request, "theme", ("auto", "light", "dark")),
        )
    )
    headers = {name: value for name, value in told.headers.items() if name in {"retry-after", "allow"}}
    return HTMLResponse(text, status_code=status, headers=headers)
