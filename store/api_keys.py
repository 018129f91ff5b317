"""API keys: made once, shown once, kept as digests.

A key is 32 random bytes, so its plain SHA-256 is as good as a slow hash: there is nothing to guess.
"""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime

from pydantic import Field, TypeAdapter, ValidationError

from domain.approval import Role
from domain.errors import InvalidInput, NotFound
from domain.ids import Label, TenantId
from domain.model import Model
from store.queries import load_queries
from store.rows import Connection, execute, fetch_all, fetch_one, fetch_value

_SQL = load_queries("api_keys")
_ROLES = TypeAdapter(tuple[Role, ...])
_PREFIX_CHARS = 12  # "srk_" and eight more, to recognise a key by in a list


class NewKey(Model):
    """A key as it is handed to its owner, this once."""

    id: int
    key: str = Field(repr=False)
    prefix: str


class KeyRow(Model):
    """What is known of a key."""

    id: int
    name: str
    prefix: str
    scopes: tuple[Label, ...]
    operator_id: str | None
    roles: tuple[Role, ...]
    created_at: datetime
    revoked_at: datetime | None


class KeyHolder(Model):
    """Who calls: a tenant's own system, or one of its operators."""

    id: int
    tenant: TenantId
    scopes: tuple[Label, ...]
    operator_id: str | None
    roles: tuple[Role, ...]


async def create_key(
    conn: Connection,
    tenant: TenantId,
    name: str,
    scopes: Sequence[Label],
    at: datetime,
    *,
    operator_id: str | None = None,
    roles: Sequence[Role] = (),
) -> NewKey:
    """Make a key; nobody can read it again. `roles` say what its operator may approve; raises InvalidInput."""
    try:
        _ROLES.validate_python(tuple(roles))
    except ValidationError:
        raise InvalidInput("A role is a name of lower-case letters, digits and '_', or '*' for every role.") from None
    key = f"srk_{secrets.token_urlsafe(32)}"
    row = {"tenant": tenant, "name": name, "prefix": key[:_PREFIX_CHARS], "sha256": _digest(key)}
    row_id = await fetch_value(
        conn,
        _SQL["insert_key"],
        {**row, "scopes": list(scopes), "operator_id": operator_id, "roles": list(roles), "at": at},
    )
    return NewKey(id=row_id, key=key, prefix=key[:_PREFIX_CHARS])


async def revoke_key(conn: Connection, tenant: TenantId, key_id: int, at: datetime) -> None:
    """Let a key open nothing any more; raises NotFound."""
    if not await execute(conn, _SQL["revoke_key"], {"tenant": tenant, "id": key_id, "at": at}):
        raise NotFound("There is no such API key.")


async def list_keys(conn: Connection, tenant: TenantId) -> list[KeyRow]:
    """Return a tenant's keys, revoked ones included."""
    return await fetch_all(conn, KeyRow, _SQL["list_keys"], {"tenant": tenant})


async def look_up_key(conn: Connection, key: str) -> KeyHolder | None:
    """Return who holds the key, or None for one that is unknown or revoked; for the `auth` role alone."""
    return await fetch_one(conn, KeyHolder, _SQL["look_up"], {"sha256": _digest(key)})


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()
