"""Who sits at the console: an operator who is signed in, in one of their tenants, with what they may do there.

`Seated` and `Posting` are what every route of the console depends on; a route that changes anything takes `Posting`.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated

from fastapi import Depends, Request

from api.auth import Principal, Scope
from console.csrf import check_same_origin, check_token, token_of
from console.gate import Gate, NotSeated
from domain.ids import TenantId
from domain.model import Model
from domain.operator import Membership, OperatorId, OperatorRole
from store.sessions import Session

_ADDED: Mapping[OperatorRole, frozenset[Scope]] = {
    OperatorRole.viewer: frozenset({Scope.tickets_read, Scope.approvals_read}),
    OperatorRole.operator: frozenset({Scope.tickets_write, Scope.operators, Scope.knowledge}),
    OperatorRole.approver: frozenset({Scope.approvals_decide, Scope.pause}),
    OperatorRole.admin: frozenset({Scope.admin}),
}


class Seat(Model):
    """An operator in a tenant; `principal` is what the API's functions take."""

    operator_id: OperatorId
    name: str
    tenant: TenantId
    tenants: tuple[Membership, ...]  # those that are served here, this one among them
    role: OperatorRole
    csrf: str  # what forms send back
    principal: Principal

    def may(self, scope: Scope) -> bool:
        """Whether the operator may do in this tenant what the scope stands for."""
        return self.principal.may(scope)

    def is_at_least(self, role: OperatorRole) -> bool:
        """Whether the operator's role includes another."""
        return self.role.includes(role)


def scopes_of(role: OperatorRole) -> frozenset[str]:
    """What a role may do: its own scopes, and those of every role below it."""
    return frozenset(scope.value for lower, scopes in _ADDED.items() if role.includes(lower) for scope in scopes)


def seat_of(session: Session, memberships: Iterable[Membership]) -> Seat | None:
    """The seat of a session: in its chosen tenant, or in the first there is; None for an operator without any."""
    tenants = tuple(memberships)
    chosen = next((one for one in tenants if one.tenant == session.chosen_tenant), None)
    here = chosen or next(iter(tenants), None)
    if here is None:
        return None
    is_approver = here.role.includes(OperatorRole.approver)
    principal = Principal(
        key_id=None,
        tenant=here.tenant,
        operator_id=session.operator_id,
        scopes=scopes_of(here.role),
        roles=frozenset(here.approves) if is_approver else frozenset(),
    )
    return Seat(
        operator_id=session.operator_id,
        name=session.name,
        tenant=here.tenant,
        tenants=tenants,
        role=here.role,
        csrf=token_of(session.csrf),
        principal=principal,
    )


async def find_seat(request: Request) -> Seat | None:
    """The seat of whoever sent the request, or None; for pages that nobody need be signed in for."""
    gate: Gate = request.app.state.gate
    found = await gate.find(request)
    return None if found is None else seat_of(*found)


async def _seated(request: Request) -> Seat:
    seat = await find_seat(request)
    if seat is None:
        raise NotSeated
    return seat


async def _posting(request: Request, seat: Annotated[Seat, Depends(_seated)]) -> Seat:
    gate: Gate = request.app.state.gate
    check_same_origin(request, gate.options)
    await check_token(request, seat.csrf)
    return seat


#: A route for operators who are signed in; others are sent to the sign-in page, or get 401 where no page was asked for.
Seated = Annotated[Seat, Depends(_seated)]
#: The same for a POST: it must come from a page of ours.
Posting = Annotated[Seat, Depends(_posting)]
