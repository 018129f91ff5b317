"""Spans of time as people type them."""

from datetime import timedelta

import pytest

from domain.errors import InvalidInput
from runtime.cli.spans import parse_span


@pytest.mark.parametrize(
    ("text", "span"),
    [("30m", timedelta(minutes=30)), ("4h", timedelta(hours=4)), (" 2d ", timedelta(days=2))],
)
def test_it_reads_what_people_write(text: str, span: timedelta) -> None:
    """Minutes, hours, days."""
    assert parse_span(text) == span


@pytest.mark.parametrize("text", ["", "4", "h", "0h", "-1h", "1.5h", "4 h", "99999d", "4w", "\u0664h"])
def test_it_refuses_what_could_mean_something_else(text: str) -> None:
    """What is not plainly a span is refused, never guessed."""
    with pytest.raises(InvalidInput):
        parse_span(text)
