"""Amounts as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import BadMoney
from domain.money import EXPONENTS, MAX_MINOR_UNITS, Money
from domain.amounts import parse_amount


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("50.00", 5000),
        ("€50.00", 5000),
        ("€ 50.00", 5000),
        ("50.00 EUR", 5000),
        ("50", 5000),
        ("0.01", 1),
        ("1,299.00", 129_900),
        (" 12.34 ", 1234),
    ],
)
def test_it_reads_what_people_write(text: str, units: int) -> None:
    """Sign, code, thousands and missing decimals are all understood."""
    assert parse_amount(text, "EUR") == Money(amount=units, currency="EUR")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "fifty",
        "-5.00",
        "5.0",  # 5.00 or 5.05? nobody can say
        "5.001",
        "5,00",  # a decimal comma is not guessed at
        "1,29.00",
        "1e3",
        "NaN",
        "inf",
        "\u0665\u0660",  # digits, but not ours
        "$50.00",
        "50.00 USD",
        "€50.00 USD",
        "50.",
        ".50",
        "9" * 40,
    ],
)
def test_it_refuses_what_could_mean_something_else(text: str) -> None:
    """An amount that is not plainly one is refused, never guessed."""
    with pytest.raises(BadMoney):
        parse_amount(text, "EUR")


def test_currencies_without_decimals_take_none() -> None:
    """Yen have no decimals."""
    assert parse_amount("¥1,200", "JPY") == Money(amount=1200, currency="JPY")
    with pytest.raises(BadMoney):
        parse_amount("1200.00", "JPY")


@given(units=st.integers(min_value=0, max_value=MAX_MINOR_UNITS), currency=st.sampled_from(sorted(EXPONENTS)))
def test_what_money_prints_is_read_back_to_the_unit(units: int, currency: str) -> None:
    """Every amount that Setright shows can be typed back, without loss at any size."""
    money = Money(amount=units, currency=currency)
    assert parse_amount(str(money), currency) == money
