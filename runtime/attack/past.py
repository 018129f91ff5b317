"""What Setright itself already holds of every customer: a settled ticket, with a canary in each kind of row.

Written by the store's own functions, so that new columns and checks are met here too.
"""

from datetime import datetime, timedelta

from domain.action import ProposedAction
from domain.approval import EVERY_ROLE, ApprovalRequest, DecisionVerdict, Settlement
from domain.customer import CustomerContext
from domain.event import TicketEvent
from domain.handoff import HandoffPacket, HandoffReason
from domain.ids import new_ticket_id
from domain.message import AuthorKind
from domain.ticket import IdentityLevel, TicketRef
from runtime.attack.canary import EVERYBODY, Canary
from store.api_keys import create_key
from store.approvals import NewDecision, insert_decision, insert_request, settle_approval
from store.claims import claim
from store.contexts import insert_context
from store.drafts import NewDraft, insert_draft
from store.events import append_events
from store.facts import insert_fact
from store.handoffs import insert_handoff
from store.idempotency import Answer, RequestKey, claim_request, remember
from store.inbox import IncomingMessage, Stub, accept_message
from store.ledger import Intent, settle
from store.messages import Attachment
from store.pools import Pools
from store.ratings import Rating, save_rating
from store.rows import Connection

_POLICY = "0" * 64


async def write_past(pools: Pools, tenant: str, customers: tuple[str, ...], now: datetime) -> list[TicketRef]:
    """Write the past of a tenant's customers; returns their old tickets."""
    tickets = []
    async with pools.operator(tenant) as conn:
        for customer in customers:
            ref = TicketRef(
                tenant=tenant,
                ticket_id=new_ticket_id(),
                customer_id=customer,
                channel="api",
                identity=IdentityLevel.proven,
            )
            await _write_ticket(conn, ref, now - timedelta(days=2))
            tickets.append(ref)
        await create_key(conn, tenant, str(Canary(tenant, EVERYBODY, "keys", 1)), [], now)
        asked = RequestKey(tenant=tenant, key="past", route="r", request_sha256="a" * 64)
        if await claim_request(conn, asked) is None:
            answer = Answer(status=200, response=str(Canary(tenant, EVERYBODY, "idempotency", 1)))
            await remember(conn, asked, answer, now)
    return tickets


async def _write_ticket(conn: Connection, ref: TicketRef, at: datetime) -> None:
    def word(table: str, number: int = 1) -> str:
        return str(Canary(ref.tenant, ref.customer_id, table, number))

    file = Attachment.of(f"{word('attachments')}.txt", "text/plain", word("attachments", 2).encode())
    first = IncomingMessage(text=f"Where is it? {word('messages')}", at=at, attachments=(file,))
    await accept_message(conn, ref, first, stub=Stub(subject=word("subjects")))
    for number, is_note in ((2, False), (3, True)):
        said = IncomingMessage(
            author=AuthorKind.operator, author_id="olga", text=word("messages", number), at=at, is_note=is_note
        )
        await accept_message(conn, ref, said)
    await insert_draft(conn, ref, NewDraft(turn=1, text=word("drafts")), at)
    context = CustomerContext(
        customer_id=ref.customer_id, identity=ref.identity, name=word("contexts"), first_name=word("contexts", 2)
    )
    await insert_context(conn, ref, turn=1, key="past", context=context, at=at)
    action = ProposedAction.of(action_id=f"{ref.ticket_id}/a1", name="track_shipment", args={}, wish=1)
    await insert_fact(
        conn, ref, turn=1, action_id=action.action_id, name=action.name, body={"status": word("facts")}, at=at
    )
    await insert_handoff(conn, ref, 1, _packet(word("handoffs"), word("handoffs", 2), at))
    await save_rating(conn, ref, Rating(score=1, comment=word("ratings"), rated_by="olga", at=at))
    await _write_decline(conn, ref, action, word("approvals"), word("decisions"), at)
    await _write_effect(conn, ref, word("ledger"), at)
    event = TicketEvent(
        seq=1, kind="handed_off", at=at, body={"reason": "fault", "queue": word("events"), "rule": None}
    )
    await append_events(conn, ref.tenant, ref.ticket_id, [event])


async def _write_decline(
    conn: Connection, ref: TicketRef, action: ProposedAction, text: str, reason: str, at: datetime
) -> None:
    """An approval that was asked for and declined, with the operator's reason."""
    request = ApprovalRequest(
        approval_id=action.action_id,
        action=action,
        role="support_lead",
        approvers=1,
        rules=("past",),
        policy_version=_POLICY,
        requested_at=at,
        expires_at=at + timedelta(days=3),
    )
    await insert_request(conn, ref, request, text)
    decision = NewDecision(
        approval_id=action.action_id,
        verdict=DecisionVerdict.declined,
        args_sha256=action.args_sha256,
        decided_by="olga",
        reason=reason,
        at=at + timedelta(minutes=1),
        auth_method="api_key",
        key_kind="operator",
        roles=(EVERY_ROLE,),
    )
    made = await insert_decision(conn, ref.tenant, decision)
    settled = Settlement(approval_id=action.action_id, how="declined", decision_id=made.decision_id, at=decision.at)
    await settle_approval(conn, ref, settled)


async def _write_effect(conn: Connection, ref: TicketRef, word: str, at: datetime) -> None:
    """An action that was tried and that the shop refused."""
    action = ProposedAction.of(action_id=f"{ref.ticket_id}/a2", name="open_trace", args={}, wish=1)
    intent = Intent(
        action=action, business_key=f"past:{word}", args={"shipment": word}, policy_version=_POLICY, rules=(), at=at
    )
    await claim(conn, ref, intent)
    await settle(conn, ref.tenant, action.action_id, "failed", code="wrong_status", outcome={"why": word}, at=at)


def _packet(summary: str, told: str, at: datetime) -> HandoffPacket:
    return HandoffPacket(
        reason=HandoffReason.angry,
        queue="support",
        urgent=False,
        created_at=at,
        summary=summary,
        intents=(),
        slots={},
        known={},
        tried=(),
        evidence=(),
        attachments=(),
        told_customer=told,
        open_question="",
        suggested_next_step="",
    )
