"""A backup put back takes the chain back: that is on record, it verifies, and damage is still found."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr

from domain.event import TicketEvent
from domain.ids import new_ticket_id
from domain.ticket import IdentityLevel, TicketRef
from runtime.audit.keeper import HeadKeeper
from runtime.audit.run import verify
from runtime.backup.make import make_backup
from runtime.backup.restore import restore_backup
from runtime.database import embedded_secret, open_pools, role_password
from runtime.embedded.ports import LOOPBACK
from runtime.embedded.postgres import DATABASE
from runtime.embedded.scratch import scratch_folder
from runtime.embedded.stack import EmbeddedStack, StackOptions
from runtime.settings import Settings
from store.events import append_events
from store.inbox import IncomingMessage, Stub, accept_message
from store.migrate import migrate
from store.pools import SIZES, Pools
from store.roles import set_passwords

BEGAN = datetime.now(UTC) - timedelta(hours=1)


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder for data folders and backups."""
    with scratch_folder() as folder:
        yield folder


async def record(pools: Pools, ref: TicketRef, seq: int) -> None:
    """Record one event."""
    event = TicketEvent(seq=seq, kind="turn_finished", at=BEGAN + timedelta(seconds=seq))
    async with pools.operator(ref.tenant) as conn:
        await append_events(conn, ref.tenant, ref.ticket_id, [event])


async def test_a_restored_backup_is_on_record_and_verifies(place: Path) -> None:
    """The file of kept heads stays the present one; what it knows beyond the backup is excused, and nothing before."""
    settings, backup = Settings.load(data_dir=place / "data"), place / "b.tar.gz"
    ref = TicketRef(
        tenant="meridian", ticket_id=new_ticket_id(), customer_id="c-1", channel="api", identity=IdentityLevel.proven
    )
    async with EmbeddedStack(settings.data_dir, StackOptions(has_temporal=False)) as stack:
        await migrate(stack.database_url)
        secret = embedded_secret(settings.data_dir)
        await set_passwords(stack.database_url, {role: role_password(secret, role) for role in SIZES})
        url = SecretStr(f"postgresql://{LOOPBACK}:{stack.postgres.port}/{DATABASE}")
        running = settings.model_copy(update={"database_url": url, "role_secret": secret})
        pools = await open_pools(running)
        async with pools.operator("meridian") as conn:
            await accept_message(conn, ref, IncomingMessage(text="Hello?", at=BEGAN), stub=Stub())
        await record(pools, ref, 1)
        keeper = HeadKeeper(pools, running)
        await keeper.keep(BEGAN)
        await make_backup(settings, backup)
        await record(pools, ref, 2)
        await keeper.keep(BEGAN)
        await pools.close()
    assert (await verify(settings, None, has_heads=True)).problems == ()

    await restore_backup(settings, backup, is_forced=True)

    report = await verify(settings, None, has_heads=True)
    assert (report.problems, report.events, report.kept_heads, report.restores) == ((), 1, 2, 1)
    assert report.has_checked_signatures
    async with EmbeddedStack(settings.data_dir, StackOptions(has_temporal=False)) as stack:
        async with await psycopg.AsyncConnection.connect(stack.database_url) as conn:
            await conn.execute("set session_replication_role = replica")
            await conn.execute("delete from setright.events")
            await conn.execute("delete from setright.tenant_heads")
        damaged = await verify(settings, None, has_heads=True)  # on a stack that is up
    assert [problem.seq for problem in damaged.problems] == [1]
