"""Servers that are thrown away: for tests, which each may want their own."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from runtime.embedded.account import account_for_postgres
from runtime.embedded.stack import EmbeddedStack, StackOptions
from runtime.embedded.temporal import SearchAttributeType


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Lend a folder that is removed afterwards.

    Unlike a test runner's own temporary folders, the account that runs Postgres for root can reach it.
    """
    account = account_for_postgres()
    base = Path(tempfile.gettempdir())
    if account and account.blocked_by(base / "x"):
        base = Path("/var/tmp")  # noqa: S108 - mkdtemp makes a private folder with an unguessable name
    folder = Path(tempfile.mkdtemp(prefix="setright-", dir=base))
    try:
        if account:
            folder.chmod(0o711)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def scratch_stack(
    options: StackOptions | None = None, *, search_attributes: Mapping[str, SearchAttributeType] | None = None
) -> AsyncIterator[EmbeddedStack]:
    """Lend a running stack on a folder of its own."""
    with scratch_folder() as folder:
        async with EmbeddedStack(folder / "data", options, search_attributes=search_attributes) as stack:
            yield stack
