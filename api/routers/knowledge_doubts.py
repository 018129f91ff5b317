"""Doubts of the knowledge base: passages that contradict each other, and articles that nobody has written."""

import asyncio
from typing import Annotated, cast

from fastapi import APIRouter, Path, Query
from pydantic import TypeAdapter, ValidationError

from api.auth import KnowledgeKeeper
from api.deps import ApiDeps
from api.errors import documented
from api.idempotency import OnceOnly
from api.schemas.knowledge_doubts import (
    ConflictDecisionBody,
    ConflictListView,
    ConflictView,
    GapListView,
    GapView,
    KnowledgeCheckView,
    StaleView,
)
from api.services import Shared
from api.strict_json import StrictRoute
from domain.conflict import ConflictId, ConflictStatus
from domain.errors import Conflict as NotNow
from domain.errors import NotFound
from domain.ids import TenantId
from store.articles import list_articles
from store.conflicts import Ending, close_ended, decide_conflict, list_conflicts, read_compared, read_conflict
from store.health import find_overlaps, find_unfindable
from store.questions import open_questions
from store.rows import Connection

router = APIRouter(prefix="/v1/knowledge", tags=["knowledge"], route_class=StrictRoute)
_CONFLICT: TypeAdapter[str] = TypeAdapter(ConflictId)


@router.get(
    "/conflicts",
    operation_id="list_conflicts",
    summary="List conflicts between passages",
    response_description="Conflicts.",
    responses=documented("invalid_input"),
)
async def get_conflicts(
    caller: KnowledgeKeeper,
    services: Shared,
    status: Annotated[ConflictStatus | None, Query(description="Only these; left out: all.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> ConflictListView:
    """Return pairs of passages that contradict each other, the newest first; an open one holds replies back."""
    async with services.pools.operator(caller.tenant) as conn:
        await close_ended(conn, caller.tenant, services.deps.clock())
        rows = await list_conflicts(conn, caller.tenant, status=status, limit=limit)
    return ConflictListView(conflicts=tuple(ConflictView.of(row) for row in rows))


@router.post(
    "/conflicts/{conflict_id}/decision",
    operation_id="decide_conflict",
    summary="Decide a conflict",
    response_description="The conflict, decided.",
    responses=documented("not_found", "conflict", "invalid_input", "bad_text", "too_large", "unsupported_media_type"),
)
async def post_decision(
    conflict_id: Annotated[str, Path(description="The conflict's id: C-…")],
    body: ConflictDecisionBody,
    caller: KnowledgeKeeper,
    once: OnceOnly,
    services: Shared,
) -> ConflictView:
    """Dismiss a conflict, or say that it was resolved, with a reason. An operator's own key is needed.

    `resolved` is refused with `conflict` while the two passages still contradict each other, unless it is forced.
    """
    operator, now = caller.operator, services.deps.clock()
    try:
        _CONFLICT.validate_python(conflict_id)
    except ValidationError:
        raise NotFound("There is no such conflict.") from None
    async with services.pools.operator(caller.tenant) as conn:
        if (kept := await once.recall(conn, ConflictView)) is not None:
            return kept
        status = cast("Ending", ConflictStatus(body.decision))
        if status is ConflictStatus.resolved and not body.force:
            await _require_corrected(conn, caller.tenant, conflict_id, services.deps)
        row = await decide_conflict(conn, caller.tenant, conflict_id, status, by=operator, note=body.reason, at=now)
        view = ConflictView.of(row)
        await once.keep(conn, view, now)
    return view


async def _require_corrected(conn: Connection, tenant: TenantId, conflict_id: str, services: ApiDeps) -> None:
    """Raises domain.errors.Conflict where both passages still hold and say different things."""
    await close_ended(conn, tenant, services.clock())
    row = await read_conflict(conn, tenant, conflict_id)
    if row.status is not ConflictStatus.open:
        return  # which is told by whoever decides it
    pair = await read_compared(conn, tenant, (row.passage_a, row.passage_b))
    found = await asyncio.to_thread(services.contradicts, pair[row.passage_a], pair[row.passage_b])
    if found is not None:
        raise NotNow(
            f'The passages still contradict each other: {row.article_a} says "{found.said_a}", {row.article_b} says'
            f' "{found.said_b}". Correct one of the articles and sync it, which ends the conflict by itself; dismiss it'
            " if both are right; or force it and say why."
        )


@router.get(
    "/check",
    operation_id="check_knowledge",
    summary="Check the knowledge base",
    response_description="What is wrong.",
    responses=documented(),
)
async def get_check(caller: KnowledgeKeeper, services: Shared) -> KnowledgeCheckView:
    """Return open conflicts, stale articles, articles that nobody can find, and articles that overlap."""
    tenant, now = caller.tenant, services.deps.clock()
    async with services.pools.operator(tenant) as conn:
        await close_ended(conn, tenant, now)
        conflicts = await list_conflicts(conn, tenant, status=ConflictStatus.open)
        stale = (await list_articles(conn, tenant, stale_at=now)).articles
        unfindable = await find_unfindable(conn, tenant, now)
        overlapping = await find_overlaps(conn, tenant)
    return KnowledgeCheckView(
        conflicts=tuple(ConflictView.of(row) for row in conflicts),
        stale=tuple(StaleView(article=row.slug, fresh_until=row.fresh_until) for row in stale if row.fresh_until),
        unfindable=tuple(unfindable),
        overlapping=tuple(overlapping),
    )


@router.get(
    "/gaps",
    operation_id="list_gaps",
    summary="List articles that are missing",
    response_description="Gaps.",
    responses=documented("invalid_input"),
)
async def get_gaps(
    caller: KnowledgeKeeper, services: Shared, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> GapListView:
    """Return questions that nothing answers, gathered into articles to write, the one asked most often first."""
    async with services.pools.operator(caller.tenant) as conn:
        questions = await open_questions(conn, caller.tenant)
    gaps = await asyncio.to_thread(services.deps.gather_gaps, questions)
    today = services.deps.clock().date().isoformat()
    return GapListView(gaps=tuple(GapView.of(gap, today) for gap in gaps[:limit]))
