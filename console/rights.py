"""What an operator may do here, asked before anything is done; what they may not, pages do not offer."""

from api.auth import Scope
from api.errors import Refused
from console.seat import Seat

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
