"""Passwords of the roles."""

import psycopg
import pytest

from store.roles import role_dsn, set_passwords


@pytest.mark.usefixtures("migrated")
async def test_a_role_logs_in_with_its_new_password_only(database: str) -> None:
    """A password that holds everything a DSN or SQL could trip over works, and the old one does not."""
    odd = "p'a\"s s\\w@o/r%d"
    await set_passwords(database, {"relay": odd})
    try:
        async with await psycopg.AsyncConnection.connect(role_dsn(database, "relay", odd)) as conn:
            assert conn.info.user == "relay"
        with pytest.raises(psycopg.OperationalError):
            await psycopg.AsyncConnection.connect(role_dsn(database, "relay", "relay-secret"))
    finally:
        await set_passwords(database, {"relay": "relay-secret"})


@pytest.mark.usefixtures("database")
async def test_the_server_never_sees_a_password(superuser: psycopg.AsyncConnection) -> None:
    """What it stores, and could log, is a SCRAM verifier."""
    rows = await superuser.execute(
        "select rolname from pg_authid where rolcanlogin and rolpassword not like 'SCRAM-SHA-256$%'"
    )
    assert await rows.fetchall() == []
