"""One-time codes: asked for, made when they are sent, tried and used up.

A code is kept as HMAC-SHA256 under a key that is not in the database, over a salt of its own and its ticket: a copy of
the tables says nothing about it. Every try is counted before anything is compared, so that tries at the same moment
gain nothing.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.errors import TooManyCodes
from domain.identity import CODE_DIGITS, CODE_LIFETIME, CODES_PER_DAY, TRIES_PER_CODE
from domain.ticket import TicketRef
from store.outbox import announce
from store.queries import load_queries
from store.rows import Connection, execute, fetch_all, fetch_one, fetch_value

_SQL = load_queries("codes")
_SALT_BYTES = 16
_NO_SALT, _NO_DIGEST = bytes(_SALT_BYTES), bytes(32)


@dataclass(frozen=True, slots=True)
class _Kept:
    id: int
    salt: bytes
    digest: bytes


async def ask_for_code(conn: Connection, ref: TicketRef, at: datetime, *, unless_live: bool = False) -> bool:
    """Have a code made and sent, in place of earlier ones; with `unless_live` only if none can be used now.

    Returns whether one was asked for.

    Raises:
        TooManyCodes: the customer's codes of this day are used up, on whichever tickets.
    """
    key = ref.model_dump() | {"at": at, "now": at, "most": TRIES_PER_CODE}
    await execute(conn, _SQL["lock_customer"], key)
    if unless_live and await fetch_value(conn, _SQL["has_live"], key | {"since": at - CODE_LIFETIME}):
        return False
    if await fetch_value(conn, _SQL["count_asked"], key | {"since": at - timedelta(days=1)}) >= CODES_PER_DAY:
        raise TooManyCodes("No more codes can be sent today; sign in, or ask for a person.")
    code_id = await fetch_value(conn, _SQL["insert_asked"], key)
    await announce(conn, ref, "code", code_id, at)
    return True


async def make_code(conn: Connection, key: bytes, ref: TicketRef, code_id: int, now: datetime) -> str | None:
    """Make the code that was asked for and return its digits, this once; None when it is too late for it."""
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    salt = secrets.token_bytes(_SALT_BYTES)
    row = {"tenant": ref.tenant, "id": code_id, "salt": salt, "digest": _digest(key, salt, ref, code)}
    row |= {"expires_at": now + CODE_LIFETIME, "since": now - CODE_LIFETIME}
    return code if await execute(conn, _SQL["set_code"], row) else None


async def try_code(conn: Connection, key: bytes, ref: TicketRef, code: str, now: datetime) -> bool:
    """Try a code, which counts whatever comes of it, and use it up if it is right."""
    asked = {"tenant": ref.tenant, "ticket_id": ref.ticket_id, "now": now, "most": TRIES_PER_CODE}
    kept = await fetch_one(conn, _Kept, _SQL["take_try"], asked)
    salt, digest = (kept.salt, kept.digest) if kept is not None else (_NO_SALT, _NO_DIGEST)
    is_right = hmac.compare_digest(_digest(key, salt, ref, code), digest)  # compared in any case: the same time
    if kept is None or not is_right:
        return False
    return bool(await execute(conn, _SQL["mark_used"], {"tenant": ref.tenant, "id": kept.id, "at": now}))


async def was_code(conn: Connection, key: bytes, ref: TicketRef, code: str) -> bool:
    """Whether these digits were ever a code of this ticket, used or not: then nobody needs to read them again."""
    asked = {"tenant": ref.tenant, "ticket_id": ref.ticket_id}
    kept = await fetch_all(conn, _Kept, _SQL["read_digests"], asked)
    return any(hmac.compare_digest(_digest(key, row.salt, ref, code), row.digest) for row in kept)


def _digest(key: bytes, salt: bytes, ref: TicketRef, code: str) -> bytes:
    """HMAC-SHA256 (RFC 2104); fields of fixed length or without NUL, so that no two inputs read the same."""
    return hmac.new(key, salt + f"{ref.tenant}\x00{ref.ticket_id}\x00{code}".encode(), hashlib.sha256).digest()
