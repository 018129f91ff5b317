"""The members of the tenant, for its admins: who they are, what they may do, how they sign in; added and changed."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.auth import Scope
from api.errors import Refused
from api.services import Services, Shared
from console.gate import Gate
from console.members import add_person, check_approves, give_role, link_url
from console.pages import page
from console.rights import AdminPosting, require
from console.seat import Seat, Seated
from domain.approval import Role
from domain.errors import NotFound
from domain.operator import OperatorRole
from store.members import list_changes, list_sign_ins
from store.operators import list_members

router = APIRouter(prefix="/members")
_Text = Annotated[str, Field(max_length=400)]


class _Given(BaseModel):
    """What somebody is to be; `approves` are approval roles with spaces or commas between them, none for all."""

    role: OperatorRole
    approves: _Text = ""

    @property
    def roles(self) -> tuple[Role, ...]:
        """The approval roles."""
        return tuple(self.approves.replace(",", " ").split())


class NewMember(_Given):
    """Somebody new."""

    operator_id: _Text
    name: _Text = ""
    email: _Text = ""


class ChangedMember(_Given):
    """Somebody who is a member."""

    operator_id: _Text


class RemovedMember(BaseModel):
    """Somebody who is to be none any more."""

    operator_id: _Text


@router.get("")
async def get_members(request: Request, seat: Seated, services: Shared) -> Response:
    """Show who may sign in here, and as what."""
    require(seat, Scope.admin)
    return await _shown(request, seat, services)


@router.post("")
async def add_member(
    request: Request, seat: AdminPosting, services: Shared, press: Annotated[NewMember, Form()]
) -> Response:
    """Add somebody and show, this once, the link that signs them in.

    A link is made for nobody else: whoever serves another tenant too could be signed in as there.
    """
    check_approves(press.role, press.roles)
    who, now = press.operator_id.strip(), services.deps.clock()
    token = await add_person(services.pools, who, press.name.strip() or who, press.email.strip() or None, now)
    await give_role(
        services.pools, seat.tenant, who, press.role, now, approves=press.roles, changed_by=seat.operator_id
    )
    gate: Gate = request.app.state.gate
    link = link_url(gate.options.public_url or f"{request.url.scheme}://{request.url.netloc}", token)
    return await _shown(request, seat, services, told=f"{who} is {press.role} here.", added=who, link=link)


@router.post("/role")
async def change_role(
    request: Request, seat: AdminPosting, services: Shared, press: Annotated[ChangedMember, Form()]
) -> Response:
    """Make a member something else; it counts from their next click."""
    await _change(seat, services, press.operator_id, press.role, press.roles)
    return await _shown(request, seat, services, told=f"{press.operator_id} is {press.role} from now on.")


@router.post("/removal")
async def remove(
    request: Request, seat: AdminPosting, services: Shared, press: Annotated[RemovedMember, Form()]
) -> Response:
    """End a membership; what they did stays in the record."""
    await _change(seat, services, press.operator_id, None, ())
    return await _shown(request, seat, services, told=f"{press.operator_id} is no member any more.")


async def _change(
    seat: Seat, services: Services, operator_id: str, role: OperatorRole | None, approves: tuple[Role, ...]
) -> None:
    if operator_id == seat.operator_id:
        raise Refused("forbidden", "Nobody changes what they are themselves; ask another admin.")
    async with services.pools.operator(seat.tenant) as conn:
        if operator_id not in {it.operator_id for it in await list_members(conn)}:
            raise NotFound("There is no such member here.")
    now = services.deps.clock()
    await give_role(services.pools, seat.tenant, operator_id, role, now, approves=approves, changed_by=seat.operator_id)


async def _shown(
    request: Request,
    seat: Seat,
    services: Services,
    *,
    told: str | None = None,
    added: str | None = None,
    link: str | None = None,
) -> Response:
    async with services.pools.operator(seat.tenant) as conn:
        members = await list_members(conn)
        sign_ins = {it.operator_id: it for it in await list_sign_ins(conn)}
        changes = await list_changes(conn, seat.tenant, limit=20)
    return page(
        request,
        seat,
        "members.html",
        here="members",
        told=told,
        members=[(it, sign_ins[it.operator_id]) for it in members],
        changes=changes,
        roles=tuple(OperatorRole),
        added=added,
        link=link,
    )
