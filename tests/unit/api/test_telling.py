"""A ticket's life in words: every event has its sentence, and no sentence needs more than the event."""

from datetime import UTC, datetime
from typing import Any, get_args

import pytest

from api.telling import Names, tell
from domain.action import ActionSpec, Effect
from domain.event import EventKind, TicketEvent

AT = datetime(2026, 11, 23, 9, 14, tzinfo=UTC)
REFUND = ActionSpec(name="issue_refund", title="Issue a refund", effect=Effect.write, risk="high", arguments={})
NAMES = Names(specs={"issue_refund": REFUND}, deciders={7: "op-1"})


def told(kind: EventKind, names: Names = NAMES, **body: Any) -> str:  # noqa: ANN401 - an event's body holds anything
    """The sentence for an event."""
    return tell(TicketEvent(seq=1, kind=kind, at=AT, body=body), names)


@pytest.mark.parametrize("kind", get_args(EventKind))
def test_every_kind_is_told(kind: EventKind) -> None:
    """Each kind of event has a sentence, even when an older program left its body empty."""
    sentence = told(kind, Names())

    assert sentence.endswith(".")
    assert sentence[0].isupper()


@pytest.mark.parametrize(
    ("kind", "body", "sentence"),
    [
        (
            "ticket_opened",
            {"channel": "web", "identity": "proven"},
            "Opened over web; the customer's identity is proven.",
        ),
        ("message_received", {"seq": 3}, "The customer wrote (message 3)."),
        (
            "classified",
            {"wishes": [[{"intent": "late_refund", "confidence": 943}]], "signals": ["angry"]},
            "Understood: late refund (94 %); angry.",
        ),
        (
            "classified",
            {"wishes": [[{"intent": "a", "confidence": 600}], [{"intent": "b_c", "confidence": 700}]], "signals": []},
            "Understood: a (60 %) and b c (70 %).",
        ),
        ("classified", {"wishes": [[]], "signals": []}, "Understood: nothing it can help with."),
        ("classified", {"wishes": [], "signals": []}, "Understood: no new wish."),
        ("evidence_found", {"passages": [1, 2], "contradicts": False}, "Found 2 passages in the knowledge base."),
        (
            "evidence_found",
            {"passages": [1, 2], "contradicts": True},
            "Found 2 passages in the knowledge base; two of them contradict each other.",
        ),
        ("evidence_found", {"passages": []}, "Found nothing in the knowledge base."),
        (
            "action_judged",
            {"action": "issue_refund", "verdict": "allow", "rules": ["refunds_small"], "errors": []},
            "Policy allowed “Issue a refund”: rule refunds_small.",
        ),
        (
            "action_judged",
            {"action": "cancel_order", "verdict": "forbid", "rules": ["a", "b"], "errors": ["b"]},
            "Policy forbade “Cancel order”: rule a and b, for a condition could not be evaluated.",
        ),
        ("action_judged", {"handoff_rule": "vip_first"}, "A handoff rule sends this ticket to a person: vip_first."),
        (
            "action_performed",
            {
                "action": "issue_refund",
                "status": "succeeded",
                "code": "succeeded",
                "amount": {"amount": 5400, "currency": "EUR"},
                "read_back": True,
            },
            "Issue a refund: done, €54.00, read back.",
        ),
        (
            "action_performed",
            {"action": "issue_refund", "status": "failed", "code": "card_closed", "amount": None, "read_back": False},
            "Issue a refund: refused by the system of record (card closed).",
        ),
        (
            "approval_decided",
            {"approval_id": "T-7H3K9QWZ/a1", "how": "declined", "decision": 7},
            "Approval T-7H3K9QWZ/a1 was declined by op-1.",
        ),
        (
            "approval_expired",
            {"approval_id": "T-7H3K9QWZ/a1", "how": "expired", "decision": None},
            "Approval T-7H3K9QWZ/a1 was expired.",
        ),
        ("question_asked", {"asks": "intent", "times": 2}, "Asked the customer which wish is meant (2 in a row)."),
        ("reply_checked", {"draft": 1, "findings": []}, "The reply passed every check."),
        (
            "reply_checked",
            {"draft": 1, "findings": [], "stale": [4, 7], "held": False},
            (
                "The reply passed every check; it rests on §4 and §7, which nobody confirmed in time: "
                "it is marked for review."
            ),
        ),
        (
            "reply_checked",
            {"draft": 1, "findings": [], "stale": [4], "held": True},
            "The reply passed every check; it rests on §4, which nobody confirmed in time: a person is to look first.",
        ),
        (
            "reply_checked",
            {"findings": ["tone", "hidden_characters"], "details": ["blame"]},
            "The draft was held back: it blames the customer and it holds characters that nobody sees.",
        ),
        (
            "handed_off",
            {"reason": "asked_for_person", "queue": "support", "rule": None},
            "Handed to a person in the queue support: the customer asked for a person.",
        ),
        ("closed", {"by": "system"}, "Closed by the clock."),
        ("closed", {"by": "op-1"}, "Closed by op-1."),
        ("rated", {"score": 5}, "The customer rated it 5 of 5."),
    ],
)
def test_what_is_told(kind: EventKind, body: dict[str, Any], sentence: str) -> None:
    """The sentence says what the event holds, in words."""
    assert told(kind, **body) == sentence


def test_an_amount_that_is_none_is_left_out() -> None:
    """An amount nobody can read is not told."""
    assert told("action_performed", action="a", status="succeeded", amount={"amount": "x"}, read_back=True) == (
        "A: done, read back."
    )
