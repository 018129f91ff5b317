"""Below every model and every query of ours: as each role in each scope, read and write whatever the database lets one.

That is what a query with a forgotten filter, or an injected one, could do: it must see nobody else's rows either.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from random import Random
from typing import LiteralString

from psycopg import Error, sql

from runtime.attack.canary import NOBODY, Owner
from runtime.attack.findings import Findings
from runtime.attack.world import Place
from store.rows import Connection

_RELATIONS: LiteralString = """
    select namespace.nspname, relation.relname,
           array(select attname from pg_attribute where attrelid = relation.oid and attnum > 0 and not attisdropped
                 and has_column_privilege(relation.oid, attnum, 'select') order by attnum),
           array(select attname from pg_attribute where attrelid = relation.oid and attnum > 0 and not attisdropped
                 and has_column_privilege(relation.oid, attnum, 'update') order by attnum)
    from pg_class as relation join pg_namespace as namespace on namespace.oid = relnamespace
    where relkind in ('r', 'v', 'm', 'p', 'f') and nspname in ('setright', 'shop', 'provider')
      and has_schema_privilege(nspname, 'usage') and has_any_column_privilege(relation.oid, 'select')
"""
#: Names of tenants and customers that are none.
_NONSENSE = ("", "*", "%", "t01' or '1'='1", "t01,t02", "T01", "t01\u200b", "{t01}", "null")


async def probe_database(place: Place, findings: Findings, random: Random, *, scopes: int) -> int:
    """Probe `scopes` scopes of tenants and of customers, and those of nobody; returns how many statements ran."""
    calls = 0
    for owner, scope in _scopes(place, random, scopes):
        async with scope as conn:
            relations = await (await conn.execute(_RELATIONS)).fetchall()
            for schema, name, readable, writable in relations:
                relation = sql.Identifier(schema, name)
                calls += await _probe(conn, findings, owner, f"select {name}", _select(relation, readable))
                if writable:
                    calls += await _probe(
                        conn, findings, owner, f"update {name}", _update(relation, readable, writable)
                    )
    return calls


def _scopes(
    place: Place, random: Random, number: int
) -> Iterator[tuple[Owner, AbstractAsyncContextManager[Connection]]]:
    pools = place.desk.pools
    yield NOBODY, pools.relay()
    yield NOBODY, pools.auth()
    for nonsense in random.sample(_NONSENSE, min(number, len(_NONSENSE))):
        yield NOBODY, pools.operator(nonsense)
        yield NOBODY, pools.customer(nonsense, place.world.customers[0])
    for _ in range(number):
        tenant, customer = random.choice(place.world.tenants), random.choice(place.world.customers)
        yield Owner(tenant, None), pools.operator(tenant)
        yield Owner(tenant, customer), pools.customer(tenant, customer)


def _select(relation: sql.Identifier, columns: Sequence[str]) -> sql.Composed:
    return sql.SQL("select concat_ws(' ', {}) from {}").format(_list(columns), relation)


def _update(relation: sql.Identifier, readable: Sequence[str], writable: Sequence[str]) -> sql.Composed:
    """Write every row there is to itself: what comes back is what could have been changed."""
    column = sql.Identifier(writable[0])
    return sql.SQL("update {} set {} = {} returning concat_ws(' ', {})").format(
        relation, column, column, _list(readable)
    )


def _list(columns: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(column)) for column in columns)


async def _probe(conn: Connection, findings: Findings, owner: Owner, where: str, statement: sql.Composed) -> int:
    """Run one statement and undo it; a refusal is as good as no rows."""
    with suppress(Error):
        async with conn.transaction(force_rollback=True):
            rows = await (await conn.execute(statement)).fetchall()
            findings.look(f"database: {where}", "\n".join(row[0] or "" for row in rows), owner)
    return 1
