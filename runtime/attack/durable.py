"""The same attacker behind the real thing: a Temporal worker, the HTTP API and its relay, and histories to be searched.

Tickets are opened, followed up, approved and answered over HTTP; then every route is asked with every kind of key.
"""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import islice
from random import Random

import httpx2
from temporalio.client import Client

from adapters.backends.shop.actions.registry import SPECS
from domain.ids import workflow_id
from domain.ticket import IdentityLevel, TicketRef
from runtime.attack.api_probe import Keys, make_keys, probe_api
from runtime.attack.attacker import Assignment
from runtime.attack.canary import NOBODY, Canary, Owner
from runtime.attack.drafts import WRITERS
from runtime.attack.essentials import refund
from runtime.attack.moves import is_raw, random_moves
from runtime.attack.session import ADDRESS, Session
from runtime.attack.workspace import GOODS, kind_of
from runtime.server import serve_api
from runtime.wiring import connect_temporal
from runtime.worker import make_worker

#: Moves of one durable turn; each activity costs a few events of history.
_MOVES = 8
_TENANTS = 4
_ANSWER_SECONDS = 60.0


async def attack_durably(session: Session, *, tickets: int) -> None:
    """Attack `tickets` tickets of a few tenants through API and worker, and search what all of them left."""
    place, world = session.place, session.place.world
    goods = [tenant for tenant in world.tenants if kind_of(tenant) == GOODS][:_TENANTS]
    client = await connect_temporal(world.stack.temporal_address)
    keys = await make_keys(place.desk.pools, goods, world.now)
    async with make_worker(client, place.desk, place.settings), _api(session, client) as http:
        refs = await _control(session, http, keys, goods[0])
        moves = random_moves(SPECS, Random(session.random.random()))
        for number in range(tickets):
            tenant, customer = session.random.choice(goods), session.random.choice(world.customers)
            writer = session.random.choice([name for name in WRITERS if name != "long"])
            chunk = list(islice(moves, _MOVES))
            if number % 3:
                chunk = [named for named in chunk if not is_raw(named[0])]
            chunk.sort(key=lambda named: is_raw(named[0]))  # what is of no right form ends the turn, so it comes last
            job = Assignment(
                ref=session.driver.ref(tenant, customer),  # its id is given by the API
                intent=session.random.choice(list(world.workspace.tenants[tenant].procedures)),
                moves=chunk,
                writer=writer,
                fails_in=(None, None, None, "plan", "draft")[number % 5],
            )
            refs.append(await _open(session, http, keys, job))
        await asyncio.gather(*(_answered(http, keys, ref) for ref in refs))
        await probe_api(session, http, keys, refs)
        await asyncio.gather(*(_search_history(session, client, ref) for ref in refs))


@asynccontextmanager
async def _api(session: Session, client: Client) -> AsyncIterator[httpx2.AsyncClient]:
    place = session.place
    async with (
        serve_api(place.settings, place.desk.pools, client, place.world.workspace, temporal_ui=None, port=0) as url,
        httpx2.AsyncClient(base_url=url, timeout=_ANSWER_SECONDS) as http,
    ):
        yield http


async def _open(session: Session, http: httpx2.AsyncClient, keys: Keys, job: Assignment) -> TicketRef:
    """Open a ticket over the API, and tell the attacker what to do on it."""
    session.sequences += 1
    ref, own = job.ref, Canary(job.ref.tenant, job.ref.customer_id, "said", 1)
    body = {"customer_id": ref.customer_id, "identity": IdentityLevel.proven.value, "text": f"{ADDRESS} {own}"}
    opened = await http.post("/v1/tickets", json=body, headers=keys.of(ref.tenant) | _once(session))
    opened.raise_for_status()
    session.findings.look("api: opened", opened.text, Owner(ref.tenant, ref.customer_id))
    job.ref = ref.model_copy(update={"ticket_id": opened.json()["ticket_id"]})
    session.attacker.assign(job)
    return job.ref


async def _control(session: Session, http: httpx2.AsyncClient, keys: Keys, tenant: str) -> list[TicketRef]:
    """A refund that our approver approves over the API: approvals, decisions and their answers are real."""
    ref = session.driver.ref(tenant, session.place.world.customers[-1])
    job = Assignment(ref=ref, intent="refund_request", moves=[("control/api", refund(3, 15_000))])
    ref = await _open(session, http, keys, job)
    await _answered(http, keys, ref)
    listed = await http.get("/v1/approvals", params={"ticket_id": ref.ticket_id}, headers=keys.of(tenant))
    session.findings.look("api: approvals", listed.text, Owner(tenant, ref.customer_id))
    for approval in listed.json()["approvals"]:
        digest = approval["action"]["args_sha256"]
        session.driver.granted[approval["approval_id"]] = digest
        decided = await http.post(
            f"/v1/approvals/{approval['approval_id']}/decisions",
            json={"verdict": "approved", "args_sha256": digest},
            headers=keys.of(tenant) | _once(session),
        )
        decided.raise_for_status()
        session.findings.look("api: decided", decided.text, Owner(tenant, ref.customer_id))
    return [ref]


async def _answered(http: httpx2.AsyncClient, keys: Keys, ref: TicketRef) -> None:
    """Wait until the ticket's turn is over."""
    async with asyncio.timeout(_ANSWER_SECONDS):
        while True:
            answer = await http.get(f"/v1/tickets/{ref.ticket_id}", headers=keys.of(ref.tenant))
            if answer.json()["ticket"]["status"] not in {"new", "closed"}:
                return
            await asyncio.sleep(0.2)


async def _search_history(session: Session, client: Client, ref: TicketRef) -> None:
    """No word at all may be in a history: not a foreign one, and not the customer's own."""
    handle = client.get_workflow_handle(workflow_id(ref.ticket_id))
    history = await handle.fetch_history()
    session.findings.look("history", "\n".join(_decoded(json.loads(history.to_json()))), NOBODY)


def _decoded(value: object) -> list[str]:
    """Everything a history holds, with its payloads decoded."""
    match value:
        case dict():
            found = []
            for key, item in value.items():
                if key == "data" and isinstance(item, str):
                    found.append(base64.b64decode(item).decode(errors="replace"))
                else:
                    found += _decoded(item)
            return found
        case list():
            return [text for item in value for text in _decoded(item)]
        case str():
            return [value]
        case _:
            return []


def _once(session: Session) -> dict[str, str]:
    return {"Idempotency-Key": f"{session.random.getrandbits(64):016x}"}
