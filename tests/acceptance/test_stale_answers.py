"""An answer that rests on a stale article goes out marked, or, where the tenant says so, a person gets the draft."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from domain.event import TicketEvent
from domain.evidence import Standing
from domain.handoff import HandoffReason
from domain.ticket import TicketRef, TicketStatus
from store.articles import set_fresh_until
from store.drafts import read_draft
from store.events import read_events
from store.evidence import answers_to_review
from store.guardrails import count_guardrails
from tests.support.harness import Harness

QUESTION = "How long do I have to return this?"


async def stale(shop: Harness, answers: Literal["marked", "held"]) -> Harness:
    """The shop with its article about returns past its day, and what becomes of answers that rest on such."""
    async with shop.desk.pools.operator(shop.tenant) as conn:
        await set_fresh_until(conn, shop.tenant, "returns", datetime.now(UTC) - timedelta(days=1))
    of_shop = shop.desk.tenants[shop.tenant]
    config = of_shop.config.model_copy(update={"stale_answers": answers})
    tenants = {**shop.desk.tenants, shop.tenant: replace(of_shop, config=config)}
    return replace(shop, desk=replace(shop.desk, tenants=tenants))


async def checks(shop: Harness, ref: TicketRef) -> list[TicketEvent]:
    """The checks of a ticket's replies, as the record has them."""
    async with shop.desk.pools.operator(shop.tenant) as conn:
        return [event for event in await read_events(conn, shop.tenant, ref.ticket_id) if event.kind == "reply_checked"]


async def test_a_stale_answer_goes_out_and_is_marked_at_once(idle: Harness) -> None:
    """The check names the passage, the ticket's layers count it, and the answer is on the list of those to review."""
    shop = await stale(idle, "marked")
    async with shop.worker():
        ref = await shop.open("cus_gia", QUESTION)
    assert "30 days" in await shop.last_reply(ref)
    assert (await shop.ticket(ref)).status is TicketStatus.solved
    (check,) = await checks(shop, ref)
    now = datetime.now(UTC)
    async with shop.desk.pools.operator(shop.tenant) as conn:
        listed = await answers_to_review(conn, shop.tenant, now, since=now - timedelta(hours=1), limit=10)
        counted = await count_guardrails(conn, shop.tenant, ref.ticket_id)
    assert {(row.ticket_id, row.slug, row.standing) for row in listed} == {(ref.ticket_id, "returns", Standing.stale)}
    assert check.body["stale"] == sorted({row.passage_id for row in listed})
    assert (check.body["held"], counted.after.stale) == (False, 1)


async def test_a_stale_answer_is_held_for_a_person_where_the_tenant_says_so(idle: Harness) -> None:
    """The customer hears that somebody looks first; the operator has the draft, once."""
    shop = await stale(idle, "held")
    async with shop.worker():
        ref = await shop.open("cus_gia", QUESTION)
    said = await shop.last_reply(ref)
    assert "30 days" not in said
    assert "due for a check" in said
    assert (await shop.ticket(ref)).status is TicketStatus.open
    (handoff,) = await shop.handoffs(ref)
    assert handoff.reason == HandoffReason.stale_knowledge
    check, _ = await checks(shop, ref)
    assert check.body["held"] is True
    async with shop.desk.pools.operator(shop.tenant) as conn:
        events = await read_events(conn, shop.tenant, ref.ticket_id)
        (suggested,) = [event.body["draft"] for event in events if event.kind == "reply_suggested"]
        draft = await read_draft(conn, shop.tenant, int(str(suggested)))
    assert "30 days" in draft.text


async def test_a_fresh_answer_is_neither(idle: Harness) -> None:
    """An article that was confirmed since stands as ever, and its checks say nothing of staleness."""
    shop = await stale(idle, "held")
    async with shop.desk.pools.operator(shop.tenant) as conn:
        await set_fresh_until(conn, shop.tenant, "returns", datetime.now(UTC) + timedelta(days=1))
    async with shop.worker():
        ref = await shop.open("cus_gia", QUESTION)
    assert "30 days" in await shop.last_reply(ref)
    (check,) = await checks(shop, ref)
    assert "stale" not in check.body
