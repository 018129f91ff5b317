"""From a command to the API of the running stack."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from runtime.cli.client import ApiClient
from runtime.cli.errors import ApiFailed
from runtime.cli.exit_codes import ExitCode
from runtime.cli.running import StackRecord, find_stack

T = TypeVar("T")


@asynccontextmanager
async def connected(data_dir: Path | None, tenant: str | None) -> AsyncIterator[ApiClient]:
    """Speak to the running stack as one tenant's operator; raises NoStack."""
    record = find_stack(data_dir)
    chosen = record.tenant(tenant)
    async with ApiClient.open(record.api_url, record.keys[chosen]) as client:
        try:
            yield client
        except ApiFailed as error:
            raise _with_other_tenants(error, record, chosen) from None


def tenants_of(data_dir: Path | None) -> tuple[str, ...]:
    """The tenants of the running stack; raises NoStack."""
    return tuple(find_stack(data_dir).keys)


def run(command: Coroutine[object, object, T]) -> T:
    """Run a command's work to its end."""
    return asyncio.run(command)


def _with_other_tenants(error: ApiFailed, record: StackRecord, chosen: str) -> ApiFailed:
    """What is not found in one tenant may be in another: say which there are."""
    others = [name for name in record.keys if name != chosen]
    if error.exit_code is not ExitCode.not_found or not others:
        return error
    todo = f"This looked at the tenant {chosen}; another one is chosen with --tenant ({', '.join(others)})."
    return ApiFailed(error.code, error.text, todo, error.status)
