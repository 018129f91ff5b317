"""Versions of procedures: a ticket goes on under the version it was started with, whatever the workspace says now."""

from datetime import datetime

from psycopg.types.json import Jsonb

from domain.errors import NotFound
from domain.ids import Label, Sha256, TenantId
from domain.procedure import Procedure
from store.queries import load_queries
from store.rows import Connection, execute, fetch_value

_SQL = load_queries("procedures")


async def save_procedure(conn: Connection, tenant: TenantId, procedure: Procedure, at: datetime) -> bool:
    """Keep a version of a procedure; False when it is kept already."""
    body = Jsonb(procedure.model_dump(mode="json"))
    row = {"tenant": tenant, "name": procedure.name, "version": procedure.version, "body": body, "at": at}
    return await execute(conn, _SQL["save_procedure"], row) == 1


async def knows_procedure(conn: Connection, tenant: TenantId, name: Label) -> bool:
    """Whether there is or was a procedure of this name."""
    return bool(await fetch_value(conn, _SQL["knows_procedure"], {"tenant": tenant, "name": name}))


async def read_procedure(conn: Connection, tenant: TenantId, name: Label, version: Sha256) -> Procedure:
    """Return a version of a procedure; raises NotFound."""
    key = {"tenant": tenant, "name": name, "version": version}
    body = await fetch_value(conn, _SQL["read_procedure"], key)
    if body is None:
        raise NotFound("There is no such version of the procedure.")
    return Procedure.model_validate(body)
