"""A whole ticket with a chat model attached: over a real client, a real protocol, Temporal and Postgres.

What answers is the shipped model server, which follows rules: these tests say that the plumbing holds, and nothing of
how well a model reads or writes.
"""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from adapters.assistants.port import Assistant
from domain.handoff import HandoffReason
from domain.ids import Label, TenantId
from domain.model_call import CallBegun, CallEnded, CallRow
from domain.ticket import TicketRef, TicketStatus
from runtime.model_server.app import ModelServer, purpose_of
from runtime.model_server.faults import Fault, Script
from runtime.model_server.rules import Call, answer
from runtime.model_server.serve import serving
from runtime.wiring import open_desk
from store.corrections import NewCorrection, insert_correction, insert_review
from store.events import read_events
from store.inbox import IncomingMessage, Stub, accept_message
from store.listen import DRAFTS_CHANNEL, DraftNotice, listening
from store.model_calls import CallKey, begin_call, end_call, list_calls
from tests.acceptance.test_story_01_late_refund import LATE
from tests.support.harness import Harness
from tests.support.servers import Servers, harness

Assistants = Mapping[TenantId, Assistant]
PRICES = {"input": "0.1", "output": "0.4", "cached_read": "0.05"}


@asynccontextmanager
async def attached(servers: Servers, assistants: Assistants, server: ModelServer) -> AsyncIterator[Harness]:
    """A harness whose settings name the model server; without a worker."""
    async with serving(server) as url, harness(servers, assistants) as plain:
        settings = plain.settings.model_validate(
            {
                **plain.settings.model_dump(),
                "model": "openai:any",
                "model_base_url": url,
                "model_prices": PRICES,
                "model_seconds": 3,
            }
        )
        async with open_desk(settings, assistants) as desk:
            yield Harness(settings=settings, client=plain.client, desk=desk, superuser_url=plain.superuser_url)


@asynccontextmanager
async def with_model(servers: Servers, assistants: Assistants, faults: Sequence[Fault] = ()) -> AsyncIterator[Harness]:
    """A harness whose worker asks the model server, which does wrong what it is told to."""
    async with attached(servers, assistants, ModelServer(Script(faults))) as shop, shop.worker():
        yield shop


async def calls_of(shop: Harness, ref: TicketRef) -> list[CallRow]:
    """The ledger of a ticket."""
    async with shop.desk.pools.operator(ref.tenant) as conn:
        return await list_calls(conn, ref.tenant, ref.ticket_id)


async def fallbacks(shop: Harness, ref: TicketRef) -> set[object]:
    """Why the embedded assistant answered."""
    async with shop.desk.pools.operator(ref.tenant) as conn:
        events = await read_events(conn, ref.tenant, ref.ticket_id)
    return {event.body["reason"] for event in events if event.kind == "assistant_fell_back"}


async def test_the_late_refund_is_settled_and_paid_for_to_the_call(servers: Servers, assistants: Assistants) -> None:
    """Story 1 through a model: re-issued once, told, each call in the ledger, the draft shown as it is written."""
    async with with_model(servers, assistants) as shop:
        heard: list[DraftNotice] = []
        async with listening(shop.superuser_address(), DRAFTS_CHANNEL) as notices:
            ref = await shop.open("cus_ada", LATE)
            heard.append(DraftNotice.model_validate_json(await anext(notices)))
        assert (await shop.ticket(ref)).status is TicketStatus.solved
        [action] = await shop.actions(ref)
        assert (action.action, action.status) == ("reissue_refund", "succeeded")
        assert str(action.money) in await shop.last_reply(ref)
        calls = await calls_of(shop, ref)
        assert {call.purpose for call in calls} == {"understand", "plan", "draft"}
        assert {call.outcome for call in calls} == {"answered"}
        assert all(call.microdollars and call.price_source == "config" for call in calls)
        assert len({(call.activity_id, call.attempt, call.number) for call in calls}) == len(calls)
        assert await fallbacks(shop, ref) == set()
        assert heard[0].ticket_id == ref.ticket_id
        assert heard[0].text
        history = await shop.client.get_workflow_handle(f"ticket:{ref.ticket_id}").fetch_history()
        assert "headphones" not in json.dumps(history.to_json_dict())


async def test_a_storm_and_broken_answers_end_with_the_embedded_assistant(
    servers: Servers, assistants: Assistants
) -> None:
    """429 without end for reading, truncated JSON for planning: the ticket is settled all the same, and says how."""
    faults = [Fault(fault="rate_limited", seconds=0, times=3), Fault(fault="truncated_json")]
    async with with_model(servers, assistants, faults) as shop:
        ref = await shop.open("cus_ada", LATE)
        assert (await shop.ticket(ref)).status is TicketStatus.solved
        [action] = await shop.actions(ref)
        assert action.status == "succeeded"
        assert await fallbacks(shop, ref) == {"model_down", "unusable_answer"}
        calls = await calls_of(shop, ref)
        assert [call.outcome for call in calls[:3]] == ["rate_limited"] * 3
        assert [call.attempt for call in calls[:3]] == [1, 2, 3]
        assert {call.outcome for call in calls[3:]} == {"unusable"}
        assert all(call.microdollars is None for call in calls[:3])


async def test_a_spent_budget_ends_with_a_person(servers: Servers, assistants: Assistants) -> None:
    """The ledger's rows count, whoever wrote them: the next message goes to a person, and nothing more is asked."""
    async with with_model(servers, assistants) as shop:
        ref = shop.ref("cus_jon")
        seq = await shop.accept(ref, "Where is my parcel?", is_new=True)
        most = shop.desk.tenants[ref.tenant].model_budget.calls
        async with shop.desk.pools.operator(ref.tenant) as conn:
            for number in range(1, most + 1):
                key = CallKey(workflow_id="w", run_id="r", activity_id="1", attempt=1, number=number)
                begun = CallBegun(purpose="plan", provider="openai", model="any")
                call_id = await begin_call(conn, ref, key, begun, datetime.now(UTC))
                await end_call(conn, ref.tenant, call_id, CallEnded(outcome="answered", latency_ms=1))
        await shop.nudge(ref, seq)
        row = await shop.answered(ref, seq)
        assert row.status is TicketStatus.open
        [handoff] = await shop.handoffs(ref)
        assert handoff.reason == HandoffReason.budget_spent
        assert len(await calls_of(shop, ref)) == most
        assert await shop.last_reply(ref)


async def test_a_model_that_is_down_is_left_alone(servers: Servers, assistants: Assistants) -> None:
    """After five failures in a row nobody asks it for a minute, and the ticket says so."""
    async with with_model(servers, assistants, [Fault(fault="bad_request")]) as shop:
        first = await shop.open("cus_ada", LATE)
        assert (await shop.ticket(first)).status is TicketStatus.solved
        second = await shop.open("cus_cleo", LATE)
        assert await shop.last_reply(second)
        assert "model_resting" in (await fallbacks(shop, first)) | (await fallbacks(shop, second))
        assert len(await calls_of(shop, first)) + len(await calls_of(shop, second)) == 5


QUESTION = "How long do I have to send something back?"


async def worded(shop: Harness, tenant: TenantId, intent: Label, sent: str) -> None:
    """An edited reply to the question that somebody has accepted, of a ticket of its own."""
    ref = shop.ref("cus_worded").model_copy(update={"tenant": tenant})
    new = NewCorrection(
        seq=1, kind="reply", was=intent, intent=intent, words=QUESTION, note=None, corrected_by="olga",
        at=datetime.now(UTC), suggested="You may return it.", sent=sent,
    )  # fmt: skip
    async with shop.desk.pools.operator(tenant) as conn:
        await accept_message(conn, ref, IncomingMessage(text=QUESTION, at=datetime.now(UTC)), stub=Stub())
        number = await insert_correction(conn, ref, new)
        await insert_review(conn, tenant, number, "accepted", reason=None, by="olga", at=datetime.now(UTC))


async def test_an_accepted_wording_is_an_example_for_the_tenants_model_alone(
    servers: Servers, assistants: Assistants
) -> None:
    """Shown as data, behind a prefix that stays the same; a mark out of it never reaches the customer."""
    parrot = {"sentences": [{"text": "It costs [amount].", "cites": []}], "answers": True}
    copies = False

    def rules(asked: Mapping[str, Any]) -> Sequence[Call]:
        is_draft = copies and purpose_of(asked) == "draft"
        return [("reply", parrot)] if is_draft else answer(asked)

    server = ModelServer(rules=rules)
    async with attached(servers, assistants, server) as shop, shop.worker():
        intent = (await shop.ticket(await shop.open("cus_ada", QUESTION))).intent or ""
        ours, theirs = "Zibble: you have [number] days.", "Quux: never."
        await worded(shop, shop.tenant, intent, ours)
        await worded(shop, next(it for it in shop.desk.tenants if it != shop.tenant), intent, theirs)
        ref = await shop.open("cus_cleo", QUESTION)
        asked = [it["messages"] for it in server.received if purpose_of(it) == "draft"]
        assert [ours in str(it[-1]["content"]) for it in asked] == [False, True]
        assert len({str(it[0]["content"]) for it in asked}) == 1
        assert theirs not in json.dumps(server.received)
        history = await shop.client.get_workflow_handle(f"ticket:{ref.ticket_id}").fetch_history()
        assert "Zibble" not in json.dumps(history.to_json_dict())
        copies = True
        copied = await shop.open("cus_kim", QUESTION)
        assert await fallbacks(shop, copied) == {"unusable_answer"}
        assert "[" not in await shop.last_reply(copied)
