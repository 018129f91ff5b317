"""What an answer of Stripe's says about whether money moved: the one table of errors.

For a request that changes something (v1; docs.stripe.com/api/errors, /error-low-level, /api/idempotent_requests and
/rate-limits):

| answer                                            | money moved? | because                                         |
| ------------------------------------------------- | ------------ | ----------------------------------------------- |
| no connection (refused, unreachable, TLS, pool)   | no           | nothing was sent                                |
| no answer (timeout, connection lost after that)   | nobody knows | it may have been carried out                    |
| 2xx that is not a refund                          | nobody knows | a proxy's page, half an object                  |
| 400, 402, 404 of any other type                   | no, refused  | the request is wrong, or its endpoint said no   |
| 400 `idempotency_error`                           | not by this  | the key stands for other parameters             |
| 401, 403                                          | no           | the key was refused before anything began       |
| 409                                               | nobody knows | another request with this key is under way      |
| 424                                               | nobody knows | something Stripe depends on failed half-way     |
| 429                                               | no           | limits and locks come before the endpoint       |
| 500, 502, 503, 504 and whatever is not listed     | nobody knows | "indeterminate", the documentation says         |

A request that only asks moves nothing: whatever goes wrong is "ask again later", and a 404 is "there is none".
"""

from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple

import httpx2
import stripe

from domain.ids import Label

#: Errors that the transport raises before the first byte of a request has left.
_NEVER_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)

#: docs.stripe.com/error-codes, as the ledger, the policy and the replies know them.
REFUSALS: Mapping[str, Label] = {
    "charge_already_refunded": "already_refunded",
    "charge_disputed": "disputed",
    "refund_disputed_payment": "disputed",
    "amount_too_large": "over_paid",
    "amount_too_small": "wrong_amount",
    "invalid_charge_amount": "wrong_amount",
    "invalid_charge_amount_no_decimal_compatible": "wrong_amount",
    "parameter_invalid_integer": "wrong_amount",
    "resource_missing": "unknown_record",
    "charge_not_refundable": "not_refundable",
    "charge_exceeds_transaction_limit": "over_paid",
    "balance_insufficient": "provider_balance_too_low",
    "insufficient_funds": "provider_balance_too_low",
    "livemode_mismatch": "unknown_record",
    "testmode_charges_only": "provider_not_ready",
}


class Moved(Enum):
    """Whether the money moved."""

    no = "no"
    refused = "refused"  # no, and it will not for these arguments
    other_wish = "other_wish"  # not by this request: its key stands for another
    unknown = "unknown"


class Meaning(NamedTuple):
    """What an error says; `code` is why, for the ledger or the log."""

    moved: Moved
    code: Label


#: By status, where that says all.
_BY_STATUS: Mapping[int, Meaning] = {
    401: Meaning(Moved.no, "provider_refuses_us"),
    403: Meaning(Moved.no, "provider_refuses_us"),
    409: Meaning(Moved.unknown, "provider_key_in_use"),
    429: Meaning(Moved.no, "provider_busy"),
}
_FAULT = Meaning(Moved.unknown, "provider_fault")


def meaning(error: stripe.StripeError) -> Meaning:
    """Read an error of the SDK's that answered a request to change something."""
    match error:
        case stripe.APIConnectionError(__cause__=cause):
            is_unsent = isinstance(cause, _NEVER_SENT)
            return (
                Meaning(Moved.no, "provider_unreached") if is_unsent else Meaning(Moved.unknown, "provider_no_answer")
            )
        case stripe.IdempotencyError(http_status=400):
            return Meaning(Moved.other_wish, "key_reused")
        case stripe.StripeError(http_status=400 | 402 | 404) if error.error is not None:
            return Meaning(Moved.refused, _refusal(error))
        case _:
            return _BY_STATUS.get(error.http_status or 0, _FAULT)


def _refusal(error: stripe.StripeError) -> Label:
    told = error.error
    code = getattr(told, "code", None)
    if isinstance(code, str) and code in REFUSALS:
        return REFUSALS[code]
    # "Refund amount is greater than unrefunded amount on charge" comes with the parameter and no code.
    return "over_paid" if getattr(told, "param", None) == "amount" else "provider_refused"
