"""The database roles by name, their passwords, and how to connect as one of them.

What each role may touch is told by the migrations. Nobody but the one who starts the database sees a superuser's DSN.
"""

from collections.abc import Mapping
from typing import Literal, get_args

from psycopg import AsyncConnection, sql
from psycopg.conninfo import make_conninfo

#: `operator_scope`: one tenant. `customer_scope`: one customer of one tenant. `relay`: what waits for delivery, ids
#: only. `auth`: looks up the digest of an API key. `migrator`: changes the schema, by becoming its owner.
Role = Literal["operator_scope", "customer_scope", "relay", "auth", "migrator"]
ROLES: tuple[Role, ...] = get_args(Role)


def role_dsn(dsn: str, role: str, password: str) -> str:
    """Return `dsn` with another user and password."""
    return make_conninfo(dsn, user=role, password=password)


async def set_passwords(superuser_dsn: str, passwords: Mapping[str, str]) -> None:
    """Let the given roles log in, each with its password; the server sees SCRAM verifiers, never the passwords."""
    async with await AsyncConnection.connect(superuser_dsn) as conn:
        for role, password in passwords.items():
            verifier = conn.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
            change = sql.SQL("alter role {} with login password {}")
            await conn.execute(change.format(sql.Identifier(role), sql.Literal(verifier)))
