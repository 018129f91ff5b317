"""Everything the shop has on one customer, read in one transaction and one round trip."""

from dataclasses import dataclass, replace

from adapters.backends.shop.database import Transaction
from adapters.backends.shop.provider.records import RefundRecord
from adapters.backends.shop.queries import named
from adapters.backends.shop.records import (
    AddressRow,
    CustomerRow,
    InvoiceRow,
    LineRow,
    MethodRow,
    OrderRow,
    PaymentRow,
    RefundRow,
    ShipmentRow,
    SubscriptionRow,
    VariantRow,
)

SQL = named("context")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The rows of one customer, and the variants of the products they bought."""

    customer: CustomerRow
    addresses: list[AddressRow]
    methods: list[MethodRow]
    orders: list[OrderRow]
    lines: list[LineRow]
    payments: list[PaymentRow]
    refunds: list[RefundRow]
    shipments: list[ShipmentRow]
    subscriptions: list[SubscriptionRow]
    invoices: list[InvoiceRow]
    variants: list[VariantRow]

    def refunded_charges(self) -> list[str]:
        """The provider's ids of the charges it may know refunds of."""
        refunded = {refund.payment_ref for refund in self.refunds}
        return sorted({row.charge for row in self.payments if row.charge is not None and row.ref in refunded})

    def credited_methods(self) -> list[str]:
        """The methods that got money back which was not taken from them (see `provider.client`)."""
        uncharged = {row.ref for row in self.payments if row.charge is None}
        return sorted({row.method_ref for row in self.refunds if row.provider_ref and row.payment_ref in uncharged})


async def read(tx: Transaction) -> Snapshot | None:
    """Read a customer's rows; None where the shop does not know the customer."""
    async with tx.conn.pipeline():
        customer = await tx.start(CustomerRow, SQL["customer"])
        addresses = await tx.start(AddressRow, SQL["addresses"])
        methods = await tx.start(MethodRow, SQL["methods"])
        orders = await tx.start(OrderRow, SQL["orders"])
        lines = await tx.start(LineRow, SQL["lines"])
        payments = await tx.start(PaymentRow, SQL["payments"])
        refunds = await tx.start(RefundRow, SQL["refunds"])
        shipments = await tx.start(ShipmentRow, SQL["shipments"])
        subscriptions = await tx.start(SubscriptionRow, SQL["subscriptions"])
        invoices = await tx.start(InvoiceRow, SQL["invoices"])
        variants = await tx.start(VariantRow, SQL["variants"])
        found = await customer.fetchone()
        if found is None:
            return None
        return Snapshot(
            customer=found,
            addresses=await addresses.fetchall(),
            methods=await methods.fetchall(),
            orders=await orders.fetchall(),
            lines=await lines.fetchall(),
            payments=await payments.fetchall(),
            refunds=await refunds.fetchall(),
            shipments=await shipments.fetchall(),
            subscriptions=await subscriptions.fetchall(),
            invoices=await invoices.fetchall(),
            variants=await variants.fetchall(),
        )


def as_told(refunds: list[RefundRow], answers: list[RefundRecord]) -> list[RefundRow]:
    """The shop's refunds as the provider tells them now; what it does not know stays as the shop has it."""
    known = {answer.ref: answer for answer in answers}
    return [_as_told(refund, known.get(refund.provider_ref or "")) for refund in refunds]


def _as_told(refund: RefundRow, answer: RefundRecord | None) -> RefundRow:
    if answer is None:
        return refund
    return replace(refund, status=answer.status, failure=answer.failure, expected_on=answer.expected_on)
