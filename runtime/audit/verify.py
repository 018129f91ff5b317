"""The verdict on a recorded past: the chains themselves, and what was kept of them outside."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

from domain.chain import ChainProblem, Head, RecordedEvent, RecordedLink, TenantCheck
from domain.ids import TenantId
from domain.model import Model
from runtime.audit.heads_file import heads_to_find, read

#: A head is kept every half minute; what is unkept for so long points to a file cut short, or to a relay that is down.
TOLERANCE = timedelta(minutes=2)


class AuditReport(Model):
    """What was looked at and what was found; no problem means that the record holds."""

    tenants: int
    tickets: int
    events: int
    links: int
    kept_heads: int
    restores: int  # times that a restored backup took a chain back, as the file of kept heads tells
    has_checked_signatures: bool
    milliseconds: int
    events_per_second: int
    problems: tuple[ChainProblem, ...]


class Audit:
    """One check of everything, fed row by row from a database or from a file."""

    def __init__(self, heads_file: Path | None, key: bytes | None) -> None:
        """Read the file of kept heads; None leaves it out, and with it what only it can show."""
        self._began = perf_counter()
        self._has_heads = heads_file is not None
        self._has_key = key is not None
        self._problems: list[ChainProblem] = []
        self._heads: dict[TenantId, list[Head]] = {}
        self._restores = 0
        self._checks: dict[TenantId, TenantCheck] = {}
        self._events = 0
        if heads_file is not None:
            self._read_heads(heads_file, key)
        for tenant in self._heads:  # even one of whom nothing is left
            self._check(tenant)

    @property
    def tenants(self) -> Sequence[TenantId]:
        """The tenants of whom a head was kept."""
        return sorted(self._heads)

    def link(self, tenant: TenantId, link: RecordedLink) -> None:
        """Take the next link of a tenant's chain; all of its links come before its events."""
        self._check(tenant).link(link)

    def event(self, tenant: TenantId, event: RecordedEvent) -> None:
        """Take the next event of a ticket."""
        self._events += 1
        self._check(tenant).event(event)

    def problem(self, line: int, what: str) -> None:
        """Note what is wrong with the place that the rows come from."""
        self._problems.append(ChainProblem(tenant=None, ticket_id=None, seq=line, what=what))

    def report(self, as_of: datetime) -> AuditReport:
        """Compare all ends; `as_of` is when the rows were read."""
        problems = self._problems
        for _, check in sorted(self._checks.items()):
            problems += check.finish()
            if self._has_heads and _is_overdue(check, as_of):
                what = "no kept head covers what was recorded from here on: the file was cut off, or no relay ran"
                problems.append(ChainProblem(tenant=check.tenant, ticket_id=None, seq=check.newest_kept + 1, what=what))
        seconds = perf_counter() - self._began
        return AuditReport(
            tenants=len(self._checks),
            tickets=sum(check.tickets for check in self._checks.values()),
            events=self._events,
            links=sum(check.last.number for check in self._checks.values()),
            kept_heads=sum(len(heads) for heads in self._heads.values()),
            restores=self._restores,
            has_checked_signatures=self._has_heads and self._has_key,
            milliseconds=round(seconds * 1000),
            events_per_second=round(self._events / seconds),
            problems=tuple(problems),
        )

    def _read_heads(self, heads_file: Path, key: bytes | None) -> None:
        try:
            kept, problems = read(heads_file, key)
        except FileNotFoundError:
            kept, problems = [], []
        self._problems += problems
        self._heads = heads_to_find(kept)
        self._restores = sum(line.kind == "restored" for line in kept)

    def _check(self, tenant: TenantId) -> TenantCheck:
        if tenant not in self._checks:
            self._checks[tenant] = TenantCheck(tenant, self._heads.get(tenant, ()))
        return self._checks[tenant]


def _is_overdue(check: TenantCheck, as_of: datetime) -> bool:
    """Whether something was recorded long enough ago that a head should have been kept since."""
    match check.unkept_since:
        case None:
            return False
        case datetime() as since:
            return as_of - since > TOLERANCE
        case text:
            try:
                since = datetime.fromisoformat(text)
            except ValueError:
                return False  # its digest is wrong too, which has been found
            return as_of - (since if since.tzinfo else since.replace(tzinfo=UTC)) > TOLERANCE
