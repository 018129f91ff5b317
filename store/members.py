"""Changing what operators are in a tenant: with a record of who did it, and never so that no admin is left."""

from collections.abc import Sequence
from datetime import datetime

from domain.approval import Role
from domain.errors import Conflict
from domain.ids import TenantId
from domain.model import Model
from domain.operator import OperatorId, OperatorRole
from store.operators import list_members, put_member, remove_member
from store.queries import load_queries
from store.rows import Connection, execute, fetch_all
from store.sessions import SignInMethod

_SQL = load_queries("members")


class MemberChange(Model):
    """That somebody became something, or, without a role, is no member any more."""

    operator_id: OperatorId
    role: OperatorRole | None
    approves: tuple[Role, ...]
    changed_by: str | None  # None: from the command line
    at: datetime


class SignIn(Model):
    """How a member comes in, and when and how they were last here; None after a sign-out."""

    operator_id: OperatorId
    has_password: bool
    last_seen_at: datetime | None
    method: SignInMethod | None


async def change_member(
    conn: Connection,
    tenant: TenantId,
    operator_id: str,
    role: OperatorRole | None,
    at: datetime,
    *,
    approves: Sequence[Role] = (),
    changed_by: str | None,
) -> None:
    """Give an operator a role in the scope's tenant, or take it away (None), and note it.

    Raises:
        Conflict: no admin who can sign in would be left.
        NotFound: there is no such member to remove.
        InvalidInput: an approval role is no name.
    """
    if role is not OperatorRole.admin:
        await _check_an_admin_stays(conn, tenant, operator_id)
    if role is None:
        await remove_member(conn, tenant, operator_id, at)
    else:
        await put_member(conn, tenant, operator_id, role, at, approves=approves)
    row = {"tenant": tenant, "operator_id": operator_id, "role": role, "approves": list(approves)}
    await execute(conn, _SQL["note_change"], {**row, "changed_by": changed_by, "at": at})


async def list_changes(conn: Connection, tenant: TenantId, *, limit: int = 50) -> list[MemberChange]:
    """Return the newest changes of a tenant's members, newest first."""
    return await fetch_all(conn, MemberChange, _SQL["list_changes"], {"tenant": tenant, "limit": limit})


async def list_sign_ins(conn: Connection) -> list[SignIn]:
    """Return how the members of the scope's own tenant sign in."""
    return await fetch_all(conn, SignIn, _SQL["sign_ins"], {})


async def _check_an_admin_stays(conn: Connection, tenant: TenantId, operator_id: str) -> None:
    await conn.execute(_SQL["lock_admins"], {"tenant": tenant})
    admins = [it for it in await list_members(conn) if it.role is OperatorRole.admin]
    others = [it for it in admins if it.operator_id != operator_id and not it.is_disabled]
    if not others and any(it.operator_id == operator_id for it in admins):
        raise Conflict(f"{operator_id} is the last admin of {tenant}; make somebody else an admin first.")
