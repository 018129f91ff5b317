"""Versions of policy and procedures: the texts that were published, and which of them is current.

Nothing is ever changed: publishing and rolling back are rows. A part that has none is as the workspace's file has it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from domain.errors import NotFound
from domain.ids import Sha256, TenantId
from domain.model import Model
from domain.rulebook import FILE, Part
from store.queries import load_queries
from store.rows import Connection, fetch_all, fetch_one, fetch_value

_SQL = load_queries("versions")
How = Literal["published", "rolled_back"]


class NewChange(Model):
    """That a version becomes current; `number` 0 is the workspace's file."""

    part: Part
    number: int
    how: How
    file_version: Sha256 | None  # of the file at that moment, so that one that changes later is noticed
    changed_by: str
    reason: str
    at: datetime


class ChangeRow(NewChange):
    """A change, in the order of `seq` over all parts of the tenant."""

    seq: int


class StandingRow(ChangeRow):
    """The newest change of a part, with the text it made current; without one where that is the file."""

    version: Sha256 | None
    yaml: str | None


class VersionRow(Model):
    """A published version, without its text."""

    part: Part
    number: int
    version: Sha256
    note: str
    published_by: str
    at: datetime


class VersionText(VersionRow):
    """A published version."""

    yaml: str


class Standing(Model):
    """What is current: the newest change's `seq` (0: nobody ever published), and each part that has changes."""

    seq: int
    parts: Mapping[Part, StandingRow]

    @property
    def texts(self) -> dict[Part, str]:
        """The published texts that are current; every other part is as its file has it."""
        return {part: row.yaml for part, row in self.parts.items() if row.yaml is not None and row.number != FILE}


async def newest_change(conn: Connection, tenant: TenantId) -> int:
    """Return the `seq` of the newest change, 0 if there is none: one look into an index."""
    return int(await fetch_value(conn, _SQL["newest_change"], {"tenant": tenant}))


async def lock_versions(conn: Connection, tenant: TenantId) -> None:
    """Wait until nobody else publishes or rolls back, and keep them out until the transaction ends."""
    await conn.execute(_SQL["lock_versions"], {"tenant": tenant})


async def read_standing(conn: Connection, tenant: TenantId) -> Standing:
    """Return what is current."""
    rows = await fetch_all(conn, StandingRow, _SQL["read_standing"], {"tenant": tenant})
    return Standing(seq=max((row.seq for row in rows), default=0), parts={row.part: row for row in rows})


async def list_versions(conn: Connection, tenant: TenantId, part: Part) -> list[VersionRow]:
    """Return a part's published versions, the newest first."""
    return await fetch_all(conn, VersionRow, _SQL["list_versions"], {"tenant": tenant, "part": part})


async def list_changes(conn: Connection, tenant: TenantId, part: Part) -> list[ChangeRow]:
    """Return when which version of a part became current, the newest first."""
    return await fetch_all(conn, ChangeRow, _SQL["list_changes"], {"tenant": tenant, "part": part})


async def read_version(conn: Connection, tenant: TenantId, part: Part, number: int) -> VersionText:
    """Return a published version; raises NotFound."""
    key = {"tenant": tenant, "part": part, "number": number}
    row = await fetch_one(conn, VersionText, _SQL["read_version"], key)
    if row is None:
        raise NotFound("There is no such version; see the list of versions.")
    return row


async def save_version(
    conn: Connection,
    tenant: TenantId,
    part: Part,
    *,
    version: Sha256,
    yaml: str,
    note: str,
    published_by: str,
    at: datetime,
) -> int:
    """Keep a text under the part's next number, which is returned; call `lock_versions` before."""
    row = {"tenant": tenant, "part": part, "version": version, "yaml": yaml, "note": note}
    return int(await fetch_value(conn, _SQL["insert_version"], row | {"published_by": published_by, "at": at}))


async def save_change(conn: Connection, tenant: TenantId, change: NewChange) -> int:
    """Make a version current and return the change's `seq`; call `lock_versions` before."""
    return int(await fetch_value(conn, _SQL["insert_change"], {"tenant": tenant, **change.model_dump()}))
