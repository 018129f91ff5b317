"""The decision slot: the first valid answer takes it, whoever gives it."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from temporalio.exceptions import ApplicationError

from domain.approval import ApprovalRequest, Decision, DecisionVerdict, PendingApproval
from domain.ask import TicketTerms
from domain.memory import Memory
from domain.ticket import TicketStatus
from tests.support.effects import NOW, TICKET, action
from workflows import approvals
from workflows.state import TicketState

LATER = NOW + timedelta(hours=1)


def state(approvers: int = 1) -> TicketState:
    """A ticket that waits for one approval until 72 hours from NOW."""
    request = ApprovalRequest(
        approval_id=action().action_id,
        action=action(),
        role="support",
        approvers=approvers,
        rules=("a_rule",),
        policy_version="0" * 64,
        requested_at=NOW,
        expires_at=NOW + timedelta(hours=72),
    )
    return TicketState(ref=TICKET, memory=Memory(pending=(PendingApproval(request=request),)))


def decision(number: int = 1, verdict: DecisionVerdict = DecisionVerdict.approved, **about: object) -> Decision:
    """An operator's answer."""
    fields = {
        "decision_id": number,
        "approval_id": action().action_id,
        "verdict": verdict,
        "args_sha256": action().args_sha256,
        "decided_by": f"operator{number}",
    }
    return Decision.model_validate(fields | about)


def refusal(ticket: TicketState, wanted: Decision, at: timedelta = timedelta(hours=1)) -> str:
    """The code with which a decision is refused."""
    with pytest.raises(ApplicationError) as caught:
        approvals.check(ticket, wanted, NOW + at)
    return str(caught.value.type)


def test_the_first_decision_takes_the_slot() -> None:
    """An approval is queued to be acted on, and its receipt says so."""
    after, receipt = approvals.decide(state(), decision(), LATER)
    assert receipt.accepted
    assert receipt.how == "approved"
    assert after.decisions == (decision(),)


def test_the_second_decision_is_told_who_was_first() -> None:
    """A later decision is refused with the name and the time of the first."""
    after, _ = approvals.decide(state(), decision(1), LATER)
    with pytest.raises(ApplicationError, match="operator1 at 2026-12-01T10:00:00"):
        approvals.check(after, decision(2, DecisionVerdict.declined), LATER)


def test_the_same_decision_again_gives_the_same_receipt() -> None:
    """A double click is harmless: same receipt, one decision to act on."""
    after, first = approvals.decide(state(), decision(), LATER)
    approvals.check(after, decision(), LATER)
    again, second = approvals.decide(after, decision(), LATER + timedelta(minutes=1))
    assert second == first
    assert again.decisions == after.decisions


def test_an_expired_approval_cannot_be_decided() -> None:
    """At the very moment of expiry it is too late."""
    approvals.check(state(), decision(), NOW + timedelta(hours=71, minutes=59))
    assert refusal(state(), decision(), timedelta(hours=72)) == "stale_decision"


def test_an_unknown_approval_cannot_be_decided() -> None:
    """An approval that the ticket does not wait for is not open."""
    assert refusal(state(), decision(approval_id="T-00000001/a9")) == "stale_decision"


@given(st.text("0123456789abcdef", min_size=64, max_size=64))
def test_only_the_digest_that_was_shown_is_accepted(digest: str) -> None:
    """A decision for any other arguments than those asked for is refused."""
    if digest != action().args_sha256:
        assert refusal(state(), decision(args_sha256=digest)) == "approval_mismatch"


def test_an_amendment_cannot_swap_the_action() -> None:
    """An amendment changes arguments; another action, or a broken digest, is refused."""
    swapped = decision(verdict=DecisionVerdict.amended, amended=action("return_item"))
    assert refusal(state(), swapped) == "approval_mismatch"
    broken = action().model_copy(update={"args_sha256": "c" * 64})
    assert refusal(state(), decision(verdict=DecisionVerdict.amended, amended=broken)) == "approval_mismatch"


def test_expiry_withdrawal_and_decision_share_one_slot() -> None:
    """Whatever comes first takes the slot; the others get False or a refusal."""
    withdrawn, is_taken = approvals.settle(state(), action().action_id, "withdrawn", LATER)
    assert is_taken
    _, is_taken_again = approvals.settle(withdrawn, action().action_id, "expired", LATER)
    assert not is_taken_again
    assert refusal(withdrawn, decision()) == "stale_decision"


def test_two_approvers_must_be_two_people() -> None:
    """Where two approvals are needed, the same person twice does not count twice."""
    once, receipt = approvals.decide(state(approvers=2), decision(1), LATER)
    assert receipt.how == "counted"
    twice, receipt = approvals.decide(once, decision(2, decided_by="operator1"), LATER)
    assert receipt.how == "counted"
    done, receipt = approvals.decide(twice, decision(3), LATER)
    assert receipt.how == "approved"
    assert len(done.decisions) == 1


def test_the_earliest_open_request_expires_first() -> None:
    """A settled approval has no timer any more."""
    assert approvals.next_expiry(state()) is not None
    settled, _ = approvals.settle(state(), action().action_id, "withdrawn", LATER)
    assert approvals.next_expiry(settled) is None


def test_approvers_are_reminded_once_and_not_in_the_first_half() -> None:
    """Twelve hours before the end, a short one at half of its time; tickets with older terms never."""
    terms = TicketTerms(
        status=TicketStatus.new,
        first_event=1,
        remind_after=timedelta(hours=24),
        give_up_after=timedelta(hours=72),
        reopen_window=timedelta(days=7),
        remind_approver_before=timedelta(hours=12),
    )
    waiting = state().model_copy(update={"terms": terms})
    assert approvals.next_reminder(waiting) == (NOW + timedelta(hours=60), action().action_id)
    day = terms.model_copy(update={"remind_approver_before": timedelta(hours=70)})
    assert approvals.next_reminder(waiting.model_copy(update={"terms": day})) == (
        NOW + timedelta(hours=36),
        action().action_id,
    )
    reminded = waiting.model_copy(update={"approvals_reminded": (action().action_id,)})
    assert approvals.next_reminder(reminded) is None
    assert approvals.next_reminder(state()) is None
