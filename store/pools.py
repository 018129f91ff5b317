"""Connections: one pool per role, and the scopes in which all work is done.

A scope is one transaction of one role that can see one tenant's rows, or one customer's. It commits when its block ends
and rolls back when the block raises; no function of the store commits. Tenant and customer come from whoever
authenticated the request or from the workflow's input, never from a model.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Self

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout, TooManyRequests

from domain.errors import Unavailable
from domain.ids import CustomerId, TenantId
from store.errors import StoreFault
from store.roles import Role
from store.rows import Connection

#: Least and most connections of each role. Postgres allows 100 by default, which several processes share.
SIZES: Mapping[Role, tuple[int, int]] = {
    "operator_scope": (1, 8),
    "customer_scope": (1, 6),
    "relay": (1, 2),
    "auth": (1, 2),
}
_WAIT_SECONDS = 5.0  # for a free connection; a caller who waits longer is better told that we are busy
# Every statement is small: one that takes longer waits for somebody, and holds up others while it does.
_SETTINGS = (
    "-c timezone=UTC -c statement_timeout=30s -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"
    # With rows of other tenants filtered out, the index over vectors is scanned on until enough are found: of the
    # five nearest of a tenant that has a fifth of all, 100 at a time found .91, and 200 in the same time .98.
    " -c hnsw.iterative_scan=relaxed_order -c hnsw.ef_search=200 -c hnsw.max_scan_tuples=20000"
)


class Pools:
    """The open pools of a process; lives as long as the process."""

    def __init__(self, pools: Mapping[Role, AsyncConnectionPool[Connection]]) -> None:
        self._pools = pools
        self._stack = AsyncExitStack()

    @classmethod
    async def open(cls, dsns: Mapping[Role, str], *, most: int | None = None) -> Self:
        """Open a pool for each role of `dsns`, with at most `most` connections each; raises Unavailable."""
        pools = cls({role: _pool(role, dsn, most) for role, dsn in dsns.items()})
        try:
            for pool in pools._pools.values():
                pools._stack.push_async_callback(pool.close)
                await pool.open(wait=True, timeout=_WAIT_SECONDS)
        except PoolTimeout as error:
            await pools.close()
            raise Unavailable("The database does not answer, or refuses the password of one of our roles.") from error
        return pools

    async def close(self) -> None:
        """Close all connections; those in use are closed when their scope ends."""
        await self._stack.aclose()

    @asynccontextmanager
    async def operator(self, tenant: TenantId) -> AsyncIterator[Connection]:
        """One transaction that sees one tenant; raises Unavailable and StoreFault."""
        async with self._scope("operator_scope", tenant, "") as conn:
            yield conn

    @asynccontextmanager
    async def customer(self, tenant: TenantId, customer_id: CustomerId) -> AsyncIterator[Connection]:
        """One transaction that sees one customer of one tenant; raises Unavailable and StoreFault."""
        async with self._scope("customer_scope", tenant, customer_id) as conn:
            yield conn

    @asynccontextmanager
    async def relay(self) -> AsyncIterator[Connection]:
        """One transaction that sees the outbox of all tenants; raises Unavailable and StoreFault."""
        async with self._scope("relay", "", "") as conn:
            yield conn

    @asynccontextmanager
    async def auth(self) -> AsyncIterator[Connection]:
        """One transaction that can look up API keys and nothing else; raises Unavailable and StoreFault."""
        async with self._scope("auth", "", "") as conn:
            yield conn

    @asynccontextmanager
    async def _scope(self, role: Role, tenant: str, customer_id: str) -> AsyncIterator[Connection]:
        try:
            async with self._pools[role].connection(timeout=_WAIT_SECONDS) as conn:
                # Local to the transaction: one that outlived it would show the next borrower somebody else's rows.
                await conn.execute(
                    "select set_config('app.tenant', %s, true), set_config('app.customer', %s, true)",
                    [tenant, customer_id],
                )
                yield conn
        # The driver's texts quote rows and values, so none of them goes on, not even as a cause.
        except (PoolTimeout, PoolClosed, TooManyRequests):
            raise Unavailable("No connection to the database became free in time.") from None
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            raise Unavailable("The database did not finish the work; try again.", sqlstate=error.sqlstate) from None
        except psycopg.Error as error:
            raise StoreFault(
                f"The database refused a statement ({type(error).__name__}).",
                sqlstate=error.sqlstate,
                constraint=error.diag.constraint_name,
                table=error.diag.table_name,
            ) from None


def _pool(role: Role, dsn: str, most: int | None) -> AsyncConnectionPool[Connection]:
    least, usual = SIZES[role]
    return AsyncConnectionPool(
        make_conninfo(dsn, options=_SETTINGS, application_name=f"setright {role}"),
        min_size=least,
        max_size=most or usual,
        open=False,
        check=AsyncConnectionPool.check_connection,
        name=role,
    )
