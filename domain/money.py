"""Money: whole minor units and an ISO 4217 currency, never a float."""

from typing import Annotated, Self

from pydantic import Field, StrictInt

from domain.errors import BadMoney
from domain.model import Model

#: ISO 4217: how many decimals each currency we trade in has.
EXPONENTS = {"EUR": 2, "USD": 2, "GBP": 2, "CHF": 2, "SEK": 2, "JPY": 0, "KWD": 3}
_SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥"}

#: Far above any order, far below what a bigint holds, so that sums cannot overflow.
MAX_MINOR_UNITS = 10**12

MinorUnits = Annotated[StrictInt, Field(ge=0, le=MAX_MINOR_UNITS)]
Currency = Annotated[str, Field(pattern="^(" + "|".join(EXPONENTS) + ")$")]


class Money(Model):
    """An amount in minor units (cents) of one currency."""

    amount: MinorUnits
    currency: Currency

    def __add__(self, other: Self) -> "Money":
        return Money(amount=self.amount + self._same(other), currency=self.currency)

    def __sub__(self, other: Self) -> "Money":
        left = self.amount - self._same(other)
        if left < 0:
            raise BadMoney("The difference is below zero.")
        return Money(amount=left, currency=self.currency)

    def _same(self, other: Self) -> int:
        if other.currency != self.currency:
            raise BadMoney(f"{other.currency} and {self.currency} cannot be combined.")
        return other.amount

    def __str__(self) -> str:
        digits = EXPONENTS[self.currency]
        whole, part = divmod(self.amount, 10**digits)
        number = f"{whole:,}.{part:0{digits}d}" if digits else f"{whole:,}"
        symbol = _SYMBOLS.get(self.currency)
        return f"{symbol}{number}" if symbol else f"{number} {self.currency}"
