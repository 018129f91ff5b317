"""A payment provider that behaves like Stripe's v1, for the example shop and for tests of what can go wrong.

The first answer per idempotency key is kept once execution begins, 500s included; the same key with other
parameters is an error; keys may be pruned, after which a key is new again; refunds answer `pending`, `succeeded` or
`failed` with a reason. Its work goes on in the background when a caller stops waiting, as a remote system's would.
Faults are rows that any process may insert (`faults.py`).
"""

import asyncio
import secrets
from collections.abc import Coroutine, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from psycopg.rows import scalar_row
from psycopg.types.json import Jsonb

from adapters.backends.shop.provider.calendar import arrival
from adapters.backends.shop.provider.errors import ProviderRefused, ProviderTimeout
from adapters.backends.shop.provider.records import ChargeRecord, MethodRecord, RefundRecord
from adapters.backends.shop.provider.server import SQL, Connection, Fault, Pool, Post, ProviderServer, fetch, insert
from domain.customer import RefundFailure, RefundStatus
from domain.money import Money

Answer = TypeVar("Answer")


class PaymentProvider:
    """The client's side; `tenant` is the account, `timeout` how long an answer is awaited, in seconds."""

    def __init__(self, pool: Pool, timeout: float = 5.0) -> None:
        self._server = ProviderServer(pool)
        self._timeout = timeout
        self._under_way: set[asyncio.Task[Any]] = set()

    async def create_charge(
        self, tenant: str, method: str, amount: Money, metadata: Mapping[str, str], idempotency_key: str, at: datetime
    ) -> ChargeRecord:
        """Take money from a payment method, once per key; the charge may come back `failed` (declined)."""

        async def work(conn: Connection, _: Fault) -> ChargeRecord:
            charge = ChargeRecord(
                ref=f"ch_{secrets.token_hex(8)}",
                method=method,
                amount=amount.amount,
                currency=amount.currency,
                status="succeeded" if (await _method(conn, tenant, method)).state == "active" else "failed",
                metadata=dict(metadata),
                created_at=at,
            )
            await insert(conn, SQL["add_charge"], tenant, charge)
            return charge

        params = {"method": method, **amount.model_dump(), "metadata": dict(metadata)}
        request = Post(tenant, "create_charge", idempotency_key, params, at, ChargeRecord, work)
        return await self._ask(self._server.post(request))

    async def create_refund(
        self,
        tenant: str,
        charge: str | None,
        amount: Money,
        metadata: Mapping[str, str],
        idempotency_key: str,
        at: datetime,
        destination: str | None = None,
    ) -> RefundRecord:
        """Give money of a charge back, once per key, to the method it came from or to `destination`.

        Without a charge it is a credit: `destination` gets the money and only the client answers for the amount.

        Raises:
            ProviderRefused: there is no such charge ("no_such_charge"), the currency differs ("wrong_currency") or less
                is left of it ("over_paid").
        """

        async def work(conn: Connection, fault: Fault) -> RefundRecord:
            paid_with = None if charge is None else await _refundable(conn, tenant, charge, amount)
            method = await _method(conn, tenant, destination or paid_with)
            status, failure = _verdict(fault, method)
            refund = RefundRecord(
                ref=f"re_{secrets.token_hex(8)}",
                charge=charge,
                method=method.ref,
                amount=amount.amount,
                currency=amount.currency,
                status=status,
                failure=failure,
                metadata=dict(metadata),
                created_at=at,
                expected_on=None if status == "failed" else arrival(at.date(), method.kind),
            )
            await insert(conn, SQL["add_refund"], tenant, refund)
            return refund

        params = {"charge": charge, **amount.model_dump(), "metadata": dict(metadata), "destination": destination}
        request = Post(tenant, "create_refund", idempotency_key, params, at, RefundRecord, work)
        return await self._ask(self._server.post(request))

    async def cancel_refund(self, tenant: str, ref: str, idempotency_key: str, at: datetime) -> RefundRecord:
        """Stop a refund that is still pending.

        Raises:
            ProviderRefused: it is not pending any more, or there is no such refund ("not_pending").
        """

        async def work(conn: Connection, _: Fault) -> RefundRecord:
            cancelled = await fetch(conn, RefundRecord, SQL["cancel_refund"], tenant=tenant, ref=ref)
            if not cancelled:
                raise ProviderRefused("not_pending")
            return cancelled[0]

        request = Post(tenant, "cancel_refund", idempotency_key, {"ref": ref}, at, RefundRecord, work)
        return await self._ask(self._server.post(request))

    async def retrieve_refund(self, tenant: str, ref: str) -> RefundRecord | None:
        """One refund as it stands now."""
        found = await self._ask(self._server.get(tenant, "retrieve_refund", RefundRecord, "refund", ref=ref))
        return found[0] if found else None

    async def list_refunds(
        self, tenant: str, charges: Sequence[str], methods: Sequence[str] = ()
    ) -> list[RefundRecord]:
        """Every refund of these charges and every credit to these methods, with its metadata.

        That is how to find out what became of a lost answer.
        """
        wanted = {"charges": list(charges), "methods": list(methods)}
        return await self._ask(self._server.get(tenant, "list_refunds", RefundRecord, "refunds_and_credits", **wanted))

    async def list_charges(self, tenant: str, metadata: Mapping[str, str]) -> list[ChargeRecord]:
        """Every charge whose metadata holds `metadata`."""
        query = self._server.get(
            tenant, "list_charges", ChargeRecord, "charges_by_metadata", metadata=Jsonb(dict(metadata))
        )
        return await self._ask(query)

    async def settle_refund(
        self, tenant: str, ref: str, status: RefundStatus, failure: RefundFailure | None = None
    ) -> bool:
        """Let a pending refund end, as a bank would some days later; whether it was pending."""
        return await self._server.run("settle_refund", tenant=tenant, ref=ref, status=status, failure=failure) == 1

    async def prune_keys(self, tenant: str, before: datetime) -> int:
        """Forget the keys of requests made before `before`; their number. A pruned key is a new key."""
        return await self._server.run("prune_keys", tenant=tenant, before=before)

    async def aclose(self) -> None:
        """Wait for what is still being carried out; call it before closing the pool."""
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _ask(self, answer: Coroutine[Any, Any, Answer]) -> Answer:
        """Await an answer no longer than the timeout; the work itself goes on."""
        task = asyncio.create_task(answer)
        self._under_way.add(task)
        task.add_done_callback(self._forget)
        try:
            return await asyncio.wait_for(asyncio.shield(task), self._timeout)
        except TimeoutError as error:
            raise ProviderTimeout("no answer in time") from error

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()  # taken note of: an error nobody waits for any more is nobody's warning


async def _method(conn: Connection, tenant: str, ref: str | None) -> MethodRecord:
    methods = await fetch(conn, MethodRecord, SQL["method"], tenant=tenant, ref=ref)
    if not methods:
        raise ProviderRefused("no_such_method")
    return methods[0]


async def _refundable(conn: Connection, tenant: str, ref: str, amount: Money) -> str:
    """Lock the charge and check that it can give back `amount`; the method it was paid with."""
    charges = await fetch(conn, ChargeRecord, SQL["lock_charge"], tenant=tenant, ref=ref)
    if not charges or charges[0].status != "succeeded":
        raise ProviderRefused("no_such_charge")
    charge = charges[0]
    if charge.currency != amount.currency:
        raise ProviderRefused("wrong_currency")
    async with conn.cursor(row_factory=scalar_row) as cursor:
        await cursor.execute(SQL["refunded"], {"tenant": tenant, "charge": ref})
        refunded = int(await cursor.fetchone() or 0)
    if refunded + amount.amount > charge.amount:
        raise ProviderRefused("over_paid")
    return charge.method


def _verdict(fault: Fault, method: MethodRecord) -> tuple[RefundStatus, RefundFailure | None]:
    match fault.kind, method.state:
        case "refuse_card_closed", _:
            return "failed", "card_closed"
        case "fail_transient", _:
            return "failed", "transient"
        case _, "expired_card" | "card_closed" | "account_closed" as state:
            return "failed", state
        case "pending", _:
            return "pending", None
        case _:
            return "succeeded", None
