"""schemathesis over the whole description, for every kind of caller: nothing breaks, and what is answered is described.

A real server on a real Postgres and a real Temporal. CI gives a few callers seconds; `make fuzz` gives all minutes.
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
import uvicorn
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from api.deps import ApiDeps
from api.rates import RateLimits
from api.schemas.base import TICKET
from domain.event import EventDraft
from store.hooks import NewHook, create_hook
from tests.integration.api.calling import Api, keeping, now, running_api
from tests.integration.api.ticket_double import working

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the pools live as long as the session

SECONDS = int(os.environ.get("FUZZ_SECONDS", "4"))
SEED = 20261123
#: Who calls: with which scopes, as whose operator. The last is of the other tenant, the first two have no key.
CALLERS: dict[str, tuple[str, ...] | None] = {
    "nobody": None,
    "a wrong key": None,
    "a reader": ("tickets_read", "approvals_read"),
    "a writer": ("tickets_write", "identity_assert"),
    "an approver": ("approvals_read", "approvals_decide"),
    "an operator": ("tickets_read", "operators"),
    "an administrator": ("admin",),
    "another tenant": ("admin",),
}
#: What CI tries each time; `make fuzz` tries all of them.
SHORT = {"nobody", "a writer", "an administrator"}


@pytest_asyncio.fixture(loop_scope="session")
async def fuzzed(deps: ApiDeps, temporal_address: str) -> AsyncIterator[Api]:
    """The API with a real Temporal, and with no limit that such a flood would meet."""
    client = await Client.connect(temporal_address, data_converter=pydantic_data_converter)
    limits = RateLimits(per_key=10_000, per_tenant=40_000, failures=10_000)
    queue = f"queue-of-{next(iter(deps.tenants))}"
    async with running_api(replace(keeping(deps), temporal=client, task_queue=queue, limits=limits)) as api:
        yield api


@asynccontextmanager
async def served(api: Api) -> AsyncIterator[str]:
    """The application on a real socket; streams and waits end at once, so that no request lasts."""
    api.app.state.services.bell.stop()
    server = uvicorn.Server(uvicorn.Config(api.app, port=0, lifespan="off", log_config=None, access_log=False))
    serving = asyncio.create_task(server._serve())
    try:
        while not server.started:
            await asyncio.sleep(0.02)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving


async def plant(api: Api) -> None:
    """Things of the tenant, and a description whose examples name them, so that they are found."""
    ref = await api.ticket()
    await api.approval(ref)
    await api.happened(ref, EventDraft(kind="ticket_opened", body={"channel": "api", "identity": "proven"}))
    number = ref.ticket_id[2:]
    async with api.pools.operator(api.tenant) as conn:
        hook = NewHook(hook_id=f"H-{number}", direction="inbound", source="crm", created_by="test", at=now())
        await create_hook(conn, api.tenant, hook)
    api.app.openapi_schema = json.loads(json.dumps(api.app.openapi()).replace(TICKET[2:], number))


@pytest.mark.parametrize("caller", [name for name in CALLERS if name in SHORT or SECONDS > 20])
@pytest.mark.timeout(SECONDS * 2 + 120)
async def test_nothing_breaks_and_everything_is_described(fuzzed: Api, caller: str, tmp_path: Path) -> None:
    """No 5xx, no answer that the description does not tell of, no bad request that is taken, no good one refused."""
    scopes = CALLERS[caller]
    tenant = fuzzed.other_tenant if caller == "another tenant" else fuzzed.tenant
    header: dict[str, str] = {"Authorization": f"Bearer srk_{'A' * 43}"} if caller == "a wrong key" else {}
    if scopes is not None:
        header = await fuzzed.key(*scopes, operator_id="op-1", tenant=tenant)
    await plant(fuzzed)
    async with working(fuzzed), served(fuzzed) as url:
        report = await run_schemathesis(url, header, tmp_path)
    assert report.endswith("\n0"), report


async def run_schemathesis(url: str, headers: dict[str, str], folder: Path) -> str:
    """Run it in a process of its own; returns what it said and, on the last line, its exit code."""
    options = [
        "--checks=all",
        "--phases=examples,coverage,fuzzing,stateful",
        "--mode=all",
        f"--max-examples={SECONDS * 10}",
        f"--seed={SEED}",
        "--generation-allow-x00=true",
        f"--max-time={SECONDS}",
        "--request-timeout=20",
        "--suppress-health-check=all",
        # It waits for tickets to be closed by their workflows, and the stand-in that runs here projects nothing.
        "--exclude-operation-id=forget_customer",
        "--continue-on-failure",
        "--no-color",
        *(f"--header={name}:{value}" for name, value in headers.items()),
    ]
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).parent / "schemathesis"),
        f"--config-file={Path(__file__).with_suffix('.toml')}",
        "run",
        f"{url}/openapi.json",
        *options,
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        said, _ = await process.communicate()
    finally:
        with suppress(ProcessLookupError):
            process.kill()
    return f"{said.decode()}\n{process.returncode}"
