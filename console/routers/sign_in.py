"""Signing in and out, and changing the tenant."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.errors import Refused
from console.cookies import clear_cookie
from console.csrf import check_same_origin
from console.gate import SIGN_IN, Gate
from console.local_path import HOME, local_path
from console.page_route import PageRoute
from console.seat import Posting, find_seat
from console.sign_in_page import go_on, sign_in_page
from domain.errors import SetrightError

router = APIRouter(prefix="/console", include_in_schema=False, route_class=PageRoute)
_Text = Annotated[str, Form()]


@router.get("")
@router.get("/")
async def get_front() -> RedirectResponse:
    """Go to the page that a day begins with."""
    return RedirectResponse(HOME, HTTPStatus.SEE_OTHER)


@router.get("/sign-in")
async def get_sign_in(request: Request, next: str | None = None, out: bool = False) -> Response:  # noqa: A002, FBT001, FBT002 - names of the query
    """Show the page; whoever a trusted proxy has signed in goes on at once, unless they have just signed out."""
    gate, target = _gate(request), local_path(next)
    if not out and (told := gate.told_by_proxy(request)) is not None:
        try:
            token = await gate.begin_told(request, told)
        except SetrightError as error:
            return sign_in_page(request, next=target, error=error)
        return go_on(request, token, target)
    if await find_seat(request) is not None:
        return RedirectResponse(target, HTTPStatus.SEE_OTHER)
    return sign_in_page(request, next=target)


@router.post("/sign-in")
async def post_sign_in(
    request: Request,
    login: _Text = "",
    password: _Text = "",
    next: _Text = "",  # noqa: A002 - the field's name
) -> Response:
    """Sign in by name and password."""
    gate, target = _gate(request), local_path(next)
    try:
        check_same_origin(request, gate.options, must_tell=True)
        operator = await gate.by_password(request, login, password)
        token = await gate.begin(request, operator.operator_id, "password")
    except (SetrightError, Refused) as error:
        return sign_in_page(request, next=target, login=login, error=error)
    return go_on(request, token, target)


@router.get("/sign-in/link/{token}")
async def get_link(request: Request, token: str, next: str | None = None) -> HTMLResponse:  # noqa: A002 - the query's name
    """Show a button: programs that look at links before people do must not use them up."""
    return sign_in_page(request, next=local_path(next), link=token)


@router.post("/sign-in/link/{token}")
async def post_link(request: Request, token: str, next: _Text = "") -> Response:  # noqa: A002 - the field's name
    """Sign in by a one-time link."""
    gate = _gate(request)
    try:
        check_same_origin(request, gate.options, must_tell=True)
        session = await gate.begin(request, await gate.by_link(request, token), "link")
    except (SetrightError, Refused) as error:
        return sign_in_page(request, error=error)
    return go_on(request, session, local_path(next))


@router.post("/sign-out")
async def post_sign_out(request: Request, _: Posting) -> RedirectResponse:
    """End the session."""
    gate = _gate(request)
    await gate.end(request)
    response = RedirectResponse(f"{SIGN_IN}?out=1", HTTPStatus.SEE_OTHER)
    clear_cookie(request, response, gate.options)
    return response


@router.post("/tenant")
async def post_tenant(request: Request, _: Posting, tenant: _Text, next: _Text = "") -> RedirectResponse:  # noqa: A002 - the field's name
    """Go on in another tenant, with a new session."""
    token, life = await _gate(request).switch(request, tenant)
    return go_on(request, token, local_path(next), life)


def _gate(request: Request) -> Gate:
    gate: Gate = request.app.state.gate
    return gate
