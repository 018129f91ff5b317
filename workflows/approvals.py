"""The decision slots of a ticket's approvals: the first valid answer takes the slot, whoever gives it.

Pure functions over the ticket's state. A decision, an expiry and the customer's withdrawal all go through `settle`, so
two of them can never both count.
"""

from datetime import datetime
from typing import Literal

from temporalio.exceptions import ApplicationError

from domain.approval import ApprovalRequest, Decision, DecisionReceipt, DecisionVerdict, Settlement
from domain.ids import ActionId
from workflows.state import SettledApproval, TicketState


def find_request(state: TicketState, approval_id: ActionId) -> ApprovalRequest | None:
    """The request a ticket waits on, by id; one that is being recorded counts: its row may be seen already."""
    waiting = (*(pending.request for pending in state.memory.pending), *state.requesting)
    return next((request for request in waiting if request.approval_id == approval_id), None)


def find_settled(state: TicketState, approval_id: ActionId) -> SettledApproval | None:
    """How an approval ended, if it has."""
    return next((s for s in state.settled if s.settlement.approval_id == approval_id), None)


def check(state: TicketState, decision: Decision, now: datetime) -> None:
    """Raise ApplicationError if this decision cannot be taken; a repeat of the one that was is fine."""
    settled = find_settled(state, decision.approval_id)
    if settled is not None:
        if settled.settlement.decision_id == decision.decision_id:
            return
        by = f" by {settled.decided_by}" if settled.decided_by else ""
        at = settled.settlement.at.isoformat(timespec="seconds")
        raise _refusal("stale_decision", f"This approval was {settled.settlement.how}{by} at {at}.")
    request = find_request(state, decision.approval_id)
    if request is None:
        raise _refusal("stale_decision", "This approval is not open.")
    if now >= request.expires_at:
        raise _refusal(
            "stale_decision", f"This approval expired at {request.expires_at.isoformat(timespec='seconds')}."
        )
    is_amendment = decision.verdict is DecisionVerdict.amended
    if is_amendment != (decision.amended is not None):
        raise _refusal("approval_mismatch", "An amendment carries the amended action, and nothing else does.")
    if decision.args_sha256 != request.action.args_sha256 or not request.action.is_intact():
        raise _refusal("approval_mismatch", "The decision was made for other arguments; look at the request again.")
    if decision.amended is not None and (decision.amended.action_id, decision.amended.name, decision.amended.wish) != (
        request.action.action_id,
        request.action.name,
        request.action.wish,
    ):
        raise _refusal("approval_mismatch", "An amendment changes arguments, not the action.")
    if decision.amended is not None and not decision.amended.is_intact():
        raise _refusal("approval_mismatch", "The amended arguments do not match their own digest.")


def decide(state: TicketState, decision: Decision, now: datetime) -> tuple[TicketState, DecisionReceipt]:
    """Take a checked decision: it takes the slot, or counts as one of several needed approvals."""
    settled = find_settled(state, decision.approval_id)
    if settled is not None:
        return state, _receipt(settled)
    request = find_request(state, decision.approval_id)
    if request is None:
        raise _refusal("stale_decision", "This approval is not open.")
    if decision.verdict is DecisionVerdict.approved:
        earlier = [v for v in state.votes if v.approval_id == decision.approval_id]
        people = {vote.decided_by for vote in earlier} | {decision.decided_by}
        if len(people) < request.approvers:
            votes = state.votes if decision.decided_by in {v.decided_by for v in earlier} else (*state.votes, decision)
            receipt = DecisionReceipt(
                approval_id=decision.approval_id, accepted=True, how="counted", decided_by=decision.decided_by, at=now
            )
            return state.model_copy(update={"votes": votes}), receipt
    state, _ = settle(
        state,
        decision.approval_id,
        decision.verdict.value,
        now,
        decision_id=decision.decision_id,
        by=decision.decided_by,
    )
    state = state.model_copy(update={"decisions": (*state.decisions, decision)})
    taken = find_settled(state, decision.approval_id)
    if taken is None:
        raise RuntimeError("a settled approval has no slot")
    return state, _receipt(taken)


def settle(
    state: TicketState,
    approval_id: ActionId,
    how: Literal["approved", "declined", "amended", "expired", "withdrawn"],
    now: datetime,
    *,
    decision_id: int | None = None,
    by: str | None = None,
) -> tuple[TicketState, bool]:
    """Take the one slot of an approval; False if it is taken already."""
    if find_settled(state, approval_id) is not None:
        return state, False
    settlement = Settlement(approval_id=approval_id, how=how, decision_id=decision_id, at=now)
    slot = SettledApproval(settlement=settlement, decided_by=by)
    return (
        state.model_copy(
            update={
                "settled": (*state.settled, slot),
                "settlements_due": (*state.settlements_due, settlement),
                "votes": tuple(vote for vote in state.votes if vote.approval_id != approval_id),
            }
        ),
        True,
    )


def withdraw_all(state: TicketState, now: datetime) -> TicketState:
    """Take every open slot: the ticket ends, so nobody is told that their answer counts."""
    for pending in state.memory.pending:
        state, _ = settle(state, pending.request.approval_id, "withdrawn", now)
    return state


def next_expiry(state: TicketState) -> ApprovalRequest | None:
    """The open request that expires first."""
    requests = [p.request for p in state.memory.pending if find_settled(state, p.request.approval_id) is None]
    return min(requests, key=lambda request: request.expires_at, default=None)


def next_reminder(state: TicketState) -> tuple[datetime, ActionId] | None:
    """When to remind approvers next, and of which request: before it expires, but not in the first half of its time."""
    before = state.terms.remind_approver_before if state.terms else None
    if before is None:
        return None
    asked = [p.request for p in state.memory.pending if find_settled(state, p.request.approval_id) is None]
    due = [
        (max(it.expires_at - before, it.requested_at + (it.expires_at - it.requested_at) / 2), it.approval_id)
        for it in asked
        if it.approval_id not in state.approvals_reminded
    ]
    return min(due, default=None)


def _receipt(slot: SettledApproval) -> DecisionReceipt:
    return DecisionReceipt(
        approval_id=slot.settlement.approval_id,
        accepted=True,
        how=slot.settlement.how,
        decided_by=slot.decided_by,
        at=slot.settlement.at,
    )


def _refusal(code: str, text: str) -> ApplicationError:
    return ApplicationError(text, type=code, non_retryable=True)
