"""The knowledge base: which answers rest on what does not hold any more, and who has looked at them."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query

from api.auth import Operator, Reader
from api.errors import documented
from api.idempotency import OnceOnly
from api.reviewing import review
from api.schemas.evidence import ReviewBody, ReviewedView, ReviewListView, answers_of
from api.services import Shared
from api.strict_json import StrictRoute
from store.evidence import answers_to_review

router = APIRouter(prefix="/v1/knowledge", tags=["knowledge"], route_class=StrictRoute)


@router.get(
    "/reviews",
    operation_id="list_reviews",
    summary="List answers to review",
    response_description="Answers to review.",
    responses=documented("invalid_input"),
)
async def get_reviews(
    caller: Reader,
    services: Shared,
    days: Annotated[int, Query(ge=1, le=3_650, description="Answers given in so many last days.")] = 90,
    limit: Annotated[int, Query(ge=1, le=200, description="How many doubtful citations at most.")] = 100,
) -> ReviewListView:
    """Return answers that rest on changed, withdrawn, expired or stale articles, the newest first."""
    now = services.deps.clock()
    async with services.pools.operator(caller.tenant) as conn:
        rows = await answers_to_review(conn, caller.tenant, now, since=now - timedelta(days=days), limit=limit)
    return ReviewListView(answers=answers_of(rows))


@router.post(
    "/reviews",
    operation_id="review_answer",
    summary="Tick an answer off",
    response_description="What it settled.",
    responses=documented("not_found", "conflict", "invalid_input", "too_large", "unsupported_media_type"),
)
async def post_review(body: ReviewBody, caller: Operator, once: OnceOnly, services: Shared) -> ReviewedView:
    """Say that you have looked at an answer; it comes back if its articles change again. Takes an operator's key."""
    return await review(services, caller, once, body)
