"""The knowledge base, asked with the customer's own words."""

import asyncio

from temporalio import activity
from typing_extensions import override

from activities.asking import question_of
from activities.contracts import KnowledgeActivities
from activities.desk import Desk
from activities.doubts import conflicts_among
from activities.failures import typed_failures
from activities.mending import mended
from activities.sight import look
from adapters.workspace.tenant import FALLBACK
from domain.ask import SearchAsk
from domain.evidence import EvidenceRef, SearchResult
from domain.reading import part_read
from store.messages import read_messages
from store.search import Hit, SearchFilters, search

#: Cosine similarity below which a passage does not bear on the question: nothing is better than something beside the
#: point.
RELEVANT = 0.45
PASSAGES = 5
TO_RERANK = 20  # so many are found where somebody puts them into a better order


class Knowledge(KnowledgeActivities):
    """Hybrid search over the tenant's passages."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @override
    @activity.defn
    @typed_failures
    async def search_knowledge(self, ask: SearchAsk) -> SearchResult:
        ticket = ask.key.ticket
        if not ask.seqs:
            return SearchResult(found=())
        async with self._desk.pools.operator(ticket.tenant) as conn:
            messages = await read_messages(
                conn, ticket.tenant, ticket.ticket_id, after=min(ask.seqs) - 1, upto=max(ask.seqs)
            )
            asker = (await look(self._desk, conn, ask.key, ask.context_id, {})).context
            words = "\n".join(part_read(m).text for m in messages if m.seq in ask.seqs)
            words = await mended(conn, self._desk.embedder, ticket.tenant, ask.language, words)
        question = await asyncio.to_thread(question_of, self._desk.embedder, words, ask.language)
        filters = SearchFilters(audiences=asker.audiences, locales=(ask.language, FALLBACK))
        wanted = PASSAGES if self._desk.reranker is None else TO_RERANK
        async with self._desk.pools.operator(ticket.tenant) as conn:
            hits = await search(conn, ticket.tenant, question, limit=wanted, at=ask.key.now, filters=filters)
        near = [hit for hit in hits if hit.similarity >= RELEVANT]
        relevant = (await self._reranked(words, near))[:PASSAGES]
        async with self._desk.pools.operator(ticket.tenant) as conn:
            conflicts = await conflicts_among(conn, ticket.tenant, [hit.passage_id for hit in relevant], ask.key.now)
        return SearchResult(
            refused=len(hits) - len(near),
            stale=sum(hit.is_stale for hit in relevant),
            contradicts=bool(conflicts),
            conflicts=conflicts,
            found=tuple(
                EvidenceRef(
                    passage_id=hit.passage_id,
                    article=hit.slug,
                    version=hit.version,
                    similarity=round(hit.similarity * 1000),
                    is_valid=hit.is_valid,
                    is_stale=hit.is_stale,
                )
                for hit in relevant
            ),
        )

    async def _reranked(self, question: str, hits: list[Hit]) -> list[Hit]:
        """The hits in the order of whoever re-ranks, or as they are."""
        if self._desk.reranker is None:
            return hits
        texts = [f"{hit.section}\n\n{hit.text}" for hit in hits]
        return [hits[place] for place in await asyncio.to_thread(self._desk.reranker.order, question, texts)]
