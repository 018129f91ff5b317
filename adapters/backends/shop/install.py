"""Set up the schemas `shop` and `provider` and who may touch them; as often as one likes."""

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from adapters.backends.shop.queries import script

#: Any number will do that no other installer of this database takes.
_LOCK = 0x5E77_5409


async def install(conn: AsyncConnection[TupleRow]) -> None:
    """Create what is missing, in one transaction.

    `conn` belongs to a superuser or a role that may create schemas and roles. Several processes may install at
    once. The roles `customer_scope` and `payment_provider` are made without login where they are missing.
    """
    async with conn.transaction():
        await conn.execute("select pg_advisory_xact_lock(%s)", (_LOCK,))
        for name in ("shop_schema", "shop_access", "provider_schema"):
            await conn.execute(script(name))
