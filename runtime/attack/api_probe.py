"""Every route of the API with every kind of key: nobody learns of a ticket that is another tenant's.

The routes are read from the API's own OpenAPI document, so one that is added tomorrow is asked too.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx2

from domain.approval import EVERY_ROLE
from domain.ticket import TicketRef
from runtime.attack.canary import NOBODY, Owner
from runtime.attack.session import Session
from runtime.up import OPERATOR_SCOPES
from store.api_keys import create_key
from store.pools import Pools

_METHODS = ("get", "post", "put", "patch", "delete")
#: A stream does not end, and its events hold ids only; the list of events is asked instead.
_STREAMS = ("/v1/events",)
_BODIES: dict[str, dict[str, Any]] = {
    "messages": {"text": "Hello"},
    "follow-up": {"text": "Hello"},
    "rating": {"score": 1},
    "reply": {"text": "Hello"},
    "decisions": {"verdict": "approved", "args_sha256": "0" * 64},
}
_WRONG_IDS = ("T-00000000", "*", "%25", "' or 1=1 --", "../approvals", "T-\u0430BCDEFG0")


@dataclass(frozen=True)
class Keys:
    """One operator's key for each tenant."""

    by_tenant: Mapping[str, str]

    def of(self, tenant: str) -> dict[str, str]:
        """The header that a tenant's operator sends."""
        return {"Authorization": f"Bearer {self.by_tenant[tenant]}"}


async def make_keys(pools: Pools, tenants: Sequence[str], now: datetime) -> Keys:
    """A key that may do everything, for each tenant."""
    made = {}
    for tenant in tenants:
        async with pools.operator(tenant) as conn:
            made[tenant] = (
                await create_key(conn, tenant, "attack", OPERATOR_SCOPES, now, operator_id="olga", roles=(EVERY_ROLE,))
            ).key
    return Keys(made)


async def probe_api(session: Session, http: httpx2.AsyncClient, keys: Keys, refs: Sequence[TicketRef]) -> None:
    """Ask every route about tickets: as their own tenant (reading only), as another tenant, as nobody."""
    document = (await http.get("/openapi.json")).json()
    routes = [
        (method.upper(), path)
        for path, methods in document["paths"].items()
        for method in methods
        if method in _METHODS and path.startswith("/v1/") and path not in _STREAMS
    ]
    for ref in session.random.sample(list(refs), min(len(refs), 6)):
        others = [tenant for tenant in keys.by_tenant if tenant != ref.tenant]
        past = session.place.world.past[ref.tenant, ref.customer_id]
        stranger = session.random.choice(others)
        for method, path in routes:
            for asked in (ref.ticket_id, past.ticket_id):
                filled = _filled(path, asked)
                if method == "GET":
                    own = Owner(ref.tenant, ref.customer_id if "{" in path else None)
                    await _ask(session, http, method, filled, keys.of(ref.tenant), own)
                await _ask(session, http, method, filled, keys.of(stranger), Owner(stranger, None))
                for headers in _nobodys(keys.by_tenant[ref.tenant]):
                    await _ask(session, http, method, filled, headers, NOBODY)
            wrong = _filled(path, session.random.choice(_WRONG_IDS))
            await _ask(session, http, method, wrong, keys.of(stranger), Owner(stranger, None))


def _nobodys(key: str) -> Iterator[dict[str, str]]:
    yield {}
    yield {"Authorization": f"Bearer {key[:-1]}{'A' if key[-1] != 'A' else 'B'}"}


def _filled(path: str, ticket_id: str) -> str:
    filled = path.replace("{ticket_id}", ticket_id).replace("{approval_id}", f"{ticket_id}/a1")
    return filled.replace("{number}", "1").replace("{action}", "a1")


async def _ask(
    session: Session, http: httpx2.AsyncClient, method: str, path: str, headers: Mapping[str, str], owner: Owner
) -> None:
    """Send one request and search its answer, headers included."""
    session.attacker.calls["api"] += 1
    session.attacker.scenarios.add(f"api/{method}/{path.rpartition('/')[2][:12]}")
    body = None if method == "GET" else json.dumps(_BODIES.get(path.rpartition("/")[2], {}))
    sent = {**headers, "Content-Type": "application/json", "Idempotency-Key": f"{session.random.getrandbits(64):016x}"}
    answer = await http.request(method, path, headers=sent, content=body)
    session.findings.look("api answer", f"{answer.text}\n{dict(answer.headers)}", owner)
    if owner == NOBODY and answer.status_code < 400:
        session.findings.add(
            "leak", "api answer", f"{method} {path.partition('?')[0]} without a key: {answer.status_code}"
        )
