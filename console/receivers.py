"""Whom a ticket can be given to: colleagues who work on tickets here, and queues."""

from typing import Annotated

from pydantic import StringConstraints

from api.auth import Scope
from api.schemas.moves import AssignBody
from api.services import Services
from console.seat import Seat
from domain.ids import Label
from domain.model import Model
from domain.operator import OperatorId, OperatorRole
from store.operators import list_members
from store.rows import Connection

#: Whose a ticket is to be, as forms say it: `operator:olga` or `queue:billing`.
Receiver = Annotated[str, StringConstraints(pattern=r"^(operator|queue):[a-z0-9][a-z0-9_.-]{0,62}$")]


class Receivers(Model):
    """What a form offers."""

    colleagues: tuple[OperatorId, ...] = ()
    queues: tuple[Label, ...] = ()


async def read_receivers(services: Services, conn: Connection, seat: Seat) -> Receivers:
    """Whom this person may give tickets to; nobody for who only reads."""
    if not seat.may(Scope.operators):
        return Receivers()
    working = (it for it in await list_members(conn) if it.role.includes(OperatorRole.operator) and not it.is_disabled)
    return Receivers(
        colleagues=tuple(it.operator_id for it in working),
        queues=tuple(sorted(services.deps.queues.get(seat.tenant, ()))),
    )


def given_to(receiver: Receiver) -> tuple[AssignBody, str]:
    """What the API's function takes, and the receiver's name as people read it."""
    kind, _, name = receiver.partition(":")
    body = AssignBody(operator=name) if kind == "operator" else AssignBody(queue=name)
    return body, name.replace("_", " ")
