"""How a system's answers become the customer's records: one CEL expression per field, over the answers by call name.

A field that is left out is taken from the answer under its own name, where it is there; what can be worked out
(handles, days, what is left of a payment) never needs one.
"""

from collections.abc import Iterator
from typing import Annotated, Generic, TypeVar

from pydantic import Field, model_validator

from adapters.backends.declared.expression import RecordExpression, check_record_expression
from domain.ids import Label
from domain.model import Model

CallT = TypeVar("CallT", bound=Model)

Expr = RecordExpression | None


class Each(Model):
    """Where the records of a kind stand, and what the system calls each; `it` is one of them."""

    each: Expr = None  # a list; by default the one under the kind's name
    ref: Expr = None  # by default `it.ref` or `it.id`


class AddressMap(Model):
    """A postal address."""

    line1: Expr = None
    line2: Expr = None
    city: Expr = None
    region: Expr = None
    postcode: Expr = None
    country: Expr = None


class MethodMap(Each):
    """A way to pay."""

    kind: Expr = None
    label: Expr = None
    status: Expr = None
    balance: Expr = None


class LineMap(Each):
    """One item of an order."""

    title: Expr = None
    product: Expr = None
    sku: Expr = None
    options: Expr = None
    price: Expr = None
    quantity: Expr = None
    status: Expr = None


class PaymentMap(Each):
    """Money the customer paid."""

    amount: Expr = None
    paid_at: Expr = None
    method: Expr = None  # the ref of the payment method; its label and status are then known
    method_label: Expr = None
    method_status: Expr = None
    duplicate_of: Expr = None  # the ref of the payment it repeats


class RefundMap(Each):
    """Money on its way back."""

    payment: Expr = None  # the ref of the payment it gives back
    amount: Expr = None
    reason: Expr = None
    status: Expr = None
    failure: Expr = None
    created_at: Expr = None
    expected_on: Expr = None
    method_label: Expr = None


class ShipmentMap(Each):
    """A parcel."""

    carrier: Expr = None
    tracking_number: Expr = None
    status: Expr = None
    last_scan_at: Expr = None
    expected_on: Expr = None
    delivered_at: Expr = None


class OrderMap(Each):
    """An order; `owner` is whose it is, and one that is not the ticket's customer's is left out."""

    owner: Expr = None
    number: Expr = None
    status: Expr = None
    placed_at: Expr = None
    delivered_at: Expr = None
    total: Expr = None
    address: AddressMap = AddressMap()
    lines: LineMap = LineMap()
    payments: PaymentMap = PaymentMap()
    refunds: RefundMap = RefundMap()
    shipments: ShipmentMap = ShipmentMap()


class CustomerMap(Model):
    """The profile; `it` is the answer of the call named `customer`, where there is one."""

    name: Expr = None
    first_name: Expr = None
    tier: Expr = None
    entitlements: Expr = None
    language: Expr = None
    address: AddressMap | None = None


class RecordMap(Model, Generic[CallT]):
    """The calls that are made for a customer (`customer_id`), and what their answers say."""

    calls: Annotated[dict[Label, CallT], Field(min_length=1)]
    customer: CustomerMap = CustomerMap()
    payment_methods: MethodMap = MethodMap()
    orders: OrderMap = OrderMap()

    @model_validator(mode="after")
    def _names_exist(self) -> "RecordMap[CallT]":
        calls = frozenset(self.calls)
        for place, expression in _expressions(self):
            try:
                check_record_expression(expression, calls)
            except ValueError as error:
                raise ValueError(f"{place}: {error}") from None
        return self


def _expressions(model: Model, place: str = "") -> Iterator[tuple[str, str]]:
    for name in type(model).model_fields:
        value = getattr(model, name)
        here = f"{place}.{name}" if place else name
        if isinstance(value, str):
            yield here, value
        elif isinstance(value, Model):
            yield from _expressions(value, here)
