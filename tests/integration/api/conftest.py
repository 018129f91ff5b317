"""What the tests of the API share: a migrated database on a real Postgres, a real Temporal, and an API of a test's own.

Each test has a tenant of its own, so that one database serves them all.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace
from itertools import count

import psycopg
import pytest
import pytest_asyncio
from psycopg import sql
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from api.deps import ApiDeps
from runtime.embedded.folder import DataFolder
from runtime.embedded.scratch import scratch_folder
from runtime.embedded.temporal import TemporalServer
from store.migrate import migrate
from store.pools import Pools
from store.roles import ROLES, Role, role_dsn, set_passwords
from tests.integration.api.calling import SPECS, TRUST, Api, now, running_api
from tests.support.databases import running_postgres

DATABASE = "api_tests"
_tenants = count(1)


@pytest.fixture(scope="session")
def superuser_dsn() -> Iterator[str]:
    """The superuser's address of the migrated database; the roles can log in."""
    with running_postgres() as server:
        with psycopg.connect(server.dsn("postgres"), autocommit=True) as conn:
            conn.execute(sql.SQL("create database {}").format(sql.Identifier(DATABASE)))
        dsn = server.dsn(DATABASE)
        asyncio.run(migrate(dsn))
        asyncio.run(set_passwords(dsn, {role: f"{role}-secret" for role in ROLES}))
        yield dsn


@pytest.fixture(scope="session")
def postgres(superuser_dsn: str) -> Mapping[Role, str]:
    """How each role connects to the migrated database."""
    return {role: role_dsn(superuser_dsn, role, f"{role}-secret") for role in ROLES}


@pytest_asyncio.fixture(loop_scope="session")
async def superuser(superuser_dsn: str) -> AsyncIterator[psycopg.AsyncConnection]:
    """A connection for looking behind every lock."""
    async with await psycopg.AsyncConnection.connect(superuser_dsn, autocommit=True) as conn:
        yield conn


@pytest.fixture(scope="session")
def temporal_address() -> Iterator[str]:
    """Where the embedded Temporal listens."""
    with scratch_folder() as folder:
        data = DataFolder(folder / "data")
        data.prepare()
        server = TemporalServer(data, has_ui=False)
        with data.held():
            asyncio.run(server.start())
            yield server.address
            asyncio.run(server.stop())


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def pools(postgres: Mapping[Role, str]) -> AsyncIterator[Pools]:
    """The product's pools."""
    pools = await Pools.open({role: dsn for role, dsn in postgres.items() if role != "migrator"}, most=4)
    yield pools
    await pools.close()


@pytest_asyncio.fixture(loop_scope="session")
async def deps(postgres: Mapping[Role, str], pools: Pools) -> ApiDeps:
    """The parts of an API whose Temporal does not answer."""
    tenant, other = (f"shop{next(_tenants)}" for _ in range(2))
    client = await Client.connect("127.0.0.1:9", lazy=True, data_converter=pydantic_data_converter)
    return ApiDeps(
        pools=pools,
        events_dsn=postgres["operator_scope"],
        temporal=client,
        task_queue="api-tests",
        clock=now,
        tenants={tenant: "Meridian Goods", other: "Tidewater"},
        backend_specs={tenant: SPECS},
        hook_key=b"a key for the hooks of these tests",
        temporal_ui="http://127.0.0.1:8233",
        trust={tenant: TRUST},
    )


@pytest_asyncio.fixture(loop_scope="session")
async def api(deps: ApiDeps) -> AsyncIterator[Api]:
    """The API without Temporal: everything is accepted, and left to the relay."""
    async with running_api(deps) as api:
        yield api


@pytest_asyncio.fixture(loop_scope="session")
async def live_api(deps: ApiDeps, temporal_address: str) -> AsyncIterator[Api]:
    """The API with a real Temporal."""
    client = await Client.connect(temporal_address, data_converter=pydantic_data_converter)
    async with running_api(replace(deps, temporal=client, task_queue=f"queue-{next(_tenants)}")) as api:
        yield api
