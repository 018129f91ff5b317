"""Answers that rest on what does not hold any more: listed, ticked off once, and asked about again when it changes."""

import pytest

from domain.event import EventDraft
from domain.ticket import TicketRef
from store.articles import list_articles, read_article
from store.drafts import NewDraft, insert_draft
from store.knowledge import retire_article
from store.replies import post_reply
from tests.integration.api.calling import Api, now

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the pools live as long as the session


async def _answered(api: Api) -> TicketRef:
    """A ticket whose reply rests on an article that was withdrawn afterwards."""
    ref = await api.ticket()
    await api.knowledge()
    async with api.pools.operator(api.tenant) as conn:
        [article] = (await list_articles(conn, api.tenant)).articles
        text = await read_article(conn, api.tenant, article.slug)
        new = NewDraft(turn=1, text="Thirty days.", citations=(text.passages[0].passage_id,))
        draft = await insert_draft(conn, ref, new, now())
        await post_reply(conn, ref, draft, 1, now())
        await retire_article(conn, api.tenant, article.slug, now())
    await api.happened(ref, EventDraft(kind="reply_sent"))
    return ref


async def test_an_answer_is_ticked_off_once(api: Api) -> None:
    """The same request again gets the same answer; a later one settles nothing more."""
    ref = await _answered(api)
    key = await api.key("operators", "tickets_read", operator_id="olga")
    body = {"ticket_id": ref.ticket_id, "seq": 2}
    listed = (await api.http.get("/v1/knowledge/reviews", headers=key)).json()["answers"]
    assert [(one["ticket_id"], one["seq"]) for one in listed] == [(ref.ticket_id, 2)]

    first = await api.http.post("/v1/knowledge/reviews", json=body, headers=key | {"Idempotency-Key": "one"})
    assert first.json() == body | {"settled": 1, "reviewed_by": "olga"}
    again = await api.http.post("/v1/knowledge/reviews", json=body, headers=key | {"Idempotency-Key": "one"})
    assert again.json() == first.json()
    later = await api.http.post("/v1/knowledge/reviews", json=body, headers=key)
    assert later.json()["settled"] == 0
    assert (await api.http.get("/v1/knowledge/reviews", headers=key)).json() == {"answers": []}


async def test_a_reply_that_rests_on_nothing_is_not_found(api: Api) -> None:
    """Neither is a service's key enough: people look at answers."""
    ref = await _answered(api)
    body = {"ticket_id": ref.ticket_id, "seq": 1}
    answer = await api.http.post("/v1/knowledge/reviews", json=body, headers=await api.key(operator_id="olga"))
    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")
    service = await api.http.post("/v1/knowledge/reviews", json=body | {"seq": 2}, headers=await api.key())
    assert (service.status_code, service.json()["error"]) == (403, "forbidden")
