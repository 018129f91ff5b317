"""Members of a tenant, as the command line and the console's page change them."""

from collections.abc import Sequence
from datetime import datetime

from domain.approval import EVERY_ROLE, Role
from domain.errors import InvalidInput
from domain.ids import TenantId
from domain.operator import OperatorRole
from store.members import change_member
from store.operators import add_operator, check_roles
from store.pools import Pools
from store.sessions import make_link


def check_approves(role: OperatorRole | None, approves: Sequence[Role]) -> None:
    """Raise InvalidInput for roles that are no names, and for any of somebody who decides on nothing."""
    check_roles(approves)
    if approves and (role is None or not role.includes(OperatorRole.approver)):
        raise InvalidInput("Only an approver or an admin approves; name no approval roles, or give such a role.")


async def give_role(
    pools: Pools,
    tenant: TenantId,
    operator_id: str,
    role: OperatorRole | None,
    at: datetime,
    *,
    approves: Sequence[Role] = (),
    changed_by: str | None,
) -> None:
    """Make an operator something in a tenant, or take it away; without `approves` an approver answers for everything.

    Raises InvalidInput, NotFound, and Conflict for the last admin.
    """
    check_approves(role, approves)
    usual = (EVERY_ROLE,) if role is not None and role.includes(OperatorRole.approver) else ()
    async with pools.operator(tenant) as conn:
        await change_member(
            conn, tenant, operator_id, role, at, approves=tuple(approves) or usual, changed_by=changed_by
        )


async def add_person(pools: Pools, operator_id: str, name: str, email: str | None, at: datetime) -> str:
    """Add somebody who is a member of nothing yet; returns the token of a link that signs them in once.

    Raises InvalidInput, Conflict.
    """
    async with pools.auth() as conn:
        await add_operator(conn, operator_id, name, email, at)
        return await make_link(conn, operator_id, at)


def link_url(base_url: str, token: str) -> str:
    """The address of a one-time link."""
    return f"{base_url.rstrip('/')}/console/sign-in/link/{token}"
