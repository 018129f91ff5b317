"""Bringing a database to the schema that this program needs: numbered SQL files, each in one transaction, in order.

A file that was once applied is never edited: its digest is recorded, and another one is refused. A database that a
newer program has changed is refused too. There is no way back; a mistake is mended by the next file.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import AsyncConnection

from domain.errors import Unavailable
from store.errors import MigrationError
from store.rows import Connection

MIGRATIONS = Path(__file__).parent / "migrations"
OWNER = "setright_owner"
_FILE_NAME = re.compile(r"^(\d{4})_([a-z][a-z0-9_]*)\.sql$")
_LOCK = 0x5E761647  # any number that nobody else uses; advisory locks belong to one database
_WAIT_FOR_OTHERS = "60s"  # several processes start at once, and the first one does the work
_LOCK_TIMEOUT = "5s"  # a migration that waits for a lock makes everybody behind it wait as well
#: Older releases tell a role that row-level security binds about rows it may not see (CVE-2025-8713).
_SAFE_MINOR = {15: 14, 16: 10, 17: 6}


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered file."""

    number: int
    name: str
    sha256: str
    sql: bytes


@dataclass(frozen=True, slots=True)
class Applied:
    """One file that a database has seen."""

    number: int
    name: str
    sha256: str


def read_migrations(folder: Path = MIGRATIONS) -> list[Migration]:
    """Return the files of `folder` in order; raises MigrationError for a wrong name or a gap in the numbers."""
    found = []
    for expected, path in enumerate(sorted(folder.glob("*.sql")), 1):
        match = _FILE_NAME.match(path.name)
        if match is None or int(match[1]) != expected:
            raise MigrationError(f"{path.name}: migrations are named 0001_what.sql, 0002_what.sql, … without gaps.")
        content = path.read_bytes()
        found.append(Migration(expected, match[2], hashlib.sha256(content).hexdigest(), content))
    return found


def check_server_version(version: int) -> None:
    """Raise MigrationError for a server (by its `server_version_num`) that is too old or leaks hidden rows."""
    major, minor = divmod(version, 10_000)
    if major < min(_SAFE_MINOR):
        raise MigrationError(f"PostgreSQL {major} is too old; {min(_SAFE_MINOR)} or newer is needed.")
    if minor < _SAFE_MINOR.get(major, 0):
        raise MigrationError(
            f"PostgreSQL {major}.{minor} lets roles learn of rows that are hidden from them; upgrade to"
            f" {major}.{_SAFE_MINOR[major]} or newer."
        )


async def migrate(dsn: str, folder: Path = MIGRATIONS) -> list[Applied]:
    """Apply what is missing and return it; safe to run from several processes at once.

    The first migration makes roles and the schema, for a superuser or the database's owner with CREATEROLE; the others
    run as the schema's owner, which `migrator` may become.

    Raises:
        MigrationError: the database is newer than the program, its past was edited, or a statement was refused.
        Unavailable: the database does not answer, or a lock was not free in time.
    """
    migrations = read_migrations(folder)
    try:
        async with await AsyncConnection.connect(dsn, autocommit=True) as conn:
            check_server_version(conn.info.server_version)
            await conn.execute("select set_config('lock_timeout', %s, false)", [_WAIT_FOR_OTHERS])
            await conn.execute("select pg_advisory_lock(%s)", [_LOCK])  # released with the connection
            await conn.execute("select set_config('lock_timeout', %s, false)", [_LOCK_TIMEOUT])
            missing = _missing(migrations, await read_applied(conn))
            return [await _apply(conn, migration) for migration in missing]
    except psycopg.OperationalError as error:
        raise Unavailable("The database did not answer the migration in time.", sqlstate=error.sqlstate) from error


async def read_applied(conn: Connection) -> list[Applied]:
    """Return what the database has seen, in order; becomes the schema's owner where there is a schema."""
    exists = await conn.execute(
        "select from pg_class where relname = 'migrations' and relnamespace = to_regnamespace('setright')"
    )
    if await exists.fetchone() is None:
        return []
    await _become_owner(conn)
    rows = await conn.execute("select number, name, sha256 from setright.migrations order by number")
    return [Applied(*row) for row in await rows.fetchall()]


def _missing(migrations: list[Migration], applied: list[Applied]) -> list[Migration]:
    if len(applied) > len(migrations):
        raise MigrationError(
            f"The database is at migration {applied[-1].number}, this program knows {len(migrations)}: run a newer"
            " program."
        )
    for known, seen in zip(migrations, applied, strict=False):
        if (known.number, known.sha256) != (seen.number, seen.sha256):
            raise MigrationError(
                f"Migration {seen.number:04} ({seen.name}) was applied with another content than it has now: restore"
                " the file, and put the change into a new one."
            )
    return migrations[len(applied) :]


async def _apply(conn: Connection, migration: Migration) -> Applied:
    try:
        async with conn.transaction():
            await conn.execute(migration.sql)
            await conn.execute(
                "insert into setright.migrations (number, name, sha256) values (%s, %s, %s)",
                [migration.number, migration.name, migration.sha256],
            )
        if migration.number == 1:
            await _become_owner(conn)
    except psycopg.OperationalError:
        raise
    except psycopg.Error as error:
        # Neither the detail nor the cause: they may quote a row.
        why = " ".join(filter(None, (error.diag.message_primary, error.diag.message_hint)))
        raise MigrationError(
            f"Migration {migration.number:04} ({migration.name}) was refused and left nothing behind: {why}"
        ) from None
    return Applied(migration.number, migration.name, migration.sha256)


async def _become_owner(conn: Connection) -> None:
    try:
        await conn.execute(f"set role {OWNER}")
    except psycopg.errors.InsufficientPrivilege as error:
        raise MigrationError("This role may not change the schema: connect as 'migrator'.") from error
