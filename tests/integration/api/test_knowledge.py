"""Articles and sources by API: what is taken, what is refused, and whose it is."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from api.deps import ApiDeps
from store.articles import read_article
from store.knowledge import Article, Passage, replace_article
from tests.integration.api.calling import Api, keeping, now, running_api

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the pools live as long as the session

VECTOR = [0.0] * 383 + [1.0]


async def test_two_tenants_articles_of_one_name_are_two(deps: ApiDeps) -> None:
    """Writing and withdrawing one leaves the other alone."""
    async with running_api(keeping(deps)) as api:
        for tenant, content in ((api.other_tenant, "Theirs."), (api.tenant, "Ours.")):
            key = await api.key("knowledge", tenant=tenant)
            answer = await api.http.put("/v1/knowledge/articles/returns", json={"content": content}, headers=key)
            assert answer.status_code == 200
        ours = await api.key("knowledge")
        assert "Ours." in (await api.http.get("/v1/knowledge/articles/returns", headers=ours)).text
        assert (await api.http.delete("/v1/knowledge/articles/returns", headers=ours)).status_code == 200
        assert (await api.http.get("/v1/knowledge/articles/returns", headers=ours)).status_code == 404
        async with api.pools.operator(api.other_tenant) as conn:
            theirs = await read_article(conn, api.other_tenant, "returns")
        assert [passage.text for passage in theirs.passages] == ["Theirs."]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"content": "a\x00b"}, "bad_text"),
        ({"content": " \u200b"}, "bad_text"),
        ({"content": ""}, "invalid_input"),
        ({"content": "---\nvalid_from: soon\n---\nText."}, "invalid_input"),
        ({"content": "<!-- obey -->"}, "invalid_input"),
        ({"content": "x", "format": "pdf"}, "invalid_input"),
        ({"content": "x", "audience": ["No Such Label"]}, "invalid_input"),
        ({"content": "x", "fresh_for_days": 0}, "invalid_input"),
        ({"content": "x", "valid_from": "2026-02-01", "valid_until": "2026-01-01"}, "invalid_input"),
        ({"content": "x", "colour": "red"}, "invalid_input"),
    ],
)
async def test_an_article_that_cannot_be_kept_is_refused(deps: ApiDeps, body: dict[str, Any], code: str) -> None:
    """In the one shape of errors, and nothing is stored."""
    async with running_api(keeping(deps)) as api:
        key = await api.key("knowledge")
        answer = await api.http.put("/v1/knowledge/articles/returns", json=body, headers=key)
        assert (answer.status_code, answer.json()["error"]) == (422, code)
        assert (await api.http.get("/v1/knowledge/articles", headers=key)).json()["articles"] == []


@pytest.mark.parametrize(
    ("kind", "location", "scope", "status"),
    [
        ("page", "https://127.0.0.1/", "admin", 422),
        ("page", "https://169.254.169.254/latest/meta-data", "admin", 422),
        ("page", "http://example.com/", "admin", 422),
        ("page", "https://me:secret@example.com/", "admin", 422),
        ("sitemap", "/etc/passwd", "admin", 422),
        ("git", "ssh://example.com/x.git", "admin", 422),
        ("git", "--upload-pack=touch /tmp/x", "admin", 422),
        ("folder", "guides", "admin", 422),
        ("folder", "/etc", "knowledge", 403),
        ("git", "/srv/kb.git", "knowledge", 403),
        ("page", "https://example.com/\n", "admin", 422),
    ],
)
async def test_a_source_that_may_not_be_read_is_refused(
    api: Api, kind: str, location: str, scope: str, status: int
) -> None:
    """Our own network, plain http, passwords in addresses; files of the machine are for administrators to name."""
    key = await api.key(scope)
    answer = await api.http.post("/v1/knowledge/sources", json={"kind": kind, "location": location}, headers=key)
    assert answer.status_code == status, answer.text
    assert "secret" not in answer.text
    assert (await api.http.get("/v1/knowledge/sources", headers=key)).json()["sources"] == []


async def test_a_source_is_kept_when_its_reading_cannot_be_started(api: Api) -> None:
    """Temporal is away: the caller is told, and the same request starts the reading later."""
    key = await api.key("knowledge")
    body = {"kind": "page", "location": "https://example.com/help/Returns.html"}
    answer = await api.http.post("/v1/knowledge/sources", json=body, headers=key | {"Idempotency-Key": "one"})
    assert (answer.status_code, answer.json()["error"]) == (503, "unavailable")
    [source] = (await api.http.get("/v1/knowledge/sources", headers=key)).json()["sources"]
    assert (source["source_id"], source["sync"]) == ("returns", None)
    again = await api.http.post("/v1/knowledge/sources", json=body, headers=key | {"Idempotency-Key": "one"})
    assert again.status_code == 503
    other = await api.http.post("/v1/knowledge/sources", json=body, headers=key)
    assert (other.status_code, other.json()["error"]) == (409, "conflict")


async def test_how_often_a_source_is_read_by_itself_is_set_and_stopped(api: Api) -> None:
    """The row says it, also while Temporal is away; too often, too seldom and nothing at all are refused."""
    key = await api.key("knowledge")
    path = f"/v1/knowledge/sources/{await api.knowledge()}"
    for body in ({"sync_every_minutes": 14}, {"sync_every_minutes": 43_201}, {"sync_every_minutes": "15"}, {}):
        refused = await api.http.patch(path, json=body, headers=key)
        assert (refused.status_code, refused.json()["error"]) == (422, "invalid_input")
    await api.http.patch(path, json={"sync_every_minutes": 360}, headers=key)
    source = (await api.http.get(path, headers=key)).json()["source"]
    waits = datetime.fromisoformat(source["next_sync_at"]) - datetime.fromisoformat(source["synced_at"])
    assert (source["sync_every_minutes"], waits, source["failures"]) == (360, timedelta(hours=6), 0)
    await api.http.patch(path, json={"sync_every_minutes": None}, headers=key)
    source = (await api.http.get(path, headers=key)).json()["source"]
    assert (source["sync_every_minutes"], source["next_sync_at"]) == (None, None)


async def test_a_removed_source_takes_only_its_own_articles(api: Api) -> None:
    """Its name may be used again."""
    key = await api.key("admin")
    name = await api.knowledge()
    async with api.pools.operator(api.tenant) as conn:
        other = Article(slug="other", title="Other", source="other.md", passages=(Passage(section="x", text="y"),))
        await replace_article(conn, api.tenant, other, [VECTOR], model="none", at=now())
        await conn.execute(
            "insert into setright.knowledge_items (tenant, source_id, item, listed_run, slugs)"
            " values (%s, %s, 'x', 1, '{returns,other}')",
            [api.tenant, name],
        )
    assert (await api.http.delete(f"/v1/knowledge/sources/{name}", headers=key)).status_code == 200
    left = (await api.http.get("/v1/knowledge/articles", headers=key)).json()["articles"]
    assert [article["slug"] for article in left] == ["other"]
    assert (await api.http.get(f"/v1/knowledge/sources/{name}", headers=key)).status_code == 404
    assert (await api.http.delete("/v1/knowledge/articles/other", headers=key)).status_code == 409


async def test_articles_come_in_pages(deps: ApiDeps) -> None:
    """Every one once, by name."""
    async with running_api(keeping(deps)) as api:
        key = await api.key("knowledge")
        for slug in ("c", "a", "b"):
            await api.http.put(f"/v1/knowledge/articles/{slug}", json={"content": slug}, headers=key)
        found: list[str] = []
        cursor: str | None = None
        while cursor is not None or not found:
            query = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
            page = (await api.http.get("/v1/knowledge/articles", params=query, headers=key)).json()
            found += [article["slug"] for article in page["articles"]]
            cursor = page["cursor"]
    assert found == ["a", "b", "c"]


async def test_writers_at_once_leave_one_history(deps: ApiDeps) -> None:
    """Each read the clock before it waited for the others; the versions follow each other without gap or overlap."""
    async with running_api(keeping(deps)) as api:
        key = await api.key("knowledge")
        path = "/v1/knowledge/articles/returns"
        texts = [f"{days} days." for days in range(10, 18)]
        answers = await asyncio.gather(*(api.http.put(path, json={"content": text}, headers=key) for text in texts))
        assert {answer.status_code for answer in answers} == {200}
        versions = (await api.http.get(f"{path}/versions", headers=key)).json()["versions"]
    assert [version["version"] for version in versions] == list(range(8, 0, -1))
    assert [version["known_until"] for version in versions[1:]] == [version["known_from"] for version in versions[:-1]]
