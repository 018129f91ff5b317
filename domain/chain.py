"""Whether a tenant's recorded past holds together: the rules of the hash chains, over rows from wherever they lie.

A ticket's events are one chain, and the tenant's links are another over the tickets' newest events. Neither can see
that both ends were cut off together, or that everything was hashed again; the heads that were kept elsewhere can.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from domain.canonical import sha256_of
from domain.event import GENESIS
from domain.ids import Sha256, TenantId, TicketId
from domain.model import Model


class Head(Model):
    """The newest link of a tenant's chain at some moment."""

    number: int
    hash: Sha256


class ChainProblem(Model):
    """One place where the record does not hold.

    `seq` is an event's place in its ticket; where `ticket_id` is None it is a link's number in the tenant's chain, and
    where `tenant` is None too, a line's number in the file of kept heads (or in an export).
    """

    tenant: str | None
    ticket_id: str | None
    seq: int
    what: str


@dataclass(frozen=True, slots=True)
class RecordedLink:
    """A link of a tenant's chain as it was found; nothing of it is believed."""

    number: int
    ticket_id: TicketId
    ticket_seq: int
    ticket_hash: Sha256
    prev_hash: Sha256
    hash: Sha256


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """An event as it was found; `at` may be a time or its canonical text."""

    ticket_id: TicketId
    seq: int
    kind: str
    at: datetime | str
    body: object
    prev_hash: Sha256
    hash: Sha256


@dataclass(slots=True)
class TenantCheck:
    """The check of one tenant: give it all links in their order, then each ticket's events in theirs, then `finish`.

    `kept` are heads that were read earlier and kept outside: the chain must still hold each of them. It remembers one
    place and digest per ticket, so a chain of any length fits.
    """

    tenant: TenantId
    kept: Collection[Head] = ()
    problems: list[ChainProblem] = field(default_factory=list)
    last: Head = field(default_factory=lambda: Head(number=0, hash=GENESIS))
    newest_kept: int = 0
    #: When the first event was recorded that no kept head covers; None where all are covered.
    unkept_since: datetime | str | None = None
    _ends: dict[TicketId, tuple[int, Sha256]] = field(default_factory=dict)
    _seen: dict[TicketId, tuple[int, Sha256]] = field(default_factory=dict)
    _missing: dict[int, set[Sha256]] = field(default_factory=dict)
    _first_unkept: tuple[TicketId, int] | None = None

    def __post_init__(self) -> None:
        self.newest_kept = max((head.number for head in self.kept), default=0)
        for head in self.kept:
            if head.number > 0:
                self._missing.setdefault(head.number, set()).add(head.hash)

    @property
    def tickets(self) -> int:
        """How many tickets the events or the links tell of."""
        return len({*self._ends, *self._seen})

    def link(self, link: RecordedLink) -> None:
        """Take the next link of the tenant's chain."""
        if link.number != self.last.number + 1 or link.prev_hash != self.last.hash:
            self._found(None, link.number, "it does not follow the link before it")
        made_of = [link.prev_hash, self.tenant, link.number, link.ticket_id, link.ticket_seq, link.ticket_hash]
        if _digest(made_of) != link.hash:
            self._found(None, link.number, "it was changed after it was recorded")
        self.last = Head.model_construct(number=link.number, hash=link.hash)
        self._ends[link.ticket_id] = (link.ticket_seq, link.ticket_hash)
        missing = self._missing.get(link.number)
        if missing is not None:
            missing.discard(link.hash)
        if link.number == self.newest_kept + 1:
            self._first_unkept = (link.ticket_id, link.ticket_seq)

    def event(self, event: RecordedEvent) -> None:
        """Take the next event of some ticket."""
        seq, previous = self._seen.get(event.ticket_id, (0, GENESIS))
        if event.seq != seq + 1 or event.prev_hash != previous:
            self._found(event.ticket_id, event.seq, "it does not follow the event before it")
        if _digest([event.prev_hash, event.seq, event.kind, event.at, event.body]) != event.hash:
            self._found(event.ticket_id, event.seq, "it was changed after it was recorded")
        self._seen[event.ticket_id] = (event.seq, event.hash)
        if (event.ticket_id, event.seq) == self._first_unkept:
            self.unkept_since = event.at

    def finish(self) -> list[ChainProblem]:
        """Compare the ends of all chains and return everything that was found."""
        for ticket_id in sorted({*self._ends, *self._seen}):
            seq, end = self._seen.get(ticket_id, (0, GENESIS))
            if self._ends.get(ticket_id, (0, GENESIS)) != (seq, end):
                self._found(ticket_id, seq, "the tenant's chain knows another last event")
        for number in sorted(number for number, hashes in self._missing.items() if hashes):
            self._found(None, number, "the head that was kept elsewhere is not in the chain")
        return self.problems

    def _found(self, ticket_id: TicketId | None, seq: int, what: str) -> None:
        self.problems.append(ChainProblem.model_construct(tenant=self.tenant, ticket_id=ticket_id, seq=seq, what=what))


def _digest(made_of: list[object]) -> Sha256 | None:
    """What the hash should be; None for what nothing that was recorded can hold, such as a float."""
    try:
        return sha256_of(made_of)
    except (TypeError, UnicodeEncodeError):
        return None
