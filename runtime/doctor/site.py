"""What the checks look at: the settings, the data folder, and the running stack's databases where there is one."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import SecretStr
from temporalio.client import Client

from runtime.backup.make import running_port
from runtime.cli.running import StackRecord, read_record
from runtime.database import embedded_secret, open_pools
from runtime.embedded.folder import DataFolder
from runtime.embedded.ports import LOOPBACK
from runtime.embedded.postgres import DATABASE, PostgresServer
from runtime.settings import Settings
from runtime.wiring import connect_temporal
from store.pools import Pools


@dataclass(frozen=True)
class Site:
    """An installation; `record` is None while its stack is down."""

    settings: Settings
    folder: DataFolder
    record: StackRecord | None
    now: datetime

    @classmethod
    def of(cls, settings: Settings) -> "Site":
        """The installation that the settings name, as it is now."""
        return cls(settings, DataFolder(settings.data_dir), read_record(settings.data_dir), datetime.now(UTC))


@dataclass(frozen=True)
class LiveSite:
    """A running installation, with its databases open."""

    site: Site
    record: StackRecord
    owner_dsn: str  # whoever made the schema: only to read what was applied
    pools: Pools
    temporal: Client


@asynccontextmanager
async def opened(site: Site, record: StackRecord) -> AsyncIterator[LiveSite]:
    """Open the databases of a running stack; raises Unavailable, SettingsError."""
    settings = site.settings
    if settings.database_url is not None:
        owner_dsn = settings.database_url.get_secret_value()
    else:
        port = running_port(site.folder)
        owner_dsn = PostgresServer(site.folder, port=port).dsn()
        url = SecretStr(f"postgresql://{LOOPBACK}:{port}/{DATABASE}")
        secret = settings.role_secret or embedded_secret(settings.data_dir)
        settings = settings.model_copy(update={"database_url": url, "role_secret": secret})
    async with AsyncExitStack() as stack:
        pools = await open_pools(settings)
        stack.push_async_callback(pools.close)
        yield LiveSite(site, record, owner_dsn, pools, await connect_temporal(record.temporal_address))
