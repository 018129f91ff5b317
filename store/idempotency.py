"""Idempotency keys of the API: a request that is sent again gets the answer of the first.

Claim, effect and answer belong into one transaction. So there is no key without its effect, and a crash leaves neither.
"""

from datetime import datetime

from psycopg.types.json import Jsonb
from pydantic import Field, JsonValue

from domain.errors import Conflict
from domain.ids import Sha256, TenantId
from domain.model import Model
from store.queries import load_queries
from store.rows import Connection, execute, fetch_one, fetch_value

_SQL = load_queries("idempotency")
_ERASED = 410  # the status that the database puts on an answer whose customer was forgotten (migration 0011)


class RequestKey(Model):
    """A request by the key its sender chose, and what it was: the route and the digest of the body."""

    tenant: TenantId
    key: str = Field(min_length=1, max_length=255)
    route: str
    request_sha256: Sha256


class Answer(Model):
    """The status and body that were answered."""

    status: int
    response: JsonValue


class _Kept(Answer):
    route: str
    request_sha256: Sha256


async def claim_request(conn: Connection, request: RequestKey) -> Answer | None:
    """Return what was answered before, or None: then carry it out and call `remember` in the same transaction.

    Raises:
        Conflict: the key was used for another request, its first use is still going on, or the answer was erased.
    """
    key = request.model_dump()
    if not await fetch_value(conn, _SQL["try_lock"], key):
        raise Conflict("The first request with this idempotency key is still being carried out; send it again later.")
    kept = await fetch_one(conn, _Kept, _SQL["read_answer"], key)
    if kept is None:
        return None
    if (kept.route, kept.request_sha256) != (request.route, request.request_sha256):
        raise Conflict("This idempotency key was used for another request; choose a new one.")
    if kept.status == _ERASED:
        raise Conflict("This request was carried out; what was answered has been erased with the customer's words.")
    return Answer(status=kept.status, response=kept.response)


async def remember(conn: Connection, request: RequestKey, answer: Answer, at: datetime) -> None:
    """Keep the answer to a request that was claimed in this transaction."""
    row = {**request.model_dump(), "status": answer.status, "response": Jsonb(answer.response), "at": at}
    await execute(conn, _SQL["insert_answer"], row)
