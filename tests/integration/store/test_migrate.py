"""Migrations: applied once, whoever starts at the same time, and never on a database that does not fit."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from domain.errors import Unavailable
from store.errors import MigrationError
from store.migrate import MIGRATIONS, migrate, read_migrations
from store.roles import role_dsn


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the migrations that a test may change."""
    return Path(shutil.copytree(MIGRATIONS, tmp_path / "migrations"))


def add(folder: Path, name: str, sql: str) -> None:
    """Put one more migration behind the last."""
    number = len(list(folder.glob("*.sql"))) + 1
    (folder / f"{number:04}_{name}.sql").write_text(sql)


async def fetch(dsn: str, query: str) -> list[tuple[object, ...]]:
    """What a query finds."""
    async with await psycopg.AsyncConnection.connect(dsn) as conn:
        return await (await conn.execute(query.encode())).fetchall()


async def test_all_files_are_applied_once(empty_database: str) -> None:
    """The first start applies every file in order; the second has nothing to do."""
    files = read_migrations()
    applied = await migrate(empty_database)
    assert [(one.number, one.name, one.sha256) for one in applied] == [
        (one.number, one.name, one.sha256) for one in files
    ]
    assert await migrate(empty_database) == []


async def test_four_processes_may_start_at_once(empty_database: str) -> None:
    """Each file is applied by one of them, and all of them succeed."""
    results = await asyncio.gather(*(migrate(empty_database) for _ in range(4)))
    applied = [one.number for result in results for one in result]
    assert sorted(applied) == [one.number for one in read_migrations()]


async def test_an_edited_past_is_refused(empty_database: str, folder: Path) -> None:
    """A file that was changed after it was applied stops the start, and nothing behind it is applied."""
    await migrate(empty_database, folder)
    with (folder / "0003_events.sql").open("a") as file:
        file.write("-- a harmless remark\n")
    add(folder, "more", "create table setright.more (id integer)")
    with pytest.raises(MigrationError, match="0003"):
        await migrate(empty_database, folder)
    assert await fetch(empty_database, "select to_regclass('setright.more')") == [(None,)]


async def test_a_newer_database_is_refused(empty_database: str, folder: Path) -> None:
    """A program that does not know all that was done to a database keeps its hands off it."""
    add(folder, "more", "create table setright.more (id integer)")
    await migrate(empty_database, folder)
    with pytest.raises(MigrationError, match="newer program"):
        await migrate(empty_database)


async def test_a_wrong_file_leaves_nothing_behind(empty_database: str, folder: Path) -> None:
    """One file is one transaction; after it is mended the start goes on from there."""
    add(folder, "broken", "create table setright.half (id integer); select no_such_column")
    with pytest.raises(MigrationError, match="broken"):
        await migrate(empty_database, folder)
    assert await fetch(empty_database, "select to_regclass('setright.half')") == [(None,)]
    [broken] = folder.glob("*_broken.sql")
    broken.write_text("create table setright.whole (id integer)")
    assert [one.name for one in await migrate(empty_database, folder)] == ["broken"]


async def test_a_migration_does_not_wait_for_a_lock(
    empty_database: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind a migration that waits, everybody waits: after a short while it gives up, and can be run again."""
    monkeypatch.setattr("store.migrate._LOCK_TIMEOUT", "200ms")
    await migrate(empty_database)
    add(folder, "alter", "alter table setright.tickets add column more integer")
    async with await psycopg.AsyncConnection.connect(empty_database) as busy:
        await busy.execute("select * from setright.tickets")
        with pytest.raises(Unavailable):
            await migrate(empty_database, folder)
    assert len(await migrate(empty_database, folder)) == 1


@pytest.mark.usefixtures("migrated")
async def test_the_migrator_can_do_every_later_migration(empty_database: str, folder: Path) -> None:
    """After the first start no superuser is needed: what the migrator makes belongs to the owner."""
    await migrate(empty_database)
    add(folder, "more", "create table setright.more (id integer)")
    dsn = role_dsn(empty_database, "migrator", "migrator-secret")
    assert [one.name for one in await migrate(dsn, folder)] == ["more"]
    owner = "select relowner::regrole::text from pg_class where relname = 'more'"
    assert await fetch(empty_database, owner) == [("setright_owner",)]


@pytest.mark.usefixtures("migrated")
async def test_a_scoped_role_cannot_migrate(empty_database: str) -> None:
    """The roles that work with the data are told which role changes the schema."""
    await migrate(empty_database)
    with pytest.raises(MigrationError, match="migrator"):
        await migrate(role_dsn(empty_database, "operator_scope", "operator_scope-secret"))


@pytest.fixture
def landlord(run_as_superuser: Callable[[str], None]) -> Iterator[str]:
    """A role as managed databases give it: it makes roles and owns a database, and is no superuser."""
    run_as_superuser("create role landlord login createrole password 'landlord-secret'")
    yield "landlord"
    run_as_superuser("drop role landlord")


@pytest.fixture
async def managed_database(
    empty_database: str, landlord: str, run_as_superuser: Callable[[str], None]
) -> AsyncIterator[str]:
    """The landlord's DSN of a database that belongs to them, on a server where our roles are theirs to grant."""
    name = psycopg.conninfo.conninfo_to_dict(empty_database)["dbname"]
    run_as_superuser(f"alter database {name} owner to {landlord}")
    run_as_superuser(f"grant setright_owner to {landlord} with admin option")
    async with await psycopg.AsyncConnection.connect(empty_database) as conn:
        await conn.execute("create extension vector")  # as a hoster allows with a click
    yield make_conninfo(empty_database, user=landlord, password="landlord-secret")
    async with await psycopg.AsyncConnection.connect(empty_database, autocommit=True) as conn:
        await conn.execute(f"reassign owned by {landlord} to postgres".encode())
        await conn.execute(f"drop owned by {landlord}".encode())


async def test_a_managed_database_needs_no_superuser(managed_database: str) -> None:
    """The owner of a database who may make roles can do the first start too."""
    assert len(await migrate(managed_database)) == len(read_migrations())
    assert await fetch(managed_database, "select current_setting('is_superuser')") == [("off",)]


@pytest.mark.usefixtures("migrated")
async def test_a_role_that_no_policy_binds_stops_the_start(
    empty_database: str, run_as_superuser: Callable[[str], None]
) -> None:
    """A role of ours that somebody has given BYPASSRLS makes every lock worthless, so nothing is made."""
    run_as_superuser("alter role operator_scope bypassrls")
    try:
        with pytest.raises(MigrationError, match="BYPASSRLS"):
            await migrate(empty_database)
    finally:
        run_as_superuser("alter role operator_scope nobypassrls")
    assert await fetch(empty_database, "select to_regnamespace('setright')") == [(None,)]


async def test_a_database_that_does_not_answer_is_unavailable(empty_database: str) -> None:
    """A wrong address is told as such."""
    with pytest.raises(Unavailable):
        await migrate(make_conninfo(empty_database, port=1))
