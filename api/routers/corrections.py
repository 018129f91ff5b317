"""What operators say was wrong, and what the assistant learns from it."""

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, status

from api import correcting
from api.auth import Approver, KnowledgeKeeper, Operator
from api.errors import documented
from api.idempotency import OnceOnly
from api.routers.common import TicketPath
from api.schemas.corrections import CorrectionBody, CorrectionsView, EffectView, ReviewBody
from api.services import Shared
from api.strict_json import StrictRoute
from domain.correction import Correction
from domain.errors import NotFound
from domain.ids import TicketId

router = APIRouter(prefix="/v1", tags=["corrections"], route_class=StrictRoute)
_LARGEST_ID = 2**63 - 1
_NUMBER = re.compile(r"[1-9][0-9]{0,17}")


def _correction_id(correction_id: Annotated[str, Path(description="The correction's id.", examples=["3"])]) -> int:
    if not _NUMBER.fullmatch(correction_id):
        raise NotFound("There is no such correction.")
    return int(correction_id)


CorrectionPath = Annotated[int, Depends(_correction_id)]
_SENT = ("not_found", "invalid_input", "bad_text", "conflict", "too_large", "unsupported_media_type")


@router.post(
    "/tickets/{ticket_id}/corrections",
    operation_id="correct_ticket",
    summary="Correct how a ticket was read or answered",
    response_description="The correction, which teaches nothing before it is accepted.",
    status_code=status.HTTP_201_CREATED,
    responses=documented(*_SENT),
)
async def post_correction(
    ticket_id: TicketPath, body: CorrectionBody, caller: Operator, once: OnceOnly, services: Shared
) -> Correction:
    """Say what the customer wanted, or how the reply should have been; personal words are marked before it is kept."""
    return await correcting.correct(services, caller, once, ticket_id, body)


@router.get(
    "/corrections",
    operation_id="list_corrections",
    summary="List corrections",
    response_description="Corrections.",
    responses=documented("invalid_input"),
)
async def get_corrections(
    caller: KnowledgeKeeper,
    services: Shared,
    ticket_id: TicketId | None = None,
    open: Annotated[bool, Query(description="Only those that nobody has reviewed.")] = False,  # noqa: A002, FBT002
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> CorrectionsView:
    """Return corrections, the newest first."""
    return await correcting.read_corrections(services, caller, ticket_id=ticket_id, open_only=open, limit=limit)


@router.get(
    "/corrections/effect",
    operation_id="try_corrections",
    summary="Try corrections on held-out examples",
    response_description="What they would change, in seconds of computing.",
    responses=documented("not_found", "invalid_input"),
)
async def get_effect(
    caller: KnowledgeKeeper,
    services: Shared,
    id: Annotated[  # noqa: A002 - as it is called in the query
        list[Annotated[int, Query(ge=1, le=_LARGEST_ID)]],
        Query(description="Of these together; repeat it. Left out: all that nobody has reviewed.", max_length=200),
    ] = [],  # noqa: B006
) -> EffectView:
    """Read the procedures' own examples by heads that were taught the corrections, and by heads that were not."""
    return await correcting.try_corrections(services, caller, id)


@router.get(
    "/corrections/{correction_id}",
    operation_id="read_correction",
    summary="Read a correction",
    response_description="The correction with its newest review.",
    responses=documented("not_found", "invalid_input"),
)
async def get_correction(correction_id: CorrectionPath, caller: KnowledgeKeeper, services: Shared) -> Correction:
    """Return one correction; of an edited reply what was suggested and what was sent, without a fact in either."""
    return await correcting.read_one(services, caller, correction_id)


@router.post(
    "/corrections/{correction_id}/review",
    operation_id="review_correction",
    summary="Accept or reject a correction",
    response_description="The correction with its review.",
    responses=documented(*_SENT),
)
async def post_review(
    correction_id: CorrectionPath, body: ReviewBody, caller: Approver, once: OnceOnly, services: Shared
) -> Correction:
    """Accept it, and messages are read by a head that was taught it from then on; or reject it, also afterwards."""
    return await correcting.review(services, caller, once, correction_id, body)
