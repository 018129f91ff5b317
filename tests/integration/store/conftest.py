"""What the tests of the store share: one real Postgres, and one migrated database that each test finds empty.

Tests connect as the roles of the product. The superuser makes databases, empties tables, and plants what no role could.
Cloning a template for each test would cost a second each here, for the checkpoint when the clone is dropped.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from itertools import count

import psycopg
import pytest

from runtime.embedded.postgres import DATABASE, PostgresServer
from store.migrate import migrate
from store.pools import Pools
from store.roles import ROLES, Role, role_dsn, set_passwords
from tests.support.databases import running_postgres

_numbers = count(1)
_EMPTY = """
do $$
declare
    filled text;
begin
    for filled in
        select oid::regclass::text from pg_class
        where relnamespace = 'setright'::regnamespace and relkind = 'r' and relrowsecurity
    loop
        execute 'delete from ' || filled;
    end loop;
end
$$
"""


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresServer]:
    """The embedded Postgres, running."""
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def run_as_superuser(server: PostgresServer) -> Callable[[str], None]:
    """Run a statement about databases or roles."""

    def run(statement: str) -> None:
        with psycopg.connect(server.dsn("postgres"), autocommit=True) as conn:
            conn.execute(statement.encode())

    return run


@pytest.fixture(scope="session")
def migrated(server: PostgresServer) -> str:
    """The superuser's DSN of the migrated database; the roles can log in."""
    dsn = server.dsn(DATABASE)
    asyncio.run(migrate(dsn))
    asyncio.run(set_passwords(dsn, {role: f"{role}-secret" for role in ROLES}))
    return dsn


@pytest.fixture
def empty_database(server: PostgresServer, run_as_superuser: Callable[[str], None]) -> str:
    """The superuser's DSN of a database without our schema; it goes when the server goes."""
    name = f"empty_{next(_numbers)}"
    run_as_superuser(f"create database {name}")
    return server.dsn(name)


@pytest.fixture
def database(migrated: str) -> str:
    """The superuser's DSN of the migrated database, without a row of anybody's."""
    with psycopg.connect(migrated) as conn:
        conn.execute("set session_replication_role = replica")  # what is written once can be deleted by nobody else
        conn.execute(_EMPTY)
    return migrated


@pytest.fixture
def dsns(database: str) -> Mapping[Role, str]:
    """How each role connects to the test's database."""
    return {role: role_dsn(database, role, f"{role}-secret") for role in ROLES}


@pytest.fixture
async def pools(dsns: Mapping[Role, str]) -> AsyncIterator[Pools]:
    """The product's pools on the test's database."""
    pools = await Pools.open({role: dsn for role, dsn in dsns.items() if role != "migrator"})
    yield pools
    await pools.close()


@pytest.fixture
async def superuser(database: str) -> AsyncIterator[psycopg.AsyncConnection]:
    """A connection that no check binds, for planting faults and for reading the catalogue."""
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as conn:
        yield conn
