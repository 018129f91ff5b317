"""Writing a store into the database with COPY, and taking a tenant out of it again."""

from collections.abc import Sequence
from dataclasses import fields

from psycopg import AsyncConnection, sql
from psycopg.rows import TupleRow
from psycopg.types.json import Json

from adapters.backends.shop.generate.builder import Store
from adapters.backends.shop.provider.records import ChargeRecord, MethodRecord, RefundRecord
from adapters.backends.shop.records import ShopRow

#: Children before parents, so that rows go before what they point to.
_SHOP_TABLES = (
    "effects", "claims", "traces", "shipments", "refunds", "payments", "invoices", "subscriptions", "order_lines",
    "orders", "variants", "products", "payment_methods", "addresses", "customers",
)  # fmt: skip
_PROVIDER_TABLES = ("calls", "faults", "requests", "refunds", "charges", "methods")


_Row = ShopRow | ChargeRecord | MethodRecord | RefundRecord


async def replace_tenant(conn: AsyncConnection[TupleRow], tenant: str, store: Store) -> None:
    """Replace everything that the schemas `shop` and `provider` hold of a tenant by `store`, in one transaction.

    `conn` belongs to a superuser or a role with BYPASSRLS: COPY does not work under row-level security.
    """
    async with conn.transaction():
        await clear(conn, tenant)
        for schema, rows in (
            ("shop", store.customers),
            ("shop", store.addresses),
            ("shop", store.methods),
            ("shop", store.products),
            ("shop", store.variants),
            ("shop", store.orders),
            ("shop", store.lines),
            ("shop", store.subscriptions),
            ("shop", store.invoices),
            ("shop", store.payments),
            ("shop", store.refunds),
            ("shop", store.shipments),
            ("shop", store.claims),
            ("provider", store.provider_methods),
            ("provider", store.provider_charges),
            ("provider", store.provider_refunds),
        ):
            await _copy(conn, schema, tenant, rows)


async def clear(conn: AsyncConnection[TupleRow], tenant: str) -> None:
    """Take a tenant out of the shop and out of the provider's books; the caller commits."""
    for schema, tables in (("shop", _SHOP_TABLES), ("provider", _PROVIDER_TABLES)):
        for table in tables:
            await conn.execute(
                sql.SQL("delete from {} where tenant = %s").format(sql.Identifier(schema, table)), (tenant,)
            )


async def _copy(conn: AsyncConnection[TupleRow], schema: str, tenant: str, rows: Sequence[_Row]) -> None:
    if not rows:
        return
    columns = ["tenant", *(column.name for column in fields(rows[0]))]
    statement = sql.SQL("copy {} ({}) from stdin").format(
        sql.Identifier(schema, rows[0].table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    async with conn.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            values = (getattr(row, column) for column in columns[1:])
            await copy.write_row([tenant, *(Json(value) if isinstance(value, dict) else value for value in values)])
