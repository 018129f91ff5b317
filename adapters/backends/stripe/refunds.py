"""Refunds made, found again and taken back, each at most once, whatever Stripe answers and however much later.

Stripe protects a key for 24 hours only, and answers a key that met a 500 with that 500 until then. So our key is also
written into the refund's metadata, and the books are looked at before anything is sent: a key that is new to Stripe
(again) is not taken for a wish that is new.
"""

from typing import Literal

from pydantic import JsonValue

from adapters.backends.port import NOT_SHOWN, BackendOutcome, Prepared, Progress, Scope
from adapters.backends.stripe.actions import OfCharge, OfRefund, Reason
from adapters.backends.stripe.books import StripeBooks
from adapters.backends.stripe.money import from_stripe, to_stripe
from adapters.backends.stripe.owners import Owners
from adapters.backends.stripe.records import OwnedRefund, RefundRecord
from domain.errors import ActionRefused, Conflict, EffectUnknown, Unavailable

KEY, TICKET, ACTION, REASON = "setright_key", "setright_ticket", "setright_action", "setright_reason"


class Refunds:
    """What is done with refunds in one account, always of the scope's own customer."""

    def __init__(self, books: StripeBooks, owners: Owners) -> None:
        self._books = books
        self._owners = owners

    async def issue(self, scope: Scope, prepared: Prepared, key: str) -> BackendOutcome:
        """Send money back; see `Backend.perform`."""
        args = OfCharge.model_validate(prepared.args)
        made = await self._made(args, key)
        if made is not None:
            return outcome_of(made)
        await self._owners.check_charge(scope, args.charge)
        metadata = {KEY: key, TICKET: scope.ticket_id, ACTION: args.action_id, REASON: args.reason}
        try:
            refund = await self._books.create_refund(
                args.charge, to_stripe(args.amount), _stripe_reason(args.reason), metadata, key
            )
        except ActionRefused as refusal:
            # "It has already been refunded": perhaps by us, through a request that was still under way just now.
            return await self._made_after_all(args, key) or refused(refusal)
        return outcome_of(refund)

    async def look_up_issued(self, prepared: Prepared, key: str) -> BackendOutcome | None:
        """What became of an earlier `issue`; it sends nothing. Raises Unavailable."""
        args = OfCharge.model_validate(prepared.args)
        made = await self._made(args, key)
        if made is None and await self._books.charge_with_customer(args.charge) is None:
            raise Unavailable("Stripe does not know the charge, so its list proves nothing: is it the right account?")
        return None if made is None else outcome_of(made)

    async def is_shown(self, scope: Scope, prepared: Prepared, outcome: BackendOutcome) -> bool:
        """Whether the books show the refund, of that charge and amount, on its way or arrived."""
        args = OfCharge.model_validate(prepared.args)
        refund = await self._owners.refund(scope, outcome.ref or "")
        return (
            refund is not None
            and refund.charge.id == args.charge
            and from_stripe(refund.amount, refund.currency) == args.amount
            and refund.shown_status in {"pending", "succeeded"}
        )

    async def progress(self, prepared: Prepared, outcome: BackendOutcome) -> Progress:
        """How far the money is: with the customer, on its way, or lost on the way with the reason.

        Whose it is was settled when it was made, and our own marks tell it: a customer who has been deleted since, or
        renamed, makes it no less made.
        """
        args = OfCharge.model_validate(prepared.args)
        refund = await self._books.refund_with_customer(outcome.ref or "")
        if refund is None or refund.charge.id != args.charge or refund.metadata.get(ACTION) != args.action_id:
            return NOT_SHOWN
        match refund.shown_status:
            case "succeeded":
                return Progress(state="settled", code="settled")
            case "pending":
                return Progress(state="pending", code=refund.status)
            case _:
                return Progress(state="failed", code=refund.failure or refund.shown_status)

    async def cancel(self, scope: Scope, prepared: Prepared, key: str) -> BackendOutcome:
        """Take a refund back while Stripe permits it; one that is cancelled already is what was wished for."""
        ref = OfRefund.model_validate(prepared.args).refund
        refund = await self._owned(scope, ref)
        if refund.status == "canceled":
            return _cancelled(refund)
        try:
            return _cancelled(await self._books.cancel_refund(ref, key))
        except ActionRefused:
            after = await self._owners.refund(scope, ref)
            if after is not None and after.status == "canceled":
                return _cancelled(after)
            # Stripe gives no code; only a refund that waits for the customer can be cancelled.
            return BackendOutcome(status="failed", code="not_cancellable")

    async def look_up_cancelled(self, scope: Scope, prepared: Prepared) -> BackendOutcome | None:
        """What became of an earlier `cancel`."""
        refund = await self._owned(scope, OfRefund.model_validate(prepared.args).refund)
        return _cancelled(refund) if refund.status == "canceled" else None

    async def status(self, scope: Scope, prepared: Prepared) -> dict[str, JsonValue]:
        """What Stripe says of a refund at this moment."""
        refund = await self._owned(scope, OfRefund.model_validate(prepared.args).refund)
        return {
            "status": refund.shown_status,
            "failure": refund.failure,
            "amount": {"amount": refund.amount, "currency": refund.currency.upper()},
            "expected_on": None,  # Stripe names no day
            "needs_customer": refund.status == "requires_action",
            "method_label": refund.charge.method_label,
        }

    async def _owned(self, scope: Scope, ref: str) -> OwnedRefund:
        refund = await self._owners.refund(scope, ref)
        if refund is None:
            raise ActionRefused("There is no such record.", code="unknown_record")
        return refund

    async def _made(self, args: OfCharge, key: str) -> RefundRecord | None:
        """The refund that this key made, by the books; raises Unavailable, or Conflict when it was another wish."""
        ours = [refund for refund in await self._books.refunds_of(args.charge) if refund.metadata.get(KEY) == key]
        if not ours:
            return None
        if any(from_stripe(refund.amount, refund.currency) != args.amount for refund in ours):
            raise Conflict("This idempotency key belongs to another refund.")
        return next((refund for refund in ours if refund.shown_status in {"pending", "succeeded"}), ours[0])

    async def _made_after_all(self, args: OfCharge, key: str) -> BackendOutcome | None:
        try:
            made = await self._made(args, key)
        except Unavailable as error:
            raise EffectUnknown("Stripe refused, and whether an earlier request was taken cannot be seen.") from error
        return None if made is None else outcome_of(made)


def outcome_of(refund: RefundRecord | OwnedRefund) -> BackendOutcome:
    """What a refund that was made comes to: done or on its way, or finally failed with the reason as its code."""
    facts: dict[str, JsonValue] = {
        "refund_status": refund.shown_status,
        "needs_customer": refund.status == "requires_action",
        "expected_on": None,  # Stripe names no day
    }
    amount = from_stripe(refund.amount, refund.currency)
    if refund.shown_status in {"failed", "cancelled"}:
        code = refund.failure or refund.shown_status
        return BackendOutcome(status="failed", code=code, ref=refund.id, amount=amount, facts=facts)
    return BackendOutcome(
        status="succeeded",
        code=refund.status,
        ref=refund.id,
        amount=amount,
        settles_later=refund.shown_status == "pending",
        facts=facts,
    )


def refused(refusal: ActionRefused) -> BackendOutcome:
    """The outcome of what Stripe, or we ourselves, would not do."""
    return BackendOutcome(status="failed", code=str(refusal.facts.get("code") or "provider_refused"))


def _cancelled(refund: RefundRecord | OwnedRefund) -> BackendOutcome:
    amount = from_stripe(refund.amount, refund.currency)
    return BackendOutcome(status="succeeded", code="cancelled", ref=refund.id, amount=amount)


def _stripe_reason(reason: Reason) -> Literal["duplicate", "requested_by_customer"]:
    """Stripe's word for a reason; never `fraudulent`, which would put the customer's card on a block list."""
    return "duplicate" if reason == "duplicate_charge" else "requested_by_customer"
