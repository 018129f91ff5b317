"""The doctor's checks on real servers: silent on sound ones, and each finding what it is there to find."""

import asyncio
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from temporalio import workflow
from temporalio.api.operatorservice.v1 import RemoveSearchAttributesRequest
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from domain.event import TicketEvent
from domain.ids import new_ticket_id
from domain.ticket import IdentityLevel, TicketRef
from runtime.doctor import database, servers, workflows
from runtime.doctor.examine import LIVE_CHECKS
from runtime.doctor.site import LiveSite
from store.events import append_events
from store.inbox import IncomingMessage, Stub, accept_message
from store.migrate import read_migrations
from store.outbox import mark_delivered

pytestmark = pytest.mark.asyncio(loop_scope="module")

TENANT = "meridian"
LAST = read_migrations()[-1]


async def write_ticket(live: LiveSite, age: timedelta) -> TicketRef:
    """A ticket whose first message came that long ago, and of which no workflow has heard."""
    ref = TicketRef(
        tenant=TENANT, ticket_id=new_ticket_id(), customer_id="cus_1", channel="api", identity=IdentityLevel.proven
    )
    message = IncomingMessage(text="Where is my order?", at=datetime.now(UTC) - age)
    async with live.pools.operator(TENANT) as conn:
        await accept_message(conn, ref, message, stub=Stub())
    return ref


async def record(live: LiveSite, ref: TicketRef, *, kind: str = "message_received") -> None:
    """What the first turn of a ticket records."""
    event = TicketEvent.model_validate({"seq": 1, "kind": kind, "at": datetime.now(UTC), "body": {"seq": 1}})
    async with live.pools.operator(TENANT) as conn:
        await append_events(conn, TENANT, ref.ticket_id, [event])


async def deliver(live: LiveSite, ref: TicketRef) -> None:
    """What the API does when the workflow has heard of the message."""
    async with live.pools.relay() as conn:
        await mark_delivered(conn, ref, "message", 1, datetime.now(UTC))


async def as_owner(live: LiveSite, *statements: str) -> None:
    """Change the database by hand."""
    async with await psycopg.AsyncConnection.connect(live.owner_dsn) as conn:
        for statement in statements:
            await conn.execute(statement.encode())


async def test_a_sound_stack_passes_every_check(sound: LiveSite) -> None:
    """Nothing is reported where nothing is wrong, and a young message is not yet overdue."""
    ref = await write_ticket(sound, timedelta(seconds=5))
    assert [(await check(sound)).verdict for check in LIVE_CHECKS] == ["ok"] * len(LIVE_CHECKS)
    await record(sound, ref)
    await deliver(sound, ref)


async def test_a_message_nobody_was_told_of_is_found(sound: LiveSite) -> None:
    """After a minute the relay should have delivered it; and after two somebody should have answered."""
    ref = await write_ticket(sound, timedelta(minutes=10))
    found = await database.check_outbox(sound)
    assert found.verdict == "fail"
    assert ref.ticket_id in found.detail
    stuck = await database.check_stuck(sound)
    assert stuck.verdict == "fail"
    assert ref.ticket_id in stuck.detail
    await deliver(sound, ref)
    assert (await database.check_outbox(sound)).verdict == "ok"
    assert (await database.check_stuck(sound)).verdict == "fail"
    await record(sound, ref)
    assert (await database.check_stuck(sound)).verdict == "ok"


async def test_a_changed_past_is_found(sound: LiveSite) -> None:
    """Whoever can write to the disk can change an event, but not unnoticed."""
    ref = await write_ticket(sound, timedelta(0))
    await record(sound, ref)
    await deliver(sound, ref)
    change = "update setright.events set body = '{\"seq\": %d}' where ticket_id = '%s'"
    await as_owner(sound, "set session_replication_role = replica", change % (2, ref.ticket_id))
    found = await database.check_audit(sound)
    assert found.verdict == "fail"
    assert ref.ticket_id in found.detail
    await as_owner(sound, "set session_replication_role = replica", change % (1, ref.ticket_id))
    assert (await database.check_audit(sound)).verdict == "ok"


@pytest.mark.parametrize(
    ("broken", "mended", "told"),
    [
        (
            "update setright.migrations set sha256 = 'x' || sha256 where number = 2",
            "update setright.migrations set sha256 = substr(sha256, 2) where number = 2",
            "0002",
        ),
        (
            "insert into setright.migrations (number, name, sha256) values (999, 'later', 'x')",
            "delete from setright.migrations where number = 999",
            "this program knows",
        ),
        (
            f"delete from setright.migrations where number = {LAST.number}",
            f"insert into setright.migrations values ({LAST.number}, '{LAST.name}', '{LAST.sha256}')",
            "1 not applied",
        ),
    ],
)
async def test_a_schema_that_does_not_fit_is_found(sound: LiveSite, broken: str, mended: str, told: str) -> None:
    """A migration that was edited, one that a newer program made, one that is missing."""
    await as_owner(sound, broken)
    try:
        found = await database.check_migrations(sound)
    finally:
        await as_owner(sound, mended)
    assert found.verdict == "fail"
    assert told in found.detail
    assert (await database.check_migrations(sound)).verdict == "ok"


@workflow.defn(name="ticket")
class BrokenTicket:
    """A ticket whose code raises what Temporal takes for a bug: the task is tried again for ever."""

    @workflow.run
    async def run(self) -> None:
        """Fail."""
        raise RuntimeError


@pytest.mark.timeout(120)
async def test_a_workflow_that_fails_again_and_again_is_found(sound: LiveSite) -> None:
    """A worker that was killed in the middle is tried once more; a bug is tried for ever."""
    async with Worker(
        sound.temporal, task_queue="broken", workflows=[BrokenTicket], workflow_runner=UnsandboxedWorkflowRunner()
    ):
        handle = await sound.temporal.start_workflow("ticket", id="ticket:T-BR0KEN00", task_queue="broken")
        try:
            while (found := await workflows.check_workflow_tasks(sound)).verdict == "ok":
                await asyncio.sleep(0.3)
        finally:
            await handle.terminate()
    assert "ticket:T-BR0KEN00" in found.detail
    assert (await workflows.check_workflow_tasks(sound)).verdict == "ok"


async def test_servers_tell_their_versions(sound: LiveSite) -> None:
    """Numbers that a bug report can be made of."""
    assert "pgvector 0." in (await servers.check_postgres(sound)).detail
    assert sound.record.temporal_address in (await servers.check_temporal(sound)).detail


async def test_an_unregistered_search_attribute_is_found(sound: LiveSite) -> None:
    """It would stop every ticket, so it is named with the command that registers it; last, for it is not put back."""
    request = RemoveSearchAttributesRequest(namespace="default", search_attributes=["SetrightTenant"])
    await sound.temporal.operator_service.remove_search_attributes(request)
    found = await workflows.check_search_attributes(sound)
    assert (found.verdict, "SetrightTenant" in found.todo) == ("fail", True)
