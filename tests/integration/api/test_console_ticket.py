"""A ticket's page over HTTP, without scripts: what is shown to whom, and what each press does."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from pydantic import JsonValue

from console import app as console
from console.options import ConsoleOptions
from domain.event import EventDraft, checked_event
from domain.operator import OperatorRole
from domain.ticket import TicketRef, TicketStatus, WaitingFor
from domain.verification import Claim, Finding, Verification
from store.conflicts import passages_of
from store.drafts import NewDraft, insert_draft, save_findings
from store.inbox import IncomingMessage, accept_message
from store.knowledge import Article, Passage, replace_article
from store.messages import Attachment, read_messages
from store.replies import post_reply
from store.tickets import project_ticket
from tests.integration.api.calling import Api, now
from tests.integration.api.console_desk import seated
from tests.integration.api.ticket_double import told, waiting_for_approval, working
from tests.support.forms import form_with

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the pools live as long as the session
HTML = '<script>alert(1)</script> & "quoted" <b>bold</b>'
_APPROVE = ("verdict", "approved")


@dataclass
class Browser:
    """A browser without scripts: it keeps cookies, sends forms as they stand and follows where it is sent."""

    http: httpx2.AsyncClient
    name: str

    async def get(self, path: str, **headers: str) -> httpx2.Response:
        """Go to a page."""
        return await self.http.get(path, headers=headers)

    async def press(
        self,
        page: str,
        action: str,
        button: tuple[str, str] | None = None,
        *,
        fragment: str | None = None,
        **typed: str,
    ) -> httpx2.Response:
        """Press a button of a form of the page, with something typed into its fields (`arg_x` stands for `arg.x`)."""
        form = form_with(page, action, button)
        typed = {name.replace("arg_", "arg."): value for name, value in typed.items()}
        data = form.fields | ({button[0]: button[1]} if button else {}) | typed
        headers = {"Origin": "http://console"} | ({"X-Fragment": fragment} if fragment else {})
        return await self.http.post(form.action, data=data, headers=headers)


@dataclass
class Desk:
    """The API's process with its console, and who sits at it until the test has ended."""

    api: Api
    seats: AsyncExitStack

    async def sit(self, role: OperatorRole = OperatorRole.approver, approves: tuple[str, ...] = ("*",)) -> Browser:
        """Somebody signed in with a role."""
        name, http = await self.seats.enter_async_context(seated(self.api, role, approves))
        return Browser(http, name)

    async def waiting(self, approvers: int = 1) -> tuple[TicketRef, str]:
        """A ticket that waits for approval, and the path of its page."""
        ref = await self.api.ticket(status=TicketStatus.on_hold)
        request = await self.api.approval(ref, approvers=approvers)
        await waiting_for_approval(self.api, ref, request)
        return ref, f"/console/tickets/{ref.ticket_id}"


@pytest_asyncio.fixture(loop_scope="session")
async def desk(live_api: Api) -> AsyncIterator[Desk]:
    """The console over a real Temporal, whose tickets answer."""
    console.install(live_api.app, ConsoleOptions())
    async with working(live_api), AsyncExitStack() as seats:
        yield Desk(live_api, seats)


async def _decisions(desk: Desk, ref: TicketRef) -> list[dict[str, Any]]:
    return [decision for name, decision in await told(desk.api, ref.ticket_id) if name == "decide"]


async def test_the_page_tells_all_and_customers_words_are_text(desk: Desk) -> None:
    """Conversation, card, customer, path and files are there; HTML, hidden characters and long texts do no harm."""
    ref, path = await desk.waiting()
    file = Attachment.of('a "b".html', "text/html", b"<script>alert(1)</script>")
    async with desk.api.pools.operator(ref.tenant) as conn:
        for text, files in ((HTML, (file,)), ("word\n" * 3000, ())):
            await accept_message(conn, ref, IncomingMessage(text=text, at=now(), attachments=files))
    await desk.api.happened(
        ref,
        EventDraft(kind="turn_finished", body={"trigger": "message", "path": ["classify", "plan", "act"]}),
    )
    someone = await desk.sit()

    page = (await someone.get(path)).text

    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp;" in page
    assert "<script>alert" not in page
    assert "Show the rest: 1" in page  # 15,000 characters less the first lines
    assert "Issue a refund of €54.00" in page
    assert "big_refunds" in page
    assert 'aria-label="The turn went classify, plan, act; it ended in act."' in page
    assert f'data-ticket-open="{ref.ticket_id}"' in page
    assert page.count(f'data-live="{ref.ticket_id}"') == 2  # one fetch for the ticket, one for the path
    assert 'id="inbox-list"' in page

    answer = await someone.get(f"{path}/messages/2/files/1")
    assert answer.content == file.content
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith('attachment; filename="a _b_.html"')
    assert answer.headers["x-content-type-options"] == "nosniff"

    cards = (await someone.get(path, **{"X-Fragment": "cards"})).text
    assert cards.strip().startswith('<section id="cards"')
    assert 'id="conversation"' not in cards


async def test_approving_takes_the_slot_and_the_second_is_told_who_was_first(desk: Desk) -> None:
    """One press decides; whoever presses later sees by whom and when it was decided, in place."""
    ref, path = await desk.waiting()
    first, second = await desk.sit(), await desk.sit()
    shown = [(await someone.get(path)).text for someone in (first, second)]

    done = await first.press(shown[0], "/a1/decisions", _APPROVE, fragment="cards")
    late = await second.press(shown[1], "/a1/decisions", _APPROVE, fragment="cards")

    assert (done.status_code, done.headers["x-told"]) == (200, "Approved.")
    assert "You have approved this." in done.text
    assert (late.status_code, f"approved by {first.name} at 20" in late.text) == (409, True)
    assert late.text.strip().startswith('<section id="cards"')
    (decision,) = await _decisions(desk, ref)
    assert (decision["verdict"], decision["decided_by"]) == ("approved", first.name)


async def test_an_amendment_is_typed_and_its_errors_stand_beside_the_fields(desk: Desk) -> None:
    """What is no amount stays in its field with what is wrong; a smaller amount becomes the amended action."""
    ref, path = await desk.waiting()
    someone = await desk.sit()
    page = (await someone.get(path)).text
    amend = ("verdict", "amended")

    bad = await someone.press(page, "/a1/decisions", amend, arg_amount="30,5x")
    same = await someone.press(page, "/a1/decisions", amend)
    good = await someone.press(bad.text, "/a1/decisions", amend, arg_amount="30.00")

    assert bad.status_code == 422
    assert re.search(r'name="arg.amount" value="30,5x"[^>]*aria-invalid="true"', bad.text)
    assert "is no amount" in bad.text
    assert 'aria-labelledby="amend-a1-title" open' in bad.text
    assert (same.status_code, "Nothing is changed" in same.text) == (422, True)
    assert good.status_code == 303
    (decision,) = await _decisions(desk, ref)
    assert decision["amended"]["args"]["amount"]["money"] == {"amount": 3000, "currency": "EUR"}


async def test_declining_needs_a_reason_and_says_what_came_of_it(desk: Desk) -> None:
    """Without scripts too: back to the page, which says it once."""
    ref, path = await desk.waiting()
    someone = await desk.sit()
    page = (await someone.get(path)).text
    decline = ("verdict", "declined")

    bare = await someone.press(page, "/a1/decisions", decline)
    done = await someone.press(page, "/a1/decisions", decline, reason="It was <used>.")

    assert (bare.status_code, "A reason is needed" in bare.text) == (422, True)
    assert (done.status_code, done.headers["location"].partition("?")[0]) == (303, path)
    said = await someone.get(done.headers["location"])
    assert "Declined; the customer is told why." in said.text
    assert "It was &lt;used&gt;." in said.text
    assert "the customer is told why" not in (await someone.get(path)).text
    (decision,) = await _decisions(desk, ref)
    assert decision["verdict"] == "declined"


async def test_what_somebody_may_not_decide_is_said_before_and_refused_after(desk: Desk) -> None:
    """A viewer, and an approver of another role, see why; a forged press is refused, and decides nothing."""
    ref, path = await desk.waiting()
    able = await desk.sit()
    page = (await able.get(path)).text
    digest = form_with(page, "/a1/decisions", _APPROVE).fields["args_sha256"]
    for role, approves, why in (
        (OperatorRole.viewer, (), "that takes an approver"),
        (OperatorRole.approver, ("finance",), "approval role “support”"),
    ):
        someone = await desk.sit(role, approves)
        shown = (await someone.get(path)).text
        assert why in shown
        assert "/a1/decisions" not in shown
        csrf = form_with(shown, "/sign-out").fields["csrf"]
        form = {"csrf": csrf, "once": "12345678", "verdict": "approved", "args_sha256": digest}
        answer = await someone.http.post(f"{path}/approvals/a1/decisions", data=form)
        assert answer.status_code == 403
        if role is OperatorRole.viewer:
            assert not re.search(r'action="/console/tickets/[^"]*/(moves|reply)"', shown)
            reply = {"csrf": csrf, "once": "12345678", "text": "Hello"}
            assert (await someone.http.post(f"{path}/reply", data=reply)).status_code == 403
        assert (await someone.http.post(f"{path}/reply", data={**form, "csrf": "x"})).status_code == 403
    assert await _decisions(desk, ref) == []


async def test_two_must_approve_and_nobody_amends_for_both(desk: Desk) -> None:
    """The first one's answer is counted and shown; the amend button says why it is none."""
    ref, path = await desk.waiting(approvers=2)
    first, second = await desk.sit(), await desk.sit()
    page = (await first.get(path)).text
    assert "2 people must approve the same" in page

    counted = await first.press(page, "/a1/decisions", _APPROVE, fragment="cards")
    settled = await second.press((await second.get(path)).text, "/a1/decisions", _APPROVE, fragment="cards")

    assert "Counted" in counted.headers["x-told"]
    assert "It waits for 1 more." in counted.text
    assert settled.headers["x-told"] == "Approved."
    assert len(await _decisions(desk, ref)) == 2


async def test_putting_off_is_no_answer(desk: Desk) -> None:
    """It stays open and says until when; a time after the expiry is refused where it was typed."""
    ref, path = await desk.waiting()  # expires in an hour
    someone = await desk.sit()
    page = (await someone.get(path)).text

    late = await someone.press(page, "/a1/snooze", ("until", "then"), then="2999-01-01T09:00")
    soon = f"{now() + timedelta(minutes=30):%Y-%m-%dT%H:%M}"
    put_off = await someone.press(page, "/a1/snooze", ("until", "then"), fragment="cards", then=soon)

    assert (late.status_code, "before the approval expires" in late.text) == (422, True)
    assert put_off.headers["x-told"].startswith("Put%20off%20until")
    assert "it can be decided all the same" in put_off.text
    assert form_with((await someone.get(path)).text, "/a1/decisions", _APPROVE)
    assert await _decisions(desk, ref) == []


async def test_moves_and_replies_go_through_the_workflow_once(desk: Desk) -> None:
    """A press that is sent twice is done once; what an operator writes is on the page."""
    ref, path = await desk.waiting()
    someone = await desk.sit(OperatorRole.operator)
    page = (await someone.get(path)).text
    take = ("verb", "take_over")

    for _ in range(2):
        taken = await someone.press(page, "/moves", take, fragment="ticket-head")
        sent = await someone.press(page, "/reply", ("solves", "true"), text="I look into it <now>.")
    empty = await someone.press(page, "/reply", text=" ", once="another-key")

    assert "You have this ticket now" in taken.headers["x-told"].replace("%20", " ")
    assert (sent.status_code, empty.status_code) == (303, 422)
    assert "The ticket is solved by it." in (await someone.get(path)).text
    names = [name for name, _ in await told(desk.api, ref.ticket_id)]
    assert names.count("take_over") == names.count("reply") == 1
    async with desk.api.pools.operator(ref.tenant) as conn:
        assert [it.text for it in await read_messages(conn, ref.tenant, ref.ticket_id)][1:] == ["I look into it <now>."]
    assert "I look into it &lt;now&gt;." in (await someone.get(path, **{"X-Fragment": "conversation"})).text


async def test_nothing_is_solved_over_words_that_were_not_on_the_page(desk: Desk) -> None:
    """What came meanwhile is shown, the operator's words stay theirs, and the same press then sends them."""
    ref, path = await desk.waiting()
    someone = await desk.sit(OperatorRole.operator)
    page, words, solve = (await someone.get(path)).text, "All done <here>.", ("solves", "true")
    await desk.api.say(ref, "Wait, there is more.")

    late = await someone.press(page, "/reply", solve, fragment="conversation", text=words)
    plain = await someone.press(page, "/reply", solve, text=words)
    sent = await someone.press(plain.text, "/reply", solve, text=words)

    assert late.status_code == plain.status_code == 409
    assert late.text.strip().startswith('<section id="conversation"')
    for told_so in (late.text, plain.text):
        assert "Wait, there is more." in told_so
        assert "Somebody has written since" in told_so
    assert re.search(r'<textarea id="reply-text"[^>]*>All done &lt;here&gt;.</textarea>', plain.text)
    assert sent.status_code == 303
    assert [name for name, _ in await told(desk.api, ref.ticket_id)].count("reply") == 1


async def test_colleagues_get_notes_and_tickets(desk: Desk) -> None:
    """A note is seen by operators alone; a ticket that people have is given on, and put off by one of them."""
    ref, path = await desk.waiting()
    async with desk.api.pools.operator(ref.tenant) as conn:
        await project_ticket(conn, ref, 2, now(), status=TicketStatus.open, waiting_for=WaitingFor.operator)
    someone, colleague = await desk.sit(OperatorRole.operator), await desk.sit(OperatorRole.operator)
    viewer = await desk.sit(OperatorRole.viewer)
    page = (await someone.get(path)).text

    noted = await someone.press(page, "/notes", fragment="conversation", text="Called <them>.")
    given = await someone.press(page, "/assign", fragment="ticket-head", to=f"operator:{colleague.name}")
    later = await someone.press(page, f"{ref.ticket_id}/snooze", ("until", "hour"), fragment="ticket-head")

    assert "note among operators" in noted.text
    assert "Called &lt;them&gt;." in noted.text
    assert "Called" not in (await viewer.get(path)).text
    assert (given.status_code, given.headers["x-told"]) == (200, f"Given%20to%20{colleague.name}.")
    assert "for%20you%20alone" in later.headers["x-told"]
    assert [name for name, _ in await told(desk.api, ref.ticket_id)] == ["note", "assign"]


async def test_operators_time_is_kept_and_shown(desk: Desk) -> None:
    """The page tells how long somebody was at it; told twice it counts once, and a viewer's time is nobody's."""
    _, path = await desk.waiting()
    someone, viewer = await desk.sit(OperatorRole.operator), await desk.sit(OperatorRole.viewer)
    beat = {"session": "0123456789", "seq": "1", "open": "15000", "active": "12000", "approval": "a1"}
    for browser, status in ((someone, 204), (someone, 204), (viewer, 403)):
        csrf = form_with((await browser.get(path)).text, "/sign-out").fields["csrf"]
        told_so = await browser.http.post(f"{path}/time", data=beat, headers={"X-CSRF": csrf})
        assert told_so.status_code == status
    assert "People were at it for 12 s" in (await someone.get(path)).text


async def test_the_reply_begins_with_what_is_suggested(desk: Desk) -> None:
    """A suggested draft stands in the field with its sources, until somebody has answered."""
    ref, path = await desk.waiting()
    async with desk.api.pools.operator(ref.tenant) as conn:
        draft = await insert_draft(conn, ref, NewDraft(turn=1, text="Thirty <days>.", citations=(7,)), now())
    await desk.api.happened(ref, EventDraft(kind="reply_suggested", body={"seq": 1, "draft": draft.draft_id}))
    someone = await desk.sit(OperatorRole.operator)

    page = (await someone.get(path)).text
    assert re.search(r'<textarea id="reply-text"[^>]*>Thirty &lt;days&gt;.</textarea>', page)
    assert f'{path}/evidence/7"' in page
    assert "Suggested to an operator" in page
    await desk.api.happened(ref, EventDraft(kind="operator_replied", body={"seq": 2, "by": someone.name}))
    assert re.search(r'<textarea id="reply-text"[^>]*></textarea>', (await someone.get(path)).text)


async def test_a_citation_opens_the_passage_as_it_was_then(desk: Desk) -> None:
    """Each sentence links to what it rests on: in the words of then, and how they stand now."""
    ref, path = await desk.waiting()
    await desk.api.knowledge()
    text = "You have thirty days. Anything else?"
    async with desk.api.pools.operator(ref.tenant) as conn:
        (passage_id,) = await passages_of(conn, ref.tenant, ["returns"])
        sent = await insert_draft(conn, ref, NewDraft(turn=1, text=text, citations=(passage_id,)), now())
        held = await insert_draft(conn, ref, NewDraft(turn=1, attempt=2, text="Held <back>."), now())
        await save_findings(conn, ref.tenant, held.draft_id, [Finding(check="promise_not_done")])
        await post_reply(conn, ref, sent, 1, now())
    claim = Claim(number=1, start=0, end=21, supported_by="passage", passage_id=passage_id)
    await desk.api.happened(ref, checked_event(sent.draft_id, 1, Verification(claims=(claim,))))
    someone, viewer = await desk.sit(OperatorRole.operator), await desk.sit(OperatorRole.viewer)

    page = (await someone.get(path)).text
    opened = (await someone.get(f"{path}/evidence/{passage_id}", **{"X-Fragment": "evidence"})).text
    assert f'You have thirty days.<a class="source" href="{path}/evidence/{passage_id}"' in page
    assert "Held back by a check, never sent" in page
    assert "Held &lt;back&gt;." in page
    assert "Held &lt;back&gt;." not in (await viewer.get(path)).text
    assert opened.strip().startswith('<dialog id="evidence"')
    assert "Thirty days." in opened
    assert "holds still" in opened

    article = Article(
        slug="returns", title="Returns", source="r", passages=(Passage(section="How long?", text="Sixty."),)
    )
    async with desk.api.pools.operator(ref.tenant) as conn:
        await replace_article(conn, ref.tenant, article, [[0.0] * 383 + [1.0]], model="none", at=now())
    later = (await viewer.get(f"{path}/evidence/{passage_id}")).text
    assert "Thirty days." in later
    assert re.search(r'<dialog id="evidence"[^>]* open>', later)
    assert "It stands otherwise now, in version 2." in later


async def test_the_history_is_told_opened_and_downloaded(desk: Desk) -> None:
    """Each step has what it saw; Temporal's own events are a click away; the download holds both."""
    ref, path = await desk.waiting()
    wishes: list[JsonValue] = [[{"intent": "refund", "confidence": 930}, {"intent": "returns", "confidence": 40}]]
    await desk.api.happened(
        ref,
        EventDraft(kind="classified", body={"seqs": [1], "wishes": wishes, "signals": [], "language": "en"}),
        EventDraft(kind="action_judged", body={"action": "issue_refund", "verdict": "allow", "rules": ["small"]}),
    )
    someone = await desk.sit(OperatorRole.viewer)

    page = (await someone.get(f"{path}/history")).text
    raw = (await someone.get(f"{path}/history?raw=true")).text
    download = await someone.get(f"{path}/history.json")

    assert "Understood: refund (93 %)." in page
    assert "returns 4.0 %" in page
    assert f'href="{path}#message-1"' in page
    assert ">small<" in page
    assert "WorkflowExecutionStarted" in raw
    assert "attachment" in download.headers["content-disposition"]
    kept = json.loads(download.text)
    assert [event["kind"] for event in kept["events"]["events"]][-2:] == ["classified", "action_judged"]
    assert kept["history"]["runs"]


async def test_other_tenants_and_what_is_not_there(desk: Desk) -> None:
    """Somebody else's ticket, a file, a passage and an approval that are none get the same answer."""
    other = await desk.api.ticket(tenant=desk.api.other_tenant)
    _, path = await desk.waiting()
    someone = await desk.sit(OperatorRole.admin)
    for gone in (f"/console/tickets/{other.ticket_id}", f"{path}/messages/1/files/9", f"{path}/evidence/1"):
        assert (await someone.get(gone)).status_code == 404
    csrf = form_with((await someone.get(path)).text, "/sign-out").fields["csrf"]
    form = {"csrf": csrf, "once": "12345678", "verdict": "approved", "args_sha256": "0" * 64}
    assert (await someone.http.post(f"{path}/approvals/b1/decisions", data=form)).status_code == 404
    assert (await someone.http.post(f"{path}/approvals/a1/decisions", data=form)).status_code == 409  # another digest
