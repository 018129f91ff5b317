"""Corrections of operators, their reviews, and the examples that the accepted ones make."""

from datetime import datetime

from domain.correction import Correction, CorrectionKind, Example, Lessons, ReviewVerdict, Wording
from domain.errors import Conflict, NotFound
from domain.ids import Label, TenantId, TicketId
from domain.model import Model
from domain.ticket import TicketRef
from store.queries import load_queries
from store.rows import Connection, execute, fetch_all, fetch_value

_SQL = load_queries("corrections")
#: Older ones than these many are passed over: a team's manner changes, and each has a vector in every worker.
MOST_WORDINGS = 200


class NewCorrection(Model):
    """A correction as an operator makes it; every text of it is masked already."""

    seq: int
    kind: CorrectionKind
    was: Label | None
    intent: Label
    words: str
    note: str | None
    corrected_by: str
    at: datetime
    suggested: str | None = None
    sent: str | None = None
    draft_id: int | None = None
    unfounded: int | None = None


async def insert_correction(conn: Connection, ref: TicketRef, new: NewCorrection) -> int:
    """Keep a correction; returns its id. Raises Conflict where the same suggestion's edit is kept already."""
    correction_id = await insert_edit(conn, ref, new)
    if correction_id is None:
        raise Conflict("This suggestion's edit is kept already.")
    return correction_id


async def insert_edit(conn: Connection, ref: TicketRef, new: NewCorrection) -> int | None:
    """Keep a correction; returns its id, or None where the same suggestion's edit is kept already."""
    correction_id: int | None = await fetch_value(
        conn, _SQL["insert_correction"], {**ref.model_dump(), **new.model_dump()}
    )
    return correction_id


async def list_corrections(
    conn: Connection,
    tenant: TenantId,
    *,
    ticket_id: TicketId | None = None,
    open_only: bool = False,
    limit: int = 200,
) -> list[Correction]:
    """Return corrections, the newest first; with `open_only` those that nobody has reviewed."""
    key = {"tenant": tenant, "id": None, "ticket_id": ticket_id, "open_only": open_only, "limit": limit}
    return await fetch_all(conn, Correction, _SQL["list_corrections"], key)


async def read_correction(conn: Connection, tenant: TenantId, correction_id: int) -> Correction:
    """Return one correction; raises NotFound."""
    key = {"tenant": tenant, "id": correction_id, "ticket_id": None, "open_only": False, "limit": 1}
    found = await fetch_all(conn, Correction, _SQL["list_corrections"], key)
    if not found:
        raise NotFound("There is no such correction.")
    return found[0]


async def insert_review(
    conn: Connection,
    tenant: TenantId,
    correction_id: int,
    verdict: ReviewVerdict,
    *,
    reason: str | None,
    by: str,
    at: datetime,
) -> None:
    """Keep a review; an earlier one stays on record, the newest counts."""
    row = {
        "tenant": tenant,
        "correction_id": correction_id,
        "verdict": verdict,
        "reason": reason,
        "reviewed_by": by,
        "at": at,
    }
    await execute(conn, _SQL["insert_review"], row)


async def read_lessons(conn: Connection, tenant: TenantId) -> Lessons:
    """Return what the tenant's accepted corrections teach."""
    return Lessons(examples=tuple(await fetch_all(conn, Example, _SQL["examples"], {"tenant": tenant})))


async def list_wordings(
    conn: Connection, tenant: TenantId, *, accepted_only: bool = True, limit: int = MOST_WORDINGS
) -> list[Wording]:
    """Return the tenant's edited replies that nobody has rejected, the newest first; erased ones are left out."""
    key = {"tenant": tenant, "accepted": accepted_only, "limit": limit}
    return await fetch_all(conn, Wording, _SQL["wordings"], key)
