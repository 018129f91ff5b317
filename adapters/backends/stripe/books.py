"""An account's books as they are read and changed through the SDK: our records in, our errors out.

Nothing here knows of tickets or customers' rights. No text of Stripe's goes on: it may quote what was sent.
"""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, TypeVar

import stripe
from pydantic import BaseModel, ValidationError
from stripe import StripeClient, StripeObject

from adapters.backends.stripe.account import CONNECT_SECONDS, StripeAccount
from adapters.backends.stripe.answers import Moved, meaning
from adapters.backends.stripe.records import (
    ChargeRecord,
    CustomerRecord,
    OwnedCharge,
    OwnedRefund,
    PageRecord,
    RefundRecord,
    StripeRecord,
)
from adapters.backends.stripe.transport import Transport
from domain.errors import ActionRefused, Conflict, EffectUnknown, Unavailable

Record = TypeVar("Record", bound=StripeRecord)
Read = TypeVar("Read", bound=BaseModel)

PAGE = 100
#: Charges of one customer that are offered, and refunds of one charge that are looked through.
MOST_CHARGES, MOST_REFUNDS = 300, 1000
_NOT_FOUND = 404

stripe.enable_telemetry = False  # it would write an id of this machine into the user's home
logging.getLogger("stripe").setLevel(logging.WARNING)  # it logs the bodies of requests and answers


class StripeBooks:
    """Reads and changes one account; close it with `aclose`."""

    def __init__(self, account: StripeAccount) -> None:
        self._transport = Transport(CONNECT_SECONDS, account.answer_seconds)
        client = StripeClient(
            account.api_key.get_secret_value(),
            base_addresses={"api": account.api_base},
            max_network_retries=0,  # whether to try again is Temporal's business
            http_client=self._transport,
        )
        self._v1 = client.v1

    async def aclose(self) -> None:
        """Close the connections."""
        await self._transport.close_async()

    async def customer(self, ref: str) -> CustomerRecord | None:
        """A customer, unless there is none or it was deleted."""
        found = await _asked(self._v1.customers.retrieve_async(ref), CustomerRecord)
        return found if found is not None and not found.deleted else None

    async def customers_with(self, field: str, value: str) -> list[CustomerRecord]:
        """The customers whose metadata says exactly this.

        Stripe's search folds case and lags by up to a minute (docs.stripe.com/search), so each is compared again here,
        and nothing that must be certain is searched for.
        """
        query = f'metadata["{field}"]:"{value}"'
        page = await _asked(self._v1.customers.search_async({"query": query, "limit": PAGE}), PageRecord)
        found = [_record(item, CustomerRecord) for item in page.data] if page is not None else []
        return [customer for customer in found if customer.metadata.get(field) == value]

    async def charges_of(self, customer: str) -> list[ChargeRecord]:
        """The charges of a customer with their latest refunds, newest first; the latest `MOST_CHARGES` of them."""
        params = {"customer": customer, "limit": PAGE, "expand": ["data.refunds"]}
        found: list[ChargeRecord] = []
        async for charge in self._pages(self._v1.charges.list_async, params, ChargeRecord):
            found.append(charge)
            if len(found) == MOST_CHARGES:
                break
        return found

    async def refunds_of(self, charge: str) -> list[RefundRecord]:
        """Every refund of a charge, newest first; raises Unavailable for more than `MOST_REFUNDS`.

        A list, never a search: a list shows what was written before it was asked for.
        """
        params = {"charge": charge, "limit": PAGE}
        found: list[RefundRecord] = []
        async for refund in self._pages(self._v1.refunds.list_async, params, RefundRecord):
            found.append(refund)
            if len(found) > MOST_REFUNDS:  # who has not seen all cannot say that there is none
                raise Unavailable("Stripe lists more refunds than are looked through.", code="provider_list_too_long")
        return found

    async def charge_with_customer(self, charge: str) -> OwnedCharge | None:
        """Whose charge it is."""
        return await _asked(self._v1.charges.retrieve_async(charge, {"expand": ["customer"]}), OwnedCharge)

    async def refund_with_customer(self, refund: str) -> OwnedRefund | None:
        """A refund, and whose it is."""
        return await _asked(self._v1.refunds.retrieve_async(refund, {"expand": ["charge.customer"]}), OwnedRefund)

    async def create_refund(
        self, charge: str, amount: int, reason: str, metadata: Mapping[str, str], key: str
    ) -> RefundRecord:
        """Send money of a charge back the way it came, once per key for as long as Stripe keeps the key.

        Raises:
            Unavailable, EffectUnknown, ActionRefused, Conflict: see `answers`.
        """
        params: Any = {"charge": charge, "amount": amount, "reason": reason, "metadata": dict(metadata)}
        return await _changed(self._v1.refunds.create_async(params, {"idempotency_key": key}))

    async def cancel_refund(self, refund: str, key: str) -> RefundRecord:
        """Take a refund back, which Stripe permits while it `requires_action`; raises as `create_refund`."""
        return await _changed(self._v1.refunds.cancel_async(refund, None, {"idempotency_key": key}))

    async def _pages(
        self, fetch: Callable[[Any], Awaitable[object]], params: Mapping[str, Any], kind: type[Record]
    ) -> AsyncIterator[Record]:
        """Walk through a list; raises Unavailable when a page cannot be had."""
        asked = dict(params)
        while True:
            page = await _asked(fetch(asked), PageRecord)
            records = [_record(item, kind) for item in page.data] if page is not None else []
            for record in records:
                yield record
            if page is None or not page.has_more or not records:
                return
            asked["starting_after"] = records[-1].id


class _Malformed(Exception):
    """Something was answered that the documentation does not know."""


async def _answer(call: Awaitable[object]) -> dict[str, Any]:
    """The JSON object of an answer; raises stripe.StripeError or _Malformed."""
    try:
        item = await call
    except stripe.StripeError:
        raise
    except Exception as error:  # the SDK trips over what is no object of Stripe's, and over errors of another shape
        raise _Malformed from error
    if not isinstance(item, StripeObject):
        raise _Malformed
    return item.to_dict()


async def _asked(call: Awaitable[object], kind: type[Read]) -> Read | None:
    """Ask without changing anything; None for what is not there, Unavailable for every other error."""
    try:
        return _record(await _answer(call), kind)
    except stripe.StripeError as error:
        if error.http_status == _NOT_FOUND and error.error is not None:
            return None
        raise Unavailable("Stripe does not answer now.", code=meaning(error).code) from None
    except _Malformed:
        raise _strange() from None


async def _changed(call: Awaitable[object]) -> RefundRecord:
    """Change something: the refund as it is then, or what the answer says about the money."""
    try:
        return RefundRecord.model_validate(await _answer(call))
    except stripe.StripeError as error:
        moved, code = meaning(error)
        match moved:
            case Moved.no:
                raise Unavailable("Stripe did not take the request.", code=code) from None
            case Moved.refused:
                raise ActionRefused("Stripe refused the request.", code=code) from None
            case Moved.other_wish:
                raise Conflict("This idempotency key belongs to another request.", code=code) from None
            case Moved.unknown:
                raise EffectUnknown("Stripe did not say whether it moved the money.", code=code) from None
    except (_Malformed, ValidationError):
        raise EffectUnknown("Stripe's answer is not a refund.", code="provider_fault") from None


def _record(item: Mapping[str, Any], kind: type[Read]) -> Read:
    try:
        return kind.model_validate(item)
    except ValidationError:
        raise _strange() from None


def _strange() -> Unavailable:
    return Unavailable("Stripe's answer is not what its documentation says.", code="provider_fault")
