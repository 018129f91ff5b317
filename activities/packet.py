"""The handoff packet: the whole story for the person who takes over, told from rows and events.

What was tried and asked is read from the ticket's events, what waits from the requests' rows, what is known from the
snapshot that this turn took: nothing in it is remembered or summarised by a model.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from activities.desk import TenantDesk
from activities.sight import Sight
from domain.action import ActionResult, ActionStatus
from domain.ask import HandoffAsk, TurnKey
from domain.choice import choice_text
from domain.customer import CustomerContext, Order
from domain.event import TicketEvent
from domain.evidence import EvidenceRef
from domain.handoff import (
    Entitled,
    HandOffNotice,
    HandoffPacket,
    HandoffReason,
    KnownFrom,
    Question,
    Tried,
    WaitingApproval,
    why,
)
from domain.memory import AskedConfirmation, AskedIdentity, AskedSlot, Memory, Wish
from domain.message import AuthorKind, Message
from domain.money import Money
from domain.policy import evaluate
from domain.queue import Promise
from domain.reading import READ_CHARS
from domain.slot import HandlesValue, HandleValue, LabelValue, MoneyValue, PairsValue, SlotValue, SpanValue
from domain.template import show
from store.approvals import ApprovalRow

#: The next step worth suggesting for each reason; a procedure's own step is named where there is one.
_NEXT_STEP = {
    HandoffReason.effect_unknown: "Look the action up at the provider before doing anything: it may have happened.",
    HandoffReason.not_read_back: "Compare the system of record with the action below; they differ.",
    HandoffReason.approval_expired: "Decide on the request that nobody answered in time, and tell the customer.",
    HandoffReason.no_knowledge: "Answer from what you know, and consider an article about it.",
    HandoffReason.knowledge_conflict: "Find out which of the articles is right, answer by it, correct the other.",
    HandoffReason.stale_knowledge: "See whether the article still holds, confirm or correct it, then reply.",
    HandoffReason.legal_threat: "Do not promise anything; follow the legal team's procedure.",
    HandoffReason.sensitive: "Read the conversation first; the customer may need more than a refund.",
    HandoffReason.not_proven: "Make sure who writes before you say anything private.",
    HandoffReason.shadow: "Handle it as if there were no assistant; what it would have done is compared afterwards.",
    HandoffReason.suggestion: "Look at the suggested reply and at what waits for approval; send, change or throw away.",
    HandoffReason.part_read: (
        f"Read the customer's message to its end: the assistant read its first {READ_CHARS:,} characters only."
    ),
    HandoffReason.fault: "The assistant failed on this message; read it and go on by hand.",
}
_TEXT_SHOWN = 280
#: What the records say of orders is cut here; the rest is a click away.
_ORDERS_SHOWN, _PAST_SHOWN = 5, 3


@dataclass(frozen=True)
class Story:
    """The rows that a packet is told from."""

    key: TurnKey
    memory: Memory
    sight: Sight
    messages: Sequence[Message]
    events: Sequence[TicketEvent]
    approvals: Sequence[ApprovalRow]
    evidence: Sequence[EvidenceRef]
    told: str
    promise: Promise
    asked: HandoffAsk


def build_packet(desk: TenantDesk, story: Story, now: datetime) -> HandoffPacket:
    """Put together what is known, what was tried, and what is left to do."""
    notice, memory, sight = story.asked.notice, story.memory, story.sight
    wishes = memory.wishes
    about = wishes[notice.wish - 1] if notice.wish else (wishes[-1] if wishes else None)
    customers = [m for m in story.messages if m.author is AuthorKind.customer]
    tried, waiting = tried_in(story.events), tuple(_waiting(story))
    open_question = _open_question(memory, about, customers)
    known = dict(_known(sight, story.asked))
    next_step = _next_step(desk, story, about)
    return HandoffPacket(
        version=2,
        reason=notice.reason,
        rule=notice.rule,
        queue=story.promise.queue,
        urgent=story.promise.urgent,
        created_at=now,
        summary="\n".join(
            (
                _who_wants_what(desk, sight, wishes, customers, notice),
                _found_and_done(desk, tried, known),
                _still_open(open_question, waiting, next_step),
            )
        ),
        intents=tuple(wish.intent for wish in wishes),
        slots={name: _shown(value, sight, story.messages) for wish in wishes for name, value in wish.slots.items()},
        customer=_entitled(sight.context),
        known={name: text for name, (text, _) in known.items()},
        known_from={name: source for name, (_, source) in known.items()},
        tried=tried,
        questions=questions_in(story.events),
        waiting=waiting,
        evidence=tuple(story.evidence),
        attachments=tuple(a.name for m in customers for a in m.attachments),
        told_customer=story.told,
        promise=story.promise,
        open_question=open_question,
        suggested_next_step=next_step,
        signal_spans=memory.signal_spans,
    )


def tried_in(events: Sequence[TicketEvent]) -> tuple[Tried, ...]:
    """What was tried, in order: each entry is one event, so it happened as it says."""
    tried: list[Tried] = []
    for event in events:
        if event.kind not in {"action_performed", "effect_failed"}:
            continue
        body = event.body
        late = ActionStatus.unknown if body.get("pending") else ActionStatus.failed
        status = body["status"] if event.kind == "action_performed" else late
        tried.append(
            Tried.model_validate(
                {
                    "action_id": body["action_id"],
                    "name": body["action"],
                    "status": status,
                    "code": body["code"],
                    "amount": body.get("amount"),
                    "is_read_back": bool(body.get("read_back")),
                    "event": event.seq,
                    "at": event.at,
                }
            )
        )
    return tuple(tried)


def questions_in(events: Sequence[TicketEvent]) -> tuple[Question, ...]:
    """What the customer was asked, in order."""
    return tuple(
        Question.model_validate(
            {"event": event.seq, "at": event.at, **{k: v for k, v in event.body.items() if k in Question.model_fields}}
        )
        for event in events
        if event.kind == "question_asked"
    )


def _who_wants_what(
    desk: TenantDesk, sight: Sight, wishes: Sequence[Wish], customers: Sequence[Message], notice: HandOffNotice
) -> str:
    who = sight.context.name or "A customer we could not identify"
    what = " and ".join(_title(desk, wish) for wish in wishes) or "something that was not understood"
    said = _short(customers[0].text) if customers else "nothing yet"
    return f"{who} wrote about {what}: “{said}” Handed over because {why(notice.reason)}."


def _found_and_done(desk: TenantDesk, tried: Sequence[Tried], known: dict[str, tuple[str, KnownFrom]]) -> str:
    done = [f"{_action(desk, it.name)}: {_ended(it)}" for it in tried]
    found = [f"{name}: {text}" for name, (text, _) in known.items() if name.startswith(("order ", "subscription "))]
    return f"Found: {'; '.join(found[:2]) or 'nothing in the records'}. Done: {'; '.join(done) or 'nothing yet'}."


def _ended(tried: Tried) -> str:
    code = "" if tried.code in {tried.status.value, ""} else f" ({tried.code.replace('_', ' ')})"
    ended = f"{tried.status.value}{code}"
    return f"{ended}, {tried.amount}" if tried.amount is not None else ended


def _still_open(open_question: str, waiting: Sequence[WaitingApproval], next_step: str) -> str:
    unsettled = [it for it in waiting if it.state in {"open", "held"}]
    asked = [f"{it.approval_id} waits for {it.role or 'a pause to end'}" for it in unsettled]
    return "Open: " + " ".join(part for part in (open_question or next_step, "; ".join(asked)) if part)


def _title(desk: TenantDesk, wish: Wish) -> str:
    procedure = desk.config.procedures.get(wish.intent)
    return procedure.title if procedure is not None else wish.intent


def _action(desk: TenantDesk, name: str) -> str:
    spec = desk.backend.specs.get(name)
    return spec.title if spec is not None else name.replace("_", " ")


def _waiting(story: Story) -> Iterator[WaitingApproval]:
    for row in story.approvals:
        yield WaitingApproval.model_validate(
            {
                "approval_id": row.approval_id,
                "action": row.action.name,
                "text": row.rendered_text,
                "state": row.settled or "open",
                "role": row.role,
                "expires_at": row.expires_at,
            }
        )
    for held in story.memory.held:
        yield WaitingApproval(
            approval_id=held.action.action_id, action=held.action.name, text="held back by a pause", state="held"
        )


def _entitled(context: CustomerContext) -> Entitled:
    return Entitled(
        customer_id=context.customer_id,
        name=context.name,
        identity=context.identity.value,
        tier=context.tier,
        entitlements=context.entitlements,
        days_since_delivery={
            order.number: order.days_since_delivery
            for order in context.orders[:_ORDERS_SHOWN]
            if order.days_since_delivery is not None
        },
        refundable={
            order.number: left for order in context.orders[:_ORDERS_SHOWN] if (left := _refundable(order)) is not None
        },
        refunds_last_90_days=context.refunds_last_90_days,
        past_tickets=tuple(past.ticket_id for past in context.past_tickets[:_PAST_SHOWN]),
    )


def _refundable(order: Order) -> Money | None:
    left = [payment.refundable for payment in order.payments]
    if not left or len({money.currency for money in left}) > 1:
        return None
    return Money(amount=sum(money.amount for money in left), currency=left[0].currency)


def _known(sight: Sight, asked: HandoffAsk) -> Iterator[tuple[str, tuple[str, KnownFrom]]]:
    """What is worth seeing, each with the row that says so."""
    context = sight.context
    here, records = KnownFrom(kind="ticket"), KnownFrom(kind="records", row=asked.context_id)
    yield "identity", (context.identity.value, here)
    yield "tier", (context.tier, records)
    yield "language", (context.language, records)
    for order in context.orders[:_ORDERS_SHOWN]:
        yield f"order {order.number}", (f"{order.status}, {order.total}, {len(order.lines)} item(s)", records)
        for refund in order.refunds:
            failure = f" ({refund.failure})" if refund.failure else ""
            yield f"refund on order {order.number}", (f"{refund.status}{failure}, {refund.amount}", records)
    for subscription in context.subscriptions:
        yield f"subscription {subscription.plan}", (f"{subscription.status}, {subscription.price}", records)
    for past in context.past_tickets[:_PAST_SHOWN]:
        text = f"{past.intent or 'unknown'}, {past.status}, {past.days_since} days ago"
        yield f"ticket {past.ticket_id}", (text, records)
    for name, answer in sight.reads.items():
        text = ", ".join(f"{key}: {show(value)}" for key, value in answer.items() if value is not None)
        yield name, (text, KnownFrom(kind="read", row=asked.reads.get(name)))


def _shown(value: SlotValue, sight: Sight, messages: Sequence[Message]) -> str:
    match value:
        case HandleValue(handle=handle):
            return choice_text(handle, sight.context)
        case HandlesValue(handles=handles):
            return ", ".join(choice_text(handle, sight.context) for handle in handles)
        case PairsValue(pairs=pairs):
            return ", ".join(f"{choice_text(a, sight.context)} → {choice_text(b, sight.context)}" for a, b in pairs)
        case LabelValue(label=label):
            return label.replace("_", " ")
        case MoneyValue(money=money):
            return str(money)
        case SpanValue(seq=seq, start=start, end=end):
            return next((m.text[start:end] for m in messages if m.seq == seq), "")


def _open_question(memory: Memory, about: Wish | None, customers: Sequence[Message]) -> str:
    match memory.asked:
        case AskedSlot(slot=slot):
            return f"The customer was asked for: {slot.replace('_', ' ')}."
        case AskedIdentity():
            return "The customer was asked to prove who they are."
        case AskedConfirmation(action=action):
            return f"The customer was asked to confirm: {action.name.replace('_', ' ')}."
        case _:
            pass
    if about is None and customers:
        return f"What does the customer want? Last words: “{_short(customers[-1].text)}”"
    return ""


def _next_step(desk: TenantDesk, story: Story, about: Wish | None) -> str:
    reason = story.asked.notice.reason
    if reason in _NEXT_STEP:
        return _NEXT_STEP[reason]
    failed = _last_failure(about)
    if failed is not None:
        return f"The action {failed.name} ended with {failed.code.replace('_', ' ')}; decide how to settle it."
    if reason is HandoffReason.procedure:
        return "The procedure leaves this to people: look at what is known, and settle it."
    return (_open_step(desk, story, about) if about is not None else None) or "Answer what is asked."


def _open_step(desk: TenantDesk, story: Story, about: Wish) -> str | None:
    """What the procedure would do next, as a task for a person; None where it comes to an answer, or cannot be told."""
    procedure = desk.config.procedures.get(about.intent)
    facts = story.sight.facts(story.key, about, story.memory)
    done = {result.name for result in about.results}
    for step in procedure.steps if procedure is not None else ():
        try:
            if step.when is not None and not evaluate(step.when, facts):
                continue
        except Exception:  # noqa: BLE001 - the evaluator raises many kinds; each means that the way is not known here
            return None
        if step.collect is not None and step.collect not in about.slots:
            return f"Find out: {step.collect.replace('_', ' ')}."
        if step.propose is not None and step.propose.action not in done:
            return f"Decide on: {_action(desk, step.propose.action)}."
        if step.answer or step.answer_from_knowledge or step.hand_off:
            return None
    return None


def _last_failure(about: Wish | None) -> ActionResult | None:
    if about is None:
        return None
    return next((r for r in reversed(about.results) if r.status.value not in {"succeeded", "duplicate"}), None)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _TEXT_SHOWN else f"{line[: _TEXT_SHOWN - 1]}…"
