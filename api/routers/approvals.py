"""Approvals: what waits for a person, and what people decide."""

from typing import Annotated

from fastapi import APIRouter, Query, Response, status

from api import approving
from api.auth import ApprovalReader, Approver
from api.errors import documented
from api.idempotency import OnceOnly
from api.routers.common import ApprovalPath
from api.schemas.approvals import ApprovalListView, ApprovalView, DecisionBody, DecisionView, SnoozeBody
from api.services import Shared
from api.strict_json import StrictRoute
from domain.ids import TicketId
from store.approvals import list_approvals, read_request

router = APIRouter(prefix="/v1/approvals", tags=["approvals"], route_class=StrictRoute)
_DECIDING = (
    "not_found",
    "amendment_refused",
    "stale_decision",
    "approval_mismatch",
    "not_an_approver",
    "own_request",
    "not_enough_approvers",
    "ticket_closed",
    "conflict",
    "invalid_input",
    "bad_text",
    "bad_money",
    "too_large",
    "unsupported_media_type",
)


@router.get(
    "",
    operation_id="list_approvals",
    summary="List approvals",
    response_description="Approvals.",
    responses=documented("invalid_input"),
)
async def get_approvals(
    caller: ApprovalReader,
    services: Shared,
    ticket_id: TicketId | None = None,
    open: Annotated[bool, Query(description="Only those that wait for an answer.")] = True,  # noqa: A002, FBT002
    snoozed: Annotated[bool, Query(description="Also those that are put off.")] = False,  # noqa: FBT002
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> ApprovalListView:
    """Return approvals, the oldest first."""
    specs, now = services.deps.backend_specs.get(caller.tenant, {}), services.deps.clock()
    async with services.pools.operator(caller.tenant) as conn:
        rows = await list_approvals(
            conn,
            caller.tenant,
            ticket_id=ticket_id,
            open_only=open,
            awake_at=None if snoozed or not open else now,
            limit=limit,
        )
        shown = [await approving.view_approval(conn, caller.tenant, row, specs, now) for row in rows]
    return ApprovalListView(approvals=tuple(shown))


@router.post(
    "/{approval_id:path}/decisions",
    operation_id="decide_approval",
    summary="Decide on an approval",
    response_description="What became of the decision.",
    responses={
        202: {"model": DecisionView, "description": "Recorded; the workflow is told later."},
        **documented(*_DECIDING),
    },
)
async def decide(
    approval_id: ApprovalPath,
    body: DecisionBody,
    caller: Approver,
    once: OnceOnly,
    services: Shared,
    response: Response,
) -> DecisionView:
    """Approve, decline or amend; the first valid decision counts, and the same decision again gets the same answer."""
    view = await approving.decide(services, caller, once, approval_id, body)
    if view.state == "accepted":
        response.status_code = status.HTTP_202_ACCEPTED
    return view


@router.post(
    "/{approval_id:path}/snooze",
    operation_id="snooze_approval",
    summary="Put an approval off",
    response_description="The approval, still open.",
    responses=documented(
        "not_found", "stale_decision", "conflict", "invalid_input", "too_large", "unsupported_media_type"
    ),
)
async def snooze(
    approval_id: ApprovalPath, body: SnoozeBody, caller: Approver, once: OnceOnly, services: Shared
) -> ApprovalView:
    """Leave it out of the list for a while; it stays open for everybody and expires when it would have."""
    return await approving.snooze_approval(services, caller, once, approval_id, body)


@router.get(
    "/{approval_id:path}",
    operation_id="read_approval",
    summary="Read an approval",
    response_description="The approval.",
    responses=documented("not_found", "invalid_input"),
)
async def get_approval(approval_id: ApprovalPath, caller: ApprovalReader, services: Shared) -> ApprovalView:
    """Return what is asked, word for word as the decision is bound to it."""
    specs = services.deps.backend_specs.get(caller.tenant, {})
    async with services.pools.operator(caller.tenant) as conn:
        row = await read_request(conn, caller.tenant, approval_id)
        return await approving.view_approval(conn, caller.tenant, row, specs, services.deps.clock())
