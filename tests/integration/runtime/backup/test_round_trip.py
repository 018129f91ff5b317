"""Backing up and restoring the real databases."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from runtime.backup.errors import BackupFailed, BackupUnusable, NotEmpty
from runtime.backup.make import make_backup
from runtime.backup.restore import restore_backup
from runtime.embedded.errors import AlreadyRunning
from runtime.embedded.folder import DataFolder
from runtime.embedded.scratch import scratch_folder
from runtime.embedded.stack import EmbeddedStack, StackOptions
from runtime.settings import Settings
from store.migrate import migrate
from store.roles import role_dsn, set_passwords

ONLY_POSTGRES = StackOptions(has_temporal=False)


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder for data folders and backups."""
    with scratch_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def stopped() -> Iterator[Path]:
    """A folder with a stopped installation in `data` and a backup of it, made after the stop, in `b.tar.gz`."""
    with scratch_folder() as folder:
        asyncio.run(_install(folder))
        yield folder


async def _install(folder: Path) -> None:
    source = settings(folder)
    async with EmbeddedStack(source.data_dir, ONLY_POSTGRES) as stack:
        await fill(stack)
    make_temporal_file(DataFolder(source.data_dir))
    await make_backup(source, folder / "b.tar.gz")


def settings(place: Path, name: str = "data") -> Settings:
    """Settings for a data folder of that name."""
    return Settings.load(data_dir=place / name)


async def fill(stack: EmbeddedStack) -> None:
    """Make the real schema, a role's password, and a row that only this installation has."""
    await migrate(stack.database_url)
    await set_passwords(stack.database_url, {"relay": "relays-password"})
    async with await psycopg.AsyncConnection.connect(stack.database_url) as conn:
        await conn.execute("create table public.kept as select 'ünïcödé' as words, 42 as answer")
        await conn.execute("grant select on public.kept to relay")


async def read_as_relay(stack: EmbeddedStack) -> tuple[str, int]:
    """Read the row with the role's old password."""
    dsn = role_dsn(stack.database_url, "relay", "relays-password")
    async with await psycopg.AsyncConnection.connect(dsn) as conn:
        row = await (await conn.execute("select words, answer from public.kept")).fetchone()
    assert row is not None
    return row[0], row[1]


def make_temporal_file(folder: DataFolder) -> None:
    """A database like Temporal's: with a write-ahead log that has not been folded in."""
    with closing(sqlite3.connect(folder.temporal_db)) as connection:
        connection.execute("pragma journal_mode=wal")
        connection.execute("create table executions as select 'ticket:T-1' as id")
        connection.commit()


async def test_a_backup_of_a_running_stack_brings_everything_back(place: Path) -> None:
    """Rows, roles with their passwords and rights, Temporal's file and the secrets; the schema needs no migration."""
    source, target = settings(place), settings(place, "restored")
    async with EmbeddedStack(source.data_dir) as stack:
        await fill(stack)
        (source.data_dir / "role-secret").write_text("secret")
        (source.data_dir / "role-secret").chmod(0o600)
        manifest = await make_backup(source, place / "b.tar.zst")
    assert {"roles.sql", "database.dump", "temporal.db", "postgres-password", "role-secret"} == set(manifest.parts)
    assert (place / "b.tar.zst").stat().st_mode & 0o777 == 0o600
    restored = await restore_backup(target, place / "b.tar.zst")
    assert (restored.data_dir, restored.set_aside) == (target.data_dir, None)
    assert (target.data_dir / "role-secret").read_text() == "secret"
    async with EmbeddedStack(target.data_dir) as stack:
        assert await read_as_relay(stack) == ("ünïcödé", 42)
        assert await migrate(stack.database_url) == []
    assert not list(place.glob(".setright-backup-*"))


async def test_a_backup_of_a_stopped_stack_needs_no_temporal(stopped: Path, place: Path) -> None:
    """Postgres is started for the while; Temporal's file is copied as it lies there, log included."""
    target = settings(place)
    await restore_backup(target, stopped / "b.tar.gz")
    with closing(sqlite3.connect(DataFolder(target.data_dir).temporal_db)) as connection:
        assert connection.execute("select id from executions").fetchall() == [("ticket:T-1",)]
    async with EmbeddedStack(target.data_dir, ONLY_POSTGRES) as stack:
        assert await read_as_relay(stack) == ("ünïcödé", 42)


async def test_what_is_there_is_not_overwritten_unasked(stopped: Path) -> None:
    """Neither a backup by another, nor an installation by a restore."""
    source, file = settings(stopped), stopped / "b.tar.gz"
    with pytest.raises(NotEmpty):
        await make_backup(source, file)
    with pytest.raises(NotEmpty):
        await restore_backup(source, file)


async def test_present_state_is_set_aside_and_never_lost(stopped: Path) -> None:
    """Forced, the old folder gets another name, and still starts under it."""
    restored = await restore_backup(settings(stopped), stopped / "b.tar.gz", is_forced=True)
    assert restored.set_aside is not None
    async with EmbeddedStack(restored.set_aside, ONLY_POSTGRES) as stack:
        assert await read_as_relay(stack) == ("ünïcödé", 42)


async def test_nothing_is_restored_into_a_running_stack(stopped: Path) -> None:
    """Not even when forced: two supervisors on one folder would destroy it."""
    source = settings(stopped)
    async with EmbeddedStack(source.data_dir, ONLY_POSTGRES) as stack:
        with pytest.raises(AlreadyRunning):
            await restore_backup(source, stopped / "b.tar.gz", is_forced=True)
        assert await read_as_relay(stack) == ("ünïcödé", 42)


async def test_a_failed_restore_leaves_the_place_as_it_was(stopped: Path, place: Path) -> None:
    """A damaged file is found out before anything is moved."""
    whole = (stopped / "b.tar.gz").read_bytes()
    (place / "b.tar.gz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BackupUnusable):
        await restore_backup(settings(place), place / "b.tar.gz")
    assert [path.name for path in place.iterdir()] == ["b.tar.gz"]


async def test_there_must_be_something_to_back_up(place: Path) -> None:
    """An empty place is told as such, and makes no file."""
    with pytest.raises(BackupFailed, match="nothing to back up"):
        await make_backup(settings(place), place / "b.tar.gz")
    assert list(place.iterdir()) == []


async def test_servers_of_ones_own_are_left_to_their_own_tools(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What DATABASE_URL points to is not ours to copy."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://me@127.0.0.1/mine")
    with pytest.raises(BackupFailed, match="pg_dump"):
        await make_backup(settings(place), place / "b.tar.gz")
