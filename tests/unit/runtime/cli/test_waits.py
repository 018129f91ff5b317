"""For whom a ticket waited, and how long."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from runtime.cli.views.waits import waits
from tests.unit.runtime.cli.events import START, life


def told(*turns: tuple[int, list[tuple[str, dict[str, object]]]]) -> list[tuple[str, int, int | None]]:
    """The waits of a life, as (for whom, since minute, until minute)."""

    def minute(length: timedelta) -> int:
        return round(length.total_seconds() / 60)

    return [
        (wait.waiting_for, minute(wait.since - START), minute(wait.until - START) if wait.until else None)
        for wait in waits(life(*turns))
    ]


def to(waiting_for: str) -> tuple[str, dict[str, object]]:
    """The event of a change of status."""
    return "status_changed", {"from": "open", "to": "pending", "waiting_for": waiting_for}


WROTE: tuple[str, dict[str, object]] = ("message_received", {"seq": 1})


def test_a_question_waits_until_the_customer_writes() -> None:
    """From the turn that asked to the message that answered; a settled ticket waits for nobody."""
    assert told((0, [WROTE, to("customer")]), (7, [WROTE, to("nobody")])) == [("customer", 0, 7)]


def test_a_second_question_is_a_wait_of_its_own() -> None:
    """The status stays pending from one question to the next, and still the customer answered in between."""
    assert told((0, [WROTE, to("customer")]), (7, [WROTE, ("question_asked", {})]), (9, [WROTE, to("nobody")])) == [
        ("customer", 0, 7),
        ("customer", 7, 9),
    ]


def test_a_question_while_an_approval_waits_does_not_end_the_wait() -> None:
    """The approver is waited for all the time, whatever the customer asks meanwhile."""
    assert told(
        (0, [WROTE, to("approver")]),
        (5, [WROTE, ("reply_sent", {})]),
        (60, [("approval_decided", {"how": "approved"})]),
        (61, [to("nobody")]),
    ) == [("approver", 0, 60)]


def test_each_of_two_approvals_is_a_wait_of_its_own() -> None:
    """After the first decision has been acted on, the ticket waits on for the second."""
    decided: tuple[str, dict[str, object]] = ("approval_decided", {"how": "approved"})
    assert told(
        (0, [WROTE, to("approver")]),
        (10, [decided]),
        (11, [("turn_finished", {}), ("reply_sent", {})]),
        (30, [decided]),
        (31, [to("nobody")]),
    ) == [("approver", 0, 10), ("approver", 11, 30)]


def test_a_handed_off_ticket_waits_for_the_operator_until_they_answer() -> None:
    """Taking a ticket over is not yet an answer."""
    assert told(
        (0, [WROTE, ("handed_off", {}), to("operator")]),
        (10, [("handoff_accepted", {"by": "op"})]),
        (30, [("operator_replied", {"by": "op"}), to("customer")]),
    ) == [("operator", 0, 30), ("customer", 30, None)]


def test_closing_ends_every_wait() -> None:
    """After the end nobody waits."""
    assert told((0, [WROTE, to("customer")]), (90, [("closed", {"by": "system"}), to("nobody")])) == [
        ("customer", 0, 90)
    ]


def test_a_ticket_without_events_has_no_waits() -> None:
    """The first turn has not ended yet."""
    assert told() == []


KINDS = ["message_received", "approval_decided", "operator_replied", "handed_back", "closed", "reply_sent"]


@given(
    st.lists(
        st.lists(
            st.one_of(
                st.sampled_from(KINDS).map(lambda kind: (kind, dict[str, object]())),
                st.sampled_from(["customer", "approver", "operator", "nobody"]).map(to),
            ),
            min_size=1,
            max_size=3,
        ),
        max_size=8,
    )
)
def test_waits_never_overlap_and_only_the_last_may_be_open(
    turns: list[list[tuple[str, dict[str, object]]]],
) -> None:
    """Whatever happens, one is waited for at a time, and never backwards."""
    found = waits(life(*enumerate(turns)))
    for earlier, later in pairwise(found):
        assert earlier.until is not None
        assert earlier.since <= earlier.until <= later.since
