"""Asking the payment provider: to move money, or what became of it.

Whatever goes wrong is answered with what is known: certainly nothing happened (`Unavailable`), or nobody can say
(`EffectUnknown`). Nothing here touches the shop's tables.
"""

import secrets
from dataclasses import replace
from datetime import datetime

from adapters.backends.shop.provider.client import PaymentProvider
from adapters.backends.shop.provider.errors import ProviderError, ProviderFault, ProviderRefused, ProviderUnreached
from adapters.backends.shop.provider.records import ChargeRecord, RefundRecord
from adapters.backends.shop.transfers import Moved, MovingPayment, MovingRecall, MovingRefund
from domain.errors import EffectUnknown, SetrightError, Unavailable
from domain.money import Money


async def send(
    provider: PaymentProvider, tenant: str, key: str, moved: Moved, at: datetime
) -> tuple[Moved, SetrightError | None]:
    """Make every open transfer, in order, until one is in doubt or a charge is declined.

    Returns what is known now and what went wrong, if anything: `Unavailable` when no transfer of this effect has left.
    """
    payments, refunds, recalls = list(moved.payments), list(moved.refunds), list(moved.recalls)
    try:
        for i, payment in enumerate(payments):
            if payment.is_open:
                payments[i] = await _charge(provider, tenant, key, payment, at)
            if payments[i].status == "errored":
                raise ProviderFault(payment.ref)
            if payments[i].status == "declined":
                return replace(moved, payments=tuple(payments)), None
        for i, refund in enumerate(refunds):
            if refund.is_open:
                refunds[i] = await _repay(provider, tenant, key, refund, at)
            if refunds[i].status == "errored":
                raise ProviderFault(refund.ref)
        recalls = [await _recall(provider, tenant, recall, at) for recall in recalls]
    except ProviderError as error:
        known = Moved(tuple(payments), tuple(refunds), tuple(recalls))
        if isinstance(error, ProviderUnreached) and not known.has_moved:
            return known, Unavailable("The payment provider does not answer.")
        return known, EffectUnknown("The payment provider did not say whether it moved the money.")
    return Moved(tuple(payments), tuple(refunds), tuple(recalls)), None


async def look(provider: PaymentProvider, tenant: str, key: str, moved: Moved) -> Moved:
    """Ask what became of every open transfer, without making any.

    One that the provider once answered 500 for and has no record of has failed for good; one that it does not know
    stays open.

    Raises:
        Unavailable: the provider does not answer.
    """
    try:
        charges = {}
        if any(payment.is_open for payment in moved.payments):
            charges = {c.metadata["ref"]: c for c in await provider.list_charges(tenant, {"effect": key})}
        asked = [refund for refund in moved.refunds if refund.is_open]
        taken_from = sorted({refund.charge for refund in asked if refund.charge is not None})
        credited = sorted({refund.method_ref for refund in asked if refund.charge is None})
        listed = await provider.list_refunds(tenant, taken_from, credited) if asked else []
        recalls = [await _as_it_stands(provider, tenant, recall) for recall in moved.recalls]
    except ProviderError as error:
        raise Unavailable("The payment provider does not answer.") from error
    refunds = {r.metadata["ref"]: r for r in listed if r.metadata.get("effect") == key}
    return Moved(
        payments=tuple(_found_payment(payment, charges.get(payment.ref)) for payment in moved.payments),
        refunds=tuple(_found_refund(refund, refunds.get(refund.ref)) for refund in moved.refunds),
        recalls=tuple(recalls),
    )


async def _charge(
    provider: PaymentProvider, tenant: str, key: str, payment: MovingPayment, at: datetime
) -> MovingPayment:
    try:
        charge = await provider.create_charge(
            tenant,
            payment.method_ref,
            Money(amount=payment.amount, currency=payment.currency),
            {"effect": key, "ref": payment.ref},
            f"{key}:charge:{payment.ref}",
            at,
        )
    except ProviderRefused:
        return replace(payment, status="declined")
    except ProviderFault:
        return replace(payment, status="errored")
    return _charged(payment, charge)


async def _repay(provider: PaymentProvider, tenant: str, key: str, refund: MovingRefund, at: datetime) -> MovingRefund:
    try:
        answer = await provider.create_refund(
            tenant,
            refund.charge,
            refund.money,
            {"effect": key, "ref": refund.ref},
            f"{key}:refund:{refund.ref}",
            at,
            # What was paid with a gift card, and goes elsewhere, has no charge: it is a credit.
            None if refund.method_ref == refund.paid_with else refund.method_ref,
        )
    except ProviderRefused:
        return replace(refund, status="failed", failure="unknown")
    except ProviderFault:
        return replace(refund, status="errored")
    return _answered(refund, answer)


async def _recall(provider: PaymentProvider, tenant: str, recall: MovingRecall, at: datetime) -> MovingRecall:
    """Stop a refund. Twice is once here, whatever the key: so each attempt has its own, and no 500 is for ever."""
    if not recall.is_open:
        return recall
    try:
        await provider.cancel_refund(tenant, recall.provider_ref, f"recall:{recall.ref}:{secrets.token_hex(8)}", at)
    except ProviderRefused:  # it has ended otherwise, or an earlier attempt has stopped it
        return await _as_it_stands(provider, tenant, recall)
    return replace(recall, status="cancelled")


async def _as_it_stands(provider: PaymentProvider, tenant: str, recall: MovingRecall) -> MovingRecall:
    told = await provider.retrieve_refund(tenant, recall.provider_ref)
    return recall if told is None else replace(recall, status=told.status, failure=told.failure)


def _found_payment(payment: MovingPayment, charge: ChargeRecord | None) -> MovingPayment:
    if not payment.is_open or (charge is None and payment.status == "sending"):
        return payment
    return replace(payment, status="declined") if charge is None else _charged(payment, charge)


def _found_refund(refund: MovingRefund, answer: RefundRecord | None) -> MovingRefund:
    if not refund.is_open or (answer is None and refund.status == "sending"):
        return refund
    return replace(refund, status="failed", failure="unknown") if answer is None else _answered(refund, answer)


def _charged(payment: MovingPayment, charge: ChargeRecord) -> MovingPayment:
    return replace(payment, charge=charge.ref, status="paid" if charge.status == "succeeded" else "declined")


def _answered(refund: MovingRefund, answer: RefundRecord) -> MovingRefund:
    return replace(
        refund,
        provider_ref=answer.ref,
        status=answer.status,
        failure=answer.failure,
        expected_on=answer.expected_on,
    )
