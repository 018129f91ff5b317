"""Sessions of the console and one-time links: known by digests of 32 random bytes, for the `auth` role alone.

Like an API key, such a token has nothing to guess, so its plain SHA-256 is as good as a slow hash.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Literal

from pydantic import Field

from domain.ids import TenantId
from domain.model import Model
from domain.operator import Membership, OperatorId
from store.queries import load_queries
from store.rows import Connection, execute, fetch_one, fetch_value

_SQL = load_queries("sessions")
#: How an operator showed who they are.
SignInMethod = Literal["password", "link", "header", "oidc"]
IDLE = timedelta(hours=12)
LONGEST = timedelta(days=7)
LINK_LIFE = timedelta(minutes=15)
_SEEN_EVERY = timedelta(minutes=1)  # a row is written once a minute, not with every request


class Session(Model):
    """A session that is good, whose it is, and what they are now; the chosen tenant may be none of theirs any more."""

    operator_id: OperatorId
    name: str
    chosen_tenant: TenantId
    method: SignInMethod
    csrf: bytes = Field(repr=False)
    last_seen_at: datetime
    expires_at: datetime
    memberships: tuple[Membership, ...]


async def begin_session(
    conn: Connection,
    operator_id: str,
    tenant: TenantId,
    method: SignInMethod,
    at: datetime,
    *,
    expires_at: datetime | None = None,
) -> str:
    """Begin a session and return its token, this once; it lasts `LONGEST`, or until `expires_at`."""
    token = secrets.token_urlsafe(32)
    row = {"sha256": _digest(token), "operator_id": operator_id, "tenant": tenant, "method": method, "at": at}
    row |= {"csrf": secrets.token_bytes(32), "expires_at": expires_at or at + LONGEST}
    await execute(conn, _SQL["begin"], row)
    return token


async def find_session(conn: Connection, token: str, at: datetime) -> Session | None:
    """Return the session of a token; None where it is unknown, ended, too old or idle, or its operator disabled."""
    key = {"sha256": _digest(token), "at": at}
    session = await fetch_one(conn, Session, _SQL["look_up"], {**key, "seen_after": at - IDLE})
    if session is not None and at - session.last_seen_at >= _SEEN_EVERY:
        await execute(conn, _SQL["seen"], key)
    return session


async def end_session(conn: Connection, token: str) -> None:
    """End a session, if it is one."""
    await execute(conn, _SQL["end_one"], {"sha256": _digest(token)})


async def end_sessions(conn: Connection, operator_id: str) -> int:
    """End every session and unused link of an operator; returns how many sessions there were."""
    ended: int = await fetch_value(conn, _SQL["end_all"], {"operator_id": operator_id})
    return ended


async def make_link(conn: Connection, operator_id: str, at: datetime) -> str:
    """Make a link's token: good once, for `LINK_LIFE`. The operator must exist."""
    token = secrets.token_urlsafe(32)
    row = {"sha256": _digest(token), "operator_id": operator_id, "at": at, "expires_at": at + LINK_LIFE}
    await execute(conn, _SQL["make_link"], row)
    return token


async def use_link(conn: Connection, token: str, at: datetime) -> str | None:
    """Use a link up and return whose it is; None where it is unknown, used or expired, or its operator disabled."""
    operator_id: str | None = await fetch_value(conn, _SQL["use_link"], {"sha256": _digest(token), "at": at})
    return operator_id


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
