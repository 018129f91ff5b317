"""Operators, their memberships, sessions and links: who sees whom, and what is good once."""

import asyncio
from datetime import timedelta

import psycopg
import pytest

from domain.errors import Conflict, InvalidInput, NotFound
from domain.operator import Membership, OperatorRole
from runtime.console import LOCAL_OPERATOR, seat_local_operator
from store.errors import StoreFault
from store.operators import (
    add_operator,
    list_members,
    list_operators,
    look_up_operator,
    memberships_of,
    put_member,
    remove_member,
    set_password,
)
from store.pools import Pools
from store.sessions import begin_session, end_sessions, find_session, make_link, use_link
from tests.integration.store.makers import NOW

HASH = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$aGFzaA"


async def add(pools: Pools, operator_id: str, **roles: OperatorRole) -> None:
    """Somebody with a role in each of some tenants."""
    async with pools.auth() as conn:
        await add_operator(conn, operator_id, operator_id.title(), f"{operator_id}@Example.com", NOW)
    for tenant, role in roles.items():
        async with pools.operator(tenant) as conn:
            await put_member(conn, tenant, operator_id, role, NOW)


async def test_a_tenants_admin_sees_its_members_alone(pools: Pools) -> None:
    """Not who else there is, nor where its own members serve besides; and changes nobody elsewhere."""
    await add(pools, "olga", meridian=OperatorRole.admin, tidewater=OperatorRole.viewer)
    await add(pools, "ben", tidewater=OperatorRole.operator)
    async with pools.operator("meridian") as conn:
        [member] = await list_members(conn)
        assert (member.operator_id, member.email, member.role) == ("olga", "olga@example.com", OperatorRole.admin)
        with pytest.raises(NotFound):
            await remove_member(conn, "tidewater", "ben", NOW)
        await remove_member(conn, "meridian", "olga", NOW)
        assert await list_members(conn) == []
    with pytest.raises(StoreFault) as caught:
        async with pools.operator("meridian") as conn:
            await put_member(conn, "tidewater", "ben", OperatorRole.admin, NOW)
    assert caught.value.facts["sqlstate"] == "42501"
    async with pools.auth() as conn:
        assert await memberships_of(conn, "olga") == [Membership(tenant="tidewater", role=OperatorRole.viewer)]
        assert [(one.operator_id, one.tenants) for one in await list_operators(conn)] == [
            ("ben", ("tidewater",)),
            ("olga", ("tidewater",)),
        ]


@pytest.mark.parametrize("table", ["operators", "sessions", "sign_in_failures", "sign_in_links"])
async def test_what_is_above_tenants_is_read_by_nobody(pools: Pools, table: str) -> None:
    """Neither in a tenant's scope nor by the role that signs in: there are functions, and no tables."""
    for scope in (pools.operator("meridian"), pools.customer("meridian", "c-1"), pools.auth(), pools.relay()):
        with pytest.raises(StoreFault) as caught:
            async with scope as conn:
                await conn.execute(f"select * from setright.{table}".encode())
        assert caught.value.facts["sqlstate"] == "42501"


async def test_no_token_and_no_password_is_in_the_database(pools: Pools, superuser: psycopg.AsyncConnection) -> None:
    """Rows hold digests; whoever steals the tables is signed in nowhere."""
    await add(pools, "olga", meridian=OperatorRole.viewer)
    async with pools.auth() as conn:
        tokens = [await make_link(conn, "olga", NOW), await begin_session(conn, "olga", "meridian", "link", NOW)]
        row = await look_up_operator(conn, " olga@EXAMPLE.com".strip())
        session = await find_session(conn, tokens[1], NOW)
    found = await superuser.execute("select sessions::text from setright.sessions")
    texts = [text for (text,) in await found.fetchall()]
    found = await superuser.execute("select sign_in_links::text from setright.sign_in_links")
    texts += [text for (text,) in await found.fetchall()]
    assert len(texts) == 2
    assert not any(token in text for token in tokens for text in texts)
    assert "csrf" not in repr(session)
    assert "hash" not in repr(row)


async def test_a_link_is_good_for_one_of_many_at_once(pools: Pools) -> None:
    """Whoever comes second finds it used."""
    await add(pools, "olga")
    async with pools.auth() as conn:
        token = await make_link(conn, "olga", NOW)

    async def use() -> str | None:
        async with pools.auth() as conn:
            return await use_link(conn, token, NOW)

    assert sorted(await asyncio.gather(*(use() for _ in range(8))), key=str) == [None] * 7 + ["olga"]


async def test_a_new_password_ends_what_the_old_one_began(pools: Pools) -> None:
    """Sessions and links go with it; a session that was only idle for a while is kept."""
    await add(pools, "olga", meridian=OperatorRole.viewer)
    async with pools.auth() as conn:
        session = await begin_session(conn, "olga", "meridian", "password", NOW)
        link = await make_link(conn, "olga", NOW)
        assert await find_session(conn, session, NOW + timedelta(hours=11)) is not None
        assert await find_session(conn, session, NOW + timedelta(hours=22)) is not None  # seen since
        await set_password(conn, "olga", HASH)
        assert await find_session(conn, session, NOW) is None
        assert await use_link(conn, link, NOW) is None
        for _ in range(3):
            await begin_session(conn, "olga", "meridian", "password", NOW)
        assert await end_sessions(conn, "olga") == 3
        with pytest.raises(NotFound):
            await set_password(conn, "nobody", HASH)


@pytest.mark.parametrize(
    ("operator_id", "email", "error"),
    [
        ("Olga", None, InvalidInput),
        ("a b", None, InvalidInput),
        ("olga@example.com", None, InvalidInput),  # an id that reads like somebody's address
        ("ben", "no address", InvalidInput),
        ("olga", None, Conflict),
        ("ben", "OLGA@example.com", Conflict),
    ],
)
async def test_wrong_or_taken_names_are_refused(
    pools: Pools, operator_id: str, email: str | None, error: type[Exception]
) -> None:
    """In words, whatever the database would have said."""
    await add(pools, "olga")
    async with pools.auth() as conn:
        with pytest.raises(error):
            await add_operator(conn, operator_id, "Somebody", email, NOW)


async def test_this_machines_own_user_is_seated_once(pools: Pools) -> None:
    """An admin of every tenant, new ones included; a role that was changed stays, and each start has a link."""
    for tenants in (("meridian",), ("meridian", "tidewater")):
        token = await seat_local_operator(pools, tenants)
        async with pools.auth() as conn:
            served = await memberships_of(conn, LOCAL_OPERATOR)
            assert {one.tenant for one in served} == set(tenants)
        async with pools.operator("meridian") as conn:
            await put_member(conn, "meridian", LOCAL_OPERATOR, OperatorRole.viewer, NOW)
    assert [one.role for one in served] == [OperatorRole.viewer, OperatorRole.admin]
    assert token
