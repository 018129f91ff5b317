"""Figures of a period, and the tickets behind each number and bar."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from api.auth import Scope
from api.measuring import period_of, read_behind, read_report, today
from api.services import Services, Shared
from console.pages import page
from console.rights import require
from console.seat import Seat, Seated
from console.views.metrics import LEADING, SECTIONS, address, query_of, show
from domain.errors import InvalidInput, NotFound
from domain.figure import FIGURES, FigureName
from domain.period import Period, Step
from domain.unit import UNIT_OF, say
from store.metrics import Outcome, Selection

router = APIRouter(prefix="/metrics")
#: Periods that are one press away, in days.
PRESETS = {"7 days": 7, "4 weeks": 28, "12 weeks": 84, "1 year": 364}
_PAGE, _MOST_SKIPPED = 50, 100_000
_TYPED = 40  # characters of a day, and some to be wrong in


class Asked:
    """The period that an address or the form asks for; one that is none leaves the usual one, and says so."""

    def __init__(
        self,
        seat: Seated,
        services: Shared,
        first: Annotated[str, Query(alias="from", max_length=_TYPED)] = "",
        until: Annotated[str, Query(max_length=_TYPED)] = "",
        step: Annotated[str, Query(max_length=_TYPED)] = "",
    ) -> None:
        self.problem: str | None = None
        try:
            self.period = period_of(services, seat.tenant, _day(first), _day(until), _step(step))
        except InvalidInput as error:
            self.problem = error.text
            self.period = period_of(services, seat.tenant, None, None, None)


def _wanted(
    seat: Seated,
    figure: Annotated[str, Path()],
    bucket: Annotated[date | None, Query()] = None,
    label: Annotated[str | None, Query(pattern=r"^[\x20-\x7e]{1,200}$")] = None,
    outcome: Annotated[Outcome | None, Query()] = None,
) -> Selection:
    require(seat, Scope.tickets_read)
    if figure not in set(FigureName):
        raise NotFound("There is no such figure.")
    return Selection(figure=FigureName(figure), bucket=bucket, label=label, outcome=outcome)


AskedPeriod = Annotated[Asked, Depends()]
Wanted = Annotated[Selection, Depends(_wanted)]


@router.get("")
async def get_metrics(request: Request, seat: Seated, services: Shared, asked: AskedPeriod) -> Response:
    """Show how tickets went."""
    require(seat, Scope.tickets_read)
    report = await read_report(services, seat.tenant, asked.period)
    figures = show(report, asked.period)
    return page(
        request,
        seat,
        "metrics/figures.html",
        here="metrics",
        period=asked.period,
        problem=asked.problem,
        presets=_presets(services, seat, asked.period),
        figures=figures,
        leading=LEADING,
        sections=SECTIONS,
        counted_at=report.counted_at,
        is_empty=all(it.chart is None for it in figures.values()),
    )


@router.get("/{figure}/tickets")  # noqa: FAST003 - read by `Wanted`
async def get_behind(
    request: Request,
    seat: Seated,
    services: Shared,
    wanted: Wanted,
    asked: AskedPeriod,
    offset: Annotated[int, Query(ge=0, le=_MOST_SKIPPED)] = 0,
) -> Response:
    """List the tickets behind a figure, one of its bars or parts."""
    found = await read_behind(services, seat.tenant, asked.period, wanted, limit=_PAGE, offset=offset)
    definition = FIGURES[wanted.figure]

    def listed(outcome: str | None) -> str:
        return address(asked.period, wanted.figure, bucket=wanted.bucket, label=wanted.label, outcome=outcome)

    return page(
        request,
        seat,
        "metrics/tickets.html",
        here="metrics",
        period=asked.period,
        problem=asked.problem,
        definition=definition,
        wanted=wanted,
        found=found,
        next_href=f"{listed(wanted.outcome)}&offset={found.next_offset}" if found.next_offset is not None else None,
        back_query=query_of(asked.period),
        outcomes={
            title: listed(name)
            for title, name in _OUTCOMES.items()
            if (definition.kind, name) != ("duration", "not_counted")
        },
        outcome_names={name: title for title, name in _OUTCOMES.items()},
        worth=lambda value: "" if value is None else say(value, UNIT_OF[definition.kind]),
    )


_OUTCOMES = {"All": None, "Counted": "counted", "Not counted": "not_counted", "Not yet known": "not_yet_known"}


def _presets(services: Services, seat: Seat, period: Period) -> list[tuple[str, str, bool]]:
    """Title, address and whether it is the one shown, of each preset."""
    last = today(services, seat.tenant)
    made = []
    for title, days in PRESETS.items():
        first = last - timedelta(days=days - 1)
        shown = period_of(services, seat.tenant, first, last, None)
        made.append((title, f"?from={first}&until={last}&step={shown.step}", shown == period))
    return made


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise InvalidInput("A day is written like 2026-11-24.") from None


def _step(text: str) -> Step | None:
    match text.strip():
        case "":
            return None
        case "day":
            return "day"
        case "week":
            return "week"
        case _:
            raise InvalidInput("Steps are day or week.")
