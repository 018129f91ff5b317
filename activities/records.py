"""The ticket's own rows: the only writer of what happened, committed in one transaction a turn."""

import asyncio
import contextlib
from collections.abc import Sequence

from temporalio import activity
from typing_extensions import override

from activities.comparing import compared_cases, keep_case
from activities.contracts import RecordActivities
from activities.desk import Desk
from activities.doubts import disputes_of, keep_found
from activities.failures import typed_failures
from activities.packet import Story, build_packet
from activities.queueing import chosen
from activities.rendering import render_request
from activities.sight import look, words_of
from activities.standing import clock_after, filled_in, projected
from domain.approval import ApprovalRequest
from domain.ask import HandoffAsk, InboxAsk, InboxRow, OpenAsk, RecordAsk, Recorded, TicketTerms
from domain.conflict import ConflictRefs
from domain.errors import TooManyCodes
from domain.event import EventDraft, TicketEvent
from domain.evidence import EvidenceRef
from domain.handoff import HandoffReason
from domain.message import AuthorKind
from domain.points import reach
from domain.queue import Promise
from domain.reading import part_read
from domain.sla import begin_again
from domain.ticket import TicketStatus, WaitingFor
from store.approvals import insert_request, list_approvals, settle_approval
from store.codes import ask_for_code
from store.drafts import read_draft
from store.events import append_events, read_events
from store.handoffs import accept_handoff, insert_handoff, list_handoffs
from store.inbox import read_inbox
from store.knowledge import read_passages
from store.messages import lock_ticket, read_messages
from store.questions import NewQuestion, save_question
from store.replies import has_newer_words, post_reply
from store.rows import Connection
from store.tickets import TicketChanges, project_ticket, read_ticket


class Records(RecordActivities):
    """Implements the recording of turns; nothing else changes a ticket."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @override
    @activity.defn
    @typed_failures
    async def open_ticket(self, ask: OpenAsk) -> TicketTerms:
        ticket = ask.key.ticket
        windows = self._desk.tenant(ticket.tenant).config.windows
        async with self._desk.pools.operator(ticket.tenant) as conn:
            row = await read_ticket(conn, ticket.tenant, ticket.ticket_id)
        reach("open_ticket.read")
        return TicketTerms(
            status=row.status,
            first_event=row.last_event_seq + 1,
            remind_after=windows.reminder,
            give_up_after=windows.close,
            reopen_window=windows.reopen,
            remind_approver_before=windows.approval_reminder,
            uses_model=self._desk.tenant(ask.key.ticket.tenant).uses_model,
        )

    @override
    @activity.defn
    @typed_failures
    async def read_inbox(self, ask: InboxAsk) -> list[InboxRow]:
        async with self._desk.pools.operator(ask.ticket.tenant) as conn:
            rows = await read_inbox(conn, ask.ticket.tenant, ask.ticket.ticket_id, ask.after)
        reach("read_inbox.read")
        return [row for row in rows if row.author is AuthorKind.customer]

    @override
    @activity.defn
    @typed_failures
    async def record_turn(self, ask: RecordAsk) -> Recorded:
        reach("record_turn.begun")
        ticket = ask.key.ticket
        gap = await self._unanswered(ask)
        compared = await compared_cases(self._desk, ask)
        async with self._desk.pools.operator(ticket.tenant) as conn:
            await lock_ticket(conn, ticket)  # no message slips in between the check for staleness and the reply
            done = await read_events(conn, ticket.tenant, ticket.ticket_id, after=ask.first_seq - 1)
            if done:  # an earlier attempt committed, and its answer was lost
                is_stale = any(event.kind == "reply_dropped" for event in done)
                row = await read_ticket(conn, ticket.tenant, ticket.ticket_id)
                return Recorded(next_seq=ask.first_seq + len(done), is_stale=is_stale, sla=row.sla)
            await self._keep_conflicts(conn, ask)
            await keep_case(conn, ask, compared)
            is_stale = ask.drop_if_stale and await has_newer_words(conn, ticket, ask.read_upto)
            for settlement in ask.settlements:
                await settle_approval(conn, ticket, settlement)
            promise: Promise | None = None
            if not is_stale:
                promise = await self._commit_outcome(conn, ask)
                if gap is not None:
                    await save_question(conn, ticket, ask.key.turn, gap)
            after = (EventDraft(kind="reply_dropped"),) if is_stale else ask.if_fresh
            queues = self._desk.tenant(ticket.tenant).config.policy.staffing
            drafts = await filled_in(conn, ask, (*ask.events, *after), queues, promise)
            clock = ask.sla if is_stale else clock_after(ask, drafts, queues, promise)
            if clock is None and _is_back_with_people(ask, drafts):
                row = await read_ticket(conn, ticket.tenant, ticket.ticket_id)
                clock = begin_again(queues, row.queue or "support", ask.key.now, urgent=row.is_urgent)
            events = _placed(ask, drafts)
            last = ask.first_seq + len(events) - 1
            if not is_stale:
                changes = _changes(ask) | projected(clock, ask, drafts)
                await project_ticket(conn, ticket, last, ask.key.now, **changes)
            for event in events:
                if event.kind in {"handoff_accepted", "operator_replied"}:
                    await self._accept_handoff(conn, ask, str(event.body["by"]))
            if events:
                await append_events(conn, ticket.tenant, ticket.ticket_id, events)
            reach("record_turn.written")
        reach("record_turn.committed")
        return Recorded(next_seq=last + 1, is_stale=is_stale, sla=clock)

    async def _keep_conflicts(self, conn: Connection, ask: RecordAsk) -> None:
        """Keep the contradictions that this turn met, whatever became of its reply."""
        for event in ask.events:
            if event.kind == "evidence_found" and event.body.get("conflicts"):
                await keep_found(
                    conn, ask.key.ticket, ConflictRefs.validate_python(event.body["conflicts"]), ask.key.now
                )

    async def _unanswered(self, ask: RecordAsk) -> NewQuestion | None:
        """What this turn's messages asked, if they went to a person because nothing answers them."""
        ticket = ask.key.ticket
        seqs = [int(str(event.body["seq"])) for event in ask.events if event.kind == "message_received"]
        if ask.handoff is None or ask.handoff.notice.reason is not HandoffReason.no_knowledge or not seqs:
            return None
        async with self._desk.pools.operator(ticket.tenant) as conn:
            messages = await read_messages(conn, ticket.tenant, ticket.ticket_id, after=min(seqs) - 1, upto=max(seqs))
        words = "\n".join(part_read(message).text for message in messages if message.seq in seqs)
        embedder = self._desk.embedder
        vectors = await asyncio.to_thread(embedder.embed, [words])
        return NewQuestion(
            seqs=tuple(seqs),
            language=ask.memory.language,
            model=embedder.name,
            embedding=tuple(vectors[0].tolist()),
            at=ask.key.now,
        )

    async def _commit_outcome(self, conn: Connection, ask: RecordAsk) -> Promise | None:
        """Write what hangs on a reply that is still fresh: the message, approval requests, the packet.

        Returns what the customer was promised by it.
        """
        ticket = ask.key.ticket
        if ask.draft is not None:
            # A handoff's reply goes out even if the customer wrote again: it reads up to whatever is there.
            upto = ask.read_upto if ask.drop_if_stale else 2**31 - 1
            await post_reply(conn, ticket, ask.draft, upto, ask.key.now)
        for request in ask.requests:
            await self._ask(conn, ask, request)
        if any(event.kind == "question_asked" and event.body.get("asks") == "identity" for event in ask.events):
            with contextlib.suppress(TooManyCodes):  # enough were sent today; the reply says how else to prove it
                await ask_for_code(conn, ticket, ask.key.now, unless_live=True)
        if ask.handoff is not None:
            return await self._hand_off(conn, ask, ask.handoff)
        return ask.draft.promise if ask.draft is not None else None

    async def _ask(self, conn: Connection, ask: RecordAsk, request: ApprovalRequest) -> None:
        """Put an action to approvers, in words that code makes of what would be sent."""
        desk = self._desk.tenant(ask.key.ticket.tenant)
        sight = await look(self._desk, conn, ask.key, ask.context_id, {})
        words = await words_of(conn, ask.key, request.action)
        prepared = desk.backend.prepare(sight.context, request.action, words)
        who = f"{sight.context.name} ({ask.key.ticket.customer_id})"
        text = render_request(desk.backend.specs[request.action.name], prepared, who)
        await insert_request(
            conn,
            ask.key.ticket,
            request,
            text,
            amount=prepared.amount,
            procedure=ask.memory.wish(request.action.wish).intent,
        )

    async def _accept_handoff(self, conn: Connection, ask: RecordAsk, operator: str) -> None:
        """Note who took the ticket; one that was never handed off has nothing to accept."""
        ticket = ask.key.ticket
        for handoff in await list_handoffs(conn, ticket.tenant, ticket_id=ticket.ticket_id):
            await accept_handoff(conn, ticket.tenant, handoff.id, operator, ask.key.now)

    async def _hand_off(self, conn: Connection, ask: RecordAsk, handoff: HandoffAsk) -> Promise:
        """Keep the packet; what the customer was told is what is promised, and without that it is worked out here."""
        ticket, notice = ask.key.ticket, handoff.notice
        desk = self._desk.tenant(ticket.tenant)
        sight = await look(self._desk, conn, ask.key, handoff.context_id, handoff.reads)
        messages = await read_messages(conn, ticket.tenant, ticket.ticket_id)
        told = (await read_draft(conn, ticket.tenant, handoff.told.draft_id)).text if handoff.told else ""
        passages = await read_passages(conn, ticket.tenant, handoff.evidence, ask.key.now)
        evidence = [
            EvidenceRef(passage_id=row.passage_id, article=row.slug, version=row.version, similarity=0)
            for row in passages.values()
        ]
        promise = handoff.told.promise if handoff.told is not None else None
        if promise is None:
            promise = chosen(
                desk, ask.key, ask.memory, sight, notice.reason, notice.queue, notice.wish, urgent=notice.urgent
            )
        before = await read_events(conn, ticket.tenant, ticket.ticket_id)
        story = Story(
            key=ask.key,
            memory=ask.memory,
            sight=sight,
            messages=messages,
            events=(*before, *_placed(ask, ask.events)),
            approvals=await list_approvals(conn, ticket.tenant, ticket_id=ticket.ticket_id, open_only=False),
            evidence=evidence,
            told=told,
            promise=promise,
            asked=handoff,
        )
        packet = build_packet(desk, story, ask.key.now)
        packet = packet.model_copy(update={"disputes": await disputes_of(conn, ask.key, handoff.conflicts)})
        await insert_handoff(conn, ticket, ask.key.turn, packet)
        return promise


def _is_back_with_people(ask: RecordAsk, events: Sequence[EventDraft]) -> bool:
    """Whether a customer came back to a ticket that a person had solved."""
    return ask.waiting_for is WaitingFor.operator and any(event.kind == "reopened" for event in events)


def _placed(ask: RecordAsk, events: Sequence[EventDraft]) -> list[TicketEvent]:
    return [
        TicketEvent(seq=seq, kind=event.kind, at=ask.key.now, body=event.body)
        for seq, event in enumerate(events, ask.first_seq)
    ]


def _changes(ask: RecordAsk) -> TicketChanges:
    changes = TicketChanges(
        status=ask.status, waiting_for=ask.waiting_for, turns=ask.key.turn, reopens=ask.memory.reopens
    )
    changes["language"] = ask.memory.language
    if ask.memory.wishes:
        changes["intent"] = ask.memory.wishes[-1].intent
    if ask.resolution is not None:
        changes["resolution"] = ask.resolution
        changes["resolved_at"] = ask.key.now
    if any(event.kind == "resolution_became_durable" for event in ask.if_fresh):
        changes["durable_at"] = ask.key.now
    if any(event.kind == "reopened" for event in ask.events):
        changes |= TicketChanges(resolution=None, resolved_at=None) if ask.status is not TicketStatus.solved else {}
    return changes
