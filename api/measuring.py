"""Figures as people ask for them: a period in days, by default the last four weeks, in the tenant's time zone."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from api.services import Services
from domain.errors import InvalidInput
from domain.ids import TenantId
from domain.metrics import CountingTerms, Report
from domain.model import Model
from domain.period import Period, Step
from store.metrics import Behind, Selection, count_figures, list_behind

#: The period that nobody has to ask for.
USUAL_DAYS = 28
#: A longer one is told in weeks unless days are asked for.
_MOST_BARS = 35


class BehindPage(Model):
    """Some of what stands behind a figure, the newest first; `next_offset` is None on the last page."""

    behind: tuple[Behind, ...]
    next_offset: int | None


def terms_of(services: Services, tenant: TenantId) -> CountingTerms:
    """How a tenant's figures are counted."""
    return services.deps.counting.get(tenant) or CountingTerms()


def today(services: Services, tenant: TenantId) -> date:
    """The day it is for the tenant's people."""
    return services.deps.clock().astimezone(ZoneInfo(terms_of(services, tenant).time_zone)).date()


def period_of(services: Services, tenant: TenantId, first: date | None, last: date | None, step: Step | None) -> Period:
    """The period asked for, both days included; raises InvalidInput for one that is none."""
    last = last or max(first or date.min, today(services, tenant))
    try:
        first = first or last - timedelta(days=USUAL_DAYS - 1)
        step = step or usual_step(first, last)
        return Period(first=first, last=last, step=step, time_zone=terms_of(services, tenant).time_zone)
    except (ValidationError, OverflowError) as error:
        problem = error.errors()[0]["msg"] if isinstance(error, ValidationError) else "a day near the present is needed"
        raise InvalidInput(f"from, until: {problem.removeprefix('Value error, ')}.") from None


def usual_step(first: date, last: date) -> Step:
    """The step of a period for which none is asked: few enough bars to be read."""
    return "week" if (last - first).days >= _MOST_BARS else "day"


async def read_report(services: Services, tenant: TenantId, period: Period) -> Report:
    """Every figure of a period, counted now."""
    async with services.pools.operator(tenant) as conn:
        return await count_figures(conn, tenant, period, terms_of(services, tenant), services.deps.clock())


async def read_behind(
    services: Services, tenant: TenantId, period: Period, wanted: Selection, *, limit: int, offset: int
) -> BehindPage:
    """A page of the tickets behind a figure, one of its bars or parts."""
    terms, now = terms_of(services, tenant), services.deps.clock()
    async with services.pools.operator(tenant) as conn:
        found = await list_behind(conn, tenant, period, wanted, terms, now, limit=limit + 1, offset=offset)
    return BehindPage(behind=tuple(found[:limit]), next_offset=offset + limit if len(found) > limit else None)
