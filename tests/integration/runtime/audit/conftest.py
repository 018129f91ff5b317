"""One real Postgres with some tenants' record in it, for the tests of the audit."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from pydantic import SecretStr

from domain.event import TicketEvent
from domain.ids import new_ticket_id
from domain.ticket import IdentityLevel, TicketRef
from runtime.audit.keeper import HeadKeeper
from runtime.database import open_pools, role_password
from runtime.embedded.ports import LOOPBACK
from runtime.embedded.postgres import DATABASE
from runtime.embedded.scratch import scratch_folder
from runtime.settings import Settings
from store.events import append_events
from store.inbox import IncomingMessage, Stub, accept_message
from store.migrate import migrate
from store.pools import SIZES, Pools
from store.roles import set_passwords
from tests.support.databases import running_postgres

SECRET = SecretStr("test-secret-test-secret-test-secret")
TENANTS = ("aurora", "meridian")
TICKETS, BATCHES, PER_BATCH = 4, 3, 2
BEGAN = datetime.now(UTC) - timedelta(hours=1)


@dataclass(frozen=True)
class Record:
    """A database that holds a record, and how its superuser gets in."""

    settings: Settings
    superuser: str

    def intruder(self) -> psycopg.Connection:
        """Somebody whom no trigger and no policy stops."""
        conn = psycopg.connect(self.superuser)
        conn.execute("set session_replication_role = replica")
        return conn


@pytest.fixture(scope="session")
def record() -> Iterator[Record]:
    """Two tenants of four tickets, six events each, recorded in three batches; heads are kept after each."""
    with scratch_folder() as folder, running_postgres() as server:
        settings = Settings.load(
            data_dir=folder / "data",
            audit_heads=folder / "elsewhere" / "audit-heads.jsonl",
            database_url=SecretStr(f"postgresql://{LOOPBACK}:{server.port}/{DATABASE}"),
            role_secret=SECRET,
        )
        asyncio.run(_fill(server.dsn(DATABASE), settings))
        yield Record(settings, server.dsn(DATABASE))


async def _fill(superuser: str, settings: Settings) -> None:
    await migrate(superuser)
    await set_passwords(superuser, {role: role_password(SECRET, role) for role in SIZES})
    pools = await open_pools(settings)
    try:
        keeper = HeadKeeper(pools, settings)
        refs = {tenant: [await _open(pools, tenant, number) for number in range(TICKETS)] for tenant in TENANTS}
        for batch in range(BATCHES):
            for tenant in TENANTS:
                for ref in refs[tenant]:
                    await _record(pools, ref, batch * PER_BATCH + 1)
            assert await keeper.keep(datetime.now(UTC)) == len(TENANTS)
    finally:
        await pools.close()


async def _open(pools: Pools, tenant: str, number: int) -> TicketRef:
    ref = TicketRef(
        tenant=tenant,
        ticket_id=new_ticket_id(),
        customer_id=f"c-{number}",
        channel="api",
        identity=IdentityLevel.proven,
    )
    async with pools.operator(tenant) as conn:
        await accept_message(conn, ref, IncomingMessage(text="Hello?", at=BEGAN), stub=Stub())
    return ref


async def _record(pools: Pools, ref: TicketRef, first: int) -> None:
    events = [
        TicketEvent(
            seq=seq,
            kind="action_performed",
            at=BEGAN + timedelta(seconds=seq),
            body={"action_id": f"{ref.ticket_id}/a{seq}", "amount": {"amount": 100 * seq, "currency": "EUR"}},
        )
        for seq in range(first, first + PER_BATCH)
    ]
    async with pools.operator(ref.tenant) as conn:
        await append_events(conn, ref.tenant, ref.ticket_id, events)
