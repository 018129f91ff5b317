"""Putting a backup back: a whole data folder is made aside and takes its place only when it is complete."""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from domain.model import Model
from runtime.audit.restored import carry_heads_over, note_restored
from runtime.backup.archive import extract, read_manifest
from runtime.backup.errors import NotEmpty
from runtime.backup.make import require_embedded
from runtime.backup.manifest import check_usable, present_versions
from runtime.backup.parts import DATABASE, ROLES, TEMPORAL
from runtime.backup.postgres_dump import PostgresTools
from runtime.embedded.account import account_for_postgres
from runtime.embedded.folder import DataFolder
from runtime.embedded.postgres_files import programs
from runtime.embedded.stack import EmbeddedStack, StackOptions
from runtime.settings import Settings
from store.audit import TenantHead, newest_heads
from store.migrate import read_migrations

_UNPACKED = "unpacked"


class Restored(Model):
    """What was put where."""

    data_dir: Path
    made_at: datetime
    set_aside: Path | None  # where the state is that was there before


async def restore_backup(settings: Settings, file: Path, *, is_forced: bool = False) -> Restored:
    """Bring a backup's state into the data folder; a failure leaves everything as it was.

    Raises:
        BackupUnusable: the file is damaged, no backup, or made by something newer.
        NotEmpty: there is state already, and it may not be set aside.
        AlreadyRunning: the stack is up.
        BackupFailed: Postgres refused what the file holds.
    """
    require_embedded(settings)
    manifest = await asyncio.to_thread(read_manifest, file)
    check_usable(manifest, present_versions(), len(read_migrations()))
    target = settings.data_dir
    is_occupied = target.is_dir() and any(target.iterdir())
    if is_occupied and not is_forced:
        raise NotEmpty(
            f"{target} holds state already. Restore into another folder (--data-dir), or set it aside with --force."
        )
    with ExitStack() as held, _aside(target) as new:
        if is_occupied:
            held.enter_context(DataFolder(target).held())
        heads = await _fill(DataFolder(new), file)
        carry_heads_over(settings, new)
        set_aside = set_folder_aside(target) if is_occupied else None
        if target.is_dir():
            target.rmdir()
        new.replace(target)
        note_restored(settings, heads, datetime.now(UTC))
    return Restored(data_dir=target, made_at=manifest.made_at, set_aside=set_aside)


def set_folder_aside(folder: Path) -> Path:
    """Rename a data folder so that its place is free, and return its new name."""
    aside = folder.with_name(f"{folder.name}.old-{datetime.now(UTC):%Y%m%d-%H%M%S}")
    folder.replace(aside)
    return aside


async def _fill(folder: DataFolder, file: Path) -> list[TenantHead]:
    unpacked = folder.root / _UNPACKED
    unpacked.mkdir(mode=0o700)
    manifest = await asyncio.to_thread(extract, file, unpacked)
    for name in manifest.parts:
        if name not in {ROLES, DATABASE}:  # the superuser's password among them: the new cluster is born with it
            (unpacked / name).replace(folder.root / (folder.temporal_db.name if name == TEMPORAL else name))
    async with EmbeddedStack(folder.root, StackOptions(has_temporal=False)) as stack:
        tools = PostgresTools(await asyncio.to_thread(programs, folder, account_for_postgres()), stack.database_url)
        await tools.load(unpacked / ROLES, unpacked / DATABASE)
        async with await psycopg.AsyncConnection.connect(stack.database_url) as conn:
            heads = await newest_heads(conn)
    shutil.rmtree(unpacked)
    return heads


@contextmanager
def _aside(target: Path) -> Iterator[Path]:
    """A new folder beside the target; gone again unless it was moved into place."""
    new = target.with_name(f"{target.name}.restoring")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True, mode=0o700)
    try:
        yield new
    finally:
        shutil.rmtree(new, ignore_errors=True)
