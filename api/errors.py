"""Every error of the API in one shape, and which status each code has: decided here, in one table.

A detail says what to do and never quotes what was sent: it may be a customer's words or somebody's secret.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import Field
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import Scope

from domain.errors import SetrightError
from domain.model import Model

#: The status of each code that the API answers with; a code of the domain that is not listed is our own fault: 500.
STATUS: Mapping[str, HTTPStatus] = {
    "unauthenticated": HTTPStatus.UNAUTHORIZED,
    "bad_signature": HTTPStatus.UNAUTHORIZED,
    "bad_customer_token": HTTPStatus.UNAUTHORIZED,
    "sign_in_refused": HTTPStatus.UNAUTHORIZED,
    "forbidden": HTTPStatus.FORBIDDEN,
    "wrong_code": HTTPStatus.FORBIDDEN,
    "not_found": HTTPStatus.NOT_FOUND,
    "method_not_allowed": HTTPStatus.METHOD_NOT_ALLOWED,
    "conflict": HTTPStatus.CONFLICT,
    "ticket_closed": HTTPStatus.CONFLICT,
    "not_seen": HTTPStatus.CONFLICT,
    "stale_decision": HTTPStatus.CONFLICT,
    "approval_mismatch": HTTPStatus.CONFLICT,
    "not_an_approver": HTTPStatus.FORBIDDEN,
    "own_request": HTTPStatus.FORBIDDEN,
    "not_enough_approvers": HTTPStatus.CONFLICT,
    "too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "unsupported_media_type": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "invalid_input": HTTPStatus.UNPROCESSABLE_ENTITY,
    "bad_text": HTTPStatus.UNPROCESSABLE_ENTITY,
    "text_invalid": HTTPStatus.UNPROCESSABLE_ENTITY,
    "amendment_refused": HTTPStatus.UNPROCESSABLE_ENTITY,
    "bad_money": HTTPStatus.UNPROCESSABLE_ENTITY,
    "too_many_requests": HTTPStatus.TOO_MANY_REQUESTS,
    "too_many_codes": HTTPStatus.TOO_MANY_REQUESTS,
    "internal": HTTPStatus.INTERNAL_SERVER_ERROR,
    "unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
}
RETRY_AFTER_SECONDS = 5
_INTERNAL = "Something went wrong on our side. Nothing was lost; tell us the request id."
#: What the framework raises by status alone: 404 for a path that is none, 405 for a method.
_BARE = {
    HTTPStatus.NOT_FOUND: ("not_found", "There is no such path; /openapi.json lists those there are."),
    HTTPStatus.METHOD_NOT_ALLOWED: ("method_not_allowed", "This path does not take that method; see the Allow header."),
}
_log = structlog.get_logger("api")


class FieldProblem(Model):
    """One field that is wrong, and why."""

    field: str = Field(description="Where it stands: `body.text`, `query.limit`.")
    problem: str


class ErrorBody(Model):
    """The shape of every error."""

    error: str = Field(description="A stable code for programs.")
    detail: str = Field(description="What to do, for people.")
    fields: tuple[FieldProblem, ...] = ()
    request_id: str


class Refused(HTTPException):
    """An error of the API's own: raised wherever the framework lets nothing but an HTTPException through."""

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        fields: Sequence[FieldProblem] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(STATUS[code], detail, headers)
        self.code = code
        self.fields = tuple(fields)


def install(app: FastAPI) -> None:
    """Answer every error that a route raises in the one shape."""
    for kind in (SetrightError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, _handle)


async def _handle(request: Request, error: Exception) -> JSONResponse:
    response = response_to(error, request.scope)
    if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        response.headers["Allow"] = ", ".join(_methods_of(request))
    return response


def _methods_of(request: Request) -> list[str]:
    """Every method of a path; the framework names those of the first route alone that has it."""
    routers = [getattr(outer, "original_router", None) for outer in request.app.routes]
    routes = [*request.app.routes, *(route for router in routers if router is not None for route in router.routes)]
    matching = (route for route in routes if route.matches(request.scope)[0] is not Match.NONE)
    return sorted({method for route in matching for method in getattr(route, "methods", None) or ()})


def response_to(error: Exception, scope: Scope) -> JSONResponse:
    """The answer to any error, whatever raised it."""
    code, detail, fields, headers = _explain(error)
    status = STATUS[code]
    if code == "internal":
        _log.error("request_failed", method=scope["method"], path=scope["path"], error=type(error).__name__)
    if code == "unavailable":
        headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    if code == "unauthenticated":
        headers["WWW-Authenticate"] = "Bearer"
    body = ErrorBody(error=code, detail=detail, fields=tuple(fields), request_id=request_id(scope))
    return JSONResponse(body.model_dump(mode="json"), status_code=status, headers=headers)


def request_id(scope: Scope) -> str:
    """The id under which this request is logged, as the guard gave it."""
    return str(scope.get("state", {}).get("request_id", ""))


def _explain(error: Exception) -> tuple[str, str, Sequence[FieldProblem], dict[str, str]]:
    match error:
        case Refused(code=code, fields=fields):
            return code, error.detail, fields, dict(error.headers or {})
        case SetrightError(code=code, text=text) if code in STATUS:
            return code, text, (), {}
        case RequestValidationError():
            problems = [_field_problem(problem) for problem in error.errors()]
            return "invalid_input", "What was sent is not what this path takes; see the fields.", problems, {}
        case HTTPException(status_code=status) if status in _BARE:
            code, detail = _BARE[HTTPStatus(status)]
            return code, detail, (), dict(error.headers or {})
        case HTTPException(status_code=status) if status < HTTPStatus.INTERNAL_SERVER_ERROR:
            return "invalid_input", "The request could not be read; send it again, corrected.", (), {}
        case _:
            return "internal", _INTERNAL, (), {}


def _field_problem(problem: Mapping[str, Any]) -> FieldProblem:
    """Tell what is wrong without quoting it: some of pydantic's texts hold what was sent, and so may a field's name."""
    where = ".".join(str(part)[:60] for part in problem["loc"])
    match problem["type"]:
        case "missing":
            return FieldProblem(field=where, problem="This field is required.")
        case "extra_forbidden":
            return FieldProblem(field=where, problem="There is no such field.")
        case "union_tag_invalid" | "union_tag_not_found" | "json_invalid":
            return FieldProblem(field=where, problem="This is not one of the shapes that are taken here.")
        case _:
            return FieldProblem(field=where, problem=str(problem["msg"]).removeprefix("Value error, "))


_EVERYWHERE = ("internal", "unavailable")
_WITH_KEY = ("unauthenticated", "forbidden", "too_many_requests")


def documented(*codes: str, public: bool = False) -> dict[int | str, dict[str, Any]]:
    """The error responses of a route, for OpenAPI: `codes`, and those that any route may answer with."""
    listed: dict[int | str, dict[str, Any]] = {}
    for code in (*codes, *(() if public else _WITH_KEY), *_EVERYWHERE):
        status = STATUS[code]
        response = listed.setdefault(
            status.value,
            {"model": ErrorBody, "description": status.phrase, "content": {"application/json": {"examples": {}}}},
        )
        example = {"error": code, "detail": "What to do, for people.", "fields": [], "request_id": "5f0c9e1b7a3d2846"}
        response["content"]["application/json"]["examples"][code] = {"value": example}
    return listed
