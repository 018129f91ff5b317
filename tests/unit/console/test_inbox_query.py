"""The inbox's line of filters: read strictly, and nobody is shown more than they asked for."""

from datetime import UTC, datetime, timedelta

import pytest

from console.inbox_query import VIEWS, read_line
from console.terms import MOST_CHARS
from domain.errors import InvalidInput
from domain.ticket import TicketStatus, WaitingFor
from store.desk import InboxFilter

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


def _read(line: str) -> InboxFilter:
    return read_line(line, me="olga", now=NOW)


def test_filters_and_words_are_told_apart() -> None:
    """What is no filter is searched for, in its order."""
    read = _read("is:waiting intent:refund_request older:90m broken  charger queue:Billing")
    assert read.waiting_for == (WaitingFor.operator, WaitingFor.approver)
    assert (read.intent, read.queue, read.words) == ("refund_request", "billing", "broken charger")
    assert read.updated_before == NOW - timedelta(minutes=90)


def test_filters_add_up() -> None:
    """Each narrows what the others leave."""
    read = _read("is:mine is:unsolved is:urgent newer:2d sort:oldest")
    assert (read.assigned_to, read.is_urgent, read.oldest_first) == ("olga", True, True)
    assert TicketStatus.solved not in read.statuses
    assert read.updated_after == NOW - timedelta(days=2)


def test_nobody_and_somebody() -> None:
    """Tickets of nobody are asked for in two ways."""
    assert _read("assigned:none") == _read("is:unassigned")
    assert _read("assigned:bob").assigned_to == "bob"


def test_an_empty_line_asks_for_everything() -> None:
    """Nothing said, nothing left out."""
    assert _read("   ") == InboxFilter()


def test_what_is_put_off_is_left_out_of_what_there_is_to_do() -> None:
    """In whatever order; whoever searches finds it, and whoever asks for it."""
    assert _read("is:waiting").is_snoozed is _read("sla:1h").is_snoozed is False
    assert _read("is:snoozed is:waiting").is_snoozed is _read("is:waiting is:snoozed").is_snoozed is True
    assert _read("charger").is_snoozed is _read("is:solved").is_snoozed is None
    assert (_read("sla:1h").due_before, _read("is:breached").is_breached) == (NOW + timedelta(hours=1), True)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("is:lost", "There is no “is:lost”. There are: new, open"),
        ("intnet:refund", "Did you mean “intent:”?"),
        ("older:soon", "“older:30m”"),
        ("older:99999d", "An age"),
        ("sort:random", "sort:oldest"),
        ("x" * (MOST_CHARS + 1), f"at most {MOST_CHARS}"),
        ("intent:Rückerstattung!", "intent"),
    ],
)
def test_a_filter_that_is_none_is_told(line: str, says: str) -> None:
    """Dropping it silently would show more than was asked for."""
    with pytest.raises(InvalidInput, match=says.replace("(", r"\(").replace("?", r"\?")):
        _read(line)


@pytest.mark.parametrize("words", ["http://example.com/x", "10:30", "note:", "a:b"])
def test_a_colon_makes_no_filter(words: str) -> None:
    """Only what looks like one of ours is taken for one."""
    assert _read(words).words == words


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_every_saved_filter_can_be_read(view: object) -> None:
    """A view whose line is wrong would be an error on the first page that anybody sees."""
    assert _read(getattr(view, "line", "?"))
