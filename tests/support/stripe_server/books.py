"""The account's books: customers, charges and refunds, the rules of refunding, and the log of real effects.

It knows nothing of Setright. Its own log is what tests count effects by.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.support.stripe_server import shapes
from tests.support.stripe_server.shapes import Answer, Json, invalid, missing

#: docs.stripe.com/currencies: the last digit must be 0.
THREE_DECIMALS = {"bhd", "jod", "kwd", "omr", "tnd"}
LIVE = {"pending", "requires_action", "succeeded"}
MOST_METADATA_VALUE = 500


@dataclass(frozen=True)
class Effect:
    """Money that was really sent back, or a refund that was really cancelled."""

    kind: str
    key: str | None
    ref: str


@dataclass
class Books:
    """Everything in one account; `clock` tells the time in seconds."""

    clock: Callable[[], int]
    customers: dict[str, Json] = field(default_factory=dict)
    charges: dict[str, Json] = field(default_factory=dict)
    refunds: dict[str, Json] = field(default_factory=dict)
    effects: list[Effect] = field(default_factory=list)

    def add_customer(self, ref: str, name: str = "Ada Byron", **metadata: str) -> str:
        """Open a customer; returns their id."""
        self.customers[ref] = shapes.customer(ref, name, metadata)
        return ref

    def add_charge(self, customer: str, amount: int, currency: str = "eur", age: int = 86_400) -> str:
        """Book a captured charge made `age` seconds ago; returns its id."""
        ref = shapes.new_id("ch")
        self.charges[ref] = shapes.charge(ref, customer, amount, currency, self.clock() - age)
        return ref

    def effects_by_key(self, kind: str = "refund") -> dict[str | None, int]:
        """How often each idempotency key really had its effect: never more than once, if all is well."""
        return dict(Counter(effect.key for effect in self.effects if effect.kind == kind))

    def refunds_of(self, charge: str) -> list[Json]:
        """The refunds of a charge, the latest first."""
        return [refund for refund in reversed(self.refunds.values()) if refund["charge"] == charge]

    def left(self, charge: Json) -> int:
        """What can still be refunded of a charge."""
        gone = sum(int(refund["amount"]) for refund in self.refunds_of(charge["id"]) if refund["status"] in LIVE)
        return int(charge["amount_captured"]) - gone

    def validate_refund(self, params: Mapping[str, Any]) -> Answer | None:
        """What is wrong with the parameters, before anything executes."""
        if not ("charge" in params or "payment_intent" in params):
            return invalid("One of the following params should be provided for this request: payment_intent or charge.")
        amount = params.get("amount")
        if amount is not None and not (amount.isascii() and amount.isdigit()):
            return invalid(f"Invalid integer: {amount}", "parameter_invalid_integer", "amount")
        if params.get("reason", "duplicate") not in {"duplicate", "fraudulent", "requested_by_customer"}:
            return invalid("Invalid reason", None, "reason")
        if any(len(value) > MOST_METADATA_VALUE for value in params.get("metadata", {}).values()):
            return invalid("Metadata values can have up to 500 characters", None, "metadata")
        return None

    def create_refund(self, params: Mapping[str, Any], key: str | None, status: str, failure: str | None) -> Answer:
        """Send money back, or refuse as Stripe does."""
        charge = self._charge_named(params)
        if charge is None:
            name = "charge" if "charge" in params else "payment_intent"
            return missing(name, params[name], name)
        left, amount = self.left(charge), int(params.get("amount", self.left(charge)))
        refusal = _refusal(charge, left, amount)
        if refusal is not None:
            return refusal
        refund = shapes.refund(charge, amount, params.get("reason"), params.get("metadata", {}), self.clock(), status)
        refund["failure_reason"] = failure if status == "failed" else None
        self.refunds[refund["id"]] = refund
        self.effects.append(Effect("refund", key, refund["id"]))
        self._count_again(charge)
        return Answer(200, dict(refund))

    def cancel_refund(self, ref: str, key: str | None) -> Answer:
        """Take a refund back that waits for the customer; in no other state (docs.stripe.com/api/refunds/cancel)."""
        refund = self.refunds.get(ref)
        if refund is None:
            return missing("refund", ref)
        if refund["status"] != "requires_action":
            return invalid(f"Refund is in status {refund['status']} and cannot be canceled.")
        self.change(ref, "canceled")
        self.effects.append(Effect("cancel", key, ref))
        return Answer(200, dict(refund))

    def change(self, ref: str, status: str, failure: str | None = None) -> Json:
        """Let a refund come to another status, as banks do days later."""
        refund = self.refunds[ref]
        refund.update(status=status, failure_reason=failure, pending_reason=None)
        self._count_again(self.charges[refund["charge"]])
        return refund

    def _charge_named(self, params: Mapping[str, Any]) -> Json | None:
        if "charge" in params:
            return self.charges.get(params["charge"])
        wanted = params["payment_intent"]
        return next((charge for charge in self.charges.values() if charge["payment_intent"] == wanted), None)

    def _count_again(self, charge: Json) -> None:
        charge["amount_refunded"] = charge["amount_captured"] - self.left(charge)
        charge["refunded"] = self.left(charge) == 0


def _refusal(charge: Json, left: int, amount: int) -> Answer | None:
    """Why a charge cannot be refunded so: codes of docs.stripe.com/error-codes."""
    name = charge["id"]
    if charge["disputed"]:
        return invalid(f"Charge {name} has been charged back; cannot issue a refund.", "charge_disputed")
    if left == 0:
        return invalid(f"Charge {name} has already been refunded.", "charge_already_refunded")
    if amount < 1:
        return invalid("Invalid positive integer", "parameter_invalid_integer", "amount")
    if amount > left:  # Stripe gives no code here, only the parameter
        return invalid("Refund amount is greater than unrefunded amount on charge", None, "amount")
    if charge["currency"] in THREE_DECIMALS and amount % 10:
        return invalid("Invalid amount: the last digit must be 0.", "invalid_charge_amount", "amount")
    return None
