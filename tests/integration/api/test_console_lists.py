"""The console's lists of what waits for people: approvals decided in place and several at once, handoffs, levels."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
import pytest_asyncio
from lxml import html
from pydantic import JsonValue

from domain.approval import Settlement
from domain.event import EventDraft
from domain.handoff import HandoffPacket, HandoffReason
from domain.operator import OperatorRole
from domain.ticket import TicketRef, TicketStatus, WaitingFor
from store.approvals import DecisionRow, settle_approval
from store.drafts import NewDraft, insert_draft
from store.handoffs import insert_handoff
from store.ticket_page import list_answers
from store.tickets import TicketChanges, project_ticket
from tests.integration.api.calling import Api, now
from tests.integration.api.console_desk import Console, Operator, running_console, texts
from tests.integration.api.ticket_double import told, waiting_for_approval, working

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the pools live as long as the session
LIST, WAITS = "/console/approvals", WaitingFor.operator


@pytest_asyncio.fixture(loop_scope="session")
async def console(live_api: Api) -> AsyncIterator[Console]:
    """A console over a real Temporal, whose tickets answer."""
    async with running_console(live_api.deps) as console, working(console.api):
        yield console


@pytest_asyncio.fixture(loop_scope="session")
async def anna(console: Console) -> AsyncIterator[Operator]:
    """Somebody who may approve everything."""
    async with console.operator(OperatorRole.approver, approves=("*",)) as anna:
        yield anna


async def _asked(console: Console, *, expires_in: float = 7200) -> tuple[TicketRef, str]:
    """A ticket that waits for approval, and the digest of what is asked."""
    ref = await console.api.ticket(status=TicketStatus.on_hold)
    request = await console.api.approval(ref, expires_in=expires_in)
    await waiting_for_approval(console.api, ref, request)
    return ref, request.action.args_sha256


async def _answers(console: Console, ref: TicketRef) -> list[DecisionRow]:
    async with console.api.pools.operator(ref.tenant) as conn:
        return await list_answers(conn, ref.tenant, ref.ticket_id)


def _waiting(*refs: TicketRef) -> list[str]:
    return [f"card-{ref.ticket_id}-a1" for ref in refs]


async def test_what_waits_is_filtered_by_the_address(console: Console, anna: Operator) -> None:
    """By expiry, by what this person may decide; snoozed ones apart; a filter that is none shows nothing."""
    (soon, _), (later, _) = await _asked(console, expires_in=1800), await _asked(console)
    page = await anna.page(LIST)
    assert page.xpath("//article/@id") == _waiting(soon, later)
    assert texts(page, "//nav[@class='views']/a") == [
        "All that waits 2", "Mine to decide 2", "Expiring 1", "Snoozed 0", "role support 2", "issue refund 2",
    ]  # fmt: skip
    assert texts(page, "//pre")[0] == "Issue a refund of €54.00"
    assert texts(page, "//article//span[contains(@class, 'badge')]")[0].startswith("expires in 29 min")
    assert (await anna.page(f"{LIST}?q=expires:1h")).xpath("//article/@id") == _waiting(soon)
    assert (await anna.page(f"{LIST}?q=role:money")).xpath("//article/@id") == []
    assert "Did you mean “expires:”" in texts(await anna.page(f"{LIST}?q=expire:1h"), "//*[@data-error]")[0]

    await anna.send(f"{LIST}/{later.ticket_id}/a1/snooze", status=303, until="hour")
    assert (await anna.page(LIST)).xpath("//article/@id") == _waiting(soon)
    assert (await anna.page(f"{LIST}?q=is:snoozed")).xpath("//article/@id") == _waiting(later)

    async with console.operator(OperatorRole.approver, approves=("money",)) as mona:
        page = await mona.page(LIST)
        assert texts(page, "//nav[@class='views']/a")[1] == "Mine to decide 0"
        assert page.xpath("//article//button[not(@disabled)]") == []
    async with console.operator(OperatorRole.viewer) as vic:
        chosen = f"{soon.ticket_id}/a1:{'0' * 64}"
        refused = await vic.send(f"{LIST}/bulk", status=403, verdict="approved", chosen=chosen)
        assert "the role of approver" in refused.text


async def test_several_are_decided_each_bound_to_its_own_digest(console: Console, anna: Operator) -> None:
    """One that was changed meanwhile and one that somebody else decided are told; they hold up no other."""
    asked = [await _asked(console) for _ in range(3)]
    chosen = [f"{ref.ticket_id}/a1:{digest}" for ref, digest in asked]
    async with console.operator(OperatorRole.approver, approves=("*",)) as bert:
        first, digest = asked[0]
        await bert.send(f"{LIST}/{first.ticket_id}/a1/decisions", status=303, verdict="approved", args_sha256=digest)
        # Another digest than the one that was shown: what is asked has changed.
        chosen[1] = f"{asked[1][0].ticket_id}/a1:{'0' * 64}"
        reasonless = await anna.send(f"{LIST}/bulk", status=422, verdict="declined", chosen=chosen)
        assert "A reason is needed" in reasonless.text
        answer = await anna.send(f"{LIST}/bulk", verdict="declined", reason="It was used.", chosen=chosen)
    assert "Declined: 1 of 3." in answer.text
    assert f"approved by {bert.name} at 20" in answer.text
    assert "What was decided is not what is asked for" in answer.text
    page = html.fromstring(answer.text)
    assert [text.split(": ")[0] for text in texts(page, "//div[@id='bulk-outcome']//li")] == [
        f"{ref.ticket_id}/a1" for ref, _ in asked[:2]
    ]
    decided = (await _answers(console, asked[2][0]))[0]
    slot = Settlement(approval_id=decided.approval_id, how="declined", decision_id=decided.id, at=now())
    async with console.api.pools.operator(console.api.tenant) as conn:
        await settle_approval(conn, asked[2][0], slot)
    [row] = (await anna.page(LIST)).xpath("//tbody/tr")
    assert [" ".join(cell.text_content().split()) for cell in row][1:] == [
        f"{asked[2][0].ticket_id} Issue a refund", "declined", anna.name, "It was used.",
    ]  # fmt: skip
    (decision,) = [it for name, it in await told(console.api, asked[2][0].ticket_id) if name == "decide"]
    assert (decision["verdict"], decision["decided_by"]) == ("declined", anna.name)
    assert not [name for name, _ in await told(console.api, asked[1][0].ticket_id) if name == "decide"]


async def test_late_handoffs_come_first_and_are_taken_given_on_and_put_off(console: Console) -> None:
    """By queue, with what was promised in words; what somebody has put off is out of their own lists alone."""
    api = console.api
    due, late, quiet = [await api.ticket() for _ in range(3)]
    at = now()
    for ref, changes in (
        (due, TicketChanges(waiting_for=WAITS, queue="billing", sla_due_at=at + timedelta(minutes=40))),
        (late, TicketChanges(waiting_for=WAITS, queue="support", sla_breached_at=at, assigned_to="somebody")),
        (quiet, TicketChanges(waiting_for=WAITS, queue="support", is_urgent=True)),
    ):
        async with api.pools.operator(ref.tenant) as conn:
            await project_ticket(conn, ref, 1, at, **changes)
    async with api.pools.operator(due.tenant) as conn:
        await insert_handoff(conn, due, 1, _packet(at))

    async with console.operator() as olga, console.operator() as bert:
        page = await olga.page("/console/handoffs")
        assert page.xpath("//article/@data-ticket") == [ref.ticket_id for ref in (late, quiet, due)]
        assert texts(page, "//nav[@class='views']/a") == [
            "All that wait 3", "Late 1", "Due within 1 h 1", "Mine 0", "Nobody's 2", "Snoozed 0",
            "billing 1", "support 2",
        ]  # fmt: skip
        assert [text.split(" in ")[0] for text in texts(page, "//article//span[contains(@class, 'badge')]")] == [
            "promise broken", "nothing promised", "urgent", "due",
        ]  # fmt: skip
        assert "Ann wants her money" in texts(page, "//article[3]/p[@class='said']")[0]
        assert "the customer asked for a person" in texts(page, "//article[3]/p")[0]

        move = "/console/handoffs/moves"
        await olga.send(move, status=303, verb="take_over", ticket=quiet.ticket_id)
        await olga.send(move, status=303, verb="assign", to="queue:billing", ticket=quiet.ticket_id)
        await olga.send(move, status=303, verb="snooze", until="morning", ticket=late.ticket_id)
        assert [name for name, _ in await told(api, quiet.ticket_id)] == ["take_over", "assign"]
        left = [due.ticket_id, late.ticket_id]
        in_queue = await olga.page("/console/handoffs?q=is:unassigned sla:1h")
        assert in_queue.xpath("//article/@data-ticket") == left[:1]
        assert (await olga.page("/console/handoffs?q=is:breached")).xpath("//article/@data-ticket") == []
        assert (await olga.page("/console/handoffs?q=is:snoozed")).xpath("//article/@data-ticket") == left[1:]
        assert (await bert.page("/console/handoffs?q=is:breached")).xpath("//article/@data-ticket") == left[1:]
        inbox = "/console/inbox?q=is:waiting"
        assert late.ticket_id not in (await olga.page(inbox)).xpath("//li/@data-ticket")
        page = await bert.page(inbox)
        assert late.ticket_id in page.xpath("//li/@data-ticket")
        assert texts(page, f"//li[@data-ticket='{late.ticket_id}']//span[contains(@class, 'bad')]") != []
        bulk = await bert.send("/console/inbox/bulk", verb="snooze", until="hour", ticket=left)
        assert "Snooze: 2 of 2." in bulk.text


def _packet(at: datetime) -> HandoffPacket:
    return HandoffPacket(
        reason=HandoffReason.asked_for_person,
        queue="billing",
        urgent=False,
        created_at=at,
        summary="Ann wants her money.\nHer order was found.\nNothing was paid back.",
        intents=("refund_request",),
        slots={},
        known={},
        tried=(),
        evidence=(),
        attachments=(),
        told_customer="A person answers.",
        open_question="",
        suggested_next_step="Answer.",
    )


async def test_levels_are_set_with_a_reason_and_corrections_tried_before_they_are_accepted(console: Console) -> None:
    """An approver lowers and is not offered to raise; an effect is shown first; a viewer changes nothing."""
    api, path = console.api, "/console/autonomy"
    ref = await api.ticket()
    read: JsonValue = [[{"intent": "late_refund", "confidence": 700}]]
    await api.happened(ref, EventDraft(kind="classified", body={"seqs": [1], "wishes": read}))
    async with console.operator(OperatorRole.approver) as anna, console.operator(OperatorRole.admin) as ada:
        lower = f"{path}/procedures/late_refund/level"
        assert "A reason is needed" in (await anna.send(lower, status=422, level="shadow", reason=" ")).text
        await anna.send(lower, status=303, level="suggest", reason="A new wording.")
        page = await anna.page(path)
        card = "//article[@id='procedure-late_refund']"
        assert page.xpath(f"{card}//option/@value") == ["shadow"]
        [line] = texts(page, f"{card}//li")
        assert line.endswith(f"auto → suggest by {anna.name}: A new wording.")
        assert "too few cases" in texts(page, card)[0]
        await anna.send(lower, status=403, level="auto", reason="Enough.")
        assert (await ada.page(path)).xpath(f"{card}//option/@value") == ["shadow", "approve", "auto"]

        corrected = f"/console/tickets/{ref.ticket_id}/corrections"
        await anna.send(corrected, status=303, intent="return_item", seq=1, note="She wants to send it back.")
        page = await anna.page(path)
        assert page.xpath("//article//button[@value='accepted']") == []
        [shows] = page.xpath("//a[contains(@href, '?try=')]/@href")
        page = await anna.page(shows, block="autonomy-corrections")
        assert texts(page, "//article//tbody/tr[1]/td[position() > 1]") == ["0.0 %", "1.0 % better"]
        number = shows.rpartition("=")[2]
        await anna.send(f"{path}/corrections/{number}/review", status=303, verdict="accepted")
        assert texts(await anna.page(path), "//div[@id='autonomy-corrections']//p") == [
            (
                "None. An operator corrects how a message was read on its ticket's page; an edited suggestion comes"
                " here by itself."
            )
        ]
    async with console.operator(OperatorRole.viewer) as vic:
        assert (await vic.page(path)).xpath("//form[contains(@action, 'autonomy')]") == []
        await vic.send(lower, status=403, level="shadow", reason="No.")


async def test_an_edited_suggestion_is_reviewed_word_by_word_and_then_shown_to_colleagues(console: Console) -> None:
    """What went and what came is told without colours too; accepted, it stands beside the next such question."""
    api, path = console.api, "/console/autonomy"
    read: JsonValue = [[{"intent": "late_refund", "confidence": 700}]]
    refs = []
    for _ in range(2):
        ref = await api.ticket()
        async with api.pools.operator(ref.tenant) as conn:
            draft = await insert_draft(
                conn, ref, NewDraft(turn=1, text="Your refund of 54 EUR is late; we look into it."), now()
            )
        classified = EventDraft(kind="classified", body={"seqs": [1], "wishes": read})
        await api.happened(ref, classified, EventDraft(kind="reply_suggested", body={"draft": draft.draft_id}))
        async with api.pools.operator(ref.tenant) as conn:
            await project_ticket(conn, ref, 2, now(), intent="late_refund", waiting_for=WaitingFor.operator)
        refs.append(ref)
    async with console.operator(OperatorRole.approver) as anna:
        edited, next_one = refs
        ticket = f"/console/tickets/{next_one.ticket_id}"
        await anna.send(
            f"/console/tickets/{edited.ticket_id}/reply",
            status=303,
            text="Sorry, your refund is late; we look into it.",
        )
        page = await anna.page(path)
        assert texts(page, "//article//del") == ["taken out: Your ;", "taken out: of [amount] ;"]
        assert texts(page, "//article//ins") == ["put in: Sorry, your ;"]
        [shows] = page.xpath("//a[contains(@href, '?try=')]/@href")
        assert "cannot be measured, nothing held out" in texts(await anna.page(shows), "//article")[0]
        assert (await anna.page(ticket)).xpath("//section[@id='reply']//details") == []
        await anna.send(f"{path}/corrections/{shows.rpartition('=')[2]}/review", status=303, verdict="accepted")
        assert texts(await anna.page(ticket), "//section[@id='reply']//details//p[@class='said']") == [
            "Sorry, your refund is late; we look into it."
        ]
        await anna.send(f"{ticket}/corrections", status=303, seq=1, reply="It is late, sorry.")
        assert "put in: It is late, sorry.;" in texts(await anna.page(path), "//article//ins")
