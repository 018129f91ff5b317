"""The knowledge base: articles and how fresh they are, conflicts, gaps, answers to look at again, sources."""

from datetime import timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Query, Request
from pydantic import ValidationError
from starlette.responses import RedirectResponse, Response

from api import sourcing
from api.auth import Scope
from api.errors import Refused
from api.keeping import keep_article, withdraw_article
from api.reviewing import review
from api.routers import knowledge as articles_api
from api.routers import knowledge_doubts as doubts_api
from api.routers import reviews as reviews_api
from api.routers.common import TicketPath
from api.routers.knowledge import ArticlePath, SourcePath
from api.schemas.base import Moment
from api.schemas.evidence import ReviewBody
from api.schemas.knowledge import ArticleBody, SourceChangeBody
from api.schemas.knowledge_doubts import ConflictDecisionBody
from api.services import Services, Shared
from api.sync_timing import set_every
from console.once import once_of
from console.pages import page
from console.rights import KnowledgePosting, OperatorPosting, require
from console.seat import Seat, Seated
from domain.conflict import ConflictStatus
from domain.errors import BadText, SetrightError
from domain.sync_timing import LONGEST

router = APIRouter(prefix="/knowledge")
Once = Annotated[str, Form(min_length=8, max_length=64)]
Text = Annotated[str, Form(max_length=210_000)]
_PAGE, _MOST = 100, 200
#: How often a source may be read by itself, as the page offers it: minutes and words.
_RHYTHMS = (
    (0, "only when told to"),
    (15, "every 15 minutes"),
    (60, "every hour"),
    (360, "every 6 hours"),
    (1440, "every day"),
    (10_080, "every week"),
)


@router.get("")
async def get_articles(
    request: Request,
    seat: Seated,
    services: Shared,
    stale: bool = False,  # noqa: FBT001, FBT002 - a field of the query
    source: Annotated[str | None, Query(max_length=63)] = None,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """List the current articles; those that nobody has confirmed in time are marked."""
    require(seat, Scope.knowledge)
    found = await articles_api.get_articles(seat.principal, services, source or None, stale, _PAGE, cursor)
    name = "knowledge/articles.html"
    return page(request, seat, name, here="knowledge", tab="articles", found=found, stale=stale, source=source)


@router.get("/articles/{slug}")
async def get_article(
    request: Request, slug: ArticlePath, seat: Seated, services: Shared, at: Annotated[Moment | None, Query()] = None
) -> Response:
    """Show an article as it is or as it was known at a time, and its versions."""
    require(seat, Scope.knowledge)
    text = await articles_api.get_article(slug, seat.principal, services, at)
    versions = (await articles_api.get_versions(slug, seat.principal, services)).versions
    name = "knowledge/article.html"
    return page(request, seat, name, here="knowledge", tab="articles", text=text, versions=versions)


@router.post("/articles/{slug}/withdraw")
async def post_withdrawal(slug: ArticlePath, seat: KnowledgePosting, services: Shared) -> Response:
    """Let no answer rest on an article any more that was written here."""
    await withdraw_article(services, seat.principal, slug)
    return RedirectResponse("/console/knowledge", status_code=303)


@router.get("/write")
async def get_writing(
    request: Request, seat: Seated, services: Shared, gap: Annotated[str | None, Query(max_length=30)] = None
) -> Response:
    """Write an article; with a gap, beginning with its skeleton."""
    require(seat, Scope.knowledge)
    begun, title = "", ""
    if gap is not None:
        gaps = (await doubts_api.get_gaps(seat.principal, services, _MOST)).gaps
        chosen = next((one for one in gaps if one.gap_id == gap), None)
        begun, title = (chosen.draft, chosen.title) if chosen is not None else ("", "")
    return _writing(request, seat, slug="", title=title, content=begun, problem=None)


@router.post("/write")
async def post_article(
    request: Request, seat: KnowledgePosting, services: Shared, slug: Text, content: Text, title: Text = ""
) -> Response:
    """Make an article current; what is wrong is told beside what was written, which is never lost."""
    try:
        body = ArticleBody(content=content, title=title or None)
        articles_api._slug(slug)  # noqa: SLF001 - the same rule as the API's path
        await keep_article(services, seat.principal, slug, body)
    except ValidationError as error:
        problem = str(error.errors()[0]["msg"]).removeprefix("Value error, ")
        return _writing(request, seat, slug=slug, title=title, content=content, problem=problem)
    except SetrightError as error:
        said = "A name has lower-case letters, digits and '-': gift-cards." if error.code == "not_found" else error.text
        return _writing(request, seat, slug=slug, title=title, content=content, problem=said)
    return RedirectResponse(f"/console/knowledge/articles/{slug}", status_code=303)


@router.get("/conflicts")
async def get_conflicts(
    request: Request,
    seat: Seated,
    services: Shared,
    past: bool = False,  # noqa: FBT001, FBT002 - a field of the query
) -> Response:
    """List passages that contradict each other; an open conflict holds replies back."""
    require(seat, Scope.knowledge)
    return await _conflicts(request, seat, services, past=past)


@router.post("/conflicts/{conflict_id}")
async def post_conflict(
    request: Request,
    conflict_id: str,
    seat: KnowledgePosting,
    services: Shared,
    decision: Annotated[Literal["dismissed", "resolved"], Form()],
    once: Once,
    reason: Text = "",
) -> Response:
    """Decide a conflict, with a reason."""
    try:
        body = ConflictDecisionBody(decision=decision, reason=reason)
    except (ValidationError, BadText):
        raise Refused("invalid_input", "Say in a sentence why; it is kept with the decision.") from None
    key = once_of(seat.principal, once, f"console conflict {conflict_id}", f"{decision} {reason}")
    await doubts_api.post_decision(conflict_id, body, seat.principal, key, services)
    told = "Dismissed: replies may rest on both." if decision == "dismissed" else "Marked as resolved."
    return await _conflicts(request, seat, services, past=False, told=told)


@router.get("/gaps")
async def get_gaps(request: Request, seat: Seated, services: Shared) -> Response:
    """List articles that are missing, each with the tickets that asked for it."""
    require(seat, Scope.knowledge)
    gaps = (await doubts_api.get_gaps(seat.principal, services, _MOST)).gaps
    return page(request, seat, "knowledge/gaps.html", here="knowledge", tab="gaps", gaps=gaps)


@router.get("/reviews")
async def get_reviews(request: Request, seat: Seated, services: Shared) -> Response:
    """List answers that rest on what does not hold any more."""
    return await _reviews(request, seat, services)


@router.post("/reviews/{ticket_id}/{seq}")
async def post_review(
    request: Request, ticket_id: TicketPath, seq: int, seat: OperatorPosting, services: Shared, once: Once
) -> Response:
    """Tick an answer off."""
    key = once_of(seat.principal, once, f"console review {ticket_id} {seq}", "")
    await review(services, seat.principal, key, ReviewBody(ticket_id=ticket_id, seq=seq))
    return await _reviews(request, seat, services, told="Ticked off. It comes back if its articles change again.")


@router.get("/sources")
async def get_sources(request: Request, seat: Seated, services: Shared) -> Response:
    """List where articles come from, with the latest reading of each."""
    require(seat, Scope.knowledge)
    return await _sources(request, seat, services)


@router.post("/sources/{source_id}/sync")
async def post_sync(
    request: Request, source_id: SourcePath, seat: KnowledgePosting, services: Shared, once: Once
) -> Response:
    """Read a source again."""
    key = once_of(seat.principal, once, f"console sync {source_id}", "")
    await sourcing.sync(services, seat.principal, key, source_id)
    return await _sources(request, seat, services, told=f"Reading {source_id}.")


@router.post("/sources/{source_id}/every")
async def post_every(
    request: Request,
    source_id: SourcePath,
    seat: KnowledgePosting,
    services: Shared,
    minutes: Annotated[int, Form(ge=0, le=LONGEST // timedelta(minutes=1))],
) -> Response:
    """Have a source read by itself so often, or with 0 only when told to."""
    try:
        body = SourceChangeBody(sync_every_minutes=minutes or None)
    except ValidationError:
        raise Refused("invalid_input", "A source is read at most every 15 minutes.") from None
    await set_every(services, seat.principal, source_id, body.sync_every)
    told = f"{source_id} is read by itself." if minutes else f"{source_id} is read only when somebody says so."
    return await _sources(request, seat, services, told=told)


def _writing(request: Request, seat: Seat, *, slug: str, title: str, content: str, problem: str | None) -> Response:
    name, status = "knowledge/write.html", 422 if problem else 200
    shown: dict[str, Any] = {"slug": slug, "title": title, "content": content, "problem": problem}
    return page(request, seat, name, here="knowledge", tab="articles", status=status, **shown)


async def _conflicts(
    request: Request, seat: Seat, services: Services, *, past: bool, told: str | None = None
) -> Response:
    status = None if past else ConflictStatus.open
    found = (await doubts_api.get_conflicts(seat.principal, services, status, _MOST)).conflicts
    name = "knowledge/conflicts.html"
    return page(request, seat, name, here="knowledge", tab="conflicts", told=told, conflicts=found, past=past)


async def _reviews(request: Request, seat: Seat, services: Services, told: str | None = None) -> Response:
    answers = (await reviews_api.get_reviews(seat.principal, services, 90, _MOST)).answers
    return page(request, seat, "knowledge/reviews.html", here="knowledge", tab="reviews", told=told, answers=answers)


async def _sources(request: Request, seat: Seat, services: Services, told: str | None = None) -> Response:
    sources = (await articles_api.get_sources(seat.principal, services)).sources
    name = "knowledge/sources.html"
    return page(request, seat, name, here="knowledge", tab="sources", told=told, sources=sources, rhythms=_RHYTHMS)
