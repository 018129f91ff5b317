"""What the knowledge base contradicts itself in holds replies back until somebody decides; what it lacks is kept."""

from datetime import UTC, datetime

import pytest

from activities.doubts import examine_articles
from domain.conflict import ConflictKind, ConflictStatus
from domain.errors import Conflict
from domain.handoff import HandoffReason
from store.conflicts import close_ended, decide_conflict, list_conflicts
from store.events import read_events
from store.knowledge import Article, Passage, replace_article, retire_article
from store.questions import open_questions
from tests.support.harness import Harness

QUESTION = "How long do I have to return this?"


async def publish(shop: Harness, slug: str, title: str, section: str, text: str) -> int:
    """Write an article as ingestion does, and examine it; returns how many conflicts are new."""
    now = datetime.now(UTC)
    embedder = shop.desk.embedder
    vector = embedder.embed([f"{title}. {section}. {text}"])[0].tolist()
    article = Article(slug=slug, title=title, source=f"{slug}.md", passages=(Passage(section=section, text=text),))
    async with shop.desk.pools.operator(shop.tenant) as conn:
        await replace_article(conn, shop.tenant, article, [vector], model=embedder.name, at=now)
        return await examine_articles(conn, shop.tenant, [slug], now)


async def test_a_conflict_blocks_names_both_passages_and_ends(shop: Harness) -> None:
    """Found at ingestion, it hands off with both articles; dismissed or corrected, the question is answered again."""
    said = "You can return an item within 14 days of delivery."
    assert await publish(shop, "return-window", "Returning something", "How long can I return something?", said) == 1

    blocked = await shop.open("cus_gia", QUESTION)
    (handoff,) = await shop.handoffs(blocked)
    assert handoff.reason == HandoffReason.knowledge_conflict
    (dispute,) = handoff.packet.disputes
    assert {dispute.article_a, dispute.article_b} == {"returns", "return-window"}
    assert said in {dispute.said_a, dispute.said_b}
    assert "14 days" not in await shop.last_reply(blocked)

    async with shop.desk.pools.operator(shop.tenant) as conn:
        (found,) = await list_conflicts(conn, shop.tenant, status=ConflictStatus.open)
        assert (found.kind, found.found_by) == (ConflictKind.duration, "ingestion")
        now = datetime.now(UTC)
        await decide_conflict(
            conn, shop.tenant, found.conflict_id, ConflictStatus.dismissed, by="olga", note="Sale items.", at=now
        )
        with pytest.raises(Conflict):
            await decide_conflict(
                conn, shop.tenant, found.conflict_id, ConflictStatus.resolved, by="olga", note=None, at=now
            )
    assert not await shop.handoffs(await shop.open("cus_gia", QUESTION))
    assert (
        await publish(shop, "return-window", "Returning something", "How long can I return something?", f"{said} ") == 0
    )


async def test_a_conflict_is_found_when_a_reply_would_rest_on_it_and_closes_with_its_passage(shop: Harness) -> None:
    """Nobody examined the article; the question does. The article goes, and so does the conflict."""
    now = datetime.now(UTC)
    embedder = shop.desk.embedder
    title, section, text = (
        "Returning something",
        "How long can I return?",
        "You can return an item within 45 days of delivery.",
    )
    vector = embedder.embed([f"{title}. {section}. {text}"])[0].tolist()
    article = Article(slug="odd", title=title, source="odd.md", passages=(Passage(section=section, text=text),))
    async with shop.desk.pools.operator(shop.tenant) as conn:
        await replace_article(conn, shop.tenant, article, [vector], model=embedder.name, at=now)
    ref = await shop.open("cus_gia", QUESTION)
    (handoff,) = await shop.handoffs(ref)
    assert handoff.reason == HandoffReason.knowledge_conflict
    async with shop.desk.pools.operator(shop.tenant) as conn:
        (found,) = await list_conflicts(conn, shop.tenant)
        assert found.found_by == ref.ticket_id
        events = await read_events(conn, ref.tenant, ref.ticket_id)
        await retire_article(conn, shop.tenant, "odd", datetime.now(UTC))
    (evidence,) = [event for event in events if event.kind == "evidence_found"]
    assert evidence.body["contradicts"] is True
    assert not await shop.handoffs(await shop.open("cus_gia", QUESTION))
    async with shop.desk.pools.operator(shop.tenant) as conn:
        await close_ended(conn, shop.tenant, datetime.now(UTC))
        (closed,) = await list_conflicts(conn, shop.tenant)
    assert closed.status is ConflictStatus.resolved


async def test_what_nobody_wrote_down_is_kept_until_an_article_answers_it(shop: Harness) -> None:
    """The question is kept by the place of its words; an article that comes later closes it."""
    await shop.open("cus_gia", "Do your scarves contain wool from mulesed sheep?")
    async with shop.desk.pools.operator(shop.tenant) as conn:
        (question,) = await open_questions(conn, shop.tenant)
    assert question.text == "Do your scarves contain wool from mulesed sheep?"
    await publish(shop, "wool", "Wool in our scarves", "Mulesing", "Our scarves contain no wool from mulesed sheep.")
    async with shop.desk.pools.operator(shop.tenant) as conn:
        assert not await open_questions(conn, shop.tenant)
