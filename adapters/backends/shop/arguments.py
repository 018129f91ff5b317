"""An action as it was asked for, with every argument resolved against what the customer can see.

Handles are looked up in the customer context and nowhere else; a missing, foreign or wrong kind of argument gets
the same answer. Pure: no I/O, no clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from adapters.backends.shop.postal import Postal, parse_address
from adapters.backends.shop.refs import ref_behind, unknown_record
from domain.action import Arguments, ProposedAction
from domain.customer import (
    Address,
    CustomerContext,
    Invoice,
    Order,
    OrderLine,
    Payment,
    PaymentMethod,
    Refund,
    Subscription,
    Variant,
)
from domain.errors import ActionRefused
from domain.ids import Handle, Label, TicketId
from domain.model import Model
from domain.money import Money
from domain.slot import HandlesValue, HandleValue, LabelValue, MoneyValue, PairsValue, SpanValue

Record = TypeVar("Record", bound=Model)

RETURN_WINDOW_DAYS = 30
EXTENDED_RETURN_WINDOW_DAYS = 60
EXTENDED_RETURNS = "extended_returns"


@dataclass(frozen=True, slots=True)
class Asked:
    """A proposed action beside the context it is to be understood in; `spans` holds the words behind span arguments."""

    context: CustomerContext
    action: ProposedAction
    spans: Mapping[str, str]

    @property
    def ticket_id(self) -> TicketId:
        """The ticket that handles are valid in."""
        return self.action.action_id.partition("/")[0]

    @property
    def args(self) -> Arguments:
        """The arguments as proposed."""
        return self.action.args

    def order(self, name: str) -> Order:
        """The order that an argument names."""
        return self._named(name, Order)

    def refund(self, name: str) -> Refund:
        """The refund that an argument names."""
        return self._named(name, Refund)

    def payment(self, name: str) -> Payment:
        """The payment that an argument names."""
        return self._named(name, Payment)

    def method(self, name: str) -> PaymentMethod:
        """The payment method that an argument names."""
        return self._named(name, PaymentMethod)

    def subscription(self, name: str) -> Subscription:
        """The subscription that an argument names."""
        return self._named(name, Subscription)

    def invoice(self, name: str) -> Invoice:
        """The invoice that an argument names."""
        return self._named(name, Invoice)

    def lines(self, name: str) -> tuple[OrderLine, ...]:
        """The order lines that an argument names, one or more, none twice."""
        match self.args.get(name):
            case HandlesValue(handles=handles) if handles and len(set(handles)) == len(handles):
                return tuple(self.record(handle, OrderLine) for handle in handles)
            case HandleValue(handle=handle):
                return (self.record(handle, OrderLine),)
            case _:
                raise unknown_record()

    def pairs(self, name: str) -> tuple[tuple[OrderLine, Variant], ...]:
        """The order lines that an argument names, each with the variant wanted instead; no line twice."""
        match self.args.get(name):
            case PairsValue(pairs=pairs) if pairs and len({line for line, _ in pairs}) == len(pairs):
                return tuple((self.record(line, OrderLine), self.record(wanted, Variant)) for line, wanted in pairs)
            case _:
                raise unknown_record()

    def label(self, name: str, allowed: tuple[Label, ...]) -> Label:
        """The choice that an argument makes; anything else is refused ("unknown_choice")."""
        match self.args.get(name):
            case LabelValue(label=label) if label in allowed:
                return label
            case _:
                raise ActionRefused("That is not one of the choices.", code="unknown_choice")

    def money(self, name: str) -> Money:
        """The amount that an argument names; refused when missing or zero ("wrong_amount")."""
        match self.args.get(name):
            case MoneyValue(money=money) if money.amount > 0:
                return money
            case _:
                raise ActionRefused("An amount above zero is needed.", code="wrong_amount")

    def address(self, name: str, country: str) -> Postal:
        """The address that an argument names or spells out; `country` where the words name none."""
        match self.args.get(name):
            case HandleValue(handle=handle):
                return Postal.of(self.record(handle, Address))
            case SpanValue() if name in self.spans:
                return parse_address(self.spans[name], country)
            case _:
                raise ActionRefused("The address is not complete.", code="address_incomplete")

    def record(self, handle: Handle, kind: type[Record]) -> Record:
        """The customer's record of this kind that a handle names; refused when there is none ("unknown_record")."""
        found = self.context.find(handle)
        if not isinstance(found, kind):
            raise unknown_record()
        return found

    def order_of(self, handle: Handle) -> Order:
        """The order a record belongs to."""
        order = self.context.order_of(handle)
        if order is None:
            raise unknown_record()
        return order

    def invoice_of(self, handle: Handle) -> Invoice | None:
        """The invoice a payment or refund belongs to, if it belongs to one."""
        for subscription in self.context.subscriptions:
            for invoice in subscription.invoices:
                if handle in {invoice.payment.handle, *(refund.handle for refund in invoice.refunds)}:
                    return invoice
        return None

    def parent_ref(self, handle: Handle) -> str:
        """The number of the order or invoice that a payment or refund belongs to."""
        invoice = self.invoice_of(handle)
        return invoice.number if invoice is not None else self.order_of(handle).number

    def ref(self, handle: Handle, kind: str, parent: str) -> str:
        """The back end's own reference of a record below `parent`."""
        return ref_behind(handle, kind, self.ticket_id, parent)

    def method_ref(self, handle: Handle) -> str:
        """The back end's own reference of a payment method of the customer's."""
        return self.ref(handle, "method", self.context.customer_id)

    def window_days(self) -> int:
        """How long after delivery this customer may return, exchange or complain."""
        is_extended = EXTENDED_RETURNS in self.context.entitlements
        return EXTENDED_RETURN_WINDOW_DAYS if is_extended else RETURN_WINDOW_DAYS

    def _named(self, name: str, kind: type[Record]) -> Record:
        match self.args.get(name):
            case HandleValue(handle=handle):
                return self.record(handle, kind)
            case _:
                raise unknown_record()
