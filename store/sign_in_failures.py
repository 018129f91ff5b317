"""Failures to sign in, counted where every API process counts: token buckets as rows, for the `auth` role alone.

Unlike the buckets of one process (api/buckets.py) they cost a round trip, which a guess at a password is worth.
"""

import hashlib
from datetime import datetime
from typing import Protocol

from store.queries import load_queries
from store.rows import Connection, execute, fetch_value

_SQL = load_queries("sign_in_failures")


class Refill(Protocol):
    """How fast a bucket fills again, in failures a second, and how many it holds."""

    @property
    def per_second(self) -> float: ...  # noqa: D102 - said above

    @property
    def burst(self) -> int: ...  # noqa: D102 - said above


async def failures_left(conn: Connection, who: str, rate: Refill, at: datetime) -> float:
    """How many more times `who` may fail at this moment; below one, they have to wait."""
    left: float = await fetch_value(conn, _SQL["look"], _key(who, rate, at))
    return left


async def note_failure(conn: Connection, who: str, rate: Refill, at: datetime) -> None:
    """Count a failure of `who`."""
    await execute(conn, _SQL["take"], _key(who, rate, at))


def _key(who: str, rate: Refill, at: datetime) -> dict[str, object]:
    digest = hashlib.sha256(who.encode()).digest()
    return {"sha256": digest, "per_second": rate.per_second, "burst": rate.burst, "at": at}
