"""Who can see and change what, tried as the roles themselves: the database is the boundary, not our queries."""

from collections.abc import AsyncIterator

import pytest
from psycopg import AsyncConnection
from psycopg.errors import InsufficientPrivilege
from psycopg.sql import SQL, Identifier
from psycopg_pool import AsyncConnectionPool

from adapters.backends.port import Scope
from adapters.backends.shop.contacts import ShopContacts
from adapters.backends.shop.install import install
from domain.ticket import IdentityLevel
from store.roles import role_dsn
from tests.integration.adapters.backends.conftest import SECRETS

CUSTOMER_TABLES = (
    "customers", "addresses", "payment_methods", "orders", "order_lines", "subscriptions", "invoices", "payments",
    "refunds", "shipments", "traces", "claims", "effects",
)  # fmt: skip


@pytest.fixture
async def as_customer(database: str) -> AsyncIterator[AsyncConnection]:
    """A connection of the role that the back end uses, outside any scope."""
    dsn = role_dsn(database, "customer_scope", SECRETS["customer_scope"])
    async with await AsyncConnection.connect(dsn, autocommit=True) as conn:
        yield conn


async def enter(conn: AsyncConnection, tenant: str, customer: str) -> None:
    """Set the scope of the transaction."""
    await conn.execute(
        "select set_config('app.tenant', %s, true), set_config('app.customer', %s, true)", (tenant, customer)
    )


async def count(conn: AsyncConnection, table: str) -> int:
    """How many rows of a table are in sight."""
    row = await (await conn.execute(SQL("select count(*) from {}").format(Identifier("shop", table)))).fetchone()
    return int(row[0]) if row else 0


@pytest.mark.parametrize("table", [*CUSTOMER_TABLES, "products", "variants"])
async def test_outside_a_scope_nothing_is_in_sight(as_customer: AsyncConnection, table: str) -> None:
    """Neither before any scope was set nor after one has ended."""
    assert await count(as_customer, table) == 0
    async with as_customer.transaction():
        await enter(as_customer, "meridian", "cus_ada")
    assert await count(as_customer, table) == 0


@pytest.mark.parametrize("table", CUSTOMER_TABLES)
async def test_inside_a_scope_only_the_customers_rows_are(
    as_customer: AsyncConnection, superuser: AsyncConnection, table: str
) -> None:
    """Exactly as many as the superuser counts for this customer, for several customers."""
    key = "ref" if table == "customers" else "customer"
    for tenant, customer in (("meridian", "cus_ada"), ("meridian", "cus_0007"), ("tidewater", "cus_0007")):
        query = SQL("select count(*) from {} where tenant = %s and {} = %s")
        cursor = await superuser.execute(query.format(Identifier("shop", table), Identifier(key)), (tenant, customer))
        expected = await cursor.fetchone()
        async with as_customer.transaction():
            await enter(as_customer, tenant, customer)
            assert (await count(as_customer, table),) == expected


@pytest.mark.parametrize(
    ("tenant", "name", "customer"),
    [
        ("meridian", "Ada.Lindqvist@example.com", "cus_ada"),
        ("meridian", "10042", "cus_ada"),
        ("tidewater", "10042", None),
        ("meridian", "ada.lindqvist@example", None),
        ("meridian", "%", None),
        ("meridian", "cus_ada", None),
    ],
)
async def test_an_account_is_found_by_its_whole_name(
    database: str, tenant: str, name: str, customer: str | None
) -> None:
    """By an email address or an order's number of this tenant, and by nothing that is like one."""
    dsn = role_dsn(database, "customer_scope", SECRETS["customer_scope"])
    scope = Scope(tenant=tenant, customer_id="visitor:1", ticket_id="T-00000000", identity=IdentityLevel.anonymous)
    async with AsyncConnectionPool(dsn, min_size=1, open=False) as pool:
        assert await ShopContacts(pool).account(scope, name) == customer


async def test_naming_an_account_shows_the_named_row_and_nothing_else(as_customer: AsyncConnection) -> None:
    """One order of Ada's, and of her other rows none; with the transaction it is over."""
    async with as_customer.transaction():
        await enter(as_customer, "meridian", "visitor:1")
        await as_customer.execute("select set_config('app.named', '10042', true)")
        seen = {table: await count(as_customer, table) for table in CUSTOMER_TABLES}
    assert {table for table, rows in seen.items() if rows} == {"orders"}
    assert seen["orders"] == 1
    assert await count(as_customer, "orders") == 0


async def test_the_catalogue_is_the_tenants(as_customer: AsyncConnection) -> None:
    """All products of the shop for its customers, none for the other tenant's."""
    for tenant, products in (("meridian", 50), ("tidewater", 0), ("nobody", 0)):
        async with as_customer.transaction():
            await enter(as_customer, tenant, "cus_ada")
            assert await count(as_customer, "products") == products


async def test_every_table_of_the_shop_is_locked(superuser: AsyncConnection) -> None:
    """A table without row-level security, without FORCE or without a policy is a hole; new tables included."""
    cursor = await superuser.execute(
        """select c.relname from pg_class c where c.relnamespace = 'shop'::regnamespace and c.relkind in ('r', 'p', 'v')
           and not (c.relrowsecurity and c.relforcerowsecurity
                    and exists (select from pg_policy p where p.polrelid = c.oid))"""
    )
    assert await cursor.fetchall() == []


async def test_every_key_begins_with_the_tenant(superuser: AsyncConnection) -> None:
    """A unique key that does not would tell one tenant of another's rows."""
    cursor = await superuser.execute(
        """select i.indexrelid::regclass::text from pg_index i join pg_class c on c.oid = i.indrelid
           join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
           where c.relnamespace in ('shop'::regnamespace, 'provider'::regnamespace) and i.indisunique
           and a.attname <> 'tenant'"""
    )
    assert await cursor.fetchall() == []


async def test_nobody_writes_into_another_customers_name(as_customer: AsyncConnection) -> None:
    """Neither a new row nor one moved over."""
    async with as_customer.transaction(force_rollback=True):
        await enter(as_customer, "meridian", "cus_ada")
        with pytest.raises(InsufficientPrivilege):
            await as_customer.execute(
                """insert into shop.effects (tenant, customer, idempotency_key, action, args_sha256, started_at)
                   values ('meridian', 'cus_ben', 'k', 'a', 'd', now())"""
            )


@pytest.mark.parametrize(
    "statement",
    [
        "update shop.orders set customer = 'cus_ada'",
        "update shop.payments set amount = 1",
        "update shop.refunds set amount = 1",
        "update shop.customers set tier = 'vip'",
        "update shop.variants set price = 1",
        "insert into shop.customers select * from shop.customers",
        "delete from shop.refunds",
        "truncate shop.orders",
        "select * from provider.charges",
        "update provider.refunds set status = 'failed'",
        "create table shop.mine (id int)",
        "alter table shop.orders disable row level security",
    ],
)
async def test_the_role_can_do_no_more_than_the_actions_need(as_customer: AsyncConnection, statement: str) -> None:
    """Amounts, owners and prices are not the back end's to change, nor is anything at the provider."""
    async with as_customer.transaction(force_rollback=True):
        await enter(as_customer, "meridian", "cus_ada")
        with pytest.raises(InsufficientPrivilege):
            await as_customer.execute(statement.encode())


async def test_the_provider_cannot_look_into_the_shop(database: str) -> None:
    """Nor the other way round: they are two companies."""
    dsn = role_dsn(database, "payment_provider", SECRETS["payment_provider"])
    async with await AsyncConnection.connect(dsn, autocommit=True) as conn:
        with pytest.raises(InsufficientPrivilege):
            await conn.execute("select * from shop.orders")


async def test_the_roles_are_bound_by_row_level_security(superuser: AsyncConnection) -> None:
    """Neither may bypass it, nor change roles or databases."""
    cursor = await superuser.execute(
        """select rolname, rolsuper or rolbypassrls or rolcreaterole or rolcreatedb from pg_roles
           where rolname in ('customer_scope', 'payment_provider') order by rolname"""
    )
    assert await cursor.fetchall() == [("customer_scope", False), ("payment_provider", False)]


async def test_installing_again_changes_nothing(superuser: AsyncConnection, as_customer: AsyncConnection) -> None:
    """Data, policies and rights are as before."""
    await install(superuser)
    async with as_customer.transaction():
        await enter(as_customer, "meridian", "cus_ada")
        assert await count(as_customer, "orders") == 2
