"""Long tickets continue as new between turns: nothing acknowledged is lost, and the ticket goes on where it was."""

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import WorkflowExecutionStatus
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from adapters.assistants.port import Assistant
from domain.approval import DecisionVerdict
from domain.ids import TenantId, workflow_id
from domain.message import AuthorKind
from domain.ticket import TicketStatus
from runtime.wiring import open_desk
from store.audit import verify_chain
from store.events import read_events
from tests.acceptance.test_story_02_big_refund import waiting
from tests.support.harness import Harness, cloned_database, eventually
from tests.support.servers import Servers
from workflows.ticket import SEARCH_ATTRIBUTES

#: So few events that every second turn continues as new; the server's own figure is 4,096.
SUGGEST_AT = 45


@pytest.fixture
async def short(servers: Servers, assistants: Mapping[TenantId, Assistant]) -> AsyncIterator[Harness]:
    """A harness on a real server that suggests continue-as-new after a few events."""
    path = shutil.which("temporal", path=str(Path(sys.executable).parent))
    flags = ["--dynamic-config-value", f"limit.historyCount.suggestContinueAsNew={SUGGEST_AT}"]
    async with (
        await WorkflowEnvironment.start_local(
            data_converter=pydantic_data_converter, dev_server_existing_path=path, dev_server_extra_args=flags
        ) as environment,
        cloned_database(servers.superuser_url) as database,
    ):
        await environment.client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(
                namespace=environment.client.namespace,
                search_attributes={key.name: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD for key in SEARCH_ATTRIBUTES},
            )
        )
        settings = servers.settings(database)
        async with open_desk(settings, assistants) as desk:
            shop = Harness(settings=settings, client=environment.client, desk=desk, superuser_url=servers.superuser_url)
            async with shop.worker():
                yield shop


async def runs_of(shop: Harness, ticket_id: str) -> int:
    """How many runs the ticket's workflow has had."""
    found = shop.client.list_workflows(f"WorkflowId = '{workflow_id(ticket_id)}'")
    return len([run async for run in found if run.status is not WorkflowExecutionStatus.FAILED])


async def test_messages_across_many_runs_are_read_once_and_in_order(short: Harness) -> None:
    """Ten messages, sent while runs end and begin: each read once, in order, one chain of events, no gap."""
    ref = await short.open("cus_gia", "How long do I have to return something?")
    questions = ["How do I return an item?", "How long does a refund to a card take?", "Do gift cards expire?"] * 3
    for question in questions:
        seq = await short.accept(ref, question, is_new=False)
        await short.nudge(ref, seq)
        await asyncio.sleep(0.05)

    async def read() -> list[object]:
        async with short.desk.pools.operator(ref.tenant) as conn:
            events = await read_events(conn, ref.tenant, ref.ticket_id)
        return [event.body["seq"] for event in events if event.kind == "message_received"]

    async def is_read() -> bool:
        return seq in await read()

    await eventually(is_read, within=40)
    assert await runs_of(short, ref.ticket_id) > 1
    messages = await short.messages(ref)
    assert [m.text for m in messages if m.author is AuthorKind.customer][1:] == questions
    assert await read() == [m.seq for m in messages if m.author is AuthorKind.customer]
    async with short.desk.pools.operator(ref.tenant) as conn:
        assert await verify_chain(conn, ref.tenant) == []


async def test_a_pause_on_approval_survives_continuing_as_new(short: Harness) -> None:
    """The pending request, its digest and its expiry travel along; the decision is still taken once."""
    ref = await waiting(short)
    for question in ("How long does a refund to a card take?", "Do gift cards expire?"):
        await short.say(ref, question)
    assert await runs_of(short, ref.ticket_id) > 1
    await short.decide(ref, DecisionVerdict.approved)
    await short.until(ref, TicketStatus.solved)
    assert [a.status for a in await short.actions(ref) if a.action == "issue_refund"] == ["succeeded"]
