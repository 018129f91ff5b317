"""What an operator may do here, asked before anything is done; what they may not, pages do not offer."""

from typing import Annotated

from fastapi import Depends

from api.auth import Scope
from api.errors import Refused
from console.seat import Posting, Seat

_NEEDS = {
    Scope.operators: "operator",
    Scope.tickets_write: "operator",
    Scope.knowledge: "operator",
    Scope.approvals_decide: "approver",
    Scope.pause: "approver",
    Scope.admin: "admin",
}


def require(seat: Seat, scope: Scope) -> None:
    """Raise Refused unless the operator's role in this tenant carries the scope."""
    if not seat.may(scope):
        raise Refused("forbidden", f"You are {seat.role} here; ask an admin for the role of {_NEEDS[scope]}.")


class _MayPost:
    """Asks for a scope before the form is read: who may not is told so, and not what is wrong with what they sent."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def __call__(self, seat: Posting) -> Seat:
        require(seat, self._scope)
        return seat


#: What a route takes that changes something: `Posting`, by somebody whose role carries the right to it.
OperatorPosting = Annotated[Seat, Depends(_MayPost(Scope.operators))]
KnowledgePosting = Annotated[Seat, Depends(_MayPost(Scope.knowledge))]
ApproverPosting = Annotated[Seat, Depends(_MayPost(Scope.approvals_decide))]
AdminPosting = Annotated[Seat, Depends(_MayPost(Scope.admin))]
