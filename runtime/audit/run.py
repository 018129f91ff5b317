"""What the audit commands do, without a word about screens."""

from datetime import UTC, datetime
from pathlib import Path

from domain.ids import TenantId
from runtime.audit.database import reached, read_heads, snapshot, with_own_secret
from runtime.audit.export import check_export, write_export
from runtime.audit.heads_file import signing_key
from runtime.audit.restored import note_restored
from runtime.audit.verify import Audit, AuditReport
from runtime.settings import Settings
from store.audit import TenantHead, read_links, read_recorded


async def verify(settings: Settings, export_file: Path | None, *, has_heads: bool) -> AuditReport:
    """Check an export, or the database when there is none, against the file of kept heads.

    Raises:
        FileNotFoundError: there is no such export.
        SettingsError, Unavailable: there is no database, or it does not answer.
    """
    heads_file = settings.heads_file if has_heads else None
    if export_file is not None:
        audit = Audit(heads_file, signing_key(with_own_secret(settings)))
        return audit.report(check_export(audit, export_file))
    async with reached(settings) as found:
        audit = Audit(heads_file, signing_key(found))
        as_of = datetime.now(UTC)
        served = {head.tenant for head in await read_heads(found)}
        for tenant in sorted(served.union(audit.tenants)):
            async with snapshot(found, tenant) as conn:
                async for link in read_links(conn, tenant):
                    audit.link(tenant, link)
                async for event in read_recorded(conn, tenant):
                    audit.event(tenant, event)
    return audit.report(as_of)


async def export(settings: Settings, file: Path, tenant: TenantId | None) -> int:
    """Write one tenant's record, or everybody's, to a new file; returns how many rows it holds.

    Raises:
        FileExistsError: the file exists.
        SettingsError, Unavailable: there is no database, or it does not answer.
    """
    async with reached(settings) as found:
        tenants = [tenant] if tenant is not None else [head.tenant for head in await read_heads(found)]
        return await write_export(found, file, tenants)


async def heads(settings: Settings) -> list[TenantHead]:
    """The newest link of every tenant's chain; raises SettingsError, Unavailable."""
    async with reached(settings) as found:
        return await read_heads(found)


async def restored(settings: Settings) -> list[TenantId]:
    """Note that a backup was put back; returns the tenants whose chain goes on from an earlier link now.

    Raises:
        SettingsError, Unavailable: there is no database, or it does not answer.
    """
    async with reached(settings) as found:
        return note_restored(found, await read_heads(found), datetime.now(UTC))
