"""A question's slips are mended by the words that the tenant's own articles hold, and by no others'."""

import pytest

from activities.mending import mended
from adapters.embeddings.hashing import HashingEmbedder
from store.knowledge import replace_article
from store.pools import Pools
from tests.integration.store.makers import NOW, make_article, unit_vector

KNOWN = frozenset({"return", "window", "stock", "socks", "days"})


class Vocabulary(HashingEmbedder):
    """An embedder that knows a few words."""

    def knows(self, word: str) -> bool:
        """Whether it is one of these."""
        return word in KNOWN


@pytest.mark.parametrize(
    ("asked", "read"),
    [
        ("Retrun windw, how many dayss?", "return window, how many days?"),
        ("Where is the stock?", "Where is the stock?"),
        ("A zwindow or a kindow", "A zwindow or a kindow"),
        ("Is the boatt blue?", "Is the boatt blue?"),
        ("lightt", "lightt"),
    ],
    ids=["three slips", "a word that only looks like one", "too far", "no passage holds it", "two words it may be"],
)
async def test_a_slip_is_read_as_the_one_word_that_passages_hold(pools: Pools, asked: str, read: str) -> None:
    """One slip from exactly one word is mended; whatever the model knows, or could be two words, stays."""
    article = make_article("returns", "The return window has thirty days. We sell socks, lights and a lightet.")
    async with pools.operator("meridian") as conn:
        await replace_article(conn, "meridian", article, [unit_vector(0)], model="m", at=NOW)
        assert await mended(conn, Vocabulary(), "meridian", "en", asked) == read
    async with pools.operator("tidewater") as conn:
        assert await mended(conn, Vocabulary(), "tidewater", "en", asked) == asked
