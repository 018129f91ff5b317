"""The embedded Postgres with pgvector, on the loopback address only.

It starts with a superuser whose password only this user can read; what the product does, it does as the roles that the
migrations make, never as that superuser.
"""

import asyncio
import contextlib
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar, ParamSpec, TypeVar
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

from runtime.embedded import postgres_files
from runtime.embedded.account import account_for_postgres
from runtime.embedded.errors import AlreadyRunning
from runtime.embedded.folder import DataFolder
from runtime.embedded.ports import LOOPBACK
from runtime.embedded.process import Program
from runtime.embedded.server import Server, ServerName

P = ParamSpec("P")
T = TypeVar("T")

DATABASE = "setright"

_SETTINGS = {
    "listen_addresses": LOOPBACK,
    # No socket file: it would need a short path outside the data folder, and TCP with scram does the same.
    "unix_socket_directories": "",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %a ",
    # A log is read by more people than a database: no statement, no parameter, no DETAIL with a row's content.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
    "jit": "off",  # it compiles for longer than our queries run
}
_LEAVE_SECONDS = 10.0  # backends look for their server's death at every step, so only a long sort keeps one that long
_POLL_SECONDS = 0.03


class PostgresServer(Server):
    """Postgres on one data folder."""

    name: ClassVar[ServerName] = "postgres"
    title = "Postgres"
    stop_signal = signal.SIGINT  # "fast": roll back what is open, write a checkpoint, end
    stop_seconds = 20.0

    def __init__(self, folder: DataFolder, *, port: int = 0) -> None:
        super().__init__(folder, {"postgres": port})
        self._account = account_for_postgres()
        self._programs = Path()

    @property
    def where(self) -> str:
        """What to tell people about this server."""
        return f"PostgreSQL {postgres_files.MAJOR_VERSION} on {LOOPBACK}:{self.port}"

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.ports["postgres"]

    def dsn(self, database: str = DATABASE) -> str:
        """The superuser's address of a database: for the migrator, and for tests that make databases."""
        password = quote(postgres_files.superuser_password(self.folder), safe="")
        return f"postgresql://{postgres_files.SUPERUSER}:{password}@{LOOPBACK}:{self.port}/{database}"

    async def _prepare(self) -> None:
        self._programs = await _in_thread(postgres_files.programs, self.folder, self._account)
        await _in_thread(postgres_files.make_cluster, self.folder, self._programs, self._account)
        await self._clear_remains()

    def _program(self) -> Program:
        settings = _SETTINGS | {"port": str(self.port)}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return Program(
            argv=[str(self._programs / "postgres"), "-D", str(self.folder.postgres), *options],
            log=self.folder.log(self.name),
            pid_file=self.folder.pid_file(self.name),
            stop_signal=self.stop_signal,
            stop_seconds=self.stop_seconds,
            account=self._account,
        )

    async def _is_ready(self) -> bool:
        try:
            connection = await psycopg.AsyncConnection.connect(self.dsn("postgres"), connect_timeout=5)
        except psycopg.OperationalError:
            return False
        await connection.close()
        return True

    async def _settle(self) -> None:
        """Make the product's database if there is none."""
        try:
            async with await psycopg.AsyncConnection.connect(self.dsn("postgres"), autocommit=True) as connection:
                found = await connection.execute("select 1 from pg_database where datname = %s", [DATABASE])
                if await found.fetchone() is None:
                    await connection.execute(sql.SQL("create database {}").format(sql.Identifier(DATABASE)))
        except psycopg.Error as error:
            raise self.failure(f"could not make the database {DATABASE}") from error

    async def _clear_remains(self) -> None:
        """After a crash, make sure nothing still uses the cluster, then take away the crashed server's lock file.

        Postgres believes the process id in that file: a stranger with the same id after a reboot, or a zombie that
        nobody reaps, would keep it from starting for ever. Which processes use the cluster, their working folder tells.
        """
        lock_file = self.folder.postgres / "postmaster.pid"
        if not lock_file.exists():
            return
        deadline = time.monotonic() + _LEAVE_SECONDS
        while users := _users_of(self.folder.postgres):
            if time.monotonic() > deadline:
                pids = ", ".join(str(process.pid) for process in users)
                raise AlreadyRunning(
                    f"Another Postgres (process {pids}) uses {self.folder.postgres}, and Setright did not start it. "
                    "Stop it and start again.",
                    path=str(self.folder.postgres),
                )
            await asyncio.sleep(_POLL_SECONDS)  # the backends of a killed server notice and leave by themselves
        lock_file.unlink(missing_ok=True)


async def _in_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a function in a thread; a cancelled caller still waits for its end.

    A thread cannot be cancelled: left behind, it would go on making a folder that the next supervisor makes too.
    """
    running = asyncio.ensure_future(asyncio.to_thread(function, *args, **kwargs))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise


def _users_of(cluster: Path) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.name().startswith("postgres") and Path(process.cwd()) == cluster.resolve():
                found.append(process)
    return found
