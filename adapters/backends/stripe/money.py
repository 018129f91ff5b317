"""Stripe's amounts: whole numbers in Stripe's own idea of the smallest unit, which is not always ISO 4217's.

Source: docs.stripe.com/currencies ("Zero-decimal currencies", "Three-decimal currencies", "Special cases"). Where the
two ideas differ (ISK and UGX have no decimals by ISO and two in Stripe's API; MGA the other way round), an amount
would be wrong by a factor of a hundred, so such a currency is refused and never converted.
"""

from domain.errors import ActionRefused
from domain.money import EXPONENTS, MAX_MINOR_UNITS, Money

#: UGX is on Stripe's list of zero-decimal currencies and yet sent with two decimals: see the special cases.
ZERO_DECIMALS = frozenset(
    ("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF")
)
THREE_DECIMALS = frozenset(("BHD", "JOD", "KWD", "OMR", "TND"))


def exponent(currency: str) -> int:
    """How many decimals an amount in Stripe's API has in this currency."""
    code = currency.upper()
    if code in ZERO_DECIMALS:
        return 0
    return 3 if code in THREE_DECIMALS else 2


def is_safe(currency: str) -> bool:
    """Whether an amount means the same to Stripe and to us."""
    code = currency.upper()
    return code in EXPONENTS and EXPONENTS[code] == exponent(code)


def from_stripe(amount: int, currency: str) -> Money | None:
    """An amount as Stripe states it; None in a currency that is not safe, or beyond what we count."""
    if not is_safe(currency) or not 0 <= amount <= MAX_MINOR_UNITS:
        return None
    return Money(amount=amount, currency=currency.upper())


def to_stripe(money: Money) -> int:
    """The whole number that Stripe takes.

    Raises:
        ActionRefused: the currency is not safe ("currency_not_supported"), or Stripe takes no such fraction of it
            ("wrong_amount": of three-decimal currencies the last digit must be 0).
    """
    if not is_safe(money.currency):
        raise ActionRefused("Amounts in this currency are not sent to Stripe.", code="currency_not_supported")
    if money.currency in THREE_DECIMALS and money.amount % 10:
        raise ActionRefused("Stripe needs an amount whose last digit is 0.", code="wrong_amount")
    return money.amount
