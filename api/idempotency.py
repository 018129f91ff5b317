"""The Idempotency-Key header: a POST that is sent again gets the answer of the first.

Where the effect is a row, claim, row and answer share one transaction. Where it is an update of a workflow, the
update's id is made of the key, so that Temporal takes it once, and the answer is kept afterwards.
"""

import hashlib
import json
from datetime import datetime
from typing import Annotated, TypeVar

from fastapi import Depends, Header, Request
from pydantic import JsonValue, StringConstraints

from api.auth import Principal
from domain.model import Model
from store.idempotency import Answer, RequestKey, claim_request, remember
from store.rows import Connection

Kept = TypeVar("Kept", bound=Model)
KeyText = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,255}$")]


class Once:
    """One POST and the key it came with, if it came with one."""

    def __init__(self, key: RequestKey | None) -> None:
        self._key = key

    async def recall(self, conn: Connection, kind: type[Kept]) -> Kept | None:
        """Return what was answered to this request before; raises Conflict if the key belongs to another one."""
        if self._key is None:
            return None
        kept = await claim_request(conn, self._key)
        return None if kept is None else kind.model_validate(kept.response)

    async def keep(self, conn: Connection, answer: Model, at: datetime) -> None:
        """Keep the answer, in the transaction that made or claimed it."""
        if self._key is not None:
            body: JsonValue = answer.model_dump(mode="json")
            await remember(conn, self._key, Answer(status=200, response=body), at)

    def update_id(self, name: str, fallback: str) -> str:
        """The id of an update that carries this request to a workflow: the same for the same request."""
        if self._key is None:
            return f"{name}:{fallback}"
        return f"{name}:{hashlib.sha256(self._key.key.encode()).hexdigest()[:32]}"


async def _once(
    request: Request,
    idempotency_key: Annotated[
        KeyText | None,
        Header(
            alias="Idempotency-Key",
            description="Chosen by you, new for each request: sent again with it, the request is answered, not redone.",
        ),
    ] = None,
) -> Once:
    if idempotency_key is None:
        return Once(None)
    principal: Principal = request.state.principal
    body = await request.body()
    content = json.dumps(await request.json(), sort_keys=True) if body else ""
    # Another caller's request is another request, even if it says the same.
    digest = hashlib.sha256(f"{principal.source}\n{content}".encode()).hexdigest()
    route = f"{request.method} {request.url.path}"
    key = RequestKey(tenant=principal.tenant, key=idempotency_key, route=route, request_sha256=digest)
    return Once(key)


OnceOnly = Annotated[Once, Depends(_once)]
