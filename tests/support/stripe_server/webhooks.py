"""What Stripe sends by itself: events about refunds and disputes, signed as docs.stripe.com/webhooks says."""

import hashlib
import hmac
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx2

from tests.support.stripe_server import shapes
from tests.support.stripe_server.books import Books
from tests.support.stripe_server.shapes import Json


@dataclass(frozen=True)
class Delivery:
    """One signed request to an endpoint."""

    body: bytes
    signature: str


@dataclass
class Webhooks:
    """The events of an account; `sent` keeps every delivery that was signed."""

    books: Books
    sent: list[Delivery] = field(default_factory=list)

    def settle(self, refund: str, status: str, failure: str | None = None) -> list[Json]:
        """Let a refund come to its end, and return the events that Stripe sends about it."""
        changed = dict(self.books.change(refund, status, failure))
        kinds = ["charge.refund.updated", "refund.updated", *(["refund.failed"] if status == "failed" else [])]
        return [shapes.event(kind, changed, self.books.clock()) for kind in kinds]

    def dispute(self, charge: str) -> Json:
        """Let the customer's bank take a charge up."""
        self.books.charges[charge]["disputed"] = True
        about = shapes.dispute(self.books.charges[charge], self.books.clock())
        return shapes.event("charge.dispute.created", about, self.books.clock())

    def signed(self, event: Json, *secrets: str, at: int | None = None) -> Delivery:
        """An event as it is sent, signed with each secret that is in use, `at` some second since 1970 (now)."""
        body, moment = json.dumps(event, indent=2).encode(), int(time.time()) if at is None else at
        delivery = Delivery(body, signature(body, secrets, moment))
        self.sent.append(delivery)
        return delivery

    async def deliver(self, url: str, event: Json, *secrets: str) -> int:
        """Send an event to an endpoint; the status it answers."""
        delivery = self.signed(event, *secrets)
        async with httpx2.AsyncClient(trust_env=False) as http:
            headers = {"Stripe-Signature": delivery.signature, "Content-Type": "application/json; charset=utf-8"}
            return (await http.post(url, content=delivery.body, headers=headers)).status_code


def signature(body: bytes, secrets: Sequence[str], at: int) -> str:
    """The `Stripe-Signature` header: HMAC-SHA256 over `at.body` with each secret, in hexadecimal."""
    signed = f"{at}.".encode() + body
    digests = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets]
    return ",".join([f"t={at}", *(f"v1={digest}" for digest in digests)])
