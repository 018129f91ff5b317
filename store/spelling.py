"""Which words a tenant's articles hold, for whoever mends a question's slips of the keyboard."""

from collections.abc import Mapping, Sequence

from domain.ids import TenantId
from domain.model import Model
from store.queries import load_queries
from store.rows import Connection, fetch_all

_SQL = load_queries("spelling")


class HeldWord(Model):
    """A word that a slip may have been meant as, and the form in which passages hold it ("delivery": `deliveri`)."""

    slip: str
    word: str
    form: str


async def unknown_words(conn: Connection, tenant: TenantId, language: str, words: Sequence[str]) -> list[str]:
    """Return the words that no current passage of the tenant holds in any form."""
    key = {"tenant": tenant, "language": language, "words": list(words)}
    rows = await (await conn.execute(_SQL["unknown_words"], key)).fetchall()
    return [word for (word,) in rows]


async def held_words(
    conn: Connection, tenant: TenantId, language: str, meant: Mapping[str, Sequence[str]]
) -> list[HeldWord]:
    """Return which of the words that each slip may have been meant as stand in current passages of the tenant."""
    pairs = [(slip, word) for slip, words in meant.items() for word in words]
    key = {"tenant": tenant, "language": language, "slips": [slip for slip, _ in pairs]}
    return await fetch_all(conn, HeldWord, _SQL["held_words"], {**key, "words": [word for _, word in pairs]})
