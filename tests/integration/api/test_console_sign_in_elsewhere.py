"""Signed in elsewhere: at an identity provider, or at the proxy before us."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from adapters.identity.oidc import OidcProvider
from api.app import create_app
from api.deps import ApiDeps
from console.entrance import install_entrance
from console.options import ConsoleOptions
from console.seat import Seated
from domain.operator import OperatorRole
from runtime.console import behind_proxies, console_options
from runtime.settings import Settings
from store.operators import add_operator, disable_operator, put_member
from tests.integration.api.calling import now
from tests.integration.api.oidc_server import CLIENT, SECRET, Provider, running_provider

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the pools live as long as the session
_people = count(1)


async def operator(deps: ApiDeps) -> str:
    """Somebody who may look."""
    name = f"elsewhere{next(_people)}"
    async with deps.pools.auth() as conn:
        await add_operator(conn, name, name, f"{name}@example.com", now())
    tenant = next(iter(deps.tenants))
    async with deps.pools.operator(tenant) as conn:
        await put_member(conn, tenant, name, OperatorRole.viewer, now())
    return name


@asynccontextmanager
async def browser(
    deps: ApiDeps, options: ConsoleOptions, settings: Settings | None = None, peer: str = "127.0.0.1"
) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser before a console, whose connections come from `peer`."""
    app = create_app(deps)
    install_entrance(app, options)

    @app.get("/console/who")
    async def who(seat: Seated) -> str:
        return seat.operator_id

    served: Any = app if settings is None else behind_proxies(app, settings)
    transport = httpx2.ASGITransport(app=served, client=(peer, 4711))
    async with httpx2.AsyncClient(transport=transport, base_url="http://console") as http:
        yield http


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    """The provider, which tells the truth unless a test says otherwise."""
    with running_provider() as provider:
        yield provider


def at(provider: Provider) -> ConsoleOptions:
    """A console whose operators may sign in there."""
    there = OidcProvider(provider.issuer, CLIENT, SECRET, name="Example", clock=lambda: datetime.now(UTC))
    return ConsoleOptions(public_url="http://console", provider=there)


async def go_there_and_back(http: httpx2.AsyncClient, provider: Provider, **changed: str) -> httpx2.Response:
    """Begin on the sign-in page and come back, with parameters changed on the way."""
    assert "Sign in with Example" in (await http.get("/console/sign-in")).text
    begun = await http.get("/console/sign-in/oidc?next=/console/inbox")
    assert begun.status_code == 303, begun.text
    return await http.get("/console/sign-in/oidc/callback", params=provider.visit(begun.headers["location"]) | changed)


async def test_an_operator_known_by_a_verified_address_gets_in(deps: ApiDeps, provider: Provider) -> None:
    """There and back, also after the provider has changed its key; an answer is good once, in one browser."""
    name = await operator(deps)
    provider.email, provider.lies = f"{name.title()}@Example.com", {}
    options = at(provider)
    async with browser(deps, options) as http:
        answer = await go_there_and_back(http, provider)
        assert (answer.status_code, answer.headers["location"]) == (303, "/console/inbox")
        assert (await http.get("/console/who")).json() == name
        http.cookies.clear()
        provider.kid, provider.key = "k2", rsa.generate_private_key(65537, 2048)
        assert (await go_there_and_back(http, provider)).status_code == 303
    async with browser(deps, options) as mine, browser(deps, options) as another:
        begun = await mine.get("/console/sign-in/oidc")
        brought = provider.visit(begun.headers["location"])
        assert (await another.get("/console/sign-in/oidc/callback", params=brought)).status_code == 401
        assert (await mine.get("/console/sign-in/oidc/callback", params=brought)).status_code == 303
        assert (await mine.get("/console/sign-in/oidc/callback", params=brought)).status_code == 401


LIES: dict[str, dict[str, Any]] = {
    "another sign-in's nonce": {"nonce": "x" * 43},
    "another client's token": {"aud": "other"},
    "several audiences and no authorized party": {"aud": [CLIENT, "other"]},
    "issued to another": {"azp": "other"},
    "another issuer": {"iss": "https://evil.example"},
    "too old": {"exp": 1_700_000_000, "iat": 1_699_999_000},
    "from the future": {"iat": 4_000_000_000},
    "an address that is not verified": {"email_verified": False},
    "no word of whether it is verified": {"email_verified": None},
    "no address": {"email": None},
    "a stranger's address": {"email": "stranger@example.com"},
    "an operator's id for an address": {"email": "elsewhere1"},
}


@pytest.mark.parametrize("lie", LIES)
async def test_any_other_word_is_refused(deps: ApiDeps, provider: Provider, lie: str) -> None:
    """Nobody gets in, and the page says what to do."""
    provider.email, provider.lies = f"{await operator(deps)}@example.com", LIES[lie]
    async with browser(deps, at(provider)) as http:
        answer = await go_there_and_back(http, provider)
        assert (answer.status_code, 'role="alert"' in answer.text) == (401, True)
        assert (await http.get("/console/who")).status_code == 303


async def test_a_forged_signature_and_a_changed_state_are_refused(deps: ApiDeps, provider: Provider) -> None:
    """The key must be the provider's, the state this browser's."""
    provider.email, provider.lies = f"{await operator(deps)}@example.com", {}
    async with browser(deps, at(provider)) as http:
        provider.forger = rsa.generate_private_key(65537, 2048)
        assert (await go_there_and_back(http, provider)).status_code == 401
        provider.forger = None
        assert (await go_there_and_back(http, provider, state="x" * 43)).status_code == 401
        assert (await go_there_and_back(http, provider, code="stolen")).status_code == 401
        assert (await go_there_and_back(http, provider, error="access_denied")).status_code == 401


async def test_a_provider_that_does_not_answer_is_no_end(deps: ApiDeps) -> None:
    """The page says so, and the other ways in stay."""
    nowhere = OidcProvider("http://127.0.0.1:9", CLIENT, None, name="Example", clock=lambda: datetime.now(UTC))
    async with browser(deps, ConsoleOptions(public_url="http://console", provider=nowhere)) as http:
        answer = await http.get("/console/sign-in/oidc")
        assert (answer.status_code, "Password" in answer.text) == (503, True)


def behind(monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of a console behind a proxy that signs people in."""
    monkeypatch.setenv("SETRIGHT_CONSOLE_TRUSTED_HEADER", "X-Forwarded-User")
    monkeypatch.setenv("SETRIGHT_CONSOLE_TRUSTED_PROXIES", "10.0.0.5, 10.1.0.0/16")
    return Settings.load()


async def test_a_trusted_proxy_says_who_it_is(deps: ApiDeps, monkeypatch: pytest.MonkeyPatch) -> None:
    """By id or address, for as long as it goes on saying so."""
    settings, name, other = behind(monkeypatch), await operator(deps), await operator(deps)
    async with browser(deps, console_options(settings), settings, peer="10.1.2.3") as http:
        # What the proxy says of the browser's address must not take the place of its own.
        says = {"X-Forwarded-User": name, "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}
        answer = await http.get("/console/sign-in?next=/console/inbox", headers=says)
        assert (answer.status_code, answer.headers["location"]) == (303, "/console/inbox")
        assert answer.headers["set-cookie"].startswith("__Host-setright=")
        cookie = {"Cookie": answer.headers["set-cookie"].partition(";")[0]}
        assert (await http.get("/console/who", headers=says | cookie)).json() == name
        for told in ({}, {"X-Forwarded-User": other}, {"X-Forwarded-User": "nobody"}):
            headers = {"X-Forwarded-Proto": "https"} | told | cookie
            assert (await http.get("/console/who", headers=headers)).status_code == 303
        out = await http.get("/console/sign-in?out=1", headers=says)
        assert (out.status_code, "Password" in out.text) == (200, True)  # who signs out is not signed in again at once
        async with deps.pools.auth() as conn:
            await disable_operator(conn, name, now())
        assert (await http.get("/console/sign-in", headers=says)).status_code == 401


@pytest.mark.parametrize("peer", ["10.0.0.6", "203.0.113.9", "127.0.0.1", "::1", "10.1.0.0.evil"])
async def test_nobody_else_is_believed(deps: ApiDeps, monkeypatch: pytest.MonkeyPatch, peer: str) -> None:
    """The same header from another address, even one that claims to be forwarded for the proxy, is not read."""
    settings, name = behind(monkeypatch), await operator(deps)
    headers = {"X-Forwarded-User": name, "X-Forwarded-For": "10.0.0.5"}
    async with browser(deps, console_options(settings), settings, peer=peer) as http:
        answer = await http.get("/console/sign-in", headers=headers)
        assert (answer.status_code, "set-cookie" in answer.headers) == (200, False)


async def test_two_words_are_none(deps: ApiDeps, monkeypatch: pytest.MonkeyPatch) -> None:
    """A header that was sent along beside the proxy's own leaves nobody signed in."""
    settings, name = behind(monkeypatch), await operator(deps)
    async with browser(deps, console_options(settings), settings, peer="10.0.0.5") as http:
        twice = [("X-Forwarded-User", "root"), ("X-Forwarded-User", name)]
        answer = await http.get("/console/sign-in", headers=twice)
        assert urlsplit(str(answer.url)).path == "/console/sign-in"
        assert (answer.status_code, "set-cookie" in answer.headers) == (200, False)
