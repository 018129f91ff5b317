"""Every action of this back end, by name."""

from collections.abc import Mapping

from adapters.backends.port import Prepared
from adapters.backends.shop.actions.addresses import ChangeDefaultAddress, ChangeOrderAddress
from adapters.backends.shop.actions.cancelling import CancelOrder
from adapters.backends.shop.actions.contract import AnyRead, AnyWrite
from adapters.backends.shop.actions.exchanges import ExchangeItems, ModifyItems
from adapters.backends.shop.actions.paying import ChangePaymentMethod
from adapters.backends.shop.actions.reads import RefundStatus, TrackShipment
from adapters.backends.shop.actions.recalling import CancelRefund, ResumeSubscription
from adapters.backends.shop.actions.refunds import IssueRefund, ReissueRefund
from adapters.backends.shop.actions.returns import ReturnItems, SendReplacement
from adapters.backends.shop.actions.subscriptions import CancelSubscription, RefundInvoice
from adapters.backends.shop.actions.traces import OpenTrace
from adapters.backends.shop.arguments import Asked
from domain.action import ActionSpec, ProposedAction
from domain.customer import CustomerContext
from domain.errors import ActionRefused
from domain.ids import Label

READS: Mapping[Label, AnyRead] = {read.spec.name: read for read in (TrackShipment(), RefundStatus())}
WRITES: Mapping[Label, AnyWrite] = {
    write.spec.name: write
    for write in (
        ReissueRefund(),
        IssueRefund(),
        CancelOrder(),
        ReturnItems(),
        ExchangeItems(),
        ModifyItems(),
        ChangeOrderAddress(),
        ChangeDefaultAddress(),
        ChangePaymentMethod(),
        SendReplacement(),
        OpenTrace(),
        CancelSubscription(),
        RefundInvoice(),
        CancelRefund(),
        ResumeSubscription(),
    )
}
SPECS: Mapping[Label, ActionSpec] = {name: action.spec for name, action in (*READS.items(), *WRITES.items())}


def prepare(context: CustomerContext, action: ProposedAction, spans: Mapping[str, str]) -> Prepared:
    """Resolve the arguments and check the preconditions; pure. Raises ActionRefused."""
    known = READS.get(action.name) or WRITES.get(action.name)
    if known is None:
        raise ActionRefused("The shop offers no such action.", code="unknown_action")
    return known.prepare(Asked(context=context, action=action, spans=spans))
