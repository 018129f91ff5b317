"""A real Postgres and a real Temporal for the doctor to look at, sound until a test breaks something."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from runtime.cli.running import StackRecord
from runtime.doctor.site import LiveSite, Site
from runtime.embedded.scratch import scratch_folder
from runtime.embedded.stack import EmbeddedStack, StackOptions
from runtime.settings import Settings
from runtime.wiring import connect_temporal
from store.migrate import migrate
from store.pools import SIZES, Pools
from store.roles import role_dsn, set_passwords
from workflows.ticket import SEARCH_ATTRIBUTES

TENANT = "meridian"


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A folder for the module's servers."""
    with scratch_folder() as folder:
        yield folder / "data"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sound(place: Path) -> AsyncIterator[LiveSite]:
    """A stack without a worker, as the doctor sees it."""
    async with EmbeddedStack(
        place, StackOptions(has_ui=False), search_attributes={key.name: "Keyword" for key in SEARCH_ATTRIBUTES}
    ) as stack:
        await migrate(stack.database_url)
        await set_passwords(stack.database_url, {role: f"{role}-secret" for role in SIZES})
        pools = await Pools.open({role: role_dsn(stack.database_url, role, f"{role}-secret") for role in SIZES})
        settings = Settings.load(data_dir=place)
        record = StackRecord(
            pid=1, api_url="", temporal_ui=None, temporal_address=stack.temporal_address, keys={TENANT: ""}
        )
        site = replace(Site.of(settings), record=record, now=datetime.now(UTC))
        try:
            yield LiveSite(site, record, stack.database_url, pools, await connect_temporal(stack.temporal_address))
        finally:
            await pools.close()
