"""What judgments went by: kept under its digest, so that a past judgment can be made again under another text.

The judgment's event names the digest. A judgment that was made twice, for a worker that died, left two rows, and the
event says which of them counts.
"""

from datetime import datetime

from psycopg.types.json import Jsonb

from domain.dry_run import PastJudgment
from domain.ids import ActionId, Sha256, TenantId
from domain.judging import JudgedOn
from domain.ticket import TicketRef
from store.queries import load_queries
from store.rows import Connection, execute, fetch_all, fetch_value

_SQL = load_queries("judged")


async def keep_judged(conn: Connection, ref: TicketRef, on: JudgedOn, at: datetime) -> Sha256:
    """Keep what a judgment went by and return its digest; the same again is kept once.

    The transaction does not wait for the disk: it is written with the commit of the event that names the digest.
    """
    digest = on.sha256
    await conn.execute(_SQL["flush_with_next"])
    row = {**ref.model_dump(), "sha256": digest, "body": Jsonb(on.model_dump(mode="json")), "at": at}
    await execute(conn, _SQL["keep_judged"], row)
    return digest


async def read_judged(conn: Connection, ref: TicketRef, action_id: ActionId) -> JudgedOn | None:
    """Return what an action was last judged on; None where nothing was kept of it, or its customer was forgotten."""
    key = {"tenant": ref.tenant, "ticket_id": ref.ticket_id, "action_id": action_id}
    body = await fetch_value(conn, _SQL["read_judged"], key)
    return None if body is None else JudgedOn.model_validate(body)


async def list_judgments(
    conn: Connection, tenant: TenantId, *, before: PastJudgment | None = None, limit: int = 200
) -> list[PastJudgment]:
    """Return the tenant's judgments, the newest first; those before the last one of the page that came before."""
    place = {
        "before_at": before.at if before else None,
        "before_ticket": before.ticket_id if before else None,
        "before_seq": before.seq if before else None,
    }
    return await fetch_all(conn, PastJudgment, _SQL["list_judgments"], {"tenant": tenant, "limit": limit, **place})
