"""Where the evidence lies: the database as somebody who sees every tenant, and Temporal."""

from dataclasses import dataclass

from runtime.backup.make import running_port
from runtime.cli.errors import NoStack
from runtime.cli.running import read_record
from runtime.embedded.folder import DataFolder
from runtime.embedded.postgres import PostgresServer
from runtime.settings import Settings


@dataclass(frozen=True)
class Places:
    """A database address of a role that row-level security does not bind, and Temporal's (None: as TEMPORAL_* say)."""

    database: str
    temporal: str | None


def find_places(settings: Settings) -> Places:
    """The servers the settings name, else those of the stack that runs on the data folder; raises NoStack."""
    if settings.database_url is not None:
        return Places(settings.database_url.get_secret_value(), None)
    record = read_record(settings.data_dir)
    if record is None:
        raise NoStack(f"No stack is running on {settings.data_dir}.")
    folder = DataFolder(settings.data_dir)
    return Places(PostgresServer(folder, port=running_port(folder)).dsn(), record.temporal_address)
