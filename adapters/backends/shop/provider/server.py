"""The provider's own side of a call: faults, idempotency keys and the call log, each in its own committed transaction.

It must know nothing of the shop: a remote system would not.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Generic, LiteralString, TypeVar

from psycopg import AsyncConnection, OperationalError
from psycopg.rows import TupleRow, class_row, scalar_row
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout
from pydantic import JsonValue, TypeAdapter

from adapters.backends.shop.provider.errors import (
    KeyReused,
    ProviderBusy,
    ProviderFault,
    ProviderRefused,
    ProviderTimeout,
    ProviderUnreached,
)
from adapters.backends.shop.provider.records import ChargeRecord, RefundRecord
from adapters.backends.shop.queries import named
from domain.canonical import sha256_of

Connection = AsyncConnection[TupleRow]
Pool = AsyncConnectionPool[Connection]
Made = TypeVar("Made", ChargeRecord, RefundRecord)
Found = TypeVar("Found")

SQL = named("provider")
_OK, _ERROR = 200, 500


@dataclass(frozen=True, slots=True)
class Fault:
    """What was injected for this call, if anything."""

    kind: str = "none"
    delay_ms: int = 0


@dataclass(frozen=True, slots=True)
class Post(Generic[Made]):
    """A request that changes something, once per key."""

    tenant: str
    operation: str
    key: str
    params: Mapping[str, JsonValue]
    at: datetime
    makes: type[Made]
    work: Callable[[Connection, Fault], Awaitable[Made]]


@dataclass(frozen=True, slots=True)
class _Saved:
    params_sha256: str
    status: int
    body: dict[str, JsonValue]


class ProviderServer:
    """Answers requests over its own pool, as a process of somebody else's would."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def post(self, request: Post[Made]) -> Made:
        """Carry out a change, or repeat the first answer its key got; raises the errors of `provider.errors`."""
        fault = await self._take_fault(request.tenant, request.operation, request.key)
        has_begun = False
        try:
            async with self._pool.connection() as conn, conn.transaction():
                has_begun = True
                answer = await self._answer(conn, request, fault)
        except ProviderRefused:
            await self.log(request.tenant, request.operation, request.key, "refused")
            raise
        except (OperationalError, PoolTimeout, PoolClosed):
            raise (ProviderTimeout if has_begun else ProviderUnreached)(request.operation) from None
        if fault.kind == "timeout_after_commit":
            raise ProviderTimeout(request.operation)
        if answer is None:
            raise ProviderFault(request.operation)
        return answer

    async def get(self, tenant: str, operation: str, row: type[Found], query: str, **params: object) -> list[Found]:
        """Read rows; raises the errors of `provider.errors`."""
        fault = await self._take_fault(tenant, operation, None)
        if fault.kind == "timeout_after_commit":
            raise ProviderTimeout(operation)
        if fault.kind == "answer_500_forever":
            raise ProviderFault(operation)
        try:
            async with self._pool.connection() as conn, conn.transaction():
                await conn.execute("set local synchronous_commit = off")  # the log of a read may be lost in a crash
                await _log(conn, tenant, operation, None, "read")
                return await fetch(conn, row, SQL[query], tenant=tenant, **params)
        except (OperationalError, PoolTimeout, PoolClosed):
            raise ProviderUnreached(operation) from None

    async def run(self, query: str, **params: object) -> int:
        """Carry out a statement of the provider's own staff, in a transaction of its own; the rows it concerned."""
        async with self._pool.connection() as conn:
            return (await conn.execute(SQL[query], params)).rowcount

    async def log(self, tenant: str, operation: str, key: str | None, result: str) -> None:
        """Note a call that left nothing else behind."""
        async with self._pool.connection() as conn:
            await _log(conn, tenant, operation, key, result)

    async def _take_fault(self, tenant: str, operation: str, key: str | None) -> Fault:
        try:
            async with self._pool.connection() as conn:
                faults = await fetch(conn, Fault, SQL["take_fault"], tenant=tenant, operation=operation)
        except (OperationalError, PoolTimeout, PoolClosed):
            raise ProviderUnreached(operation) from None
        fault = faults[0] if faults else Fault()
        if fault.kind == "fail_before":
            await self.log(tenant, operation, key, "unreached")
            raise ProviderUnreached(operation)
        if fault.delay_ms:
            await asyncio.sleep(fault.delay_ms / 1000)
        return fault

    async def _answer(self, conn: Connection, request: Post[Made], fault: Fault) -> Made | None:
        """The first or repeated answer, None for a 500; in the caller's transaction."""
        tenant, key = request.tenant, request.key
        digest = sha256_of([request.operation, request.params])
        async with conn.cursor(row_factory=scalar_row) as cursor:
            await cursor.execute(SQL["take_key"], {"tenant": tenant, "key": key})
            if not await cursor.fetchone():
                raise ProviderBusy(request.operation)
        saved = await fetch(conn, _Saved, SQL["saved_answer"], tenant=tenant, key=key)
        if saved:
            if saved[0].params_sha256 != digest:
                raise KeyReused(request.operation)
            await _log(conn, tenant, request.operation, key, "replayed")
            return None if saved[0].status == _ERROR else TypeAdapter(request.makes).validate_python(saved[0].body)
        made = None if fault.kind == "answer_500_forever" else await request.work(conn, fault)
        await conn.execute(
            SQL["save_answer"],
            {
                "tenant": tenant,
                "key": key,
                "operation": request.operation,
                "params_sha256": digest,
                "status": _ERROR if made is None else _OK,
                "body": Jsonb({} if made is None else TypeAdapter(request.makes).dump_python(made, mode="json")),
                "at": request.at,
            },
        )
        if made is None:
            await _log(conn, tenant, request.operation, key, "errored")
        else:
            await _log(conn, tenant, request.operation, key, "executed", made.ref)
        return made


async def fetch(conn: Connection, row: type[Found], query: LiteralString, **params: object) -> list[Found]:
    """Every row of `query`, each as a `row`."""
    async with conn.cursor(row_factory=class_row(row)) as cursor:
        await cursor.execute(query, params)
        return await cursor.fetchall()


async def insert(conn: Connection, query: LiteralString, tenant: str, record: ChargeRecord | RefundRecord) -> None:
    """Write a record into the provider's books."""
    await conn.execute(query, {**asdict(record), "metadata": Jsonb(record.metadata), "tenant": tenant})


async def _log(
    conn: Connection, tenant: str, operation: str, key: str | None, result: str, effect: str | None = None
) -> None:
    params = {"tenant": tenant, "operation": operation, "key": key, "result": result, "effect": effect}
    await conn.execute(SQL["log_call"], params)
