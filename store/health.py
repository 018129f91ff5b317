"""How the knowledge base stands: articles that overlap, and articles that nobody can find."""

from datetime import datetime
from typing import Literal

from domain.ids import TenantId
from domain.model import Model
from store.queries import load_queries
from store.rows import Connection, fetch_all

_SQL = load_queries("health")
#: The cosine similarity from which on two passages say nearly the same.
NEARLY_THE_SAME = 0.93
_PASSAGES_COMPARED = 2_000


class Overlap(Model):
    """Two articles of which a passage each says nearly the same."""

    article: str
    other: str
    similarity: float


class Unfindable(Model):
    """An article that no search of today returns, and why."""

    article: str
    reason: Literal["no_longer_valid", "not_yet_valid", "other_model", "not_found_by_title"]


async def find_overlaps(conn: Connection, tenant: TenantId, *, limit: int = 100) -> list[Overlap]:
    """Return pairs of articles that overlap, among the newest passages."""
    key = {"tenant": tenant, "passages": _PASSAGES_COMPARED, "farthest": 1 - NEARLY_THE_SAME, "limit": limit}
    return await fetch_all(conn, Overlap, _SQL["overlaps"], key)


async def find_unfindable(conn: Connection, tenant: TenantId, at: datetime, *, limit: int = 100) -> list[Unfindable]:
    """Return the articles that no search at `at` returns."""
    return await fetch_all(conn, Unfindable, _SQL["unfindable"], {"tenant": tenant, "at": at, "limit": limit})
