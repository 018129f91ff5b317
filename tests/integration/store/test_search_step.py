"""The step that asks the knowledge base with a customer's words: what is found, and in whose order."""

from collections.abc import Sequence

from activities.desk import Desk
from activities.knowledge import PASSAGES, Knowledge
from adapters.embeddings.hashing import HashingEmbedder
from domain.ask import SearchAsk, TurnKey
from store.knowledge import replace_article
from store.pools import Pools
from tests.integration.store.makers import NOW, make_article, make_ref, open_ticket, says


class Backwards:
    """Puts last what was found first."""

    name = "backwards"

    def order(self, question: str, passages: Sequence[str]) -> Sequence[int]:
        """The opposite order."""
        del question
        return range(len(passages))[::-1]


async def test_a_re_ranker_orders_more_than_are_wanted(pools: Pools) -> None:
    """Twenty are found for it and five are kept, so one that stood lower may come first."""
    embedder, ref = HashingEmbedder(), make_ref()
    texts = [f"A kettle is repaired in {number} days." for number in range(8)]
    async with pools.operator("meridian") as conn:
        vectors = [vector.tolist() for vector in embedder.embed(texts)]
        await replace_article(conn, "meridian", make_article("a", *texts), vectors, model=embedder.name, at=NOW)
        await open_ticket(conn, ref, says("In how many days is a kettle repaired?"))
    ask = SearchAsk(key=TurnKey(ticket=ref, turn=1, now=NOW), seqs=(1,), language="en")
    plain, turned = [
        await Knowledge(Desk(pools=pools, embedder=embedder, tenants={}, reranker=it)).search_knowledge(ask)
        for it in (None, Backwards())
    ]
    assert len(plain.found) == len(turned.found) == PASSAGES
    first, last = plain.found[0].passage_id, [ref.passage_id for ref in turned.found]
    assert first not in last
    assert (plain.refused, turned.refused) == (0, 0)
