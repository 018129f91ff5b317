"""A real Postgres on a folder of its own."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from runtime.embedded.folder import DataFolder
from runtime.embedded.postgres import PostgresServer
from runtime.embedded.scratch import scratch_folder


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """Start a server, and stop it again."""
    with scratch_folder() as folder:
        data = DataFolder(folder / "data")
        data.prepare()
        server = PostgresServer(data)
        with data.held():
            asyncio.run(server.start())
            yield server
            asyncio.run(server.stop())
