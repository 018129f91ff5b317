"""What people's moves and the clock do to a ticket."""

from datetime import timedelta

import pytest
from temporalio.exceptions import ApplicationError

from domain.approval import ApprovalRequest, Decision, DecisionVerdict, PendingApproval
from domain.ask import InboxRow, TicketTerms
from domain.memory import HeldAction, Memory, WatchedEffect
from domain.ticket import IdentityLevel, TicketStatus, WaitingFor
from tests.support.effects import NOW, TICKET, action
from workflows import approvals, moves
from workflows.state import CloseAsked, HandedBack, OperatorReplied, Owner, Rated, TakenOver, TicketState

TERMS = TicketTerms(
    status=TicketStatus.new,
    first_event=1,
    remind_after=timedelta(hours=24),
    give_up_after=timedelta(hours=72),
    reopen_window=timedelta(days=7),
)


def ticket(**about: object) -> TicketState:
    """A ticket between turns."""
    fields = {"ref": TICKET, "terms": TERMS, "quiet_since": NOW, "next_event": 5, "watermark": 2, "latest": 2}
    return TicketState.model_validate(fields | about)


def test_a_silent_customer_is_reminded_once_and_then_left_alone() -> None:
    """First the reminder, then the end of waiting; a reminder is sent once."""
    pending = ticket(status=TicketStatus.pending, waiting_for=WaitingFor.customer)
    first = moves.next_deadline(pending)
    assert first is not None
    assert (first.kind, first.at) == ("remind", NOW + timedelta(hours=24))
    second = moves.next_deadline(pending.model_copy(update={"reminded": True}))
    assert second is not None
    assert (second.kind, second.at) == ("give_up", NOW + timedelta(hours=72))


def test_an_operators_ticket_gets_no_reminder_from_the_assistant() -> None:
    """The person who has the ticket decides what to send."""
    theirs = ticket(status=TicketStatus.pending, waiting_for=WaitingFor.customer, owner=Owner.operator)
    due = moves.next_deadline(theirs)
    assert due is not None
    assert due.kind == "give_up"


def test_a_solved_ticket_closes_after_the_window() -> None:
    """The no-reopen window is the only timer of a solved ticket."""
    due = moves.next_deadline(ticket(status=TicketStatus.solved, waiting_for=WaitingFor.nobody))
    assert due is not None
    assert (due.kind, due.at) == ("reopen_window_ends", NOW + timedelta(days=7))


def test_a_ticket_whose_money_may_come_back_does_not_close() -> None:
    """Until the payment has settled, the next thing is to look at it; the window ends after that."""
    effect = WatchedEffect(
        action_id="T-00000001/a1", name="issue_refund", wish=1, since=NOW, due=NOW + timedelta(days=20)
    )
    solved = ticket(status=TicketStatus.solved, waiting_for=WaitingFor.nobody, memory=Memory(watched=(effect,)))
    due = moves.next_deadline(solved)
    assert due is not None
    assert (due.kind, due.at) == ("look_again", NOW + timedelta(days=20))


def test_what_a_pause_holds_back_is_tried_within_the_hour() -> None:
    """Should the word that the pause has ended get lost, the clock is there."""
    held = HeldAction(action=action(), approval_id=None, since=NOW)
    due = moves.next_deadline(ticket(status=TicketStatus.on_hold, memory=Memory(held=(held,))))
    assert due is not None
    assert (due.kind, due.at) == ("retry_held", NOW + timedelta(hours=1))
    for asked in (
        {"resume_due": (held.action.action_id,)},
        {"is_resume_asked": True},
        {"looks_asked": ("T-00000001/a1",)},
    ):
        assert moves.has_work(ticket(**asked))


def test_an_open_ticket_has_no_timer() -> None:
    """What waits for a person waits without a deadline of the workflow's."""
    assert moves.next_deadline(ticket(status=TicketStatus.open, waiting_for=WaitingFor.operator)) is None


def test_the_first_message_opens_and_a_message_to_a_solved_ticket_reopens() -> None:
    """The events of an arrival tell where the ticket stood."""
    first = moves.arrival_events(ticket(next_event=1), (1,))
    assert [event.kind for event in first] == ["ticket_opened", "message_received"]
    again = moves.arrival_events(ticket(status=TicketStatus.solved, memory=Memory(reopens=1)), (3, 4))
    assert [event.kind for event in again] == ["message_received", "message_received", "reopened"]
    assert again[-1].body == {"reopens": 2}


def test_an_operators_reply_silences_the_assistant() -> None:
    """From then on the operator answers; their own message counts as read."""
    effect = moves.effect_of(ticket(), OperatorReplied(seq=3, by="olga"), NOW)
    assert effect.state.owner is Owner.operator
    assert effect.state.watermark == 3
    assert (effect.status, effect.waiting_for) == (TicketStatus.pending, WaitingFor.customer)


def test_an_operators_solution_counts_as_theirs() -> None:
    """A ticket that a person settled is never counted for the assistant."""
    effect = moves.effect_of(ticket(), OperatorReplied(seq=3, by="olga", solves=True), NOW)
    assert effect.status is TicketStatus.solved
    assert effect.resolution == "by_operator"


def test_a_handback_goes_on_above_its_watermark_and_cannot_loop() -> None:
    """The watermark never rises by a handback, so each message is answered at most once more."""
    theirs = ticket(owner=Owner.operator, watermark=9, latest=9)
    effect = moves.effect_of(theirs, HandedBack(by="olga", watermark=4), NOW)
    assert (effect.state.owner, effect.state.watermark) == (Owner.assistant, 4)
    assert moves.has_work(effect.state)
    beyond = moves.effect_of(theirs, HandedBack(by="olga", watermark=100), NOW)
    assert not moves.has_work(beyond.state)


def test_closing_and_taking_over_and_rating() -> None:
    """Each move leads to its own status; a rating changes none."""
    assert moves.effect_of(ticket(), CloseAsked(by="olga"), NOW).status is TicketStatus.closed
    taken = moves.effect_of(ticket(), TakenOver(by="olga"), NOW)
    assert (taken.status, taken.state.owner) == (TicketStatus.open, Owner.operator)
    solved = ticket(status=TicketStatus.solved, waiting_for=WaitingFor.nobody)
    assert moves.effect_of(solved, Rated(score=5), NOW).status is TicketStatus.solved


@pytest.mark.parametrize(
    ("before", "rows", "after", "kinds"),
    [
        ("anonymous", [None], "anonymous", []),
        ("anonymous", ["anonymous"], "anonymous", []),
        ("anonymous", ["anonymous", "proven"], "proven", ["identity_proven"]),
        ("claimed", ["proven", None], "proven", ["identity_proven"]),
        ("proven", ["proven"], "proven", []),
        ("proven", ["anonymous"], "anonymous", ["identity_lapsed"]),
        ("proven", ["claimed", "proven"], "proven", []),
    ],
)
def test_a_ticket_is_known_as_its_newest_message_was(
    before: str, rows: list[str | None], after: str, kinds: list[str]
) -> None:
    """What was decided when a message was accepted counts, and a change of it is an event."""
    state = ticket(ref=TICKET.model_copy(update={"identity": IdentityLevel(before)}))
    inbox = [
        InboxRow.model_validate({"seq": seq, "author": "customer", "identity": level})
        for seq, level in enumerate(rows, 3)
    ]
    ref, events = moves.identified(state, inbox)
    assert ref.identity == after
    assert ref.model_copy(update={"identity": TICKET.identity}) == TICKET
    assert [event.kind for event in events] == kinds


def test_closing_takes_back_what_waits_for_approval() -> None:
    """Every open request is withdrawn in the moment of closing, and a decision that comes later is refused."""
    waiting = [
        PendingApproval(
            request=ApprovalRequest(
                approval_id=action(number=number).action_id,
                action=action(number=number),
                role="support",
                approvers=1,
                rules=("a_rule",),
                policy_version="0" * 64,
                requested_at=NOW,
                expires_at=NOW + timedelta(hours=72),
            )
        )
        for number in (1, 2)
    ]
    held = ticket(status=TicketStatus.on_hold, memory=Memory(pending=tuple(waiting)))
    effect = moves.effect_of(held, CloseAsked(by="olga"), NOW)
    assert [event.kind for event in effect.withdrawn] == ["approval_withdrawn", "approval_withdrawn"]
    assert [event.kind for event in effect.events] == ["closed"]
    assert [settlement.how for settlement in effect.state.settlements_due] == ["withdrawn", "withdrawn"]
    late = Decision(
        decision_id=1,
        approval_id=waiting[0].request.approval_id,
        verdict=DecisionVerdict.approved,
        args_sha256=waiting[0].request.action.args_sha256,
        decided_by="omar",
    )
    with pytest.raises(ApplicationError, match="withdrawn"):
        approvals.check(effect.state, late, NOW)
