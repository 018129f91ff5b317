"""Amounts as a declared system writes them, and as people and rules here know them; never a float."""

from decimal import Decimal, InvalidOperation
from typing import Any

from adapters.backends.declared.declaration import MoneyUnit
from domain.money import EXPONENTS, Money

_AMOUNT, _CURRENCY = "amount", "currency"


def read_money(value: Any, unit: MoneyUnit) -> Money:  # noqa: ANN401 - whatever stood in an answer
    """The amount of `1250`, `"12.50"` or `{"amount": …, "currency": …}`, as the unit says.

    Raises:
        ValueError: it is no such amount.
    """
    currency = unit.currency
    if isinstance(value, dict):
        value, currency = value.get(_AMOUNT), str(value.get(_CURRENCY, currency)).upper()
    if isinstance(value, bool) or not isinstance(value, int | str) or currency not in EXPONENTS:
        raise ValueError("no amount")
    try:
        number = Decimal(value) if unit.unit == "minor" else Decimal(value).scaleb(EXPONENTS[currency])
    except InvalidOperation:
        raise ValueError("no amount") from None
    if not number.is_finite() or number != number.to_integral_value():
        raise ValueError("no whole number of minor units")
    return Money(amount=int(number), currency=currency)


def own_money(value: Any) -> Money:  # noqa: ANN401 - whatever an expression over records gave
    """The amount that an expression over our own records gives: minor units. Raises ValueError."""
    if not isinstance(value, dict) or not {_AMOUNT, _CURRENCY} <= set(value):
        raise ValueError("no amount")
    return Money(amount=value[_AMOUNT], currency=value[_CURRENCY])


def written(money: Money) -> dict[str, Any]:
    """An amount as templates may send it: minor units, currency, and the decimal text of major units."""
    text = f"{Decimal(money.amount).scaleb(-EXPONENTS[money.currency]):f}"
    return {_AMOUNT: money.amount, _CURRENCY: money.currency, "decimal": text}
