"""A refund on its way from shadow to auto: what the customer hears, what is done, and what the evidence says."""

from datetime import UTC, datetime
from typing import Any

from activities.desk import scope_of
from domain.action import ProposedAction
from domain.approval import DecisionVerdict
from domain.handoff import HandoffReason
from domain.message import AuthorKind
from domain.ticket import TicketRef, TicketStatus, WaitingFor
from store.autonomy import open_cases
from store.corrections import read_lessons
from store.drafts import read_draft
from store.events import read_events
from store.tickets import read_ticket
from tests.support.api_desk import ApiDesk, serving
from tests.support.harness import Harness, eventually

REFUNDS = ("refund_request", "arrived_damaged", "product_broken")


async def set_level(desk: ApiDesk, level: str) -> None:
    """Set the level of everything that may lead to a refund of what is broken."""
    for procedure in REFUNDS:
        await desk.post(f"/v1/autonomy/{procedure}/levels", level=level, reason="The story goes on.")


async def standing(desk: ApiDesk, procedure: str) -> dict[str, Any]:
    """What is known of a procedure."""
    shown = (await desk.http.get("/v1/autonomy")).json()["procedures"]
    found: dict[str, Any] = next(it for it in shown if it["procedure"] == procedure)
    return found


async def ref_of(shop: Harness, ticket_id: str) -> TicketRef:
    """The ticket, for looking behind the API."""
    async with shop.desk.pools.operator(shop.tenant) as conn:
        return (await read_ticket(conn, shop.tenant, ticket_id)).ref


async def kept(shop: Harness, ref: TicketRef, kind: str) -> list[dict[str, Any]]:
    """The bodies of a ticket's events of one kind."""
    async with shop.desk.pools.operator(ref.tenant) as conn:
        return [dict(event.body) for event in await read_events(conn, ref.tenant, ref.ticket_id) if event.kind == kind]


async def refunds(shop: Harness, ref: TicketRef) -> list[str]:
    """How the ledger says that the ticket's refunds ended."""
    return [str(action.status) for action in await shop.actions(ref) if action.action == "issue_refund"]


async def in_the_back_office(shop: Harness, ref: TicketRef, body: dict[str, Any]) -> None:
    """Somebody carries the same action out with the shop's own tools, beside Setright."""
    backend, now = shop.desk.tenant(ref.tenant).backend, datetime.now(UTC)
    context = await backend.gather(scope_of(ref), now)
    prepared = backend.prepare(context, ProposedAction.model_validate(body), {})
    await backend.perform(scope_of(ref), prepared, "typed-by-a-person", now)


async def in_shadow(shop: Harness, desk: ApiDesk) -> None:
    """Nothing is sent but one sentence, nothing is done; a person does it, and the records show that it is the same."""
    await set_level(desk, "shadow")
    ref = await ref_of(shop, await desk.ask("cus_dan", "My TV arrived with a cracked screen. Refund me, please."))
    row = await shop.ticket(ref)
    assert (row.status, row.waiting_for) == (TicketStatus.open, WaitingFor.operator)
    assert [handoff.reason for handoff in await shop.handoffs(ref)] == [HandoffReason.shadow]
    assert not await shop.approvals(ref)
    assert "colleague" in await shop.last_reply(ref)
    [would] = await kept(shop, ref, "reply_shadowed")
    [action] = would["actions"]
    assert "1,299" not in await shop.last_reply(ref)
    await in_the_back_office(shop, ref, action)
    await desk.post(f"/v1/tickets/{ref.ticket_id}/reply", text="It is paid back.", solves=True)
    await desk.until(ref.ticket_id, "solved")
    found = await standing(desk, would["procedure"])
    assert (found["level"], found["advice"]) == ("shadow", "too_few")
    assert (found["tally"]["cases"], found["agreement"]["count"], found["agreement"]["of"]) == (1, 1, 1)


async def in_suggest(shop: Harness, desk: ApiDesk) -> None:
    """The operator approves the write and sends the draft; the customer hears nothing of the assistant in between."""
    await set_level(desk, "suggest")
    ref = await ref_of(shop, await desk.ask("cus_oli", "My vase arrived broken and I want my money back."))
    assert [handoff.reason for handoff in await shop.handoffs(ref)] == [HandoffReason.suggestion]
    assert len([m for m in await shop.messages(ref) if m.author is AuthorKind.assistant]) == 1
    await shop.decide(ref, DecisionVerdict.approved)

    async def is_suggested() -> bool:
        return len(await kept(shop, ref, "reply_suggested")) > 1

    await eventually(is_suggested, within=20)
    assert await refunds(shop, ref) == ["succeeded"]
    assert len([m for m in await shop.messages(ref) if m.author is AuthorKind.assistant]) == 1
    body = (await kept(shop, ref, "reply_suggested"))[-1]
    async with shop.desk.pools.operator(ref.tenant) as conn:
        draft = await read_draft(conn, ref.tenant, int(body["draft"]))
    await desk.post(f"/v1/tickets/{ref.ticket_id}/reply", text=draft.text, solves=True)
    await desk.until(ref.ticket_id, "solved")
    found = await standing(desk, str(body["procedure"]))
    assert (found["tally"]["sent_as_is"], found["agreement"]["share"]) == (1, 1.0)
    async with shop.desk.pools.operator(ref.tenant) as conn:
        assert not await open_cases(conn, ref.tenant, ref.ticket_id)


async def in_approve(shop: Harness, desk: ApiDesk) -> None:
    """Replies go out; a small refund that policy allows waits for a person all the same."""
    await set_level(desk, "approve")
    ticket_id = await desk.ask("cus_pam", "My yoga mat arrived torn, I want a refund.")
    ref = await ref_of(shop, ticket_id)
    assert not await shop.handoffs(ref)
    await desk.say(ticket_id, "yes")
    [request] = await shop.approvals(ref)
    assert "autonomy" in request.rules
    await shop.decide(ref, DecisionVerdict.declined, reason="The photo shows another mat.")
    await desk.until(ticket_id, "solved")
    assert await refunds(shop, ref) == []
    found = await standing(desk, str((await shop.ticket(ref)).intent))
    assert (found["tally"]["declined"], found["agreement"]["of"]) == (1, 1)


async def in_auto(shop: Harness, desk: ApiDesk) -> None:
    """Policy alone decides."""
    await set_level(desk, "auto")
    ticket_id = await desk.ask("cus_kim", "My kettle arrived broken, I want a refund.")
    await desk.say(ticket_id, "yes")
    await desk.until(ticket_id, "solved")
    assert await refunds(shop, await ref_of(shop, ticket_id)) == ["succeeded"]
    lines = (await desk.http.get(f"/v1/autonomy/{REFUNDS[0]}/levels")).json()["levels"]
    assert [(line["before"], line["level"]) for line in reversed(lines)] == [
        ("auto", "shadow"),
        ("shadow", "suggest"),
        ("suggest", "approve"),
        ("approve", "auto"),
    ]


async def test_a_refund_is_promoted_from_shadow_to_auto(shop: Harness) -> None:
    """Each level on the real engine, each a ticket of its own; the evidence follows."""
    async with serving(shop) as desk:
        await in_shadow(shop, desk)
        await in_suggest(shop, desk)
        await in_approve(shop, desk)
        await in_auto(shop, desk)


async def test_an_accepted_correction_is_learned_without_a_restart(shop: Harness) -> None:
    """The next message is read by a head that was taught it; the digest of what it was taught is on record."""
    words = "The zibble of my order has gone all frumpy."
    async with serving(shop) as desk:
        before = await ref_of(shop, await desk.ask("cus_gia", words))
        read = (await kept(shop, before, "classified"))[0]
        assert "lessons" not in read
        for again in ("My zibble is frumpy.", "frumpy zibble, what now"):
            await desk.say(before.ticket_id, again)
        path = f"/v1/tickets/{before.ticket_id}/corrections"
        for message in [m for m in await shop.messages(before) if m.author is AuthorKind.customer]:
            made = await desk.post(path, intent="product_broken", seq=message.seq)
            await desk.post(f"/v1/corrections/{made['id']}/review", verdict="accepted")
        after = await ref_of(shop, await desk.ask("cus_oli", words))
        taught = (await kept(shop, after, "classified"))[0]
        async with shop.desk.pools.operator(shop.tenant) as conn:
            assert taught["lessons"] == (await read_lessons(conn, shop.tenant)).digest
        assert taught["wishes"][0][0]["intent"] == "product_broken"
        assert taught["wishes"][0][0] != (read["wishes"][0] or [None])[0]
