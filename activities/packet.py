"""The handoff packet: the whole story for the person who takes over, told from rows."""

from collections.abc import Sequence
from datetime import datetime

from activities.desk import TenantDesk
from activities.sight import Sight
from domain.action import ActionResult
from domain.choice import choice_text
from domain.evidence import EvidenceRef
from domain.handoff import HandOffNotice, HandoffPacket, HandoffReason
from domain.memory import AskedConfirmation, AskedIdentity, AskedSlot, Memory, Wish
from domain.message import AuthorKind, Message
from domain.slot import HandlesValue, HandleValue, LabelValue, MoneyValue, PairsValue, SlotValue, SpanValue
from domain.template import show

#: The next step worth suggesting for each reason; a procedure's own step is named where there is one.
_NEXT_STEP = {
    HandoffReason.effect_unknown: "Look the action up at the provider before doing anything: it may have happened.",
    HandoffReason.not_read_back: "Compare the system of record with the action below; they differ.",
    HandoffReason.approval_expired: "Decide on the request that nobody answered in time, and tell the customer.",
    HandoffReason.no_knowledge: "Answer from what you know, and consider an article about it.",
    HandoffReason.knowledge_conflict: "Find out which of the articles is right, answer by it, correct the other.",
    HandoffReason.legal_threat: "Do not promise anything; follow the legal team's procedure.",
    HandoffReason.sensitive: "Read the conversation first; the customer may need more than a refund.",
    HandoffReason.not_proven: "Make sure who writes before you say anything private.",
    HandoffReason.shadow: "Handle it as if there were no assistant; what it would have done is compared afterwards.",
    HandoffReason.suggestion: "Look at the suggested reply and at what waits for approval; send, change or throw away.",
    HandoffReason.fault: "The assistant failed on this message; read it and go on by hand.",
}
_TEXT_SHOWN = 280


def build_packet(
    desk: TenantDesk,
    notice: HandOffNotice,
    memory: Memory,
    sight: Sight,
    messages: Sequence[Message],
    evidence: Sequence[EvidenceRef],
    told: str,
    now: datetime,
) -> HandoffPacket:
    """Put together what is known, what was tried, and what is left to do."""
    wishes = memory.wishes
    titles = tuple(_title(desk, wish) for wish in wishes)
    about = wishes[notice.wish - 1] if notice.wish else (wishes[-1] if wishes else None)
    customers = [m for m in messages if m.author is AuthorKind.customer]
    return HandoffPacket(
        reason=notice.reason,
        queue=notice.queue,
        urgent=notice.urgent,
        created_at=now,
        summary=_summary(sight, titles, customers, notice),
        intents=tuple(wish.intent for wish in wishes),
        slots={name: _shown(value, sight, messages) for wish in wishes for name, value in wish.slots.items()},
        known=_known(sight),
        tried=tuple(result for wish in wishes for result in wish.results),
        evidence=tuple(evidence),
        attachments=tuple(a.name for m in customers for a in m.attachments),
        told_customer=told,
        open_question=_open_question(memory, about, customers),
        suggested_next_step=_next_step(desk, notice, about),
        signal_spans=memory.signal_spans,
    )


def _title(desk: TenantDesk, wish: Wish) -> str:
    procedure = desk.config.procedures.get(wish.intent)
    return procedure.title if procedure is not None else wish.intent


def _summary(sight: Sight, titles: Sequence[str], customers: Sequence[Message], notice: HandOffNotice) -> str:
    who = sight.context.name or "A customer we could not identify"
    what = " and ".join(titles) or "something that was not understood"
    said = _short(customers[0].text) if customers else "nothing yet"
    why = notice.reason.value.replace("_", " ")
    return f"{who} wrote about {what}: “{said}” Handed over because: {why}."


def _known(sight: Sight) -> dict[str, str]:
    context = sight.context
    known = {"identity": context.identity.value, "tier": context.tier, "language": context.language}
    for order in context.orders[:5]:
        known[f"order {order.number}"] = f"{order.status}, {order.total}, {len(order.lines)} item(s)"
        for refund in order.refunds:
            failure = f" ({refund.failure})" if refund.failure else ""
            known[f"refund on order {order.number}"] = f"{refund.status}{failure}, {refund.amount}"
    for subscription in context.subscriptions:
        known[f"subscription {subscription.plan}"] = f"{subscription.status}, {subscription.price}"
    for past in context.past_tickets[:3]:
        known[f"ticket {past.ticket_id}"] = f"{past.intent or 'unknown'}, {past.status}, {past.days_since} days ago"
    for name, answer in sight.reads.items():
        known[name] = ", ".join(f"{key}: {show(value)}" for key, value in answer.items() if value is not None)
    return known


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


def _next_step(desk: TenantDesk, notice: HandOffNotice, about: Wish | None) -> str:
    if notice.reason in _NEXT_STEP:
        return _NEXT_STEP[notice.reason]
    failed = _last_failure(about)
    if failed is not None:
        return f"The action {failed.name} ended with {failed.code.replace('_', ' ')}; decide how to settle it."
    procedure = desk.config.procedures.get(about.intent) if about is not None else None
    return f"Go on with: {procedure.description}" if procedure is not None else "Read the conversation and answer."


def _last_failure(about: Wish | None) -> ActionResult | None:
    if about is None:
        return None
    return next((r for r in reversed(about.results) if r.status.value not in {"succeeded", "duplicate"}), None)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _TEXT_SHOWN else f"{line[: _TEXT_SHOWN - 1]}…"
