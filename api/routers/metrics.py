"""Numbers over all tickets of a tenant, counted from their events, and the tickets behind each of them."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from api.auth import Reader
from api.errors import documented
from api.measuring import BehindPage, period_of, read_behind, read_report
from api.services import Shared
from api.strict_json import StrictRoute
from domain.errors import NotFound
from domain.figure import FigureName
from domain.guardrails import Guardrails
from domain.handoff_figures import HandoffFigures
from domain.metrics import Report
from domain.period import Period, Step
from store.guardrails import count_guardrails
from store.handoff_figures import count_handoffs
from store.metrics import Outcome, Selection

router = APIRouter(prefix="/v1/metrics", tags=["metrics"], route_class=StrictRoute)
#: Further pages than this are read by nobody; a narrower bar is asked for instead.
_MOST_SKIPPED = 100_000


def _period(
    caller: Reader,
    services: Shared,
    first: Annotated[
        date | None, Query(alias="from", description="The first day, in the tenant's time zone; by default 28 days.")
    ] = None,
    until: Annotated[date | None, Query(description="The last day, itself included; by default today.")] = None,
    step: Annotated[Step | None, Query(description="By default weeks for more than five weeks, else days.")] = None,
) -> Period:
    return period_of(services, caller.tenant, first, until, step)


def _selection(
    _: Reader,  # whoever may not read is told so before anything else
    figure: Annotated[str, Path(description="The figure's name.", examples=["autonomous_resolution"])],
    bucket: Annotated[date | None, Query(description="Of the day or week that begins on this day alone.")] = None,
    label: Annotated[str | None, Query(pattern=r"^[\x20-\x7e]{1,200}$", description="Of this part alone.")] = None,
    outcome: Annotated[Outcome | None, Query(description="Of the numerator, the rest, or the undecided alone.")] = None,
) -> Selection:
    if figure not in set(FigureName):
        raise NotFound("There is no such figure; GET /v1/metrics names them.")
    return Selection(figure=FigureName(figure), bucket=bucket, label=label, outcome=outcome)


Asked = Annotated[Period, Depends(_period)]
Wanted = Annotated[Selection, Depends(_selection)]


@router.get(
    "",
    operation_id="read_metrics",
    summary="Read how tickets went",
    response_description="Every figure with its definition, in all, in its parts and step by step.",
    responses=documented("invalid_input"),
)
async def get_metrics(caller: Reader, services: Shared, period: Asked) -> Report:
    """Return each figure with numerator, denominator and what is not yet known; a share of nothing is null."""
    return await read_report(services, caller.tenant, period)


@router.get(
    "/guardrails",
    operation_id="count_guardrails",
    summary="Count what the guardrails did",
    response_description="The three layers in numbers.",
    responses=documented(),
)
async def get_guardrails(caller: Reader, services: Shared) -> Guardrails:
    """Return, over all tickets, what was grounded before, abstained from during, and found after writing a reply."""
    async with services.pools.operator(caller.tenant) as conn:
        return await count_guardrails(conn, caller.tenant)


@router.get(
    "/handoffs",
    operation_id="count_handoffs",
    summary="Count handoffs, promises and repeated questions",
    response_description="The figures, over all tickets.",
    responses=documented(),
)
async def get_handoffs(caller: Reader, services: Shared) -> HandoffFigures:
    """Return how often and why people took over, whether they answered in time, and what was asked twice."""
    async with services.pools.operator(caller.tenant) as conn:
        return await count_handoffs(conn, caller.tenant)


@router.get(
    "/{figure}/tickets",  # noqa: FAST003 - read by `Wanted`
    operation_id="list_tickets_behind",
    summary="List the tickets behind a figure",
    response_description="A page of what the figure counts; a ticket stands there as often as it is counted.",
    responses=documented("not_found", "invalid_input"),
)
async def get_behind(
    caller: Reader,
    services: Shared,
    wanted: Wanted,
    period: Asked,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=_MOST_SKIPPED, description="The `next_offset` of the page before.")] = 0,
) -> BehindPage:
    """Return what stands behind a number or a bar, the newest first, made of the same rows as the number itself."""
    return await read_behind(services, caller.tenant, period, wanted, limit=limit, offset=offset)
