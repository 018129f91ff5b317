"""Transactions inside a customer's scope: the only way the back end touches the shop's tables.

The scope is set for one transaction and gone with it; outside, row-level security shows nothing. Lost connections
become `Unavailable` (rolled back for certain) or, while committing, `EffectUnknown`.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import LiteralString, TypeVar

from psycopg import AsyncConnection, AsyncCursor, Error, OperationalError
from psycopg.errors import UniqueViolation
from psycopg.rows import TupleRow, class_row
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout

from adapters.backends.port import Scope
from domain.errors import EffectUnknown, SetrightError, Unavailable

Pool = AsyncConnectionPool[AsyncConnection[TupleRow]]
Row = TypeVar("Row")

_WAIT_SECONDS = 5.0  # for a free connection
_ENTER: LiteralString = """
    select set_config('app.tenant', %(tenant)s, true), set_config('app.customer', %(customer)s, true),
           set_config('timezone', 'UTC', true), set_config('lock_timeout', '5s', true),
           set_config('statement_timeout', '15s', true)
"""


class Transaction:
    """One transaction in one customer's scope; every query gets `tenant` and `customer` as parameters."""

    def __init__(self, conn: AsyncConnection[TupleRow], tenant: str, customer: str) -> None:
        self.conn = conn
        self.tenant = tenant
        self.customer = customer

    async def all(self, row: type[Row], query: LiteralString, **params: object) -> list[Row]:
        """Every row of `query`, each as a `row`."""
        async with self.conn.cursor(row_factory=class_row(row)) as cursor:
            await cursor.execute(query, self._with_scope(params))
            return await cursor.fetchall()

    async def start(self, row: type[Row], query: LiteralString) -> AsyncCursor[Row]:
        """Send `query` without awaiting its rows, inside `conn.pipeline()`; fetch them from the cursor."""
        return await self.conn.cursor(row_factory=class_row(row)).execute(query, self._with_scope({}))

    async def one(self, row: type[Row], query: LiteralString, **params: object) -> Row | None:
        """The first row of `query` as a `row`, or None."""
        rows = await self.all(row, query, **params)
        return rows[0] if rows else None

    async def run(self, query: LiteralString, **params: object) -> int:
        """Carry out `query`; the number of rows it concerned."""
        cursor = await self.conn.execute(query, self._with_scope(params))
        return cursor.rowcount

    def _with_scope(self, params: dict[str, object]) -> dict[str, object]:
        return {**params, "tenant": self.tenant, "customer": self.customer}


@asynccontextmanager
async def scoped(pool: Pool, scope: Scope) -> AsyncIterator[Transaction]:
    """Open a transaction in which only the scope's own rows exist; committed when the block ends well.

    Raises:
        Unavailable: the database does not answer, or another transaction came first; nothing was written.
        EffectUnknown: the connection was lost while committing.
    """
    is_committing = False
    # The driver's texts quote the rows and values a statement was about, so none of them goes on, not even as a cause.
    try:
        async with pool.connection(timeout=_WAIT_SECONDS) as conn, conn.transaction():
            await conn.execute(_ENTER, {"tenant": scope.tenant, "customer": scope.customer_id})
            yield Transaction(conn, scope.tenant, scope.customer_id)
            is_committing = True
    except (OperationalError, UniqueViolation, PoolTimeout, PoolClosed):
        if is_committing:
            raise EffectUnknown("The shop's database went away while it was saving the change.") from None
        raise Unavailable("The shop's database did not finish the work.") from None
    except Error as error:
        name = type(error).__name__
        raise SetrightError(f"The shop's database refused a statement ({name}).", sqlstate=error.sqlstate) from None
