"""API keys and idempotency keys: secrets that are not kept, and requests that are carried out once."""

import asyncio
from datetime import timedelta

import pytest

from domain.errors import Conflict, NotFound
from store.api_keys import create_key, list_keys, look_up_key, revoke_key
from store.errors import StoreFault
from store.idempotency import Answer, RequestKey, claim_request, remember
from store.inbox import Stub, accept_message
from store.pools import Pools
from store.tickets import TicketFilter, list_tickets
from tests.integration.store.makers import NOW, crashing, make_ref, says


async def test_a_key_opens_its_own_tenant(pools: Pools) -> None:
    """Who has the key is known by it; a key that is wrong by one character is unknown."""
    async with pools.operator("meridian") as conn:
        made = await create_key(conn, "meridian", "shop", ["tickets_write"], NOW, operator_id="op-1")
    async with pools.auth() as conn:
        holder = await look_up_key(conn, made.key)
        assert holder is not None
        assert (holder.tenant, holder.scopes, holder.operator_id) == ("meridian", ("tickets_write",), "op-1")
        assert await look_up_key(conn, made.key[:-1] + "!") is None
        assert await look_up_key(conn, "") is None


async def test_a_revoked_key_opens_nothing(pools: Pools) -> None:
    """Revoking counts at once, keeps its first time, and is the tenant's own business."""
    async with pools.operator("meridian") as conn:
        made = await create_key(conn, "meridian", "shop", [], NOW)
    async with pools.operator("tidewater") as conn:
        with pytest.raises(NotFound):
            await revoke_key(conn, "meridian", made.id, NOW)
    async with pools.operator("meridian") as conn:
        await revoke_key(conn, "meridian", made.id, NOW)
        await revoke_key(conn, "meridian", made.id, NOW + timedelta(days=1))
        [row] = await list_keys(conn, "meridian")
        assert (row.name, row.prefix, row.revoked_at) == ("shop", made.key[:12], NOW)
    async with pools.auth() as conn:
        assert await look_up_key(conn, made.key) is None


async def test_the_key_itself_is_nowhere(pools: Pools) -> None:
    """The table holds a digest and a prefix, and the made key does not show itself by accident."""
    async with pools.operator("meridian") as conn:
        made = await create_key(conn, "meridian", "shop", [], NOW)
        rows = await conn.execute("select api_keys::text from setright.api_keys")
        [(text,)] = await rows.fetchall()
    assert made.key not in text
    assert made.key[12:] not in text
    assert made.key not in repr(made)


async def test_the_auth_role_can_do_nothing_else(pools: Pools) -> None:
    """Not even the table of keys is open to the role that looks keys up."""
    for table in ("api_keys", "tickets", "messages"):
        with pytest.raises(StoreFault) as caught:
            async with pools.auth() as conn:
                await conn.execute(f"select * from setright.{table}".encode())
        assert caught.value.facts["sqlstate"] == "42501"
    for scope in (pools.operator("meridian"), pools.customer("meridian", "c-1"), pools.relay()):
        with pytest.raises(StoreFault):
            async with scope as conn:
                await look_up_key(conn, "srk_guess")


REQUEST = RequestKey(tenant="meridian", key="k-1", route="POST /v1/tickets", request_sha256="a" * 64)


async def open_once(pools: Pools, request: RequestKey) -> Answer:
    """What the API does with a request: claim it, carry it out, remember the answer."""
    async with pools.operator(request.tenant) as conn:
        answer = await claim_request(conn, request)
        if answer is None:
            accepted = await accept_message(conn, make_ref(request.tenant), says(), stub=Stub())
            answer = Answer(status=201, response={"ticket_id": accepted.ticket_id})
            await remember(conn, request, answer, NOW)
        return answer


async def test_a_request_that_is_sent_again_gets_the_first_answer(pools: Pools) -> None:
    """One effect, one answer; another tenant's equal key is another request."""
    assert await open_once(pools, REQUEST) == await open_once(pools, REQUEST)
    other = await open_once(pools, REQUEST.model_copy(update={"tenant": "tidewater"}))
    assert other != await open_once(pools, REQUEST)


@pytest.mark.parametrize("change", [{"request_sha256": "b" * 64}, {"route": "POST /v1/ratings"}], ids=["body", "route"])
async def test_a_key_stands_for_one_request(pools: Pools, change: dict[str, str]) -> None:
    """The same key with another body or on another route is refused."""
    await open_once(pools, REQUEST)
    with pytest.raises(Conflict):
        await open_once(pools, REQUEST.model_copy(update=change))


async def test_a_request_at_the_same_time_is_refused_or_answered_alike(pools: Pools) -> None:
    """Ten at once: one effect; whoever comes while it goes on is told so."""
    answers = await asyncio.gather(*(open_once(pools, REQUEST) for _ in range(10)), return_exceptions=True)
    assert {type(answer) for answer in answers} <= {Answer, Conflict}
    assert len({answer.model_dump_json() for answer in answers if isinstance(answer, Answer)}) == 1
    async with pools.operator("meridian") as conn:
        assert len((await list_tickets(conn, "meridian", TicketFilter())).tickets) == 1


async def test_a_crash_leaves_neither_effect_nor_key(pools: Pools) -> None:
    """What was rolled back can be sent again under the same key."""
    async with crashing(pools.operator("meridian")) as conn:
        assert await claim_request(conn, REQUEST) is None
        await remember(conn, REQUEST, Answer(status=201, response=None), NOW)
    assert (await open_once(pools, REQUEST)).response is not None
