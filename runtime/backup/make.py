"""Making a backup: one moment of both databases, and the secrets that open them.

Postgres and Temporal must agree. A running stack is not stopped for it: the copies are taken while Postgres has seen no
write, and taken again if it has. What Temporal has recorded beyond that moment touched nothing yet, and is done again
after a restore as after a crash.
"""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from runtime.backup.archive import check_name, describe, write_archive
from runtime.backup.errors import BackupFailed, NotEmpty, TooBusy
from runtime.backup.manifest import Manifest, present_versions
from runtime.backup.parts import DATABASE, ROLES, TEMPORAL, secret_files
from runtime.backup.postgres_dump import PostgresTools
from runtime.backup.temporal_copy import copy_temporal
from runtime.embedded.account import account_for_postgres
from runtime.embedded.errors import AlreadyRunning
from runtime.embedded.folder import DataFolder
from runtime.embedded.postgres import PostgresServer
from runtime.embedded.postgres_files import programs
from runtime.embedded.stack import EmbeddedStack, StackOptions
from runtime.settings import Settings
from store.migrate import read_applied

_TRIES = 20
_PAUSE_SECONDS = 0.5  # between two tries; a turn takes about as long


async def make_backup(settings: Settings, file: Path, *, is_forced: bool = False) -> Manifest:
    """Write the whole state to one file that only this user can read, and return what it says of itself.

    Raises:
        BackupUnusable: the file's name does not say how to compress it.
        NotEmpty: the file exists.
        TooBusy: tickets are being worked on without a pause.
        BackupFailed: there is no state, it is kept elsewhere, or a copy failed.
    """
    folder = DataFolder(settings.data_dir)
    _check_possible(settings, folder, file, is_forced=is_forced)
    with _beside(file) as scratch:
        async with _postgres(folder) as dsn:
            manifest, parts = await _copy(folder, dsn, scratch)
        whole = scratch / file.name
        with os.fdopen(os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
            await asyncio.to_thread(write_archive, target, file.name, manifest, parts)
            os.fsync(target.fileno())
        whole.replace(file)
    return manifest


def _check_possible(settings: Settings, folder: DataFolder, file: Path, *, is_forced: bool) -> None:
    check_name(file)
    if file.exists() and not is_forced:
        raise NotEmpty(f"{file} exists. Choose another name, or replace it with --force.")
    require_embedded(settings)
    if not folder.postgres.exists():
        raise BackupFailed(f"There is no state in {folder.root}: nothing to back up.")


def require_embedded(settings: Settings) -> None:
    """Raise BackupFailed where the state lies on servers that are not ours."""
    if settings.database_url is not None:
        raise BackupFailed(
            "DATABASE_URL points to your own Postgres: back it up with its own tools (pg_dump), and Temporal's database"
            " with it."
        )


@asynccontextmanager
async def _postgres(folder: DataFolder) -> AsyncIterator[str]:
    """The superuser's address of the folder's Postgres, which is started for the while if the stack is down."""
    try:
        async with EmbeddedStack(folder.root, StackOptions(has_temporal=False)) as stack:
            yield stack.database_url
            return
    except AlreadyRunning:
        pass
    yield PostgresServer(folder, port=running_port(folder)).dsn()


def running_port(folder: DataFolder) -> int:
    """Where the folder's running Postgres listens, as it says itself; raises BackupFailed."""
    try:
        return int((folder.postgres / "postmaster.pid").read_text().splitlines()[3])
    except (OSError, ValueError, IndexError):
        raise BackupFailed("Postgres is just starting or stopping. Try again in a moment.") from None


async def _copy(folder: DataFolder, dsn: str, scratch: Path) -> tuple[Manifest, dict[str, Path]]:
    tools = PostgresTools(await asyncio.to_thread(programs, folder, account_for_postgres()), dsn)
    parts = {name: scratch / name for name in (ROLES, DATABASE)}
    if folder.temporal_db.exists():
        parts[TEMPORAL] = scratch / TEMPORAL
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as conn:
        applied = await read_applied(conn)
        for _ in range(_TRIES):
            before = await _last_write(conn)
            await tools.dump(parts[ROLES], parts[DATABASE])
            if TEMPORAL in parts:
                await asyncio.to_thread(copy_temporal, folder.temporal_db, parts[TEMPORAL])
            if before is not None and await _last_write(conn) == before:
                break
            for part in parts.values():
                part.unlink(missing_ok=True)
            await asyncio.sleep(_PAUSE_SECONDS)
        else:
            raise TooBusy("Tickets are being worked on without a pause. Stop the stack and back up then.")
    parts |= {path.name: path for path in secret_files(folder)}
    manifest = Manifest(
        made_at=datetime.now(UTC),
        versions=present_versions(),
        migration=applied[-1].number if applied else 0,
        parts={name: describe(path) for name, path in parts.items()},
    )
    return manifest, parts


async def _last_write(conn: psycopg.AsyncConnection) -> str | None:
    """The next transaction number that a write would get; None while a write is under way.

    Reading takes no number, so the same answer twice means that nothing was written in between.
    """
    cursor = await conn.execute(
        "select pg_snapshot_xmin(now)::text, pg_snapshot_xmax(now)::text from pg_current_snapshot() as now"
    )
    oldest, following = await cursor.fetchone() or ("", "")
    return following if oldest == following else None


@contextmanager
def _beside(file: Path) -> Iterator[Path]:
    """A private folder on the same disk as the file, so that the finished file can be moved into place."""
    scratch = Path(tempfile.mkdtemp(prefix=".setright-backup-", dir=file.absolute().parent))
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
