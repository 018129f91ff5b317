"""What a turn leaves behind: rows that are written once, whoever retries, and read as they were written."""

from datetime import timedelta

import pytest
from psycopg import AsyncConnection
from pydantic import JsonValue

from domain.errors import Conflict, InvalidInput, NotFound
from store.contexts import insert_context, read_context
from store.facts import insert_fact, read_fact, read_facts
from store.handoffs import accept_handoff, insert_handoff, list_handoffs, read_handoff
from store.pools import Pools
from store.procedures import read_procedure, save_procedure
from store.ratings import Rating, read_rating, save_rating
from store.snoozes import list_snoozed, snooze_ticket, wake_ticket
from tests.integration.store.makers import NOW, make_context, make_packet, make_procedure, opened


async def test_the_first_snapshot_under_a_key_stays(pools: Pools) -> None:
    """An activity that runs again gets the facts that its first run decided on."""
    ref = await opened(pools)
    async with pools.customer(ref.tenant, ref.customer_id) as conn:
        first = await insert_context(conn, ref, turn=1, key="1/gather", context=make_context("Ada"), at=NOW)
        again = await insert_context(conn, ref, turn=1, key="1/gather", context=make_context("Bob"), at=NOW)
        other = await insert_context(conn, ref, turn=2, key="2/gather", context=make_context("Bob"), at=NOW)
        assert first == again != other
        assert await read_context(conn, ref.tenant, first) == make_context("Ada")
    async with pools.customer(ref.tenant, "c-2") as conn:
        with pytest.raises(NotFound):
            await read_context(conn, ref.tenant, first)


async def test_a_read_action_has_one_answer(pools: Pools) -> None:
    """The first answer under an action's id stays; a ticket's answers are read in order, or turn by turn."""
    ref = await opened(pools)
    async with pools.customer(ref.tenant, ref.customer_id) as conn:
        ids: list[int] = []
        for number, turn in ((1, 1), (1, 1), (2, 1), (3, 2)):
            action_id = f"{ref.ticket_id}/a{number}"
            body: dict[str, JsonValue] = {"status": "failed", "try": len(ids)}
            ids.append(
                await insert_fact(conn, ref, turn=turn, action_id=action_id, name="refund_status", body=body, at=NOW)
            )
        assert ids[0] == ids[1]
        assert (await read_fact(conn, ref.tenant, ids[0])).body == {"status": "failed", "try": 0}
        assert [fact.id for fact in await read_facts(conn, ref.tenant, ref.ticket_id)] == [ids[0], *ids[2:]]
        assert [fact.id for fact in await read_facts(conn, ref.tenant, ref.ticket_id, turn=2)] == [ids[3]]
        with pytest.raises(NotFound):
            await read_fact(conn, ref.tenant, ids[-1] + 1)


async def test_a_handoff_is_taken_by_one_operator(pools: Pools) -> None:
    """The first to accept has it; accepting again is no harm, another operator is refused."""
    ref = await opened(pools)
    async with pools.operator(ref.tenant) as conn:
        number = await insert_handoff(conn, ref, 3, make_packet())
        assert await insert_handoff(conn, ref, 3, make_packet("billing")) == number
        assert (await read_handoff(conn, ref.tenant, number)).packet == make_packet()
        row = await accept_handoff(conn, ref.tenant, number, "op-1", NOW)
        assert await accept_handoff(conn, ref.tenant, number, "op-1", NOW + timedelta(hours=1)) == row
        with pytest.raises(Conflict):
            await accept_handoff(conn, ref.tenant, number, "op-2", NOW)
        assert await list_handoffs(conn, ref.tenant) == []
        assert await list_handoffs(conn, ref.tenant, ticket_id=ref.ticket_id, waiting=False) == [row]
        with pytest.raises(NotFound):
            await accept_handoff(conn, ref.tenant, number + 1, "op-1", NOW)


async def test_urgent_handoffs_come_first(pools: Pools) -> None:
    """A queue shows urgent ones first, and only its own."""
    ref = await opened(pools)
    async with pools.operator(ref.tenant) as conn:
        calm = await insert_handoff(conn, ref, 1, make_packet())
        urgent = await insert_handoff(conn, ref, 2, make_packet(urgent=True))
        billing = await insert_handoff(conn, ref, 3, make_packet("billing"))
        assert [row.id for row in await list_handoffs(conn, ref.tenant, queue="support")] == [urgent, calm]
        assert [row.id for row in await list_handoffs(conn, ref.tenant)] == [urgent, calm, billing]


async def test_a_packet_of_the_first_version_is_read(pools: Pools, superuser: AsyncConnection) -> None:
    """Rows that an older release wrote, with results as it kept them, lack only what it did not know."""
    ref = await opened(pools)
    async with pools.operator(ref.tenant) as conn:
        number = await insert_handoff(conn, ref, 1, make_packet())
    old = """
        {"reason": "angry", "queue": "support", "urgent": false, "created_at": "2026-11-01T09:00Z", "summary": "1",
         "intents": [], "slots": {}, "known": {"tier": "vip"}, "evidence": [], "attachments": [], "told_customer": "",
         "open_question": "", "suggested_next_step": "",
         "tried": [{"action_id": "T-00000001/a1", "name": "issue_refund",
         "status": "failed", "code": "wrong_status", "amount": null, "context_id": 7, "fact_id": null,
         "is_read_back": false, "is_pending": false}]}
    """
    await superuser.execute("update setright.handoffs set packet = %s::jsonb where id = %s", (old, number))
    await superuser.commit()
    async with pools.operator(ref.tenant) as conn:
        packet = (await read_handoff(conn, ref.tenant, number)).packet
    assert (packet.version, packet.known_from, packet.waiting, packet.promise) == (1, {}, (), None)
    assert [(tried.name, tried.event) for tried in packet.tried] == [("issue_refund", None)]


async def test_a_ticket_is_put_off_for_one_operator(pools: Pools) -> None:
    """Their newest word counts, it ends by itself, and nobody else's view changes."""
    ref = await opened(pools)
    soon, later = NOW + timedelta(hours=1), NOW + timedelta(hours=5)
    async with pools.operator(ref.tenant) as conn:
        with pytest.raises(InvalidInput):
            await snooze_ticket(conn, ref, by="op-1", until=NOW, at=NOW)
        await snooze_ticket(conn, ref, by="op-1", until=soon, at=NOW)
        await snooze_ticket(conn, ref, by="op-1", until=later, at=NOW)
        assert [it.until for it in await list_snoozed(conn, ref.tenant, "op-1", soon)] == [later]
        assert await list_snoozed(conn, ref.tenant, "op-2", NOW) == []
        assert await list_snoozed(conn, ref.tenant, "op-1", later) == []
        await wake_ticket(conn, ref, by="op-1", at=soon)
        assert await list_snoozed(conn, ref.tenant, "op-1", soon) == []


async def test_the_last_rating_counts(pools: Pools) -> None:
    """A customer who changes their mind replaces their rating."""
    ref = await opened(pools)
    worst, best = Rating(score=1, rated_by="c-1", at=NOW), Rating(score=5, comment="Well done", rated_by="c-1", at=NOW)
    async with pools.customer(ref.tenant, ref.customer_id) as conn:
        assert await read_rating(conn, ref.tenant, ref.ticket_id) is None
        await save_rating(conn, ref, worst)
        await save_rating(conn, ref, best)
        assert await read_rating(conn, ref.tenant, ref.ticket_id) == best


async def test_a_ticket_finds_the_version_it_was_started_with(pools: Pools) -> None:
    """Every version of a procedure is kept as it was, and saved once."""
    versions = [make_procedure("1" * 64), make_procedure("2" * 64)]
    async with pools.operator("meridian") as conn:
        assert [await save_procedure(conn, "meridian", version, NOW) for version in versions] == [True, True]
        assert not await save_procedure(conn, "meridian", versions[0], NOW)
        assert await read_procedure(conn, "meridian", "returns", "1" * 64) == versions[0]
    async with pools.operator("tidewater") as conn:
        with pytest.raises(NotFound):
            await read_procedure(conn, "tidewater", "returns", "1" * 64)
