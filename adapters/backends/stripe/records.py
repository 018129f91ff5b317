"""What is read of Stripe's objects: more than this is passed over, and one that holds less is malformed."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from domain.customer import RefundFailure, RefundStatus

StripeStatus = Literal["pending", "requires_action", "succeeded", "failed", "canceled"]
LIVE: frozenset[StripeStatus] = frozenset({"pending", "requires_action", "succeeded"})

#: docs.stripe.com/api/refunds/object `status`, as customers are told it; what waits for them is on its way.
_STATUS: Mapping[StripeStatus, RefundStatus] = {
    "pending": "pending",
    "requires_action": "pending",
    "succeeded": "succeeded",
    "failed": "failed",
    "canceled": "cancelled",
}
#: The same, `failure_reason`. None of them passes by itself, so none is `transient`.
_FAILURES: Mapping[str, RefundFailure] = {
    "lost_or_stolen_card": "card_closed",
    "expired_or_canceled_card": "expired_card",
}


class StripeRecord(BaseModel):
    """An object of Stripe's."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    id: str


class PageRecord(BaseModel):
    """A page of a list, its items unread."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    data: tuple[dict[str, Any], ...]
    has_more: bool


class CustomerRecord(StripeRecord):
    """A customer."""

    deleted: bool = False
    name: str | None = None
    metadata: dict[str, str] = {}


class Card(BaseModel):
    """What is known of the card that was charged."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    brand: str | None = None
    last4: str | None = None


class MethodDetails(BaseModel):
    """What a charge was paid with."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    type: str
    card: Card | None = None

    @property
    def label(self) -> str:
        """How people call it: "Visa ending 4242"."""
        if self.card is not None and self.card.last4:
            return f"{(self.card.brand or 'card').replace('_', ' ').title()} ending {self.card.last4}"
        return self.type.replace("_", " ").title()


class _Refund(StripeRecord):
    """What is told of a refund beside the charge it is of."""

    amount: int
    currency: str
    status: StripeStatus
    created: int
    reason: str | None = None
    failure_reason: str | None = None
    metadata: dict[str, str] = {}

    @property
    def shown_status(self) -> RefundStatus:
        """Its status in our words."""
        return _STATUS[self.status]

    @property
    def failure(self) -> RefundFailure | None:
        """Why it failed, if it did."""
        return _FAILURES.get(self.failure_reason or "", "unknown") if self.status == "failed" else None

    @property
    def created_at(self) -> datetime:
        """When it was made."""
        return datetime.fromtimestamp(self.created, UTC)


class RefundRecord(_Refund):
    """A refund, with the id of its charge."""

    charge: str


class RefundPage(BaseModel):
    """The latest refunds of a charge, where they were asked for with it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    data: tuple[RefundRecord, ...] = ()
    has_more: bool = False


class _Charge(StripeRecord):
    """What is told of a charge in every shape it comes in."""

    payment_method_details: MethodDetails | None = None

    @property
    def method_label(self) -> str:
        """What it was paid with, as people call it."""
        return self.payment_method_details.label if self.payment_method_details is not None else "the payment method"


class ChargeRecord(_Charge):
    """A charge, with its latest refunds."""

    amount_captured: int
    amount_refunded: int
    captured: bool
    created: int
    currency: str
    disputed: bool
    paid: bool
    payment_method: str | None = None
    refunds: RefundPage = RefundPage()

    @property
    def created_at(self) -> datetime:
        """When it was made."""
        return datetime.fromtimestamp(self.created, UTC)


class OwnedCharge(_Charge):
    """A charge with its customer laid beside it."""

    customer: CustomerRecord | None = None


class OwnedRefund(_Refund):
    """A refund with its charge, and that one's customer, laid beside it."""

    charge: OwnedCharge
