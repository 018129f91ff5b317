"""What the page of figures shows: each figure as a card, in a chart, with links to the tickets behind it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from markupsafe import Markup

from api.measuring import usual_step
from api.telling import words
from console.charts.bars import Slice, Stack, bar_chart
from console.charts.lines import Point, line_chart
from console.charts.small import ratio
from domain.figure import Definition, FigureName
from domain.metrics import Bar, Figure, Report, Tally
from domain.period import Period
from domain.unit import UNIT_OF, say

_FOLDER = "/console/"
PATH = f"{_FOLDER}metrics"
_F = FigureName
#: What is asked first: do tickets stay resolved, whom does the assistant content, and at what price?
LEADING = (
    _F.autonomous_resolution,
    _F.durable_resolutions,
    _F.first_contact_resolution,
    _F.reopened,
    _F.csat,
    _F.cost_per_resolution,
)
SECTIONS = {
    "What became of tickets": (_F.opened, _F.resolved, _F.durable_resolutions, _F.autonomous_resolution, _F.reopened),
    "Of the assistant alone": (_F.first_contact_resolution, _F.csat, _F.cost_per_resolution, _F.unpriced_calls),
    "Handed to people": (_F.handed_off, _F.handed_off_by_queue, _F.approval_latency, _F.approval_expiry),
    "How long it took": (_F.first_response_time, _F.time_to_resolution, _F.waiting_time),
    "Guardrails": (_F.guardrail_acted, _F.guardrail_layers),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure as the page shows it."""

    definition: Definition
    value: str
    basis: str
    drawing: Markup | None  # a share with its interval
    chart: Markup | None  # None where there is nothing to draw
    href: str
    open_href: str | None  # to what is not yet known
    open_count: str
    parts: tuple[tuple[str, str, str], ...]  # label, value, address; of figures whose parts are not simply counted


def show(report: Report, period: Period) -> dict[FigureName, Shown]:
    """Every figure of a report, ready for the page."""
    return {it.definition.figure: _shown(it, period) for it in report.figures}


def query_of(period: Period) -> dict[str, str]:
    """The period as an address tells it."""
    query = {"from": str(period.first), "until": str(period.last)}
    return query if period.step == usual_step(period.first, period.last) else query | {"step": period.step}


def address(
    period: Period,
    figure: FigureName,
    *,
    bucket: date | None = None,
    label: str | None = None,
    outcome: str | None = None,
) -> str:
    """Where the tickets behind a figure, or a bar of it, are listed."""
    chosen = {"bucket": bucket, "label": label, "outcome": outcome}
    query = query_of(period) | {name: str(it) for name, it in chosen.items() if it is not None}
    return f"{PATH}/{figure.value}/tickets?{urlencode(query)}"


def _beside(href: str) -> str:
    """The same address as it is seen from the page itself: there are hundreds of them."""
    return href.removeprefix(_FOLDER)


def worth(tally: Tally) -> str:
    """What a figure came to, in its unit."""
    return "no tickets yet" if tally.value is None else say(tally.value, UNIT_OF[tally.kind])


def basis(tally: Tally) -> str:
    """Of how many it is said, and how sure that is."""
    told = []
    if tally.kind == "rate" and tally.interval is not None:
        low, high = (say(end, "share") for end in tally.interval)
        told = [f"{tally.numerator:,} of {tally.denominator:,}", f"truly {low} to {high}"]
    elif tally.kind == "duration" and tally.p90 is not None:
        told = [f"half of {tally.denominator:,}", f"nine in ten {say(tally.p90, 'seconds')}"]
    elif tally.kind == "cost" and tally.value is not None:
        told = [
            f"each of {tally.numerator:,}",
            f"{say(tally.total or 0, 'microdollars')} for {tally.denominator:,} tickets",
        ]
    return ", ".join(told)


def place(day: date) -> str:
    """A day as an axis names it."""
    return f"{day.day} {day:%b}"


def _shown(figure: Figure, period: Period) -> Shown:
    name, total = figure.definition.figure, figure.total
    drawing = None
    if total.value is not None and total.interval is not None:
        drawing = ratio(figure.definition.title, total.value, *total.interval)
    is_empty = not total.denominator and not total.not_yet_known
    return Shown(
        definition=figure.definition,
        value=worth(total),
        basis=basis(total),
        drawing=drawing,
        chart=None if is_empty else _chart(figure, period),
        href=address(period, name),
        open_href=address(period, name, outcome="not_yet_known") if total.not_yet_known else None,
        open_count=f"{total.not_yet_known:,} not yet known",
        parts=() if _is_counted(figure.definition) else tuple(_parts(figure, period)),
    )


def _is_counted(definition: Definition) -> bool:
    return definition.kind == "count" or definition.parts_are_counts


def _parts(figure: Figure, period: Period) -> Iterator[tuple[str, str, str]]:
    for part in figure.parts:
        if part.tally.value is not None:
            yield words(part.label), worth(part.tally), address(period, figure.definition.figure, label=part.label)


def _chart(figure: Figure, period: Period) -> Markup | None:
    title, kind = figure.definition.title, figure.definition.kind
    if _is_counted(figure.definition):
        return bar_chart(
            title, [Stack(place(bar.starts_on), tuple(_slices(figure, bar, period))) for bar in figure.bars]
        )
    if figure.definition.figure is _F.waiting_time:
        # Medians cannot be stacked; all the time that was waited can.
        stacks = [Stack(place(bar.starts_on), tuple(_slices(figure, bar, period))) for bar in figure.bars]
        return bar_chart(f"{title}, all together", stacks, "seconds")
    names = (
        ("half within", "half within", "nine in ten within") if kind == "duration" else ("value", "at least", "at most")
    )
    points = [_point(figure, bar, period) for bar in figure.bars]
    if all(point.value is None and point.high is None for point in points):
        return None  # tickets there are, and nothing is known of any: an empty axis says nothing
    return line_chart(title, points, UNIT_OF[kind], names=names)


def _slices(figure: Figure, bar: Bar, period: Period) -> Iterator[Slice]:
    for part in bar.parts:
        value = part.tally.total or 0.0 if figure.definition.kind == "duration" else part.tally.denominator
        href = _beside(address(period, figure.definition.figure, bucket=bar.starts_on, label=part.label))
        yield Slice(words(part.label), value, href)


def _point(figure: Figure, bar: Bar, period: Period) -> Point:
    tally = bar.tally
    low, high = _band(tally)
    told = [it for it in (worth(tally), basis(tally)) if it]
    if tally.not_yet_known:
        told.append(f"{tally.not_yet_known:,} not yet known")
    href = _beside(address(period, figure.definition.figure, bucket=bar.starts_on))
    return Point(place(bar.starts_on), tally.value, low, high, ", ".join(told), href)


def _band(tally: Tally) -> tuple[float | None, float | None]:
    """What a share may truly be, and what may become of it; from the median to the slowest tenth of a duration."""
    if tally.kind == "duration":
        return tally.p50, tally.p90
    ends = [end for pair in (tally.interval, tally.extremes) if pair is not None for end in pair]
    return (min(ends), max(ends)) if ends else (None, None)
