"""The payment provider's rows as types: its books, which the shop knows only by asking."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Literal

from domain.customer import RefundFailure, RefundStatus

ChargeStatus = Literal["succeeded", "failed"]
MethodState = Literal["active", "expired_card", "card_closed", "account_closed"]


@dataclass(frozen=True, slots=True)
class MethodRecord:
    """A payment method as the payment provider knows it."""

    table: ClassVar[str] = "methods"
    ref: str
    kind: Literal["card", "paypal", "bank"]
    state: MethodState


@dataclass(frozen=True, slots=True)
class ChargeRecord:
    """A charge in the provider's books."""

    table: ClassVar[str] = "charges"
    ref: str
    method: str
    amount: int
    currency: str
    status: ChargeStatus
    metadata: dict[str, str]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class RefundRecord:
    """A refund in the provider's books; without a charge it is a credit."""

    table: ClassVar[str] = "refunds"
    ref: str
    charge: str | None
    method: str
    amount: int
    currency: str
    status: RefundStatus
    failure: RefundFailure | None
    metadata: dict[str, str]
    created_at: datetime
    expected_on: date | None
