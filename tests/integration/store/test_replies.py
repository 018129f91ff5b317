"""Drafts and their posting: what was checked is what is sent, once, and only while it is not stale."""

import asyncio

import pytest

from domain.errors import Conflict, NotFound
from domain.message import AuthorKind
from domain.outcome import DraftRef
from domain.verification import Finding
from store.drafts import NewDraft, insert_draft, read_draft, save_findings
from store.inbox import accept_message
from store.messages import read_messages
from store.pools import Pools
from store.replies import post_reply
from tests.integration.store.makers import NOW, opened, says


async def test_a_draft_is_kept_once_per_attempt(pools: Pools) -> None:
    """The same text in the same attempt is the same draft; a redraft is another."""
    ref = await opened(pools)
    async with pools.operator(ref.tenant) as conn:
        first = await insert_draft(conn, ref, NewDraft(turn=1, text="Hello", citations=(7,)), NOW)
        again = await insert_draft(conn, ref, NewDraft(turn=1, text="Hello", citations=(7,)), NOW)
        redraft = await insert_draft(conn, ref, NewDraft(turn=1, attempt=2, text="Hello"), NOW)
        kept = await read_draft(conn, ref.tenant, first.draft_id)
    assert first == again
    assert redraft.draft_id != first.draft_id
    assert (kept.text, kept.citations, kept.findings) == ("Hello", (7,), None)


async def test_findings_are_kept_with_the_draft(pools: Pools) -> None:
    """A check that found nothing differs from no check."""
    ref = await opened(pools)
    async with pools.operator(ref.tenant) as conn:
        draft = await insert_draft(conn, ref, NewDraft(turn=1, text="Hello"), NOW)
        await save_findings(conn, ref.tenant, draft.draft_id, [])
        assert (await read_draft(conn, ref.tenant, draft.draft_id)).findings == ()
        await save_findings(conn, ref.tenant, draft.draft_id, [Finding(check="ungrounded_number", detail="1")])
        assert (await read_draft(conn, ref.tenant, draft.draft_id)).findings == (
            Finding(check="ungrounded_number", detail="1"),
        )
        with pytest.raises(NotFound):
            await save_findings(conn, ref.tenant, draft.draft_id + 1, [])


async def test_a_reply_is_posted_once(pools: Pools) -> None:
    """Five attempts at once post one message, and all learn its place."""
    ref = await opened(pools)
    async with pools.operator(ref.tenant) as conn:
        draft = await insert_draft(conn, ref, NewDraft(turn=1, text="Your refund is on its way."), NOW)

    async def post() -> int | None:
        async with pools.operator(ref.tenant) as conn:
            return await post_reply(conn, ref, draft, 1, NOW)

    assert await asyncio.gather(*(post() for _ in range(5))) == [2] * 5
    async with pools.customer(ref.tenant, ref.customer_id) as conn:
        _, reply = await read_messages(conn, ref.tenant, ref.ticket_id)
    assert (reply.seq, reply.author, reply.text) == (2, AuthorKind.assistant, "Your refund is on its way.")


@pytest.mark.parametrize(
    ("author", "is_note", "is_stale"),
    [("customer", False, True), ("operator", False, True), ("operator", True, False)],
    ids=["customer wrote", "operator wrote", "operator's note"],
)
async def test_a_stale_reply_is_not_posted(pools: Pools, author: str, is_note: bool, is_stale: bool) -> None:
    """Whoever writes after the watermark makes the draft stale; a note among operators does not."""
    ref = await opened(pools)
    async with pools.operator(ref.tenant) as conn:
        draft = await insert_draft(conn, ref, NewDraft(turn=1, text="Done."), NOW)
        await accept_message(conn, ref, says("Wait", author=author, is_note=is_note))
        assert await post_reply(conn, ref, draft, 1, NOW) == (None if is_stale else 3)


async def test_only_the_checked_text_of_this_ticket_is_posted(pools: Pools) -> None:
    """Another digest or another ticket's draft is refused."""
    ref, other = await opened(pools), await opened(pools)
    async with pools.operator(ref.tenant) as conn:
        draft = await insert_draft(conn, ref, NewDraft(turn=1, text="Done."), NOW)
        with pytest.raises(Conflict):
            await post_reply(conn, ref, DraftRef(draft_id=draft.draft_id, sha256="0" * 64), 1, NOW)
        with pytest.raises(Conflict):
            await post_reply(conn, other, draft, 1, NOW)
        with pytest.raises(NotFound):
            await post_reply(conn, ref, DraftRef(draft_id=draft.draft_id + 1, sha256=draft.sha256), 1, NOW)
