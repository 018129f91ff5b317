"""Amounts as people type them, into whole minor units; nothing passes through a float."""

import re

from domain.errors import BadMoney
from domain.money import EXPONENTS, MAX_MINOR_UNITS, Money

_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY"}
_CODE = "|".join(EXPONENTS)
_AMOUNT = re.compile(
    rf"(?P<sign>[€$£¥])?\s*(?P<whole>\d{{1,3}}(?:,\d{{3}})+|\d+)(?:\.(?P<part>\d+))?\s*(?P<code>{_CODE})?", re.ASCII
)


def parse_amount(text: str, currency: str) -> Money:
    """Read `€50.00`, `50.00`, `50`, `1,299.00 EUR`; `currency` is what the amount must be in.

    Raises:
        BadMoney: it is no amount, or of another currency, or has more decimals than the currency.
    """
    match = _AMOUNT.fullmatch(text.strip())
    if match is None:
        raise BadMoney(f"{text!r} is no amount; write it like 50.00 or €50.00 (thousands as 1,299.00).")
    named = {_SIGNS.get(match["sign"], currency), match["code"] or currency}
    if named != {currency}:
        raise BadMoney(f"{text!r} is not in {currency}, which the request is in.")
    digits = EXPONENTS[currency]
    part = match["part"] or ""
    if part and len(part) != digits:
        raise BadMoney(f"{text!r} has {len(part)} decimals; {currency} has {digits}.")
    units = int(match["whole"].replace(",", "") + part.ljust(digits, "0"))
    if units > MAX_MINOR_UNITS:
        raise BadMoney(f"{text!r} is more than any amount that can be paid.")
    return Money(amount=units, currency=currency)
