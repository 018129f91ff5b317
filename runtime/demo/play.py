"""Playing one ticket of the demo over the public API, and comparing what came of it with what should have."""

import asyncio
import time
from collections.abc import Sequence
from typing import Protocol

from domain.model import Model
from runtime.cli.answers import Approval, ApprovalList, Event, EventList, Message, Received, TicketDetail
from runtime.cli.client import ApiClient
from runtime.demo.scenarios import Outcome, Scenario, Step

#: Longer than any turn takes; who waits longer sees what is there.
PATIENCE_SECONDS = 30
_GRACE_SECONDS = 1.0
_POLL_SECONDS = 0.05


class Played(Model):
    """A ticket of the demo after its last step."""

    scenario: Scenario
    detail: TicketDetail
    events: tuple[Event, ...]
    seconds: float  # spent waiting for answers
    mismatches: tuple[str, ...]

    @property
    def performed(self) -> tuple[str, ...]:
        """The writes that took effect and were seen in the system of record."""
        return _performed(self.detail, self.events)

    @property
    def handed_off(self) -> str | None:
        """Why a person has it, if one has."""
        return _handed_off(self.events)

    @property
    def is_autonomous(self) -> bool:
        """Whether the assistant settled it alone."""
        is_decided = any(event.kind == "approval_decided" for event in self.events)
        return self.detail.ticket.status == "solved" and self.handed_off is None and not is_decided


class Watcher(Protocol):
    """Who is shown the ticket while it is played."""

    async def said(self, scenario: Scenario, text: str) -> None:
        """The customer has written."""

    async def answered(self, messages: Sequence[Message]) -> None:
        """Somebody has answered the customer."""

    async def asked(self, approval: Approval, *, is_approved: bool, reason: str | None) -> None:
        """The operator has been asked, and has decided."""


async def play(scenario: Scenario, client: ApiClient, watcher: Watcher) -> Played:
    """Play every step; what the API refuses is raised, what merely turns out otherwise is noted."""
    ticket_id, seen, seconds = "", 0, 0.0
    mismatches: list[str] = []
    for number, step in enumerate(scenario.steps, 1):
        decision = await _decision(ticket_id, client) if step.say is None else None
        if step.say is not None:
            await watcher.said(scenario, step.say)
        elif decision is not None:
            await watcher.asked(decision, is_approved=step.decline is None, reason=step.decline)
        else:
            mismatches.append(f"step {number}: nothing waits for a decision")
            break
        began = time.monotonic()
        ticket_id = await _do(step, decision, scenario, ticket_id, client)
        detail = await _settled(client, ticket_id, step, seen)
        seconds += time.monotonic() - began
        await watcher.answered([m for m in detail.messages if m.seq > seen and m.author != "customer"])
        seen = max(message.seq for message in detail.messages)
        if detail.ticket.status != step.then.value:
            mismatches.append(f"step {number}: the ticket is {detail.ticket.status}, not {step.then.value}")
    detail = TicketDetail.model_validate(await client.ticket(ticket_id))
    events = EventList.model_validate(await client.events(ticket_id)).events
    mismatches += _differences(scenario.outcome, detail, events)
    return Played(scenario=scenario, detail=detail, events=events, seconds=seconds, mismatches=tuple(mismatches))


async def _decision(ticket_id: str, client: ApiClient) -> Approval | None:
    found = ApprovalList.model_validate(await client.approvals(ticket_id=ticket_id)).approvals
    return found[0] if found else None


async def _do(step: Step, decision: Approval | None, scenario: Scenario, ticket_id: str, client: ApiClient) -> str:
    """Carry one step out and return the ticket's id."""
    if decision is not None:
        verdict: dict[str, object] = {"verdict": "approved", "args_sha256": decision.action.args_sha256}
        if step.decline is not None:
            verdict |= {"verdict": "declined", "reason": step.decline}
        await client.decide(decision.approval_id, verdict)
        return ticket_id
    if ticket_id:
        answer = await client.send_message(ticket_id, {"text": step.say}, wait=PATIENCE_SECONDS)
    else:
        body = {"customer_id": scenario.customer, "text": step.say, "identity": "proven"}
        answer = await client.open_ticket(body, wait=PATIENCE_SECONDS)
    return Received.model_validate(answer).ticket_id


async def _settled(client: ApiClient, ticket_id: str, step: Step, seen: int) -> TicketDetail:
    """Wait until the step has been answered and has come out as expected, or patience ends, and read the ticket."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    is_answered = False
    while True:
        detail = TicketDetail.model_validate(await client.ticket(ticket_id))
        if not is_answered and any(m.seq > seen and m.author != "customer" for m in detail.messages):
            is_answered = True
            # The words may be read a moment before the status that came with them.
            deadline = min(deadline, time.monotonic() + _GRACE_SECONDS)
        if (is_answered and detail.ticket.status == step.then.value) or time.monotonic() > deadline:
            return detail
        await asyncio.sleep(_POLL_SECONDS)


def _performed(detail: TicketDetail, events: Sequence[Event]) -> tuple[str, ...]:
    writes = {action.action_id for action in detail.actions}
    done = [event.body for event in events if event.kind == "action_performed"]
    return tuple(
        str(body.get("action"))
        for body in done
        if body.get("action_id") in writes and body.get("status") == "succeeded" and body.get("read_back")
    )


def _handed_off(events: Sequence[Event]) -> str | None:
    return next((str(event.body.get("reason")) for event in events if event.kind == "handed_off"), None)


def _differences(outcome: Outcome, detail: TicketDetail, events: Sequence[Event]) -> list[str]:
    found: list[str] = []
    performed = _performed(detail, events)
    if sorted(performed) != sorted(outcome.performed):
        found.append(
            f"carried out {', '.join(performed) or 'nothing'}, not {', '.join(outcome.performed) or 'nothing'}"
        )
    reason, wanted = _handed_off(events), outcome.handed_off.value if outcome.handed_off else None
    if reason != wanted:
        found.append(f"handed off because of {reason or 'nothing'}, not {wanted or 'nothing'}")
    is_cited = any(event.kind == "evidence_found" and event.body.get("passages") for event in events)
    if outcome.is_cited and not is_cited:
        found.append("the answer rests on no passage of the knowledge base")
    return found
