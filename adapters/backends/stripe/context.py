"""From Stripe's books to the customer context: handles, money, and days counted from now. Pure: no I/O, no clock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from adapters.backends.stripe.money import from_stripe
from adapters.backends.stripe.records import ChargeRecord, CustomerRecord, RefundRecord
from domain.customer import CustomerContext, Payment, PaymentMethod, PaymentMethodKind, Refund
from domain.ids import CustomerId, Handle, TicketId, handle_for
from domain.money import Money
from domain.ticket import IdentityLevel

_RECENT_DAYS = 90
_KINDS: dict[str, PaymentMethodKind] = {"card": "card", "card_present": "card", "paypal": "paypal"}


@dataclass(frozen=True, slots=True)
class Paid:
    """A charge and all its refunds."""

    charge: ChargeRecord
    refunds: Sequence[RefundRecord]


@dataclass(frozen=True, slots=True)
class Assembly:
    """Builds the context of one ticket's customer; every record gets the handle that names it in this ticket."""

    customer_id: CustomerId
    ticket_id: TicketId
    now: datetime

    def context(self, customers: Sequence[CustomerRecord], paid: Iterable[Paid]) -> CustomerContext:
        """The context; a charge in a currency whose amounts are not safe to read is left out (see `money`)."""
        known = [one for one in paid if from_stripe(one.charge.amount_captured, one.charge.currency) is not None]
        refunds = [(one.charge, refund) for one in known for refund in one.refunds]
        name = next((customer.name for customer in customers if customer.name), "")
        return CustomerContext(
            customer_id=self.customer_id,
            identity=IdentityLevel.proven,
            name=name,
            first_name=name.partition(" ")[0],
            payments=tuple(self._payment(one) for one in known),
            refunds=tuple(self._refund(charge, refund) for charge, refund in refunds),
            payment_methods=tuple({method.handle: method for method in map(self._method, known)}.values()),
            refunds_last_90_days=sum(
                refund.shown_status in {"pending", "succeeded"} and self._days(refund.created_at) <= _RECENT_DAYS
                for _, refund in refunds
            ),
            refs={
                **{self._handle("payment", one.charge.id): one.charge.id for one in known},
                **{self._handle("refund", refund.id): refund.id for _, refund in refunds},
            },
        )

    def _payment(self, paid: Paid) -> Payment:
        charge = paid.charge
        going = sum(r.amount for r in paid.refunds if r.shown_status in {"pending", "succeeded"})
        gone = max(going, charge.amount_refunded)  # what Stripe counts and what it lists; the safer of the two
        return Payment(
            handle=self._handle("payment", charge.id),
            amount=_money(charge.amount_captured, charge.currency),
            refunded=_money(gone, charge.currency),
            refundable=_money(max(charge.amount_captured - gone, 0), charge.currency),
            method=self._handle("method", charge.payment_method or charge.id),
            method_label=charge.method_label,
            method_status="active",  # Stripe sends money on from a card that has expired, and says so if it cannot
            paid_at=charge.created_at,
            days_since=self._days(charge.created_at),
            is_disputed=charge.disputed,
        )

    def _refund(self, charge: ChargeRecord, refund: RefundRecord) -> Refund:
        return Refund(
            handle=self._handle("refund", refund.id),
            payment=self._handle("payment", charge.id),
            line=None,
            amount=_money(refund.amount, refund.currency),
            reason=refund.metadata.get("setright_reason") or refund.reason or "unknown",
            status=refund.shown_status,
            failure=refund.failure,
            created_at=refund.created_at,
            days_since=self._days(refund.created_at),
            method_label=charge.method_label,
        )

    def _method(self, paid: Paid) -> PaymentMethod:
        details = paid.charge.payment_method_details
        return PaymentMethod(
            handle=self._handle("method", paid.charge.payment_method or paid.charge.id),
            kind=_KINDS.get(details.type if details is not None else "", "bank"),
            label=paid.charge.method_label,
        )

    def _handle(self, kind: str, ref: str) -> Handle:
        return handle_for(kind, self.ticket_id, ref)

    def _days(self, moment: datetime) -> int:
        return (self.now.date() - moment.astimezone(self.now.tzinfo).date()).days


def _money(amount: int, currency: str) -> Money:
    """An amount of a charge whose currency is known to be safe."""
    return Money(amount=amount, currency=currency.upper())
