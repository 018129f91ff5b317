"""A ticket's life step by step: what happened in words, and what each step saw and decided, by labels and ids."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from api.schemas.events import WorkflowRunView
from api.schemas.tickets import ActionView
from api.telling import tell, words
from console.charts.graph import told
from console.views.ticket_path import activities_of, times_of
from console.views.ticket_rows import TicketRows
from domain.event import TicketEvent
from domain.model import Model
from domain.model_call import CallRow
from domain.verification import explain


class Detail(Model):
    """One thing that a step saw or decided; `link` is where on this ticket's pages it can be looked at."""

    name: str
    text: str
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One event, told, with what stands behind it."""

    event: TicketEvent
    text: str
    details: tuple[Detail, ...]


def steps_of(rows: TicketRows, runs: Sequence[WorkflowRunView], calls: Sequence[CallRow]) -> tuple[Step, ...]:
    """Every step of the ticket's life, in order."""
    here = f"/console/tickets/{rows.detail.ticket.ticket_id}"
    actions = {action.action_id: action for action in rows.detail.actions}
    effort = _effort(rows, runs)
    spans = _spans(rows.events)
    return tuple(
        Step(
            event=event,
            text=tell(event, rows.names),
            details=(
                *_details(event, here, actions, rows),
                *(_cost(calls, *spans[event.at]) if event.kind == "turn_finished" else ()),
                *(effort.get(event.seq, ())),
            ),
        )
        for event in rows.events
    )


def _details(  # noqa: C901, PLR0912 - one case for each kind of event that has more to tell
    event: TicketEvent, here: str, actions: Mapping[str, ActionView], rows: TicketRows
) -> Iterator[Detail]:
    body: Mapping[str, Any] = event.body
    match event.kind:
        case "message_received" | "operator_replied" if "seq" in body:
            yield Detail(name="message", text=str(body["seq"]), link=f"{here}#message-{body['seq']}")
        case "classified":
            for seq in body.get("seqs", []):
                yield Detail(name="read", text=f"message {seq}", link=f"{here}#message-{seq}")
            for ranked in body.get("wishes", []):
                read = [f"{words(it['intent'])} {it['confidence'] / 10:.1f} %" for it in ranked]
                best, *others = read or ["nothing fits"]
                yield Detail(name="confidence", text=best)
                if others:
                    yield Detail(name="runners-up", text=", ".join(others))
            yield Detail(name="language", text=str(body.get("language", "not told")))
        case "evidence_found":
            for passage in body.get("passages", []):
                yield Detail(name="passage", text=f"§{passage}", link=f"{here}/evidence/{passage}")
            yield Detail(name="best likeness", text=f"{body.get('best', 0) / 10:.1f} %")
            yield Detail(name="too far off", text=str(body.get("refused", 0)))
        case "action_judged":
            for rule in body.get("rules", []):
                yield Detail(name="rule", text=str(rule))
            for name in ("verdict", "policy", "action_id", "handoff_rule"):
                if body.get(name):
                    yield Detail(name=words(name), text=str(body[name]))
            for error in body.get("errors", []):
                yield Detail(name="could not be evaluated", text=str(error))
        case "action_performed":
            action = actions.get(str(body.get("action_id")))
            if action is not None:
                yield Detail(name="attempts", text=str(action.attempts))
                yield Detail(name="idempotency key", text=action.idempotency_key or "none")
                yield from (Detail(name="rule", text=rule) for rule in action.rules)
                if action.approval_id:
                    yield Detail(name="approved as", text=action.approval_id, link=here + "#cards")
        case "reply_checked":
            claims = [claim for claim in body.get("claims", []) if isinstance(claim, dict)]
            yield Detail(
                name="draft",
                text=f"{body.get('draft')}, attempt {body.get('attempt', 1)}",
                link=f"{here}#draft-{body.get('draft')}",
            )
            yield Detail(
                name="claims",
                text=f"{len(claims)}, {sum(not claim.get('supported_by') for claim in claims)} unsupported",
            )
            for passage in dict.fromkeys(claim["passage_id"] for claim in claims if claim.get("passage_id")):
                yield Detail(name="rests on", text=f"§{passage}", link=f"{here}/evidence/{passage}")
            for passage in body.get("stale", []):
                yield Detail(name="stale", text=f"§{passage}", link=f"{here}/evidence/{passage}")
            details = [*body.get("details", [])]
            for place, check in enumerate(body.get("findings", [])):
                yield Detail(
                    name="finding", text=explain(str(check), str(details[place]) if place < len(details) else "")
                )
        case (
            "approval_requested" | "approval_decided" | "approval_expired" | "approval_withdrawn" | "approval_reminded"
        ):
            yield Detail(name="approval", text=str(body.get("approval_id")), link=here + "#cards")
            yield from (Detail(name="rule", text=str(rule)) for rule in body.get("rules", []))
            reasons = (it.reason for it in rows.answers if it.id == body.get("decision") and it.reason)
            yield from (Detail(name="reason", text=reason) for reason in reasons)
        case "turn_finished":
            yield Detail(name="why it ran", text=words(body.get("trigger", "not told")))
            yield Detail(name="path", text=" → ".join(words(node) for node in body.get("path", [])))
        case _:
            for name, value in body.items():
                yield Detail(name=words(name), text=words(value) if isinstance(value, str) else str(value))


def _spans(events: Sequence[TicketEvent]) -> dict[datetime, tuple[datetime, datetime | None]]:
    """When the batch of events of each time began, and when the next one did."""
    times = list(dict.fromkeys(event.at for event in events))
    return {at: (at, times[place + 1] if place + 1 < len(times) else None) for place, at in enumerate(times)}


def _cost(calls: Sequence[CallRow], since: datetime, until: datetime | None) -> Iterator[Detail]:
    made = [call for call in calls if since <= call.begun_at and (until is None or call.begun_at < until)]
    for call in made:
        price = "price not known" if call.microdollars is None else f"${call.microdollars / 1_000_000:.6f}"
        spent = "" if call.latency_ms is None else f", {call.latency_ms} ms"
        yield Detail(
            name=f"model, {words(call.purpose)}",
            text=f"{call.model}: {words(call.outcome)}, {price}{spent}, attempt {call.attempt}",
        )
    if not made:
        yield Detail(name="cost", text="no model was called")


def _effort(rows: TicketRows, runs: Sequence[WorkflowRunView]) -> dict[int, tuple[Detail, ...]]:
    """Time per node and retries of each turn, by the event that ends it; nothing where Temporal tells nothing."""
    ends = {event.at: event.seq for event in rows.events if event.kind == "turn_finished"}
    effort: dict[int, tuple[Detail, ...]] = {}
    for turn in rows.detail.turns:
        spent = ", ".join(f"{words(node)} {told(time)}" for node, time in times_of(runs, turn).items())
        tried = (it for it in activities_of(runs, turn) if (it.attempt or 1) > 1)
        retried = (Detail(name="tried again", text=f"{it.name}: {it.attempt} attempts") for it in tried)
        effort[ends[turn.at]] = (Detail(name="time per node", text=spent or "not recorded"), *retried)
    return effort


def length_of(steps: Sequence[Step]) -> timedelta:
    """From the first step to the last."""
    return steps[-1].event.at - steps[0].event.at if steps else timedelta()
