"""Signing in at an identity provider: there and back, with what was agreed on in a cookie of ten minutes."""

import hmac
from datetime import timedelta
from http import HTTPStatus
from urllib.parse import quote, unquote

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from api.errors import Refused
from console.cookies import clear_cookie, cookie_name, set_cookie
from console.gate import Gate
from console.local_path import local_path
from console.options import IdentityProvider
from console.sign_in_page import go_on, sign_in_page
from domain.errors import SetrightError, SignInRefused
from domain.operator import ProviderSignIn

router = APIRouter(prefix="/console/sign-in/oidc", include_in_schema=False)
_COOKIE = "-oidc"
_LIFE = timedelta(minutes=10)
_PATH = "/console/sign-in/oidc/callback"


class _Started(ProviderSignIn):
    """What the browser keeps meanwhile, and nobody else needs to."""

    next: str


@router.get("")
async def get_start(request: Request, next: str | None = None) -> Response:  # noqa: A002 - the query's name
    """Send the browser to the provider. A link and no form: browsers hold a form's redirects to our own host."""
    gate, provider = _parts(request)
    try:
        begun = await provider.begin(_callback(gate))
    except SetrightError as error:
        return sign_in_page(request, next=local_path(next), error=error)
    kept = _Started(**begun.model_dump() | {"url": ""}, next=local_path(next))
    response = RedirectResponse(begun.url, HTTPStatus.SEE_OTHER)
    seconds = int(_LIFE.total_seconds())
    set_cookie(request, response, gate.options, quote(kept.model_dump_json(), safe=""), what=_COOKIE, seconds=seconds)
    return response


@router.get("/callback")
async def get_callback(
    request: Request, code: str | None = None, state: str | None = None, error: str | None = None
) -> Response:
    """Take what the provider sends back, and sign in whom it names, if they are an operator here."""
    gate, provider = _parts(request)
    started = None
    try:
        started = _kept(request, gate)
        if error is not None or code is None or state is None or started is None:
            raise SignInRefused("The identity provider has not signed you in. Start again.")
        if not hmac.compare_digest(state.encode(), started.state.encode()):
            raise SignInRefused("This answer belongs to another sign-in. Start again.")
        email = await provider.finish(code, started, _callback(gate))
        response: Response = go_on(request, await gate.begin_by_email(request, email), started.next)
    except SetrightError as problem:
        response = sign_in_page(request, next=started.next if started else "", error=problem)
    clear_cookie(request, response, gate.options, _COOKIE)  # one attempt, one answer
    return response


def _parts(request: Request) -> tuple[Gate, IdentityProvider]:
    gate: Gate = request.app.state.gate
    if gate.options.provider is None:
        raise Refused("not_found", "No identity provider is set up here; see SETRIGHT_OIDC_ISSUER.")
    return gate, gate.options.provider


def _callback(gate: Gate) -> str:
    """Where the provider sends the browser: the address that is registered there."""
    return f"{(gate.options.public_url or '').rstrip('/')}{_PATH}"


def _kept(request: Request, gate: Gate) -> _Started | None:
    try:
        return _Started.model_validate_json(
            unquote(request.cookies.get(cookie_name(request, gate.options, _COOKIE), ""))
        )
    except ValidationError:
        return None
