"""Evidence: what replies that were sent rest on, in the words of then, and how it stands later."""

from datetime import timedelta

import pytest

from domain.errors import NotFound
from domain.evidence import Standing
from domain.ticket import TicketRef
from store.drafts import NewDraft, insert_draft
from store.evidence import answers_to_review, review_answer, ticket_evidence
from store.knowledge import Article, replace_article, retire_article
from store.pools import Pools
from store.replies import post_reply
from store.rows import Connection
from store.search import EVERYTHING_PUBLIC, Part, Question, search
from tests.integration.store.makers import NOW, make_article, opened, unit_vector

LATER = NOW + timedelta(days=30)
CITED = "Fourteen days."


async def keep(conn: Connection, article: Article, days: int = 0) -> None:
    """Make an article current on a day."""
    vectors = [unit_vector(place) for place in range(len(article.passages))]
    await replace_article(conn, "meridian", article, vectors, model="m", at=NOW + timedelta(days=days))


async def answered(pools: Pools, **more: object) -> TicketRef:
    """A ticket whose reply cites the article's passage."""
    ref = await opened(pools)
    async with pools.operator(ref.tenant) as conn:
        await keep(conn, make_article("returns", CITED, **more))
        question = Question([Part("days", unit_vector(0))], "en", "m")
        [hit] = await search(conn, ref.tenant, question, limit=1, at=NOW, filters=EVERYTHING_PUBLIC)
        draft = await insert_draft(conn, ref, NewDraft(turn=1, text=CITED, citations=(hit.passage_id,)), NOW)
        await insert_draft(conn, ref, NewDraft(turn=1, attempt=2, text="Unsent.", citations=(hit.passage_id,)), NOW)
        await post_reply(conn, ref, draft, 1, NOW)
    return ref


@pytest.mark.parametrize(
    ("article", "texts", "standing"),
    [
        ({}, (CITED,), Standing.holds),
        ({}, (CITED, "And gifts too."), Standing.holds),
        ({}, ("Thirty days.",), Standing.changed),
        ({}, (), Standing.withdrawn),
        ({"valid_until": LATER}, (CITED,), Standing.expired),
        ({"fresh_until": LATER}, (CITED,), Standing.stale),
    ],
    ids=["same", "more besides", "changed", "withdrawn", "expired", "stale"],
)
async def test_an_answer_is_reviewed_when_what_it_rests_on_does_not_hold(
    pools: Pools, article: dict[str, object], texts: tuple[str, ...], standing: Standing
) -> None:
    """The words of then are shown in any case; only an answer whose words are no longer so is on the list."""
    ref = await answered(pools, **article)
    async with pools.operator(ref.tenant) as conn:
        if texts:
            await keep(conn, make_article("returns", *texts, **article), days=1)
        else:
            await retire_article(conn, ref.tenant, "returns", NOW + timedelta(days=1))
        [cited] = await ticket_evidence(conn, ref.tenant, ref.ticket_id, LATER)
        listed = await answers_to_review(conn, ref.tenant, LATER, since=NOW, limit=10)
        assert await answers_to_review(conn, ref.tenant, LATER, since=LATER, limit=10) == []
    assert (cited.text, cited.version, cited.standing) == (CITED, 1, standing)
    assert listed == ([] if standing is Standing.holds else [cited])
    assert (cited.seq, cited.answered_at) == (2, NOW)


async def test_nobody_else_sees_it(pools: Pools) -> None:
    """Another tenant's scope has neither the ticket's evidence nor the review."""
    ref = await answered(pools, fresh_until=NOW)
    async with pools.operator("tidewater") as conn:
        for tenant in (ref.tenant, "tidewater"):
            assert await ticket_evidence(conn, tenant, ref.ticket_id, LATER) == []
            assert await answers_to_review(conn, tenant, LATER, since=NOW, limit=10) == []


async def test_what_was_reviewed_comes_back_only_when_it_changes_again(pools: Pools) -> None:
    """Ticked off as stale it is gone from the list; withdrawn later, it is asked about once more."""
    ref = await answered(pools, fresh_until=NOW)
    async with pools.operator(ref.tenant) as conn:
        assert await review_answer(conn, ref, 2, by="olga", at=LATER) == 1
        assert await review_answer(conn, ref, 2, by="bob", at=LATER) == 0
        assert await answers_to_review(conn, ref.tenant, LATER, since=NOW, limit=10) == []
        await retire_article(conn, ref.tenant, "returns", LATER)
        [again] = await answers_to_review(conn, ref.tenant, LATER, since=NOW, limit=10)
        assert again.standing is Standing.withdrawn
        with pytest.raises(NotFound):
            await review_answer(conn, ref, 1, by="olga", at=LATER)
