"""Scopes: commit, rollback, and failures that say what to do and nothing else."""

import asyncio
import socket
from collections.abc import Mapping
from datetime import UTC

import psycopg
import pytest

from domain.errors import Unavailable
from store.errors import StoreFault
from store.inbox import Stub, accept_message
from store.pools import Pools
from store.roles import Role
from store.tickets import TicketFilter, list_tickets
from tests.integration.store.makers import crashing, make_ref, says


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give up waiting for connections sooner than customers would."""
    monkeypatch.setattr("store.pools._WAIT_SECONDS", 0.5)


async def tickets(pools: Pools) -> int:
    """How many tickets there are."""
    async with pools.operator("meridian") as conn:
        return len((await list_tickets(conn, "meridian", TicketFilter())).tickets)


async def test_a_scope_is_one_transaction(pools: Pools) -> None:
    """It commits at its end, and leaves nothing behind when its block raises."""
    async with pools.operator("meridian") as conn:
        await accept_message(conn, make_ref(), says(), stub=Stub())
        assert await tickets(pools) == 0
    assert await tickets(pools) == 1
    async with crashing(pools.operator("meridian")) as conn:
        await accept_message(conn, make_ref(), says(), stub=Stub())
    assert await tickets(pools) == 1


async def test_times_come_back_in_utc(pools: Pools) -> None:
    """Whatever the server's zone, a time has the zone UTC."""
    async with pools.operator("meridian") as conn:
        row = await (await conn.execute("select now()")).fetchone()
    assert row is not None
    assert row[0].tzinfo.utcoffset(row[0]) == UTC.utcoffset(None)


async def test_each_scope_connects_as_its_own_role(pools: Pools) -> None:
    """Four scopes, four roles, none of them the superuser."""
    scopes = {
        "operator_scope": pools.operator("meridian"),
        "customer_scope": pools.customer("meridian", "c-1"),
        "relay": pools.relay(),
        "auth": pools.auth(),
    }
    for role, scope in scopes.items():
        async with scope as conn:
            row = await (await conn.execute("select current_user, session_user")).fetchone()
            assert row == (role, role)


async def test_what_the_database_refuses_is_told_without_the_values(pools: Pools) -> None:
    """The driver quotes the row that failed; our error names the constraint and nothing of the row."""
    secret = "my address is 12 Hidden Lane"
    with pytest.raises(StoreFault) as caught:
        async with pools.operator("meridian") as conn:
            await conn.execute(
                "insert into setright.procedure_versions (tenant, name, version, body, saved_at)"
                " values ('meridian', %s, null, '{}', now())",
                [secret],
            )
    assert caught.value.facts == {"sqlstate": "23502", "constraint": None, "table": "procedure_versions"}
    assert "Hidden" not in f"{caught.value} {caught.value.facts}"
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@pytest.mark.usefixtures("impatient")
async def test_a_database_that_is_not_there_is_unavailable_at_once(dsns: Mapping[Role, str]) -> None:
    """A wrong address shows when the pools are opened, not at the first customer."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nowhere = psycopg.conninfo.make_conninfo(dsns["relay"], port=free.getsockname()[1])
    with pytest.raises(Unavailable):
        await Pools.open({"relay": nowhere})


@pytest.mark.usefixtures("impatient")
async def test_a_wrong_password_shows_at_the_start(dsns: Mapping[Role, str]) -> None:
    """So does a role that may not log in."""
    wrong = psycopg.conninfo.make_conninfo(dsns["relay"], password="wrong")
    with pytest.raises(Unavailable) as caught:
        await Pools.open({"operator_scope": dsns["operator_scope"], "relay": wrong})
    assert "wrong" not in str(caught.value)


async def cut_while_working(pools: Pools, superuser: psycopg.AsyncConnection) -> None:
    """Work in a scope whose backend dies."""
    async with pools.operator("meridian") as conn:
        await superuser.execute("select pg_terminate_backend(%s)", [conn.info.backend_pid])
        await conn.execute("select 1")


async def test_a_cut_connection_is_unavailable_and_then_replaced(
    pools: Pools, superuser: psycopg.AsyncConnection
) -> None:
    """A backend that dies within a scope fails that scope; the next one gets a living connection."""
    with pytest.raises(Unavailable) as caught:
        await cut_while_working(pools, superuser)
    assert caught.value.facts["sqlstate"] == "57P01"
    assert await tickets(pools) == 0


async def test_a_connection_that_died_in_the_pool_is_not_handed_out(
    pools: Pools, superuser: psycopg.AsyncConnection
) -> None:
    """After a restart of the database the first scope works."""
    await tickets(pools)
    await superuser.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'operator_scope'")
    assert await tickets(pools) == 0


@pytest.mark.usefixtures("impatient")
async def test_a_pool_that_is_used_up_says_so(dsns: Mapping[Role, str]) -> None:
    """Whoever waits too long for a connection is told to come again."""
    pools = await Pools.open({"operator_scope": dsns["operator_scope"]}, most=1)
    try:
        async with pools.operator("meridian"):
            with pytest.raises(Unavailable):
                await tickets(pools)
        assert await tickets(pools) == 0
    finally:
        await pools.close()
    with pytest.raises(Unavailable):
        await tickets(pools)


async def test_a_cancelled_scope_rolls_back(pools: Pools) -> None:
    """A request that is given up in the middle leaves nothing, and its connection can be used again."""
    inside = asyncio.Event()

    async def slow() -> None:
        async with pools.operator("meridian") as conn:
            await accept_message(conn, make_ref(), says(), stub=Stub())
            inside.set()
            await conn.execute("select pg_sleep(30)")

    task = asyncio.create_task(slow())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await tickets(pools) == 0
