"""Reading rows as types: the few ways in which the store's functions ask for them."""

from collections.abc import Mapping
from typing import Any, LiteralString, TypeAlias, TypeVar

from psycopg import AsyncConnection
from psycopg.rows import TupleRow, class_row, scalar_row
from pydantic import ConfigDict

from domain.model import Model

Connection: TypeAlias = AsyncConnection[TupleRow]
Params: TypeAlias = Mapping[str, object]
T = TypeVar("T")


class Row(Model):
    """A row read with `select *`; columns that a newer program has added do not trouble an older one."""

    model_config = ConfigDict(extra="ignore")


async def fetch_all(conn: Connection, row_type: type[T], query: LiteralString, params: Params) -> list[T]:
    """Return every row as `row_type`, whose fields are named like the columns."""
    async with conn.cursor(row_factory=class_row(row_type)) as cursor:
        await cursor.execute(query, params)
        return await cursor.fetchall()


async def fetch_one(conn: Connection, row_type: type[T], query: LiteralString, params: Params) -> T | None:
    """Return the first row as `row_type`, or None."""
    async with conn.cursor(row_factory=class_row(row_type)) as cursor:
        await cursor.execute(query, params)
        return await cursor.fetchone()


async def fetch_value(conn: Connection, query: LiteralString, params: Params) -> Any:  # noqa: ANN401 - as SQL says
    """Return the first column of the first row, or None when there is no row."""
    async with conn.cursor(row_factory=scalar_row) as cursor:
        await cursor.execute(query, params)
        return await cursor.fetchone()


async def execute(conn: Connection, query: LiteralString, params: Params) -> int:
    """Run a statement and return how many rows it touched."""
    return (await conn.execute(query, params)).rowcount


def like(words: str) -> str:
    """A pattern for ILIKE that finds the words anywhere, whatever signs are in them."""
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
