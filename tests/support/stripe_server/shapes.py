"""Stripe's objects and errors as JSON, with the fields that a client of refunds reads.

The shapes are those of docs.stripe.com/api (charges, refunds, customers, events, errors), version 2025-04-30 and later.
"""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

Json = dict[str, Any]

API_VERSION = "2025-09-30.clover"


class Answer(NamedTuple):
    """An HTTP answer: what is saved under an idempotency key."""

    status: int
    body: Json


def new_id(prefix: str) -> str:
    """An id as Stripe makes them."""
    return f"{prefix}_{secrets.token_hex(12)}"


def customer(ref: str, name: str, metadata: Mapping[str, str]) -> Json:
    """A customer."""
    return {"id": ref, "object": "customer", "name": name, "metadata": dict(metadata), "livemode": False}


def charge(ref: str, owner: str, amount: int, currency: str, created: int) -> Json:
    """A captured charge of a card, made through a payment intent."""
    return {
        "id": ref,
        "object": "charge",
        "amount": amount,
        "amount_captured": amount,
        "amount_refunded": 0,
        "captured": True,
        "created": created,
        "currency": currency,
        "customer": owner,
        "disputed": False,
        "livemode": False,
        "metadata": {},
        "paid": True,
        "payment_intent": new_id("pi"),
        "payment_method": new_id("pm"),
        "payment_method_details": {
            "type": "card",
            "card": {"brand": "visa", "last4": "4242", "exp_month": 12, "exp_year": 2030},
        },
        "refunded": False,
        "status": "succeeded",
    }


def refund(of: Json, amount: int, reason: str | None, metadata: Mapping[str, str], created: int, status: str) -> Json:
    """A refund of a charge."""
    return {
        "id": new_id("re"),
        "object": "refund",
        "amount": amount,
        "charge": of["id"],
        "created": created,
        "currency": of["currency"],
        "failure_reason": None,
        "metadata": dict(metadata),
        "payment_intent": of["payment_intent"],
        "pending_reason": "processing" if status == "pending" else None,
        "reason": reason,
        "status": status,
    }


def event(kind: str, subject: Json, created: int, key: str | None = None) -> Json:
    """An event about an object, as webhooks carry it."""
    return {
        "id": new_id("evt"),
        "object": "event",
        "api_version": API_VERSION,
        "created": created,
        "data": {"object": subject},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": key},
        "type": kind,
    }


def dispute(of: Json, created: int) -> Json:
    """A dispute about a whole charge."""
    return {
        "id": new_id("du"),
        "object": "dispute",
        "amount": of["amount"],
        "charge": of["id"],
        "created": created,
        "currency": of["currency"],
        "payment_intent": of["payment_intent"],
        "reason": "fraudulent",
        "status": "needs_response",
    }


def page(items: Sequence[Json], has_more: bool, url: str) -> Json:
    """A page of a list."""
    return {"object": "list", "data": list(items), "has_more": has_more, "url": url}


def error(status: int, kind: str, message: str, code: str | None = None, param: str | None = None) -> Answer:
    """An error: `type`, and `code` and `param` where Stripe gives them."""
    found = {"type": kind, "message": message, "code": code, "param": param}
    return Answer(status, {"error": {name: value for name, value in found.items() if value is not None}})


def invalid(message: str, code: str | None = None, param: str | None = None, status: int = 400) -> Answer:
    """A request that cannot be carried out as it is."""
    return error(status, "invalid_request_error", message, code, param)


def missing(what: str, ref: str, param: str = "id") -> Answer:
    """There is no such object."""
    return invalid(f"No such {what}: '{ref}'", "resource_missing", param, 404)
