"""Templates are filled by dotted look-up alone, and every kind of value reads in one way."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import ReplyInvalid
from domain.facts import plain
from domain.template import placeholders, render, show
from tests.unit.domain.customers import (
    DELIVERED,
    HEADPHONES,
    HOME,
    LAMP,
    SHOE_VARIANTS,
    SHOES,
    VISA,
    eur,
    subscription,
)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (eur(5_400), "€54.00"),
        (date(2026, 12, 3), "3 December 2026"),
        (datetime(2026, 12, 3, 23, 30, tzinfo=UTC), "3 December 2026"),
        ("2026-12-03", "3 December 2026"),
        ("2026-12-03T10:00:00+00:00", "3 December 2026"),
        ("2026-13-03", "2026-13-03"),
        ("10042", "10042"),
        (7, "7"),
        (["a"], "a"),
        (["a", "b", "c"], "a, b and c"),
        (HEADPHONES, "Wireless Headphones (black)"),
        ([HEADPHONES, LAMP], "Wireless Headphones (black) and Desk Lamp (white)"),
        (HOME, "5 Castle Road, 8010 Graz, Austria"),
        (DELIVERED, "10042"),
        (DELIVERED.refunds[0], "€54.00"),
        (DELIVERED.payments[0], "€93.90"),
        (VISA, "Visa ending 4242"),
        (SHOE_VARIANTS[0], "8, black"),
        (subscription("Team"), "Team"),
    ],
)
def test_how_values_read(value: object, shown: str) -> None:
    """A value reads the same as a domain type and as the plain fact made of it."""
    assert show(value) == shown
    assert show(plain(value)) == shown


def test_an_exchange_reads_as_old_and_new() -> None:
    """A pair tells the line and the variant wanted instead."""
    assert show([{"line": plain(SHOES), "variant": plain(SHOE_VARIANTS[0])}]) == "Running Shoes (9, black) → 8, black"


def test_the_locale_decides_months_and_and() -> None:
    """Dates and lists follow the reply's language, and English where it is not known."""
    assert show(date(2026, 3, 1), "de") == "1. März 2026"
    assert show(["a", "b"], "de") == "a und b"
    assert show(date(2026, 3, 1), "fr") == "1 March 2026"


@pytest.mark.parametrize("value", [None, True, 1.5, [], {"colour": "red"}, object()])
def test_what_has_no_one_way_to_be_written(value: object) -> None:
    """Nothing, truth values, floats and unknown records are refused."""
    with pytest.raises(TypeError):
        show(value)


def test_placeholders_are_filled_from_the_facts() -> None:
    """A path is followed through mappings, wherever it stands."""
    facts = {"order": plain(DELIVERED), "refund": {"amount": plain(eur(5_400))}}
    assert render("{refund.amount} for order {order.number}.", facts) == "€54.00 for order 10042."
    assert placeholders("{refund.amount} for {order.number}") == {"refund.amount", "order.number"}


@pytest.mark.parametrize(
    "template",
    ["{order.colour}", "{nothing}", "{order.lines.title}", "{order.delivered_at.year}", "{order.payments}{order.x.y}"],
)
def test_a_missing_fact_names_the_placeholder_only(template: str) -> None:
    """The error names the path, and no value of the facts."""
    with pytest.raises(ReplyInvalid) as error:
        render(template, {"order": plain(DELIVERED)})
    assert "10042" not in error.value.text
    assert str(error.value.facts["placeholder"]) in template


def test_a_fact_that_is_null_is_no_fact() -> None:
    """Null is refused with the placeholder's name."""
    with pytest.raises(ReplyInvalid, match=r"\{order.delivered_at\}"):
        render("{order.delivered_at}", {"order": {"delivered_at": None}})


@pytest.mark.parametrize(
    "template", ["{Order}", "{order number}", "{order!r}", "{order.number:>10}", "{0}", "{", "a }"]
)
def test_other_braces_are_refused(template: str) -> None:
    """No format specifications, indexes or attributes: a brace is a placeholder or an error."""
    with pytest.raises(ReplyInvalid):
        placeholders(template)


@given(st.text())
def test_values_are_never_templates(value: str) -> None:
    """Braces inside a value stand as they are: nothing is filled twice."""
    rendered = render("{words}|{words}", {"words": value, "order": {"number": "secret"}})
    assert rendered == f"{show(value)}|{show(value)}"
