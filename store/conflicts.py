"""Conflicts of the knowledge base: kept by what the passages say, open until a person or a newer article ends them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Literal

from domain.conflict import Conflict, ConflictId, ConflictKind, ConflictStatus, FoundConflict
from domain.errors import Conflict as NotNow
from domain.errors import NotFound
from domain.ids import TenantId
from domain.model import Model
from store.queries import load_queries
from store.rows import Connection, Row, execute, fetch_all, fetch_value

_SQL = load_queries("conflicts")
#: Neighbours that are looked at for each passage, and the cosine distance beyond which they are about something else.
NEIGHBOURS, FARTHEST = 12, 0.6
#: What a sweep goes by in the rows that it closes.
BY_ITSELF = "setright"


Ending = Literal[ConflictStatus.resolved, ConflictStatus.dismissed]


class ConflictRow(Row, Conflict):
    """A conflict as it is kept; `times_opened` counts how often the same two statements stood against each other."""

    times_opened: int


class Compared(Model):
    """A passage as it is compared with others."""

    passage_id: int
    slug: str
    title: str
    section: str
    text: str
    language: str
    products: tuple[str, ...]  # empty: whatever there is
    audience: tuple[str, ...]  # empty: everybody


class Touching(Model):
    """A conflict that one of the passages asked for is part of."""

    conflict_id: ConflictId
    kind: ConflictKind
    passage_a: int
    passage_b: int
    status: ConflictStatus


async def save_conflicts(
    conn: Connection, tenant: TenantId, found: Sequence[FoundConflict], *, at: datetime, found_by: str
) -> int:
    """Keep what was found and return how many are new or open again; a dismissed one stays dismissed."""
    new = 0
    for conflict in found:
        row = {**conflict.model_dump(), "tenant": tenant, "found_at": at, "found_by": found_by}
        new += bool(await fetch_value(conn, _SQL["save_conflict"], row))
    return new


async def list_conflicts(
    conn: Connection, tenant: TenantId, *, status: ConflictStatus | None = None, limit: int = 100
) -> list[ConflictRow]:
    """Return conflicts, the newest first."""
    key = {"tenant": tenant, "conflict_id": None, "status": status, "limit": limit}
    return await fetch_all(conn, ConflictRow, _SQL["list_conflicts"], key)


async def read_conflict(conn: Connection, tenant: TenantId, conflict_id: ConflictId) -> ConflictRow:
    """Return one conflict; raises NotFound."""
    key = {"tenant": tenant, "conflict_id": conflict_id, "status": None, "limit": 1}
    found = await fetch_all(conn, ConflictRow, _SQL["list_conflicts"], key)
    if not found:
        raise NotFound("There is no such conflict.")
    return found[0]


async def conflicts_touching(
    conn: Connection, tenant: TenantId, passages: Collection[int], at: datetime
) -> list[Touching]:
    """Return the open and dismissed conflicts of which a passage is among `passages`, and both hold at `at`."""
    return await fetch_all(conn, Touching, _SQL["touching"], {"tenant": tenant, "passages": list(passages), "at": at})


async def decide_conflict(
    conn: Connection,
    tenant: TenantId,
    conflict_id: ConflictId,
    status: Ending,
    *,
    by: str,
    note: str | None,
    at: datetime,
) -> ConflictRow:
    """End an open conflict in a person's name.

    Raises:
        NotFound: there is no such conflict.
        domain.errors.Conflict: it has ended already.
    """
    key = {"tenant": tenant, "conflict_id": conflict_id, "status": status, "by": by, "note": note, "at": at}
    is_first = await execute(conn, _SQL["decide"], key)
    row = await read_conflict(conn, tenant, conflict_id)
    if not is_first:
        raise NotNow(f"The conflict was {row.status} by {row.decided_by} already.")
    return row


async def close_ended(conn: Connection, tenant: TenantId, at: datetime) -> int:
    """Close the open conflicts of which a passage was retired or has run out; returns how many."""
    return await execute(conn, _SQL["close_ended"], {"tenant": tenant, "at": at})


async def passages_of(conn: Connection, tenant: TenantId, slugs: Collection[str]) -> list[int]:
    """Return the current passages of these articles."""
    rows = await conn.execute(_SQL["passages_of"], {"tenant": tenant, "slugs": list(slugs)})
    return [number for (number,) in await rows.fetchall()]


async def read_compared(conn: Connection, tenant: TenantId, passages: Collection[int]) -> dict[int, Compared]:
    """Return what a comparison looks at, by passage; ids that name nothing are left out."""
    rows = await fetch_all(conn, Compared, _SQL["compared"], {"tenant": tenant, "ids": list(passages)})
    return {row.passage_id: row for row in rows}


async def neighbours_of(conn: Connection, tenant: TenantId, passage: int) -> list[int]:
    """Return the nearest current passages that somebody may be shown together with this one."""
    key = {"tenant": tenant, "passage": passage, "limit": NEIGHBOURS, "farthest": FARTHEST}
    rows = await conn.execute(_SQL["neighbours"], key)
    return [number for (number,) in await rows.fetchall()]
