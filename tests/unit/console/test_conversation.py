"""The conversation's small rules: what is folded, what a sentence rests on, and what nobody was to see."""

from datetime import UTC, datetime, timedelta

import pytest

from console.views.conversation import Fate, fate_of, fold, pieces_of
from domain.event import EventKind, TicketEvent
from domain.text import show_invisible
from domain.verification import Claim
from store.ticket_page import DraftedRow

_AT = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


def _claim(number: int, start: int, end: int, passage_id: int | None = None) -> Claim:
    return Claim(number=number, start=start, end=end, passage_id=passage_id, supported_by="passage")


def test_a_long_text_is_folded_and_nothing_of_it_is_lost() -> None:
    """Of many lines the first are shown, of one endless line the first characters."""
    for text in ("line\n" * 400, "x" * 100_000, "short", "a\nb\nc"):
        lead, rest = fold(text)
        assert lead + rest == text
        assert len(lead) <= 2_000
        assert lead.count("\n") <= 20
    assert fold("a\nb\nc") == ("a\nb\nc", "")


def test_claims_cut_a_text_into_what_rests_on_something_and_what_does_not() -> None:
    """Claims that overlap or reach beyond the text are left out; the text itself is never changed."""
    text = "Hello. Thirty days. Bye."
    pieces = pieces_of(text, [_claim(3, 17, 99), _claim(1, 7, 19, 53), _claim(2, 10, 12)])
    assert "".join(piece.text for piece in pieces) == text
    assert [(piece.text, piece.claim and piece.claim.passage_id) for piece in pieces] == [
        ("Hello. ", None),
        ("Thirty days.", 53),
        (" Bye.", None),
    ]
    assert pieces_of("", [_claim(1, 0, 3)]) == ()


def test_hidden_characters_are_told_by_their_numbers() -> None:
    """A turn of direction, a zero-width space, a control; an emoji stays what it is."""
    assert show_invisible("pay \u202e00.1\u202c now\u200b\x07") == "pay [U+202E]00.1[U+202C] now[U+200B][U+0007]"
    assert show_invisible("fine 👍🏽 ❤️\n\tnext") == "fine 👍🏽 ❤️\n\tnext"


def _draft(number: int, turn: int) -> DraftedRow:
    at = _AT + timedelta(minutes=turn)
    return DraftedRow(
        id=number, turn=turn, attempt=1, text="Words.", citations=(), findings=None, created_at=at, sent_as=None
    )


@pytest.mark.parametrize(
    ("happened", "fate"),
    [
        ((), "cut_off"),
        (("handed_off",), "unhelpful"),
        (("operator_replied",), "unhelpful"),
        (("handoff_accepted", "handed_back"), "cut_off"),
    ],
)
def test_a_draft_that_was_not_sent_says_why(happened: tuple[EventKind, ...], fate: Fate) -> None:
    """While a person has the ticket nothing is sent, and what is not suggested answers nothing."""
    events = [TicketEvent(seq=seq, kind=kind, at=_AT, body={}) for seq, kind in enumerate(happened, 1)]
    assert fate_of(_draft(1, turn=2), [_draft(1, turn=2)], events) == fate


def test_a_draft_that_another_one_stood_in_for_says_so() -> None:
    """Of a turn that wrote several, the last one counts."""
    drafts = [_draft(1, turn=2), _draft(2, turn=2), _draft(3, turn=3)]
    assert [fate_of(draft, drafts, []) for draft in drafts] == ["replaced", "cut_off", "cut_off"]
