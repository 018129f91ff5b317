"""Where the record lies: the database that the settings name, or the embedded one, running or started for the while."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
from psycopg import IsolationLevel
from pydantic import SecretStr

from domain.errors import Unavailable
from domain.ids import TenantId
from runtime.backup.make import running_port
from runtime.database import dsn_as
from runtime.embedded.errors import AlreadyRunning
from runtime.embedded.folder import DataFolder
from runtime.embedded.ports import LOOPBACK
from runtime.embedded.postgres import DATABASE
from runtime.embedded.stack import EmbeddedStack, StackOptions
from runtime.settings import Settings, SettingsError
from store.audit import TenantHead, newest_heads
from store.rows import Connection


def with_own_secret(settings: Settings) -> Settings:
    """The settings with the role secret of their data folder, where nothing else was set and there is one."""
    path = settings.data_dir / "role-secret"
    if settings.role_secret is not None or not path.exists():
        return settings
    return settings.model_copy(update={"role_secret": SecretStr(path.read_text())})


@asynccontextmanager
async def reached(settings: Settings) -> AsyncIterator[Settings]:
    """Settings whose database answers while the block lasts.

    Raises:
        SettingsError: there is no database, neither named nor in the data folder.
        EmbeddedError: the embedded one does not start.
    """
    settings = with_own_secret(settings)
    folder = DataFolder(settings.data_dir)
    if settings.database_url is not None:
        yield settings
        return
    if not folder.postgres.exists():
        raise SettingsError(f"There is no state in {folder.root}; name another folder, or set DATABASE_URL.")
    try:
        async with EmbeddedStack(folder.root, StackOptions(has_temporal=False)) as stack:
            yield _at(settings, stack.postgres.port)
            return
    except AlreadyRunning:
        pass
    yield _at(settings, running_port(folder))


async def read_heads(settings: Settings) -> list[TenantHead]:
    """The newest link of every tenant's chain; raises Unavailable."""
    async with _connected(settings, "relay") as conn:
        return await newest_heads(conn)


@asynccontextmanager
async def snapshot(settings: Settings, tenant: TenantId) -> AsyncIterator[Connection]:
    """One moment of one tenant's record, whatever is recorded meanwhile; raises Unavailable."""
    async with _connected(settings, "operator_scope") as conn:
        await conn.set_isolation_level(IsolationLevel.REPEATABLE_READ)
        await conn.set_read_only(True)
        await conn.execute("select set_config('app.tenant', %s, true)", [tenant])
        yield conn


@asynccontextmanager
async def _connected(settings: Settings, role: str) -> AsyncIterator[Connection]:
    try:
        conn = await psycopg.AsyncConnection.connect(dsn_as(settings, role), options="-c timezone=UTC")
    except psycopg.OperationalError:
        raise Unavailable("The database does not answer, or refuses the password of one of our roles.") from None
    async with conn:
        yield conn


def _at(settings: Settings, port: int) -> Settings:
    url = SecretStr(f"postgresql://{LOOPBACK}:{port}/{DATABASE}")
    return settings.model_copy(update={"database_url": url})
