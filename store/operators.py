"""Operators who sign in, and what they are in each tenant.

Operators are above tenants and reached through the `auth` role's functions. Memberships are a tenant's own rows: they
are listed and changed in the operator scope of that tenant.
"""

from collections.abc import Sequence
from datetime import datetime

from pydantic import Field, TypeAdapter, ValidationError

from domain.approval import Role
from domain.errors import Conflict, InvalidInput, NotFound
from domain.ids import TenantId
from domain.model import Model
from domain.operator import Membership, OperatorId, OperatorRole
from store.queries import load_queries
from store.rows import Connection, execute, fetch_all, fetch_one, fetch_value

_SQL = load_queries("operators")
_ID = TypeAdapter(OperatorId)
_ROLES = TypeAdapter(tuple[Role, ...])
_LONGEST_NAME = 128
_EMAIL_LENGTHS = range(3, 255)


class OperatorRow(Model):
    """An operator with what a password is checked against."""

    operator_id: OperatorId
    name: str
    email: str | None
    password_hash: str | None = Field(repr=False)
    disabled_at: datetime | None


class ListedOperator(Model):
    """An operator as lists show them; `roles` goes with `tenants`, one for each."""

    operator_id: OperatorId
    name: str
    email: str | None
    has_password: bool
    disabled_at: datetime | None
    tenants: tuple[TenantId, ...]
    roles: tuple[OperatorRole, ...]


class Member(Model):
    """An operator as a tenant's admin sees them."""

    operator_id: OperatorId
    name: str
    email: str | None
    role: OperatorRole
    approves: tuple[Role, ...]
    is_disabled: bool


async def look_up_operator(conn: Connection, login: str) -> OperatorRow | None:
    """Return the operator of an id or e-mail address, or None; a disabled one too. For the `auth` role."""
    return await fetch_one(conn, OperatorRow, _SQL["look_up"], {"login": login})


async def list_operators(conn: Connection) -> list[ListedOperator]:
    """Return every operator of the installation; for the `auth` role."""
    return await fetch_all(conn, ListedOperator, _SQL["list_operators"], {})


async def add_operator(conn: Connection, operator_id: str, name: str, email: str | None, at: datetime) -> None:
    """Add an operator without a password or membership; for the `auth` role. Raises InvalidInput, Conflict."""
    try:
        _ID.validate_python(operator_id)
    except ValidationError:
        raise InvalidInput("An operator's id has lower-case letters, digits, '_', '.' and '-': olga.") from None
    if not 1 <= len(name) <= _LONGEST_NAME:
        raise InvalidInput(f"An operator's name has 1 to {_LONGEST_NAME} characters.")
    if email is not None and ("@" not in email or len(email) not in _EMAIL_LENGTHS):
        raise InvalidInput("This is no e-mail address; write olga@example.com, or leave it out.")
    row = {"operator_id": operator_id, "name": name, "email": email, "at": at}
    if not await fetch_value(conn, _SQL["add"], row):
        raise Conflict("There is an operator with this id or e-mail address already.")


async def set_password(conn: Connection, operator_id: str, password_hash: str | None) -> None:
    """Change or take away a password, which ends every session and link; for the `auth` role. Raises NotFound."""
    row = {"operator_id": operator_id, "password_hash": password_hash}
    _found(await fetch_value(conn, _SQL["set_password"], row))


async def rehash_password(conn: Connection, operator_id: str, old_hash: str, new_hash: str) -> None:
    """Keep the same password under newer parameters, unless it was changed meanwhile; for the `auth` role."""
    await execute(conn, _SQL["rehash"], {"operator_id": operator_id, "old_hash": old_hash, "new_hash": new_hash})


async def disable_operator(conn: Connection, operator_id: str, at: datetime | None) -> None:
    """Shut an operator out from now on, or let them in again (None); for the `auth` role. Raises NotFound."""
    _found(await fetch_value(conn, _SQL["disable"], {"operator_id": operator_id, "at": at}))


async def memberships_of(conn: Connection, operator_id: str) -> list[Membership]:
    """Return what an operator is in each tenant, by tenant; for the `auth` role."""
    return await fetch_all(conn, Membership, _SQL["memberships_of"], {"operator_id": operator_id})


async def list_members(conn: Connection) -> list[Member]:
    """Return the members of the scope's own tenant."""
    return await fetch_all(conn, Member, _SQL["list_members"], {})


async def put_member(
    conn: Connection,
    tenant: TenantId,
    operator_id: str,
    role: OperatorRole,
    at: datetime,
    *,
    approves: Sequence[Role] = (),
) -> None:
    """Make an operator a member of the scope's tenant, or change what they are there.

    Raises InvalidInput for roles that are no names. The operator must exist: the caller has looked them up.
    """
    check_roles(approves)
    row = {"tenant": tenant, "operator_id": operator_id, "role": role, "approves": list(approves), "at": at}
    await execute(conn, _SQL["put_member"], row)


def check_roles(approves: Sequence[Role]) -> None:
    """Raise InvalidInput for approval roles that are no names."""
    try:
        _ROLES.validate_python(tuple(approves))
    except ValidationError:
        raise InvalidInput("An approval role has lower-case letters, digits and '_', or is '*' for all.") from None


async def remove_member(conn: Connection, tenant: TenantId, operator_id: str, at: datetime) -> None:
    """End a membership in the scope's tenant; raises NotFound."""
    row = {"tenant": tenant, "operator_id": operator_id, "at": at}
    _found(bool(await execute(conn, _SQL["remove_member"], row)))


def _found(was_found: bool) -> None:  # noqa: FBT001 - what a statement said
    if not was_found:
        raise NotFound("There is no such operator here; `setright operators list` shows those there are.")
