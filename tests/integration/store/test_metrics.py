"""Figures agree with a recount in plain Python, whatever the clock on the wall does, and with the lists behind them."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from random import Random

import psycopg
import pytest

from domain.figure import FIGURES, FigureName
from domain.metrics import CountingTerms, Figure, Tally
from domain.period import Period
from store.metrics import Selection, count_figures, list_behind
from store.pools import Pools
from tests.integration.store.lives import TENANT, Life, Seen, count, first_day, keep, live, seen

#: Berlin puts its clock forward, Cairo at midnight itself, New York back; Apia skipped a whole day.
PERIODS = [
    Period(first=date(2026, 3, 27), last=date(2026, 3, 31), time_zone="Europe/Berlin"),
    Period(first=date(2026, 4, 20), last=date(2026, 5, 10), step="week", time_zone="Africa/Cairo"),
    Period(first=date(2026, 10, 30), last=date(2026, 11, 2), time_zone="America/New_York"),
    Period(first=date(2011, 12, 28), last=date(2012, 1, 2), time_zone="Pacific/Apia"),
    Period(first=date(2026, 6, 3), last=date(2026, 7, 3), step="week", time_zone="Asia/Kathmandu"),
]


def _told(figure: Figure, label: str | None, day: date | None) -> Tally | None:
    """The figure's own tally of a label and a step; None where it has none."""
    of = figure if day is None else next(bar for bar in figure.bars if bar.starts_on == day)
    if label is None:
        return of.total if isinstance(of, Figure) else of.tally
    return next((part.tally for part in of.parts if part.label == label), None)


@pytest.mark.parametrize("period", PERIODS, ids=lambda period: period.time_zone)
async def test_every_figure_is_what_a_recount_gives(
    period: Period, pools: Pools, superuser: psycopg.AsyncConnection
) -> None:
    """In all, by label, by step and by both; the lists behind them hold the same tickets."""
    random = Random(period.time_zone)
    begin, span = period.begins_at - timedelta(days=6), (period.ends_at - period.begins_at) + timedelta(days=9)
    # Many begin close to a midnight, where days are told apart.
    midnights = [bucket.begins_at for bucket in period.buckets()]
    starts = [begin + span * random.random() for _ in range(60)] + [
        random.choice(midnights) + timedelta(seconds=random.choice((-3600, -1, 0, 1, 3599))) for _ in range(60)
    ]
    lives = [live(random, at.replace(microsecond=0)) for at in starts]
    await superuser.execute("set session_replication_role = replica")
    await keep(superuser, lives)
    terms = CountingTerms(time_zone=period.time_zone, reopen_window=timedelta(days=3))
    now = period.ends_at - timedelta(days=1)
    async with pools.operator(TENANT) as conn:
        report = await count_figures(conn, TENANT, period, terms, now)
        for name, definition in FIGURES.items():
            groups: dict[tuple[str | None, date | None], list[Seen]] = defaultdict(list)
            for life in lives:
                for row in seen(name, life, now - terms.reopen_window):
                    if (day := first_day(row[1], period)) is not None:
                        for key in {(None, None), (row[0], None), (None, day), (row[0], day)}:
                            groups[key].append(row)
            for (label, day), rows in groups.items():
                told = _told(report.figure(name), label, day)
                assert told is not None
                value = told.total if definition.kind == "cost" else told.p50
                numbers = told.numerator, told.denominator, told.not_yet_known, value, told.p90
                assert numbers == pytest.approx(count(rows, definition.kind)), (name, label, day)
            assert sum(bar.tally.denominator for bar in report.figure(name).bars) == count(groups[None, None], "")[1]
        for _ in range(25):
            await _a_list_agrees(conn, random, period, random.choice(report.figures), terms, now)


async def _a_list_agrees(
    conn: psycopg.AsyncConnection, random: Random, period: Period, figure: Figure, terms: CountingTerms, now: datetime
) -> None:
    """Some bar of the figure, or a part of it, has as many tickets behind it as it says, of the days it says."""
    bar = random.choice(figure.bars)
    part = random.choice([None, *bar.parts])
    tally = bar.tally if part is None else part.tally
    outcome, told = random.choice(
        [
            ("counted", tally.numerator),
            ("not_counted", tally.denominator - tally.numerator),
            ("not_yet_known", tally.not_yet_known),
            (None, tally.denominator + tally.not_yet_known),
        ]
    )
    wanted = Selection.model_validate(
        {
            "figure": figure.definition.figure,
            "bucket": bar.starts_on,
            "outcome": outcome,
            "label": part.label if part else None,
        }
    )
    behind = await list_behind(conn, TENANT, period, wanted, terms, now, limit=10_000)
    assert len(behind) == told
    assert {first_day(row.at, period) for row in behind} <= {bar.starts_on}


async def test_of_no_tickets_nothing_is_claimed(pools: Pools) -> None:
    """No share, no median and no cost of nothing; the steps are there all the same."""
    period = Period(first=date(2026, 11, 1), last=date(2026, 11, 7))
    async with pools.operator(TENANT) as conn:
        report = await count_figures(conn, TENANT, period, CountingTerms(), datetime(2026, 11, 8, tzinfo=UTC))
    assert [it.definition.figure for it in report.figures] == list(FigureName)
    for figure in report.figures:
        assert len(figure.bars) == 7
        assert figure.total.denominator == figure.total.not_yet_known == 0
        assert figure.total.value == (0 if figure.definition.kind == "count" else None)
        assert figure.total.interval is None


async def test_another_tenants_tickets_are_in_no_figure(pools: Pools, superuser: psycopg.AsyncConnection) -> None:
    """Row-level security holds for figures too."""
    at = datetime(2026, 11, 3, 12, tzinfo=UTC)
    await superuser.execute("set session_replication_role = replica")
    await keep(superuser, [Life("T-00000001", at, "web", updated_at=at)])
    period, terms = Period(first=at.date(), last=at.date()), CountingTerms()
    for tenant, has in ((TENANT, 1), ("tidewater", 0)):
        async with pools.operator(tenant) as conn:
            report = await count_figures(conn, TENANT, period, terms, at)
        assert report.figure(FigureName.opened).total.numerator == has
