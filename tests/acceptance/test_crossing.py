"""What crosses on the way: decisions, replies and closes that come while something else is being written down."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from psycopg import AsyncConnection

from domain.approval import DecisionVerdict
from domain.ids import workflow_id
from domain.message import AuthorKind
from domain.points import on_reach
from domain.ticket import TicketRef, TicketStatus
from store.events import read_events
from store.inbox import IncomingMessage, accept_message
from tests.acceptance.test_story_02_big_refund import BROKEN, waiting
from tests.support.harness import Harness, eventually
from workflows.state import CloseAsked, OperatorReplied
from workflows.ticket import TicketWorkflow

QUESTION = "How long does a refund to a card take?"


@asynccontextmanager
async def recording_held(shop: Harness, ref: TicketRef) -> AsyncIterator[None]:
    """Keep the ticket's row locked, so that whatever is being recorded waits until the block ends."""
    async with await AsyncConnection.connect(shop.superuser_address()) as conn:
        await conn.execute("select from setright.tickets where ticket_id = %s for no key update", [ref.ticket_id])
        yield


async def read_seqs(shop: Harness, ref: TicketRef) -> list[object]:
    """The messages that events say were read, in order."""
    async with shop.desk.pools.operator(ref.tenant) as conn:
        events = await read_events(conn, ref.tenant, ref.ticket_id)
    return [event.body["seq"] for event in events if event.kind == "message_received"]


async def test_a_decision_that_comes_while_a_turn_is_recorded_counts(shop: Harness) -> None:
    """Approved while the answer to a question is being written down: the refund is made all the same."""
    ref = await waiting(shop)
    seq = await shop.accept(ref, QUESTION, is_new=False)
    handle = shop.client.get_workflow_handle(workflow_id(ref.ticket_id))

    async def is_recording() -> bool:
        pending = (await handle.describe()).raw_description.pending_activities
        return any(activity.activity_type.name == "record_turn" for activity in pending)

    async with recording_held(shop, ref):
        await shop.nudge(ref, seq)
        await eventually(is_recording, within=20)
        await shop.decide(ref, DecisionVerdict.approved)
    await shop.until(ref, TicketStatus.solved)
    assert [a.status for a in await shop.actions(ref) if a.action == "issue_refund"] == ["succeeded"]


async def test_a_decision_that_comes_before_the_workflow_knows_of_its_request_counts(shop: Harness) -> None:
    """The request is committed and the activity that did it does not come back: whoever sees the row may decide."""

    def break_down(point: str) -> None:
        if point == "record_turn.committed":
            raise ConnectionError

    ref = await shop.open("cus_dan", BROKEN)
    seq = await shop.accept(ref, "yes please", is_new=False)

    async def is_asked() -> bool:
        return len(await shop.approvals(ref)) == 1

    on_reach(break_down)
    try:
        await shop.nudge(ref, seq)
        await eventually(is_asked, within=20)
        receipt = await shop.decide(ref, DecisionVerdict.approved)
    finally:
        on_reach(None)
    assert receipt.how == "approved"
    await shop.until(ref, TicketStatus.solved)
    assert [a.status for a in await shop.actions(ref) if a.action == "issue_refund"] == ["succeeded"]


async def test_a_message_that_an_operator_answers_is_read(shop: Harness) -> None:
    """The nudge for the customer's words is late and the operator's reply is not: both are in the trail."""
    ref = await shop.open("cus_ben", "I sent my headphones back three weeks ago and still have no money.")
    seq = await shop.accept(ref, "Any news?", is_new=False)
    async with shop.desk.pools.operator(ref.tenant) as conn:
        words = IncomingMessage(author=AuthorKind.operator, author_id="olga", text="Tomorrow.", at=await shop.now())
        reply = await accept_message(conn, ref, words)
    handle = shop.client.get_workflow_handle(workflow_id(ref.ticket_id))
    await handle.execute_update(TicketWorkflow.reply, OperatorReplied(seq=reply.seq, by="olga", solves=True))
    await shop.until(ref, TicketStatus.solved)
    await shop.nudge(ref, seq)  # at last; it is known by now
    await asyncio.sleep(1)
    assert await read_seqs(shop, ref) == [1, seq]


async def test_a_message_that_was_accepted_before_a_close_is_answered_first(shop: Harness) -> None:
    """The customer wrote a moment before an operator closed: the answer goes out, then the ticket is closed."""
    ref = await shop.open("cus_gia", "How long do I have to return something?")
    seq = await shop.accept(ref, QUESTION, is_new=False)
    handle = shop.client.get_workflow_handle(workflow_id(ref.ticket_id))
    await handle.execute_update(TicketWorkflow.close, CloseAsked(by="olga"))
    await shop.until(ref, TicketStatus.closed)
    assert await read_seqs(shop, ref) == [1, seq]
    assert [m.author for m in await shop.messages(ref)].count(AuthorKind.assistant) == 2
