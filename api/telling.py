"""A ticket's life in human words, told by code from its events.

An event holds labels, ids and amounts; so nothing that is told here was ever made up or written by a customer. Whatever
an older program left out of an event is left out of the sentence.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from pydantic import ValidationError

from domain.action import ActionSpec
from domain.event import EventKind, TicketEvent
from domain.handoff import why
from domain.ids import Label
from domain.intent import OUT_OF_SCOPE
from domain.money import Money
from domain.reading import READ_CHARS
from domain.verification import explain

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Names:
    """What labels and ids are called: the titles of actions, and who made which decision."""

    specs: Mapping[Label, ActionSpec] = field(default_factory=dict)
    deciders: Mapping[int, str] = field(default_factory=dict)

    def action(self, label: object) -> str:
        """An action as people call it: "Issue a refund"."""
        spec = self.specs.get(str(label))
        return spec.title if spec is not None else words(label).capitalize()


def tell(event: TicketEvent, names: Names) -> str:
    """Say in one sentence what happened."""
    return _TELLERS[event.kind](event.body, names)


def words(label: object) -> str:
    """A label as words."""
    return str(label).replace("_", " ")


def _understood(body: Body, _: Names) -> str:
    read = []
    for ranked in body.get("wishes", []):
        if not ranked or ranked[0]["intent"] == OUT_OF_SCOPE:
            read.append("nothing it can help with")
        else:
            read.append(f"{words(ranked[0]['intent'])} ({ranked[0]['confidence'] / 10:.0f} %)")
    signals = [words(signal) for signal in body.get("signals", [])]
    if body.get("part_read"):
        signals.append(f"only the first {READ_CHARS:,} characters were read")
    return "Understood: " + "; ".join([_listed(read) or "no new wish", *signals]) + "."


def _found(body: Body, _: Names) -> str:
    count = len(body.get("passages", []))
    if not count:
        return "Found nothing in the knowledge base."
    doubt = "; two of them contradict each other" if body.get("contradicts") else ""
    return f"Found {count} passage{'s' if count > 1 else ''} in the knowledge base{doubt}."


_VERDICTS = {"allow": "allowed", "needs_approval": "wants approval for", "forbid": "forbade"}


def _judged(body: Body, names: Names) -> str:
    if "handoff_rule" in body:
        return f"A handoff rule sends this ticket to a person: {body['handoff_rule']}."
    verdict = _VERDICTS.get(str(body.get("verdict")), "judged")
    text = f"Policy {verdict} “{names.action(body.get('action'))}”"
    rules = _listed([str(rule) for rule in body.get("rules", [])])
    broken = ", for a condition could not be evaluated" if body.get("errors") else ""
    return f"{text}: rule {rules}{broken}." if rules else f"{text}{broken}."


_ENDS = {
    "succeeded": "done",
    "failed": "refused by the system of record",
    "unknown": "nobody can say whether it took effect",
    "refused": "not carried out",
    "duplicate": "it was done already",
}


def _performed(body: Body, names: Names) -> str:
    parts = [_ENDS.get(str(body.get("status")), words(body.get("status", "")))]
    if body.get("code") not in {None, body.get("status")}:
        parts[0] += f" ({words(body['code'])})"
    amount = _money(body.get("amount"))
    parts += [amount] if amount else []
    if body.get("status") == "succeeded":
        parts.append("read back" if body.get("read_back") else "not seen when read back")
    return f"{names.action(body.get('action'))}: {', '.join(parts)}."


def _money(amount: object) -> str | None:
    try:
        return str(Money.model_validate(amount)) if amount is not None else None
    except ValidationError:
        return None


def _effect(body: Body, names: Names) -> str:
    amount = _money(body.get("amount"))
    what = names.action(body.get("action")) + (f", {amount}" if amount else "")
    if body.get("undone"):
        return f"{what}: taken back."
    if body.get("code") == "took_place":
        return f"{what}: {body.get('by', 'an operator')} found that it took place."
    if body.get("code") == "did_not_take_place":
        return f"{what}: {body.get('by', 'an operator')} found that it did not take place."
    return f"{what}: has settled." if body.get("code") == "settled" else f"{what}: {words(body.get('code', 'failed'))}."


def _asked(body: Body, _: Names) -> str:
    what = {
        "intent": "which wish is meant",
        "slot": "for a fact",
        "confirmation": "whether to go on",
        "identity": "to prove who they are",
    }
    times = body.get("times", 1)
    again = f" ({times} in a row)" if isinstance(times, int) and times > 1 else ""
    return f"Asked the customer {what.get(str(body.get('asks')), 'a question')}{again}."


def _approval_wanted(body: Body, names: Names) -> str:
    until = str(body.get("expires_at", ""))[:16].replace("T", " ")
    deadline = f", until {until}" if until else ""
    return f"Asked for approval of “{names.action(body.get('action'))}” ({body.get('approval_id')}){deadline}."


def _approval_ended(body: Body, names: Names) -> str:
    decider = names.deciders.get(body.get("decision") or 0)
    by = f" by {decider}" if decider else ""
    return f"Approval {body.get('approval_id')} was {body.get('how', 'decided')}{by}."


def _checked(body: Body, _: Names) -> str:
    checks = [str(finding.get("check", finding) if isinstance(finding, dict) else finding) for finding in _list(body)]
    details = [str(detail) for detail in body.get("details", [])]
    findings = [explain(check, detail) for check, detail in zip_longest(checks, details[: len(checks)], fillvalue="")]
    if findings:
        return f"The draft was held back: {_listed(findings)}."
    stale = [f"§{passage}" for passage in body.get("stale", [])]
    if not stale:
        return "The reply passed every check."
    fate = "a person is to look first" if body.get("held") else "it is marked for review"
    return f"The reply passed every check; it rests on {_listed(stale)}, which nobody confirmed in time: {fate}."


def _list(body: Body) -> Sequence[Any]:
    findings = body.get("findings", [])
    return findings if isinstance(findings, list) else []


def _handed_off(body: Body, _: Names) -> str:
    because = why(str(body.get("reason", "")))
    rule = f", rule {body['rule']}" if body.get("rule") else ""
    due = f", an answer promised by {_minute(body['due_at'])}" if body.get("due_at") else ""
    return f"Handed to a person in the queue {words(body.get('queue', 'support'))}: {because}{rule}{due}."


def _assigned(body: Body, _: Names) -> str:
    to = body.get("operator") or f"the queue {words(body.get('queue', 'support'))}"
    return f"{body.get('by', 'An operator')} gave the ticket to {to}."


_WOULD = {"act": "an action", "ask": "a question", "answer": "an answer", "hand_off": "giving it to a person"}


def _taken(body: Body) -> str:
    """From whom a ticket was taken by what somebody did; nothing where nobody else had it."""
    before = body.get("taken_from")
    return f" from {before}" if before else ""


def _wrote(body: Body, _: Names) -> str:
    taken = _taken(body)
    wrote = f"{body.get('by', 'An operator')} wrote (message {body.get('seq')})"
    return f"{wrote} and took the ticket{taken}." if taken else f"{wrote}."


def _would(body: Body, names: Names) -> str:
    actions = [names.action(action.get("name")) for action in body.get("actions", [])]
    return _listed([_WOULD.get(str(body.get("would")), "a reply"), *actions])


def _suggested(body: Body, names: Names) -> str:
    if "would" in body:
        return f"Suggested to the operator: {_would(body, names)}."
    if body.get("action"):
        return f"The next step would be “{names.action(body['action'])}”; it is left to the person."
    return "Drafted a reply for the person who has the ticket; nothing was sent."


_TARGETS = {"first_response": "a first answer", "resolution": "a solution"}


def _sla(body: Body, _: Names) -> str:
    target = _TARGETS.get(str(body.get("target")), "an answer")
    return f"The queue {words(body.get('queue', 'support'))} promised {target} by {_minute(body.get('due_at'))}"


def _breached(body: Body, names: Names) -> str:
    on = [
        f"on to {body['escalated_to']}" if body.get("escalated_to") else "",
        f"{words(body['notify'])} is told" if body.get("notify") else "",
    ]
    again = f"the customer was promised {_minute(body['promised'])}" if body.get("promised") else ""
    told = _listed([part for part in (*on, again) if part])
    return f"{_sla(body, names)}, and nobody had answered; urgent now{', ' + told if told else ''}."


def _minute(moment: object) -> str:
    return str(moment or "?")[:16].replace("T", " ")


def _moved(body: Body, _: Names) -> str:
    return (
        f"Status: {words(body.get('from', '?'))} → {words(body.get('to', '?'))}, waiting for {body.get('waiting_for')}."
    )


_RESOLVED = {
    "confirmed": "the customer says so",
    "assumed": "everything asked for is settled",
    "by_operator": "by an operator",
}


def _listed(items: Sequence[str]) -> str:
    return " and ".join([", ".join(items[:-1]), items[-1]]) if len(items) > 1 else "".join(items)


_TELLERS: Mapping[EventKind, Callable[[Body, Names], str]] = {
    "ticket_opened": lambda b, _: f"Opened over {b.get('channel')}; the customer's identity is {b.get('identity')}.",
    "message_received": lambda b, _: f"The customer wrote (message {b.get('seq')}).",
    "identity_proven": lambda b, _: f"The writer is known better (message {b.get('seq')}): {b.get('level')}.",
    "identity_lapsed": lambda b, _: f"The proof of identity is too old (message {b.get('seq')}): {b.get('level')}.",
    "turn_finished": lambda _b, _: "The turn ended.",
    "classified": _understood,
    "assistant_fell_back": lambda b, _: f"The embedded assistant answered: {words(b.get('reason', ''))}.",
    "evidence_found": _found,
    "action_judged": _judged,
    "action_performed": _performed,
    "action_held": lambda b, n: f"{n.action(b.get('action'))}: held back by a pause.",
    "action_resumed": lambda b, n: f"{n.action(b.get('action'))}: tried again.",
    "undo_asked": lambda b, _: f"{b.get('by', 'An operator')} asked to take {b.get('action_id', 'an action')} back.",
    "effect_settled": _effect,
    "effect_failed": _effect,
    "confirmation_asked": lambda _b, _: "Restated the action and asked whether to go on.",
    "question_asked": _asked,
    "approval_requested": _approval_wanted,
    "approval_decided": _approval_ended,
    "approval_reminded": lambda b, _: f"Reminded the approvers of {b.get('approval_id', 'a request')}.",
    "approval_expired": _approval_ended,
    "approval_withdrawn": _approval_ended,
    "reply_checked": _checked,
    "reply_sent": lambda _b, _: "Replied to the customer.",
    "reply_shadowed": lambda b, n: f"Kept for comparison, as it would have been: {_would(b, n)}.",
    "reply_dropped": lambda _b, _: "The customer wrote again meanwhile; the reply was dropped, to answer both.",
    "handed_off": _handed_off,
    "handoff_accepted": lambda b, _: f"{b.get('by', 'An operator')} took the ticket{_taken(b)}.",
    "handed_back": lambda b, _: f"{b.get('by', 'An operator')} gave the ticket back to the assistant.",
    "operator_replied": _wrote,
    "assigned": _assigned,
    "note_added": lambda b, _: f"{b.get('by', 'An operator')} noted something for colleagues (message {b.get('seq')}).",
    "reply_suggested": _suggested,
    "sla_warning": lambda b, n: f"{_sla(b, n)}; a quarter of the time is left.",
    "sla_breached": _breached,
    "reminder_sent": lambda _b, _: "Reminded the customer of the open question.",
    "status_changed": _moved,
    "resolved": lambda b, _: f"Resolved: {_RESOLVED.get(str(b.get('kind')), words(b.get('kind', '')))}.",
    "resolution_became_durable": lambda _b, _: "The customer did not come back: the resolution counts.",
    "reopened": lambda _b, _: "The customer came back: reopened.",
    "closed": lambda b, _: f"Closed by {'the clock' if b.get('by') == 'system' else b.get('by', 'somebody')}.",
    "rated": lambda b, _: f"The customer rated it {b.get('score')} of 5.",
    "erased": lambda b, _: f"The customer's words were erased; {b.get('by', 'somebody')} asked for it.",
}
