"""One real Postgres for the session, with the example store, and in it two tenants for each test: the named people.

The back end connects as the roles it has in production; the superuser plants faults and looks at everything.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from itertools import count

import pytest
from psycopg import AsyncConnection

from adapters.backends.shop.backend import ShopBackend
from adapters.backends.shop.generate.bulk import replace_tenant
from adapters.backends.shop.generate.load import load_example
from adapters.backends.shop.install import install
from adapters.backends.shop.provider.client import PaymentProvider
from store.roles import role_dsn, set_passwords
from tests.integration.adapters.backends.till import TODAY, Pool, Till, named_people
from tests.support.databases import running_postgres

SECRETS = {"customer_scope": "customer-secret", "payment_provider": "provider-secret"}
_numbers = count(1)


@pytest.fixture(scope="session")
def database() -> Iterator[str]:
    """The superuser's DSN of a database with the example store; the roles can log in."""
    with running_postgres() as server:
        asyncio.run(_fill(server.dsn()))
        yield server.dsn()


@pytest.fixture
async def superuser(database: str) -> AsyncIterator[AsyncConnection]:
    """A connection that no check binds."""
    async with await AsyncConnection.connect(database, autocommit=True) as conn:
        yield conn


@pytest.fixture
async def till(database: str, superuser: AsyncConnection) -> AsyncIterator[Till]:
    """The back end for two tenants of the test's own."""
    number = next(_numbers)
    shop, saas = f"shop_{number}", f"saas_{number}"
    for tenant, original in ((shop, "meridian"), (saas, "tidewater")):
        await replace_tenant(superuser, tenant, named_people(original))
    async with AsyncExitStack() as stack:
        rows, books = [
            await stack.enter_async_context(Pool(role_dsn(database, role, secret), min_size=1, max_size=8, open=False))
            for role, secret in SECRETS.items()
        ]
        provider = PaymentProvider(books)
        stack.push_async_callback(provider.aclose)
        yield Till(backend=ShopBackend(rows, provider), provider=provider, superuser=superuser, tenant=shop, saas=saas)


async def _fill(dsn: str) -> None:
    async with await AsyncConnection.connect(dsn, autocommit=True) as conn:
        await install(conn)
        await load_example(conn, TODAY)
    await set_passwords(dsn, SECRETS)
