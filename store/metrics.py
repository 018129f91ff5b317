"""Figures and the tickets behind them, counted from what happened when they are asked for.

Both come of one statement that lists whatever a figure counts (`sql/metrics.sql`), so a bar and its list agree.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Literal

from domain.figure import FIGURES, Definition, FigureName
from domain.ids import Label, TenantId, TicketId
from domain.metrics import Bar, CountingTerms, Figure, Part, Report, Tally
from domain.model import Model
from domain.period import Bucket, Period
from domain.ticket import TicketStatus, WaitingFor
from store.guardrails import UNSURE
from store.queries import load_queries
from store.rows import Connection, Params, fetch_all

_SQL = load_queries("metrics")
#: How something counts: in the numerator, in the denominator alone, or not yet.
Outcome = Literal["counted", "not_counted", "not_yet_known"]


class Behind(Model):
    """One thing that a figure counts, and its ticket as it is now."""

    at: datetime
    label: str | None
    counts: bool | None  # None: not yet known
    value: float | None  # seconds, or microdollars
    ticket_id: TicketId
    subject: str | None
    status: TicketStatus
    waiting_for: WaitingFor
    intent: Label | None
    opened_at: datetime
    resolution: str | None
    durable_at: datetime | None


class Selection(Model):
    """Which of a figure's tickets to list; what is None does not matter."""

    figure: FigureName
    bucket: date | None = None  # the first day of one step
    label: str | None = None
    outcome: Outcome | None = None


class _Row(Model):
    figure: FigureName
    label: str | None
    bucket: int | None
    is_every_label: bool
    is_every_bucket: bool
    numerator: int
    denominator: int
    not_yet_known: int
    p50: float | None
    p90: float | None
    total: float | None

    def tally(self) -> Tally:
        definition = FIGURES[self.figure]
        is_timed = definition.kind == "duration"
        return Tally(
            kind=definition.kind,
            numerator=self.numerator,
            denominator=self.denominator,
            not_yet_known=self.not_yet_known,
            p50=self.p50 if is_timed else None,
            p90=self.p90 if is_timed else None,
            total=self.total if is_timed or definition.kind == "cost" else None,
        )


async def count_figures(
    conn: Connection, tenant: TenantId, period: Period, terms: CountingTerms, now: datetime
) -> Report:
    """Return every figure of a tenant over a period, counted as of `now`."""
    buckets = period.buckets()
    edges = [*(bucket.begins_at for bucket in buckets), period.ends_at]
    params = {**_params(tenant, period.begins_at, period.ends_at, terms, now), "edges": edges}
    rows = await fetch_all(conn, _Row, _SQL["observations"] + _SQL["tallies"], params)
    by_figure: dict[FigureName, list[_Row]] = {name: [] for name in FIGURES}
    for row in rows:
        by_figure[row.figure].append(row)
    return Report(
        first=period.first,
        last=period.last,
        step=period.step,
        time_zone=period.time_zone,
        counted_at=now,
        figures=tuple(_figure(FIGURES[name], of, buckets) for name, of in by_figure.items()),
    )


async def list_behind(
    conn: Connection,
    tenant: TenantId,
    period: Period,
    wanted: Selection,
    terms: CountingTerms,
    now: datetime,
    *,
    limit: int = 50,
    offset: int = 0,
) -> list[Behind]:
    """Return what stands behind a figure, a bar or a part of one, the newest first; a strange bucket has nothing."""
    begins_at, ends_at = period.begins_at, period.ends_at
    if wanted.bucket is not None:
        bucket = next((it for it in period.buckets() if it.starts_on == wanted.bucket), None)
        if bucket is None:
            return []
        begins_at, ends_at = bucket.begins_at, bucket.ends_at
    params = {
        **_params(tenant, begins_at, ends_at, terms, now),
        "figure": wanted.figure.value,
        "label": wanted.label,
        "outcome": wanted.outcome,
        "limit": limit,
        "offset": offset,
    }
    return await fetch_all(conn, Behind, _SQL["observations"] + _SQL["behind"], params)


def _params(tenant: TenantId, since: datetime, until: datetime, terms: CountingTerms, now: datetime) -> Params:
    return {
        "tenant": tenant,
        "since": since,
        "until": until,
        "settled_before": now - terms.reopen_window,
        "unsure": [reason.value for reason in UNSURE],
    }


def _figure(definition: Definition, rows: Iterable[_Row], buckets: tuple[Bucket, ...]) -> Figure:
    rows = list(rows)
    nothing = Tally(kind=definition.kind, numerator=0, denominator=0)
    return Figure(
        definition=definition,
        total=next((row.tally() for row in rows if row.is_every_label and row.is_every_bucket), nothing),
        parts=tuple(_parts(row for row in rows if row.is_every_bucket)),
        bars=tuple(
            Bar(
                starts_on=bucket.starts_on,
                tally=next((row.tally() for row in rows if row.is_every_label and row.bucket == number), nothing),
                parts=tuple(_parts(row for row in rows if row.bucket == number)),
            )
            for number, bucket in enumerate(buckets, 1)
        ),
    )


def _parts(rows: Iterable[_Row]) -> Iterator[Part]:
    """The labelled rows, the largest first."""
    labelled = [row for row in rows if row.label is not None]
    for row in sorted(labelled, key=lambda row: (-row.denominator, row.label)):
        yield Part(label=row.label or "", tally=row.tally())
