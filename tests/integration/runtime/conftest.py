"""What the tests of the embedded servers share: a folder that is thrown away, and running servers on it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from runtime.embedded.folder import DataFolder
from runtime.embedded.postgres import PostgresServer
from runtime.embedded.scratch import scratch_folder


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A data folder's place; the folder itself does not exist yet."""
    with scratch_folder() as folder:
        yield folder / "data"


@pytest.fixture
def folder(data_dir: Path) -> Iterator[DataFolder]:
    """A data folder held by this test."""
    folder = DataFolder(data_dir)
    folder.prepare()
    with folder.held():
        yield folder


@pytest.fixture
async def postgres(folder: DataFolder) -> AsyncIterator[PostgresServer]:
    """A Postgres that has been started; the test may stop it or kill it."""
    server = PostgresServer(folder)
    await server.start()
    yield server
    await server.stop()
