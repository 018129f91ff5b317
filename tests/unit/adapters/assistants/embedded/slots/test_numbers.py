"""Numbers of orders and amounts of money are read as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.assistants.embedded.slots.numbers import amounts_said, known_number, numbers_said
from domain.money import Money


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("order #10042", ("10042",)),
        ("Order number: 10042.", ("10042",)),
        ("orders 10042 and 10050", ("10042", "10050")),
        ("my order #W2378156 please", ("W2378156",)),
        ("order no. 10-042", ("10042",)),
        ("tracking number #99887766", ()),
        ("I ordered 2 lamps", ()),
        ("card ending 4242", ()),
        ("10042", ()),
        ("where is 10042", ("10042",)),
        ("something was ordered under 10042", ("10042",)),
        ("cancel 10 lamps, return 1299 euros", ()),
        ("send it to Lindenweg 3, 10115 Berlin", ()),
    ],
)
def test_order_numbers(text: str, numbers: tuple[str, ...]) -> None:
    """A number counts when it is spoken of as an order's."""
    assert numbers_said(text) == numbers


def test_a_bare_number_counts_in_an_answer() -> None:
    """Asked for the order, people answer with its number alone."""
    assert numbers_said("it's 10042, thanks", bare=True) == ("10042",)
    assert numbers_said("€1234 or 1234.50", bare=True) == ()


@pytest.mark.parametrize(
    ("said", "known"), [("W1234567", "#W1234567"), ("1234567", "#W1234567"), ("7654321", None), ("X1234567", None)]
)
def test_known_numbers(said: str, known: str | None) -> None:
    """A number is known with or without its letter, and never by resemblance."""
    assert known_number(said, ["#W1234567", "#W9999999"]) == known


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("€20", [2_000]),
        ("20 euros please", [2_000]),
        ("EUR 1,250.50", [125_050]),
        ("1.250,50 €", [125_050]),
        ("19.99€ or 5 euro", [1_999, 500]),
        ("20 items", []),
        ("€0", []),
        ("-20 €", []),
    ],
)
def test_amounts(text: str, amounts: list[int]) -> None:
    """Amounts are read with either decimal sign; what is no amount of money is left out."""
    assert amounts_said(text) == tuple(Money(amount=cents, currency="EUR") for cents in amounts)


@given(st.integers(min_value=1, max_value=10**9))
def test_a_written_amount_reads_back(cents: int) -> None:
    """Whatever Money writes, this reads."""
    money = Money(amount=cents, currency="EUR")
    assert amounts_said(f"please refund {money} to me") == (money,)
