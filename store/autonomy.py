"""Levels of procedures as people set them, turns that were withheld under one, and what became of those."""

from datetime import datetime
from typing import Literal

from psycopg.types.json import Jsonb

from domain.action import ProposedAction
from domain.agreement import Comparison
from domain.autonomy import Autonomy, SetLevel, Would
from domain.ids import Label, TenantId, TicketId
from domain.model import Model
from domain.tally import ApprovalCount, ResolvedCount, WithheldRow
from domain.ticket import TicketRef
from store.queries import load_queries
from store.rows import Connection, execute, fetch_all, fetch_one, fetch_value

_SQL = load_queries("autonomy")


class NewLevel(Model):
    """A level as somebody sets it."""

    procedure: Label
    level: Autonomy
    before: Autonomy
    reason: str
    set_by: str
    at: datetime


class NewCase(Model):
    """A turn that was withheld."""

    turn: int
    procedure: Label
    level: Literal["shadow", "suggest"]
    would: Would
    draft_id: int | None
    context_id: int | None
    actions: tuple[ProposedAction, ...]
    after_seq: int
    at: datetime


class CaseRow(NewCase):
    """A withheld turn that nothing was compared with yet; `draft` is its words."""

    id: int
    ticket_id: TicketId
    draft: str | None


async def read_level(conn: Connection, tenant: TenantId, procedure: Label, at: datetime) -> Autonomy | None:
    """The level that counted at a moment; None where nobody had set any."""
    level: Autonomy | None = await fetch_value(
        conn, _SQL["read_level"], {"tenant": tenant, "procedure": procedure, "at": at}
    )
    return level


async def lock_level(conn: Connection, tenant: TenantId, procedure: Label) -> None:
    """Let nobody else set the procedure's level until this transaction ends."""
    await fetch_value(conn, _SQL["lock_level"], {"tenant": tenant, "procedure": procedure})


async def set_level(conn: Connection, tenant: TenantId, new: NewLevel) -> SetLevel:
    """Keep a new level; the lines before stay."""
    row = await fetch_one(conn, SetLevel, _SQL["set_level"], {"tenant": tenant, **new.model_dump()})
    if row is None:
        raise RuntimeError("an inserted level has a row")
    return row


async def list_levels(
    conn: Connection, tenant: TenantId, *, procedure: Label | None = None, limit: int = 1_000
) -> list[SetLevel]:
    """Return what was set, the newest first."""
    return await fetch_all(
        conn, SetLevel, _SQL["list_levels"], {"tenant": tenant, "procedure": procedure, "limit": limit}
    )


async def insert_case(conn: Connection, ref: TicketRef, case: NewCase) -> None:
    """Keep a withheld turn; the same turn again is the same case."""
    actions = Jsonb([action.model_dump(mode="json") for action in case.actions])
    await execute(conn, _SQL["insert_case"], {**ref.model_dump(), **case.model_dump(), "actions": actions})


async def open_cases(conn: Connection, tenant: TenantId, ticket_id: TicketId) -> list[CaseRow]:
    """Return the ticket's withheld turns that still wait for a comparison."""
    return await fetch_all(conn, CaseRow, _SQL["open_cases"], {"tenant": tenant, "ticket_id": ticket_id})


async def insert_comparison(
    conn: Connection, ref: TicketRef, case_id: int, compared: Comparison, *, by: str, at: datetime
) -> None:
    """Keep what an operator did with a withheld turn; the first comparison stays."""
    row = {**ref.model_dump(), **compared.model_dump(), "case_id": case_id, "by": by, "at": at}
    await execute(conn, _SQL["insert_comparison"], row)


async def list_withheld(conn: Connection, tenant: TenantId, since: datetime) -> list[WithheldRow]:
    """Return all withheld turns since a moment."""
    return await fetch_all(conn, WithheldRow, _SQL["withheld"], {"tenant": tenant, "since": since})


async def count_approvals(conn: Connection, tenant: TenantId, since: datetime) -> list[ApprovalCount]:
    """Return how the requests of each procedure ended."""
    return await fetch_all(conn, ApprovalCount, _SQL["approvals"], {"tenant": tenant, "since": since})


async def count_resolved(conn: Connection, tenant: TenantId, since: datetime) -> list[ResolvedCount]:
    """Return how the resolved tickets of each procedure stood the test of time."""
    return await fetch_all(conn, ResolvedCount, _SQL["resolved"], {"tenant": tenant, "since": since})
